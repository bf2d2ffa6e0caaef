"""The text of documents that are archives of XML: Word's (.docx) and OpenDocument's (.odt)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.limits import MIB
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.text.text_builder import TextBuilder
from ragsheets.formats.zip_archive import ZipArchive

#: How much of a part is read, in bytes.
MAX_PART_BYTES = 64 * MIB


def text_of_docx(content: bytes) -> str:
    """Return the text of a Word document (.docx): paragraphs, table rows and text boxes in order, then the notes.

    A row is a line, with " | " between its cells. Tracked deletions are left out.

    Raises ReturnError if it cannot be read, or a part is too large.
    """
    builder = TextBuilder()
    package = OfficePackage(ZipArchive(content))
    main_part = package.main_part()
    for part in (main_part, *(package.related_part(main_part, kind) or f"word/{kind}.xml" for kind in _NOTE_KINDS)):
        if part in package:
            xml.parse_into(_TextTarget(builder, _WORD), _read_part(package, part), part)
            builder.end_line(allow_empty=False)
    return builder.result()


def text_of_word_xml(content: bytes) -> str:
    """Return the text of a Word document in one XML file, of Word 2003 or flat, as `text_of_docx` does."""
    builder, part = TextBuilder(), "the document"
    xml.parse_into(_TextTarget(builder, _WORD), xml.to_utf8(content, part), part)
    return builder.result()


def text_of_odt(content: bytes) -> str:
    """Return the text of an OpenDocument text (.odt, or the flat .fodt), as `text_of_docx` does, with the same errors.

    Comments are in brackets, at the position that they refer to.
    """
    part = "content.xml"
    if content.startswith(b"PK"):
        content = _read_part(OfficePackage(ZipArchive(content)), part)
    else:
        content = xml.to_utf8(content, part)
    builder = TextBuilder()
    xml.parse_into(_TextTarget(builder, _OPEN_DOCUMENT), content, part)
    return builder.result()


def _read_part(package: OfficePackage, part: str) -> bytes:
    if package.size_of(part) > MAX_PART_BYTES:
        raise ReturnError("too-large", found=part, wanted=f"at most {MAX_PART_BYTES // MIB} MiB")
    return package.read_xml(part)


class _Elements(NamedTuple):
    """The names of a format's elements, without their namespaces: the strict form of Word's has others."""

    text: set[str]
    paragraphs: set[str]
    row: str
    cell: str
    box: str
    characters: Mapping[str, str]
    skipped: set[str]
    comment: str = ""


#: Word's (ECMA-376 part 1, 17). Skipped: deleted or moved text, copies of it for older programs, and settings.
_WORD = _Elements(
    text={"t"},
    paragraphs={"p"},
    row="tr",
    cell="tc",
    box="txbxContent",
    characters={"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    skipped={"del", "moveFrom", "Fallback", "tabs", "instrText", "sdtPr"},
)
_NOTE_KINDS = ("comments", "footnotes", "endnotes")
#: OpenDocument's (ODF 1.3 part 3, 5 to 10).
_OPEN_DOCUMENT = _Elements(
    text={"p", "h"},
    paragraphs={"p", "h"},
    row="table-row",
    cell="table-cell",
    box="text-box",
    characters={"tab": "\t", "line-break": "\n", "s": " "},
    skipped={
        *("tracked-changes", "forms", "creator", "date", "creator-initials", "note-citation", "desc", "title"),
        *("meta", "settings", "scripts", "font-face-decls", "styles", "automatic-styles", "master-styles"),
        "binary-data",
    },
    comment="annotation",
)
#: The fields in a text that share their names with data about the document or a comment, and their namespaces.
_FIELDS, _TEXT_NAMESPACES = {"date", "title", "creator", "meta"}, ("xmlns:text:1.0", "/2000/text")
_WHITESPACE = re.compile(r"[ \t\r\n]+")


class _TextTarget:
    """Parser target that collects the text of a part."""

    def __init__(self, builder: TextBuilder, elements: _Elements) -> None:
        self.builder = builder
        self.elements = elements
        self.skip_depth = 0
        self.text_depth = 0

    def _name_of(self, tag: str) -> tuple[str, bool]:
        """Return an element's name without its namespace, and whether it is skipped."""
        namespace, _, name = tag.rpartition("}")
        is_field = name in _FIELDS and namespace.endswith(_TEXT_NAMESPACES)
        return name, name in self.elements.skipped and not is_field

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Process the start of an element."""
        name, is_skipped = self._name_of(tag)
        self.skip_depth += is_skipped
        if self.skip_depth:
            return
        elements = self.elements
        self.text_depth += name in elements.text
        if name == elements.row:
            self.builder.begin_row()
        elif name in (elements.cell, elements.comment):
            self.builder.begin_part()
        elif name == elements.box:
            self.builder.end_line(allow_empty=False)
        elif name in elements.characters:
            self.builder.add_text(elements.characters[name])

    def end(self, tag: str) -> None:
        """Process the end of an element."""
        name, is_skipped = self._name_of(tag)
        elements = self.elements
        if not self.skip_depth:
            self.text_depth -= name in elements.text
            if name in elements.paragraphs:
                self.builder.end_line()
            elif name == elements.cell:
                self.builder.end_cell()
            elif name == elements.row:
                self.builder.end_row()
            elif name == elements.comment:
                self.builder.add_text(f" [{self.builder.end_part().strip()}] ")
        self.skip_depth -= is_skipped

    def data(self, text: str) -> None:
        """Process characters; those outside of text are only the file's source layout, as are the lines within it."""
        if self.text_depth and not self.skip_depth:
            self.builder.add_text(_WHITESPACE.sub(" ", text))

    def close(self) -> None:
        """Process the end of the part."""
