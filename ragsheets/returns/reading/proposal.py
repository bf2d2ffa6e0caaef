"""What a contact proposes, kept in parts that can be taken over into the plan: a task reworded, or a new one.

An observation says it to a person in one text; beside that stand its parts as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.returns.reading.table import ReturnedTable
    from ragsheets.workbook.sent_workbook import SentWorkbook


def change_to_json(column: str) -> str:
    """The parts of a change to what the plan says of a task: the key of its column."""
    return json.dumps({"column": column}, ensure_ascii=False)


def task_to_json(texts: Mapping[str, str], outcome: str) -> str:
    """The parts of a new task: what its row says by the columns' keys, and the key of its outcome, "" for unknown."""
    return json.dumps({"outcome": outcome, "words": dict(texts)}, ensure_ascii=False)


def column_from_json(parts: str) -> str:
    """The column that `change_of` names; "" for parts that an older ragsheets did not keep."""
    return str(json.loads(parts)["column"]) if parts else ""


def task_from_json(parts: str) -> tuple[Mapping[str, str], str]:
    """What `task_of` holds: the words and the outcome; nothing for parts that an older ragsheets did not keep."""
    if not parts:
        return {}, ""
    read = json.loads(parts)
    return read["words"], str(read["outcome"])


def find_outcome(table: ReturnedTable, row_index: int, current_workbook: SentWorkbook) -> str:
    """The outcome of the task whose row stands next above, or that the sheet was sent for; "" where there is neither.

    Sheets are renamed and pasted into one another: the tasks of a table say more about it than its name.
    """
    for row in range(row_index, table.row_range.start - 1, -1):
        if outcome := current_workbook.outcome_by_task.get(table.matched_keys.get(row, "")):
            return outcome
    sheet = current_workbook.sheet(table.sheet_name)
    return sheet.outcome if sheet else ""
