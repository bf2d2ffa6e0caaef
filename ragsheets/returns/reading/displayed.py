"""What a cell shows its reader: the words that were typed, whatever number or date a program made of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from ragsheets import dates
from ragsheets.formats.spreadsheet.details import Extras
from ragsheets.returns.reading.table import Page, text_of, without_unseen

#: A length of time as an .ods file stores it (XML Schema's duration); calamine hands it on as text.
_DURATION = re.compile(r"-?P(\d+D)?T(\d+H)?(\d+M)?([\d.]+S)?")


def shown(page: Page, number: int, column: int, extras: Extras) -> str:
    """What a cell shows: its text, or its number or date in the format it has."""
    value = page.rows[number][column]
    if isinstance(value, str):
        return text_of(value)
    text = extras.displayed(page.name, (number, column))
    if text is None:
        from ragsheets.formats.number_format import display

        text = display.shown(value, extras.format_of(page.name, (number, column)))  # type: ignore[arg-type]
    if isinstance(value, datetime.date) and not any(map(str.isalpha, text)):
        # In figures alone nobody knows whether the day or the month comes first.
        return dates.in_figures(value)
    return text or text_of(value)


def words(page: Page, number: int, columns: Iterable[str], extras: Extras) -> dict[str, str]:
    """What a row shows under each of these columns, by their keys; those that are empty are left out."""
    filled = {key: page.places[key] for key in columns if page.text(number, key)}
    return {key: shown(page, number, place, extras) for key, place in filled.items()}


def answer(page: Page, number: int, column: str, kind: str, extras: Extras) -> tuple[str, bool]:
    """An answer in words that a program made a number or a date of, as the contact saw it.

    Gives with it whether the cell shows less than its value says. `column` is a key and `kind` is the column's.
    """
    value, found = page.text(number, column), page.value(number, column)
    place = page.places[column]
    if isinstance(found, str):
        if kind != "text":
            value = without_unseen(value)
        stored = extras.displayed(page.name, (number, place)) if _DURATION.fullmatch(value) else ""
        return stored or value, False
    if kind in ("date", "number"):
        return value, False
    from ragsheets.formats.number_format import display

    hides = display.hides(found, extras.format_of(page.name, (number, place)))  # type: ignore[arg-type]
    return shown(page, number, place, extras) or value, hides
