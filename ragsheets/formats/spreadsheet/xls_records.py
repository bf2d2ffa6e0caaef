"""The records of an .xls workbook's stream that say what the reader of its cells passes over ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ragsheets.formats.a1 import Place, cell_name
from ragsheets.formats.spreadsheet.details import Remark

_BOF, _EOF, _SHEET, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x003C
_FORMULA, _DRAWING, _OBJECT, _TEXT = 0x0006, 0x00EC, 0x005D, 0x01B6
#: The kinds of sheet that the record of a sheet tells: cells, and macros of the old kind.
_CELLS, _MACROS = 0, 1
#: What an object is, as its first part says ([MS-XLS] 2.5.143).
_PICTURE = 0x08
#: Objects whose text is told elsewhere (a note) or is nobody's answer: spinners, scroll bars, lists, drop-downs.
_SILENT = frozenset({0x19, 0x10, 0x11, 0x12, 0x14})
#: The part of an object that says which program it is of.
_PROGRAM_PART = 0x09
#: The head of where a shape stands ([MS-XLS] 2.5.193, OfficeArtClientAnchorSheet).
_ANCHOR = struct.pack("<HHI", 0, 0xF010, 18)

Record = tuple[int, int, bytes]


@dataclass(slots=True)
class SheetFacts:
    """Of one sheet: where its formulas are, and what its drawing shows."""

    formulas: list[Place] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """The records of a stream: where each begins, its kind, its content. What follows the last whole one is left."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _sheets(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where each sheet begins, and its kind; listed before the end of what is of the whole workbook."""
    for _, kind, body in records(stream):
        if kind == _EOF:
            return
        if kind == _SHEET:
            offset, _, sheet_kind = struct.unpack_from("<IBB", body)
            yield offset, sheet_kind


def has_macro_sheets(stream: bytes) -> bool:
    """Whether there are sheets of macros of the old kind. Raises struct.error where a record is cut off."""
    return any(kind == _MACROS for _, kind in _sheets(stream))


def facts_of(stream: bytes) -> list[SheetFacts]:
    """What the records of each sheet of cells say, in order. Raises struct.error where a record is cut off."""
    return [_facts(stream, offset) for offset, kind in _sheets(stream) if kind == _CELLS]


def _facts(stream: bytes, offset: int) -> SheetFacts:
    facts = SheetFacts()
    depth, drawing, cell, shape, before = 0, b"", "", -1, -1
    for at, kind, body in records(stream, offset):
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
            facts.formulas.append(struct.unpack_from("<HH", body))
        elif kind == _DRAWING or (kind == _CONTINUE and before == _OBJECT):
            drawing = body
        elif kind == _OBJECT:
            shape, cell = struct.unpack_from("<H", body, 4)[0], _cell_of(drawing)
            if shape == _PICTURE:
                code = "embedded-object" if _has_part(body, _PROGRAM_PART) else "picture"
                facts.remarks.append(Remark(code, cell=cell))
        elif kind == _TEXT and shape not in _SILENT and (text := _text_of(stream, at, body)):
            facts.remarks.append(Remark("text-box", "", cell, text))
        before = kind
    return facts


def _has_part(body: bytes, wanted: int) -> bool:
    at = 0
    while at + 4 <= len(body):
        kind, size = struct.unpack_from("<HH", body, at)
        if kind == wanted:
            return True
        at += 4 + size
    return False


def _cell_of(drawing: bytes) -> str:
    at = drawing.rfind(_ANCHOR)
    if at < 0 or at + len(_ANCHOR) + 8 > len(drawing):
        return ""
    _, column, _, row = struct.unpack_from("<4H", drawing, at + len(_ANCHOR))
    return cell_name((row, column))


def _text_of(stream: bytes, at: int, body: bytes) -> str:
    """The text of a shape, which lies in the records that continue this one; each says how its letters are kept."""
    (wanted,) = struct.unpack_from("<H", body, 10)
    text = ""
    for number, (_, kind, piece) in enumerate(records(stream, at)):
        if number == 0:
            continue
        if kind != _CONTINUE or len(text) >= wanted:
            break
        text += piece[1:].decode("utf-16-le" if piece[:1] == b"\x01" else "latin-1", "replace")
    return text[:wanted].replace("\r\n", "\n").replace("\r", "\n").strip()
