"""A house style's headers, footers and theme put into the package of a report."""

from __future__ import annotations

from typing import Any

from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.parts.hdrftr import FooterPart, HeaderPart

from ragsheets.report.house_style.headers import HeaderFooter
from ragsheets.report.house_style.style import HouseStyle

_PAGE_KINDS = {
    "default": WD_HEADER_FOOTER.PRIMARY,
    "first": WD_HEADER_FOOTER.FIRST_PAGE,
    "even": WD_HEADER_FOOTER.EVEN_PAGE,
}
_PART_TYPES = {
    "header": (HeaderPart, CONTENT_TYPE.WML_HEADER, RELATIONSHIP_TYPE.HEADER),
    "footer": (FooterPart, CONTENT_TYPE.WML_FOOTER, RELATIONSHIP_TYPE.FOOTER),
}


def apply_house_style(document: Any, house_style: HouseStyle) -> None:
    """Put what stands in the margins of the house's pages into a python-docx document of one section."""
    section = document.sections[0]
    section.different_first_page_header_footer = house_style.different_first_page
    for number, margin in enumerate(house_style.headers_and_footers, 1):
        _add_header_footer(document, section, margin, number)
    if house_style.theme:
        package = document.part.package
        theme = Part(PackURI("/word/theme/theme1.xml"), CONTENT_TYPE.OFC_THEME, house_style.theme, package)
        document.part.relate_to(theme, RELATIONSHIP_TYPE.THEME)


def _add_header_footer(document: Any, section: Any, header_footer: HeaderFooter, number: int) -> None:
    package = document.part.package
    kind, content_type, relationship = _PART_TYPES[header_footer.kind]
    # Numbered apart from those that python-docx makes, which count from 1.
    uri = PackURI(f"/word/house{header_footer.kind}{number}.xml")
    part = kind.load(uri, content_type, header_footer.xml, package)
    for place, (name, picture) in enumerate(header_footer.pictures.items(), 1):
        media = PackURI(f"/word/media/house{number}-{place}.{picture.suffix}")
        part.load_rel(RELATIONSHIP_TYPE.IMAGE, Part(media, picture.content_type, picture.content, package), name)
    reference = document.part.relate_to(part, relationship)
    if header_footer.kind == "header":
        section._sectPr.add_headerReference(_PAGE_KINDS[header_footer.page_kind], reference)
    else:
        section._sectPr.add_footerReference(_PAGE_KINDS[header_footer.page_kind], reference)
