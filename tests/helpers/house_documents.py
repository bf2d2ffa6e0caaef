"""House documents for the tests: Word documents such as a partnership may have, made by two programs."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from helpers import office

#: The colours of the house style: one for headings, one for body text.
HEADINGS, TEXT = "7A0019", "2B2B2B"


def png(width: int = 120, height: int = 40, colour: tuple[int, int, int] = (122, 0, 25)) -> bytes:
    """Return a picture of one colour (PNG specification, 11.2)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def python_docx_document(
    *, landscape: bool = False, first_page: bool = False, change: Callable[[Any], None] | None = None
) -> bytes:
    """Return a document with a font, colours, a header with a picture and a footer; `change` edits it further."""
    document = docx.Document()
    section = document.sections[0]
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(30), Mm(22)
    styles = document.styles
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        _apply_house_font(styles[name], HEADINGS if name != "Normal" else TEXT)
    styles["Normal"].font.size = Pt(12)
    _fill_header(section.header, "Borough of Anytown")
    section.footer.paragraphs[0].text = "Anytown House, High Street"
    if first_page:
        section.different_first_page_header_footer = True
        _fill_header(section.first_page_header, "First page only")
        section.first_page_footer.paragraphs[0].text = "First footer"
    document.add_heading("SECRET heading of the house document", 1)
    document.add_paragraph("SECRET text of the house document")
    if change:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _apply_house_font(style: Any, colour: str) -> None:
    style.font.name = "Georgia"
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    style.font.color.rgb = RGBColor.from_string(colour)


def _fill_header(header: Any, text: str) -> None:
    header.paragraphs[0].add_run().add_picture(io.BytesIO(png()), height=Mm(10))
    header.paragraphs[0].add_run(f"  {text}")


def libreoffice_document(folder: Path, *, landscape: bool = False) -> bytes:
    """Return a .docx saved by LibreOffice, with a header picture, a page number and a different first page."""
    width, height = ("29.7cm", "21cm") if landscape else ("21cm", "29.7cm")
    orientation = "landscape" if landscape else "portrait"
    source = folder / f"house-{orientation}.fodt"
    picture = base64.b64encode(png()).decode()
    text = _FODT.format(width=width, height=height, orientation=orientation, picture=picture)
    source.write_text(text, encoding="utf-8")
    return office.convert(source, "docx", folder).read_bytes()


def paragraph(xml: str) -> Any:
    """Return a paragraph of this WordprocessingML."""
    return parse_xml(f"<w:p {nsdecls('w', 'r')}>{xml}</w:p>")


_FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
 <office:styles>
  <style:style style:name="Standard" style:family="paragraph" style:class="text">
   <style:text-properties fo:color="#2b2b2b" style:font-name="Georgia" fo:font-family="Georgia" fo:font-size="12pt"/>
  </style:style>
  <style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
   style:parent-style-name="Standard" style:default-outline-level="1" style:class="text">
   <style:text-properties fo:color="#7a0019" fo:font-size="20pt" fo:font-weight="bold"/>
  </style:style>
  <style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard" style:class="chapter">
   <style:text-properties fo:color="#7a0019" fo:font-size="28pt"/>
  </style:style>
  <style:style style:name="Header" style:family="paragraph" style:parent-style-name="Standard" style:class="extra">
   <style:text-properties fo:font-style="italic"/>
  </style:style>
 </office:styles>
 <office:automatic-styles>
  <style:page-layout style:name="pm1">
   <style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}"
    style:print-orientation="{orientation}" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.5cm"
    fo:margin-right="2.5cm"/>
   <style:header-style>
    <style:header-footer-properties fo:min-height="1cm" fo:margin-bottom="0.5cm"/></style:header-style>
   <style:footer-style><style:header-footer-properties fo:min-height="1cm" fo:margin-top="0.5cm"/></style:footer-style>
  </style:page-layout>
 </office:automatic-styles>
 <office:master-styles>
  <style:master-page style:name="Standard" style:page-layout-name="pm1">
   <style:header><text:p text:style-name="Header"><draw:frame draw:name="Crest" text:anchor-type="as-char"
    svg:width="3cm" svg:height="1cm"><draw:image draw:mime-type="image/png">
    <office:binary-data>{picture}</office:binary-data>
    </draw:image></draw:frame> Borough of Anytown</text:p></style:header>
   <style:header-first><text:p text:style-name="Header">First page only</text:p></style:header-first>
   <style:footer><text:p>Sheet <text:page-number text:select-page="current">1</text:page-number></text:p></style:footer>
   <style:footer-first><text:p>First footer</text:p></style:footer-first>
  </style:master-page>
 </office:master-styles>
 <office:body><office:text><text:h text:style-name="Heading_20_1" text:outline-level="1">SECRET heading</text:h>
 <text:p text:style-name="Standard">SECRET text</text:p></office:text></office:body>
</office:document>
"""
