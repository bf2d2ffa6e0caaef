"""Make findings at the cell of a frame's row, or of an answer."""

from __future__ import annotations

from typing import Any

from ragsheets.returns.answered_cells import AnsweredCell
from ragsheets.returns.finding import Finding
from ragsheets.returns.finding_catalogue import make_finding
from ragsheets.returns.precedence import AnswerEntry, SourceCell

_NAMES = ("file", "group", "sheet", "cell", "task", "column")


def finding_at_row(row: Any, code: str, **details: str) -> Finding:
    """Return a finding at the location of a frame's row, as far as it has one; `details` are the other texts."""
    location = {name: getattr(row, name) for name in _NAMES if hasattr(row, name)}
    return make_finding(code, **{**location, **details})


def finding_at_answer(
    cell: AnsweredCell, entry: AnswerEntry, code: str, source: SourceCell | None = None, **details: str
) -> tuple[int, Finding]:
    """Return a finding about an answer to a cell, at its source unless another is given, with the return's number."""
    number, file, sheet, address = source or entry.source
    location = {"file": file, "group": cell.group, "sheet": sheet, "cell": address}
    return number, make_finding(code, task=cell.task, column=cell.column, found=entry.value, **location, **details)
