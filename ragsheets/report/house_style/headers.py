"""Read the headers and footers of a house document: visible content is copied, references to elsewhere are removed.

ECMA-376 part 1, 17 describes each element under its name.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from lxml import etree

from ragsheets.formats.opc import Relationship
from ragsheets.formats.xml import serialise
from ragsheets.report.house_style.document import HouseDocument, is_colour, r, w
from ragsheets.report.house_style.legibility import background_of, readable_ink, replacement_warning

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

_DRAWING_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
#: Deleted content, content of other programs, and marks of changes, comments and controls.
_REMOVED_ELEMENTS = tuple(
    w(name)
    for name in (
        *("del", "moveFrom", "object", "control", "altChunk", "subDoc", "ruby", "pict"),
        *("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "bookmarkStart", "bookmarkEnd"),
        *("permStart", "permEnd", "proofErr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "numPr", "framePr"),
        *("lastRenderedPageBreak", "footnoteReference", "endnoteReference"),
        *(f"move{way}Range{end}" for way in ("From", "To") for end in ("Start", "End")),
        *(f"customXml{way}Range{end}" for way in ("Ins", "Del", "MoveFrom", "MoveTo") for end in ("Start", "End")),
        *(f"{kind}Change" for kind in ("pPr", "rPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr")),
        "numberingChange",
    )
)
_UNWRAPPED_ELEMENTS = tuple(
    w(name) for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo")
)
_STYLE_REFERENCES = (w("pStyle"), w("rStyle"), w("tblStyle"))
_UNKEPT_FIELD = w("unkeptField")
_DRAWING = w("drawing")
_EXTENSION_ELEMENT = f"{{{_DRAWING_NAMESPACE}}}ext"
_ALTERNATE_CONTENT = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_DRAWING_LINKS = tuple(f"{{{_DRAWING_NAMESPACE}}}hlink{event}" for event in ("Click", "Hover"))
_RELATIONSHIP_PREFIX = r("")
#: The first id of a drawing in a header or footer, so that no id occurs twice in the document.
_FIRST_DRAWING_ID = 100
#: Marks a picture as decorative, without information (MS-ODRAWXML, 2.24.3.78, decorative).
_DECORATIVE_XML = (
    f'<a:extLst xmlns:a="{_DRAWING_NAMESPACE}">'
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


class HeaderPart(NamedTuple):
    """A part of a house document that is a header or footer, with its tree."""

    kind: HeaderFooterKind
    page_kind: str
    path: str
    tree: Any


def header_parts(document: HouseDocument) -> list[HeaderPart]:
    """Return the headers and footers of the last section, some of them inherited from the sections before it."""
    ids: dict[tuple[HeaderFooterKind, str], str] = {}
    for section in document.sections():
        for kind in ("header", "footer"):
            for reference in section.findall(w(f"{kind}Reference")):
                ids[kind, reference.get(w("type"), "default")] = reference.get(r("id"), "")
    parts, relationships = [], document.package.relationships(document.document_part)
    for (kind, page_kind), relationship_id in ids.items():
        relationship = relationships.get(relationship_id)
        tree = document.part_tree(relationship.part) if relationship and relationship.part else None
        if relationship and tree is not None and tree.tag in _ROOT_ELEMENTS:
            parts.append(HeaderPart(kind, page_kind, relationship.part, tree))
    return parts


def styles_used_in(parts: Iterable[HeaderPart]) -> list[str]:
    """Return the ids of the styles that headers and footers use, each once."""
    elements = (element for part in parts for element in part.tree.iter(*_STYLE_REFERENCES))
    return list(dict.fromkeys(element.get(w("val"), "") for element in elements))


class HeaderFooterReader:
    """Reader of the headers and footers of a house document.

    `ink` replaces a text colour that is too pale to read; `warnings` describes what was left out or changed.
    """

    def __init__(self, document: HouseDocument, style_ids: Mapping[str, str], ink: str) -> None:
        self._document, self._style_ids, self._ink = document, style_ids, ink
        self._drawing_ids = itertools.count(_FIRST_DRAWING_ID)
        self.warnings: list[str] = []

    def read(self, part: HeaderPart) -> HeaderFooter | None:
        """Return what is copied of a header or footer; None where nothing of it is visible."""
        tree, pictures = part.tree, self._read_pictures(self._document.package.relationships(part.path))
        if any(not list(vml_picture.iterancestors(_ALTERNATE_CONTENT)) for vml_picture in tree.iter(w("pict"))):
            self._warn(
                "A picture in a header or footer of the style document was left out, because it is of an old kind "
                "(VML); insert it there again."
            )
        _remove_changes(tree)
        _remove_fields(tree)
        self._remove_drawings_without_pictures(tree, pictures)
        self._rename_styles(tree)
        self._fix_contrast(tree)
        shown = tree.iter(w("t"), _DRAWING, w("fldSimple"), w("instrText"))
        if not any(element.text or element.tag != w("t") for element in shown):
            return None
        used_ids = {
            value
            for element in tree.iter(etree.Element)
            for name, value in element.attrib.items()
            if _RELATIONSHIP_PREFIX in name
        }
        etree.cleanup_namespaces(tree, keep_ns_prefixes=_prefixes_to_ignore(tree))
        used_pictures = {name: picture for name, picture in pictures.items() if name in used_ids}
        return HeaderFooter(part.kind, part.page_kind, serialise(tree), used_pictures)

    def _read_pictures(self, relationships: Mapping[str, Relationship]) -> dict[str, HeaderFooterPicture]:
        pictures = {}
        for name, relationship in relationships.items():
            if relationship.kind != "image" or not relationship.part:
                continue
            content = self._document.package.read(relationship.part)
            kind = next((kind for start, kind in _PICTURE_KINDS.items() if content.startswith(start)), None)
            if kind:
                pictures[name] = HeaderFooterPicture(content, *kind)
            else:
                self._warn(
                    f"The picture {posixpath.basename(relationship.part)} in a header or footer of the style document "
                    "was left out, because its format cannot be copied; insert it there as .png."
                )
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
            properties.set("id", str(next(self._drawing_ids)))
            if not properties.get("descr"):
                for child in list(properties):
                    properties.remove(child)
                properties.append(etree.fromstring(_DECORATIVE_XML))

    def _rename_styles(self, tree: Any) -> None:
        for element in list(tree.iter(*_STYLE_REFERENCES)):
            report_id = self._style_ids.get(element.get(w("val"), ""))
            if report_id is None:
                _remove(element)
            else:
                element.set(w("val"), report_id)

    def _fix_contrast(self, tree: Any) -> None:
        """Change the colour of text that is too pale for its background to the text colour of the report."""
        for colour in tree.iter(w("color")):
            ink = colour.get(w("val"), "auto").upper()
            if is_colour(ink) and not list(colour.iterancestors(w("txbxContent"))):
                background = background_of(colour.iterancestors(w("r"), w("p"), w("tc")))
                used_ink = readable_ink(ink, background, [self._ink])
                if used_ink != ink:
                    colour.set(w("val"), used_ink)
                    self._warn(replacement_warning("Text of a header or footer", ink, background, used_ink))

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def _remove_changes(tree: Any) -> None:
    """Remove deleted content; of the rest, remove only the markup of links, changes, comments and controls."""
    etree.strip_elements(tree, *_REMOVED_ELEMENTS, *_DRAWING_LINKS, etree.Comment, etree.PI, with_tail=False)
    etree.strip_tags(tree, *_UNWRAPPED_ELEMENTS)
    for element in tree.iter(etree.Element):
        for name in [name for name in element.attrib if "}rsid" in name or etree.QName(name).localname == "href"]:
            del element.attrib[name]


def _remove_fields(tree: Any) -> None:
    """Keep the fields in `_KEPT_FIELDS`; replace every other field by the text of its last result."""
    for field in list(tree.iter(w("fldSimple"))):
        if not _KEPT_FIELDS.match(field.get(w("instr"), "")):
            field.tag = _UNKEPT_FIELD
    etree.strip_tags(tree, _UNKEPT_FIELD)
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


def _prefixes_to_ignore(tree: Any) -> list[str]:
    """Return the namespace prefixes that a part lists as ignorable or required.

    Word reports a part as damaged that does not declare them.
    """
    prefixes: list[str] = tree.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", "").split()
    for element in tree.iter(etree.Element):
        prefixes += element.get("Requires", "").split()
    return prefixes
