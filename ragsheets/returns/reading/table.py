"""Give access to one table of a returned sheet, with cells addressed by row and column heading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets.formats.a1 import CellPosition, address
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.returns.reading.columns import ReturnedTableColumns
from ragsheets.returns.reading.sheet import ReturnedSheet
from ragsheets.text import has_forbidden_characters

if TYPE_CHECKING:
    from ragsheets.returns.reading.model import ReturnedWorkbook


def _key_of(value: object) -> str:
    return value.strip() if isinstance(value, str) else text_of(value)


class ReturnedTable:
    """One table of a returned sheet.

    Attributes:
        column_indices: the index of each column by its key.
        total_cells: the cells that were read as totals.
        matched_keys: what each row was read as: the key of its task, headline or proposal.
    """

    def __init__(self, sheet: ReturnedSheet, columns: ReturnedTableColumns) -> None:
        self.sheet = sheet
        self.columns = columns
        self.column_indices = columns.column_indices
        key = self.column_indices.get("key", 1 << 30)
        self._row_keys = [_key_of(row[key]) if key < len(row) else "" for row in sheet.rows]
        self._error_cells = sheet.details.errors(sheet.name)
        self.total_cells: set[CellPosition] = set()
        self.matched_keys: dict[int, str] = {}
        self._texts: dict[int, list[str]] = {}
        self._column_sets: dict[tuple[str, ...], frozenset[int]] = {}

    def column_key(self, column_index: int) -> str:
        """Return the key of the task's column with this index, or "" where it is none."""
        return next((key for key, index in self.column_indices.items() if index == column_index and key != "key"), "")

    def row_key(self, row_index: int) -> str:
        """Return the key of a row, or "" where it has none."""
        return self._row_keys[row_index]

    def text(self, row_index: int, column_key: str) -> str:
        """Return the text of a row in a column, or "" where there is none."""
        texts = self._texts.get(row_index)
        if texts is None:
            texts = self._texts[row_index] = [
                text_of(value) if value != "" else "" for value in self.sheet.rows[row_index]
            ]
        column = self.column_indices.get(column_key)
        return texts[column] if column is not None and column < len(texts) else ""

    def value(self, row_index: int, column_key: str) -> object:
        """Return the value of a row in a column as the file has it, or "" where there is none."""
        column = self.column_indices.get(column_key)
        row = self.sheet.rows[row_index]
        return row[column] if column is not None and column < len(row) else ""

    def is_error(self, row_index: int, column_key: str) -> bool:
        """Return whether that cell holds an error value instead of an answer."""
        return (row_index, self.column_indices[column_key]) in self._error_cells

    def has_invalid_characters(self, row_index: int, column_key: str) -> bool:
        """Return whether that cell holds characters that Office files cannot hold; `text` leaves them out."""
        value = self.value(row_index, column_key)
        return isinstance(value, str) and has_forbidden_characters(value)

    def address(self, row_index: int, column_key: str) -> str:
        """Return the address of that cell."""
        return address(row_index + 1, self.column_indices.get(column_key, 0) + 1)

    def observe(
        self,
        result: ReturnedWorkbook,
        code: str,
        row_index: int,
        column: str | int,
        task: str = "",
        observed_column: str = "",
        **facts: str,
    ) -> None:
        """Add an observation on a cell of a row, with these other facts.

        Args:
            column: the key or the index of the cell's column.
            observed_column: the column of the observation where the row has no task.
        """
        index = column if isinstance(column, int) else self.column_indices.get(column, 0)
        if task:
            observed_column = column if isinstance(column, str) else self.column_key(column)
        facts |= {"sheet": self.sheet.name, "cell": address(row_index + 1, index + 1), "task": task}
        result.add_observation(code, column=observed_column, **facts)

    def find_changed_cells(self, row_index: int, read_columns: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        """Yield the index and text of a row's cells that do not hold what was sent in their position.

        Args:
            read_columns: the keys of columns to leave out, since they are read separately.
        """
        if row_index in self.sheet.unchanged_rows:
            return
        skipped_columns = self._column_sets.get(read_columns)
        if skipped_columns is None:
            skipped_columns = self._column_sets[read_columns] = frozenset(
                self.column_indices[key] for key in read_columns if key in self.column_indices
            )
        for column, value in enumerate(self.sheet.rows[row_index]):
            if (
                column not in skipped_columns
                and value != ""
                and (row_index, column) not in self.total_cells
                and not self.sheet.is_unchanged_cell(row_index, column)
                and (text := text_of(value))
            ):
                yield column, text
