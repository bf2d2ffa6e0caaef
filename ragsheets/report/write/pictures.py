"""Pictures in the line of the text, and the logo above the title."""

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

#: English metric units in a twentieth of a point (ECMA-376 part 1, 20.1.2.1), and in a millimetre.
EMU_PER_TWIP, _EMU_PER_MILLIMETRE = 635, 36000

#: The most that a logo takes of the first page, in millimetres.
_MAX_LOGO_WIDTH, _MAX_LOGO_HEIGHT = 60, 18
#: The kinds of picture that a logo may be, by their content types.
_LOGO_CONTENT_TYPES = ("image/png", "image/jpeg")
#: The id by which the document names the logo, and the logo's own among the drawings (the chart is the first).
_RELATIONSHIP_ID, _DRAWING_ID = "rIdLogo", 2

_PICTURE_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


def drawing_paragraph(
    graphic: str, namespace: str, size: tuple[int, int], drawing_id: int, title: str, description: str
) -> str:
    """A paragraph with one drawing in it.

    Args:
        graphic: what is drawn, as DrawingML.
        kind: the namespace that says what it is.
        size: its width and height in English metric units.
        number: its own number among the document's drawings.
        title: what it is called.
        description: the same in words, for those who cannot see it.
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
    """A picture above the title: its bytes, its size in English metric units, and what it shows in words."""

    content: bytes
    width: int
    height: int
    alt_text: str

    def paragraph(self) -> str:
        """The paragraph that shows it."""
        size = f'<a:off x="0" y="0"/><a:ext cx="{self.width}" cy="{self.height}"/>'
        graphic = (
            f'<pic:pic xmlns:pic="{_PICTURE_NAMESPACE}"><pic:nvPicPr><pic:cNvPr id="0" name="Logo"/>'
            "<pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{_RELATIONSHIP_ID}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm>{size}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        )
        alternative = self.alt_text
        return drawing_paragraph(
            graphic, _PICTURE_NAMESPACE, (self.width, self.height), _DRAWING_ID, alternative, alternative
        )

    def add_to(self, document: Any) -> None:
        """Put it into the package of a python-docx document."""
        image = Image.from_blob(self.content)
        part = ImagePart(PackURI(f"/word/media/logo.{image.ext}"), image.content_type, self.content, image)
        document.part.load_rel(RELATIONSHIP_TYPE.IMAGE, part, _RELATIONSHIP_ID)


def parse_logo(content: bytes, name: str, alt_text: str) -> Logo:
    """The logo in a file of that name, as large as it is but no larger than is decent.

    Raises ReportError where it is neither PNG nor JPEG.
    """
    try:
        image = Image.from_blob(content)
        kind, width, height = image.content_type, int(image.width), int(image.height)
    except Exception:  # noqa: BLE001  a JPEG cut short makes python-docx raise just that, with no name of its own
        kind, width, height = "", 0, 0
    if kind not in _LOGO_CONTENT_TYPES or width < 1 or height < 1:
        raise ReportError("is no picture that can be used.", where=name, fix="Save the logo as .png or .jpg.")
    most = (_MAX_LOGO_WIDTH * _EMU_PER_MILLIMETRE / width, _MAX_LOGO_HEIGHT * _EMU_PER_MILLIMETRE / height)
    scale = min(1.0, *most)
    return Logo(content, max(round(width * scale), 1), max(round(height * scale), 1), alt_text)
