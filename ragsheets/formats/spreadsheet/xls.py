"""Read the details of an .xls workbook (its content besides cell values) from its storage and records ([MS-XLS])."""

from __future__ import annotations

import contextlib
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.spreadsheet import xls_records
from ragsheets.formats.spreadsheet.details import (
    GENERAL,
    Annotation,
    MergedArea,
    StruckText,
    WorkbookDetails,
    split_struck_text,
)

if TYPE_CHECKING:
    from olefile import OleFileIO
    from olefile.olefile import OleMetadata
    from xlrd.book import Book
    from xlrd.formatting import XF
    from xlrd.sheet import Sheet

_UTF8_CODEPAGE = 65001
_STREAM_NAMES = ("Workbook", "Book")


class XlsDetails(WorkbookDetails):
    """The details of an .xls workbook. Raises ReturnError where the file cannot be opened as one."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._struck_by_sheet: dict[str, dict[CellPosition, StruckText]] = {}

    @cached_property
    def saved_at(self) -> datetime.datetime | None:
        """The time of the last save from the summary."""
        moment = self._summary_property("last_saved_time")
        return moment if isinstance(moment, datetime.datetime) else None

    @cached_property
    def program(self) -> str:
        """The program that saved the workbook, from the summary; LibreOffice and Gnumeric write none."""
        name = self._summary_property("creating_application")
        return name.decode("ascii", "replace").strip("\0 ") if isinstance(name, bytes) else ""

    def _summary_property(self, name: str) -> object:
        return getattr(self._summary, name, None)

    @cached_property
    def _summary(self) -> OleMetadata | None:
        """The summary; None if it cannot be read, although the workbook may be sound."""
        with contextlib.suppress(ReturnError), failures_as_damage():
            return self._ole_file.get_metadata()
        return None

    def check_readable(self) -> None:
        """Raise ReturnError for a workbook locked with a password, which the reader of values would call damaged."""
        _ = self._book

    @cached_property
    def date1904(self) -> bool:
        """Whether the workbook counts days from 1904."""
        return bool(self._book.datemode)

    def annotations(self) -> list[Annotation]:
        """Return notes, text boxes, pictures, embedded objects and macros."""
        annotations = [Annotation("macros")] if self._has_macros else []
        annotations += self._property_annotations()
        for number, sheet in enumerate(self._book.sheet_names()):
            notes = self._book.sheet_by_index(number).cell_note_map
            annotations += [
                _note_annotation(sheet, position, notes[position].text or "", notes[position].author or "")
                for position in sorted(notes)
            ]
            annotations += [item._replace(sheet=sheet) for item in self._records_of(number).annotations]
            annotations += _link_annotations(sheet, self._book.sheet_by_index(number))
        return [*annotations, *self._chart_sheets]

    def _property_annotations(self) -> Iterator[Annotation]:
        """Yield the title, the subject and the like from the summary."""
        codepage = self._summary_property("codepage")
        # The code page is a number of 16 bits, which is read as if it had a sign.
        number = codepage & 0xFFFF if isinstance(codepage, int) else _UTF8_CODEPAGE
        encoding = "utf-8" if number == _UTF8_CODEPAGE else f"cp{number}"
        for name in ("title", "subject", "comments", "keywords"):
            value = self._summary_property(name)
            if isinstance(value, bytes) and (text := _decode_property(value, encoding)):
                yield Annotation("document-property", text=text, author=name)

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the cells with formulas; their text is always "", because the format stores it as tokens."""
        return dict.fromkeys(self._records_of(self._sheet_index(sheet)).formula_cells, "")

    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the error of each cell whose value is one."""
        from xlrd.biffh import XL_CELL_ERROR, error_text_from_code

        cells = self._find_sheet(sheet)
        if cells is None:
            return {}
        return {
            (row, column): error_text_from_code.get(cells.cell_value(row, column), "#N/A")
            for row in range(cells.nrows)
            for column, kind in enumerate(cells.row_types(row))
            if kind == XL_CELL_ERROR
        }

    def merged_areas(self, sheet: str) -> list[MergedArea]:
        """Return the areas of cells that are merged to one."""
        cells = self._find_sheet(sheet)
        areas = cells.merged_cells if cells is not None else ()
        return [MergedArea((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in areas]

    def fill_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour that a cell is painted in."""
        style = self._style_of(sheet, position)
        background = style.background if style else None
        return self._colour(background.pattern_colour_index) if background and background.fill_pattern else ""

    def ink_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour of a cell's letters."""
        style, fonts = self._style_of(sheet, position), self._book.font_list
        return self._colour(fonts[style.font_index].colour_index) if style and style.font_index < len(fonts) else ""

    def _colour(self, number: int) -> str:
        colour = self._book.colour_map.get(number)
        return "".join(f"{channel:02X}" for channel in colour) if colour else ""

    def _style_of(self, sheet: str, position: CellPosition) -> XF | None:
        cells, (row, column) = self._find_sheet(sheet), position
        if cells is None or not (0 <= row < cells.nrows and 0 <= column < cells.row_len(row)):
            return None
        return self._cell_style(cells, row, column)

    def _cell_style(self, cells: Sheet, row: int, column: int) -> XF | None:
        """Return the style of a cell; None where the workbook does not define it, as some programs write."""
        number, styles = cells.cell_xf_index(row, column), self._book.xf_list
        return styles[number] if 0 <= number < len(styles) else None

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        """Return the number format code of a cell."""
        style = self._style_of(sheet, position)
        kind = self._book.format_map.get(style.format_key) if style else None
        return str(kind.format_str) if kind else GENERAL

    def struck_text(self, sheet: str) -> Mapping[CellPosition, StruckText]:
        """Return the text of each cell that its own font, or that of some of its words, strikes through."""
        if sheet not in self._struck_by_sheet:
            cells = self._find_sheet(sheet)
            has_struck_font = cells is not None and any(font.struck_out for font in self._book.font_list)
            self._struck_by_sheet[sheet] = (
                self._find_struck_text(cells) if cells is not None and has_struck_font else {}
            )
        return self._struck_by_sheet[sheet]

    # ---------------------------------------------------------------------------------------------- the file

    @cached_property
    def _ole_file(self) -> OleFileIO:
        import olefile

        with failures_as_damage():
            return olefile.OleFileIO(io.BytesIO(self._content))

    @cached_property
    def _stream(self) -> bytes:
        """The records of the workbook."""
        with failures_as_damage():
            name = next((name for name in _STREAM_NAMES if self._ole_file.exists(name)), _STREAM_NAMES[0])
            return bytes(self._ole_file.openstream(name).read())

    @cached_property
    def _book(self) -> Book:
        import xlrd

        with failures_as_damage():
            try:
                return xlrd.open_workbook(
                    file_contents=self._stream, logfile=io.StringIO(), formatting_info=True, ragged_rows=True
                )
            except xlrd.XLRDError as error:
                raise ReturnError("encrypted" if "encrypt" in str(error) else "damaged") from None

    @cached_property
    def _sheet_records(self) -> list[xls_records.SheetRecords]:
        # This raises the error for a workbook that is locked with a password.
        _ = self._book
        with failures_as_damage():
            return xls_records.read_sheet_records(self._stream)

    def _records_of(self, number: int) -> xls_records.SheetRecords:
        is_known = 0 <= number < len(self._sheet_records)
        return self._sheet_records[number] if is_known else xls_records.SheetRecords()

    @cached_property
    def _chart_sheets(self) -> list[Annotation]:
        with failures_as_damage():
            return xls_records.read_chart_sheets(self._stream)

    @property
    def _has_macros(self) -> bool:
        return self._ole_file.exists("_VBA_PROJECT_CUR") or xls_records.has_macro_sheets(self._stream)

    def _sheet_index(self, sheet: str) -> int:
        names = self._book.sheet_names()
        return names.index(sheet) if sheet in names else -1

    def _find_sheet(self, sheet: str) -> Sheet | None:
        number = self._sheet_index(sheet)
        return self._book.sheet_by_index(number) if number >= 0 else None

    # ----------------------------------------------------------------------------------------- struck through

    def _find_struck_text(self, cells: Sheet) -> dict[CellPosition, StruckText]:
        struck_by_position = {}
        for row in range(cells.nrows):
            for column, value in enumerate(cells.row_values(row)):
                if value == "":
                    continue
                runs = cells.rich_text_runlist_map.get((row, column), ())
                style = self._cell_style(cells, row, column)
                starts_struck = style is not None and self._is_struck(style.font_index)
                text = value if isinstance(value, str) else f"{value:.15g}"
                if struck := split_struck_text(self._text_runs(text, starts_struck, runs)):
                    struck_by_position[row, column] = struck
        return struck_by_position

    def _text_runs(
        self, text: str, starts_struck: bool, font_runs: Iterable[tuple[int, int]]
    ) -> list[tuple[str, bool]]:
        """Split a text into runs of (text, is struck); each font run gives its start and its font."""
        # The start is counted in units of UTF-16, and a character may have two.
        units = text.encode("utf-16-le", "surrogatepass")
        starts = [(0, starts_struck), *((2 * start, self._is_struck(font)) for start, font in font_runs)]
        ends = [*(start for start, _ in starts[1:]), len(units)]
        return [
            (units[start:end].decode("utf-16-le", "replace"), is_struck)
            for (start, is_struck), end in zip(starts, ends, strict=True)
        ]

    def _is_struck(self, font_index: int) -> bool:
        fonts = self._book.font_list
        return 0 <= font_index < len(fonts) and bool(fonts[font_index].struck_out)


def _decode_property(value: bytes, encoding: str) -> str:
    """Return the text of a property in the code page of the summary, or in the usual one where that is unknown."""
    try:
        return value.decode(encoding).strip("\0 ")
    except (UnicodeDecodeError, LookupError):
        return value.decode("cp1252", "replace").strip("\0 ")


def _link_annotations(name: str, sheet: Sheet) -> Iterator[Annotation]:
    """Yield where the links of a sheet lead to outside the workbook, and the texts that appear over them."""
    for link in sheet.hyperlink_list:
        cell = cell_address((link.frowx, link.fcolx))
        target = link.url_or_path
        target = target.decode("latin-1") if isinstance(target, bytes) else target
        for text in (target if link.type != "workbook" else "", link.quicktip):
            if text and text.strip("\0 "):
                yield Annotation("link", name, cell, text.strip("\0 "))


def _note_annotation(sheet: str, position: CellPosition, text: str, author: str) -> Annotation:
    words, author = text.replace("\r\n", "\n").replace("\r", "\n").strip(), author.strip()
    words = words.removeprefix(f"{author}:").lstrip() if author else words
    return Annotation("comment", sheet, cell_address(position), words, author)
