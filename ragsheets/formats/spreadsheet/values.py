"""Types for the cell values of a spreadsheet, by sheet and row."""

from __future__ import annotations

from collections.abc import Sequence

#: The values of a row's cells, from column A on.
Row = Sequence[object]
#: The rows of a sheet, from row 1 on.
Rows = Sequence[Row]
#: The sheets of a workbook, each as its name and its rows.
Sheets = Sequence[tuple[str, Rows]]
