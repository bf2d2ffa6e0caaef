"""The paragraphs and tables of a Word document as a reader of the printed document sees them, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ragsheets.report.read.left_out import NOTHING_LEFT_OUT, LeftOutTexts
from ragsheets.report.read.numbering import NO_LIST_MARK, ListMark
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.xml import Element
from ragsheets.report.write.xml import BULLET_PREFIX

_CELL_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its text, without the mark of its list.
        list_mark: the mark that its list prints before it.
        style: the name of its style in lower case.
        level: its heading level, from 0; None if it is not a heading.
        is_contents_entry: whether it only links to a position in the document, as entries of a table of contents do.
        bookmarks: the names of the bookmarks that start in it.
        ends_section: whether it is the last paragraph of a section of pages, which has page headers of its own.
    """

    text: str
    list_mark: ListMark = NO_LIST_MARK
    style: str = ""
    level: int | None = None
    is_contents_entry: bool = False
    bookmarks: tuple[str, ...] = ()
    ends_section: bool = False

    @property
    def marked_text(self) -> str:
        """The text in the plan's markup: a leading "* " for a bullet, a printed number as printed."""
        text = self.text.strip()
        if self.list_mark.bullet:
            return BULLET_PREFIX + text if text else ""
        return f"{self.list_mark.number} {text}" if self.list_mark.number and text else text


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell of a table.

    `start_column` and `end_column` (exclusive) are its position on the grid of columns. `merged_with` is the cell above
    that it is merged with, whose text it shows; it has no text of its own.
    """

    blocks: tuple[Block, ...]
    start_column: int
    end_column: int
    merged_with: WordCell | None = None

    @property
    def is_merged_above(self) -> bool:
        """Whether it is merged with the cell above."""
        return self.merged_with is not None

    @property
    def shown(self) -> WordCell:
        """The cell whose text is printed in its place: itself, or the first of the cells that it is merged with."""
        return self if self.merged_with is None else self.merged_with

    @property
    def lines(self) -> tuple[str, ...]:
        """The texts of its non-empty paragraphs in the plan's markup; a row of a nested table is one line."""
        return tuple(block_lines(self.blocks))

    @property
    def text(self) -> str:
        """The lines joined by line breaks."""
        return "\n".join(self.lines)

    @property
    def list_number(self) -> str:
        """The number that a list prints before its first line; "" if there is none."""
        first = next((block for block in self.blocks if not isinstance(block, Paragraph) or block.marked_text), None)
        return first.list_mark.number if isinstance(first, Paragraph) else ""

    @property
    def printed_label(self) -> str:
        """The text of a cell that holds only a label: also the number that a list prints before an empty paragraph."""
        first = next((block for block in self.blocks if isinstance(block, Paragraph)), None)
        return self.text or (first.list_mark.number if first is not None else "")

    @property
    def styles(self) -> frozenset[str]:
        """The names of the styles of its paragraphs."""
        return frozenset(block.style for block in self.blocks if isinstance(block, Paragraph))

    @property
    def tables(self) -> tuple[WordTable, ...]:
        """The nested tables."""
        return tuple(block for block in self.blocks if isinstance(block, WordTable))


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row of a table; `is_heading` if it is marked as a heading row."""

    cells: tuple[WordCell, ...]
    is_heading: bool = False

    @property
    def styles(self) -> frozenset[str]:
        """The names of the styles of its paragraphs."""
        return frozenset().union(*(cell.styles for cell in self.cells))

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The start and end (exclusive) of each cell on the grid of columns."""
        return tuple((cell.start_column, cell.end_column) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table."""

    rows: tuple[WordRow, ...]


Block: TypeAlias = Paragraph | WordTable


@dataclass(frozen=True, slots=True)
class WordContent:
    """The content of a document: its blocks, the documents inserted in it, and what was left out of both."""

    blocks: tuple[Block, ...]
    inserted_documents: tuple[InsertedDocument, ...] = ()
    left_out: LeftOutTexts = NOTHING_LEFT_OUT


@dataclass(frozen=True, slots=True)
class InsertedDocument:
    """A document that was read as part of the text: the element that inserts it, and its file."""

    element: Element
    file: WordFile


def block_lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield the texts of non-empty paragraphs in the plan's markup; a row of a table is one line."""
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.marked_text:
                yield block.marked_text
        else:
            for row in block.rows:
                if line := _CELL_SEPARATOR.join(filter(None, (" ".join(cell.text.split()) for cell in row.cells))):
                    yield line
