"""Find the words of an Open XML workbook outside its cells and drawings: headers, links, prompts, names, properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.spreadsheet.details import Annotation
from ragsheets.formats.spreadsheet.page_headers import header_words
from ragsheets.formats.spreadsheet.xlsx_cells import unescape_characters

_HEADERS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_PROMPT_ATTRIBUTES = ("promptTitle", "prompt", "errorTitle", "error")
#: Separate searches are several times faster than a joint one.
_PROMPTS = tuple(re.compile(rb"""%s(?:Title)?\s*=\s*("[^"]*"|'[^']*')""" % name) for name in (b"prompt", b"error"))
#: The properties of the workbook, with the names that programs show them by.
_PROPERTIES = {name: name for name in ("title", "subject", "keywords", "category")}
_PROPERTIES |= {"description": "comments", "contentStatus": "status"}
#: A name that is defined as a text, in quotation marks. Programs hide those that they keep for themselves.
_CONSTANT_NAME = re.compile(
    rb'definedName(?![^<>]*\shidden="(?:1|true)")(?:\s[^<>]*)?>\s*=?(?:"|&quot;)([^<]*)(?:"|&quot;)\s*<'
)


def sheet_annotations(
    sheet_end: bytes, part: str, package: OfficePackage, known_prompts: set[bytes]
) -> Iterator[Annotation]:
    """Yield the words of a sheet's headers, footers, links, prompts and scenarios.

    Args:
        sheet_end: what follows the sheet's cells, in UTF-8.
        part: the sheet's part.
        package: the workbook.
        known_prompts: the prompts of the sheets before; those of this sheet are added to them; a sheet with no other
            prompts repeats them for its own cells, and none of them is yielded again.
    """
    if (start := sheet_end.find(b"headerFooter")) >= 0:
        for _, code in xml.scan_texts(sheet_end[start:], *_HEADERS):
            if words := header_words(unescape_characters(code)):
                yield Annotation("page-header", text=words)
    if (start := sheet_end.find(b"dataValidation")) >= 0:
        prompts = {prompt for pattern in _PROMPTS for prompt in pattern.findall(sheet_end, start)}
        for tag in xml.scan_tags(sheet_end[start:], "dataValidation") if prompts - known_prompts else ():
            yield from _prompts(tag)
        known_prompts |= prompts
    if (start := sheet_end.find(b"hyperlinks")) >= 0:
        yield from _links(sheet_end[start:], part, package)
    # Every sheet's protection has an attribute of this name.
    if b"scenarios>" in sheet_end and (start := sheet_end.find(b"scenarios")) >= 0:
        for tag in xml.scan_tags(sheet_end[start:], "scenario"):
            texts = filter(None, (_text_of(tag, "name"), _text_of(tag, "comment")))
            yield Annotation("scenario", text="\n".join(texts))
        for tag in xml.scan_tags(sheet_end[start:], "inputCells"):
            yield Annotation("scenario", "", tag.get("r", "").replace("$", ""), _text_of(tag, "val"))


def workbook_annotations(workbook_xml: bytes, package: OfficePackage) -> Iterator[Annotation]:
    """Yield the words of the workbook's names, and its title, subject, comments and the like."""
    if b"comment=" in workbook_xml:
        for tag in xml.scan_tags(workbook_xml, "definedName"):
            if comment := _text_of(tag, "comment"):
                yield Annotation("defined-name", text=comment)
    names_start = max(workbook_xml.find(b"definedName"), 0)
    for constant in _CONSTANT_NAME.findall(workbook_xml, names_start):
        if text := xml.unescape(constant.decode("utf-8", "replace")).replace('""', '"').strip():
            yield Annotation("defined-name", text=text)
    try:
        properties = package.core_properties()
    except ReturnError as error:
        yield Annotation("unreadable-comments", text=error.facts.get("found", ""))
        return
    for name, text in xml.scan_texts(properties, *_PROPERTIES):
        yield Annotation("document-property", text=unescape_characters(text).strip(), author=_PROPERTIES[name])


def _prompts(tag: Mapping[str, str]) -> Iterator[Annotation]:
    """Yield the texts of the messages that appear at a cell when it is selected or filled in."""
    cell = tag.get("sqref", "").partition(" ")[0].partition(":")[0].replace("$", "")
    for name in _PROMPT_ATTRIBUTES:
        if text := _text_of(tag, name):
            yield Annotation("input-message", "", cell, text)


def _links(content: bytes, part: str, package: OfficePackage) -> Iterator[Annotation]:
    """Yield where links lead to outside the workbook, and the texts that appear when one points at them."""
    targets = package.external_targets(part)
    for tag in xml.scan_tags(content, "hyperlink"):
        cell = tag.get("ref", "").partition(":")[0].replace("$", "")
        target = targets.get(tag.get("id", ""), "")
        if target and not target.startswith("#"):
            yield Annotation("link", "", cell, target)
        if tip := _text_of(tag, "tooltip"):
            yield Annotation("link", "", cell, tip)


def _text_of(tag: Mapping[str, str], name: str) -> str:
    return unescape_characters(tag.get(name, "")).strip()
