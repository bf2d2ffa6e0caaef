"""The text of documents that are archives of XML: Word's (.docx) and OpenDocument's (.odt)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from ragsheets.errors import ReturnError
from ragsheets.formats.limits import MIB
from ragsheets.formats.text.text_builder import TextBuilder

#: How much of a part is read, in bytes.
MAX_PART_BYTES = 64 * MIB
_CHUNK_SIZE = 64 * 1024


def text_of_docx(content: bytes) -> str:
    """Return the text of a Word document (.docx): paragraphs, table rows and text boxes in order, then the notes.

    A row is a line, with " | " between its cells. Tracked deletions are left out.

    Raises what zipfile and lxml raise if it cannot be read, and ReturnError if a part is too large.
    """
    builder = TextBuilder()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        main_parts = [name for name in names if _MAIN_PART.fullmatch(name)]
        for name in [*main_parts[:1], *(part for part in _NOTE_PARTS if part in names)]:
            _parse(_read_part(archive, name), _DocxTarget(builder))
            builder.end_line(allow_empty=False)
    return builder.result()


def text_of_word_xml(content: bytes) -> str:
    """Return the text of a Word document in one XML file, of Word 2003 or flat, as `text_of_docx` does."""
    builder = TextBuilder()
    _parse(content, _DocxTarget(builder))
    return builder.result()


def text_of_odt(content: bytes) -> str:
    """Return the text of an OpenDocument text (.odt, or the flat .fodt), as `text_of_docx` does, with the same errors.

    Comments are in brackets, at the position that they refer to.
    """
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = _read_part(archive, "content.xml")
    builder = TextBuilder()
    _parse(content, _OdtTarget(builder))
    return builder.result()


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES:
        raise ReturnError("too-large", found=name, wanted=f"at most {MAX_PART_BYTES // MIB} MiB")
    return content


def _parse(content: bytes, parser_target: _DocxTarget | _OdtTarget) -> None:
    from lxml import etree

    # No tree is built: lxml reports each element to the target as it parses it.
    target: Any = parser_target
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    for start in range(0, len(content), _CHUNK_SIZE):
        parser.feed(content[start : start + _CHUNK_SIZE])
    parser.close()


def _local_name(tag: str) -> str:
    """Return the name without its namespace: the strict form of the format uses other namespaces."""
    return tag.rpartition("}")[2]


# -------------------------------------------------------------------------------------------------------- Word

#: Some programs add a number to the name of the main part.
_MAIN_PART = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
_NOTE_PARTS = ("word/comments.xml", "word/footnotes.xml", "word/endnotes.xml")
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
