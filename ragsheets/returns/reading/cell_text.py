"""The text of a returned cell, and whether it was sent."""

from __future__ import annotations

import datetime

from ragsheets.formats.spreadsheet.values import Row
from ragsheets.text import clean_for_office
from ragsheets.workbook.sent_workbook import SentWorkbook

#: Invisible characters: those that only control how others are displayed (Unicode's general category Cf, as far as it
#: applies to any script), and all blanks (White_Space).
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_INVISIBLE += "".join(map(chr, range(0x2066, 0x2070)))
_BLANK_OR_INVISIBLE = _INVISIBLE + "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
_REMOVE_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))


def text_of(value: object) -> str:
    """Return a cell's value as text: what was typed, without surrounding blanks."""
    if isinstance(value, str):
        text = (value if value.isprintable() else clean_for_office(value)).strip()
        return text if text.isascii() else text.strip(_BLANK_OR_INVISIBLE)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value)


def without_invisible(text: str) -> str:
    """Return a text without the invisible characters inside it; its blanks stay."""
    return text if text.isascii() else text.translate(_REMOVE_INVISIBLE)


def same_visible_text(first: str, second: str) -> bool:
    """Return whether two texts differ in nothing but blanks and invisible characters."""
    return without_invisible(first).split() == without_invisible(second).split()


def is_sent_text(text: str, row: Row, sent_workbook: SentWorkbook, *, has_valueless_formula: bool = False) -> bool:
    """Return whether a text in this row was sent, wherever the row is now.

    Contacts may type words that the workbook contains too (a name, a number, a status). Such a text counts as sent only

    - next to a text that it was sent next to; or
    - as the first text of the row, if it was sent as the only text of a row. If it was sent beside a number, the row
      must hold a number too, or a formula that has lost its number (`has_valueless_formula`).
    """
    texts_in_same_row = sent_workbook.texts_in_same_row.get(text)
    if texts_in_same_row is None:
        return False
    texts = [text_of(value) for value in row if isinstance(value, str) and value]
    if not texts_in_same_row.isdisjoint(texts):
        return True
    return text == next(filter(None, texts), "") and _was_sent_alone(
        text, sent_workbook, has_numbers=has_valueless_formula or _has_numbers(row)
    )


def _was_sent_alone(text: str, sent_workbook: SentWorkbook, *, has_numbers: bool) -> bool:
    return any(
        [value.strip() for value in sent_row if isinstance(value, str) and value] == [text]
        and (has_numbers or not _has_numbers(sent_row))
        for sheet in sent_workbook.sheets
        for sent_row in sheet.rows
    )


def _has_numbers(row: Row) -> bool:
    return any(isinstance(value, (int, float)) for value in row)
