"""What a reader of a Word document sees: its paragraphs and tables, in order, as plain values.

Tracked insertions are taken as accepted, deletions as gone; content controls, links and fields give way to what they
show; hidden text is none. Text boxes float beside the text and are gathered by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ragsheets.errors import ReturnError
from ragsheets.report.read.numbering import NO_LIST_MARK, ListMark, Numbering
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, name_of, number_of, value_of
from ragsheets.report.write.xml import BULLET_PREFIX

#: What lies around content that a reader sees.
_CONTENT_WRAPPERS = {
    *("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "bdo", "dir", "sdtContent", "Choice"),
    *("oMath", "oMathPara"),
}
#: The styles of a list of contents begin so.
_CONTENTS_STYLES = ("toc", "contents")
#: How deep tables may lie inside each other; people use two or three to lay out a page.
_MAX_NESTING = 16
_CELL_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its words, without what its list prints before them.
        mark: what its list prints before them.
        style: the name of its style in small letters.
        level: its level as a heading, from nought; None for what is no heading.
        points: whether it only points to a place in the document, as the lines of a list of contents do.
    """

    text: str
    list_mark: ListMark = NO_LIST_MARK
    style: str = ""
    level: int | None = None
    is_contents_entry: bool = False

    @property
    def marked_text(self) -> str:
        """Its words in the plan's markup: a leading "* " for a bullet, a printed number as it is printed."""
        text = self.text.strip()
        if self.list_mark.bullet:
            return BULLET_PREFIX + text if text else ""
        return f"{self.list_mark.number} {text}" if self.list_mark.number and text else text


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell of a table.

    `start` and `end` are its place on the grid of columns; `continues` says that it is merged with the one above.
    """

    blocks: tuple[Block, ...]
    start_column: int
    end_column: int
    is_merged_above: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The words of its paragraphs that have any, each in the plan's markup; a row of a table inside is a line."""
        return tuple(_block_lines(self.blocks))

    @property
    def text(self) -> str:
        """The same as one text."""
        return "\n".join(self.lines)

    @property
    def tables(self) -> tuple[WordTable, ...]:
        """The tables inside."""
        return tuple(block for block in self.blocks if isinstance(block, WordTable))


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row of a table; `heading` says that it is marked as a heading row."""

    cells: tuple[WordCell, ...]
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table."""

    rows: tuple[WordRow, ...]


Block: TypeAlias = Paragraph | WordTable


@dataclass(frozen=True, slots=True)
class WordContent:
    """The whole document: its blocks, the words in its text boxes, and those that are struck through."""

    blocks: tuple[Block, ...]
    text_boxes: tuple[str, ...]
    struck_through: tuple[str, ...]


def read_word_content(file: WordFile) -> WordContent:
    """What a document says."""
    reader = _WordReader(file)
    blocks = tuple(reader.blocks(file.body))
    return WordContent(blocks, tuple(reader.text_boxes), tuple(reader.struck_through))


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
    """The words of a paragraph as they are gathered."""

    pieces: list[str] = field(default_factory=list)
    linked_pieces: int = 0
    unlinked_pieces: int = 0

    def add(self, text: str, *, is_internal_link: bool) -> None:
        self.pieces.append(text)
        if text.strip():
            self.linked_pieces += is_internal_link
            self.unlinked_pieces += not is_internal_link


class _WordReader:
    """Reads one document from top to bottom."""

    def __init__(self, file: WordFile) -> None:
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
        self.text_boxes: list[str] = []
        self.struck_through: list[str] = []
        self.depth = 0

    # -- blocks

    def blocks(self, parent: Element) -> Iterator[Block]:
        """The paragraphs and tables of a body, a cell or a text box."""
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise ReturnError("too-large", found=f"tables inside each other {_MAX_NESTING} times")
        words: _ParagraphText | None = None
        for element in _unwrapped_children(parent):
            name = name_of(element)
            if name == "p":
                words = words or _ParagraphText()
                self._add_content(element, words)
                # Where the paragraph's own end is deleted, it runs on into the next one.
                if child_of(element, "pPr", "rPr", "del") is None:
                    yield self._paragraph(element, words)
                    words = None
            elif name == "tbl":
                yield WordTable(tuple(self._rows(element)))
        self.depth -= 1

    def _rows(self, table: Element) -> Iterator[WordRow]:
        for element in _unwrapped_children(table):
            if name_of(element) != "tr" or child_of(element, "trPr", "del") is not None:
                continue
            properties = child_of(element, "trPr")
            place = number_of(child_of(properties, "gridBefore"))
            cells = []
            for each in _unwrapped_children(element):
                if name_of(each) != "tc":
                    continue
                about = child_of(each, "tcPr")
                span = max(number_of(child_of(about, "gridSpan"), default=1), 1)
                merged = child_of(about, "vMerge")
                goes_on = merged is not None and value_of(merged) != "restart"
                if child_of(about, "cellDel") is None:
                    cells.append(WordCell(tuple(self.blocks(each)), place, place + span, goes_on))
                place += span
            yield WordRow(tuple(cells), is_heading=is_on(properties, "tblHeader"))

    # -- paragraphs

    def _paragraph(self, element: Element, paragraph_text: _ParagraphText) -> Paragraph:
        properties = child_of(element, "pPr")
        key = value_of(child_of(properties, "pStyle")) or self.default_style
        style, level, listed = self._inherited_style(key)
        own = child_of(properties, "outlineLvl")
        if own is not None:
            level = number_of(own)
        numbered = child_of(properties, "numPr")
        listed = numbered if numbered is not None else listed
        text = "".join(paragraph_text.pieces).strip()
        mark = NO_LIST_MARK
        if listed is not None and text:
            mark = self.numbering.next_mark(value_of(child_of(listed, "numId")), number_of(child_of(listed, "ilvl")))
        points = style.startswith(_CONTENTS_STYLES) or (
            paragraph_text.linked_pieces > 0 and not paragraph_text.unlinked_pieces
        )
        return Paragraph(text, mark, style, level if level is not None and level < _BODY_TEXT_LEVEL else None, points)

    def _inherited_style(self, style_id: str) -> tuple[str, int | None, Element | None]:
        """A style's name, and the level and the list that it or one that it is based on gives."""
        name = self.styles[style_id].name if style_id in self.styles else ""
        level: int | None = None
        listed: Element | None = None
        seen: set[str] = set()
        while style_id in self.styles and style_id not in seen:
            seen.add(style_id)
            style = self.styles[style_id]
            level = style.level if level is None else level
            listed = style.numbering if listed is None else listed
            style_id = style.based_on
        return name, level, listed

    def _add_content(self, parent: Element, paragraph_text: _ParagraphText, *, is_internal_link: bool = False) -> None:
        """Add what a reader sees of a paragraph, or of a part of it."""
        for element in parent:
            name = name_of(element)
            if name == "r":
                self._add_run(element, paragraph_text, is_internal_link)
            elif name == "hyperlink":
                inside = bool(value_of(element, "anchor")) and not value_of(element, "id")
                self._add_content(element, paragraph_text, is_internal_link=is_internal_link or inside)
            elif name == "sdt":
                self._add_content_control(element, paragraph_text, is_internal_link)
            elif name in _CONTENT_WRAPPERS:
                self._add_content(element, paragraph_text, is_internal_link=is_internal_link)
            elif name == "AlternateContent":
                self._add_alternative(element, paragraph_text, is_internal_link)

    def _add_content_control(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        # A control that nobody has filled in shows a prompt, which is not an answer.
        content = child_of(element, "sdtContent")
        if content is not None and not is_on(element, "sdtPr", "showingPlcHdr"):
            self._add_content(content, paragraph_text, is_internal_link=is_internal_link)

    def _add_alternative(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        """Of alternatives the first, which is the fullest; the others say the same to older programs."""
        chosen = child_of(element, "Choice")
        if chosen is None:
            chosen = child_of(element, "Fallback")
        if chosen is not None:
            self._add_run_content(chosen, paragraph_text, is_internal_link)
            self._add_content(chosen, paragraph_text, is_internal_link=is_internal_link)

    def _add_run(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        if is_on(element, "rPr", "vanish"):
            return
        before = len(paragraph_text.pieces)
        self._add_run_content(element, paragraph_text, is_internal_link)
        if is_on(element, "rPr", "strike") or is_on(element, "rPr", "dstrike"):
            self.struck_through.append("".join(paragraph_text.pieces[before:]).strip())

    def _add_run_content(self, element: Element, paragraph_text: _ParagraphText, is_internal_link: bool) -> None:
        for each in element:
            name = name_of(each)
            if name == "t":
                paragraph_text.add(each.text or "", is_internal_link=is_internal_link)
            elif name in _SPECIAL_CHARACTERS:
                paragraph_text.add(_SPECIAL_CHARACTERS[name], is_internal_link=is_internal_link)
            elif name == "br" and value_of(each, "type") in ("", "textWrapping"):
                paragraph_text.add("\n", is_internal_link=is_internal_link)
            elif name == "sym":
                paragraph_text.add(_symbol_character(value_of(each, "char")), is_internal_link=is_internal_link)
            elif name == "fldChar":
                paragraph_text.add(_drop_down_choice(each), is_internal_link=is_internal_link)
            elif name in ("drawing", "pict", "object"):
                self._add_text_boxes(each)
            elif name == "AlternateContent":
                self._add_alternative(each, paragraph_text, is_internal_link)

    def _add_text_boxes(self, element: Element) -> None:
        for each in element.iter():
            if name_of(each) == "txbxContent":
                text = "\n".join(_block_lines(tuple(self.blocks(each))))
                if text and text not in self.text_boxes:
                    self.text_boxes.append(text)


#: The level of running text, which is none of a heading (ECMA-376 part 1, 17.3.1.20).
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
    """The children, those inside content controls and the like among them."""
    for element in parent:
        name = name_of(element)
        if name == "sdt":
            content = child_of(element, "sdtContent")
            if content is not None and not is_on(element, "sdtPr", "showingPlcHdr"):
                yield from _unwrapped_children(content)
        elif name in ("customXml", "ins", "moveTo", "smartTag"):
            yield from _unwrapped_children(element)
        elif name == "AlternateContent":
            chosen = child_of(element, "Choice")
            if chosen is not None:
                yield from _unwrapped_children(chosen)
        else:
            yield element


def _symbol_character(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _drop_down_choice(field: Element) -> str:
    """What is picked in a drop-down form field, whose words stand in its list (ECMA-376 part 1, 17.16.9)."""
    drop_down = child_of(field, "ffData", "ddList")
    if drop_down is None:
        return ""
    entries = [value_of(entry) for entry in children_of(drop_down, "listEntry")]
    chosen = child_of(drop_down, "result")
    place = number_of(chosen if chosen is not None else child_of(drop_down, "default"))
    return entries[place] if 0 <= place < len(entries) else ""
