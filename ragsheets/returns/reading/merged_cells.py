"""Observe answer cells that are merged with others, so that they show the others' words and hold none."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection

from ragsheets.formats.a1 import address, cell_address
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading import displayed
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES

#: The prefixes of the keys of tasks that are only listed, and ask for nothing.
_LISTED_PREFIXES = tuple(CLOSED_TASK_PREFIXES.values())

KINDS = {
    "merged-cells": FindingKind(
        Severity.WARNING,
        "This cell is merged with {wanted}, which holds “{found}”; nothing was taken for this cell itself.",
        "Ask whether the words hold here too.",
        settled_by="cell",
    ),
}


def add_merged_cells(
    table: ReturnedTable,
    task_keys: Collection[str],
    template: ReaderTemplate,
    details: WorkbookDetails,
    result: ReturnedWorkbook,
) -> None:
    """Add an observation for each cell to fill in that is covered by a merged cell with words or a number."""
    if not table.merged_areas:
        return
    answer_columns = [
        table.column_indices[key] for key in (*template.contact_columns, "headline") if key in table.column_indices
    ]
    answer_rows = sorted(
        row
        for row, key in table.matched_keys.items()
        if key and row in table.row_range and not key.startswith(_LISTED_PREFIXES)
    )
    # A cell is merged into one other, so that areas over each other cost no more than their cells.
    remaining_rows = {column: list(answer_rows) for column in answer_columns}
    for area in sorted(table.merged_areas):
        (top, left), (bottom, right) = area
        if top >= len(table.rows) or left >= len(table.rows[top]) or table.rows[top][left] == "":
            continue
        covered_cells = []
        for column in answer_columns:
            if left <= column <= right:
                rows = remaining_rows[column]
                covered = slice(bisect_left(rows, top), bisect_right(rows, bottom))
                covered_cells += [(row, column) for row in rows[covered] if (row, column) != area.first]
                del rows[covered]
        for row, column in sorted(covered_cells):
            key = table.matched_keys[row]
            is_task = key in task_keys
            result.add_observation(
                "merged-cells",
                table.sheet_name,
                address(row + 1, column + 1),
                key if is_task else "",
                displayed.displayed_text(table, top, left, details),
                cell_address(area.first),
                column=table.column_key(column) if is_task else "",
            )
