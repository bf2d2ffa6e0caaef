"""Observe answer cells that are merged with others, so that they show the others' words and hold none."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection

from ragsheets.formats.a1 import cell_address
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading import displayed
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES

KINDS = {
    "merged-cells": FindingKind(
        Severity.WARNING,
        "This cell is merged with {wanted}, which holds “{found}”; nothing was taken for this cell itself.",
        "Ask whether the words apply here too.",
        settled_by="cell",
    ),
}


def add_merged_cells(
    table: ReturnedTable, task_keys: Collection[str], template: ReaderTemplate, result: ReturnedWorkbook
) -> None:
    """Add an observation for each cell to fill in that is covered by a merged cell with words or a number."""
    sheet = table.sheet
    merged_areas = sheet.details.merged_areas(sheet.name)
    if not merged_areas:
        return
    answer_columns = table.columns.answer_columns(template)
    answer_rows = sorted(
        row
        for row, key in table.matched_keys.items()
        if key and row in table.columns.row_range and not key.startswith(tuple(CLOSED_TASK_PREFIXES.values()))
    )
    # A cell is merged into one other, so that areas over each other cost no more than their cells.
    remaining_rows = {column: list(answer_rows) for column in answer_columns}
    for area in sorted(merged_areas):
        (top, left), (bottom, right) = area
        if top >= len(sheet.rows) or left >= len(sheet.rows[top]) or sheet.rows[top][left] == "":
            continue
        covered_cells = []
        for column in answer_columns:
            if left <= column <= right:
                rows = remaining_rows[column]
                covered = slice(bisect_left(rows, top), bisect_right(rows, bottom))
                covered_cells += [(row, column) for row in rows[covered] if (row, column) != area.first]
                del rows[covered]
        for row, column in sorted(covered_cells):
            key, words = table.matched_keys[row], displayed.displayed_text(sheet, top, left)
            task = key if key in task_keys else ""
            table.observe(result, "merged-cells", row, column, task, found=words, wanted=cell_address(area.first))
