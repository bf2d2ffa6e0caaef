"""Read the records of an .xls workbook's stream that the reader of its cells ignores ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.spreadsheet.details import TICK_MARKS, Annotation, join_lines
from ragsheets.formats.spreadsheet.page_headers import header_words

_BOF, _EOF, _SHEET, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x003C
_HEADER, _FOOTER, _MORE_HEADERS, _VALIDATION = 0x0014, 0x0015, 0x089C, 0x01BE
_CHART_REFERENCE, _CHART_TEXT = 0x1051, 0x100D
_FORMULA, _DRAWING, _OBJECT, _TEXT = 0x0006, 0x00EC, 0x005D, 0x01B6
#: Kinds of sheet in the record of a sheet: cells, old (Excel 4) macros, a chart.
_CELL_SHEET, _MACRO_SHEET, _CHART_SHEET = 0, 1, 2
#: The type of an object, in its first subrecord ([MS-XLS] 2.5.143).
_PICTURE = 0x08
#: Objects whose text is read elsewhere (a note) or is not an answer: spinners, scroll bars, lists, drop-downs.
_IGNORED_OBJECTS = frozenset({0x19, 0x10, 0x11, 0x12, 0x14})
#: Objects with a caption: button, tick box, option button, label, frame; those that can be ticked.
_CONTROLS, _TICKED_CONTROLS = frozenset((0x07, 0x0B, 0x0C, 0x0E, 0x13)), frozenset((0x0B, 0x0C))
#: The subrecord of an object that records whether it is ticked.
_TICK_SUBRECORD = 0x0A
#: The subrecord of an object that names the program it belongs to.
_PROGRAM_SUBRECORD = 0x09
#: The header of a shape's anchor ([MS-XLS] 2.5.193, OfficeArtClientAnchorSheet).
_ANCHOR_HEADER = struct.pack("<HHI", 0, 0xF010, 18)

BiffRecord = tuple[int, int, bytes]


@dataclass(slots=True)
class SheetRecords:
    """The cells with formulas and the annotations of one sheet."""

    formula_cells: list[CellPosition] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)


def read_records(stream: bytes, offset: int = 0) -> Iterator[BiffRecord]:
    """Yield the records of a stream as (offset, kind, content), without data after the last complete one."""
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield offset, kind, stream[offset + 4 : offset + 4 + size]
        offset += 4 + size


def _read_sheets(stream: bytes) -> Iterator[tuple[int, int]]:
    """Yield the offset and kind of each sheet; they are listed before the end of the workbook's own records."""
    for _, kind, body in read_records(stream):
        if kind == _EOF:
            return
        if kind == _SHEET:
            offset, _, sheet_kind = struct.unpack_from("<IBB", body)
            yield offset, sheet_kind


def has_macro_sheets(stream: bytes) -> bool:
    """Return whether there are old (Excel 4) macro sheets. Raises struct.error where a record is cut off."""
    return any(kind == _MACRO_SHEET for _, kind in _read_sheets(stream))


def read_sheet_records(stream: bytes) -> list[SheetRecords]:
    """Read the records of each sheet of cells, in order. Raises struct.error where a record is cut off."""
    return [_read_sheet(stream, offset) for offset, kind in _read_sheets(stream) if kind == _CELL_SHEET]


def read_chart_sheets(stream: bytes) -> list[Annotation]:
    """Return the words of the charts that are sheets of their own. Raises struct.error where a record is cut off."""
    sheets = [_read_sheet(stream, offset) for offset, kind in _read_sheets(stream) if kind == _CHART_SHEET]
    return [annotation for sheet in sheets for annotation in sheet.annotations]


def _read_sheet(stream: bytes, offset: int) -> SheetRecords:
    records = SheetRecords()
    depth, drawing, cell, shape, previous_kind, is_ticked = 0, b"", "", -1, -1, False
    chart = _ChartReader()
    for record_offset, kind, body in read_records(stream, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            records.annotations += chart.finish()
            if depth <= 0:
                break
        elif kind in (_CHART_REFERENCE, _CHART_TEXT):
            chart.read(kind, body)
        elif depth > 1:
            # The other records of a chart on the sheet.
            continue
        elif kind in (_HEADER, _FOOTER, _MORE_HEADERS, _VALIDATION):
            records.annotations += _annotations_of_record(kind, body)
        elif kind == _FORMULA:
            records.formula_cells.append(struct.unpack_from("<HH", body))
        elif kind == _DRAWING or (kind == _CONTINUE and previous_kind == _OBJECT):
            drawing = body
        elif kind == _OBJECT:
            shape, cell = struct.unpack_from("<H", body, 4)[0], _anchor_cell(drawing)
            ticks = _find_subrecord(body, _TICK_SUBRECORD)
            is_ticked = bool(ticks and ticks[:1] == b"\x01")
            if shape == _PICTURE:
                code = "picture" if _find_subrecord(body, _PROGRAM_SUBRECORD) is None else "embedded-object"
                records.annotations.append(Annotation(code, cell=cell))
        elif kind == _TEXT and shape not in _IGNORED_OBJECTS and (text := _read_text(stream, record_offset, body)):
            if shape in _TICKED_CONTROLS:
                text += TICK_MARKS[is_ticked]
            records.annotations.append(Annotation("form-control" if shape in _CONTROLS else "text-box", "", cell, text))
        previous_kind = kind
    return records


class _ChartReader:
    """Collects the words that were typed into a chart; those that it takes from cells are left out."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._is_typed = False

    def read(self, kind: int, body: bytes) -> None:
        """Read a record: what kind of reference a text has, or the text."""
        if kind == _CHART_REFERENCE:
            self._is_typed = body[1:2] == b"\x01"
        elif self._is_typed and len(body) > 3:
            self._lines.append(_decode(body[4:], body[3]))

    def finish(self) -> list[Annotation]:
        """Return the annotation of the chart, if it has words, and start again."""
        text = join_lines(self._lines)
        self._lines, self._is_typed = [], False
        return [Annotation("chart-text", text=text)] if text else []


def _annotations_of_record(kind: int, body: bytes) -> Iterator[Annotation]:
    """Yield the words in headers, footers, and the messages of a rule for what may be typed."""
    if kind == _VALIDATION:
        yield from (Annotation("input-message", text=text) for text in _read_strings(body, 4, 4) if text.strip("\0"))
        return
    # A record of the first and the even pages' headers begins with their lengths; a text follows for each but 0.
    offset, count = (0, 1) if kind != _MORE_HEADERS else (38, sum(map(bool, struct.unpack_from("<4H", body, 30))))
    for text in _read_strings(body, offset, count):
        if words := header_words(text):
            yield Annotation("page-header", text=words)


def _read_strings(body: bytes, offset: int, count: int) -> Iterator[str]:
    """Yield texts that follow each other, each after its length and its encoding."""
    for _ in range(count):
        if offset + 3 > len(body):
            return
        length, flags = struct.unpack_from("<HB", body, offset)
        end = offset + 3 + length * (2 if flags & 1 else 1)
        yield _decode(body[offset + 3 : end], flags)
        offset = end


def _decode(text: bytes, flags: int) -> str:
    return text.decode("utf-16-le" if flags & 1 else "latin-1", "replace")


def _find_subrecord(body: bytes, subrecord_kind: int) -> bytes | None:
    """Return the content of the first subrecord of this kind; None where there is none."""
    offset = 0
    while offset + 4 <= len(body):
        kind, size = struct.unpack_from("<HH", body, offset)
        if kind == subrecord_kind:
            return body[offset + 4 : offset + 4 + size]
        offset += 4 + size
    return None


def _anchor_cell(drawing: bytes) -> str:
    offset = drawing.rfind(_ANCHOR_HEADER)
    if offset < 0 or offset + len(_ANCHOR_HEADER) + 8 > len(drawing):
        return ""
    _, column, _, row = struct.unpack_from("<4H", drawing, offset + len(_ANCHOR_HEADER))
    return cell_address((row, column))


def _read_text(stream: bytes, offset: int, body: bytes) -> str:
    """Return the text of a shape from the records that continue this one; each states its encoding."""
    (length,) = struct.unpack_from("<H", body, 10)
    # The length is in units of UTF-16, and a character may have two.
    units = b""
    for _, kind, piece in islice(read_records(stream, offset), 1, None):
        if kind != _CONTINUE or len(units) >= 2 * length:
            break
        units += piece[1:] if piece[:1] == b"\x01" else piece[1:].decode("latin-1").encode("utf-16-le")
    text = units[: 2 * length].decode("utf-16-le", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
