"""What a reader of a Word document sees: its paragraphs and tables, in order, as plain values.

Tracked insertions are taken as accepted, deletions as gone; content controls, links and fields give way to what they
show; hidden text is none. Text boxes float beside the text and are gathered by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ragsheets.errors import ReturnError
from ragsheets.report.read.numbering import NO_MARK, Mark, Numbering
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, name_of, number_of, value_of
from ragsheets.report.write.xml import BULLET_SIGN

#: What lies around content that a reader sees.
_WRAPPERS = {
    *("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "bdo", "dir", "sdtContent", "Choice"),
    *("oMath", "oMathPara"),
}
#: The styles of a list of contents begin so.
_CONTENTS = ("toc", "contents")
#: How deep tables may lie inside each other; people use two or three to lay out a page.
_DEEPEST = 16
_PARTS_OF_CELLS = " | "


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph.

    Attributes:
        text: its words, without what its list prints before them.
        mark: what its list prints before them.
        style: the name of its style in small letters.
        level: its level as a heading, from nought; None for what is no heading.
        points: whether it only points to a place in the document, as the lines of a list of contents do.
    """

    text: str
    mark: Mark = NO_MARK
    style: str = ""
    level: int | None = None
    points: bool = False

    @property
    def words(self) -> str:
        """Its words in the plan's markup: a leading "* " for a bullet, a printed number as it is printed."""
        text = self.text.strip()
        if self.mark.bullet:
            return BULLET_SIGN + text if text else ""
        return f"{self.mark.number} {text}" if self.mark.number and text else text


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    `start` and `end` are its place on the grid of columns; `continues` says that it is merged with the one above.
    """

    blocks: tuple[Block, ...]
    start: int
    end: int
    continues: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The words of its paragraphs that have any, each in the plan's markup; a row of a table inside is a line."""
        return tuple(_lines_of(self.blocks))

    @property
    def text(self) -> str:
        """The same as one text."""
        return "\n".join(self.lines)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables inside."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `heading` says that it is marked as a heading row."""

    cells: tuple[Cell, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    rows: tuple[Row, ...]


Block: TypeAlias = Line | Table


@dataclass(frozen=True, slots=True)
class Story:
    """The whole document: its blocks, the words in its text boxes, and those that are struck through."""

    blocks: tuple[Block, ...]
    boxes: tuple[str, ...]
    struck: tuple[str, ...]


def story_of(file: WordFile) -> Story:
    """What a document says."""
    reader = _Reader(file)
    blocks = tuple(reader.blocks(file.body))
    return Story(blocks, tuple(reader.boxes), tuple(reader.struck))


def _lines_of(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Line):
            if block.words:
                yield block.words
        else:
            for row in block.rows:
                if line := _PARTS_OF_CELLS.join(filter(None, (" ".join(cell.text.split()) for cell in row.cells))):
                    yield line


@dataclass(slots=True)
class _Style:
    name: str
    base: str
    level: int | None
    listed: Element | None


@dataclass(slots=True)
class _Words:
    """The words of a paragraph as they are gathered."""

    pieces: list[str] = field(default_factory=list)
    pointing: int = 0
    other: int = 0

    def add(self, text: str, *, points: bool) -> None:
        self.pieces.append(text)
        if text.strip():
            self.pointing += points
            self.other += not points


class _Reader:
    """Reads one document from top to bottom."""

    def __init__(self, file: WordFile) -> None:
        self.numbering = Numbering(file.numbering)
        self.styles = {value_of(style, "styleId"): _style(style) for style in children_of(file.styles, "style")}
        self.usual = next(
            (
                value_of(style, "styleId")
                for style in children_of(file.styles, "style")
                if value_of(style, "type") == "paragraph" and value_of(style, "default") in ("1", "true", "on")
            ),
            "",
        )
        self.boxes: list[str] = []
        self.struck: list[str] = []
        self.depth = 0

    # -- blocks

    def blocks(self, parent: Element) -> Iterator[Block]:
        """The paragraphs and tables of a body, a cell or a text box."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ReturnError("too-large", found=f"tables inside each other {_DEEPEST} times")
        words: _Words | None = None
        for element in _unwrapped(parent):
            name = name_of(element)
            if name == "p":
                words = words or _Words()
                self._gather(element, words)
                # Where the paragraph's own end is deleted, it runs on into the next one.
                if child_of(element, "pPr", "rPr", "del") is None:
                    yield self._line(element, words)
                    words = None
            elif name == "tbl":
                yield Table(tuple(self._rows(element)))
        self.depth -= 1

    def _rows(self, table: Element) -> Iterator[Row]:
        for element in _unwrapped(table):
            if name_of(element) != "tr" or child_of(element, "trPr", "del") is not None:
                continue
            properties = child_of(element, "trPr")
            place = number_of(child_of(properties, "gridBefore"))
            cells = []
            for each in _unwrapped(element):
                if name_of(each) != "tc":
                    continue
                about = child_of(each, "tcPr")
                span = max(number_of(child_of(about, "gridSpan"), default=1), 1)
                merged = child_of(about, "vMerge")
                goes_on = merged is not None and value_of(merged) != "restart"
                if child_of(about, "cellDel") is None:
                    cells.append(Cell(tuple(self.blocks(each)), place, place + span, goes_on))
                place += span
            yield Row(tuple(cells), heading=is_on(properties, "tblHeader"))

    # -- paragraphs

    def _line(self, element: Element, words: _Words) -> Line:
        properties = child_of(element, "pPr")
        key = value_of(child_of(properties, "pStyle")) or self.usual
        style, level, listed = self._inherited(key)
        own = child_of(properties, "outlineLvl")
        if own is not None:
            level = number_of(own)
        numbered = child_of(properties, "numPr")
        listed = numbered if numbered is not None else listed
        text = "".join(words.pieces).strip()
        mark = NO_MARK
        if listed is not None and text:
            mark = self.numbering.mark(value_of(child_of(listed, "numId")), number_of(child_of(listed, "ilvl")))
        points = style.startswith(_CONTENTS) or (words.pointing > 0 and not words.other)
        return Line(text, mark, style, level if level is not None and level < _BODY else None, points)

    def _inherited(self, key: str) -> tuple[str, int | None, Element | None]:
        """A style's name, and the level and the list that it or one that it is based on gives."""
        name = self.styles[key].name if key in self.styles else ""
        level: int | None = None
        listed: Element | None = None
        seen: set[str] = set()
        while key in self.styles and key not in seen:
            seen.add(key)
            style = self.styles[key]
            level = style.level if level is None else level
            listed = style.listed if listed is None else listed
            key = style.base
        return name, level, listed

    def _gather(self, parent: Element, words: _Words, *, points: bool = False) -> None:
        """Add what a reader sees of a paragraph, or of a part of it."""
        for element in parent:
            name = name_of(element)
            if name == "r":
                self._run(element, words, points)
            elif name == "hyperlink":
                inside = bool(value_of(element, "anchor")) and not value_of(element, "id")
                self._gather(element, words, points=points or inside)
            elif name == "sdt":
                self._gather_control(element, words, points)
            elif name in _WRAPPERS:
                self._gather(element, words, points=points)
            elif name == "AlternateContent":
                self._gather_first(element, words, points)

    def _gather_control(self, element: Element, words: _Words, points: bool) -> None:
        # A control that nobody has filled in shows a prompt, which is not an answer.
        content = child_of(element, "sdtContent")
        if content is not None and not is_on(element, "sdtPr", "showingPlcHdr"):
            self._gather(content, words, points=points)

    def _gather_first(self, element: Element, words: _Words, points: bool) -> None:
        """Of alternatives the first, which is the fullest; the others say the same to older programs."""
        chosen = child_of(element, "Choice")
        if chosen is None:
            chosen = child_of(element, "Fallback")
        if chosen is not None:
            self._in_run(chosen, words, points)
            self._gather(chosen, words, points=points)

    def _run(self, element: Element, words: _Words, points: bool) -> None:
        if is_on(element, "rPr", "vanish"):
            return
        before = len(words.pieces)
        self._in_run(element, words, points)
        if is_on(element, "rPr", "strike") or is_on(element, "rPr", "dstrike"):
            self.struck.append("".join(words.pieces[before:]).strip())

    def _in_run(self, element: Element, words: _Words, points: bool) -> None:
        for each in element:
            name = name_of(each)
            if name == "t":
                words.add(each.text or "", points=points)
            elif name in _SIGNS:
                words.add(_SIGNS[name], points=points)
            elif name == "br" and value_of(each, "type") in ("", "textWrapping"):
                words.add("\n", points=points)
            elif name == "sym":
                words.add(_symbol(value_of(each, "char")), points=points)
            elif name == "fldChar":
                words.add(_picked(each), points=points)
            elif name in ("drawing", "pict", "object"):
                self._boxes(each)
            elif name == "AlternateContent":
                self._gather_first(each, words, points)

    def _boxes(self, element: Element) -> None:
        for each in element.iter():
            if name_of(each) == "txbxContent":
                text = "\n".join(_lines_of(tuple(self.blocks(each))))
                if text and text not in self.boxes:
                    self.boxes.append(text)


#: The level of running text, which is none of a heading (ECMA-376 part 1, 17.3.1.20).
_BODY = 9
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def _style(element: Element) -> _Style:
    name = value_of(child_of(element, "name")).casefold()
    properties = child_of(element, "pPr")
    outline = child_of(properties, "outlineLvl")
    level = number_of(outline) if outline is not None else None
    if level is None and name.startswith("heading ") and name.removeprefix("heading ").isdigit():
        level = int(name.removeprefix("heading ")) - 1
    return _Style(name, value_of(child_of(element, "basedOn")), level, child_of(properties, "numPr"))


def _unwrapped(parent: Element) -> Iterator[Element]:
    """The children, those inside content controls and the like among them."""
    for element in parent:
        name = name_of(element)
        if name == "sdt":
            content = child_of(element, "sdtContent")
            if content is not None and not is_on(element, "sdtPr", "showingPlcHdr"):
                yield from _unwrapped(content)
        elif name in ("customXml", "ins", "moveTo", "smartTag"):
            yield from _unwrapped(element)
        elif name == "AlternateContent":
            chosen = child_of(element, "Choice")
            if chosen is not None:
                yield from _unwrapped(chosen)
        else:
            yield element


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _picked(field: Element) -> str:
    """What is picked in a drop-down form field, whose words stand in its list (ECMA-376 part 1, 17.16.9)."""
    drop_down = child_of(field, "ffData", "ddList")
    if drop_down is None:
        return ""
    entries = [value_of(entry) for entry in children_of(drop_down, "listEntry")]
    chosen = child_of(drop_down, "result")
    place = number_of(chosen if chosen is not None else child_of(drop_down, "default"))
    return entries[place] if 0 <= place < len(entries) else ""
