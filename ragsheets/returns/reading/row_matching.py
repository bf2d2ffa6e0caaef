"""Match a row to a task: by its key where its wording agrees, else by its wording alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ragsheets.plan.matching import MIN_SIMILARITY, clear_match, rank_by_similarity
from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The least similarity (0 to 100) to match a task against the row's own key: a changed label, a corrected word.
NEAR_EXACT_SIMILARITY = 95.0


class TaskMatch(NamedTuple):
    """A task's key ("" for none) and the similarity of a row's wording to the task's (0 to 100)."""

    key: str
    similarity: float = 0.0


_NO_MATCH = TaskMatch("")


def match_wording(workbook: SentWorkbook, wording: str, target: str) -> str:
    """Return the key of the task with exactly this wording, or "".

    Where several tasks have it, their targets decide.
    """
    keys = workbook.tasks_by_wording.get(wording, [])
    if len(keys) > 1:
        keys = [key for key in keys if workbook.tasks[key]["target"] == target]
    return keys[0] if len(keys) == 1 else ""


def match_wording_in_outcome(workbook: SentWorkbook, wording: str, target: str, outcome: str) -> str:
    """Return the key of the one task of this outcome with this wording, or wording and target; "" for none."""
    keys = [key for key in workbook.tasks_by_wording.get(wording, ()) if workbook.outcome_by_task[key] == outcome]
    if len(keys) > 1:
        keys = [key for key in keys if workbook.tasks[key]["target"] == target]
    return keys[0] if len(keys) == 1 else ""


def match_closest(workbook: SentWorkbook, wording: str, target: str, key: str) -> TaskMatch:
    """Return the task of a row whose wording was changed or is shared by several tasks.

    The row's own key counts where no other task's wording is more similar, or, where the wording is similar to none,
    where the target is unchanged. The key of another task counts where its wording is almost the same.
    """
    similarities = _similarities(workbook, wording)
    best_similarity = max(similarities.values(), default=0.0)
    if not normalise_text(wording) or best_similarity < MIN_SIMILARITY:
        keeps_own_key = key in workbook.tasks and target and target == workbook.tasks[key]["target"]
        return TaskMatch(key, similarities.get(key, 0.0)) if keeps_own_key else _NO_MATCH
    nearest_keys = [task_key for task_key in similarities if similarities[task_key] == best_similarity]
    if key in nearest_keys:
        return TaskMatch(key, best_similarity)
    return (
        TaskMatch(nearest_keys[0], best_similarity)
        if len(nearest_keys) == 1 and best_similarity >= NEAR_EXACT_SIMILARITY
        else _NO_MATCH
    )


def most_similar(workbook: SentWorkbook, wording: str) -> TaskMatch:
    """Return the task with the most similar wording."""
    return next(map(TaskMatch._make, _similarities(workbook, wording).items()), _NO_MATCH)


def is_clear(match: TaskMatch, workbook: SentWorkbook, wording: str, target: str) -> bool:
    """Return whether a row has the target of its task, and a wording much more similar to that than to any other."""
    ranked = list(_similarities(workbook, wording).items())
    return target == workbook.tasks[match.key]["target"] and clear_match(ranked) == match.key


def match_without_key(workbook: SentWorkbook, wording: str, unmatched_keys: Iterable[str]) -> TaskMatch:
    """Return the only task among `unmatched_keys`, those without a row, that a row without a key can be about."""
    similarities = _similarities(workbook, wording)
    key = clear_match(list(similarities.items())) if normalise_text(wording) else None
    return TaskMatch(key, similarities[key]) if key is not None and key in set(unmatched_keys) else _NO_MATCH


def _similarities(workbook: SentWorkbook, wording: str) -> dict[str, float]:
    """Return the similarity of a wording to that of each task, by the task's key, the highest first."""
    return dict(rank_by_similarity(wording, {key: texts["task"] for key, texts in workbook.tasks.items()}))
