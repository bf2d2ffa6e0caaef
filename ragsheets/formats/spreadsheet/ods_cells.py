"""The cells of an OpenDocument sheet, which writes alike neighbours once and says how often (OpenDocument 1.3, 9.1).

A sheet of a million rows of one sort is one row here too: nothing is counted out that nobody asks for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from ragsheets.formats import xml
from ragsheets.formats.a1 import Place
from ragsheets.formats.spreadsheet.ods_styles import OdsStyles

Value = TypeVar("Value")
Other = TypeVar("Other")

_ROW_GROUPS = ("table-row-group", "table-header-rows", "table-rows")
_COLUMN_GROUPS = ("table-column-group", "table-header-columns", "table-columns")
_CELLS = ("table-cell", "covered-table-cell")
#: What stands in a cell beside its own text.
_BESIDE = ("annotation", "annotation-end", "note", "ruby-text")
_LANGUAGE = re.compile(r"^(?:[A-Za-z][\w.-]*:)?=")
#: As many characters as a cell of Excel can hold.
_MOST_SPACES = 32767
_BLANKS = re.compile("[ \t\r\n]+")


class Run(NamedTuple, Generic[Value]):
    """One value for some neighbouring columns, the first counted from nought."""

    column: int
    columns: int
    value: Value


class Band(NamedTuple, Generic[Value]):
    """Neighbouring rows that are alike, the first counted from nought."""

    row: int
    rows: int
    runs: tuple[Run[Value], ...]


class Runs(Mapping[Place, Value]):
    """Values by place, kept once for each run of alike cells; only going through all of them counts them out."""

    def __init__(self, bands: list[Band[Value]]) -> None:
        self.bands = bands
        self._rows = [band.row for band in bands]

    def __getitem__(self, place: Place) -> Value:
        row, column = place
        at = bisect_right(self._rows, row) - 1
        if at >= 0 and row < self.bands[at].row + self.bands[at].rows:
            runs = self.bands[at].runs
            nearest = bisect_right(runs, column, key=lambda run: run.column) - 1
            if nearest >= 0 and column < runs[nearest].column + runs[nearest].columns:
                return runs[nearest].value
        raise KeyError(place)

    def __iter__(self) -> Iterator[Place]:
        for band in self.bands:
            for row in range(band.row, band.row + band.rows):
                for run in band.runs:
                    yield from ((row, column) for column in range(run.column, run.column + run.columns))

    def __len__(self) -> int:
        return sum(band.rows * run.columns for band in self.bands for run in band.runs)

    def map(self, said: Callable[[Value], Other | None]) -> Runs[Other]:
        """What is said of each value, without those of which None is said."""
        bands = []
        for band in self.bands:
            runs = tuple(
                Run(run.column, run.columns, other) for run in band.runs if (other := said(run.value)) is not None
            )
            if runs:
                bands.append(Band(band.row, band.rows, runs))
        return Runs(bands)


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

    def pieces(self, styles: OdsStyles | None = None) -> list[tuple[str, bool]]:
        """The text it shows, a line for each paragraph, in pieces that are struck or not; not, without `styles`."""
        struck = bool(styles and styles.is_struck("table-cell", self.style))
        found: list[tuple[str, bool]] = []
        for paragraph in paragraphs(self.element):
            if found:
                found.append(("\n", struck and found[-1][1]))
            found += pieces_of(paragraph, struck, styles)
        return found

    @property
    def text(self) -> str:
        """The text it shows."""
        return "".join(text for text, _ in self.pieces())


def paragraphs(element: xml.Element) -> Iterator[xml.Element]:
    """The paragraphs of a cell, a note or a shape, without those of what else stands in it."""
    for part in element:
        match xml.local(part):
            case "p" | "h":
                yield part
            case "list" | "list-item" | "text-box":
                yield from paragraphs(part)


def pieces_of(element: xml.Element, struck: bool, styles: OdsStyles | None) -> Iterator[tuple[str, bool]]:
    """The text of a paragraph or a part of it, in pieces that are struck or not."""
    own = None
    if styles and xml.local(element) in ("span", "p"):
        family = "text" if xml.local(element) == "span" else "paragraph"
        own = styles.is_struck(family, xml.get(element, "style-name"))
    struck = struck if own is None else own
    yield _BLANKS.sub(" ", element.text or ""), struck
    for part in element:
        kind = xml.local(part)
        if kind == "s":
            yield " " * min(xml.number(xml.get(part, "c", "1"), 1), _MOST_SPACES), struck
        elif kind in ("tab", "line-break"):
            yield "\t" if kind == "tab" else "\n", struck
        elif kind not in _BESIDE:
            yield from pieces_of(part, struck, styles)
        yield _BLANKS.sub(" ", part.tail or ""), struck


def cells_of(table: xml.Element) -> Runs[OdsCell]:
    """The cells of a sheet that say something, those under merged ones too."""
    columns = list(_columns(table))
    bands, row = [], 0
    for element in _within(table, ("table-row",), _ROW_GROUPS):
        rows = _repeated(element, "number-rows-repeated")
        runs = tuple(_runs(element, columns))
        if runs:
            bands.append(Band(row, rows, runs))
        row += rows
    return Runs(bands)


def _runs(row: xml.Element, columns: list[tuple[int, str]]) -> Iterator[Run[OdsCell]]:
    column, default = 0, xml.get(row, "default-cell-style-name")
    for element in row:
        if xml.local(element) not in _CELLS:
            continue
        facts: dict[str, str] = {}
        types = []
        for key, value in element.items():
            name = key.rpartition("}")[2]
            facts.setdefault(name, value)
            if name == "value-type":
                types.append(value)
        count = max(1, xml.number(facts.get("number-columns-repeated", "1"), 1))
        if len(element) or types or "formula" in facts:
            style = facts.get("style-name") or default
            if not style:
                style = next((name for end, name in columns if column < end), "")
            formula = facts.get("formula")
            if formula is not None:
                formula = _LANGUAGE.sub("", formula)
            yield Run(column, count, OdsCell(element, style, formula, facts.get("value-type", ""), "error" in types))
        column += count


def _columns(table: xml.Element) -> Iterator[tuple[int, str]]:
    """For each run of columns, the number after its last, and the name of the style that its cells have."""
    end = 0
    for element in _within(table, ("table-column",), _COLUMN_GROUPS):
        end += _repeated(element, "number-columns-repeated")
        yield end, xml.get(element, "default-cell-style-name")


def _within(table: xml.Element, wanted: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[xml.Element]:
    for element in table:
        if xml.local(element) in wanted:
            yield element
        elif xml.local(element) in groups:
            yield from _within(element, wanted, groups)


def _repeated(element: xml.Element, name: str) -> int:
    return max(1, xml.number(xml.get(element, name, "1"), 1))
