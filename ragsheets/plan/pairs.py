"""Pair today's tasks and parts of a plan with earlier ones, as certain or as a question, for the list of changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeVar

from ragsheets.plan.matching import (
    BETWEEN_PERIODS,
    MIN_LEAD,
    MIN_SIMILARITY,
    MIN_SIMILARITY_OTHER_KEY,
    PlanTask,
    clear_match,
    find_same_tasks,
    group_tasks,
    normalised_wording,
    rank_by_similarity,
    similarity,
)
from ragsheets.text import normalise_text


class MatchKind(Enum):
    """The reason why a task matches an earlier one."""

    #: Its history is joined: key and wording agree, or the key is given in the plan.
    JOINED = "joined"
    #: It has the same wording and another key.
    SAME_WORDING = "words"
    #: It has the same key and a similar wording.
    SAME_KEY = "key"
    #: It has another key and a very similar wording.
    SIMILAR_WORDING = "like"
    #: It has the key that was derived for a different wording.
    REUSED_KEY = "place"


class TaskPair(NamedTuple):
    """An earlier task and the task of today that matches it."""

    before: PlanTask
    now: PlanTask
    kind: MatchKind


class AmbiguousTask(NamedTuple):
    """A task that may be any of several earlier ones, or that shares its only candidate with other tasks."""

    now: PlanTask
    candidates: tuple[PlanTask, ...]


@dataclass(slots=True)
class TaskMatching:
    """The result for every task: paired, ambiguous, new, or removed since the last plan."""

    pairs: list[TaskPair] = field(default_factory=list)
    ambiguous: list[AmbiguousTask] = field(default_factory=list)
    new: list[PlanTask] = field(default_factory=list)
    removed: list[PlanTask] = field(default_factory=list)


def match_tasks(before: Iterable[PlanTask], now: Iterable[PlanTask], older: Iterable[PlanTask] = ()) -> TaskMatching:
    """Pair the tasks of today's plan with earlier ones.

    Args:
        before: the tasks of the last plan.
        now: the tasks of today's plan.
        older: tasks that the last plan lacks and an earlier one had, the latest first; none counts as removed.
    """
    return _TaskMatcher(before, now, older).match()


class _TaskMatcher:
    def __init__(self, before: Iterable[PlanTask], now: Iterable[PlanTask], older: Iterable[PlanTask] = ()) -> None:
        self.previous = {task.key: task for task in before}
        self.now = {task.key: task for task in now}
        self.unmatched = dict(self.previous)
        for task in older:
            self.unmatched.setdefault(task.key, task)
        self.result = TaskMatching()

    def match(self) -> TaskMatching:
        self._match_joined()
        self._match_by_wording()
        self._match_by_key()
        self._match_by_similarity()
        for key in [key for key in self.now if key in self.unmatched and not self.now[key].key_given]:
            self._add_pair(self.unmatched[key], self.now[key], MatchKind.REUSED_KEY)
        self.result.new = list(self.now.values())
        self.result.removed = [task for key, task in self.previous.items() if key in self.unmatched]
        return self.result

    def _add_pair(self, before: PlanTask, now: PlanTask, kind: MatchKind) -> None:
        self.result.pairs.append(TaskPair(before, now, kind))
        del self.unmatched[before.key], self.now[now.key]

    def _add_ambiguous(self, tasks: Sequence[PlanTask], candidates: Sequence[PlanTask]) -> None:
        for task in tasks:
            self.result.ambiguous.append(AmbiguousTask(task, tuple(candidates)))
            del self.now[task.key]
        for task in candidates:
            self.unmatched.pop(task.key, None)

    def _match_joined(self) -> None:
        current_keys = find_same_tasks(self.unmatched.values(), self.now.values(), BETWEEN_PERIODS).current_keys
        for earlier_key, key in current_keys.items():
            self._add_pair(self.unmatched[earlier_key], self.now[key], MatchKind.JOINED)

    def _match_by_wording(self) -> None:
        """Pair tasks with the same wording; where several have it, also by sub-group, outcome, target or label."""
        for grouping_key in _GROUPING_KEYS:
            earlier_groups = group_tasks(self.unmatched.values(), grouping_key)
            for group_key, current_tasks in group_tasks(self.now.values(), grouping_key).items():
                candidates = earlier_groups.get(group_key, [])
                if len(current_tasks) == len(candidates) == 1:
                    self._add_pair(candidates[0], current_tasks[0], MatchKind.SAME_WORDING)
                elif candidates:
                    self._add_ambiguous(current_tasks, candidates)

    def _match_by_key(self) -> None:
        for key, task in list(self.now.items()):
            if key in self.unmatched and self._is_most_similar(self.unmatched[key], task):
                self._add_pair(self.unmatched[key], task, MatchKind.SAME_KEY)

    def _is_most_similar(self, earlier: PlanTask, task: PlanTask) -> bool:
        """Return whether two wordings are similar, and neither is more similar to that of another unmatched task."""
        own_similarity = similarity(earlier.wording, task.wording)
        return own_similarity >= MIN_SIMILARITY and not any(
            similarity(first, second) > own_similarity
            for first, second in (
                *((earlier.wording, rival.wording) for rival in self.now.values()),
                *((rival.wording, task.wording) for rival in self.unmatched.values()),
            )
        )

    def _match_by_similarity(self) -> None:
        """Pair tasks with almost the same wording under another key, except where the plan gives the key."""
        wordings = {key: task.wording for key, task in self.unmatched.items() if normalise_text(task.wording)}
        claims: dict[str, list[PlanTask]] = defaultdict(list)
        for task in self.now.values():
            if normalise_text(task.wording) and not task.key_given:
                ranked = rank_by_similarity(task.wording, wordings, MIN_SIMILARITY_OTHER_KEY - MIN_LEAD)
                if earlier_key := clear_match(ranked):
                    claims[earlier_key].append(task)
        for key, current_tasks in claims.items():
            if len(current_tasks) == 1:
                self._add_pair(self.unmatched[key], current_tasks[0], MatchKind.SIMILAR_WORDING)
            else:
                self._add_ambiguous(current_tasks, [self.unmatched[key]])


#: Grouping keys that separate tasks with the same wording, the most specific first.
_GROUPING_KEYS: tuple[Callable[[PlanTask], Hashable], ...] = (
    lambda task: (normalised_wording(task), task.group, task.outcome, task.target, task.label),
    lambda task: (normalised_wording(task), task.group, task.outcome, task.target),
    lambda task: (normalised_wording(task), task.group, task.outcome, task.label),
    lambda task: (normalised_wording(task), task.group, task.outcome),
    lambda task: (normalised_wording(task), task.outcome),
    lambda task: (normalised_wording(task), task.group),
    normalised_wording,
)


Part = TypeVar("Part", bound=Hashable)


def match_parts(
    before: Collection[Part], now: Collection[Part], shared_tasks: Counter[tuple[Part, Part]]
) -> dict[Part, Part]:
    """Return today's part for each earlier sub-group, or outcome, that still exists.

    It is the one with the same key, else the one that most of its matched tasks have moved to; a part of today matches
    at most one earlier part.

    Args:
        before: the keys of the earlier parts.
        now: the keys of today's parts.
        shared_tasks: the number of tasks that an earlier part and one of today share.
    """
    pairs = {part: part for part in before if part in now}
    matched_parts = set(pairs.values())
    task_counts: Counter[Part] = Counter()
    for (part, _), count in shared_tasks.items():
        task_counts[part] += count
    for (part, current_part), count in shared_tasks.most_common():
        if part in before and part not in pairs and current_part not in matched_parts and 2 * count > task_counts[part]:
            pairs[part] = current_part
            matched_parts.add(current_part)
    return pairs
