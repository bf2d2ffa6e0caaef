"""Types for the cell values of a spreadsheet, by sheet and row."""

from __future__ import annotations

from collections.abc import Sequence

#: Sheets are pairs of name and rows; rows hold the values of their cells, from A1 on.
Row = Sequence[object]
Rows = Sequence[Row]
Sheets = Sequence[tuple[str, Rows]]
