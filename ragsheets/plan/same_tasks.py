"""Which of today's tasks an earlier edition of a period's plan asked about: the tasks that its answers belong to.

Within a period an answer counts for another wording or key of its task only where no other task can be meant; what is
not certain is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple

from ragsheets.plan.matching import PlanTask, normalised_wording, similarity

#: The least similarity (0 to 100) of two wordings of one task under the same key, and its least lead over the
#: similarity of either to any other task; a rival with another target counts as less similar by the same margin.
MIN_SIMILARITY, MIN_LEAD = 75.0, 10.0
#: The least similarity of a task that is named as a possible one, and how many are named.
MIN_CANDIDATE_SIMILARITY, MAX_CANDIDATES = 60.0, 3


class SameTasks(NamedTuple):
    """The tasks of an earlier edition today.

    Attributes:
        current_keys: today's key of each task that is certain to be in today's plan, by its earlier key.
        candidates: for each other earlier task, by its key, today's tasks that it may be, the most similar first; none
            where it is gone.
    """

    current_keys: Mapping[str, str]
    candidates: Mapping[str, tuple[PlanTask, ...]]


def find_same_tasks(before: Iterable[PlanTask], now: Iterable[PlanTask]) -> SameTasks:
    """Find the tasks of an earlier edition of a sub-group's plan in today's edition.

    A task is the same where today's plan states its key, and not for the texts of another one; where wording and target
    are those of one task alone, in the same place of the plan if several tasks have both; and, under an unchanged key,
    where its wording or its target alone was changed and no other task can be meant.
    """
    return _TaskFinder(before, now).find()


class _TaskFinder:
    def __init__(self, before: Iterable[PlanTask], now: Iterable[PlanTask]) -> None:
        self.earlier = {task.key: task for task in before}
        self.current = {task.key: task for task in now}
        self.current_keys: dict[str, str] = {}

    def find(self) -> SameTasks:
        self._match_stated_keys()
        self._match_texts(_texts_of)
        self._match_texts(lambda task: (*_texts_of(task), task.place), same_keys=True)
        unmatched_earlier, unmatched_current = self._unmatched_earlier(), self._unmatched_current()
        self.current_keys |= {
            task.key: task.key
            for task in unmatched_earlier
            if task.key in unmatched_current
            and (
                self._is_only_retargeted(task, unmatched_current[task.key])
                or self._is_only_reworded(task, unmatched_current[task.key])
            )
        }
        return SameTasks(self.current_keys, {task.key: self._candidates(task) for task in self._unmatched_earlier()})

    def _unmatched_earlier(self) -> list[PlanTask]:
        return [task for key, task in self.earlier.items() if key not in self.current_keys]

    def _unmatched_current(self) -> dict[str, PlanTask]:
        matched_keys = set(self.current_keys.values())
        return {key: task for key, task in self.current.items() if key not in matched_keys}

    def _match_stated_keys(self) -> None:
        """Match the tasks whose keys the plan states today, unless their texts are now those of another earlier task.

        The key may have been derived for another task then, and stated since for the sake of a still earlier plan.
        """
        earlier_texts = set(map(_texts_of, self.earlier.values()))
        self.current_keys |= {
            key: key
            for key, task in self.current.items()
            if task.key_given
            and key in self.earlier
            and (_texts_of(task) == _texts_of(self.earlier[key]) or _texts_of(task) not in earlier_texts)
        }

    def _match_texts(self, texts_of: Callable[[PlanTask], Hashable], *, same_keys: bool = False) -> None:
        """Match the tasks whose texts one unmatched task alone has in each edition.

        Args:
            texts_of: the texts of a task.
            same_keys: match also several tasks with the same texts, where they have the same keys in both editions.
        """
        current_groups = _keys_by_texts(self._unmatched_current().values(), texts_of)
        for texts, keys in _keys_by_texts(self._unmatched_earlier(), texts_of).items():
            current_keys = current_groups.get(texts, [])
            if len(keys) == len(current_keys) == 1 or (same_keys and set(keys) == set(current_keys)):
                self.current_keys |= dict(zip(sorted(keys), sorted(current_keys), strict=True))

    def _is_only_retargeted(self, task: PlanTask, current_task: PlanTask) -> bool:
        """Return whether the wording is unchanged, and no other task has it."""
        return normalised_wording(task) == normalised_wording(current_task) and all(
            normalised_wording(rival) != normalised_wording(task) for rival in self._rivals(task.key)
        )

    def _is_only_reworded(self, task: PlanTask, current_task: PlanTask) -> bool:
        """Return whether the target is unchanged, and neither wording is nearly as similar to that of another task."""
        own_similarity = similarity(task.wording, current_task.wording)
        return (
            _target_of(task) == _target_of(current_task)
            and own_similarity >= MIN_SIMILARITY
            and all(
                own_similarity - _likeness(rival, one) >= MIN_LEAD
                for rival in self._rivals(task.key)
                for one in (task, current_task)
            )
        )

    def _rivals(self, key: str) -> list[PlanTask]:
        """Return all tasks of both editions under other keys."""
        return [task for tasks in (self.earlier, self.current) for other_key, task in tasks.items() if other_key != key]

    def _candidates(self, task: PlanTask) -> tuple[PlanTask, ...]:
        similarities = {
            key: similarity(task.wording, candidate.wording) for key, candidate in self._unmatched_current().items()
        }
        keys = [key for key in similarities if similarities[key] >= MIN_CANDIDATE_SIMILARITY]
        keys.sort(key=lambda key: -similarities[key])
        return tuple(self.current[key] for key in keys[:MAX_CANDIDATES])


def _keys_by_texts(tasks: Iterable[PlanTask], texts_of: Callable[[PlanTask], Hashable]) -> dict[Hashable, list[str]]:
    keys: dict[Hashable, list[str]] = {}
    for task in tasks:
        keys.setdefault(texts_of(task), []).append(task.key)
    return keys


def _texts_of(task: PlanTask) -> tuple[str, str]:
    return normalised_wording(task), _target_of(task)


def _target_of(task: PlanTask) -> str:
    return " ".join(task.target.split())


def _likeness(first: PlanTask, second: PlanTask) -> float:
    return similarity(first.wording, second.wording) - (MIN_LEAD if _target_of(first) != _target_of(second) else 0.0)
