"""Store the new task that a contact proposes in parts that can be copied into the plan.

An observation shows the proposal as one text; its `parts` hold the same as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.returns.reading.table import ReturnedTable
    from ragsheets.workbook.sent_workbook import SentWorkbook


def task_to_json(texts: Mapping[str, str], outcome: str) -> str:
    """Return the parts of a new task: its texts by the columns' keys, and the key of its outcome ("" for unknown)."""
    return json.dumps({"outcome": outcome, "words": dict(texts)}, ensure_ascii=False)


def task_from_json(parts: str) -> tuple[Mapping[str, str], str]:
    """Return the texts and the outcome from `task_to_json`; empty where an older ragsheets stored no parts."""
    if not parts:
        return {}, ""
    task_parts = json.loads(parts)
    return task_parts["words"], str(task_parts["outcome"])


def find_outcome(table: ReturnedTable, row_index: int, current_workbook: SentWorkbook) -> str:
    """Return the outcome of the nearest task above a row, else of the sheet as sent; "" where there is neither.

    Sheets are renamed and pasted into one another: the tasks of a table are better evidence than its name.
    """
    for row in range(row_index, table.columns.row_range.start - 1, -1):
        if outcome := current_workbook.outcome_by_task.get(table.matched_keys.get(row, "")):
            return outcome
    sheet = current_workbook.sheet(table.sheet.name)
    return sheet.outcome if sheet else ""
