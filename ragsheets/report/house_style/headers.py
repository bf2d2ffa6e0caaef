"""Read the headers and footers of a house document: visible content is copied, references to elsewhere are removed.

ECMA-376 part 1, 17 describes each element under its name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree

from ragsheets.formats.opc import Relationship
from ragsheets.report.house_style.document import HouseDocument, is_colour, r, w
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast

#: The pictures that are copied, by their first bytes; other content of a picture part is ignored.
_PICTURE_KINDS = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF8": ("gif", "image/gif"),
    b"BM": ("bmp", "image/bmp"),
    b"II*\x00": ("tif", "image/tiff"),
    b"MM\x00*": ("tif", "image/tiff"),
}

#: Fields about the document itself; any other may refer to something outside it, so only its last result is copied.
_KEPT_FIELDS = re.compile(r"\s*(PAGE|NUMPAGES|SECTION|SECTIONPAGES|TITLE|SUBJECT|AUTHOR|STYLEREF|=)\b", re.IGNORECASE)

_DELETED_ELEMENTS = tuple(
    w(name) for name in ("del", "moveFrom", "object", "control", "altChunk", "subDoc", "ruby", "pict")
)
_UNWRAPPED_ELEMENTS = tuple(
    w(name) for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo")
)
_REMOVED_ELEMENTS = re.compile(
    r"(comment(RangeStart|RangeEnd|Reference)|annotationRef|bookmark(Start|End)|permStart|permEnd|proofErr"
    r"|move(From|To)Range(Start|End)|customXml(Ins|Del|MoveFrom|MoveTo)Range(Start|End)|sdtPr|sdtEndPr|smartTagPr"
    r"|customXmlPr|numPr|lastRenderedPageBreak|footnoteReference|endnoteReference|framePr|\w+Change)"
)
_DRAWING = w("drawing")
_EXTENSION_ELEMENT = "{http://schemas.openxmlformats.org/drawingml/2006/main}ext"
_ALTERNATE_CONTENT = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_DRAWING_LINKS = tuple(
    f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}hlink{event}" for event in ("Click", "Hover")
)
_RELATIONSHIP_PREFIX = r("")
#: The first id of a drawing in a header or footer, so that no id occurs twice in the document.
_FIRST_DRAWING_ID = 100
#: Marks a picture as decorative, without information (MS-ODRAWXML, 2.24.3.78, decorative).
_DECORATIVE_XML = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)

#: The root elements of a header part and a footer part.
_ROOT_ELEMENTS = (w("hdr"), w("ftr"))

HeaderFooterKind = Literal["header", "footer"]


@dataclass(frozen=True, slots=True)
class HeaderFooterPicture:
    """The bytes of a picture with the file suffix and the content type of its format."""

    content: bytes
    suffix: str
    content_type: str


@dataclass(frozen=True, slots=True)
class HeaderFooter:
    """A header or footer: its pages (`default`, `first` or `even`), its XML, and its pictures by relationship id."""

    kind: HeaderFooterKind
    page_kind: str
    xml: bytes
    pictures: Mapping[str, HeaderFooterPicture]


class HeaderFooterReader:
    """Reader of the headers and footers of a house document.

    `ink` replaces a text colour that is too pale to read; `warnings` describes what was left out or changed.
    """

    def __init__(self, document: HouseDocument, style_ids: Mapping[str, str], ink: str) -> None:
        self._document, self._style_ids, self._ink = document, style_ids, ink
        self._next_drawing_id = _FIRST_DRAWING_ID
        self.warnings: list[str] = []

    def read_all(self) -> Iterator[HeaderFooter]:
        """Yield every visible header and footer of the last section, some of them inherited from earlier sections."""
        for (kind, page_kind), relationship_id in header_references_of(self._document).items():
            relationship = self._document.relationships.get(relationship_id)
            if relationship is None or not relationship.part:
                continue
            tree = self._document.part_tree(relationship.part)
            if (
                tree is not None
                and tree.tag in _ROOT_ELEMENTS
                and (header_footer := self._clean(kind, page_kind, relationship.part, tree))
            ):
                yield header_footer

    def _clean(self, kind: HeaderFooterKind, page_kind: str, path: str, tree: Any) -> HeaderFooter | None:
        pictures = self._read_pictures(self._document.relationships_of(path))
        if any(not list(vml_picture.iterancestors(_ALTERNATE_CONTENT)) for vml_picture in tree.iter(w("pict"))):
            self._warn("A picture of an old kind (VML) in its margins was left out; insert it anew in Word.")
        _remove_changes(tree)
        _remove_fields(tree)
        self._remove_drawings_without_pictures(tree, pictures)
        self._rename_styles(tree)
        self._fix_contrast(tree)
        is_visible = any(text.text for text in tree.iter(w("t"))) or any(
            True for _ in tree.iter(_DRAWING, w("fldSimple"), w("instrText"))
        )
        if not is_visible:
            return None
        used_ids = {
            value
            for element in tree.iter(etree.Element)
            for name, value in element.attrib.items()
            if _RELATIONSHIP_PREFIX in name
        }
        etree.cleanup_namespaces(tree, keep_ns_prefixes=_prefixes_to_ignore(tree))
        xml = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
        return HeaderFooter(
            kind, page_kind, xml, {name: picture for name, picture in pictures.items() if name in used_ids}
        )

    def _read_pictures(self, relationships: Mapping[str, Relationship]) -> dict[str, HeaderFooterPicture]:
        pictures = {}
        for name, relationship in relationships.items():
            if relationship.kind != "image" or not relationship.part:
                continue
            content = self._document.part_bytes(relationship.part) or b""
            picture_kind = next(
                (picture_kind for signature, picture_kind in _PICTURE_KINDS.items() if content.startswith(signature)),
                None,
            )
            if picture_kind:
                pictures[name] = HeaderFooterPicture(content, *picture_kind)
            else:
                file = posixpath.basename(relationship.part)
                self._warn(f"The picture {file} in its margins is of a kind that cannot be taken; save it as .png.")
        return pictures

    def _remove_drawings_without_pictures(self, tree: Any, pictures: Mapping[str, HeaderFooterPicture]) -> None:
        """Remove every drawing that refers to anything but a copied picture."""
        for element in list(tree.iter(etree.Element)):
            names = [name for name in element.attrib if _RELATIONSHIP_PREFIX in name]
            if any(element.get(name) not in pictures or not name.endswith("}embed") for name in names):
                containers = (element, *element.iterancestors(_EXTENSION_ELEMENT, _DRAWING))
                inner = next(
                    (container for container in containers if container.tag in (_EXTENSION_ELEMENT, _DRAWING)), element
                )
                if inner.tag == _EXTENSION_ELEMENT:  # an alternative version of the same picture
                    _remove(inner)
                    continue
                outer = next((container for container in inner.iterancestors(_ALTERNATE_CONTENT)), inner)
                _remove(outer)
        for properties in tree.iter("{*}docPr"):
            properties.set("id", str(self._next_drawing_id))
            self._next_drawing_id += 1
            if not properties.get("descr"):
                for child in list(properties):
                    properties.remove(child)
                properties.append(etree.fromstring(_DECORATIVE_XML))

    def _rename_styles(self, tree: Any) -> None:
        for element in list(tree.iter(w("pStyle"), w("rStyle"), w("tblStyle"))):
            report_id = self._style_ids.get(element.get(w("val"), ""))
            if report_id is None:
                _remove(element)
            else:
                element.set(w("val"), report_id)

    def _fix_contrast(self, tree: Any) -> None:
        """Change the colour of text that is too pale for its background to the text colour of the report."""
        for colour in tree.iter(w("color")):
            ink = colour.get(w("val"), "auto")
            if is_colour(ink) and not list(colour.iterancestors(w("txbxContent"))):
                background = _background(colour)
                if contrast(ink, background) < MIN_CONTRAST <= contrast(self._ink, background):
                    colour.set(w("val"), self._ink)
                    self._warn(f"The colour {ink} in its margins cannot be read on {background}; {self._ink} is used.")

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def header_references_of(document: HouseDocument) -> dict[tuple[HeaderFooterKind, str], str]:
    """Return the relationship ids of the last section's headers and footers, by kind and page kind.

    A section without a header or footer of its own inherits that of the section before it.
    """
    references: dict[tuple[HeaderFooterKind, str], str] = {}
    for section in document.sections():
        for kind in ("header", "footer"):
            for reference in section.findall(w(f"{kind}Reference")):
                references[kind, reference.get(w("type"), "default")] = reference.get(r("id"), "")
    return references


def header_style_ids(document: HouseDocument) -> list[str]:
    """Return the ids of the styles that the document's headers and footers use."""
    style_ids: dict[str, None] = {}
    for relationship_id in header_references_of(document).values():
        relationship = document.relationships.get(relationship_id)
        tree = document.part_tree(relationship.part) if relationship else None
        if tree is not None:
            style_ids |= dict.fromkeys(
                element.get(w("val"), "") for element in tree.iter(w("pStyle"), w("rStyle"), w("tblStyle"))
            )
    return list(style_ids)


def _background(element: Any) -> str:
    """Return the background colour of a piece of text in a header or footer."""
    for ancestor in element.iterancestors(w("r"), w("p"), w("tc")):
        for shading in ancestor.findall(f"{w('rPr')}/{w('shd')}") + ancestor.findall(f"*/{w('shd')}"):
            fill = shading.get(w("fill"), "auto")
            if is_colour(fill):
                return str(fill)
    return WHITE


def _remove_changes(tree: Any) -> None:
    """Remove deleted content; of the rest, remove only the markup of links, changes, comments and controls."""
    for element in list(tree.iter(*_DELETED_ELEMENTS, *_DRAWING_LINKS)):
        _remove(element)
    for element in list(tree.iter(etree.Element, etree.Comment, etree.PI)):
        if not isinstance(element.tag, str) or _REMOVED_ELEMENTS.fullmatch(etree.QName(element).localname):
            _remove(element)
    for element in list(tree.iter(*_UNWRAPPED_ELEMENTS)):
        _unwrap(element)
    for element in tree.iter(etree.Element):
        for name in [name for name in element.attrib if "}rsid" in name or etree.QName(name).localname == "href"]:
            del element.attrib[name]


def _remove_fields(tree: Any) -> None:
    """Keep the fields in `_KEPT_FIELDS`; replace every other field by the text of its last result."""
    for field in list(tree.iter(w("fldSimple"))):
        if not _KEPT_FIELDS.match(field.get(w("instr"), "")):
            _unwrap(field)
    open_fields: list[list[Any]] = []
    for element in list(tree.iter(w("fldChar"), w("instrText"))):
        if element.get(w("fldCharType")) == "begin":
            open_fields.append([])
        if open_fields:
            open_fields[-1].append(element)
        if element.get(w("fldCharType")) == "end" and open_fields:
            _remove_field(open_fields.pop())


def _remove_field(elements: list[Any]) -> None:
    instruction = "".join(part.text or "" for part in elements if part.tag == w("instrText"))
    if not _KEPT_FIELDS.match(instruction):
        for part in elements:
            _remove(part)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Any) -> None:
    """Replace an element by its children."""
    parent = element.getparent()
    position = parent.index(element)
    for child in reversed(element):
        parent.insert(position, child)
    parent.remove(element)


def _prefixes_to_ignore(tree: Any) -> list[str]:
    """Return the namespace prefixes that a part lists as ignorable or required.

    Word reports a part as damaged that does not declare them.
    """
    prefixes: list[str] = tree.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", "").split()
    for element in tree.iter(etree.Element):
        prefixes += element.get("Requires", "").split()
    return prefixes
