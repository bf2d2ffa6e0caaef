"""Builds the text of a document: its lines in order, each table row as a line with " | " between its cells."""

from __future__ import annotations

import re
from itertools import groupby

#: What separates the cells of a row.
CELL_SEPARATOR = " | "

_SPACES = re.compile(r"[ \t\xa0\u200b\ufeff]+")


class TextBuilder:
    """Collects the text of a document; unbalanced begin and end calls are harmless.

    Attributes:
        keep_single_cells: whether a row of a single cell keeps its lines, as on a page that is laid out with tables.
    """

    def __init__(self, *, keep_single_cells: bool = False) -> None:
        self.keep_single_cells = keep_single_cells
        self._pieces: list[str] = []
        self._outer_pieces: list[list[str]] = []
        self._rows: list[list[str]] = []

    def add_text(self, piece: str) -> None:
        """Add text to the current line."""
        self._pieces.append(piece)

    def end_line(self, *, allow_empty: bool = True) -> None:
        """End the line; unless `allow_empty`, only if there is text on it."""
        if allow_empty or not self.is_at_line_start:
            self._pieces.append("\n")

    @property
    def is_at_line_start(self) -> bool:
        """Whether the current line is still empty."""
        return not self._pieces or self._pieces[-1].endswith("\n")

    def begin_part(self) -> None:
        """Begin a part that is collected separately: a cell, a quotation."""
        self._outer_pieces.append(self._pieces)
        self._pieces = []

    def end_part(self) -> str:
        """End that part and return its text."""
        if not self._outer_pieces:
            return ""
        text = "".join(self._pieces)
        self._pieces = self._outer_pieces.pop()
        return text

    def begin_row(self) -> None:
        """Begin a table row."""
        self._rows.append([])

    def end_cell(self) -> None:
        """End a cell, which began with `begin_part`."""
        text = self.end_part()
        if self._rows:
            self._rows[-1].append(text)
        else:
            self.add_text(text)

    def end_row(self) -> None:
        """End a table row and add it as a line."""
        cells = self._rows.pop() if self._rows else []
        if len(cells) == 1 and self.keep_single_cells:
            line = cells[0].strip("\n")
        else:
            line = CELL_SEPARATOR.join(" ".join(cell.split()) for cell in cells).rstrip(" |")
        if line:
            self.end_line(allow_empty=False)
            self.add_text(f"{line}\n")

    def result(self) -> str:
        """Return all text collected."""
        while self._outer_pieces:
            self.add_text(self.end_part())
        return normalise_whitespace("".join(self._pieces))


def normalise_whitespace(text: str) -> str:
    """Strip each line of `text`, collapse blanks between words, and allow no two empty lines in a row."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    kept_lines = (line for has_text, group in groupby(lines, bool) for line in (group if has_text else [""]))
    return "\n".join(kept_lines).strip("\n")
