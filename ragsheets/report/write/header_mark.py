"""Mark the headers and footers of a report, so that reading it back recognises those that nobody has changed.

A mark is a bookmark at the start of the text, which word processors keep; its name is a digest of the header's words.
The results of fields, such as the page number, do not count: programs update them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragsheets import files

if TYPE_CHECKING:
    from lxml import etree

_BOOKMARK = "_ragsheets_"
_DIGEST_LENGTH = 16
#: The first id of these bookmarks; no bookmark of the text has it.
_FIRST_ID = 900_001
_SEPARATE, _END = "separate", "end"


def add_marks(body: etree._Element, headers_and_footers: list[etree._Element]) -> None:
    """Add the marks of a document's headers and footers at the start of its body."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    names = sorted(set(map(mark_of, headers_and_footers)))
    for number, name in enumerate(names):
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(_FIRST_ID + number))
        start.set(qn("w:name"), name)
        body[2 * number : 2 * number] = [start, end]


def marks_in(body: etree._Element) -> frozenset[str]:
    """Return the marks in the body of a document."""
    names = (value for mark in body.iter("{*}bookmarkStart") for key, value in mark.items() if key.endswith("name"))
    return frozenset(name for name in names if name.startswith(_BOOKMARK))


def mark_of(header_footer: etree._Element) -> str:
    """Return the name of the bookmark for a header or footer with these words and pictures."""
    pictures = sum(1 for _ in header_footer.iter("{*}blip", "{*}imagedata"))
    words = f"{''.join(words_without_fields(header_footer).split())}\n{pictures}"
    return f"{_BOOKMARK}{files.sha256(words.encode())[:_DIGEST_LENGTH]}"


def words_without_fields(element: etree._Element) -> str:
    """Return the words of a header or footer without the results of its fields."""
    pieces = []
    open_fields = 0
    for child in element.iter("{*}t", "{*}tab", "{*}fldChar", "{*}textpath"):
        name = str(child.tag).rpartition("}")[2]
        if name == "fldChar":
            kind = next((value for key, value in child.items() if key.endswith("fldCharType")), "")
            open_fields += (kind == _SEPARATE) - (kind == _END and open_fields > 0)
        elif name == "textpath":
            pieces.append(child.get("string", ""))
        elif not open_fields and next(child.iterancestors("{*}fldSimple", "{*}Fallback"), None) is None:
            pieces.append(child.text or "" if name == "t" else " ")
    return "".join(pieces)
