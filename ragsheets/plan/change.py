"""A change of a plan: its kind, and what the coordinator is shown about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ragsheets.errors import Problem
from ragsheets.text import differing_parts


class ChangeKind(Enum):
    """The kinds of change in a plan; the values are those of the JSON output."""

    GROUP_ADDED = "group-added"
    GROUP_RENAMED = "group-renamed"
    GROUP_REMOVED = "group-gone"
    OUTCOME_ADDED = "outcome-added"
    OUTCOME_RENAMED = "outcome-renamed"
    OUTCOME_MOVED = "outcome-moved"
    OUTCOME_REMOVED = "outcome-gone"
    TASK_ADDED = "task-added"
    TASK_REWORDED = "task-reworded"
    TASK_RELABELLED = "task-relabelled"
    TASK_RENUMBERED = "task-renumbered"
    TASK_MOVED = "task-moved"
    #: Its wording and key are new, and it is similar to an earlier task.
    TASK_SIMILAR = "task-like"
    #: It may be any of several earlier tasks, or several tasks may be the earlier one.
    TASK_AMBIGUOUS = "task-unclear"
    #: A different wording under a key that was derived for an earlier task.
    TASK_REPLACED = "task-replaced"
    #: A different wording under a key that is given in the plan.
    TASK_REKEYED = "task-rekeyed"
    #: A key given in the plan that no earlier task had, or another one, with the wording of an earlier task.
    TASK_KEY_UNKNOWN = "task-key-unknown"
    #: A key given in the plan with which an earlier workbook of the last period asked about the task.
    TASK_KEY_RESTORED = "task-key-restored"
    TASK_WITHDRAWN = "task-withdrawn"


@dataclass(frozen=True, slots=True)
class _ChangeText:
    """The texts for a change; `fix_if_kept` applies where the history continues, `fix_if_lost` where it does not.

    `{before}` and `{now}` are the old and the new text, `{key}` is the key, or the keys, of the earlier task.
    """

    what: str
    fix_if_kept: str = ""
    fix_if_lost: str = ""


#: The most characters that are quoted of a text of the plan, or of the part of it that changed.
_MAX_QUOTED = 120
_HISTORY_KEPT = "Its history goes on."
_GIVE_KEY = "Give it {key} to keep its history."

_CHANGE_TEXTS: Mapping[ChangeKind, _ChangeText] = {
    ChangeKind.GROUP_ADDED: _ChangeText("is new, with {now}."),
    ChangeKind.GROUP_RENAMED: _ChangeText(
        "was called “{before}”.", fix_if_lost="If it is the same sub-group, give it {key} to keep its history."
    ),
    ChangeKind.GROUP_REMOVED: _ChangeText("is no longer in the plan, with {before}."),
    ChangeKind.OUTCOME_ADDED: _ChangeText("is new, with {now}."),
    ChangeKind.OUTCOME_RENAMED: _ChangeText("was “{before}” and is “{now}” now."),
    ChangeKind.OUTCOME_MOVED: _ChangeText("was moved from “{before}” to “{now}”."),
    ChangeKind.OUTCOME_REMOVED: _ChangeText("is no longer in the plan, with {before}."),
    ChangeKind.TASK_ADDED: _ChangeText("is new: “{now}”."),
    ChangeKind.TASK_REWORDED: _ChangeText(
        "its words changed from “{before}” to “{now}”.",
        _HISTORY_KEPT,
        "If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_RELABELLED: _ChangeText("its label was “{before}” and is “{now}” now.", _HISTORY_KEPT, _GIVE_KEY),
    ChangeKind.TASK_RENUMBERED: _ChangeText("had the key {before} last time.", fix_if_lost=_GIVE_KEY),
    ChangeKind.TASK_MOVED: _ChangeText("was moved from {before} to {now}.", _HISTORY_KEPT, _GIVE_KEY),
    ChangeKind.TASK_SIMILAR: _ChangeText(
        "“{now}” is much like “{before}” of last time.",
        fix_if_lost="If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_AMBIGUOUS: _ChangeText(
        "“{now}” may be task {before} of last time.", fix_if_lost="Give it the right one: {key}."
    ),
    ChangeKind.TASK_REPLACED: _ChangeText(
        "has other words than last time: “{now}”; they were “{before}”.",
        fix_if_lost="If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_REKEYED: _ChangeText(
        "has the key that “{before}” had, and the words “{now}”.",
        "Its history goes on; if it is another task, give it another key.",
    ),
    ChangeKind.TASK_KEY_UNKNOWN: _ChangeText(
        "its words were those of task {before}, under another key.",
        "Its history does not go on from there; if it is to, give it {key}.",
    ),
    ChangeKind.TASK_KEY_RESTORED: _ChangeText(
        "has its key of an earlier workbook of {before} again.",
        "Its history goes on there; make the workbooks of that period again, with generate and --force.",
    ),
    ChangeKind.TASK_WITHDRAWN: _ChangeText("is no longer in the plan: “{before}”."),
}


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One change.

    Attributes:
        kind: the kind of change.
        where: the changed part, in words.
        key: the current key of the part, or the last one where it is gone.
        before, now: the old and the new text, depending on the kind; "" where there is none.
        earlier_keys: the keys of the earlier parts that it may be, where its key or wording differs from theirs.
        needs_key: whether its history is lost unless a key is given.
    """

    kind: ChangeKind
    where: str
    key: str
    before: str = ""
    now: str = ""
    earlier_keys: tuple[str, ...] = ()
    needs_key: bool = False

    @property
    def problem(self) -> Problem:
        """The change as a message, with what to do about it."""
        return self.problem_for()

    def problem_for(self, key_cell: str = "") -> Problem:
        """Return the change as a message, with what to do about it.

        Args:
            key_cell: where its key is written if the plan is a workbook; otherwise the line of a plan.toml is given.
        """
        texts = _CHANGE_TEXTS[self.kind]
        one_line_before, one_line_now = (" ".join(text.split()) for text in (self.before, self.now))
        before, now = differing_parts(one_line_before, one_line_now, _MAX_QUOTED)
        keys = " or ".join(f'key = "{key}"' for key in self.earlier_keys)
        if key_cell:
            keys = f"the key {' or '.join(self.earlier_keys)} ({key_cell})"
        what, fix = (
            text.format(before=before, now=now, key=keys)
            for text in (texts.what, texts.fix_if_lost if self.needs_key else texts.fix_if_kept)
        )
        return Problem(self.where, what, fix)


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """The changes between two plans.

    Attributes:
        changes: every change: sub-groups, outcomes, then tasks, in the plan's order; removed parts come last.
        new_history_keys: the keys of the tasks whose history begins with this plan.
        current_keys: today's key of each earlier task that still exists, changed or not, by its earlier key.
        joined_keys: today's keys of the tasks whose history continues.
    """

    changes: tuple[PlanChange, ...] = ()
    new_history_keys: tuple[str, ...] = ()
    current_keys: Mapping[str, str] = field(default_factory=dict)
    joined_keys: frozenset[str] = frozenset()

    @property
    def keys_needed(self) -> int:
        """The number of changes that need a key."""
        return sum(change.needs_key for change in self.changes)
