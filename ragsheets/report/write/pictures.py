"""Inline pictures in the text, and the logo above the title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.parts.image import ImagePart

from ragsheets.errors import ReportError
from ragsheets.report.write.styles import FIGURE_STYLE
from ragsheets.report.write.xml import escape_attribute

#: English metric units per twentieth of a point (ECMA-376 part 1, 20.1.2.1), and per millimetre.
EMU_PER_TWIP, _EMU_PER_MILLIMETRE = 635, 36000

#: The greatest size of a logo on the first page, in millimetres.
_MAX_LOGO_WIDTH, _MAX_LOGO_HEIGHT = 60, 18
#: The content types that a logo may have.
_LOGO_CONTENT_TYPES = ("image/png", "image/jpeg")
#: The logo's relationship id in the document, and its id among the drawings (the chart is the first).
_RELATIONSHIP_ID, _DRAWING_ID = "rIdLogo", 2

_PICTURE_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


def drawing_paragraph(
    graphic: str, namespace: str, size: tuple[int, int], drawing_id: int, title: str, description: str
) -> str:
    """Return a paragraph with one drawing.

    Args:
        graphic: the drawing as DrawingML.
        namespace: the namespace that identifies the kind of drawing.
        size: its width and height in English metric units.
        drawing_id: its id, unique among the document's drawings.
        title: its title.
        description: its alternative text.
    """
    name = escape_attribute(title)
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{FIGURE_STYLE}"/></w:pPr><w:r><w:drawing>'
        '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        f' distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{size[0]}" cy="{size[1]}"/>'
        f'<wp:docPr id="{drawing_id}" name="{name}" descr="{escape_attribute(description)}" title="{name}"/>'
        '<wp:cNvGraphicFramePr/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<a:graphicData uri="{namespace}">{graphic}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture above the title: its bytes, its size in English metric units, and its alternative text."""

    content: bytes
    width: int
    height: int
    alt_text: str

    def paragraph(self) -> str:
        """Return the paragraph that shows the logo."""
        size = f'<a:off x="0" y="0"/><a:ext cx="{self.width}" cy="{self.height}"/>'
        graphic = (
            f'<pic:pic xmlns:pic="{_PICTURE_NAMESPACE}"><pic:nvPicPr><pic:cNvPr id="0" name="Logo"/>'
            "<pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{_RELATIONSHIP_ID}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm>{size}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        )
        alt_text = self.alt_text
        return drawing_paragraph(
            graphic, _PICTURE_NAMESPACE, (self.width, self.height), _DRAWING_ID, alt_text, alt_text
        )

    def add_to(self, document: Any) -> None:
        """Add the logo to the package of a python-docx document."""
        image = Image.from_blob(self.content)
        part = ImagePart(PackURI(f"/word/media/logo.{image.ext}"), image.content_type, self.content, image)
        document.part.load_rel(RELATIONSHIP_TYPE.IMAGE, part, _RELATIONSHIP_ID)


def parse_logo(content: bytes, name: str, alt_text: str) -> Logo:
    """Parse a picture file into a logo in its own size, reduced to the greatest size that a logo may have.

    Args:
        content: the bytes of the file.
        name: the name of the file, for messages.
        alt_text: the alternative text.

    Raises ReportError where the file is neither PNG nor JPEG.
    """
    try:
        image = Image.from_blob(content)
        content_type, width, height = image.content_type, int(image.width), int(image.height)
    except Exception:  # noqa: BLE001  python-docx raises a bare Exception for a truncated JPEG
        content_type, width, height = "", 0, 0
    if content_type not in _LOGO_CONTENT_TYPES or width < 1 or height < 1:
        raise ReportError("is not a picture that can be used.", where=name, fix="Save the logo as .png or .jpg.")
    max_scales = (_MAX_LOGO_WIDTH * _EMU_PER_MILLIMETRE / width, _MAX_LOGO_HEIGHT * _EMU_PER_MILLIMETRE / height)
    scale = min(1.0, *max_scales)
    return Logo(content, max(round(width * scale), 1), max(round(height * scale), 1), alt_text)
