"""A house style's headers, footers and theme put into the package of a report."""

from __future__ import annotations

from typing import Any

from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.parts.hdrftr import FooterPart, HeaderPart

from ragsheets.report.house_style.headers import Margin
from ragsheets.report.house_style.style import HouseStyle

_PAGES = {
    "default": WD_HEADER_FOOTER.PRIMARY,
    "first": WD_HEADER_FOOTER.FIRST_PAGE,
    "even": WD_HEADER_FOOTER.EVEN_PAGE,
}
_PARTS = {
    "header": (HeaderPart, CONTENT_TYPE.WML_HEADER, RELATIONSHIP_TYPE.HEADER),
    "footer": (FooterPart, CONTENT_TYPE.WML_FOOTER, RELATIONSHIP_TYPE.FOOTER),
}


def fit(document: Any, house: HouseStyle) -> None:
    """Put what stands in the margins of the house's pages into a python-docx document of one section."""
    section = document.sections[0]
    section.different_first_page_header_footer = house.first_page
    for number, margin in enumerate(house.margins, 1):
        _attach(document, section, margin, number)
    if house.theme:
        package = document.part.package
        theme = Part(PackURI("/word/theme/theme1.xml"), CONTENT_TYPE.OFC_THEME, house.theme, package)
        document.part.relate_to(theme, RELATIONSHIP_TYPE.THEME)


def _attach(document: Any, section: Any, margin: Margin, number: int) -> None:
    package = document.part.package
    kind, content_type, relationship = _PARTS[margin.kind]
    # Numbered apart from those that python-docx makes, which count from 1.
    uri = PackURI(f"/word/house{margin.kind}{number}.xml")
    part = kind.load(uri, content_type, margin.xml, package)
    for place, (name, picture) in enumerate(margin.pictures.items(), 1):
        media = PackURI(f"/word/media/house{number}-{place}.{picture.suffix}")
        part.load_rel(RELATIONSHIP_TYPE.IMAGE, Part(media, picture.content_type, picture.content, package), name)
    reference = document.part.relate_to(part, relationship)
    if margin.kind == "header":
        section._sectPr.add_headerReference(_PAGES[margin.pages], reference)
    else:
        section._sectPr.add_footerReference(_PAGES[margin.pages], reference)
