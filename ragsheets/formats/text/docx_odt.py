"""The text of documents that are archives of XML: Word's (.docx) and OpenDocument's (.odt)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from ragsheets.errors import ReturnError
from ragsheets.formats.limits import MIB
from ragsheets.formats.text.text_builder import Flow

#: How much of a part is read, in bytes.
MOST_IN_A_PART = 64 * MIB
_PIECE = 64 * 1024


def text_of_word(content: bytes) -> str:
    """The text of a Word document (.docx): paragraphs and rows in order, text boxes among them, then the notes.

    A row is a line, with " | " between its cells. Tracked deletions are left out.

    Raises what zipfile and lxml raise where it cannot be read, and ReturnError where a part is too large.
    """
    flow = Flow()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        main = [name for name in names if _MAIN_PART.fullmatch(name)]
        for name in [*main[:1], *(note for note in _NOTES if note in names)]:
            _parse(_part(archive, name), _Word(flow))
            flow.end_line(even_empty=False)
    return flow.result()


def text_of_odt(content: bytes) -> str:
    """The text of an OpenDocument text (.odt, or the flat .fodt), told and refused as by `text_of_word`.

    Comments stand in brackets, where they are made.
    """
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = _part(archive, "content.xml")
    flow = Flow()
    _parse(content, _OpenDocument(flow))
    return flow.result()


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(MOST_IN_A_PART + 1)
    if len(content) > MOST_IN_A_PART:
        raise ReturnError("too-large", found=name, wanted=f"at most {MOST_IN_A_PART // MIB} MiB")
    return content


def _parse(content: bytes, words: _Word | _OpenDocument) -> None:
    from lxml import etree

    # Nothing is kept of the tree: lxml tells each element as it meets it.
    target: Any = words
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    for start in range(0, len(content), _PIECE):
        parser.feed(content[start : start + _PIECE])
    parser.close()


def _local(tag: str) -> str:
    """The name without its namespace: the strict form of the format has others than the usual one."""
    return tag.rpartition("}")[2]


# ---------------------------------------------------------------------------------------------------- Word's own

#: Some programs number the document itself.
_MAIN_PART = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
_NOTES = ("word/comments.xml", "word/footnotes.xml", "word/endnotes.xml")
#: What is not in the text any more, what repeats it for older programs, and the settings of a paragraph.
_NOT_IN_WORD = {"del", "moveFrom", "Fallback", "tabs", "instrText", "sdtPr"}
_WORD_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _Word:
    """Takes the elements of a part of a .docx (ECMA-376 part 1, 17) as they are parsed."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.gone = 0
        self.in_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        name = _local(tag)
        self.gone += name in _NOT_IN_WORD
        self.in_text = name == "t" and not self.gone
        if self.gone:
            return
        if name == "tr":
            self.flow.open_row()
        elif name == "tc":
            self.flow.open()
        elif name == "txbxContent":
            self.flow.end_line(even_empty=False)
        elif name in _WORD_SIGNS:
            self.flow.text(_WORD_SIGNS[name])

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = _local(tag)
        self.in_text = False
        if not self.gone:
            if name == "p":
                self.flow.end_line()
            elif name == "tc":
                self.flow.close_cell()
            elif name == "tr":
                self.flow.close_row()
        self.gone -= name in _NOT_IN_WORD

    def data(self, text: str) -> None:
        """Take characters."""
        if self.in_text:
            self.flow.text(text)

    def close(self) -> None:
        """Take the end of the part."""


# ------------------------------------------------------------------------------------------------- OpenDocument

_NOT_IN_OPEN = {
    *("tracked-changes", "forms", "creator", "date", "creator-initials", "note-citation", "desc", "title"),
    *("meta", "settings", "scripts", "font-face-decls", "styles", "automatic-styles", "master-styles", "binary-data"),
}
_PARAGRAPHS = {"p", "h"}
_OPEN_SIGNS = {"tab": "\t", "line-break": "\n", "s": " "}
_SPACE = re.compile(r"[ \t\r\n]+")


class _OpenDocument:
    """Takes the elements of an OpenDocument text (ODF 1.3 part 3, 5 to 10) as they are parsed."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.gone = 0
        self.paragraphs = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        name = _local(tag)
        self.gone += name in _NOT_IN_OPEN
        if self.gone:
            return
        self.paragraphs += name in _PARAGRAPHS
        if name == "table-row":
            self.flow.open_row()
        elif name in ("table-cell", "annotation"):
            self.flow.open()
        elif name == "text-box":
            self.flow.end_line(even_empty=False)
        elif name in _OPEN_SIGNS:
            self.flow.text(_OPEN_SIGNS[name])

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = _local(tag)
        if not self.gone:
            self.paragraphs -= name in _PARAGRAPHS
            if name in _PARAGRAPHS:
                self.flow.end_line()
            elif name == "table-cell":
                self.flow.close_cell()
            elif name == "table-row":
                self.flow.close_row()
            elif name == "annotation":
                self.flow.text(f" [{self.flow.close().strip()}] ")
        self.gone -= name in _NOT_IN_OPEN

    def data(self, text: str) -> None:
        """Take characters; those outside of paragraphs are the file's own layout."""
        if self.paragraphs and not self.gone:
            self.flow.text(_SPACE.sub(" ", text))

    def close(self) -> None:
        """Take the end of the document."""
