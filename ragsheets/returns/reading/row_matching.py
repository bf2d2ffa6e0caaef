"""Match a row to a task: by its key where its wording agrees, else by its wording alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The least similarity (0 to 100) of a row's wording to the task's for its key to count. Below it the row belongs to
#: another task.
MIN_SIMILARITY = 60.0
#: The least similarity to match a task against the row's own key: a changed label, a corrected word.
NEAR_EXACT_SIMILARITY = 95.0
#: The least similarity to match a task that has no other row, and the least lead over any other task or row.
MIN_SIMILARITY_WITHOUT_KEY, MIN_SIMILARITY_LEAD = 80.0, 10.0


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
    similarities = _similarities(workbook, wording)
    key = max(similarities, key=lambda key: similarities[key], default="")
    return TaskMatch(key, similarities.get(key, 0.0))


def is_clear(match: TaskMatch, workbook: SentWorkbook, wording: str, target: str) -> bool:
    """Return whether a row has the target of its task, and a wording much more similar to that than to any other."""
    others = [similarity for key, similarity in _similarities(workbook, wording).items() if key != match.key]
    return (
        target == workbook.tasks[match.key]["target"]
        and match.similarity >= MIN_SIMILARITY_WITHOUT_KEY
        and match.similarity - max(others, default=0.0) >= MIN_SIMILARITY_LEAD
    )


def match_without_key(workbook: SentWorkbook, wording: str, unmatched_keys: Iterable[str]) -> TaskMatch:
    """Return the only task among `unmatched_keys`, those without a row, that a row without a key can be about."""
    similarities = _similarities(workbook, wording)
    ranked = sorted(similarities.items(), key=lambda item: -item[1])
    if (
        not normalise_text(wording)
        or not ranked
        or ranked[0][0] not in set(unmatched_keys)
        or ranked[0][1] < MIN_SIMILARITY_WITHOUT_KEY
    ):
        return _NO_MATCH
    return (
        TaskMatch(*ranked[0]) if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= MIN_SIMILARITY_LEAD else _NO_MATCH
    )


def _similarities(workbook: SentWorkbook, wording: str) -> dict[str, float]:
    from rapidfuzz import fuzz

    normalised = normalise_text(wording)
    return {key: fuzz.ratio(normalised, normalise_text(texts["task"])) for key, texts in workbook.tasks.items()}
