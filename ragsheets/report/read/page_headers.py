"""Read the page headers and footers of a Word document that are printed on some page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ragsheets.formats.xml import local_name
from ragsheets.report.read.content import ContentReader
from ragsheets.report.read.package import WordFile
from ragsheets.report.read.xml import Element, children_of, is_on, value_of

_KINDS = ("header", "footer")
#: What the pages of each kind of header are called; "" for all others.
_PAGES = {"default": "", "first": "of the first page", "even": "of even pages"}


@dataclass(frozen=True, slots=True)
class PageHeader:
    """A header or footer: its kind ("header", "footer"), its pages in words, its part and its root element."""

    kind: str
    pages: str
    part: str
    element: Element


def page_headers(file: WordFile) -> tuple[list[PageHeader], list[PageHeader]]:
    """Return every header and footer that is printed on some page, once each, and those that are on no page.

    The printed ones are in the order of the sections.
    """
    by_part: dict[str, PageHeader] = {}
    for section_headers in _headers_by_section(file):
        for header in section_headers.values():
            by_part.setdefault(header.part, header)
    relationships = file.package.relationships(file.document_part).values()
    unused = [(kind, part) for kind, part in relationships if kind in _KINDS and part not in by_part]
    parsed = ((kind, part, file.parse(part)) for kind, part in unused)
    unused_headers = [PageHeader(kind, "", part, element) for kind, part, element in parsed if element is not None]
    return list(by_part.values()), unused_headers


def section_names(file: WordFile) -> list[str]:
    """Return the words of each section's page header that the other sections' do not have; "" for none."""
    reader = ContentReader(file)
    lines_by_section = []
    for section_headers in _headers_by_section(file):
        texts = (
            reader.text_of(section_headers["header", pages].element)
            for pages in ("default", "first", "even")
            if ("header", pages) in section_headers
        )
        lines_by_section.append([" ".join(line.split()) for line in next(filter(None, texts), "").split("\n")])
    common = set(lines_by_section[0]).intersection(*lines_by_section) if lines_by_section else set()
    return [" ".join(line for line in lines if line and line not in common) for lines in lines_by_section]


def _headers_by_section(file: WordFile) -> Iterator[dict[tuple[str, str], PageHeader]]:
    """Yield the headers and footers of each section by kind and pages; a section without one has the last one's."""
    settings_part = file.package.related_part(file.document_part, "settings")
    has_even_pages = is_on(file.parse(settings_part), "evenAndOddHeaders")
    inherited: dict[tuple[str, str], PageHeader] = {}
    parsed: dict[str, Element | None] = {}
    number = 0
    for section in file.body.iter("{*}sectPr"):
        parent = section.getparent()
        # A tracked change holds the properties that a section had before.
        if parent is None or local_name(parent) not in ("pPr", "body"):
            continue
        number += 1
        for kind in _KINDS:
            for reference in children_of(section, f"{kind}Reference"):
                part = file.related_part(value_of(reference, "id"))
                if part not in parsed:
                    parsed[part] = file.parse(part)
                pages = value_of(reference, "type") or "default"
                if (element := parsed[part]) is not None and pages in _PAGES:
                    words = ", ".join(filter(None, (_PAGES[pages], f"section {number}" if number > 1 else "")))
                    inherited = {**inherited, (kind, pages): PageHeader(kind, words, part, element)}
        is_printed = {"default": True, "first": is_on(section, "titlePg"), "even": has_even_pages}
        yield {key: header for key, header in inherited.items() if is_printed[key[1]]}
