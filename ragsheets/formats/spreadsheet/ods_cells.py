"""Read the cells of an OpenDocument sheet, which writes equal neighbours once, with a count (OpenDocument 1.3, 9.1).

The counts are kept, and repeats expanded only on demand: a sheet of a million equal rows is one row here too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition
from ragsheets.formats.spreadsheet.details import MergedArea
from ragsheets.formats.spreadsheet.ods_styles import OdsStyles

Value = TypeVar("Value")
OtherValue = TypeVar("OtherValue")

_ROW_GROUP_ELEMENTS = ("table-row-group", "table-header-rows", "table-rows")
_COLUMN_GROUP_ELEMENTS = ("table-column-group", "table-header-columns", "table-columns")
_CELL_ELEMENTS = ("table-cell", "covered-table-cell")
#: Elements in a cell that are not part of its text.
_NOT_CELL_TEXT = ("annotation", "annotation-end", "note", "ruby-text")
_SPAN_NAMES = frozenset(("number-rows-spanned", "number-columns-spanned"))
_FORMULA_PREFIX = re.compile(r"^(?:[A-Za-z][\w.-]*:)?=")
#: The most characters that a cell of Excel can hold.
_MAX_SPACES = 32767
_WHITESPACE = re.compile("[ \t\r\n]+")


class RepeatedCell(NamedTuple, Generic[Value]):
    """One value for neighbouring columns, from `column` on (counted from zero)."""

    column: int
    column_count: int
    value: Value


class RepeatedRow(NamedTuple, Generic[Value]):
    """Neighbouring rows with equal cells, from `row` on (counted from zero)."""

    row: int
    row_count: int
    cells: tuple[RepeatedCell[Value], ...]


class RepeatedCells(Mapping[CellPosition, Value]):
    """Values by cell position, stored once for each run of equal cells; only iteration expands the runs."""

    def __init__(self, rows: list[RepeatedRow[Value]]) -> None:
        self.rows = rows
        self._row_starts = [repeated_row.row for repeated_row in rows]

    def __getitem__(self, position: CellPosition) -> Value:
        row, column = position
        row_index = bisect_right(self._row_starts, row) - 1
        if row_index >= 0 and row < self.rows[row_index].row + self.rows[row_index].row_count:
            repeated_cells = self.rows[row_index].cells
            cell_index = bisect_right(repeated_cells, column, key=lambda run: run.column) - 1
            if cell_index >= 0 and column < repeated_cells[cell_index].column + repeated_cells[cell_index].column_count:
                return repeated_cells[cell_index].value
        raise KeyError(position)

    def __iter__(self) -> Iterator[CellPosition]:
        for repeated_row in self.rows:
            for row in range(repeated_row.row, repeated_row.row + repeated_row.row_count):
                for repeated_cell in repeated_row.cells:
                    yield from (
                        (row, column)
                        for column in range(repeated_cell.column, repeated_cell.column + repeated_cell.column_count)
                    )

    def __len__(self) -> int:
        return sum(
            repeated_row.row_count * repeated_cell.column_count
            for repeated_row in self.rows
            for repeated_cell in repeated_row.cells
        )

    def map(self, convert: Callable[[Value], OtherValue | None]) -> RepeatedCells[OtherValue]:
        """Return the converted values, without those for which `convert` returns None."""
        repeated_rows = []
        for repeated_row in self.rows:
            repeated_cells = tuple(
                RepeatedCell(repeated_cell.column, repeated_cell.column_count, converted)
                for repeated_cell in repeated_row.cells
                if (converted := convert(repeated_cell.value)) is not None
            )
            if repeated_cells:
                repeated_rows.append(RepeatedRow(repeated_row.row, repeated_row.row_count, repeated_cells))
        return RepeatedCells(repeated_rows)


class OdsCell(NamedTuple):
    """A cell with content or a style, with the name of its style: its own, else that of its row, else of its column.

    `formula` is without the name of the language and "=", None if there is none; `value_type` is "float", "date",
    "string" …, "" if there is no value; `is_error` whether LibreOffice marks the value as an error.
    """

    element: xml.Element
    style: str
    formula: str | None
    value_type: str
    is_error: bool

    def runs(self, styles: OdsStyles | None = None) -> list[tuple[str, bool]]:
        """Return the displayed text as (text, is struck), a line for each paragraph; never struck without `styles`."""
        struck = bool(styles and styles.is_struck("table-cell", self.style))
        text_pieces: list[tuple[str, bool]] = []
        for paragraph in paragraphs(self.element):
            if text_pieces:
                text_pieces.append(("\n", struck and text_pieces[-1][1]))
            text_pieces += text_runs(paragraph, struck, styles)
        return text_pieces

    @property
    def text(self) -> str:
        """The displayed text."""
        return "".join(text for text, _ in self.runs())


def paragraphs(element: xml.Element) -> Iterator[xml.Element]:
    """Yield the paragraphs of a cell, a note or a shape, without those of other elements inside it."""
    for part in element:
        match xml.local_name(part):
            case "p" | "h":
                yield part
            case "list" | "list-item" | "text-box":
                yield from paragraphs(part)


def text_runs(element: xml.Element, is_struck: bool, styles: OdsStyles | None) -> Iterator[tuple[str, bool]]:
    """Yield the text of a paragraph or a part of it as (text, is struck)."""
    own_strike = None
    if styles and xml.local_name(element) in ("span", "p"):
        family = "text" if xml.local_name(element) == "span" else "paragraph"
        own_strike = styles.is_struck(family, xml.attribute(element, "style-name"))
    is_struck = is_struck if own_strike is None else own_strike
    yield _WHITESPACE.sub(" ", element.text or ""), is_struck
    for child in element:
        kind = xml.local_name(child)
        if kind == "s":
            yield " " * min(xml.parse_int(xml.attribute(child, "c", "1"), 1), _MAX_SPACES), is_struck
        elif kind in ("tab", "line-break"):
            yield "\t" if kind == "tab" else "\n", is_struck
        elif kind not in _NOT_CELL_TEXT:
            yield from text_runs(child, is_struck, styles)
        yield _WHITESPACE.sub(" ", child.tail or ""), is_struck


def read_cells(table: xml.Element) -> RepeatedCells[OdsCell]:
    """Read the cells of a sheet that have content or a style of their own, including those under merged cells."""
    columns = list(_read_column_styles(table))
    repeated_rows, row = [], 0
    for element in _elements_in_groups(table, ("table-row",), _ROW_GROUP_ELEMENTS):
        row_count = _repeat_count(element, "number-rows-repeated")
        repeated_cells = tuple(_read_row(element, columns))
        if repeated_cells:
            repeated_rows.append(RepeatedRow(row, row_count, repeated_cells))
        row += row_count
    return RepeatedCells(repeated_rows)


def find_merged_areas(cells: RepeatedCells[OdsCell]) -> Iterator[MergedArea]:
    """Yield the areas of cells that are merged to one."""
    for repeated_row in cells.rows:
        for repeated_cell in repeated_row.cells:
            rows, columns = (
                xml.parse_int(xml.attribute(repeated_cell.value.element, f"number-{name}-spanned", "1"), 1)
                for name in ("rows", "columns")
            )
            if rows > 1 or columns > 1:
                row, column = repeated_row.row, repeated_cell.column
                yield MergedArea((row, column), (row + max(rows, 1) - 1, column + max(columns, 1) - 1))


def _read_row(row: xml.Element, columns: list[tuple[int, str]]) -> Iterator[RepeatedCell[OdsCell]]:
    column, default = 0, xml.attribute(row, "default-cell-style-name")
    for element in row:
        if xml.local_name(element) not in _CELL_ELEMENTS:
            continue
        facts: dict[str, str] = {}
        types = []
        for key, value in element.items():
            name = key.rpartition("}")[2]
            facts.setdefault(name, value)
            if name == "value-type":
                types.append(value)
        count = max(1, xml.parse_int(facts.get("number-columns-repeated", "1"), 1))
        if len(element) or types or "formula" in facts or facts.get("style-name") or _SPAN_NAMES & facts.keys():
            style = facts.get("style-name") or default
            if not style:
                style = next((name for end, name in columns if column < end), "")
            formula = facts.get("formula")
            if formula is not None:
                formula = _FORMULA_PREFIX.sub("", formula)
            yield RepeatedCell(
                column, count, OdsCell(element, style, formula, facts.get("value-type", ""), "error" in types)
            )
        column += count


def _read_column_styles(table: xml.Element) -> Iterator[tuple[int, str]]:
    """Yield, for each run of columns, the number after its last column, and the name of its cells' default style."""
    end_column = 0
    for element in _elements_in_groups(table, ("table-column",), _COLUMN_GROUP_ELEMENTS):
        end_column += _repeat_count(element, "number-columns-repeated")
        yield end_column, xml.attribute(element, "default-cell-style-name")


def _elements_in_groups(table: xml.Element, names: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[xml.Element]:
    for element in table:
        if xml.local_name(element) in names:
            yield element
        elif xml.local_name(element) in groups:
            yield from _elements_in_groups(element, names, groups)


def _repeat_count(element: xml.Element, name: str) -> int:
    return max(1, xml.parse_int(xml.attribute(element, name, "1"), 1))
