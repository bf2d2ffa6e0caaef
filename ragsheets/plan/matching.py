"""The one rule that decides which task of today's plan is which earlier task.

History, carried answers, corrections, settled questions, older editions of a workbook and the answers of erased returns
all follow it. What it leaves open is a question for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.plan.model import Plan

Key = TypeVar("Key", bound=Hashable)

#: The least similarity (0 to 100) of two wordings that may be those of one task, under the same key; of two wordings of
#: one task under different keys; and the least lead over the similarity to any other task.
MIN_SIMILARITY, MIN_SIMILARITY_OTHER_KEY, MIN_LEAD = 60.0, 80.0, 10.0
#: How many tasks are named that an earlier one may be.
_MAX_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class SameTaskRule:
    """What makes a task of today certain to be an earlier one, where today's plan does not state its key.

    Attributes:
        target_counts: whether the texts that identify a task are its wording and its target, or its wording alone.
        texts_suffice: whether a task with texts that no other task has is the same even under another key.
        min_similarity: the least similarity of a wording that was changed under the same key, while the target was not;
            None if such a task is never certain.
    """

    target_counts: bool
    texts_suffice: bool
    min_similarity: float | None


#: Two editions of one period's plan: an answer belongs to the task that its workbook asked about, wherever that is now.
BETWEEN_EDITIONS = SameTaskRule(target_counts=True, texts_suffice=True, min_similarity=75.0)
#: Two periods: history continues where key and wording both agree; `plan check` asks for a key where they do not.
BETWEEN_PERIODS = SameTaskRule(target_counts=False, texts_suffice=False, min_similarity=None)


class PlanTask(NamedTuple):
    """A task with the keys of its sub-group and outcome.

    `target` is None where it is not known. Label and `place`, the headings of its outcome and its action, are "" where
    they are not known.
    """

    key: str
    wording: str
    group: str = ""
    outcome: str = ""
    label: str = ""
    target: str | None = None
    key_given: bool = False
    place: str = ""


def plan_tasks(plan: Plan) -> list[PlanTask]:
    """Return the tasks of a plan, in its order; every part must have its key."""
    return [
        PlanTask(
            task.key,
            task.task,
            group.key,
            outcome.key,
            task.label,
            task.target,
            task.key_given,
            f"{outcome.heading}\n{action.ref}\n{action.title}",
        )
        for group, outcome, action, task in plan.task_paths
    ]


@dataclass(frozen=True)
class SameTasks:
    """The earlier tasks in today's plan.

    Attributes:
        earlier, current: the tasks of both plans by their keys.
        current_keys: today's key of each earlier task that is certain to be in today's plan, by its earlier key.
    """

    earlier: Mapping[str, PlanTask]
    current: Mapping[str, PlanTask]
    current_keys: Mapping[str, str]

    @cached_property
    def candidates(self) -> Mapping[str, tuple[PlanTask, ...]]:
        """Today's tasks that each other earlier task may be, by its key, the most similar first; none if it is gone."""
        matched_keys = set(self.current_keys.values())
        wordings = {key: task.wording for key, task in self.current.items() if key not in matched_keys}
        return {
            key: tuple(
                self.current[current_key]
                for current_key, _ in rank_by_similarity(task.wording, wordings, MIN_SIMILARITY)[:_MAX_CANDIDATES]
            )
            for key, task in self.earlier.items()
            if key not in self.current_keys
        }


def find_same_tasks(before: Iterable[PlanTask], now: Iterable[PlanTask], rule: SameTaskRule) -> SameTasks:
    """Find the tasks of an earlier plan, or of an earlier edition of it, that are certain to be in today's plan.

    A task is the same in these cases, tried in order; each case matches only tasks that have no match yet:

    1. Today's plan states its key, and its texts are unchanged.
    2. Where texts suffice, one task alone has its texts in each plan, or the tasks with its texts and headings have the
       same keys in both.
    3. Today's plan states its key, and no earlier task had the texts of today.
    4. Its key and its wording are unchanged, and no other task can be meant.
    5. Its key and its target are unchanged, and its wording is similar enough for the rule.
    """
    return _TaskFinder(before, now, rule).find()


class _TaskFinder:
    def __init__(self, before: Iterable[PlanTask], now: Iterable[PlanTask], rule: SameTaskRule) -> None:
        self.rule = rule
        self.earlier = {task.key: task for task in before}
        self.current = {task.key: task for task in now}
        # Where one side does not know the targets, they cannot be compared.
        self.target_counts = rule.target_counts and all(
            task.target is not None for tasks in (self.earlier, self.current) for task in tasks.values()
        )
        self.current_keys: dict[str, str] = {}

    def find(self) -> SameTasks:
        self._match_same_keys(lambda task, current: current.key_given and self._texts(task) == self._texts(current))
        if self.rule.texts_suffice:
            self._match_texts(self._texts)
            self._match_texts(lambda task: (*self._texts(task), task.place), same_keys=True)
        earlier_texts = set(map(self._texts, self.earlier.values()))
        self._match_same_keys(lambda _, current: current.key_given and self._texts(current) not in earlier_texts)
        self._match_same_keys(self._has_same_wording)
        self._match_same_keys(self._is_only_reworded)
        return SameTasks(self.earlier, self.current, self.current_keys)

    def _unmatched_earlier(self) -> list[PlanTask]:
        return [task for key, task in self.earlier.items() if key not in self.current_keys]

    def _unmatched_current(self) -> dict[str, PlanTask]:
        matched_keys = set(self.current_keys.values())
        return {key: task for key, task in self.current.items() if key not in matched_keys}

    def _match_same_keys(self, is_same: Callable[[PlanTask, PlanTask], bool]) -> None:
        """Match the unmatched tasks that have the same key in both plans and meet a condition."""
        unmatched_earlier = self._unmatched_earlier()
        unmatched_current = self._unmatched_current() if unmatched_earlier else {}
        self.current_keys |= {
            task.key: task.key
            for task in unmatched_earlier
            if task.key in unmatched_current and is_same(task, unmatched_current[task.key])
        }

    def _match_texts(self, texts_of: Callable[[PlanTask], Hashable], *, same_keys: bool = False) -> None:
        """Match the tasks whose texts only one unmatched task in each plan has.

        Args:
            texts_of: the texts of a task.
            same_keys: match also several tasks with the same texts, where they have the same keys in both plans.
        """
        groups = group_tasks(self._unmatched_earlier(), texts_of)
        current_groups = group_tasks(self._unmatched_current().values(), texts_of) if groups else {}
        for texts, tasks in groups.items():
            keys, current_keys = (
                sorted(task.key for task in group) for group in (tasks, current_groups.get(texts, []))
            )
            if len(keys) == len(current_keys) == 1 or (same_keys and keys == current_keys):
                self.current_keys |= dict(zip(keys, current_keys, strict=True))

    def _texts(self, task: PlanTask) -> tuple[str, ...]:
        wording = normalised_wording(task)
        return (wording, _target_of(task)) if self.target_counts else (wording,)

    def _has_same_wording(self, task: PlanTask, current_task: PlanTask) -> bool:
        """Return whether the wording is unchanged, and no other task can be meant.

        Where targets count, no other task of either plan may have the wording. Where they do not, the target may have
        changed too, unless a task of today with the same wording has the former target.
        """
        wording = normalised_wording(task)
        if normalised_wording(current_task) != wording:
            return False
        if self.target_counts:
            return len(self._earlier_by_wording[wording]) == len(self._current_by_wording[wording]) == 1
        if None in (task.target, current_task.target) or _target_of(task) == _target_of(current_task):
            return True
        return all(_target_of(other) != _target_of(task) for other in self._current_by_wording[wording])

    @cached_property
    def _earlier_by_wording(self) -> Mapping[Hashable, list[PlanTask]]:
        return group_tasks(self.earlier.values(), normalised_wording)

    @cached_property
    def _current_by_wording(self) -> Mapping[Hashable, list[PlanTask]]:
        return group_tasks(self.current.values(), normalised_wording)

    def _is_only_reworded(self, task: PlanTask, current_task: PlanTask) -> bool:
        """Return whether the target is unchanged, and neither wording is nearly as similar to that of another task."""
        if self.rule.min_similarity is None or task.target is None or _target_of(task) != _target_of(current_task):
            return False
        own_similarity = similarity(task.wording, current_task.wording)
        return own_similarity >= self.rule.min_similarity and all(
            own_similarity - _similarity_of_rival(rival, own_task) >= MIN_LEAD
            for tasks in (self.earlier, self.current)
            for key, rival in tasks.items()
            if key != task.key
            for own_task in (task, current_task)
        )


def group_tasks(tasks: Iterable[PlanTask], texts_of: Callable[[PlanTask], Hashable]) -> dict[Hashable, list[PlanTask]]:
    """Return tasks in groups with the same texts, by those texts."""
    groups: dict[Hashable, list[PlanTask]] = {}
    for task in tasks:
        groups.setdefault(texts_of(task), []).append(task)
    return groups


def normalised_wording(task: PlanTask) -> str:
    """Return a task's wording for comparison."""
    return normalise_text(task.wording) or task.wording


def _target_of(task: PlanTask) -> str:
    return " ".join((task.target or "").split())


def _similarity_of_rival(rival: PlanTask, task: PlanTask) -> float:
    """Return the similarity of another task's wording; one with another target counts as less similar."""
    return similarity(rival.wording, task.wording) - (MIN_LEAD if _target_of(rival) != _target_of(task) else 0.0)


def similarity(first: str, second: str) -> float:
    """Return the similarity of two wordings, from 0 to 100, ignoring insignificant differences."""
    from rapidfuzz import fuzz

    return fuzz.ratio(normalise_text(first), normalise_text(second))


def rank_by_similarity(wording: str, wordings: Mapping[Key, str], minimum: float = 0.0) -> list[tuple[Key, float]]:
    """Return the keys of the wordings that are at least so similar to one, with their similarity, the highest first."""
    from rapidfuzz import fuzz, process

    choices = {key: normalise_text(text) for key, text in wordings.items()}
    ranked = process.extract(
        normalise_text(wording), choices, scorer=fuzz.ratio, limit=None, score_cutoff=minimum or None
    )
    return [(key, score) for _, score, key in ranked]


def clear_match(ranked: list[tuple[Key, float]], minimum: float = MIN_SIMILARITY_OTHER_KEY) -> Key | None:
    """Return the first of ranked keys if it is similar enough and clearly leads over the second; None otherwise."""
    if not ranked or ranked[0][1] < minimum or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < MIN_LEAD):
        return None
    return ranked[0][0]
