"""Find the words of an OpenDocument workbook outside its cells and drawings: headers, prompts, controls, properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import TICK_MARKS, Annotation, join_lines
from ragsheets.formats.spreadsheet.ods_cells import paragraphs, text_runs

#: The properties of the document, with the names that programs show them by.
_PROPERTIES = {"title": "title", "subject": "subject", "description": "comments", "keyword": "keywords"}
_HEADERS = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")
#: Fields, which hold what they showed last.
_FIELDS = frozenset(
    ("sheet-name", "page-number", "page-count", "date", "time", "file-name", "title", "author-name", "creation-date")
)
_PAGE_FIELDS = ("page-number", "page-count")
_TICKED_CONTROLS = ("checkbox", "radio")
_CONTROLS = (*_TICKED_CONTROLS, "button", "fixed-text", "frame", "generic-control")
_CONSTANT = re.compile(r'(?:[A-Za-z][\w.-]*:)?=?"(.*)"', re.DOTALL)


def document_annotations(meta: bytes, book: xml.Element) -> Iterator[Annotation]:
    """Yield the document's title, subject and the like, the messages of its cells, and its names that hold words.

    Args:
        meta: the part with the properties.
        book: the element with the sheets.
    """
    for property_name, text in xml.scan_texts(meta, *_PROPERTIES):
        yield Annotation("document-property", text=text, author=_PROPERTIES[property_name])
    for message in xml.descendants(book, "help-message", "error-message"):
        for text in (xml.attribute(message, "title").strip(), element_text(message)):
            if text:
                yield Annotation("input-message", text=text)
    for name in xml.descendants(book, "named-expression"):
        if (constant := _CONSTANT.fullmatch(xml.attribute(name, "expression"))) and constant[1].strip():
            yield Annotation("defined-name", text=constant[1].replace('""', '"'))


class PageStyles:
    """The headers and footers of the pages that sheets are printed on, from the roots of the parts with styles."""

    def __init__(self, roots: Iterable[xml.Element]) -> None:
        self._page_names: dict[str, str] = {}
        self._pages: dict[str, xml.Element] = {}
        for element in (element for root in roots for group in root for element in group):
            if xml.local_name(element) == "master-page":
                self._pages[xml.attribute(element, "name")] = element
            elif xml.attribute(element, "family") == "table":
                self._page_names[xml.attribute(element, "name")] = xml.attribute(element, "master-page-name")

    def headers(self, table: xml.Element) -> Iterator[Annotation]:
        """Yield the words in the headers and footers of a sheet's pages."""
        page = self._pages.get(self._page_names.get(xml.attribute(table, "style-name"), ""))
        for part in page if page is not None else ():
            is_shown = xml.attribute(part, "display", "true") != "false"
            if xml.local_name(part) in _HEADERS and is_shown:
                lines = (_text_without_fields(paragraph) for paragraph in xml.descendants(part, "p"))
                if words := "\n".join(line for line in lines if any(map(str.isalnum, line))):
                    yield Annotation("page-header", text=words)


def _text_without_fields(paragraph: xml.Element) -> str:
    """Return the typed words of a line; "" for the words that programs put between page numbers, one for each."""
    pieces = [paragraph.text or ""]
    page_numbers = 0
    for part in paragraph.iter():
        if part is paragraph:
            continue
        kind = xml.local_name(part)
        page_numbers += kind in _PAGE_FIELDS
        pieces += ["" if kind in _FIELDS else part.text or "", part.tail or ""]
    text = "".join(pieces).strip()
    return "" if len(re.findall(r"\w+", text)) <= page_numbers else text


def control_words(forms: xml.Element) -> Iterator[Annotation]:
    """Yield the captions of a sheet's tick boxes, buttons and the like, and whether they are ticked."""
    for control in xml.descendants(forms, *_CONTROLS):
        text = xml.attribute(control, "label").strip()
        if xml.local_name(control) in _TICKED_CONTROLS and text:
            state = xml.attribute(control, "current-state") or xml.attribute(control, "current-selected")
            text += TICK_MARKS[state in ("checked", "true")]
        if text:
            yield Annotation("form-control", text=text)


def chart_words(root: xml.Element) -> str:
    """Return the titles of a chart and the text on it, a line for each."""
    lines = [element_text(part) for part in xml.descendants(root, "title", "subtitle", "footer")]
    for shapes in xml.descendants(root, "shapes"):
        lines += ["".join(paragraph.itertext()) for paragraph in xml.descendants(shapes, "p")]
    return join_lines(lines)


def element_text(element: xml.Element) -> str:
    """Return the text of the paragraphs of an element, a line for each."""
    lines = ("".join(text for text, _ in text_runs(part, False, None)) for part in paragraphs(element))
    return "\n".join(lines).strip()
