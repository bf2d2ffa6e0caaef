"""Read a house style from a Word document of the partnership (its house document), used as a reference document.

The house style has the fonts, colours, built-in text styles, headers and footers with their pictures, and the page. The
layout and the table styles stay the report's own, in the house style's fonts and colours. Everything else is ignored:
text, links and linked pictures, comments and tracked changes, macros, and the numbers before headings, which would be
mistaken for references of outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragsheets.errors import ReportError
from ragsheets.formats.limits import Limits
from ragsheets.report.house_style.document import ERROR_MESSAGES, HouseDocument, w
from ragsheets.report.house_style.headers import HeaderFooter, HeaderFooterReader, header_parts, styles_used_in
from ragsheets.report.house_style.text_styles import HouseTextStyles
from ragsheets.report.read.package import raise_report_errors
from ragsheets.report.write.page import A4_LANDSCAPE, PageSetup
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast, mix
from ragsheets.template.model import TemplateLook

#: The least width and height of a page's text that a report's tables fit in: about 8 and 6 cm (twentieths of a point).
MIN_TEXT_WIDTH, MIN_TEXT_HEIGHT = 4536, 3402
#: The largest page that Word supports (ECMA-376 part 1, 17.6.13, as Office implements it): 22 inches.
_MAX_PAGE_SIZE = 31680
#: The share of the heading colour in the band behind the name of an action; the rest is white.
_BAND_TINT = 0.15


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """The parts of a report's look that come from a house document.

    Attributes:
        page: the page and its margins.
        look: the template's look with the fonts and colours of the house document.
        text_styles: its text styles, to be merged with the report's own.
        headers_and_footers: its headers and footers.
        different_first_page: whether the first page has headers and footers of its own.
        different_even_pages: whether even pages have headers and footers of their own.
        theme: the theme that drawings in headers use colours of.
        warnings: sentences about what could not be copied unchanged.
    """

    page: PageSetup
    look: TemplateLook
    text_styles: HouseTextStyles
    headers_and_footers: tuple[HeaderFooter, ...]
    different_first_page: bool
    different_even_pages: bool
    theme: bytes | None
    warnings: tuple[str, ...]


def read_house_style(path: Path, look: TemplateLook) -> HouseStyle:
    """Read the house style of the Word document at `path`.

    `look` is the template's, for what the document does not define. Raises ReportError, naming the file, where it is
    missing or cannot be used.
    """
    return parse_house_style(read_style_file(path), path.name, look)


def read_style_file(path: Path) -> bytes:
    """Return the bytes of a house document or a logo.

    Raises ReportError where the file is missing, too large or cannot be read.
    """
    try:
        size = path.stat().st_size
        if size > Limits().file * 1024 * 1024:
            raise ReportError("is too large.", where=str(path), fix="Save a smaller one.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ReportError(
            "there is no such file.",
            where=str(path),
            fix="Put it back, or name another with --style or under [look] in the template.",
        ) from None
    except OSError as problem:
        raise ReportError(f"cannot be read ({problem.strerror}).", where=str(path)) from None


def parse_house_style(content: bytes, name: str, look: TemplateLook) -> HouseStyle:
    """Return the house style of a Word document's bytes; messages refer to the document as `name`.

    Raises ReportError where the document cannot be used.
    """
    with raise_report_errors(name, ERROR_MESSAGES):
        return _read_style(HouseDocument(content, name), look)


def _read_style(document: HouseDocument, look: TemplateLook) -> HouseStyle:
    parts = header_parts(document)
    text_styles = HouseTextStyles(document.styles, look, styles_used_in(parts))
    look = _look_of(text_styles, look)
    page = _page_setup_of(document)
    last_section = [*document.sections()][-1:]
    different_first_page = any(_is_on(properties.find(w("titlePg"))) for properties in last_section)
    different_even_pages = document.settings is not None and _is_on(document.settings.find(w("evenAndOddHeaders")))
    has_page_kind = {"default": True, "first": different_first_page, "even": different_even_pages}
    reader = HeaderFooterReader(document, text_styles.style_ids, look.text_ink)
    headers_and_footers = tuple(
        filter(None, (reader.read(part) for part in parts if has_page_kind.get(part.page_kind)))
    )
    return HouseStyle(
        page=page,
        look=look,
        text_styles=text_styles,
        headers_and_footers=headers_and_footers,
        different_first_page=different_first_page,
        different_even_pages=different_even_pages,
        theme=document.theme,
        warnings=(*text_styles.warnings, *reader.warnings),
    )


def _is_on(element: Any) -> bool:
    return element is not None and element.get(w("val"), "true") in ("true", "1", "on")


def _page_setup_of(document: HouseDocument) -> PageSetup:
    """Return the page of the last section; raises ReportError where it has too little room for text."""
    measures: dict[str, int] = {}
    for section in document.sections():
        for element in section.iterchildren(w("pgSz"), w("pgMar")):
            measures |= {
                name: value for name in _MEASURE_NAMES if (value := _parse_measure(element.get(w(name)))) is not None
            }
    standard = A4_LANDSCAPE
    page = PageSetup(
        width=min(measures.get("w", standard.width), _MAX_PAGE_SIZE),
        height=min(measures.get("h", standard.height), _MAX_PAGE_SIZE),
        left_margin=measures.get("left", standard.left_margin) + measures.get("gutter", 0),
        right_margin=measures.get("right", standard.right_margin),
        top_margin=measures.get("top", standard.top_margin),
        bottom_margin=measures.get("bottom", standard.bottom_margin),
        header_distance=measures.get("header", standard.header_distance),
        footer_distance=measures.get("footer", standard.footer_distance),
    )
    if page.text_width < MIN_TEXT_WIDTH or page.text_height < MIN_TEXT_HEIGHT:
        raise ReportError(
            "its page has too little room for the tables of a report between its margins.",
            where=document.name,
            fix="Set a larger page or narrower margins in it.",
        )
    return page


_MEASURE_NAMES = ("w", "h", "left", "right", "top", "bottom", "header", "footer", "gutter")


def _parse_measure(text: str | None) -> int | None:
    """Return a measure in twentieths of a point; None where it is missing or cannot be parsed."""
    try:
        return round(float(text)) if text is not None else None
    except (ValueError, OverflowError):
        return None


def _look_of(text_styles: HouseTextStyles, look: TemplateLook) -> TemplateLook:
    """Return the template's look with the house's font, size and text colours.

    The headings of tables have the colour of the house's headings.
    """
    changes: dict[str, Any] = {"font": text_styles.font or look.font, "size": min(max(text_styles.size, 8.0), 14.0)}
    ink = text_styles.ink("Normal")
    if ink and contrast(ink, WHITE) >= MIN_CONTRAST:
        changes["text_ink"] = ink
    colour = text_styles.ink("Heading1")
    if colour and contrast(colour, WHITE) >= MIN_CONTRAST:
        band = mix(colour, WHITE, _BAND_TINT)
        band_ink = colour if contrast(colour, band) >= MIN_CONTRAST else changes.get("text_ink", look.text_ink)
        changes |= {"heading_fill": colour, "heading_ink": WHITE, "band_fill": band, "band_ink": band_ink}
    return look.model_copy(update=changes)
