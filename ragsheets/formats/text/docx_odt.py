"""The text of documents that are archives of XML: Word's (.docx) and OpenDocument's (.odt)."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
            xml.parse_into(_DocxTarget(builder), _read_part(package, part), part)
            builder.end_line(allow_empty=False)
    return builder.result()


def text_of_word_xml(content: bytes) -> str:
    """Return the text of a Word document in one XML file, of Word 2003 or flat, as `text_of_docx` does."""
    builder, part = TextBuilder(), "the document"
    xml.parse_into(_DocxTarget(builder), xml.to_utf8(content, part), part)
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
    xml.parse_into(_OdtTarget(builder), content, part)
    return builder.result()


def _read_part(package: OfficePackage, part: str) -> bytes:
    if package.size_of(part) > MAX_PART_BYTES:
        raise ReturnError("too-large", found=part, wanted=f"at most {MAX_PART_BYTES // MIB} MiB")
    return package.read_xml(part)


def _local_name(tag: str) -> str:
    """Return the name without its namespace: the strict form of the format uses other namespaces."""
    return tag.rpartition("}")[2]


# -------------------------------------------------------------------------------------------------------- Word

_NOTE_KINDS = ("comments", "footnotes", "endnotes")
#: Deleted or moved text, copies of the text for older programs, and the settings of a paragraph.
_SKIPPED_IN_DOCX = {"del", "moveFrom", "Fallback", "tabs", "instrText", "sdtPr"}
_DOCX_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _DocxTarget:
    """Parser target that collects the text of a part of a .docx (ECMA-376 part 1, 17)."""

    def __init__(self, builder: TextBuilder) -> None:
        self.builder = builder
        self.skip_depth = 0
        self.in_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Process the start of an element."""
        name = _local_name(tag)
        self.skip_depth += name in _SKIPPED_IN_DOCX
        self.in_text = name == "t" and not self.skip_depth
        if self.skip_depth:
            return
        if name == "tr":
            self.builder.begin_row()
        elif name == "tc":
            self.builder.begin_part()
        elif name == "txbxContent":
            self.builder.end_line(allow_empty=False)
        elif name in _DOCX_CHARACTERS:
            self.builder.add_text(_DOCX_CHARACTERS[name])

    def end(self, tag: str) -> None:
        """Process the end of an element."""
        name = _local_name(tag)
        self.in_text = False
        if not self.skip_depth:
            if name == "p":
                self.builder.end_line()
            elif name == "tc":
                self.builder.end_cell()
            elif name == "tr":
                self.builder.end_row()
        self.skip_depth -= name in _SKIPPED_IN_DOCX

    def data(self, text: str) -> None:
        """Process characters."""
        if self.in_text:
            self.builder.add_text(text)

    def close(self) -> None:
        """Process the end of the part."""


# ------------------------------------------------------------------------------------------------- OpenDocument

_SKIPPED_IN_ODT = {
    *("tracked-changes", "forms", "creator", "date", "creator-initials", "note-citation", "desc", "title"),
    *("meta", "settings", "scripts", "font-face-decls", "styles", "automatic-styles", "master-styles", "binary-data"),
}
_PARAGRAPH_ELEMENTS = {"p", "h"}
_ODT_CHARACTERS = {"tab": "\t", "line-break": "\n", "s": " "}
_WHITESPACE = re.compile(r"[ \t\r\n]+")


class _OdtTarget:
    """Parser target that collects the text of an OpenDocument text (ODF 1.3 part 3, 5 to 10)."""

    def __init__(self, builder: TextBuilder) -> None:
        self.builder = builder
        self.skip_depth = 0
        self.paragraph_depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Process the start of an element."""
        name = _local_name(tag)
        self.skip_depth += name in _SKIPPED_IN_ODT
        if self.skip_depth:
            return
        self.paragraph_depth += name in _PARAGRAPH_ELEMENTS
        if name == "table-row":
            self.builder.begin_row()
        elif name in ("table-cell", "annotation"):
            self.builder.begin_part()
        elif name == "text-box":
            self.builder.end_line(allow_empty=False)
        elif name in _ODT_CHARACTERS:
            self.builder.add_text(_ODT_CHARACTERS[name])

    def end(self, tag: str) -> None:
        """Process the end of an element."""
        name = _local_name(tag)
        if not self.skip_depth:
            self.paragraph_depth -= name in _PARAGRAPH_ELEMENTS
            if name in _PARAGRAPH_ELEMENTS:
                self.builder.end_line()
            elif name == "table-cell":
                self.builder.end_cell()
            elif name == "table-row":
                self.builder.end_row()
            elif name == "annotation":
                self.builder.add_text(f" [{self.builder.end_part().strip()}] ")
        self.skip_depth -= name in _SKIPPED_IN_ODT

    def data(self, text: str) -> None:
        """Process characters; those outside of paragraphs are only the file's source layout."""
        if self.paragraph_depth and not self.skip_depth:
            self.builder.add_text(_WHITESPACE.sub(" ", text))

    def close(self) -> None:
        """Process the end of the document."""
