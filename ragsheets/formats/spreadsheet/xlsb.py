"""Read the details of an .xlsb workbook (its content besides cell values), as far as they are not binary.

Its sheets, and the notes on them, are binary; drawings, threads, relationships and properties are the same XML as in
an .xlsx workbook. Notes are reported as unreadable, so that the coordinator opens the workbook.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import MAX_COLUMNS, MAX_ROWS, CellPosition
from ragsheets.formats.failures import failures_as_damage
from ragsheets.formats.spreadsheet.details import Annotation, MergedArea, WorkbookDetails
from ragsheets.formats.spreadsheet.xlsx import XlsxDetails

#: The records of the workbook's part that name a sheet and hold its properties ([MS-XLSB] 2.4.301 and 2.4.822).
SHEET_RECORD, _PROPERTIES_RECORD = 156, 153
#: The record of an area of merged cells (2.4.690, BrtMergeCell).
_MERGED_RECORD = 176
#: The record of a row, and those of cells with errors and with formulas (2.3.2).
_ROW_RECORD, _ERROR_RECORDS, _FORMULA_RECORDS = 0, (3, 11), range(8, 12)
#: The errors by their code (2.5.98.2, BErr).
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
#: The records of cells that leave out their column, BrtShortBlank to BrtShortIsst (2.3.2).
_SHORT_CELL_RECORDS = range(12, 19)


class XlsbDetails(XlsxDetails):
    """The details of an .xlsb workbook, without number formats and struck text."""

    @cached_property
    def date1904(self) -> bool:
        """Whether the workbook counts days from 1904."""
        properties = next((body for kind, body in self._workbook_records() if kind == _PROPERTIES_RECORD), b"")
        return bool(properties[:1] and properties[0] & 1)

    # The styles, the fonts and the defined names are binary and are not read.
    uncalculated = WorkbookDetails.uncalculated
    shown_values = WorkbookDetails.shown_values
    number_format_of = WorkbookDetails.number_format_of
    struck_text = WorkbookDetails.struck_text
    fill_of = WorkbookDetails.fill_of
    ink_of = WorkbookDetails.ink_of
    _has_rich_values = False
    #: The list of its sheets is binary.
    _workbook_xml = b""

    @failures_as_damage()
    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the cells with formulas; their text is always "", because the format stores it as tokens."""
        return {position: "" for kind, position, _ in self._cells(sheet) if kind in _FORMULA_RECORDS}

    @failures_as_damage()
    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the error of each cell whose value is one."""
        cells = self._cells(sheet)
        return {position: _ERRORS.get(body[8], "#N/A") for kind, position, body in cells if kind in _ERROR_RECORDS}

    def _cells(self, sheet: str) -> Iterator[tuple[int, CellPosition, bytes]]:
        """Yield the kind, the position and the body of each cell's record."""
        row = 0
        for kind, body in self._sheet_records(sheet):
            if kind == _ROW_RECORD:
                (row,) = struct.unpack_from("<I", body)
            elif kind in _ERROR_RECORDS or kind in _FORMULA_RECORDS:
                (column,) = struct.unpack_from("<I", body)
                if row >= MAX_ROWS or column >= MAX_COLUMNS:
                    raise IndexError(row, column)
                yield kind, (row, column), body

    @failures_as_damage()
    def merged_areas(self, sheet: str) -> list[MergedArea]:
        """Return the areas of cells that are merged to one."""
        areas = [struct.unpack_from("<4I", body) for kind, body in self._sheet_records(sheet) if kind == _MERGED_RECORD]
        return [MergedArea((top, left), (bottom, right)) for top, bottom, left, right in areas]

    def _sheet_records(self, sheet: str) -> Iterator[tuple[int, bytes]]:
        return read_records(self._package.read(self._sheet_parts.get(sheet, "")))

    def _sheet_annotations(self, sheet: str, known_prompts: set[bytes]) -> Iterable[Annotation]:
        # They are among the sheet's binary records, which are not read.
        return ()

    @failures_as_damage()
    def check_readable(self) -> None:
        """Raise ReturnError for cells written without their column, as SheetJS does; the value reader misses them."""
        records = (record for sheet in self._sheet_parts for record in self._sheet_records(sheet))
        if any(kind in _SHORT_CELL_RECORDS for kind, _ in records):
            raise ReturnError("unusual-form")

    @cached_property
    def _sheet_parts(self) -> dict[str, str]:
        parts_by_sheet: dict[str, str] = {}
        with failures_as_damage():
            for kind, body in self._workbook_records():
                if kind == SHEET_RECORD:
                    ident, rest = _read_wide_string(body, 8)
                    link = self._relationships.get(ident)
                    parts_by_sheet.setdefault(_read_wide_string(body, rest)[0], link.part if link else "")
        return parts_by_sheet

    def _workbook_records(self) -> list[tuple[int, bytes]]:
        with failures_as_damage():
            return list(read_records(self._package.read(self._main_part)))


def read_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a binary part as (kind, body) ([MS-XLSB] 2.1.4). Raises IndexError where one is cut off."""
    offset = 0
    while offset < len(content):
        kind, offset = _read_number(content, offset, 2)
        size, offset = _read_number(content, offset, 4)
        if offset + size > len(content):
            raise IndexError(offset)
        yield kind, content[offset : offset + size]
        offset += size


def _read_number(content: bytes, offset: int, max_bytes: int) -> tuple[int, int]:
    """Return a number that is written in groups of seven bits, and the offset after it."""
    number = 0
    for shift in range(max_bytes):
        number |= (content[offset] & 0x7F) << (7 * shift)
        offset += 1
        if content[offset - 1] < 0x80:
            break
    return number, offset


def _read_wide_string(content: bytes, offset: int) -> tuple[str, int]:
    """Return a text that is written after its length, and the offset after it; a length of -1 gives ""."""
    (length,) = struct.unpack_from("<i", content, offset)
    end = offset + 4 + 2 * max(length, 0)
    return content[offset + 4 : end].decode("utf-16-le", "replace"), end
