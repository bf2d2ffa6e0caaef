"""The rows of task tables."""

from __future__ import annotations

import re

from ragsheets.report.read.blocks import WordRow
from ragsheets.report.read.columns import ReportTableColumns
from ragsheets.report.read.scan_model import ScannedAction, ScannedRow
from ragsheets.report.write.xml import BULLET_PREFIX

#: Signs that people type as bullets, including those of the Symbol and Wingdings fonts.
_TYPED_BULLET = re.compile(r"^[ \t\xa0]*(?:[•·▪‣◦●○■□►▶➢✓\uf0b7\uf0a7\uf0d8\uf0fc]|o\t)[ \t\xa0]*(?=\S)")


def add_task_row(
    action: ScannedAction, columns: ReportTableColumns, row: WordRow, *, handmade: bool = False
) -> list[str]:
    """Add a row of a task table to its action, and return its texts that are in no column.

    A cell that is merged over several tasks belongs to each of them.

    Args:
        action: the action.
        columns: the columns of the table.
        row: the row to add.
        handmade: whether it was typed by hand, so that signs for bullets are bullets.
    """
    rows = action.rows
    cells_by_key, unplaced_cells = columns.cells_by_column(row)
    for heading, cell in columns.other_cells(row):
        action.other_texts.setdefault(heading, []).extend(filter(None, [cell.text]))
    filled_cells = [cell for cell in row.cells if cell.text]
    if len(filled_cells) == 1 and columns.count_columns_above(filled_cells[0]) > 1:
        return [filled_cells[0].text]
    if filled_cells:
        task_cells = cells_by_key.get("task", [])
        # A task merged over several rows is one task, also if its heading is merged over several columns.
        continues_task = bool(rows and task_cells) and all(cell.is_merged_above for cell in task_cells)
        if not continues_task:
            shared_keys = [
                key for key, cells in cells_by_key.items() if any(c.is_merged_above and c.shown.text for c in cells)
            ]
            label_cell = columns.label_cell(row) if handmade else None
            label = f"{label_cell.printed_label.strip('([)].: ')})" if label_cell is not None and task_cells else ""
            list_number = label or (task_cells[0].list_number if task_cells and handmade else "")
            rows.append(ScannedRow({key: [] for key in cells_by_key}, tuple(shared_keys), list_number))
        for key, cells in cells_by_key.items():
            for cell in cells:
                lines = cell.lines if continues_task else cell.shown.lines
                rows[-1].lines.setdefault(key, []).extend(
                    _TYPED_BULLET.sub(BULLET_PREFIX, line) if handmade else line for line in lines
                )
        if not continues_task and label and rows[-1].lines["task"]:
            rows[-1].lines["task"][0] = f"{label} {rows[-1].lines['task'][0]}"
    return [cell.text for cell in unplaced_cells if cell.text]
