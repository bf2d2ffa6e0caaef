"""A returned sheet beside what it was sent with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ragsheets.formats.a1 import CellPosition
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows


def with_values(rows: Rows, values: Mapping[CellPosition, object]) -> Rows:
    """Return the rows with other values in these cells, which may be beyond their ends."""
    if not values:
        return rows
    changed_rows = [list(row) for row in rows]
    for (row, column), value in values.items():
        changed_rows += [[] for _ in range(row + 1 - len(changed_rows))]
        changed_rows[row] += [""] * (column + 1 - len(changed_rows[row]))
        changed_rows[row][column] = value
    return changed_rows


@dataclass(frozen=True)
class ReturnedSheet:
    """A returned sheet beside what it was sent with. Rows and columns are counted from 0.

    Attributes:
        rows: its values, without those in `formula_texts`.
        details: the content of the workbook besides values.
        formula_texts: the text of each cell that held only its own formula's text.
    """

    name: str
    rows: Rows
    sent_rows: Rows
    details: WorkbookDetails
    formula_texts: Mapping[CellPosition, str] = field(default_factory=dict)

    @cached_property
    def unchanged_rows(self) -> set[int]:
        """The indices of the rows that are as they were sent, in their position."""
        pairs = enumerate(zip(self.rows, self.sent_rows, strict=False))
        return {index for index, (row, sent_row) in pairs if row == sent_row}

    def is_unchanged_cell(self, row_index: int, column_index: int) -> bool:
        """Return whether a cell holds what was sent in its position."""
        sent_row = self.sent_rows[row_index] if row_index < len(self.sent_rows) else ()
        return column_index < len(sent_row) and bool(self.rows[row_index][column_index] == sent_row[column_index])
