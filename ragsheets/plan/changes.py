"""What changed in a plan since the last period, and where a key is needed to keep a task's history together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from ragsheets.errors import Problem
from ragsheets.plan.matching import (
    MIN_SIMILARITY,
    AmbiguousTask,
    MatchKind,
    PlanTask,
    match_parts,
    match_tasks,
    plan_tasks,
    similarity,
)
from ragsheets.plan.model import Outcome, Plan
from ragsheets.text import first_words, normalise_text


class ChangeKind(Enum):
    """What can change in a plan; the values are those of the machine's version."""

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
    #: It has other words and another key, and is much like an earlier task.
    TASK_SIMILAR = "task-like"
    #: Several earlier tasks may be meant, or several tasks may be the earlier one.
    TASK_AMBIGUOUS = "task-unclear"
    #: Quite other words under the key that was derived for an earlier task.
    TASK_REPLACED = "task-replaced"
    #: Quite other words under the key that stands in the plan.
    TASK_REKEYED = "task-rekeyed"
    #: A key that stands in the plan and that no earlier task had, at words that one had.
    TASK_KEY_UNKNOWN = "task-key-unknown"
    TASK_WITHDRAWN = "task-withdrawn"


@dataclass(frozen=True, slots=True)
class _ChangeText:
    """What is said of a change; `kept` is what to do where the history goes on all the same, `ask` where it does not.

    `{before}` and `{now}` stand for what it was and is, `{key}` for the key, or the keys, of the earlier task.
    """

    what: str
    fix_if_kept: str = ""
    fix_if_lost: str = ""


_HISTORY_KEPT = "Its history goes on."
_GIVE_KEY = "Give it {key} to keep its history."

_CHANGE_TEXTS: Mapping[ChangeKind, _ChangeText] = {
    ChangeKind.GROUP_ADDED: _ChangeText("is new, with {now}."),
    ChangeKind.GROUP_RENAMED: _ChangeText(
        "was called “{before}”.", fix_if_lost="If it is the same sub-group, give it {key} to keep its history."
    ),
    ChangeKind.GROUP_REMOVED: _ChangeText("is gone, with {before}."),
    ChangeKind.OUTCOME_ADDED: _ChangeText("is new, with {now}."),
    ChangeKind.OUTCOME_RENAMED: _ChangeText("was “{before}” and is “{now}” now."),
    ChangeKind.OUTCOME_MOVED: _ChangeText("stood under “{before}” and stands under “{now}” now."),
    ChangeKind.OUTCOME_REMOVED: _ChangeText("is gone, with {before}."),
    ChangeKind.TASK_ADDED: _ChangeText("is new: “{now}”."),
    ChangeKind.TASK_REWORDED: _ChangeText(
        "its words changed from “{before}” to “{now}”.",
        _HISTORY_KEPT,
        "If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_RELABELLED: _ChangeText("its label was “{before}” and is “{now}” now.", _HISTORY_KEPT, _GIVE_KEY),
    ChangeKind.TASK_RENUMBERED: _ChangeText("its words stood at the key {before} last time.", fix_if_lost=_GIVE_KEY),
    ChangeKind.TASK_MOVED: _ChangeText("stood under {before} and stands under {now} now.", _HISTORY_KEPT, _GIVE_KEY),
    ChangeKind.TASK_SIMILAR: _ChangeText(
        "“{now}” is much like “{before}” of last time.",
        fix_if_lost="If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_AMBIGUOUS: _ChangeText(
        "“{now}” stood at {before}, and nobody can tell which one it is.", fix_if_lost="Give it the right one: {key}."
    ),
    ChangeKind.TASK_REPLACED: _ChangeText(
        "“{now}” stands where “{before}” stood.",
        fix_if_lost="If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_REKEYED: _ChangeText(
        "its key stood at “{before}” and stands at “{now}” now.",
        "Its history goes on; if it is another task, give it another key.",
    ),
    ChangeKind.TASK_KEY_UNKNOWN: _ChangeText(
        "its key is new, and its words were those of task {before}.",
        "Its history begins anew; give it {key} to keep that.",
    ),
    ChangeKind.TASK_WITHDRAWN: _ChangeText("is gone: “{before}”."),
}


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One change.

    Attributes:
        kind: what changed.
        where: what it is about, in words.
        key: the key of the part as it is now, or was where it is gone.
        before, now: what it was and is, as the kind says; "" where there is nothing.
        earlier: the keys of the earlier parts that it may be, where it has another key or other words than they had.
        asks: whether its history is lost unless a key is given.
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
        """What is said of it, and what to do about it."""
        said = _CHANGE_TEXTS[self.kind]
        before, now = _shorten_pair(self.before, self.now)
        keys = " or ".join(f'key = "{key}"' for key in self.earlier_keys)
        what, fix = (
            text.format(before=before, now=now, key=keys)
            for text in (said.what, said.fix_if_lost if self.needs_key else said.fix_if_kept)
        )
        return Problem(self.where, what, fix)


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What changed between two plans.

    Attributes:
        changes: every change: sub-groups, outcomes, then tasks, as the plan has them; what is gone comes last.
        begun: the keys of the tasks whose history begins with this plan.
        same: the key of each earlier task that is still there, whatever it has become, with today's.
        joined: the keys, as they are now, of the tasks whose history goes on.
    """

    changes: tuple[PlanChange, ...] = ()
    new_history_keys: tuple[str, ...] = ()
    current_keys: Mapping[str, str] = field(default_factory=dict)
    joined_keys: frozenset[str] = frozenset()

    @property
    def keys_needed(self) -> int:
        """How many of the changes ask for a key."""
        return sum(change.needs_key for change in self.changes)


def compare_plans(
    before: Plan, now: Plan, older: Iterable[PlanTask] = (), completed: Collection[str] = ()
) -> PlanChanges:
    """What changed from one plan to the other; both must have all their keys.

    Args:
        before: the plan of the last period.
        now: today's.
        older: tasks that the last plan lacks and earlier ones had, the latest first.
        completed: the keys of those of them that the last plan lacks since they are complete: where such a one is in
            today's plan still, nothing changed of it.
    """
    return _Comparison(before, now, older, completed).changes()


#: An outcome by its sub-group's key and its own.
_OutcomeId = tuple[str, str]
_Key = TypeVar("_Key", str, _OutcomeId)


class _Comparison:
    def __init__(self, before: Plan, now: Plan, older: Iterable[PlanTask], completed: Collection[str]) -> None:
        self.earlier_parts, self.current_parts = _PlanParts(before), _PlanParts(now)
        last, tasks = plan_tasks(before), plan_tasks(now)
        self.previous_keys = {task.key for task in last}
        self.order = {task.key: number for number, task in enumerate(tasks)}
        self.matching = match_tasks(last, tasks, older)
        joined = {pair.now.key for pair in self.matching.pairs if pair.kind is MatchKind.JOINED}
        self.unchanged_completed = joined.intersection(completed) - self.previous_keys
        #: Today's outcomes that have such tasks: the last plan may lack them, and they are not new.
        self.completed_outcomes = {(task.group, task.outcome) for task in tasks if task.key in self.unchanged_completed}
        self.current_groups = match_parts(
            self.earlier_parts.groups, self.current_parts.groups, self._shared_tasks(lambda task: task.group)
        )
        self.current_outcomes = self._match_outcomes()
        #: The outcomes whose move is told once for all their tasks.
        self.moved_outcomes = {
            place for place, other in self.current_outcomes.items() if self.current_groups.get(place[0]) != other[0]
        }

    def changes(self) -> PlanChanges:
        joined = [pair for pair in self.matching.pairs if pair.kind is MatchKind.JOINED]
        goes_on = frozenset(pair.now.key for pair in joined)
        return PlanChanges(
            changes=(*self._group_changes(), *self._outcome_changes(), *self._task_changes(), *self._removals()),
            new_history_keys=tuple(key for key in self.order if key not in goes_on),
            current_keys={
                pair.before.key: pair.now.key for pair in self.matching.pairs if pair.kind is not MatchKind.REUSED_KEY
            },
            joined_keys=goes_on,
        )

    def _shared_tasks(self, part: Callable[[PlanTask], _Key]) -> Counter[tuple[_Key, _Key]]:
        """How many tasks each earlier part shares with each of today's."""
        pairs = [pair for pair in self.matching.pairs if pair.kind is not MatchKind.REUSED_KEY]
        return Counter((part(pair.before), part(pair.now)) for pair in pairs)

    def _match_outcomes(self) -> dict[_OutcomeId, _OutcomeId]:
        """Today's outcome for each earlier one, told within its sub-group first."""
        links = self._shared_tasks(lambda task: (task.group, task.outcome))
        # Named as they would be, had no sub-group changed its key.
        renamed = {
            place: (self.current_groups.get(place[0], place[0]), place[1]) for place in self.earlier_parts.outcomes
        }
        back = {new: old for old, new in renamed.items()}
        shared = Counter({(renamed[was], here): count for (was, here), count in links.items() if was in renamed})
        return {back[one]: other for one, other in match_parts(back, self.current_parts.outcomes, shared).items()}

    @property
    def _new_groups(self) -> set[str]:
        return (
            set(self.current_parts.groups)
            - set(self.current_groups.values())
            - {group for group, _ in self.completed_outcomes}
        )

    # -------------------------------------------------------------------------------------------- what is said

    def _group_changes(self) -> Iterator[PlanChange]:
        earlier, new = {now: before for before, now in self.current_groups.items()}, self._new_groups
        for key, group in self.current_parts.groups.items():
            where = f"sub-group {group.name}"
            if key in new:
                yield PlanChange(ChangeKind.GROUP_ADDED, where, key, now=_count_tasks(group.outcomes))
            if key not in earlier:
                continue
            before = self.earlier_parts.groups[earlier[key]]
            if before.name != group.name:
                asks = before.key != key
                keys = (before.key,) if asks else ()
                yield PlanChange(ChangeKind.GROUP_RENAMED, where, key, before.name, group.name, keys, asks)

    def _outcome_changes(self) -> Iterator[PlanChange]:
        earlier = {now: before for before, now in self.current_outcomes.items()}
        new_groups = self._new_groups
        for place, outcome in self.current_parts.outcomes.items():
            group = self.current_parts.groups[place[0]].name
            where, was = f"{group}, outcome {_outcome_label(outcome)}", earlier.get(place)
            if was is None:
                if place[0] not in new_groups and place not in self.completed_outcomes:
                    yield PlanChange(ChangeKind.OUTCOME_ADDED, where, outcome.key, now=_count_tasks([outcome]))
                continue
            before = self.earlier_parts.outcomes[was]
            if was in self.moved_outcomes:
                stood = self.earlier_parts.groups[was[0]].name
                yield PlanChange(ChangeKind.OUTCOME_MOVED, where, outcome.key, stood, group)
            if before.heading != outcome.heading:
                yield PlanChange(ChangeKind.OUTCOME_RENAMED, where, outcome.key, before.heading, outcome.heading)

    def _task_changes(self) -> Iterator[PlanChange]:
        new_outcomes = set(self.current_parts.outcomes) - set(self.current_outcomes.values()) - self.completed_outcomes
        told = [(pair.now.key, list(self._match_changes(*pair))) for pair in self.matching.pairs]
        told += [(unclear.now.key, [_ambiguous_change(unclear)]) for unclear in self.matching.ambiguous]
        told += [
            (task.key, [PlanChange(ChangeKind.TASK_ADDED, _task_name(task), task.key, now=task.wording)])
            for task in self.matching.new
            if (task.group, task.outcome) not in new_outcomes
        ]
        for _, changes in sorted(told, key=lambda each: self.order[each[0]]):
            yield from changes

    def _match_changes(self, before: PlanTask, now: PlanTask, match_kind: MatchKind) -> Iterator[PlanChange]:
        if match_kind is MatchKind.JOINED:
            yield from self._joined_changes(before, now)
        elif match_kind is MatchKind.SAME_WORDING and now.key_given:
            yield _task_change(ChangeKind.TASK_KEY_UNKNOWN, before, now, before.key, now.key)
        elif match_kind is MatchKind.SAME_WORDING:
            yield next(self._location_changes(before, now, needs_key=True), None) or _task_change(
                ChangeKind.TASK_RENUMBERED, before, now, before.key, now.key, needs_key=True
            )
        else:
            kind = {
                MatchKind.SAME_KEY: ChangeKind.TASK_REWORDED,
                MatchKind.SIMILAR_WORDING: ChangeKind.TASK_SIMILAR,
                MatchKind.REUSED_KEY: ChangeKind.TASK_REPLACED,
            }[match_kind]
            yield _task_change(kind, before, now, before.wording, now.wording, needs_key=True)

    def _joined_changes(self, before: PlanTask, now: PlanTask) -> Iterator[PlanChange]:
        if now.key in self.unchanged_completed:
            return
        if normalise_text(before.wording) != normalise_text(now.wording):
            alike = similarity(before.wording, now.wording) >= MIN_SIMILARITY
            kind = ChangeKind.TASK_REWORDED if alike else ChangeKind.TASK_REKEYED
            yield _task_change(kind, before, now, before.wording, now.wording)
        yield from self._location_changes(before, now, needs_key=False)

    def _location_changes(self, before: PlanTask, now: PlanTask, *, needs_key: bool) -> Iterator[PlanChange]:
        """What changed of where a task stands: its outcome or its sub-group, its label."""
        was, here = (before.group, before.outcome), (now.group, now.outcome)
        stayed = self.current_outcomes.get(was) == here
        if not stayed and was != here:
            stood, stands = (
                self.earlier_parts.outcome_name(was, with_group=was[0] != here[0]),
                self.current_parts.outcome_name(here, with_group=was[0] != here[0]),
            )
            yield _task_change(ChangeKind.TASK_MOVED, before, now, stood, stands, needs_key=needs_key)
        # Of a task that only an older period had, nobody knows the label.
        if before.label != now.label and before.key in self.previous_keys:
            yield _task_change(ChangeKind.TASK_RELABELLED, before, now, before.label, now.label, needs_key=needs_key)

    def _removals(self) -> Iterator[PlanChange]:
        """What is gone; the tasks of an outcome or a sub-group that is gone are only counted."""
        lost = Counter((task.group, task.outcome) for task in self.matching.removed)
        for key, group in self.earlier_parts.groups.items():
            if key not in self.current_groups:
                count = sum(tasks for (of_group, _), tasks in lost.items() if of_group == key)
                yield PlanChange(ChangeKind.GROUP_REMOVED, f"sub-group {group.name}", key, _task_count_text(count))
        for place, outcome in self.earlier_parts.outcomes.items():
            if place not in self.current_outcomes and place[0] in self.current_groups:
                where = f"{self.earlier_parts.groups[place[0]].name}, outcome {_outcome_label(outcome)}"
                yield PlanChange(ChangeKind.OUTCOME_REMOVED, where, outcome.key, _task_count_text(lost[place]))
        for task in self.matching.removed:
            if (task.group, task.outcome) in self.current_outcomes:
                yield PlanChange(ChangeKind.TASK_WITHDRAWN, _task_name(task), task.key, task.wording)


class _PlanParts:
    """The sub-groups and the outcomes of a plan by their keys."""

    def __init__(self, plan: Plan) -> None:
        self.groups = {group.key: group for group in plan.groups}
        self.outcomes = {(group.key, outcome.key): outcome for group in plan.groups for outcome in group.outcomes}

    def outcome_name(self, outcome_id: _OutcomeId, *, with_group: bool) -> str:
        """An outcome in words, with its sub-group where that matters (`far`)."""
        group, key = outcome_id
        outcome = f"outcome {_outcome_label(self.outcomes[outcome_id]) if outcome_id in self.outcomes else key}"
        return f"{self.groups[group].name if group in self.groups else group}, {outcome}" if with_group else outcome


def _task_change(
    kind: ChangeKind, before: PlanTask, now: PlanTask, before_text: str, now_text: str, *, needs_key: bool = False
) -> PlanChange:
    known = needs_key or kind is ChangeKind.TASK_KEY_UNKNOWN
    return PlanChange(kind, _task_name(now), now.key, before_text, now_text, (before.key,) if known else (), needs_key)


def _ambiguous_change(ambiguous: AmbiguousTask) -> PlanChange:
    now, candidates = ambiguous
    keys = tuple(task.key for task in candidates)
    return PlanChange(
        ChangeKind.TASK_AMBIGUOUS, _task_name(now), now.key, _join_keys(keys), now.wording, keys, needs_key=True
    )


def _task_name(task: PlanTask) -> str:
    return f"task {task.key}"


def _outcome_label(outcome: Outcome) -> str:
    return outcome.ref or f"“{first_words(outcome.title)}”"


def _count_tasks(outcomes: Sequence[Outcome]) -> str:
    return _task_count_text(sum(len(tuple(outcome.tasks)) for outcome in outcomes))


def _task_count_text(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"


def _join_keys(keys: Sequence[str]) -> str:
    *first, last = keys
    return f"{', '.join(first)} and {last}" if first else last


def _shorten_pair(before: str, now: str) -> tuple[str, str]:
    """Two texts as they are quoted: their first words, unless these are the same."""
    short = first_words(before), first_words(now)
    return short if short[0] != short[1] else (before, now)
