"""Cell addresses as people and formulas write them: D12, $D$10:$D$20."""

from __future__ import annotations

import re
from functools import lru_cache

#: Row and column, counted from nought.
CellPosition = tuple[int, int]

_A1_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,9})")


@lru_cache(maxsize=256)
def column_letter(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=65536)
def address(row: int, column: int) -> str:
    """The address of a cell: row 12 of column 4 is D12."""
    return f"{column_letter(column)}{row}"


def absolute_range(column: int, first: int, last: int) -> str:
    """The range from row `first` to row `last` of a column, as formulas write it: $D$10:$D$20."""
    return f"${column_letter(column)}${first}:${column_letter(column)}${last}"


def sheet_reference(sheet_name: str, reference: str) -> str:
    """A place on another sheet, as formulas and links write it."""
    return f"'{sheet_name}'!{reference}"


def string_literal(text: str) -> str:
    """`text` as a constant in a formula."""
    return '"' + text.replace('"', '""') + '"'


def cell_address(position: CellPosition) -> str:
    """The address of a place: "D12"."""
    row, column = position
    return address(row + 1, column + 1)


def parse_address(text: str) -> CellPosition:
    """The place of an address, dollar signs or not. Raises ValueError where it is none."""
    match = _A1_ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1
