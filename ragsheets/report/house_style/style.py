"""A house style: what a report takes from a Word document of the partnership's own, as from a reference document.

Fonts, colours, the built-in text styles, headers and footers with their pictures, and the page come from it. The layout
and the styles of the tables stay the report's own, in the house's fonts and colours. Everything else stays behind: its
text, links and linked pictures, comments and tracked changes, macros, and the numbers before headings, which would be
taken for references of outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragsheets.errors import ReportError
from ragsheets.formats.limits import Limits
from ragsheets.report.house_style.document import HouseDocument, w
from ragsheets.report.house_style.headers import HeaderFooter, HeaderFooterReader, header_style_ids
from ragsheets.report.house_style.text_styles import HouseTextStyles
from ragsheets.report.write.page import A4_LANDSCAPE, PageSetup
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast, mix
from ragsheets.template.model import TemplateLook

#: The narrowest and the lowest text that a report's tables can stand in: about 8 and 6 cm, in twentieths of a point.
MIN_TEXT_WIDTH, MIN_TEXT_HEIGHT = 4536, 3402
#: The largest page that Word knows (ECMA-376 part 1, 17.6.13, as Office holds to it): 22 inches.
_MAX_PAGE_SIZE = 31680
#: How much of the house's colour there is in the band behind the name of an action.
_BAND_TINT = 0.15


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """What a report takes from a house document.

    Attributes:
        page: the page and its margins.
        look: the template's look with the house's fonts and colours.
        text: its text styles, to be joined with the report's own.
        margins: headers and footers.
        first_page: whether the first page has headers and footers of its own.
        even_pages: whether even pages have them.
        theme: the theme that drawings in headers take colours from.
        warnings: what could not be taken as it is, in sentences.
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
    """The house style of the Word document at `path`; `look` is the template's, for what the document leaves open.

    Raises ReportError, naming the file, where it is not there or cannot be used.
    """
    return parse_house_style(read_style_file(path), path.name, look)


def read_style_file(path: Path) -> bytes:
    """The bytes of a file that a report takes its look from; raises ReportError where it is not there or too large."""
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
    """The house style of a Word document's bytes; `name` is what messages call it. Raises ReportError."""
    document = HouseDocument(content, name)
    text = HouseTextStyles(document.styles, look, header_style_ids(document))
    look = _look_of(text, look)
    page = _page_setup_of(document)
    margins = HeaderFooterReader(document, text.style_ids, look.text_ink)
    section = [*document.sections()][-1:]
    first_page = any(_is_on(each.find(w("titlePg"))) for each in section)
    even_pages = document.settings is not None and _is_on(document.settings.find(w("evenAndOddHeaders")))
    told_apart = {"default": True, "first": first_page, "even": even_pages}
    taken = tuple(margin for margin in margins.read_all() if told_apart.get(margin.page_kind))
    return HouseStyle(
        page=page,
        look=look,
        text_styles=text,
        headers_and_footers=taken,
        different_first_page=first_page,
        different_even_pages=even_pages,
        theme=document.theme,
        warnings=(*text.warnings, *margins.warnings),
    )


def _is_on(element: Any) -> bool:
    return element is not None and element.get(w("val"), "true") in ("true", "1", "on")


def _page_setup_of(document: HouseDocument) -> PageSetup:
    """The page of the last section; raises ReportError where there is too little room for text on it."""
    numbers: dict[str, int] = {}
    for section in document.sections():
        for element in section.iterchildren(w("pgSz"), w("pgMar")):
            numbers |= {
                name: value for name in _MEASURE_NAMES if (value := _parse_measure(element.get(w(name)))) is not None
            }
    standard = A4_LANDSCAPE
    page = PageSetup(
        width=min(numbers.get("w", standard.width), _MAX_PAGE_SIZE),
        height=min(numbers.get("h", standard.height), _MAX_PAGE_SIZE),
        left_margin=numbers.get("left", standard.left_margin) + numbers.get("gutter", 0),
        right_margin=numbers.get("right", standard.right_margin),
        top_margin=numbers.get("top", standard.top_margin),
        bottom_margin=numbers.get("bottom", standard.bottom_margin),
        header_distance=numbers.get("header", standard.header_distance),
        footer_distance=numbers.get("footer", standard.footer_distance),
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
    """A measure in twentieths of a point; None where there is none or it cannot be read."""
    try:
        return round(float(text)) if text is not None else None
    except (ValueError, OverflowError):
        return None


def _look_of(text_styles: HouseTextStyles, look: TemplateLook) -> TemplateLook:
    """The template's look with the house's font, size and inks; tables are headed in the colour of its headings."""
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
