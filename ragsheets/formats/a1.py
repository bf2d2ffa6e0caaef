"""Cell addresses in A1 notation: D12, $D$10:$D$20."""

from __future__ import annotations

import re
from functools import lru_cache

#: The size of a sheet (Microsoft, "Excel specifications and limits").
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
#: Row and column, counted from zero.
CellPosition = tuple[int, int]

_A1_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,9})")


@lru_cache(maxsize=256)
def column_letter(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@lru_cache(maxsize=65536)
def address(row: int, column: int) -> str:
    """Return the address of a cell by row and column counted from one: row 12 of column 4 is D12."""
    return f"{column_letter(column)}{row}"


def absolute_range(column: int, first: int, last: int) -> str:
    """Return the absolute range from row `first` to row `last` of a column, all counted from one: $D$10:$D$20."""
    return f"${column_letter(column)}${first}:${column_letter(column)}${last}"


def sheet_reference(sheet_name: str, reference: str) -> str:
    """Return a reference to a cell or range on another sheet, as formulas and links write it."""
    return f"'{sheet_name}'!{reference}"


def string_literal(text: str) -> str:
    """Return `text` as a string constant for a formula."""
    return '"' + text.replace('"', '""') + '"'


def sort_position(text: str) -> CellPosition:
    """Return the position by which an address is sorted: text that is not an address comes before all cells."""
    try:
        return parse_address(text)
    except ValueError:
        return -1, -1


def cell_address(position: CellPosition) -> str:
    """Return the address of a cell position: (11, 3) is "D12"."""
    row, column = position
    return address(row + 1, column + 1)


def parse_address(text: str) -> CellPosition:
    """Return the position of an address, with or without dollar signs. Raises ValueError if it is not an address."""
    match = _A1_ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1
