"""The records of an .xls workbook's stream that say what the reader of its cells passes over ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ragsheets.formats.a1 import CellPosition, cell_address
from ragsheets.formats.spreadsheet.details import Annotation

_BOF, _EOF, _SHEET, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x003C
_FORMULA, _DRAWING, _OBJECT, _TEXT = 0x0006, 0x00EC, 0x005D, 0x01B6
#: The kinds of sheet that the record of a sheet tells: cells, and macros of the old kind.
_CELL_SHEET, _MACRO_SHEET = 0, 1
#: What an object is, as its first part says ([MS-XLS] 2.5.143).
_PICTURE = 0x08
#: Objects whose text is told elsewhere (a note) or is nobody's answer: spinners, scroll bars, lists, drop-downs.
_IGNORED_OBJECTS = frozenset({0x19, 0x10, 0x11, 0x12, 0x14})
#: The part of an object that says which program it is of.
_PROGRAM_SUBRECORD = 0x09
#: The head of where a shape stands ([MS-XLS] 2.5.193, OfficeArtClientAnchorSheet).
_ANCHOR_HEADER = struct.pack("<HHI", 0, 0xF010, 18)

BiffRecord = tuple[int, int, bytes]


@dataclass(slots=True)
class SheetRecords:
    """Of one sheet: where its formulas are, and what its drawing shows."""

    formula_cells: list[CellPosition] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)


def read_records(stream: bytes, offset: int = 0) -> Iterator[BiffRecord]:
    """The records of a stream: where each begins, its kind, its content. What follows the last whole one is left."""
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield offset, kind, stream[offset + 4 : offset + 4 + size]
        offset += 4 + size


def _read_sheets(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where each sheet begins, and its kind; listed before the end of what is of the whole workbook."""
    for _, kind, body in read_records(stream):
        if kind == _EOF:
            return
        if kind == _SHEET:
            offset, _, sheet_kind = struct.unpack_from("<IBB", body)
            yield offset, sheet_kind


def has_macro_sheets(stream: bytes) -> bool:
    """Whether there are sheets of macros of the old kind. Raises struct.error where a record is cut off."""
    return any(kind == _MACRO_SHEET for _, kind in _read_sheets(stream))


def read_sheet_records(stream: bytes) -> list[SheetRecords]:
    """What the records of each sheet of cells say, in order. Raises struct.error where a record is cut off."""
    return [_read_sheet(stream, offset) for offset, kind in _read_sheets(stream) if kind == _CELL_SHEET]


def _read_sheet(stream: bytes, offset: int) -> SheetRecords:
    facts = SheetRecords()
    depth, drawing, cell, shape, before = 0, b"", "", -1, -1
    for at, kind, body in read_records(stream, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth > 1:
            # The records of a chart that stands on the sheet.
            continue
        elif kind == _FORMULA:
            facts.formula_cells.append(struct.unpack_from("<HH", body))
        elif kind == _DRAWING or (kind == _CONTINUE and before == _OBJECT):
            drawing = body
        elif kind == _OBJECT:
            shape, cell = struct.unpack_from("<H", body, 4)[0], _anchor_cell(drawing)
            if shape == _PICTURE:
                code = "embedded-object" if _has_subrecord(body, _PROGRAM_SUBRECORD) else "picture"
                facts.annotations.append(Annotation(code, cell=cell))
        elif kind == _TEXT and shape not in _IGNORED_OBJECTS and (text := _read_text(stream, at, body)):
            facts.annotations.append(Annotation("text-box", "", cell, text))
        before = kind
    return facts


def _has_subrecord(body: bytes, wanted_kind: int) -> bool:
    at = 0
    while at + 4 <= len(body):
        kind, size = struct.unpack_from("<HH", body, at)
        if kind == wanted_kind:
            return True
        at += 4 + size
    return False


def _anchor_cell(drawing: bytes) -> str:
    at = drawing.rfind(_ANCHOR_HEADER)
    if at < 0 or at + len(_ANCHOR_HEADER) + 8 > len(drawing):
        return ""
    _, column, _, row = struct.unpack_from("<4H", drawing, at + len(_ANCHOR_HEADER))
    return cell_address((row, column))


def _read_text(stream: bytes, offset: int, body: bytes) -> str:
    """The text of a shape, which lies in the records that continue this one; each says how its letters are kept."""
    (wanted,) = struct.unpack_from("<H", body, 10)
    text = ""
    for number, (_, kind, piece) in enumerate(read_records(stream, offset)):
        if number == 0:
            continue
        if kind != _CONTINUE or len(text) >= wanted:
            break
        text += piece[1:].decode("utf-16-le" if piece[:1] == b"\x01" else "latin-1", "replace")
    return text[:wanted].replace("\r\n", "\n").replace("\r", "\n").strip()
