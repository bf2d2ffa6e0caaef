"""The headings of a task table typed by hand, in one row or in several: "Progress" above "Position" and "Status"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ragsheets.report.read.blocks import WordCell, WordRow
from ragsheets.report.read.columns import ReportTableColumns, find_columns, is_heading
from ragsheets.template.model import Template

#: Maximum number of heading rows.
MAX_HEADING_ROWS = 3


def find_heading_rows(
    rows: Sequence[WordRow], template: Template, excluded_headings: set[str]
) -> tuple[ReportTableColumns | None, int]:
    """Return the columns by the headings that some rows begin with, and the number of heading rows.

    The columns are None if the first row is not a heading row of a task table.
    """
    columns, row_count = find_columns(rows[0], template, excluded_headings), 1
    headings = rows[0]
    for count in range(2, min(MAX_HEADING_ROWS, len(rows)) + 1):
        lower_row = rows[count - 1]
        joined_row = _join_rows(headings, lower_row, template)
        if joined_row is None:
            break
        headings = joined_row
        joined_columns = find_columns(headings, template, excluded_headings)
        most_columns = max(map(_count_columns, (columns, find_columns(lower_row, template, excluded_headings))))
        # A row whose other cells are merged with the headings above is not a task's, even if it adds no column.
        is_merged = any(cell.is_merged_above for cell in lower_row.cells)
        if _count_columns(joined_columns) >= most_columns + (not is_merged):
            columns, row_count = joined_columns, count
    return columns, row_count


def _count_columns(columns: ReportTableColumns | None) -> int:
    return len(set(columns.known_keys)) if columns is not None else 0


def _join_rows(upper_row: WordRow, lower_row: WordRow, template: Template) -> WordRow | None:
    """Return the headings that two rows print together; None if the lower one does not divide headings of the upper.

    A heading whose parts are not columns of the template is not divided.
    """
    if upper_row.spans == lower_row.spans:
        return None
    cells: list[WordCell] = []
    divided_texts = 0
    for upper_cell in upper_row.cells:
        parts = [
            cell
            for cell in lower_row.cells
            if upper_cell.start_column <= cell.start_column and cell.end_column <= upper_cell.end_column
        ]
        if len(parts) > 1 and any(part.text for part in parts):
            is_divided = any(is_heading(part.text, template) for part in parts)
            divided_texts += sum(1 for part in parts if part.text)
            cells += parts if is_divided else [upper_cell]
        else:
            cells.append(replace(upper_cell, blocks=upper_cell.shown.blocks))
    is_heading_row = 0 < divided_texts == sum(1 for cell in lower_row.cells if cell.text)
    return WordRow(tuple(cells), upper_row.is_heading) if is_heading_row else None
