"""The text of Word's older documents (.doc, MS-DOC), as far as it can be read without Word."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets.formats.text.text_builder import CELL_SEPARATOR, normalise_whitespace

if TYPE_CHECKING:
    from olefile.olefile import OleFileIO

#: How much of a stream is read, in bytes.
MAX_BYTES = 64 * 1024 * 1024

# Offsets in the file information block (MS-DOC 2.5.1, 2.5.2, 2.5.6), which the main stream begins with.
_VERSION_OFFSET, _FLAGS_OFFSET, _TEXT_START_OFFSET, _TEXT_END_OFFSET = 0x02, 0x0A, 0x18, 0x1C
_PIECE_TABLE_OFFSET, _PIECE_TABLE_LENGTH_OFFSET = 0x01A2, 0x01A6
_COMPLEX_FLAG, _ENCRYPTED_FLAG, _SECOND_TABLE_FLAG = 0x0004, 0x0100, 0x0200
#: The first version that stores its text in pieces, some of them in Unicode: Word 97.
_WORD_97_VERSION = 0x00C1
_EIGHT_BIT_FLAG = 0x40000000

#: A field's instruction is between the first two of these marks, its result between the last two (2.8.25).
_FIELD_MARKS = re.compile("([\x13\x14\x15])")
_FIELD_BEGINS, _RESULT_BEGINS = "\x13", "\x14"
_CHARACTER_MAP = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\r": "\n", "\x1e": "-", "\x1f": "", "\xa0": " "})
_ROW_END, _CELL_END = "\x07\x07", "\x07"
#: Runs of text in bytes whose structure is not understood.
_UTF16_RUNS = re.compile(rb"(?:[\x20-\x7e\x91-\x97\xa0-\xff\t\r]\x00){8,}")
_EIGHT_BIT_RUNS = re.compile(rb"[\x20-\x7e\x91-\x97\xa0-\xff\t\r]{12,}")
_WORD_LIKE = re.compile(r"[A-Za-z]{2,}")
#: How many characters in ten must be letters or blanks for a run to count as text.
_MIN_LETTERS_IN_TEN = 8


def text_of_doc(content: bytes) -> str:
    """Return the text of a .doc file: paragraphs in order, each table row as a line, notes and text boxes at the end.

    A row is broken after an empty cell, which looks like its end. Text marked as deleted is included. If the file does
    not record where its text is, everything that reads like words is returned; "" for an encrypted file and one without
    text.

    Raises what olefile raises if it is not a compound file.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        main = _read_stream(ole, "WordDocument")
        if len(main) < _TEXT_END_OFFSET + 4 or _is_encrypted(main):
            return ""
        flags = _read_number(main, _FLAGS_OFFSET, 2)
        if _read_number(main, _VERSION_OFFSET, 2) >= _WORD_97_VERSION:
            text = "".join(_read_pieces(main, _read_stream(ole, "1Table" if flags & _SECOND_TABLE_FLAG else "0Table")))
        elif flags & _COMPLEX_FLAG:
            text = ""
        else:
            text = main[_read_number(main, _TEXT_START_OFFSET, 4) : _read_number(main, _TEXT_END_OFFSET, 4)].decode(
                "cp1252", "replace"
            )
    return _to_lines(text if text.strip("\0\r\n ") else _find_text_runs(main))


def is_encrypted_doc(content: bytes) -> bool:
    """Return whether a .doc file has a password; raises as `text_of_doc` does."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        return _is_encrypted(_read_stream(ole, "WordDocument"))


def _is_encrypted(main: bytes) -> bool:
    return bool(_read_number(main, _FLAGS_OFFSET, 2) & _ENCRYPTED_FLAG)


def _read_stream(ole: OleFileIO, name: str) -> bytes:
    if not ole.exists(name):
        return b""
    with ole.openstream(name) as stream:
        return bytes(stream.read(MAX_BYTES))


def _read_number(content: bytes, offset: int, length: int) -> int:
    return int.from_bytes(content[offset : offset + length], "little")


def _read_pieces(main: bytes, table_stream: bytes) -> Iterator[str]:
    """Yield the pieces of the text in order (MS-DOC 2.4.1), each read from its offset in the main stream."""
    start = _read_number(main, _PIECE_TABLE_OFFSET, 4)
    piece_table = table_stream[start : start + _read_number(main, _PIECE_TABLE_LENGTH_OFFSET, 4)]
    position = 0
    while piece_table[position : position + 1] == b"\x01":
        position += 3 + _read_number(piece_table, position + 1, 2)
    if piece_table[position : position + 1] != b"\x02":
        return
    entries = piece_table[position + 5 :][: _read_number(piece_table, position + 1, 4)]
    count = (len(entries) - 4) // 12
    if count < 1:
        return
    character_bounds = struct.unpack_from(f"<{count + 1}I", entries)
    bytes_left = len(main)
    for index in range(count):
        location = _read_number(entries, 4 * (count + 1) + 8 * index + 2, 4)
        length = max(character_bounds[index + 1] - character_bounds[index], 0)
        if location & _EIGHT_BIT_FLAG:
            offset = (location & ~_EIGHT_BIT_FLAG) // 2
            piece = main[offset : offset + length]
            yield piece.decode("cp1252", "replace")
        else:
            piece = main[location : location + 2 * length]
            yield piece.decode("utf-16-le", "replace")
        # Crafted pieces that overlap could together exceed the size of the file by far.
        bytes_left -= len(piece)
        if bytes_left < 0:
            return


def _find_text_runs(main: bytes) -> str:
    for pattern, charset in ((_UTF16_RUNS, "utf-16-le"), (_EIGHT_BIT_RUNS, "cp1252")):
        runs = (run.group().decode(charset, "replace") for run in pattern.finditer(main))
        if text := "\r".join(filter(_reads_like_words, runs)):
            return text
    return ""


def _reads_like_words(run: str) -> bool:
    letters = sum(character.isalpha() or character.isspace() for character in run)
    return 10 * letters >= _MIN_LETTERS_IN_TEN * len(run) and len(_WORD_LIKE.findall(run)) > 1


def _to_lines(text: str) -> str:
    text = (
        _strip_field_instructions(text)
        .replace(_ROW_END, "\r")
        .replace(_CELL_END, CELL_SEPARATOR)
        .translate(_CHARACTER_MAP)
    )
    return normalise_whitespace("".join(character for character in text if character >= " " or character in "\n\t"))


def _strip_field_instructions(text: str) -> str:
    kept_pieces: list[str] = []
    fields: list[bool] = []
    instructions = 0
    for index, piece in enumerate(_FIELD_MARKS.split(text)):
        if index % 2 == 0:
            kept_pieces += [] if instructions else [piece]
        elif piece == _FIELD_BEGINS:
            fields.append(True)
            instructions += 1
        elif fields:
            instructions -= fields[-1]
            fields[-1] = False
            if piece != _RESULT_BEGINS:
                fields.pop()
    return "".join(kept_pieces)
