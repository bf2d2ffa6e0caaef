"""The cells of an OpenDocument sheet, which writes alike neighbours once and says how often (OpenDocument 1.3, 9.1).

A sheet of a million rows of one sort is one row here too: nothing is counted out that nobody asks for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition
from ragsheets.formats.spreadsheet.ods_styles import OdsStyles

Value = TypeVar("Value")
OtherValue = TypeVar("OtherValue")

_ROW_GROUP_ELEMENTS = ("table-row-group", "table-header-rows", "table-rows")
_COLUMN_GROUP_ELEMENTS = ("table-column-group", "table-header-columns", "table-columns")
_CELL_ELEMENTS = ("table-cell", "covered-table-cell")
#: What stands in a cell beside its own text.
_NOT_CELL_TEXT = ("annotation", "annotation-end", "note", "ruby-text")
_FORMULA_PREFIX = re.compile(r"^(?:[A-Za-z][\w.-]*:)?=")
#: As many characters as a cell of Excel can hold.
_MAX_SPACES = 32767
_WHITESPACE = re.compile("[ \t\r\n]+")


class RepeatedCell(NamedTuple, Generic[Value]):
    """One value for some neighbouring columns, the first counted from nought."""

    column: int
    column_count: int
    value: Value


class RepeatedRow(NamedTuple, Generic[Value]):
    """Neighbouring rows that are alike, the first counted from nought."""

    row: int
    row_count: int
    cells: tuple[RepeatedCell[Value], ...]


class RepeatedCells(Mapping[CellPosition, Value]):
    """Values by place, kept once for each run of alike cells; only going through all of them counts them out."""

    def __init__(self, rows: list[RepeatedRow[Value]]) -> None:
        self.rows = rows
        self._row_starts = [band.row for band in rows]

    def __getitem__(self, position: CellPosition) -> Value:
        row, column = position
        at = bisect_right(self._row_starts, row) - 1
        if at >= 0 and row < self.rows[at].row + self.rows[at].row_count:
            runs = self.rows[at].cells
            nearest = bisect_right(runs, column, key=lambda run: run.column) - 1
            if nearest >= 0 and column < runs[nearest].column + runs[nearest].column_count:
                return runs[nearest].value
        raise KeyError(position)

    def __iter__(self) -> Iterator[CellPosition]:
        for band in self.rows:
            for row in range(band.row, band.row + band.row_count):
                for run in band.cells:
                    yield from ((row, column) for column in range(run.column, run.column + run.column_count))

    def __len__(self) -> int:
        return sum(band.row_count * run.column_count for band in self.rows for run in band.cells)

    def map(self, convert: Callable[[Value], OtherValue | None]) -> RepeatedCells[OtherValue]:
        """What is said of each value, without those of which None is said."""
        bands = []
        for band in self.rows:
            runs = tuple(
                RepeatedCell(run.column, run.column_count, other)
                for run in band.cells
                if (other := convert(run.value)) is not None
            )
            if runs:
                bands.append(RepeatedRow(band.row, band.row_count, runs))
        return RepeatedCells(bands)


class OdsCell(NamedTuple):
    """A cell that says something, with the name of its style: its own, else that of its row, else of its column.

    `formula` is without the name of the language and "=", None where it has none; `value_type` is "float", "date",
    "string" …, "" where it has no value; `is_error` whether LibreOffice says that its value is an error.
    """

    element: xml.Element
    style: str
    formula: str | None
    value_type: str
    is_error: bool

    def runs(self, styles: OdsStyles | None = None) -> list[tuple[str, bool]]:
        """The text it shows, a line for each paragraph, in pieces that are struck or not; not, without `styles`."""
        struck = bool(styles and styles.is_struck("table-cell", self.style))
        found: list[tuple[str, bool]] = []
        for paragraph in paragraphs(self.element):
            if found:
                found.append(("\n", struck and found[-1][1]))
            found += text_runs(paragraph, struck, styles)
        return found

    @property
    def text(self) -> str:
        """The text it shows."""
        return "".join(text for text, _ in self.runs())


def paragraphs(element: xml.Element) -> Iterator[xml.Element]:
    """The paragraphs of a cell, a note or a shape, without those of what else stands in it."""
    for part in element:
        match xml.local_name(part):
            case "p" | "h":
                yield part
            case "list" | "list-item" | "text-box":
                yield from paragraphs(part)


def text_runs(element: xml.Element, is_struck: bool, styles: OdsStyles | None) -> Iterator[tuple[str, bool]]:
    """The text of a paragraph or a part of it, in pieces that are struck or not."""
    own = None
    if styles and xml.local_name(element) in ("span", "p"):
        family = "text" if xml.local_name(element) == "span" else "paragraph"
        own = styles.is_struck(family, xml.attribute(element, "style-name"))
    is_struck = is_struck if own is None else own
    yield _WHITESPACE.sub(" ", element.text or ""), is_struck
    for part in element:
        kind = xml.local_name(part)
        if kind == "s":
            yield " " * min(xml.parse_int(xml.attribute(part, "c", "1"), 1), _MAX_SPACES), is_struck
        elif kind in ("tab", "line-break"):
            yield "\t" if kind == "tab" else "\n", is_struck
        elif kind not in _NOT_CELL_TEXT:
            yield from text_runs(part, is_struck, styles)
        yield _WHITESPACE.sub(" ", part.tail or ""), is_struck


def read_cells(table: xml.Element) -> RepeatedCells[OdsCell]:
    """The cells of a sheet that say something, those under merged ones too."""
    columns = list(_read_column_styles(table))
    bands, row = [], 0
    for element in _elements_in_groups(table, ("table-row",), _ROW_GROUP_ELEMENTS):
        rows = _repeat_count(element, "number-rows-repeated")
        runs = tuple(_read_row(element, columns))
        if runs:
            bands.append(RepeatedRow(row, rows, runs))
        row += rows
    return RepeatedCells(bands)


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
        if len(element) or types or "formula" in facts:
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
    """For each run of columns, the number after its last, and the name of the style that its cells have."""
    end = 0
    for element in _elements_in_groups(table, ("table-column",), _COLUMN_GROUP_ELEMENTS):
        end += _repeat_count(element, "number-columns-repeated")
        yield end, xml.attribute(element, "default-cell-style-name")


def _elements_in_groups(table: xml.Element, names: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[xml.Element]:
    for element in table:
        if xml.local_name(element) in names:
            yield element
        elif xml.local_name(element) in groups:
            yield from _elements_in_groups(element, names, groups)


def _repeat_count(element: xml.Element, name: str) -> int:
    return max(1, xml.parse_int(xml.attribute(element, name, "1"), 1))
