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
    """The text of a Word document (.docx): paragraphs and rows in order, text boxes among them, then the notes.

    A row is a line, with " | " between its cells. Tracked deletions are left out.

    Raises what zipfile and lxml raise where it cannot be read, and ReturnError where a part is too large.
    """
    flow = TextBuilder()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        main = [name for name in names if _MAIN_PART.fullmatch(name)]
        for name in [*main[:1], *(note for note in _NOTE_PARTS if note in names)]:
            _parse(_read_part(archive, name), _DocxTarget(flow))
            flow.end_line(allow_empty=False)
    return flow.result()


def text_of_odt(content: bytes) -> str:
    """The text of an OpenDocument text (.odt, or the flat .fodt), told and refused as by `text_of_word`.

    Comments stand in brackets, where they are made.
    """
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = _read_part(archive, "content.xml")
    flow = TextBuilder()
    _parse(content, _OdtTarget(flow))
    return flow.result()


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES:
        raise ReturnError("too-large", found=name, wanted=f"at most {MAX_PART_BYTES // MIB} MiB")
    return content


def _parse(content: bytes, parser_target: _DocxTarget | _OdtTarget) -> None:
    from lxml import etree

    # Nothing is kept of the tree: lxml tells each element as it meets it.
    target: Any = parser_target
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    for start in range(0, len(content), _CHUNK_SIZE):
        parser.feed(content[start : start + _CHUNK_SIZE])
    parser.close()


def _local_name(tag: str) -> str:
    """The name without its namespace: the strict form of the format has others than the usual one."""
    return tag.rpartition("}")[2]


# ---------------------------------------------------------------------------------------------------- Word's own

#: Some programs number the document itself.
_MAIN_PART = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
_NOTE_PARTS = ("word/comments.xml", "word/footnotes.xml", "word/endnotes.xml")
#: What is not in the text any more, what repeats it for older programs, and the settings of a paragraph.
_SKIPPED_IN_DOCX = {"del", "moveFrom", "Fallback", "tabs", "instrText", "sdtPr"}
_DOCX_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _DocxTarget:
    """Takes the elements of a part of a .docx (ECMA-376 part 1, 17) as they are parsed."""

    def __init__(self, builder: TextBuilder) -> None:
        self.builder = builder
        self.skip_depth = 0
        self.in_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
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
        """Take the end of an element."""
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
        """Take characters."""
        if self.in_text:
            self.builder.add_text(text)

    def close(self) -> None:
        """Take the end of the part."""


# ------------------------------------------------------------------------------------------------- OpenDocument

_SKIPPED_IN_ODT = {
    *("tracked-changes", "forms", "creator", "date", "creator-initials", "note-citation", "desc", "title"),
    *("meta", "settings", "scripts", "font-face-decls", "styles", "automatic-styles", "master-styles", "binary-data"),
}
_PARAGRAPH_ELEMENTS = {"p", "h"}
_ODT_CHARACTERS = {"tab": "\t", "line-break": "\n", "s": " "}
_WHITESPACE = re.compile(r"[ \t\r\n]+")


class _OdtTarget:
    """Takes the elements of an OpenDocument text (ODF 1.3 part 3, 5 to 10) as they are parsed."""

    def __init__(self, builder: TextBuilder) -> None:
        self.builder = builder
        self.skip_depth = 0
        self.paragraph_depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
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
        """Take the end of an element."""
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
        """Take characters; those outside of paragraphs are the file's own layout."""
        if self.paragraph_depth and not self.skip_depth:
            self.builder.add_text(_WHITESPACE.sub(" ", text))

    def close(self) -> None:
        """Take the end of the document."""
