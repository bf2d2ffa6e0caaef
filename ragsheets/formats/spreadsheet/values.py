"""The values of a spreadsheet's cells, by sheet and row."""

from __future__ import annotations

from collections.abc import Sequence

#: The sheets of a workbook with the values of their cells, from A1 on.
Row = Sequence[object]
Rows = Sequence[Row]
Sheets = Sequence[tuple[str, Rows]]
