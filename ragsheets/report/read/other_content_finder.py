"""Find what a Word document holds outside its own text and tables (see `ragsheets.report.read.other_content`).

The reader of blocks leaves these elements out of the text; ECMA-376 part 1 describes each of them under its name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from ragsheets.errors import ReturnError
from ragsheets.formats.xml import local_name
from ragsheets.report.read.blocks import InsertedDocument, WordContent
from ragsheets.report.read.charts import read_chart, words_of_other_chart
from ragsheets.report.read.content import ContentReader
from ragsheets.report.read.inserted import inserted_words, words_of_file
from ragsheets.report.read.left_out import NOTHING_LEFT_OUT, LeftOutTexts
from ragsheets.report.read.markup import chosen_alternative
from ragsheets.report.read.other_content import OtherContent
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.page_headers import page_headers
from ragsheets.report.read.tracked_changes import TRACKED_ELEMENTS, tracked_changes
from ragsheets.report.read.xml import Element, child_of, children_of, number_of, value_of
from ragsheets.report.write.header_mark import mark_of, marks_in, words_without_fields
from ragsheets.report.write.styles import FIGURE_STYLE
from ragsheets.text import shorten

_DRAWINGS = ("drawing", "pict", "object")
_DRAWING_NAMES = tuple(f"{{*}}{name}" for name in _DRAWINGS)
_NOTE_KINDS = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
_READ_PARTS = ("footnotes", "endnotes", "comments", "header", "footer")
_ELEMENTS = (
    *(*_DRAWINGS, *_NOTE_KINDS, "tbl", "txbxContent", "altChunk", "subDoc", "fldChar", "fldSimple"),
    *TRACKED_ELEMENTS,
)
#: Footnotes that are lines between the text and the notes, and the like.
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")
#: The most characters of the words that something belongs to.
_MAX_ANCHOR_LENGTH = 60
#: The least size of a picture that may show a table, in English metric units: 8 cm by 2.5 cm.
_MIN_TABLE_WIDTH, _MIN_TABLE_HEIGHT = 2_880_000, 900_000


def find_other_content(file: WordFile, word_content: WordContent) -> tuple[tuple[OtherContent, ...], LeftOutTexts]:
    """Return what a document holds outside its text and tables, in its order, page headers last.

    The second value is the words that are left out of that: hidden words of a text box or a note, for example.
    """
    finder = _Finder(file, word_content.inserted_documents)
    return tuple(finder.find()), finder.left_out


class _Finder:
    """A finder for one document; `inserted_documents` are those that were read as part of its text."""

    def __init__(self, file: WordFile, inserted_documents: tuple[InsertedDocument, ...]) -> None:
        self.file, self.package = file, file.package
        self.inserted_documents = inserted_documents
        self.reader = ContentReader(file)
        self.inserted_left_out = NOTHING_LEFT_OUT
        self.headings: dict[Element, str] = {}
        self.heading = ""
        self.notes: dict[str, dict[str, Element]] = {}
        self.shown_texts: dict[Element, str] = {}
        self.is_below_table = False

    @property
    def left_out(self) -> LeftOutTexts:
        """What was left out of the content found so far."""
        return self.reader.unprinted_words + self.inserted_left_out

    def find(self) -> Iterator[OtherContent]:
        """Yield the content found."""
        yield from self._damaged_parts()
        yield from self._scan(self.file.body, self.file.document_part, in_text=True)
        # A picture in a page header is a logo.
        self.is_below_table = False
        marks = marks_in(self.file.body)
        printed_headers, unused_headers = page_headers(self.file)
        for header in printed_headers:
            self.heading = ""
            is_own = mark_of(header.element) in marks
            # One that has only a picture is listed too if it is as ragsheets wrote it, so that it is not missed.
            if (words := self._words(header.element)) or is_own:
                fixed_words = words_without_fields(header.element)
                yield OtherContent(
                    f"page-{header.kind}", words, anchor=header.pages, fixed_words=fixed_words, is_own=is_own
                )
            if not is_own:
                yield from self._scan(header.element, header.part, place=f"page {header.kind}")
        for header in unused_headers:
            if words := self._words(header.element):
                yield OtherContent(f"unused-{header.kind}", words)

    def _damaged_parts(self) -> Iterator[OtherContent]:
        """Yield the parts with notes and page headers that cannot be read."""
        for kind, part in dict.fromkeys(self.package.relationships(self.file.document_part).values()):
            if kind in _READ_PARTS and part in self.package and self.file.parse(part) is None:
                yield OtherContent("damaged-part", posixpath.basename(part))

    def _scan(self, root: Element, part: str, *, in_text: bool = False, place: str = "") -> Iterator[OtherContent]:
        """Yield the content in the text itself (`in_text`), or in a note or a page header, whose words are known."""
        names = tuple(f"{{*}}{name}" for name in _ELEMENTS)
        changes: dict[Element, str] = {}
        for element in root.iter(*names):
            name = local_name(element)
            if name == "tbl":
                self.is_below_table = self.is_below_table or in_text
                continue
            if in_text:
                self.heading = self._heading_above(element)
            if name in TRACKED_ELEMENTS:
                changes[element] = self.heading
            elif not _is_repeated(element) and not _is_deleted(element):
                for content in self._read(element, name, part, in_text=in_text):
                    yield content.inside("", place) if place else content
        for content in tracked_changes(changes):
            yield content.inside("", place) if place else content

    def _heading_above(self, element: Element) -> str:
        """Return the nearest heading above an element of the text; "" if there is none."""
        for start in (element, *element.iterancestors()):
            heading = ""
            for block in chain((start,), start.itersiblings(preceding=True)):
                if block in self.headings:
                    heading = self.headings[block]
                    break
                if local_name(block) == "p" and (heading := self._heading_of(block)):
                    break
            self.headings[start] = heading
            if heading:
                return heading
        return ""

    def _heading_of(self, paragraph: Element) -> str:
        properties = child_of(paragraph, "pPr")
        style_id = value_of(child_of(properties, "pStyle"))
        is_heading = self.reader.styles.heading_level(style_id, properties) is not None
        return _shown_text(paragraph) if is_heading else ""

    def _read(self, element: Element, name: str, part: str, *, in_text: bool) -> Iterator[OtherContent]:
        if name in _NOTE_KINDS:
            yield from self._note(_NOTE_KINDS[name], element)
        elif name in ("altChunk", "subDoc"):
            yield from self._inserted(element, name, part)
        elif name == "txbxContent":
            if in_text and (words := self.reader.text_of(element)):
                has_table = next(element.iter("{*}tbl"), None) is not None
                yield self._content("text-box", words, element, may_be_table=has_table)
        elif name in _DRAWINGS:
            yield from self._drawing(element, part, in_text=in_text)
        elif value_of(element, "dirty") in ("1", "true", "on"):
            yield self._content("old-field", value_of(element, "instr").strip() or self._anchor(element), element)

    def _content(self, kind: str, text: str, element: Element, *, may_be_table: bool = False) -> OtherContent:
        return OtherContent(kind, text, self.heading, self._anchor(element), may_be_table=may_be_table)

    def _anchor(self, element: Element) -> str:
        """Return the words of the paragraph that something is in, or of its cell; "" where there are none."""
        for above in element.iterancestors("{*}p", "{*}tc"):
            if next(above.iterancestors("{*}txbxContent"), None) is not None:
                continue
            if above not in self.shown_texts:
                self.shown_texts[above] = _shown_text(above)
            if text := self.shown_texts[above]:
                return shorten(text, _MAX_ANCHOR_LENGTH)
        return ""

    # -- notes and comments

    def _note(self, kind: str, reference: Element) -> Iterator[OtherContent]:
        if kind not in self.notes:
            root = self.file.parse(self.package.related_part(self.file.document_part, f"{kind}s"))
            self.notes[kind] = {value_of(note, "id"): note for note in children_of(root, kind)}
        # A damaged document may refer to a note more than once, or to a note from within itself.
        note = self.notes[kind].pop(value_of(reference, "id"), None)
        if note is None or value_of(note, "type") in _SEPARATORS:
            return
        author = value_of(note, "author").strip() if kind == "comment" else ""
        if words := self._words(note):
            yield self._content(kind, f"{author}: {words}" if author else words, reference)
        part = self.package.related_part(self.file.document_part, f"{kind}s")
        yield from self._scan(note, part, place=kind)

    def _words(self, element: Element) -> str:
        """Return the words of a note or a page header, with those of its text boxes and shapes."""
        words = [self.reader.text_of(element)]
        for box in element.iter("{*}txbxContent", "{*}textpath", "{*}txBody"):
            if not _is_repeated(box) and not _is_deleted(box):
                words.append(self.reader.text_of(box) if local_name(box) == "txbxContent" else _shape_words(box))
        return "\n".join(filter(None, words))

    # -- inserted documents

    def _inserted(self, element: Element, name: str, part: str) -> Iterator[OtherContent]:
        identifier = value_of(element, "id")
        if name == "subDoc":
            yield self._content("sub-document", self._part_name(part, identifier), element)
            return
        inserted = next((known for known in self.inserted_documents if known.element is element), None)
        if inserted is None:
            words = inserted_words(self.file, identifier) or self._part_name(part, identifier)
            yield self._content("inserted-unread", words, element)
            return
        yield self._content("inserted-document", self._part_name(part, identifier), element)
        finder = _Finder(inserted.file, self.inserted_documents)
        for content in finder.find():
            if not content.kind.startswith("page-"):
                yield content.inside(self.heading, "")
        self.inserted_left_out += finder.left_out

    def _part_name(self, part: str, identifier: str) -> str:
        """Return the name of the file that a relationship refers to, inside the document or elsewhere."""
        target = self.package.external_targets(part).get(identifier) or self.file.related_part(identifier, part)
        return posixpath.basename(target.replace("\\", "/"))

    # -- drawings

    def _drawing(self, element: Element, part: str, *, in_text: bool) -> Iterator[OtherContent]:
        found = list(self._drawing_contents(element, part))
        words = [
            text
            for shape in _parts_of(element, "{*}textpath", "{*}txBody")
            if in_text and (text := _shape_words(shape))
        ]
        found += [self._content("shape", text, element) for text in words]
        # The picture of an embedded object or of a chart only previews it.
        yield from found or self._picture(element, part)

    def _drawing_contents(self, element: Element, part: str) -> Iterator[OtherContent]:
        """Yield what a drawing refers to: charts, diagrams, embedded objects, controls, handwriting."""
        for child in _parts_of(element, "{*}chart", "{*}relIds", "{*}OLEObject", "{*}control", "{*}contentPart"):
            name, identifier = local_name(child), value_of(child, "id")
            if name == "chart":
                yield from self._chart(child, part)
            elif name == "relIds":
                if words := self._diagram_words(self.file.related_part(value_of(child, "dm"), part)):
                    yield self._content("shape", words, element)
            elif name == "OLEObject":
                words = words_of_file(self.file.read(self.file.related_part(identifier, part)))
                name_shown = self._part_name(part, identifier) or value_of(child, "ProgID")
                yield self._content("embedded-object", words or name_shown, element)
            elif name == "control":
                yield self._content("form-control", value_of(child, "name") or "control", element)
            else:
                yield self._content("handwriting", _drawing_name(element), element)

    def _chart(self, reference: Element, part: str) -> Iterator[OtherContent]:
        chart_part = self.file.related_part(value_of(reference, "id"), part)
        anchor = self._anchor(reference)
        try:
            if "chartex" in str(reference.tag):
                yield OtherContent("chart", words_of_other_chart(self.package, chart_part), self.heading, anchor)
            elif chart_part:
                yield replace(read_chart(self.package, chart_part), heading=self.heading, anchor=anchor)
        except ReturnError:
            yield OtherContent("embedded-object", posixpath.basename(chart_part), self.heading, anchor)

    def _diagram_words(self, part: str) -> str:
        try:
            return words_of_other_chart(self.package, part) if part else ""
        except ReturnError:
            return ""

    def _picture(self, element: Element, part: str) -> Iterator[OtherContent]:
        pictures = list(_parts_of(element, "{*}blip", "{*}imagedata"))
        if not pictures:
            return
        name = _drawing_name(element)
        link = value_of(pictures[0], "link")
        if link and not value_of(pictures[0], "embed"):
            yield self._content("linked-picture", self._part_name(part, link) or name, element)
            return
        identifier = value_of(pictures[0], "embed") or value_of(pictures[0], "id")
        text = name or self._part_name(part, identifier)
        content = self._content("picture", text, element, may_be_table=self.is_below_table and _is_large(element))
        yield replace(content, is_own=self._is_logo(element))

    def _is_logo(self, picture: Element) -> bool:
        """Return whether a picture is in the place and the style of a report's logo: above its title."""
        paragraph = next(picture.iterancestors("{*}p"), None)
        if paragraph is None or value_of(child_of(paragraph, "pPr", "pStyle")) != FIGURE_STYLE:
            return False
        styles_above = (value_of(child_of(above, "pPr", "pStyle")) for above in paragraph.itersiblings(preceding=True))
        return all(self.reader.styles.name(style_id) != "title" for style_id in styles_above)


def _is_repeated(element: Element) -> bool:
    """Return whether an element is in an alternative that is not shown, because it repeats another one."""
    for above in (element, *element.iterancestors("{*}Choice", "{*}Fallback")):
        parent = above.getparent()
        if parent is not None and local_name(parent) == "AlternateContent" and chosen_alternative(parent) is not above:
            return True
    return False


def _parts_of(drawing: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of these names in a drawing that are shown, without those of drawings in its text boxes."""
    for element in drawing.iter(*names):
        if next(element.iterancestors(*_DRAWING_NAMES), None) is drawing and not _is_repeated(element):
            yield element


def _is_deleted(element: Element) -> bool:
    return next(element.iterancestors("{*}del", "{*}moveFrom"), None) is not None


def _shown_text(element: Element) -> str:
    """Return the words of a paragraph or a cell, those of its text boxes and deleted ones left out."""
    pieces = [
        text.text or ""
        for text in element.iter("{*}t")
        if next(text.iterancestors("{*}del", "{*}moveFrom", "{*}txbxContent", "{*}Fallback"), None) is None
    ]
    return " ".join("".join(pieces).split())


def _shape_words(element: Element) -> str:
    """Return the words of a piece of WordArt, or of a shape of a drawing."""
    if local_name(element) == "textpath":
        return value_of(element, "string").strip()
    paragraphs = ("".join(text.text or "" for text in line.iter("{*}t")) for line in element.iter("{*}p"))
    return "\n".join(filter(None, (line.strip() for line in paragraphs)))


def _drawing_name(element: Element) -> str:
    """Return the alternative text of a drawing, or its name."""
    for properties in element.iter("{*}docPr"):
        return value_of(properties, "descr") or value_of(properties, "title") or value_of(properties, "name")
    for shape in element.iter("{*}shape"):
        return value_of(shape, "alt") or value_of(shape, "title")
    return ""


def _is_large(element: Element) -> bool:
    """Return whether a picture has the size of a table; one whose size is not known may have."""
    extent = next(element.iter("{*}extent"), None)
    if extent is None:
        return True
    return number_of(extent, "cx") >= _MIN_TABLE_WIDTH and number_of(extent, "cy") >= _MIN_TABLE_HEIGHT
