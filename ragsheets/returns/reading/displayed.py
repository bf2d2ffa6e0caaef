"""Determine the text that a cell displays: what was typed, even where a program made a number or date of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from ragsheets import dates
from ragsheets.returns.reading.cell_text import text_of, without_invisible
from ragsheets.returns.reading.sheet import ReturnedSheet
from ragsheets.returns.reading.table import ReturnedTable

#: A length of time as an .ods file stores it (XML Schema's duration); calamine returns it as text.
_DURATION = re.compile(r"-?P(\d+D)?T(\d+H)?(\d+M)?([\d.]+S)?")


def displayed_text(sheet: ReturnedSheet, row_index: int, column_index: int) -> str:
    """Return what a cell displays: its text, or its number or date in the format it has."""
    value = sheet.rows[row_index][column_index]
    if isinstance(value, str):
        return text_of(value)
    text = sheet.details.displayed_text(sheet.name, (row_index, column_index))
    if text is None:
        from ragsheets.formats.number_format import display

        text = display.format_value(value, sheet.details.number_format_of(sheet.name, (row_index, column_index)))  # type: ignore[arg-type]
    if isinstance(value, datetime.date) and not any(map(str.isalpha, text)):
        # In digits alone it is ambiguous whether the day or the month comes first.
        return dates.in_figures(value)
    return text or text_of(value)


def displayed_texts(table: ReturnedTable, row_index: int, columns: Iterable[str]) -> dict[str, str]:
    """Return what a row displays under each of these columns, by their keys, without empty cells."""
    filled_columns = {key: table.column_indices[key] for key in columns if table.text(row_index, key)}
    return {key: displayed_text(table.sheet, row_index, column) for key, column in filled_columns.items()}


def displayed_answer(table: ReturnedTable, row_index: int, column: str, kind: str) -> tuple[str, bool]:
    """Return an answer as the contact saw it, even where a program made a number or date of it.

    Args:
        column: the key of the column.
        kind: the kind of the column.

    Returns:
        The answer, and whether the cell displays less than its value holds.
    """
    value, raw_value = table.text(row_index, column), table.value(row_index, column)
    column_index, sheet = table.column_indices[column], table.sheet
    if isinstance(raw_value, str):
        if kind != "text":
            value = without_invisible(value)
        shown_duration = (
            sheet.details.displayed_text(sheet.name, (row_index, column_index)) if _DURATION.fullmatch(value) else ""
        )
        return shown_duration or value, False
    if kind in ("date", "number"):
        return value, False
    from ragsheets.formats.number_format import display

    is_lossy = display.is_lossy(raw_value, sheet.details.number_format_of(sheet.name, (row_index, column_index)))  # type: ignore[arg-type]
    return displayed_text(sheet, row_index, column_index) or value, is_lossy
