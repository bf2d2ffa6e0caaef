"""Changes of a plan since the last period, and the keys needed to keep a task's history together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from ragsheets.plan.change import ChangeKind, PlanChange, PlanChanges
from ragsheets.plan.matching import MIN_SIMILARITY, PlanTask, plan_tasks, similarity
from ragsheets.plan.model import Outcome, Plan
from ragsheets.plan.pairs import AmbiguousTask, MatchKind, match_parts, match_tasks
from ragsheets.text import first_words, normalise_text, pluralise


def compare_plans(
    before: Plan, now: Plan, older: Iterable[PlanTask] = (), completed: Collection[str] = ()
) -> PlanChanges:
    """Return the changes from one plan to the other; both must have all their keys.

    Args:
        before: the plan of the last period.
        now: today's plan.
        older: tasks that the last plan lacks and earlier ones had, the latest first.
        completed: the keys of older tasks that the last plan lacks because they are complete: where one is still in
            today's plan, it has not changed.
    """
    return _Comparison(before, now, older, completed).changes()


#: An outcome by its sub-group's key and its own.
_OutcomeId = tuple[str, str]
_Key = TypeVar("_Key", str, _OutcomeId)


class _Comparison:
    def __init__(self, before: Plan, now: Plan, older: Iterable[PlanTask], completed: Collection[str]) -> None:
        self.earlier_parts, self.current_parts = _PlanParts(before), _PlanParts(now)
        previous_tasks, tasks = plan_tasks(before), plan_tasks(now)
        self.previous_keys = {task.key for task in previous_tasks}
        #: The keys that today's plan states: no other task can be given one of them.
        self.stated_keys = {task.key for task in tasks if task.key_given}
        self.order = {task.key: number for number, task in enumerate(tasks)}
        self.matching = match_tasks(previous_tasks, tasks, older)
        joined_keys = {pair.now.key for pair in self.matching.pairs if pair.kind is MatchKind.JOINED}
        self.unchanged_completed = joined_keys.intersection(completed) - self.previous_keys
        #: Today's outcomes with completed tasks: they are not new, even if the last plan lacks them.
        self.completed_outcomes = {(task.group, task.outcome) for task in tasks if task.key in self.unchanged_completed}
        self.current_groups = match_parts(
            self.earlier_parts.groups, self.current_parts.groups, self._shared_tasks(lambda task: task.group)
        )
        self.current_outcomes = self._match_outcomes()
        #: The outcomes that have moved: reported once for all their tasks.
        self.moved_outcomes = {
            earlier_id
            for earlier_id, current_id in self.current_outcomes.items()
            if self.current_groups.get(earlier_id[0]) != current_id[0]
        }

    def changes(self) -> PlanChanges:
        joined_pairs = [pair for pair in self.matching.pairs if pair.kind is MatchKind.JOINED]
        joined_keys = frozenset(pair.now.key for pair in joined_pairs)
        return PlanChanges(
            changes=(*self._group_changes(), *self._outcome_changes(), *self._task_changes(), *self._removals()),
            new_history_keys=tuple(key for key in self.order if key not in joined_keys),
            current_keys={
                pair.before.key: pair.now.key for pair in self.matching.pairs if pair.kind is not MatchKind.REUSED_KEY
            },
            joined_keys=joined_keys,
        )

    def _shared_tasks(self, part: Callable[[PlanTask], _Key]) -> Counter[tuple[_Key, _Key]]:
        """Return the number of tasks that each earlier part shares with each of today's."""
        pairs = [pair for pair in self.matching.pairs if pair.kind is not MatchKind.REUSED_KEY]
        return Counter((part(pair.before), part(pair.now)) for pair in pairs)

    def _match_outcomes(self) -> dict[_OutcomeId, _OutcomeId]:
        """Return today's outcome for each earlier one, matched within its sub-group first."""
        shared_by_id = self._shared_tasks(lambda task: (task.group, task.outcome))
        # The earlier outcomes under the current keys of their sub-groups.
        renamed = {
            outcome_id: (self.current_groups.get(outcome_id[0], outcome_id[0]), outcome_id[1])
            for outcome_id in self.earlier_parts.outcomes
        }
        earlier_ids = {current_id: earlier_id for earlier_id, current_id in renamed.items()}
        shared = Counter(
            {
                (renamed[earlier_outcome], current_outcome): count
                for (earlier_outcome, current_outcome), count in shared_by_id.items()
                if earlier_outcome in renamed
            }
        )
        return {
            earlier_ids[renamed_id]: current_id
            for renamed_id, current_id in match_parts(earlier_ids, self.current_parts.outcomes, shared).items()
        }

    @property
    def _new_groups(self) -> set[str]:
        return (
            set(self.current_parts.groups)
            - set(self.current_groups.values())
            - {group for group, _ in self.completed_outcomes}
        )

    # ------------------------------------------------------------------------------------------------- changes

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
        for outcome_id, outcome in self.current_parts.outcomes.items():
            group = self.current_parts.groups[outcome_id[0]].name
            where, earlier_id = f"{group}, outcome {_outcome_label(outcome)}", earlier.get(outcome_id)
            if earlier_id is None:
                if outcome_id[0] not in new_groups and outcome_id not in self.completed_outcomes:
                    yield PlanChange(ChangeKind.OUTCOME_ADDED, where, outcome.key, now=_count_tasks([outcome]))
                continue
            before = self.earlier_parts.outcomes[earlier_id]
            if earlier_id in self.moved_outcomes:
                earlier_group = self.earlier_parts.groups[earlier_id[0]].name
                yield PlanChange(ChangeKind.OUTCOME_MOVED, where, outcome.key, earlier_group, group)
            if before.heading != outcome.heading:
                yield PlanChange(ChangeKind.OUTCOME_RENAMED, where, outcome.key, before.heading, outcome.heading)

    def _task_changes(self) -> Iterator[PlanChange]:
        new_outcomes = set(self.current_parts.outcomes) - set(self.current_outcomes.values()) - self.completed_outcomes
        changes_by_key = [(pair.now.key, list(self._match_changes(*pair))) for pair in self.matching.pairs]
        changes_by_key += [(ambiguous.now.key, [_ambiguous_change(ambiguous)]) for ambiguous in self.matching.ambiguous]
        changes_by_key += [
            (task.key, [PlanChange(ChangeKind.TASK_ADDED, _task_name(task), task.key, now=task.wording)])
            for task in self.matching.new
            if (task.group, task.outcome) not in new_outcomes
        ]
        for _, changes in sorted(changes_by_key, key=lambda entry: self.order[entry[0]]):
            yield from changes

    def _match_changes(self, before: PlanTask, now: PlanTask, match_kind: MatchKind) -> Iterator[PlanChange]:
        if match_kind is MatchKind.JOINED:
            yield from self._joined_changes(before, now)
        elif match_kind is MatchKind.SAME_WORDING and now.key_given:
            yield _task_change(ChangeKind.TASK_KEY_UNKNOWN, before, now, before.key, now.key)
        elif match_kind is MatchKind.SAME_WORDING:
            needs_key = before.key not in self.stated_keys
            yield next(self._location_changes(before, now, needs_key=needs_key), None) or _task_change(
                ChangeKind.TASK_RENUMBERED, before, now, before.key, now.key, needs_key=needs_key
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
        """Yield changes of a task's location: its outcome or sub-group, and its label."""
        earlier_id, current_id = (before.group, before.outcome), (now.group, now.outcome)
        is_same_outcome = self.current_outcomes.get(earlier_id) == current_id
        if not is_same_outcome and earlier_id != current_id:
            earlier_name, current_name = (
                self.earlier_parts.outcome_name(earlier_id, with_group=earlier_id[0] != current_id[0]),
                self.current_parts.outcome_name(current_id, with_group=earlier_id[0] != current_id[0]),
            )
            yield _task_change(ChangeKind.TASK_MOVED, before, now, earlier_name, current_name, needs_key=needs_key)
        # Not where only an older period had the task: other tasks have had its label since.
        if before.label != now.label and before.key in self.previous_keys:
            yield _task_change(ChangeKind.TASK_RELABELLED, before, now, before.label, now.label, needs_key=needs_key)

    def _removals(self) -> Iterator[PlanChange]:
        """Yield the removed parts; the tasks of a removed outcome or sub-group are only counted."""
        removed_counts = Counter((task.group, task.outcome) for task in self.matching.removed)
        for key, group in self.earlier_parts.groups.items():
            if key not in self.current_groups:
                count = sum(tasks for (group_key, _), tasks in removed_counts.items() if group_key == key)
                yield PlanChange(ChangeKind.GROUP_REMOVED, f"sub-group {group.name}", key, pluralise(count, "task"))
        for outcome_id, outcome in self.earlier_parts.outcomes.items():
            if outcome_id not in self.current_outcomes and outcome_id[0] in self.current_groups:
                where = f"{self.earlier_parts.groups[outcome_id[0]].name}, outcome {_outcome_label(outcome)}"
                yield PlanChange(
                    ChangeKind.OUTCOME_REMOVED, where, outcome.key, pluralise(removed_counts[outcome_id], "task")
                )
        for task in self.matching.removed:
            if (task.group, task.outcome) in self.current_outcomes:
                yield PlanChange(ChangeKind.TASK_WITHDRAWN, _task_name(task), task.key, task.wording)


class _PlanParts:
    """The sub-groups and the outcomes of a plan by their keys."""

    def __init__(self, plan: Plan) -> None:
        self.groups = {group.key: group for group in plan.groups}
        self.outcomes = {(group.key, outcome.key): outcome for group in plan.groups for outcome in group.outcomes}

    def outcome_name(self, outcome_id: _OutcomeId, *, with_group: bool) -> str:
        """Return an outcome in words, with its sub-group if `with_group`."""
        group, key = outcome_id
        outcome = f"outcome {_outcome_label(self.outcomes[outcome_id]) if outcome_id in self.outcomes else key}"
        return f"{self.groups[group].name if group in self.groups else group}, {outcome}" if with_group else outcome


def _task_change(
    kind: ChangeKind, before: PlanTask, now: PlanTask, before_text: str, now_text: str, *, needs_key: bool = False
) -> PlanChange:
    has_earlier_key = needs_key or kind is ChangeKind.TASK_KEY_UNKNOWN
    return PlanChange(
        kind, _task_name(now), now.key, before_text, now_text, (before.key,) if has_earlier_key else (), needs_key
    )


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


def _count_tasks(outcomes: Iterable[Outcome]) -> str:
    return pluralise(sum(len(tuple(outcome.tasks)) for outcome in outcomes), "task")


def _join_keys(keys: Sequence[str]) -> str:
    *first, last = keys
    return f"{', '.join(first)} and {last}" if first else last
