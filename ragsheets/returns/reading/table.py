"""Give access to one table of a returned sheet, with cells addressed by row and column heading."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.formats.a1 import CellPosition, address
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.values import Row, Rows
from ragsheets.text import clean_for_office, has_forbidden_characters
from ragsheets.workbook.sent_workbook import SentWorkbook

if TYPE_CHECKING:
    from ragsheets.returns.reading.columns import ReturnedTableColumns
    from ragsheets.returns.reading.model import ReturnedWorkbook

#: Invisible characters: those that only control how others are displayed (Unicode's general category Cf, as far as it
#: applies to any script), and all blanks (White_Space).
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_INVISIBLE += "".join(map(chr, range(0x2066, 0x2070)))
_BLANK_OR_INVISIBLE = _INVISIBLE + "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
_REMOVE_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))


def text_of(value: object) -> str:
    """Return a cell's value as text: what was typed, without surrounding blanks."""
    if isinstance(value, str):
        text = (value if value.isprintable() else clean_for_office(value)).strip()
        return text if text.isascii() else text.strip(_BLANK_OR_INVISIBLE)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value)


def without_invisible(text: str) -> str:
    """Return a text without the invisible characters inside it; its blanks stay."""
    return text if text.isascii() else text.translate(_REMOVE_INVISIBLE)


def same_visible_text(first: str, second: str) -> bool:
    """Return whether two texts differ in nothing but blanks and invisible characters."""
    return without_invisible(first).split() == without_invisible(second).split()


def is_sent_text(text: str, row: Row, sent_workbook: SentWorkbook, *, has_valueless_formula: bool = False) -> bool:
    """Return whether a text in this row was sent, wherever the row is now.

    Contacts type the same words as a workbook contains (a name, a number, a status). They count as sent only next to a
    text that they were sent next to, or, where they were sent as the only text of a row, as the first text: next to a
    number, if they were sent next to one, or next to a formula that has lost its number (`has_valueless_formula`).
    """
    texts_in_same_row = sent_workbook.texts_in_same_row.get(text)
    if texts_in_same_row is None:
        return False
    texts = [text_of(value) for value in row if isinstance(value, str) and value]
    if not texts_in_same_row.isdisjoint(texts):
        return True
    return text == next(filter(None, texts), "") and _was_sent_alone(
        text, sent_workbook, has_numbers=has_valueless_formula or _has_numbers(row)
    )


def _was_sent_alone(text: str, sent_workbook: SentWorkbook, *, has_numbers: bool) -> bool:
    return any(
        [value.strip() for value in sent_row if isinstance(value, str) and value] == [text]
        and (has_numbers or not _has_numbers(sent_row))
        for sheet in sent_workbook.sheets
        for sent_row in sheet.rows
    )


def _has_numbers(row: Row) -> bool:
    return any(isinstance(value, (int, float)) for value in row)


def _key_of(value: object) -> str:
    return value.strip() if isinstance(value, str) else text_of(value)


def with_values(rows: Rows, values: Mapping[CellPosition, object]) -> Rows:
    """Return the rows with other values in these cells, which may lie beyond them."""
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
            observed_column: what the observation has for its column in the row of no task.
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
