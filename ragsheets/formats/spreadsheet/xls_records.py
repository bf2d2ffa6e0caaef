"""Read the records of an .xls workbook's stream that the reader of its cells ignores ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.spreadsheet.details import Annotation

_BOF, _EOF, _SHEET, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x003C
_FORMULA, _DRAWING, _OBJECT, _TEXT = 0x0006, 0x00EC, 0x005D, 0x01B6
#: Kinds of sheet in the record of a sheet: cells, and old (Excel 4) macros.
_CELL_SHEET, _MACRO_SHEET = 0, 1
#: The type of an object, in its first subrecord ([MS-XLS] 2.5.143).
_PICTURE = 0x08
#: Objects whose text is read elsewhere (a note) or is no answer: spinners, scroll bars, lists, drop-downs.
_IGNORED_OBJECTS = frozenset({0x19, 0x10, 0x11, 0x12, 0x14})
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


def _read_sheet(stream: bytes, offset: int) -> SheetRecords:
    records = SheetRecords()
    depth, drawing, cell, shape, previous_kind = 0, b"", "", -1, -1
    for record_offset, kind, body in read_records(stream, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth > 1:
            # The records of a chart on the sheet.
            continue
        elif kind == _FORMULA:
            records.formula_cells.append(struct.unpack_from("<HH", body))
        elif kind == _DRAWING or (kind == _CONTINUE and previous_kind == _OBJECT):
            drawing = body
        elif kind == _OBJECT:
            shape, cell = struct.unpack_from("<H", body, 4)[0], _anchor_cell(drawing)
            if shape == _PICTURE:
                code = "embedded-object" if _has_subrecord(body, _PROGRAM_SUBRECORD) else "picture"
                records.annotations.append(Annotation(code, cell=cell))
        elif kind == _TEXT and shape not in _IGNORED_OBJECTS and (text := _read_text(stream, record_offset, body)):
            records.annotations.append(Annotation("text-box", "", cell, text))
        previous_kind = kind
    return records


def _has_subrecord(body: bytes, subrecord_kind: int) -> bool:
    offset = 0
    while offset + 4 <= len(body):
        kind, size = struct.unpack_from("<HH", body, offset)
        if kind == subrecord_kind:
            return True
        offset += 4 + size
    return False


def _anchor_cell(drawing: bytes) -> str:
    offset = drawing.rfind(_ANCHOR_HEADER)
    if offset < 0 or offset + len(_ANCHOR_HEADER) + 8 > len(drawing):
        return ""
    _, column, _, row = struct.unpack_from("<4H", drawing, offset + len(_ANCHOR_HEADER))
    return cell_address((row, column))


def _read_text(stream: bytes, offset: int, body: bytes) -> str:
    """Return the text of a shape from the records that continue this one; each states its encoding."""
    (length,) = struct.unpack_from("<H", body, 10)
    text = ""
    for number, (_, kind, piece) in enumerate(read_records(stream, offset)):
        if number == 0:
            continue
        if kind != _CONTINUE or len(text) >= length:
            break
        text += piece[1:].decode("utf-16-le" if piece[:1] == b"\x01" else "latin-1", "replace")
    return text[:length].replace("\r\n", "\n").replace("\r", "\n").strip()
