"""Add a house style's headers, footers and theme to the package of a report."""

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
    """Add the headers, footers and theme of a house style to a python-docx document of one section."""
    section = document.sections[0]
    section.different_first_page_header_footer = house_style.different_first_page
    for part_number, header_footer in enumerate(house_style.headers_and_footers, 1):
        _add_header_footer(document, section, header_footer, part_number)
    if house_style.theme:
        package = document.part.package
        theme = Part(PackURI("/word/theme/theme1.xml"), CONTENT_TYPE.OFC_THEME, house_style.theme, package)
        document.part.relate_to(theme, RELATIONSHIP_TYPE.THEME)


def _add_header_footer(document: Any, section: Any, header_footer: HeaderFooter, part_number: int) -> None:
    package = document.part.package
    part_class, content_type, relationship_type = _PART_TYPES[header_footer.kind]
    # A name of its own, because python-docx numbers the headers and footers that it adds from 1.
    uri = PackURI(f"/word/house{header_footer.kind}{part_number}.xml")
    part = part_class.load(uri, content_type, header_footer.xml, package)
    for picture_number, (picture_id, picture) in enumerate(header_footer.pictures.items(), 1):
        media = PackURI(f"/word/media/house{part_number}-{picture_number}.{picture.suffix}")
        part.load_rel(RELATIONSHIP_TYPE.IMAGE, Part(media, picture.content_type, picture.content, package), picture_id)
    relationship_id = document.part.relate_to(part, relationship_type)
    if header_footer.kind == "header":
        section._sectPr.add_headerReference(_PAGE_KINDS[header_footer.page_kind], relationship_id)
    else:
        section._sectPr.add_footerReference(_PAGE_KINDS[header_footer.page_kind], relationship_id)
