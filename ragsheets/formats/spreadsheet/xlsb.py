"""What an .xlsb workbook holds beyond values, as far as its package tells.

Its sheets, and the notes on them, are binary; drawings, threads, relationships and properties are the same XML as in
an .xlsx workbook. That there are notes is said, so that somebody looks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cached_property

from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.xlsx import XlsxDetails

#: The records of the workbook's part that name a sheet and hold its properties ([MS-XLSB] 2.4.301 and 2.4.822).
_SHEET_RECORD, _PROPERTIES_RECORD = 156, 153
#: The records of cells that leave out their column, BrtShortBlank to BrtShortIsst (2.3.2).
_SHORT_CELL_RECORDS = range(12, 19)


class XlsbDetails(XlsxDetails):
    """What an .xlsb workbook holds beyond values; of formulas, errors, formats and struck words it knows nothing."""

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        facts = next((body for kind, body in self._workbook_records() if kind == _PROPERTIES_RECORD), b"")
        return bool(facts[:1] and facts[0] & 1)

    # The cells, the styles and the fonts are binary: nothing is told of them.
    formulas = WorkbookDetails.formulas
    uncalculated = WorkbookDetails.uncalculated
    errors = WorkbookDetails.errors
    number_format_of = WorkbookDetails.number_format_of
    struck_text = WorkbookDetails.struck_text

    def check_readable(self) -> None:
        """Refuse cells written without their places, as SheetJS does; the reader of values would overlook them."""
        if self._has_short_cells:
            raise ReturnError("unusual-form")

    @property
    def _has_short_cells(self) -> bool:
        try:
            return any(
                kind in _SHORT_CELL_RECORDS
                for part in self._sheet_parts.values()
                if part
                for kind, _ in read_records(self._package.read(part))
            )
        except IndexError:
            raise ReturnError("damaged", found=self._main_part) from None

    @cached_property
    def _sheet_parts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind, body in self._workbook_records():
            if kind == _SHEET_RECORD:
                ident, rest = _read_wide_string(body, 8)
                link = self._relationships.get(ident)
                found.setdefault(_read_wide_string(body, rest)[0], link.part if link else "")
        return found

    def _workbook_records(self) -> Iterator[tuple[int, bytes]]:
        try:
            yield from read_records(self._package.read(self._main_part))
        except IndexError:
            raise ReturnError("damaged", found=self._main_part) from None


def read_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a binary part, each with its kind ([MS-XLSB] 2.1.4). Raises IndexError where one is cut off."""
    at = 0
    while at < len(content):
        kind, at = _read_number(content, at, 2)
        size, at = _read_number(content, at, 4)
        if at + size > len(content):
            raise IndexError(at)
        yield kind, content[at : at + size]
        at += size


def _read_number(content: bytes, offset: int, max_bytes: int) -> tuple[int, int]:
    """A number that is written in sevens of bits, and where the next thing begins."""
    number = 0
    for shift in range(max_bytes):
        number |= (content[offset] & 0x7F) << (7 * shift)
        offset += 1
        if content[offset - 1] < 0x80:
            break
    return number, offset


def _read_wide_string(content: bytes, offset: int) -> tuple[str, int]:
    """A text with its length before it, and where the next thing begins; a length of -1 is no text."""
    try:
        (length,) = struct.unpack_from("<i", content, offset)
    except struct.error:
        raise IndexError(offset) from None
    end = offset + 4 + 2 * max(length, 0)
    return content[offset + 4 : end].decode("utf-16-le", "replace"), end
