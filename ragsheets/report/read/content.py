"""Read the paragraphs and tables that a reader of a printed Word document sees, in order.

Tracked insertions count as accepted and deletions as removed; content controls, links and fields are replaced by what
they show; hidden and struck text is left out and listed; an inserted Word document is read in its place. What else a
document holds outside its text is found by `ragsheets.report.read.other_content_finder`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ragsheets.errors import ReturnError
from ragsheets.formats.xml import local_name
from ragsheets.report.read.blocks import (
    Block,
    InsertedDocument,
    Paragraph,
    WordCell,
    WordContent,
    WordRow,
    WordTable,
    block_lines,
)
from ragsheets.report.read.inline import InlineReader, InlineText, is_joined_to_next
from ragsheets.report.read.inserted import open_inserted_document
from ragsheets.report.read.left_out import NOTHING_LEFT_OUT, LeftOutTexts
from ragsheets.report.read.markup import unwrapped_children
from ragsheets.report.read.numbering import NO_LIST_MARK, Numbering
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.prompts import find_prompts
from ragsheets.report.read.styles import Look, Styles
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, number_of, value_of

#: Names of the styles of a table of contents start with one of these.
_CONTENTS_STYLES = ("toc", "contents")
#: Maximum depth of nested tables; people use two or three levels to lay out a page.
_MAX_NESTING = 16
#: The most documents that are inserted in a document, and how deep inside each other; nobody uses more than a few.
_MAX_INSERTED_DOCUMENTS, _MAX_INSERTED_LEVELS = 50, 3
_BLOCKS, _ROWS, _CELLS = frozenset(("p", "tbl", "altChunk")), frozenset(("tr",)), frozenset(("tc",))


def read_word_content(file: WordFile) -> WordContent:
    """Read the content of a document."""
    reader = ContentReader(file)
    blocks = reader.read(file.body)
    return WordContent(blocks, tuple(reader.inserted_documents), reader.left_out)


class _OpenParagraph:
    """A paragraph while it is collected: its text, and the element that gives its properties."""

    def __init__(self) -> None:
        self.text = InlineText()
        self.element: Element | None = None
        self.keeps_element = False
        self.is_end_hidden = False
        self.bookmarks: list[str] = []


class ContentReader:
    """A reader of one document, from top to bottom; `level` is how deep it is inserted in others."""

    def __init__(
        self, file: WordFile, inserted_documents: list[InsertedDocument] | None = None, level: int = 0
    ) -> None:
        self.file, self.level = file, level
        self.inserted_documents = [] if inserted_documents is None else inserted_documents
        self.styles = Styles(file.styles)
        self.numbering = Numbering(file.numbering, self.styles)
        self.prompts = find_prompts(file.body, self.styles, file.glossary)
        self.inline = InlineReader(self.styles, self.prompts)
        self.texts_by_look: dict[Look, list[str]] = {Look.HIDDEN: [], Look.STRUCK: []}
        self.inserted_left_out = NOTHING_LEFT_OUT
        self.counts_list_items = True
        self.depth = 0

    @property
    def left_out(self) -> LeftOutTexts:
        """What was left out so far, with the prompts of the whole document."""
        hidden, struck = (
            tuple(filter(None, (" ".join(text.split()) for text in texts))) for texts in self.texts_by_look.values()
        )
        own = LeftOutTexts(hidden, struck, tuple(self.prompts.assumed_texts), tuple(self.prompts.filled_texts))
        return own + self.inserted_left_out

    @property
    def unprinted_words(self) -> LeftOutTexts:
        """The hidden and struck words that were left out so far."""
        return replace(self.left_out, prompts=(), filled_prompts=())

    def read(self, root: Element) -> tuple[Block, ...]:
        """Read the paragraphs and tables of a body, a note, a text box or a page header."""
        self.inline.start(root)
        return tuple(self._blocks(root))

    def text_of(self, root: Element) -> str:
        """Read the text of a note, a text box or a page header."""
        return "\n".join(block_lines(self.read(root)))

    # -- paragraphs

    def _blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the paragraphs and tables of a body, a cell or a text box."""
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise ReturnError("too-large", found=f"tables inside each other {_MAX_NESTING} times")
        paragraph: _OpenParagraph | None = None
        for element in unwrapped_children(parent, _BLOCKS):
            if local_name(element) == "p":
                paragraph = paragraph or _OpenParagraph()
                if not self._add_to_paragraph(element, paragraph):
                    yield self._close_paragraph(paragraph)
                    paragraph = None
                continue
            if paragraph is not None:
                yield self._close_paragraph(paragraph)
                paragraph = None
            if local_name(element) == "tbl":
                yield WordTable(tuple(self._rows(element)))
            else:
                yield from self._inserted_blocks(element)
        if paragraph is not None:
            yield self._close_paragraph(paragraph)
        self.depth -= 1

    def _inserted_blocks(self, element: Element) -> Iterator[Block]:
        """Yield the blocks of an inserted Word document; none of one that is not read."""
        if self.level == _MAX_INSERTED_LEVELS or len(self.inserted_documents) == _MAX_INSERTED_DOCUMENTS:
            return
        if (file := open_inserted_document(self.file, value_of(element, "id"))) is not None:
            self.inserted_documents.append(InsertedDocument(element, file))
            reader = ContentReader(file, self.inserted_documents, self.level + 1)
            yield from reader.read(file.body)
            self.inserted_left_out += reader.left_out

    def _add_to_paragraph(self, element: Element, paragraph: _OpenParagraph) -> bool:
        """Add a paragraph's text, and return whether the next paragraph is printed in one line with it."""
        properties = child_of(element, "pPr")
        style_id = self._style_of(properties)
        self.inline.add_paragraph(element, style_id, paragraph.text)
        paragraph.bookmarks += [value_of(bookmark, "name") for bookmark in children_of(element, "bookmarkStart")]
        if not paragraph.keeps_element:
            paragraph.element = element
        end = child_of(properties, "rPr")
        paragraph.is_end_hidden = is_joined_to_next(properties, self.styles, style_id)
        # The paragraph that is printed first gives the style, unless the end of the paragraph is deleted.
        paragraph.keeps_element = paragraph.keeps_element or (paragraph.is_end_hidden and bool(paragraph.text.text))
        is_end_deleted = any(child_of(end, name) is not None for name in ("del", "moveFrom"))
        return is_end_deleted or paragraph.is_end_hidden

    def _close_paragraph(self, paragraph: _OpenParagraph) -> Paragraph:
        for look, text in paragraph.text.left_out:
            self.texts_by_look[look].append(text)
        properties = child_of(paragraph.element, "pPr")
        style_id = self._style_of(properties)
        style, text = self.styles.name(style_id), paragraph.text.text
        list_mark = NO_LIST_MARK
        reference = self.styles.list_reference(style_id, properties)
        # A number is printed before an empty paragraph too.
        if reference is not None and self.counts_list_items and (text or not paragraph.is_end_hidden):
            list_mark = self.numbering.next_mark(reference)
        return Paragraph(
            text,
            list_mark,
            style,
            self.styles.heading_level(style_id, properties),
            style.startswith(_CONTENTS_STYLES) or paragraph.text.is_contents_entry,
            tuple(paragraph.bookmarks),
            ends_section=not self.level and child_of(properties, "sectPr") is not None,
        )

    def _style_of(self, properties: Element | None) -> str:
        return value_of(child_of(properties, "pStyle")) or self.styles.default_paragraph_style

    # -- tables

    def _rows(self, table: Element) -> Iterator[WordRow]:
        merged_cells: dict[int, WordCell] = {}
        for element in unwrapped_children(table, _ROWS):
            row_properties = child_of(element, "trPr")
            if child_of(row_properties, "del") is not None:
                continue
            cells, merged_cells = self._cells(element, merged_cells)
            if is_on(row_properties, "hidden"):
                self.texts_by_look[Look.HIDDEN] += [cell.text for cell in cells]
            else:
                yield WordRow(tuple(cells), is_heading=is_on(row_properties, "tblHeader"))

    def _cells(self, row: Element, cells_above: Mapping[int, WordCell]) -> tuple[list[WordCell], dict[int, WordCell]]:
        """Return the cells of a row, and those that cells below may be merged with, by their first column."""
        cells: list[WordCell] = []
        merged_cells: dict[int, WordCell] = {}
        column = number_of(child_of(row, "trPr", "gridBefore"))
        for element in unwrapped_children(row, _CELLS):
            properties = child_of(element, "tcPr")
            end_column = column + max(number_of(child_of(properties, "gridSpan"), default=1), 1)
            cell_above = cells_above.get(column) if _is_merged(properties, "vMerge") else None
            is_merged_left = bool(cells) and _is_merged(properties, "hMerge")
            blocks = self._covered_blocks(element) if cell_above or is_merged_left else tuple(self._blocks(element))
            if is_merged_left:
                cells[-1] = replace(cells[-1], end_column=end_column)
            elif child_of(properties, "cellDel") is None:
                cells.append(WordCell(blocks, column, end_column, cell_above))
                if child_of(properties, "vMerge") is not None:
                    merged_cells[column] = cells[-1].shown
            column = end_column
        return cells, merged_cells

    def _covered_blocks(self, cell: Element) -> tuple[Block, ...]:
        """Return no blocks: another cell covers this one. Its words, which Word does not print, count as hidden."""
        self.counts_list_items = False
        self.texts_by_look[Look.HIDDEN].append("\n".join(block_lines(tuple(self._blocks(cell)))))
        self.counts_list_items = True
        return ()


def _is_merged(properties: Element | None, name: str) -> bool:
    """Return whether a cell is merged with the one before it, above ("vMerge") or to the left ("hMerge")."""
    merge = child_of(properties, name)
    return merge is not None and value_of(merge) != "restart"
