"""A change of a plan: its kind, and what the coordinator is shown about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ragsheets.errors import Problem
from ragsheets.text import differing_parts

#: The most characters that are quoted of a text of the plan, or of the part of it that changed.
_MAX_QUOTED = 120
_HISTORY_KEPT = "Its history continues."
_GIVE_KEY = "Give it {key} to keep its history."
_SAME_OR_ANOTHER = "If it is the same task, give it {key}; if it is another one, give it a key of its own."


class ChangeKind(Enum):
    """The kinds of change in a plan; the values are those of the JSON output.

    Attributes:
        what: the message; `{before}` and `{now}` are the old and the new text.
        fix_if_kept: what to do where the history continues; `{key}` is the key, or the keys, of the earlier task.
        fix_if_lost: what to do where it does not.
    """

    what: str
    fix_if_kept: str
    fix_if_lost: str

    def __new__(cls, value: str, what: str, fix_if_kept: str = "", fix_if_lost: str = "") -> ChangeKind:
        """Create a member with its texts."""
        member = object.__new__(cls)
        member._value_ = value
        member.what, member.fix_if_kept, member.fix_if_lost = what, fix_if_kept, fix_if_lost
        return member

    GROUP_ADDED = "group-added", "is new, with {now}."
    GROUP_RENAMED = (
        "group-renamed",
        "was called “{before}”.",
        "",
        "If it is the same sub-group, give it {key} to keep its history.",
    )
    GROUP_REMOVED = "group-gone", "is no longer in the plan, with {before}."
    OUTCOME_ADDED = "outcome-added", "is new, with {now}."
    OUTCOME_RENAMED = "outcome-renamed", "was “{before}” and is now “{now}”."
    OUTCOME_MOVED = "outcome-moved", "was moved from “{before}” to “{now}”."
    OUTCOME_REMOVED = "outcome-gone", "is no longer in the plan, with {before}."
    TASK_ADDED = "task-added", "is new: “{now}”."
    TASK_REWORDED = (
        "task-reworded",
        "its words changed from “{before}” to “{now}”.",
        _HISTORY_KEPT,
        _SAME_OR_ANOTHER,
    )
    TASK_RELABELLED = "task-relabelled", "its label was “{before}” and is now “{now}”.", _HISTORY_KEPT, _GIVE_KEY
    TASK_RENUMBERED = "task-renumbered", "had the key {before} last time.", "", _GIVE_KEY
    TASK_MOVED = "task-moved", "was moved from {before} to {now}.", _HISTORY_KEPT, _GIVE_KEY
    #: Its wording and key are new, and it is similar to an earlier task.
    TASK_SIMILAR = "task-like", "“{now}” is much like last time's “{before}”.", "", _SAME_OR_ANOTHER
    #: It may be any of several earlier tasks, or several tasks may be the earlier one.
    TASK_AMBIGUOUS = "task-unclear", "“{now}” may be last time's task {before}.", "", "Give it the right one: {key}."
    #: A different wording under a key that was derived for an earlier task.
    TASK_REPLACED = (
        "task-replaced",
        "has other words than last time: “{now}”; before, “{before}”.",
        "",
        _SAME_OR_ANOTHER,
    )
    #: A different wording under a key that is given in the plan.
    TASK_REKEYED = (
        "task-rekeyed",
        "has the key that “{before}” had, and the words “{now}”.",
        "Its history continues; if it is another task, give it another key.",
    )
    #: A key given in the plan that no earlier task had, or another one, with the wording of an earlier task.
    TASK_KEY_UNKNOWN = (
        "task-key-unknown",
        "its words were those of task {before}, under another key.",
        "Its history does not continue from there; to continue it, give it {key}.",
    )
    #: A key given in the plan that an earlier workbook of the last period had for the task.
    TASK_KEY_RESTORED = (
        "task-key-restored",
        "has the key again that it had in an earlier workbook of {before}.",
        "Its history continues from there; make the workbooks of that period again, with generate and --force.",
    )
    TASK_WITHDRAWN = "task-withdrawn", "is no longer in the plan: “{before}”."


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
        before, now = (" ".join(text.split()) for text in (self.before, self.now))
        before, now = differing_parts(before, now, _MAX_QUOTED)
        keys = " or ".join(f'key = "{key}"' for key in self.earlier_keys)
        if key_cell:
            keys = f"the key {' or '.join(self.earlier_keys)} ({key_cell})"
        texts = (self.kind.what, self.kind.fix_if_lost if self.needs_key else self.kind.fix_if_kept)
        what, fix = (text.format(before=before, now=now, key=keys) for text in texts)
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
