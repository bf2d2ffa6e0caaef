"""What a cell shows its reader: the words that were typed, whatever number or date a program made of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from ragsheets import dates
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.returns.reading.table import ReturnedTable, text_of, without_invisible

#: A length of time as an .ods file stores it (XML Schema's duration); calamine hands it on as text.
_DURATION = re.compile(r"-?P(\d+D)?T(\d+H)?(\d+M)?([\d.]+S)?")


def displayed_text(table: ReturnedTable, row_index: int, column_index: int, details: WorkbookDetails) -> str:
    """What a cell shows: its text, or its number or date in the format it has."""
    value = table.rows[row_index][column_index]
    if isinstance(value, str):
        return text_of(value)
    text = details.displayed_text(table.sheet_name, (row_index, column_index))
    if text is None:
        from ragsheets.formats.number_format import display

        text = display.format_value(value, details.number_format_of(table.sheet_name, (row_index, column_index)))  # type: ignore[arg-type]
    if isinstance(value, datetime.date) and not any(map(str.isalpha, text)):
        # In figures alone nobody knows whether the day or the month comes first.
        return dates.in_figures(value)
    return text or text_of(value)


def displayed_texts(
    table: ReturnedTable, row_index: int, columns: Iterable[str], details: WorkbookDetails
) -> dict[str, str]:
    """What a row shows under each of these columns, by their keys; those that are empty are left out."""
    filled = {key: table.column_indices[key] for key in columns if table.text(row_index, key)}
    return {key: displayed_text(table, row_index, place, details) for key, place in filled.items()}


def displayed_answer(
    table: ReturnedTable, row_index: int, column: str, kind: str, details: WorkbookDetails
) -> tuple[str, bool]:
    """An answer in words that a program made a number or a date of, as the contact saw it.

    Gives with it whether the cell shows less than its value says. `column` is a key and `kind` is the column's.
    """
    value, found = table.text(row_index, column), table.value(row_index, column)
    place = table.column_indices[column]
    if isinstance(found, str):
        if kind != "text":
            value = without_invisible(value)
        stored = details.displayed_text(table.sheet_name, (row_index, place)) if _DURATION.fullmatch(value) else ""
        return stored or value, False
    if kind in ("date", "number"):
        return value, False
    from ragsheets.formats.number_format import display

    hides = display.is_lossy(found, details.number_format_of(table.sheet_name, (row_index, place)))  # type: ignore[arg-type]
    return displayed_text(table, row_index, place, details) or value, hides
