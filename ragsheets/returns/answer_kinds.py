"""Checks of an answer against the kind of its column: date, number or choice from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragsheets.dates import read_date
from ragsheets.text import nearest_texts
from ragsheets.validation import suggest_nearest

if TYPE_CHECKING:
    from ragsheets.template.model import Column


def check_answer(value: str, column: Column) -> tuple[str, dict[str, str]] | None:
    """Return the finding code for an answer that does not fit its column, with message details; None if it fits."""
    if column.kind == "date" and read_date(value) is None:
        return "bad-date", {}
    if column.kind == "number" and not is_number(value):
        return "bad-number", {}
    if column.kind == "choice" and value not in column.choices:
        if (choice := column.normalise(value)) in column.choices:
            return "choice-read", {"wanted": choice}
        is_near = bool(nearest_texts(value, column.choices))
        suggestion = f" {suggest_nearest(value, column.choices)}" if is_near else ""
        return "unknown-choice", {"wanted": ", ".join(column.choices), "suggestion": suggestion}
    return None


def is_number(text: str) -> bool:
    """Return whether a text is a number in figures."""
    import pandas as pd

    return not pd.isna(pd.to_numeric(text, errors="coerce"))
