"""The headers and footers of a house document, cleaned: what a page shows stays, whatever leads elsewhere goes.

What an element means is said under its name in ECMA-376 part 1, 17.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree

from ragsheets.report.house_style.document import HouseDocument, PartRelationship, is_colour, r, w
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast

#: Pictures that may come along, by how their bytes begin; what else a part may hold is left behind.
_PICTURE_KINDS = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF8": ("gif", "image/gif"),
    b"BM": ("bmp", "image/bmp"),
    b"II*\x00": ("tif", "image/tiff"),
    b"MM\x00*": ("tif", "image/tiff"),
}

#: Fields that say something of this very document; any other may reach outside it, and only its last result stays.
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
    f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}hlink{what}" for what in ("Click", "Hover")
)
_RELATIONSHIP_PREFIX = r("")
#: Ids of drawings are counted from here, so that none is used twice in the document.
_FIRST_DRAWING_ID = 100
#: Says of a picture that it tells nothing (MS-ODRAWXML, 2.24.3.78, decorative).
_DECORATIVE_XML = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)

#: What a header's and a footer's part begins with.
_ROOT_ELEMENTS = (w("hdr"), w("ftr"))

HeaderFooterKind = Literal["header", "footer"]


@dataclass(frozen=True, slots=True)
class HeaderFooterPicture:
    """A picture's bytes with the suffix and the content type of its kind."""

    content: bytes
    suffix: str
    content_type: str


@dataclass(frozen=True, slots=True)
class HeaderFooter:
    """A header or footer: on which pages (`default`, `first` or `even`), its XML, and its pictures by their ids."""

    kind: HeaderFooterKind
    page_kind: str
    xml: bytes
    pictures: Mapping[str, HeaderFooterPicture]


class HeaderFooterReader:
    """Takes the headers and footers out of a house document.

    `ink` is the colour that stands in for one too pale to read; `warnings` says what was left behind or changed.
    """

    def __init__(self, document: HouseDocument, style_ids: Mapping[str, str], ink: str) -> None:
        self._document, self._style_ids, self._ink = document, style_ids, ink
        self._next_drawing_id = _FIRST_DRAWING_ID
        self.warnings: list[str] = []

    def read_all(self) -> Iterator[HeaderFooter]:
        """Every header and footer of the last section that shows something, those before it standing in for it."""
        for (kind, pages), reference in header_references_of(self._document).items():
            relationship = self._document.relationships.get(reference)
            if relationship is None or relationship.is_external:
                continue
            tree = self._document.part_tree(relationship.target)
            if (
                tree is not None
                and tree.tag in _ROOT_ELEMENTS
                and (margin := self._clean(kind, pages, relationship.target, tree))
            ):
                yield margin

    def _clean(self, kind: HeaderFooterKind, page_kind: str, path: str, tree: Any) -> HeaderFooter | None:
        pictures = self._read_pictures(self._document.relationships_of(path))
        if any(not list(old.iterancestors(_ALTERNATE_CONTENT)) for old in tree.iter(w("pict"))):
            self._warn("A picture of an old kind (VML) in its margins was left out; insert it anew in Word.")
        _remove_changes(tree)
        _remove_fields(tree)
        self._remove_other_drawings(tree, pictures)
        self._rename_styles(tree)
        self._fix_contrast(tree)
        shown = any(text.text for text in tree.iter(w("t"))) or any(
            True for _ in tree.iter(_DRAWING, w("fldSimple"), w("instrText"))
        )
        if not shown:
            return None
        used = {
            value
            for each in tree.iter(etree.Element)
            for name, value in each.attrib.items()
            if _RELATIONSHIP_PREFIX in name
        }
        etree.cleanup_namespaces(tree, keep_ns_prefixes=_prefixes_to_ignore(tree))
        xml = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
        return HeaderFooter(kind, page_kind, xml, {name: picture for name, picture in pictures.items() if name in used})

    def _read_pictures(self, relationships: Mapping[str, PartRelationship]) -> dict[str, HeaderFooterPicture]:
        pictures = {}
        for name, relationship in relationships.items():
            if relationship.kind != "image" or relationship.is_external:
                continue
            content = self._document.part_bytes(relationship.target) or b""
            kind = next((kind for start, kind in _PICTURE_KINDS.items() if content.startswith(start)), None)
            if kind:
                pictures[name] = HeaderFooterPicture(content, *kind)
            else:
                file = posixpath.basename(relationship.target)
                self._warn(f"The picture {file} in its margins is of a kind that cannot be taken; save it as .png.")
        return pictures

    def _remove_other_drawings(self, tree: Any, pictures: Mapping[str, HeaderFooterPicture]) -> None:
        """Leave out every drawing that names anything but a picture that comes along."""
        for element in list(tree.iter(etree.Element)):
            names = [name for name in element.attrib if _RELATIONSHIP_PREFIX in name]
            if any(element.get(name) not in pictures or not name.endswith("}embed") for name in names):
                holders = (element, *element.iterancestors(_EXTENSION_ELEMENT, _DRAWING))
                inner = next((each for each in holders if each.tag in (_EXTENSION_ELEMENT, _DRAWING)), element)
                if inner.tag == _EXTENSION_ELEMENT:  # another form of the same picture
                    _remove(inner)
                    continue
                outer = next((each for each in inner.iterancestors(_ALTERNATE_CONTENT)), inner)
                _remove(outer)
        for properties in tree.iter("{*}docPr"):
            properties.set("id", str(self._next_drawing_id))
            self._next_drawing_id += 1
            if not properties.get("descr"):
                for former in list(properties):
                    properties.remove(former)
                properties.append(etree.fromstring(_DECORATIVE_XML))

    def _rename_styles(self, tree: Any) -> None:
        for element in list(tree.iter(w("pStyle"), w("rStyle"), w("tblStyle"))):
            name = self._style_ids.get(element.get(w("val"), ""))
            if name is None:
                _remove(element)
            else:
                element.set(w("val"), name)

    def _fix_contrast(self, tree: Any) -> None:
        """Give words that are too pale to read on their ground the ink of the report."""
        for colour in tree.iter(w("color")):
            ink = colour.get(w("val"), "auto")
            if is_colour(ink) and not list(colour.iterancestors(w("txbxContent"))):
                ground = _background(colour)
                if contrast(ink, ground) < MIN_CONTRAST <= contrast(self._ink, ground):
                    colour.set(w("val"), self._ink)
                    self._warn(f"The colour {ink} in its margins cannot be read on {ground}; {self._ink} is used.")

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def header_references_of(document: HouseDocument) -> dict[tuple[HeaderFooterKind, str], str]:
    """The ids of the headers and footers that hold in the last section; one without its own has the one before's."""
    found: dict[tuple[HeaderFooterKind, str], str] = {}
    for section in document.sections():
        for kind in ("header", "footer"):
            for reference in section.findall(w(f"{kind}Reference")):
                found[kind, reference.get(w("type"), "default")] = reference.get(r("id"), "")
    return found


def header_style_ids(document: HouseDocument) -> list[str]:
    """The ids of the styles that the document's headers and footers name."""
    used: dict[str, None] = {}
    for reference in header_references_of(document).values():
        relationship = document.relationships.get(reference)
        tree = document.part_tree(relationship.target) if relationship and not relationship.is_external else None
        if tree is not None:
            used |= dict.fromkeys(each.get(w("val"), "") for each in tree.iter(w("pStyle"), w("rStyle"), w("tblStyle")))
    return list(used)


def _background(element: Any) -> str:
    """The colour behind a piece of text in a margin."""
    for outer in element.iterancestors(w("r"), w("p"), w("tc")):
        for shading in outer.findall(f"{w('rPr')}/{w('shd')}") + outer.findall(f"*/{w('shd')}"):
            fill = shading.get(w("fill"), "auto")
            if is_colour(fill):
                return str(fill)
    return WHITE


def _remove_changes(tree: Any) -> None:
    """Leave out what is deleted, and the wrappings and marks of what is not: links, changes, comments, controls."""
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
    """Keep the fields that number pages or name the document; of the others keep the words that they last showed."""
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
    """Put what an element holds in its place."""
    parent = element.getparent()
    place = parent.index(element)
    for child in reversed(element):
        parent.insert(place, child)
    parent.remove(element)


def _prefixes_to_ignore(tree: Any) -> list[str]:
    """The prefixes that a part names as ones to overlook; Word calls a part damaged that does not declare them."""
    names: list[str] = tree.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", "").split()
    for element in tree.iter(etree.Element):
        names += element.get("Requires", "").split()
    return names
