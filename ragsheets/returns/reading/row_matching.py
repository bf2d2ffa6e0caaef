"""Which task a row is about: told by its key where its wording agrees, else by its wording alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ragsheets.text import plain
from ragsheets.workbook.sent_workbook import Sent

#: How alike (0 to 100) a row's wording must be to the task's for its key to count. Below it the row is another one.
ALIKE = 60.0
#: How alike it must be to be the task's against the row's own key: a label that moved on, a word that was mended.
ALMOST_SAME = 95.0
#: How alike it must be to be a task's that has no row otherwise, and how much more than to any other task or than any
#: other row.
UNMISTAKABLE, MARGIN = 80.0, 10.0


class Match(NamedTuple):
    """A task's key, "" for none, and how alike a row's wording is to the task's (0 to 100)."""

    key: str
    likeness: float = 0.0


_NONE = Match("")


def by_wording(now: Sent, wording: str, target: str) -> str:
    """The key of the task that has exactly this wording, or "": where several have it, their targets decide."""
    keys = now.by_wording.get(wording, [])
    if len(keys) > 1:
        keys = [key for key in keys if now.tasks[key]["target"] == target]
    return keys[0] if len(keys) == 1 else ""


def among_twins(now: Sent, wording: str, target: str, outcome: str) -> str:
    """The key of the one task of this outcome that has this wording, or this wording and target; "" for none."""
    keys = [key for key in now.by_wording.get(wording, ()) if now.outcome_of[key] == outcome]
    if len(keys) > 1:
        keys = [key for key in keys if now.tasks[key]["target"] == target]
    return keys[0] if len(keys) == 1 else ""


def most_like(now: Sent, wording: str, target: str, key: str) -> Match:
    """The task whose row this is although its wording was changed, or is that of several.

    The row's own key counts where no other task's wording is more like it, or, where it is like none, where the
    target is untouched. Another task's counts where its wording is almost the same.
    """
    likeness = _likeness(now, wording)
    best = max(likeness.values(), default=0.0)
    if not plain(wording) or best < ALIKE:
        own = key in now.tasks and target and target == now.tasks[key]["target"]
        return Match(key, likeness.get(key, 0.0)) if own else _NONE
    nearest = [other for other in likeness if likeness[other] == best]
    if key in nearest:
        return Match(key, best)
    return Match(nearest[0], best) if len(nearest) == 1 and best >= ALMOST_SAME else _NONE


def unmistakable(now: Sent, wording: str, rowless: Iterable[str]) -> Match:
    """The task among `rowless`, those that have no row, that a row without a key can only be about."""
    likeness = _likeness(now, wording)
    ranked = sorted(likeness.items(), key=lambda item: -item[1])
    if not plain(wording) or not ranked or ranked[0][0] not in set(rowless) or ranked[0][1] < UNMISTAKABLE:
        return _NONE
    return Match(*ranked[0]) if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= MARGIN else _NONE


def _likeness(now: Sent, wording: str) -> dict[str, float]:
    from rapidfuzz import fuzz

    row = plain(wording)
    return {key: fuzz.ratio(row, plain(texts["task"])) for key, texts in now.tasks.items()}
