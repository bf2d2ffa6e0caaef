"""What is wrong with an answer of a kind: a date is a date, a number a number, a choice stands on its list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragsheets.dates import read_date
from ragsheets.validation import suggest_nearest

if TYPE_CHECKING:
    from ragsheets.template.model import Column


def check_answer(value: str, column: Column) -> tuple[str, dict[str, str]] | None:
    """The code of the finding for an answer under a column, with the words that it names; None where all is well."""
    if column.kind == "date" and read_date(value) is None:
        return "bad-date", {}
    if column.kind == "number" and not is_number(value):
        return "bad-number", {}
    if column.kind == "choice" and value not in column.choices:
        if (choice := column.normalise(value)) in column.choices:
            return "choice-read", {"wanted": choice}
        return "unknown-choice", {
            "wanted": ", ".join(column.choices),
            "suggestion": f" {suggest_nearest(value, list(column.choices))}",
        }
    return None


def is_number(text: str) -> bool:
    """Whether a text is a number in figures."""
    import pandas as pd

    return not pd.isna(pd.to_numeric(text, errors="coerce"))
