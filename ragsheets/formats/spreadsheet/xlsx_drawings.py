"""What the drawings of an Open XML workbook show: text boxes, pictures, embedded objects (ECMA-376 part 1, 20.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.formats import xml
from ragsheets.formats.a1 import cell_name
from ragsheets.formats.opc import Package, Relationship
from ragsheets.formats.spreadsheet.details import Remark

_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_SHAPES = ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")
_OPEN_BREAK = re.compile(rb"<br\s*+>", re.IGNORECASE)
#: Shapes of old drawings that are notes, or controls without words of a contact.
_VML_SILENT = ("note", "drop", "scroll", "spin", "list", "pict")


def shown_in(package: Package, part: str) -> Iterator[Remark]:
    """The text boxes and pictures of a drawing, in its order; charts say nothing.

    Raises ReturnError where a part is no sound XML.
    """
    for anchor in package.tree(part):
        if xml.local(anchor) in _ANCHORS:
            cell = _anchor_cell(anchor)
            yield from (remark._replace(cell=cell) for remark in _shapes(anchor, package, part))


def _anchor_cell(anchor: xml.Element) -> str:
    start = xml.child(anchor, "from")
    if start is None:
        return ""
    facts = {xml.local(part): (part.text or "").strip() for part in start}
    row, column = (xml.number(facts.get(name, "")) for name in ("row", "col"))
    return cell_name((row, column)) if row >= 0 and column >= 0 else ""


def _shapes(group: xml.Element, package: Package, part: str) -> Iterator[Remark]:
    for element in group:
        match xml.local(element):
            case "sp" | "cxnSp":
                if text := _paragraphs(element):
                    yield Remark("text-box", text=text)
                if next(xml.inside(element, "blip"), None) is not None:
                    yield Remark("picture", text=_described(element))
            case "pic":
                yield Remark("picture", text=_described(element))
            case "graphicFrame":
                yield from _diagram(element, package, part)
            case "grpSp":
                yield from _shapes(element, package, part)
            case "AlternateContent":
                yield from _shapes(_choice(element), package, part)


def _choice(alternatives: xml.Element) -> xml.Element:
    """What newer programs show; what is written for older ones only where the newer shows no shape known here."""
    first = alternatives[0] if len(alternatives) else alternatives
    if any(xml.local(shape) in _SHAPES for shape in first):
        return first
    fallback = xml.child(alternatives, "Fallback")
    return first if fallback is None else fallback


def _paragraphs(element: xml.Element) -> str:
    """The text of a shape or a diagram, a line for each paragraph."""
    lines = []
    for paragraph in xml.inside(element, "p"):
        pieces = xml.inside(paragraph, "t", "br", "tab")
        lines.append("".join({"br": "\n", "tab": "\t"}.get(xml.local(piece), piece.text or "") for piece in pieces))
    return "\n".join(lines).strip()


def _described(element: xml.Element) -> str:
    """What is said of a picture for those who do not see it, or its name."""
    facts = next(xml.inside(element, "cNvPr"), None)
    if facts is None:
        return ""
    return next(filter(None, (xml.get(facts, name).strip() for name in ("descr", "title", "name"))), "")


def _diagram(frame: xml.Element, package: Package, part: str) -> Iterator[Remark]:
    """The words of SmartArt, which lie in a part of their own."""
    pointer = next(xml.inside(frame, "relIds"), None)
    if pointer is None:
        return
    link = package.relationships(part).get(xml.get(pointer, "dm"))
    if link and link.part in package and (text := _paragraphs(package.tree(link.part))):
        yield Remark("text-box", text=re.sub(r"\n{2,}", "\n", text))


# ------------------------------------------------------------------------------------------------- old drawings


def shown_in_vml(content: bytes, part: str) -> Iterator[Remark]:
    """The text boxes of a drawing in the old markup (VML), where notes are drawn too; those are passed over.

    Programs write it carelessly, HTML's open line breaks among it, so it is read as far as it goes.
    """
    if not content.strip():
        return
    root = xml.tree(_OPEN_BREAK.sub(b"<br/>", content), part, forgiving=True)
    for shape in xml.inside(root, "shape", "rect", "roundrect", "oval"):
        data = next(xml.inside(shape, "ClientData"), None)
        kind = "" if data is None else xml.get(data, "ObjectType").lower()
        box = next(xml.inside(shape, "textbox"), None)
        if box is None or kind in _VML_SILENT:
            continue
        if text := "\n".join(filter(None, (line.strip() for line in _vml_lines(box)))):
            yield Remark("text-box", "", "" if data is None else _vml_cell(data), text)


def _vml_lines(box: xml.Element) -> list[str]:
    lines = [""]
    for element in box.iter():
        if xml.local(element) in ("div", "br", "p"):
            lines.append("")
        lines[-1] += element.text or ""
        if element is not box:
            lines[-1] += element.tail or ""
    return [re.sub(r"\s+", " ", line) for line in lines]


def _vml_cell(data: xml.Element) -> str:
    anchor = xml.child(data, "Anchor")
    numbers = re.findall(r"\d+", "" if anchor is None else anchor.text or "")[:3]
    column, _, row = map(xml.number, numbers) if len(numbers) == 3 else (-1, -1, -1)
    return cell_name((row, column)) if row >= 0 and column >= 0 else ""


# --------------------------------------------------------------------------------------------- embedded objects


def embedded_in(package: Package, part: str, links: Mapping[str, Relationship]) -> Iterator[Remark]:
    """The files and objects embedded in a sheet: what program they are of, or the name of their part."""
    objects: dict[str, xml.Element] = {}
    if not part.endswith(".bin") and b"oleObject" in (content := package.xml_bytes(part)):
        for element in xml.inside(xml.tree(content, part), "oleObject"):
            # Written twice, for newer and for older programs; the newer comes first and says where it stands.
            objects.setdefault(xml.get(element, "id"), element)
    for ident, (kind, target) in links.items():
        if kind in ("oleObject", "package") and target:
            found = objects.get(ident)
            program = "" if found is None else xml.get(found, "progId")
            yield Remark("embedded-object", "", _embedded_cell(found), program or target.rpartition("/")[2])


def _embedded_cell(element: xml.Element | None) -> str:
    anchor = None if element is None else next(xml.inside(element, "anchor"), None)
    return "" if anchor is None else _anchor_cell(anchor)
