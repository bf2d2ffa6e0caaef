"""Read the text that a reader of a Word document sees: its paragraphs and tables, in order, as plain values.

Tracked insertions count as accepted and deletions as removed; content controls, links and fields are replaced by what
they show; hidden text is left out; an inserted Word document is read where it stands. What else a document holds
beside its text is found by `ragsheets.report.read.other_content_finder`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ragsheets.errors import ReturnError
from ragsheets.report.read.inserted import open_inserted_document
from ragsheets.report.read.numbering import NO_LIST_MARK, ListMark, Numbering
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, name_of, number_of, value_of
from ragsheets.report.write.xml import BULLET_PREFIX

#: Elements that wrap content a reader sees.
_CONTENT_WRAPPERS = {
    *("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "bdo", "dir", "sdtContent", "Choice"),
    *("oMath", "oMathPara"),
}
#: Names of the styles of a table of contents start with one of these.
_CONTENTS_STYLES = ("toc", "contents")
#: Maximum depth of nested tables; people use two or three levels to lay out a page.
_MAX_NESTING = 16
#: The most documents that are inserted in a document, and how deep inside each other; nobody uses more than a few.
_MAX_INSERTED_DOCUMENTS, _MAX_INSERTED_LEVELS = 50, 3
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

    `start_column` and `end_column` (exclusive) are its position on the grid of columns; `is_merged_above` if it is
    merged with the cell above.
    """

    blocks: tuple[Block, ...]
    start_column: int
    end_column: int
    is_merged_above: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The texts of its non-empty paragraphs in the plan's markup; a row of a nested table is one line."""
        return tuple(_block_lines(self.blocks))

    @property
    def text(self) -> str:
        """The lines joined by line breaks."""
        return "\n".join(self.lines)

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


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table."""

    rows: tuple[WordRow, ...]


Block: TypeAlias = Paragraph | WordTable


@dataclass(frozen=True, slots=True)
class WordContent:
    """The content of a document: its blocks, the documents inserted in it, and the struck-through texts."""

    blocks: tuple[Block, ...]
    inserted_documents: tuple[InsertedDocument, ...]
    struck_through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InsertedDocument:
    """A document that was read as part of the text: the element that inserts it, and its file."""

    element: Element
    file: WordFile


def read_word_content(file: WordFile) -> WordContent:
    """Read the content of a document."""
    reader = _WordReader(file)
    blocks = tuple(reader.blocks(file.body))
    return WordContent(blocks, tuple(reader.inserted_documents), tuple(reader.struck_through))


def text_reader(file: WordFile) -> Callable[[Element], str]:
    """Return a function that returns the text of a note, a text box or a page header of a document."""
    reader = _WordReader(file)
    return lambda element: "\n".join(_block_lines(tuple(reader.blocks(element))))


def _block_lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.marked_text:
                yield block.marked_text
        else:
            for row in block.rows:
                if line := _CELL_SEPARATOR.join(filter(None, (" ".join(cell.text.split()) for cell in row.cells))):
                    yield line


@dataclass(slots=True)
class _Style:
    name: str
    based_on: str
    level: int | None
    numbering: Element | None


@dataclass(slots=True)
class _ParagraphText:
    """The text of a paragraph while it is collected."""

    pieces: list[str] = field(default_factory=list)
    linked_pieces: int = 0
    unlinked_pieces: int = 0

    def add(self, text: str, *, is_internal_link: bool) -> None:
        self.pieces.append(text)
        if text.strip():
            self.linked_pieces += is_internal_link
            self.unlinked_pieces += not is_internal_link


class _WordReader:
    """A reader of one document, from top to bottom."""

    def __init__(
        self, file: WordFile, inserted_documents: list[InsertedDocument] | None = None, level: int = 0
    ) -> None:
        self.file, self.level = file, level
        self.inserted_documents = [] if inserted_documents is None else inserted_documents
        self.numbering = Numbering(file.numbering)
        self.styles = {value_of(style, "styleId"): _read_style(style) for style in children_of(file.styles, "style")}
        self.default_style = next(
            (
                value_of(style, "styleId")
                for style in children_of(file.styles, "style")
                if value_of(style, "type") == "paragraph" and value_of(style, "default") in ("1", "true", "on")
            ),
            "",
        )
        self.struck_through: list[str] = []
        self.depth = 0

    # -- blocks

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the paragraphs and tables of a body, a cell or a text box."""
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise ReturnError("too-large", found=f"tables inside each other {_MAX_NESTING} times")
        paragraph_text: _ParagraphText | None = None
        for element in _unwrapped_children(parent):
            name = name_of(element)
            if name == "p":
                paragraph_text = paragraph_text or _ParagraphText()
                self._add_content(element, paragraph_text)
                # If the paragraph's own end is deleted, it continues in the next paragraph.
                if child_of(element, "pPr", "rPr", "del") is None:
                    yield self._paragraph(element, paragraph_text)
                    paragraph_text = None
            elif name == "tbl":
                yield WordTable(tuple(self._rows(element)))
            elif name == "altChunk":
                yield from self._inserted_blocks(element)
        self.depth -= 1

    def _inserted_blocks(self, element: Element) -> Iterator[Block]:
        """Yield the blocks of an inserted Word document; none of one that is not read."""
        if self.level == _MAX_INSERTED_LEVELS or len(self.inserted_documents) == _MAX_INSERTED_DOCUMENTS:
            return
        if (file := open_inserted_document(self.file, value_of(element, "id"))) is not None:
            self.inserted_documents.append(InsertedDocument(element, file))
            reader = _WordReader(file, self.inserted_documents, self.level + 1)
            yield from reader.blocks(file.body)
            self.struck_through += reader.struck_through

    def _rows(self, table: Element) -> Iterator[WordRow]:
        for element in _unwrapped_children(table):
            if name_of(element) != "tr" or child_of(element, "trPr", "del") is not None:
                continue
            row_properties = child_of(element, "trPr")
            column = number_of(child_of(row_properties, "gridBefore"))
            cells = []
            for cell_element in _unwrapped_children(element):
                if name_of(cell_element) != "tc":
                    continue
                cell_properties = child_of(cell_element, "tcPr")
                span = max(number_of(child_of(cell_properties, "gridSpan"), default=1), 1)
                vertical_merge = child_of(cell_properties, "vMerge")
                is_merged_above = vertical_merge is not None and value_of(vertical_merge) != "restart"
                if child_of(cell_properties, "cellDel") is None:
                    cells.append(WordCell(tuple(self.blocks(cell_element)), column, column + span, is_merged_above))
                column += span
            yield WordRow(tuple(cells), is_heading=is_on(row_properties, "tblHeader"))

    # -- paragraphs

    def _paragraph(self, element: Element, paragraph_text: _ParagraphText) -> Paragraph:
        properties = child_of(element, "pPr")
        style_id = value_of(child_of(properties, "pStyle")) or self.default_style
        style, level, list_properties = self._inherited_style(style_id)
        own_level = child_of(properties, "outlineLvl")
        if own_level is not None:
            level = number_of(own_level)
        own_list = child_of(properties, "numPr")
        list_properties = own_list if own_list is not None else list_properties
        text = "".join(paragraph_text.pieces).strip()
        list_mark = NO_LIST_MARK
        if list_properties is not None and text:
            list_mark = self.numbering.next_mark(
                value_of(child_of(list_properties, "numId")), number_of(child_of(list_properties, "ilvl"))
            )
        is_contents_entry = style.startswith(_CONTENTS_STYLES) or (
            paragraph_text.linked_pieces > 0 and not paragraph_text.unlinked_pieces
        )
        return Paragraph(
            text,
            list_mark,
            style,
            level if level is not None and level < _BODY_TEXT_LEVEL else None,
            is_contents_entry,
            tuple(value_of(bookmark, "name") for bookmark in children_of(element, "bookmarkStart")),
            ends_section=not self.level and child_of(properties, "sectPr") is not None,
        )

    def _inherited_style(self, style_id: str) -> tuple[str, int | None, Element | None]:
        """Return a style's name, and the first level and list set by it or by a style it is based on."""
        name = self.styles[style_id].name if style_id in self.styles else ""
        level: int | None = None
        list_properties: Element | None = None
        visited_ids: set[str] = set()
        while style_id in self.styles and style_id not in visited_ids:
            visited_ids.add(style_id)
            style = self.styles[style_id]
            level = style.level if level is None else level
            list_properties = style.numbering if list_properties is None else list_properties
            style_id = style.based_on
        return name, level, list_properties

    def _add_content(self, parent: Element, paragraph_text: _ParagraphText, *, is_internal_link: bool = False) -> None:
        """Add the visible text of a paragraph, or of a part of it."""
        for element in parent:
            name = name_of(element)
            if name == "r":
                self._add_run(element, paragraph_text, is_internal_link)
            elif name == "hyperlink":
                is_internal = bool(value_of(element, "anchor")) and not value_of(element, "id")
                self._add_content(element, paragraph_text, is_internal_link=is_internal_link or is_internal)
            elif name == "sdt":
                self._add_content_control(element, paragraph_text, is_internal_link)
            elif name in _CONTENT_WRAPPERS:
                self._add_content(element, paragraph_text, is_internal_link=is_internal_link)
            elif name == "AlternateContent":
                self._add_alternative(element, paragraph_text, is_internal_link)

    def _add_content_control(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        # A control that is not filled in shows a prompt, which is not an answer.
        content = child_of(element, "sdtContent")
        if content is not None and not is_on(element, "sdtPr", "showingPlcHdr"):
            self._add_content(content, paragraph_text, is_internal_link=is_internal_link)

    def _add_alternative(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        """Add the first alternative, the fullest one; the others repeat it for older programs."""
        alternative = child_of(element, "Choice")
        if alternative is None:
            alternative = child_of(element, "Fallback")
        if alternative is not None:
            self._add_run_content(alternative, paragraph_text, is_internal_link)
            self._add_content(alternative, paragraph_text, is_internal_link=is_internal_link)

    def _add_run(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        if is_on(element, "rPr", "vanish"):
            return
        first_piece = len(paragraph_text.pieces)
        self._add_run_content(element, paragraph_text, is_internal_link)
        if is_on(element, "rPr", "strike") or is_on(element, "rPr", "dstrike"):
            self.struck_through.append("".join(paragraph_text.pieces[first_piece:]).strip())

    def _add_run_content(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        for child in element:
            name = name_of(child)
            if name == "t":
                paragraph_text.add(child.text or "", is_internal_link=is_internal_link)
            elif name in _SPECIAL_CHARACTERS:
                paragraph_text.add(_SPECIAL_CHARACTERS[name], is_internal_link=is_internal_link)
            elif name == "br" and value_of(child, "type") in ("", "textWrapping"):
                paragraph_text.add("\n", is_internal_link=is_internal_link)
            elif name == "sym":
                paragraph_text.add(_symbol_character(value_of(child, "char")), is_internal_link=is_internal_link)
            elif name == "fldChar":
                paragraph_text.add(_drop_down_choice(child), is_internal_link=is_internal_link)
            elif name == "AlternateContent":
                self._add_alternative(child, paragraph_text, is_internal_link)


#: The outline level of body text, which is not a heading (ECMA-376 part 1, 17.3.1.20).
_BODY_TEXT_LEVEL = 9
_SPECIAL_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def _read_style(element: Element) -> _Style:
    name = value_of(child_of(element, "name")).casefold()
    properties = child_of(element, "pPr")
    outline = child_of(properties, "outlineLvl")
    level = number_of(outline) if outline is not None else None
    if level is None and name.startswith("heading ") and name.removeprefix("heading ").isdigit():
        level = int(name.removeprefix("heading ")) - 1
    return _Style(name, value_of(child_of(element, "basedOn")), level, child_of(properties, "numPr"))


def _unwrapped_children(parent: Element) -> Iterator[Element]:
    """Yield the children, including those inside content controls and similar wrappers."""
    for element in parent:
        name = name_of(element)
        if name == "sdt":
            content = child_of(element, "sdtContent")
            if content is not None and not is_on(element, "sdtPr", "showingPlcHdr"):
                yield from _unwrapped_children(content)
        elif name in ("customXml", "ins", "moveTo", "smartTag"):
            yield from _unwrapped_children(element)
        elif name == "AlternateContent":
            choice = child_of(element, "Choice")
            if choice is not None:
                yield from _unwrapped_children(choice)
        else:
            yield element


def _symbol_character(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _drop_down_choice(form_field: Element) -> str:
    """Return the selected entry of a drop-down form field, from its own list (ECMA-376 part 1, 17.16.9)."""
    drop_down = child_of(form_field, "ffData", "ddList")
    if drop_down is None:
        return ""
    entries = [value_of(entry) for entry in children_of(drop_down, "listEntry")]
    selected = child_of(drop_down, "result")
    index = number_of(selected if selected is not None else child_of(drop_down, "default"))
    return entries[index] if 0 <= index < len(entries) else ""
