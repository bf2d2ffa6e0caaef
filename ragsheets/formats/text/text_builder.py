"""Text as it is gathered from a document: its lines in order, a row of a table a line, " | " between its cells."""

from __future__ import annotations

import re
from itertools import groupby

#: What parts the cells of a row.
CELL_SEPARATOR = " | "

_SPACES = re.compile(r"[ \t\xa0\u200b\ufeff]+")


class TextBuilder:
    """Gathers a document's text; what is opened twice, or closed without having been opened, does no harm.

    Attributes:
        keep_boxes: whether a row of a single cell keeps its lines, as in a page that is laid out by tables.
    """

    def __init__(self, *, keep_single_cells: bool = False) -> None:
        self.keep_single_cells = keep_single_cells
        self._pieces: list[str] = []
        self._outer_pieces: list[list[str]] = []
        self._rows: list[list[str]] = []

    def add_text(self, piece: str) -> None:
        """Add words to the line."""
        self._pieces.append(piece)

    def end_line(self, *, allow_empty: bool = True) -> None:
        """End the line; not `even_empty`: only where something stands on it."""
        if allow_empty or not self.is_at_line_start:
            self._pieces.append("\n")

    @property
    def is_at_line_start(self) -> bool:
        """Whether nothing stands on the line yet."""
        return not self._pieces or self._pieces[-1].endswith("\n")

    def begin_part(self) -> None:
        """Begin a part that is gathered by itself: a cell, a quotation."""
        self._outer_pieces.append(self._pieces)
        self._pieces = []

    def end_part(self) -> str:
        """End that part and give its text."""
        if not self._outer_pieces:
            return ""
        text = "".join(self._pieces)
        self._pieces = self._outer_pieces.pop()
        return text

    def begin_row(self) -> None:
        """Begin a row of a table."""
        self._rows.append([])

    def end_cell(self) -> None:
        """End a cell, which began with `open`."""
        text = self.end_part()
        if self._rows:
            self._rows[-1].append(text)
        else:
            self.add_text(text)

    def end_row(self) -> None:
        """End a row and put it down as a line."""
        cells = self._rows.pop() if self._rows else []
        if len(cells) == 1 and self.keep_single_cells:
            line = cells[0].strip("\n")
        else:
            line = CELL_SEPARATOR.join(" ".join(cell.split()) for cell in cells).rstrip(" |")
        if line:
            self.end_line(allow_empty=False)
            self.add_text(f"{line}\n")

    def result(self) -> str:
        """Everything gathered."""
        while self._outer_pieces:
            self.add_text(self.end_part())
        return normalise_whitespace("".join(self._pieces))


def normalise_whitespace(text: str) -> str:
    """`text` without blanks around its lines, with one at most between words, and no two empty lines together."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    kept = (line for filled, group in groupby(lines, bool) for line in (group if filled else [""]))
    return "\n".join(kept).strip("\n")
