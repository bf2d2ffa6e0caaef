"""Which task a row is about: told by its key where its wording agrees, else by its wording alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook

#: How alike (0 to 100) a row's wording must be to the task's for its key to count. Below it the row is another one.
MIN_SIMILARITY = 60.0
#: How alike it must be to be the task's against the row's own key: a label that moved on, a word that was mended.
NEAR_EXACT_SIMILARITY = 95.0
#: How alike it must be to be a task's that has no row otherwise, and how much more than to any other task or than any
#: other row.
MIN_SIMILARITY_WITHOUT_KEY, MIN_SIMILARITY_LEAD = 80.0, 10.0


class TaskMatch(NamedTuple):
    """A task's key, "" for none, and how alike a row's wording is to the task's (0 to 100)."""

    key: str
    similarity: float = 0.0


_NO_MATCH = TaskMatch("")


def match_wording(current_workbook: SentWorkbook, wording: str, target: str) -> str:
    """The key of the task that has exactly this wording, or "": where several have it, their targets decide."""
    keys = current_workbook.tasks_by_wording.get(wording, [])
    if len(keys) > 1:
        keys = [key for key in keys if current_workbook.tasks[key]["target"] == target]
    return keys[0] if len(keys) == 1 else ""


def match_wording_in_outcome(current_workbook: SentWorkbook, wording: str, target: str, outcome: str) -> str:
    """The key of the one task of this outcome that has this wording, or this wording and target; "" for none."""
    keys = [
        key
        for key in current_workbook.tasks_by_wording.get(wording, ())
        if current_workbook.outcome_by_task[key] == outcome
    ]
    if len(keys) > 1:
        keys = [key for key in keys if current_workbook.tasks[key]["target"] == target]
    return keys[0] if len(keys) == 1 else ""


def match_closest(current_workbook: SentWorkbook, wording: str, target: str, key: str) -> TaskMatch:
    """The task whose row this is although its wording was changed, or is that of several.

    The row's own key counts where no other task's wording is more like it, or, where it is like none, where the
    target is untouched. Another task's counts where its wording is almost the same.
    """
    likeness = _similarities(current_workbook, wording)
    best = max(likeness.values(), default=0.0)
    if not normalise_text(wording) or best < MIN_SIMILARITY:
        own = key in current_workbook.tasks and target and target == current_workbook.tasks[key]["target"]
        return TaskMatch(key, likeness.get(key, 0.0)) if own else _NO_MATCH
    nearest = [other for other in likeness if likeness[other] == best]
    if key in nearest:
        return TaskMatch(key, best)
    return TaskMatch(nearest[0], best) if len(nearest) == 1 and best >= NEAR_EXACT_SIMILARITY else _NO_MATCH


def match_without_key(current_workbook: SentWorkbook, wording: str, unmatched_keys: Iterable[str]) -> TaskMatch:
    """The task among `rowless`, those that have no row, that a row without a key can only be about."""
    likeness = _similarities(current_workbook, wording)
    ranked = sorted(likeness.items(), key=lambda item: -item[1])
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


def _similarities(current_workbook: SentWorkbook, wording: str) -> dict[str, float]:
    from rapidfuzz import fuzz

    row = normalise_text(wording)
    return {key: fuzz.ratio(row, normalise_text(texts["task"])) for key, texts in current_workbook.tasks.items()}
