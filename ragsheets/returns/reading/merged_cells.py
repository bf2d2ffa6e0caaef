"""Observe answer cells that are merged with others, so that they show the others' words and hold none."""

from __future__ import annotations

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
    answer_columns = [
        table.column_indices[key] for key in (*template.contact_columns, "headline") if key in table.column_indices
    ]
    for area in sorted(table.merged_areas):
        (top, left), (bottom, right) = area
        if top >= len(table.rows) or left >= len(table.rows[top]) or table.rows[top][left] == "":
            continue
        columns = [column for column in answer_columns if left <= column <= right]
        rows = range(max(top, table.row_range.start), min(bottom + 1, table.row_range.stop)) if columns else ()
        for row in rows:
            key = table.matched_keys.get(row, "")
            if not key or key.startswith(_LISTED_PREFIXES):
                continue
            for column in columns:
                if (row, column) != area.first:
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
