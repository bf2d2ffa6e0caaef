"""Mark the headers and footers of a report, so that reading it back recognises those that nobody has changed.

The mark is a bookmark, which every word processor keeps, and its name is a digest of the words. The results of fields,
such as the page number, do not count: programs bring them up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragsheets import files

if TYPE_CHECKING:
    from lxml import etree

_BOOKMARK = "_ragsheets_"
_DIGEST_LENGTH = 16
#: The first id of such a bookmark, which no bookmark of the text has.
_FIRST_ID = 900_001
_SEPARATE, _END = "separate", "end"


def add_mark(header_footer: etree._Element, number: int) -> None:
    """Add the mark to a header or footer, which is the one of this number in its document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = next(header_footer.iter(qn("w:p")), None)
    if paragraph is None:
        return
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(_FIRST_ID + number))
        paragraph.append(element)
    start.set(qn("w:name"), mark_of(header_footer))


def mark_of(header_footer: etree._Element) -> str:
    """Return the name of the bookmark for a header or footer with these words and pictures."""
    pictures = sum(1 for _ in header_footer.iter("{*}blip", "{*}imagedata"))
    words = f"{''.join(words_without_fields(header_footer).split())}\n{pictures}"
    return f"{_BOOKMARK}{files.sha256(words.encode())[:_DIGEST_LENGTH]}"


def has_mark(header_footer: etree._Element) -> bool:
    """Return whether a header or footer is as ragsheets wrote it."""
    names = {value for mark in header_footer.iter("{*}bookmarkStart") for key, value in mark.items() if "name" in key}
    return mark_of(header_footer) in names


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
