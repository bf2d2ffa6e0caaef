"""The text of Word's older documents (.doc, MS-DOC), as far as it can be told without Word."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets.formats.text.text_builder import BETWEEN_CELLS, tidied

if TYPE_CHECKING:
    from olefile.olefile import OleFileIO

#: How much of a stream is read, in bytes.
MOST_BYTES = 64 * 1024 * 1024

# Where things stand in the file information block (MS-DOC 2.5.1, 2.5.2, 2.5.6), which the main stream begins with.
_VERSION_AT, _FLAGS_AT, _TEXT_FROM_AT, _TEXT_TO_AT = 0x02, 0x0A, 0x18, 0x1C
_PIECES_AT, _PIECES_LENGTH_AT = 0x01A2, 0x01A6
_IS_COMPLEX, _IS_ENCRYPTED, _IS_IN_SECOND_TABLE = 0x0004, 0x0100, 0x0200
#: The first version that keeps its text in pieces, some of them in Unicode: Word 97.
_WORD_97 = 0x00C1
_IS_8_BIT = 0x40000000

#: A field's instruction stands between the first two of these marks, what it came to between the last two (2.8.25).
_FIELD_MARKS = re.compile("([\x13\x14\x15])")
_FIELD_BEGINS, _RESULT_BEGINS = "\x13", "\x14"
_SIGNS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\r": "\n", "\x1e": "-", "\x1f": "", "\xa0": " "})
_ROW_END, _CELL_END = "\x07\x07", "\x07"
#: Words that stand together in bytes that are not otherwise understood.
_RUNS_16 = re.compile(rb"(?:[\x20-\x7e\x91-\x97\xa0-\xff\t\r]\x00){8,}")
_RUNS_8 = re.compile(rb"[\x20-\x7e\x91-\x97\xa0-\xff\t\r]{12,}")
_LETTERS = re.compile(r"[A-Za-z]{2,}")
#: How many characters in ten must be letters or blanks for a run to be words.
_MOSTLY = 8


def text_of_old_word(content: bytes) -> str:
    """The text of a .doc file: paragraphs in order, a table's row a line, notes and text boxes at the end.

    Words that are marked as deleted are among it. Where the file does not say where its text lies, what reads like
    words is given; "" for an encrypted file and one without words.

    Raises what olefile raises where it is no compound file.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        main = _stream(ole, "WordDocument")
        if len(main) < _TEXT_TO_AT + 4 or _number(main, _FLAGS_AT, 2) & _IS_ENCRYPTED:
            return ""
        flags = _number(main, _FLAGS_AT, 2)
        if _number(main, _VERSION_AT, 2) >= _WORD_97:
            text = "".join(_pieces(main, _stream(ole, "1Table" if flags & _IS_IN_SECOND_TABLE else "0Table")))
        elif flags & _IS_COMPLEX:
            text = ""
        else:
            text = main[_number(main, _TEXT_FROM_AT, 4) : _number(main, _TEXT_TO_AT, 4)].decode("cp1252", "replace")
    return _as_lines(text if text.strip("\0\r\n ") else _runs(main))


def _stream(ole: OleFileIO, name: str) -> bytes:
    if not ole.exists(name):
        return b""
    with ole.openstream(name) as stream:
        return bytes(stream.read(MOST_BYTES))


def _number(content: bytes, place: int, length: int) -> int:
    return int.from_bytes(content[place : place + length], "little")


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """The pieces of the text in their order (MS-DOC 2.4.1): where each lies in the main stream, and how encoded."""
    start = _number(main, _PIECES_AT, 4)
    described = table[start : start + _number(main, _PIECES_LENGTH_AT, 4)]
    place = 0
    while described[place : place + 1] == b"\x01":
        place += 3 + _number(described, place + 1, 2)
    if described[place : place + 1] != b"\x02":
        return
    plan = described[place + 5 :][: _number(described, place + 1, 4)]
    count = (len(plan) - 4) // 12
    if count < 1:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", plan)
    left = len(main)
    for index in range(count):
        where = _number(plan, 4 * (count + 1) + 8 * index + 2, 4)
        length = max(bounds[index + 1] - bounds[index], 0)
        if where & _IS_8_BIT:
            first = (where & ~_IS_8_BIT) // 2
            piece = main[first : first + length]
            yield piece.decode("cp1252", "replace")
        else:
            piece = main[where : where + 2 * length]
            yield piece.decode("utf-16-le", "replace")
        # Pieces that were made to lie over one another would come to far more than the file.
        left -= len(piece)
        if left < 0:
            return


def _runs(main: bytes) -> str:
    wide = [run.group().decode("utf-16-le") for run in _RUNS_16.finditer(main)]
    narrow = [run.group().decode("cp1252", "replace") for run in _RUNS_8.finditer(main)]
    return "\r".join(run for run in wide or narrow if _reads_like_words(run))


def _reads_like_words(run: str) -> bool:
    letters = sum(character.isalpha() or character.isspace() for character in run)
    return 10 * letters >= _MOSTLY * len(run) and len(_LETTERS.findall(run)) > 1


def _as_lines(text: str) -> str:
    text = _without_instructions(text).replace(_ROW_END, "\r").replace(_CELL_END, BETWEEN_CELLS).translate(_SIGNS)
    return tidied("".join(sign for sign in text if sign >= " " or sign in "\n\t"))


def _without_instructions(text: str) -> str:
    kept: list[str] = []
    fields: list[bool] = []
    instructions = 0
    for place, piece in enumerate(_FIELD_MARKS.split(text)):
        if place % 2 == 0:
            kept += [] if instructions else [piece]
        elif piece == _FIELD_BEGINS:
            fields.append(True)
            instructions += 1
        elif fields:
            instructions -= fields[-1]
            fields[-1] = False
            if piece != _RESULT_BEGINS:
                fields.pop()
    return "".join(kept)
