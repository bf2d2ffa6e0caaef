"""Checks of an answer against the kind of its column: date, number or choice from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ragsheets.dates import read_date
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.text import nearest_texts

if TYPE_CHECKING:
    from ragsheets.template.model import Column, Template

KINDS = {
    "bad-date": FindingKind(
        Severity.ERROR, "“{found}” is not a date that can be read.", "Write it as day, month and year: 5 March 2009."
    ),
    "bad-number": FindingKind(Severity.ERROR, "“{found}” is not a number.", "Write it in figures."),
    "unknown-choice": FindingKind(
        Severity.ERROR, "“{found}” is not one of the choices.{suggestion}", "Ask which it is: {wanted}."
    ),
    "choice-read": FindingKind(Severity.NOTE, "“{found}” was read as {wanted}.", "Nothing to do if that is right."),
}


class AnswerFault(NamedTuple):
    """The finding code for an answer that does not fit its column, what is wanted, and the nearest valid answer."""

    code: str
    wanted: str = ""
    nearest: str = ""


def check_answer(value: str, column: Column) -> AnswerFault | None:
    """Return the fault of an answer that does not fit its column; None if it fits."""
    if column.kind == "date" and read_date(value) is None:
        return AnswerFault("bad-date")
    if column.kind == "number" and not is_number(value):
        return AnswerFault("bad-number")
    if column.kind == "choice" and value not in column.choices:
        if (choice := column.normalise(value)) in column.choices:
            return AnswerFault("choice-read", choice)
        return AnswerFault(
            "unknown-choice", ", ".join(column.choices), " or ".join(nearest_texts(value, column.choices))
        )
    return None


def is_valid_answer(text: str, column: Column, template: Template) -> bool:
    """Return whether a text is a valid answer for the kind of a column."""
    return bool(template.scale.read(text).code) if column.kind == "status" else not check_answer(text, column)


def is_number(text: str) -> bool:
    """Return whether a text is a number in figures."""
    import pandas as pd

    return not pd.isna(pd.to_numeric(text, errors="coerce"))
