"""Read the drawings of an Open XML workbook: text boxes, pictures, charts, embedded objects (ECMA-376 part 1, 20.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import cell_address
from ragsheets.formats.opc import OfficePackage, Relationship
from ragsheets.formats.spreadsheet.details import TICK_MARKS, Annotation, join_lines

_ANCHOR_ELEMENTS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_SHAPE_ELEMENTS = ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")
_UNCLOSED_BREAK = re.compile(rb"<br\s*+>", re.IGNORECASE)
#: Shapes of old drawings that are notes, or controls without text from a contact.
_IGNORED_VML_TYPES = ("note", "drop", "scroll", "spin", "list", "pict")
_TICKED_TYPES = ("checkbox", "radio")
_CONTROL_TYPES = (*_TICKED_TYPES, "button", "label", "gbox", "groupbox")


def read_drawing(package: OfficePackage, part: str) -> Iterator[Annotation]:
    """Yield the text boxes, pictures and words of charts of a drawing, in its order.

    Raises ReturnError where a part is not well-formed XML.
    """
    for anchor in package.parse_xml(part):
        if xml.local_name(anchor) in _ANCHOR_ELEMENTS:
            cell = _anchor_cell(anchor)
            yield from (annotation._replace(cell=cell) for annotation in _read_shapes(anchor, package, part))


def _anchor_cell(anchor: xml.Element) -> str:
    start = xml.child(anchor, "from")
    if start is None:
        return ""
    facts = {xml.local_name(part): (part.text or "").strip() for part in start}
    row, column = (xml.parse_int(facts.get(name, "")) for name in ("row", "col"))
    return cell_address((row, column)) if row >= 0 and column >= 0 else ""


def _read_shapes(group: xml.Element, package: OfficePackage, part: str) -> Iterator[Annotation]:
    for element in group:
        match xml.local_name(element):
            case "sp" | "cxnSp":
                if text := _shape_text(element):
                    yield Annotation("text-box", text=text)
                if next(xml.descendants(element, "blip"), None) is not None:
                    yield Annotation("picture", text=_alt_text(element))
            case "pic":
                yield Annotation("picture", text=_alt_text(element))
            case "graphicFrame":
                yield from _read_diagram(element, package, part)
                yield from _read_charts(element, package, part)
            case "grpSp":
                yield from _read_shapes(element, package, part)
            case "AlternateContent":
                yield from _read_shapes(_choose_alternative(element), package, part)


def _choose_alternative(alternatives: xml.Element) -> xml.Element:
    """Return the content for newer programs, or the fallback for older ones if the former has no known shape."""
    first = alternatives[0] if len(alternatives) else alternatives
    if any(xml.local_name(shape) in _SHAPE_ELEMENTS for shape in first):
        return first
    fallback = xml.child(alternatives, "Fallback")
    return first if fallback is None else fallback


def _shape_text(element: xml.Element) -> str:
    """Return the text of a shape or a diagram, a line for each paragraph."""
    return "\n".join(paragraph_lines(element)).strip()


def _alt_text(element: xml.Element) -> str:
    """Return the alternative text of a picture, or its name."""
    facts = next(xml.descendants(element, "cNvPr"), None)
    if facts is None:
        return ""
    return next(filter(None, (xml.attribute(facts, name).strip() for name in ("descr", "title", "name"))), "")


def _read_diagram(frame: xml.Element, package: OfficePackage, part: str) -> Iterator[Annotation]:
    """Yield the text of SmartArt, which is in a part of its own."""
    pointer = next(xml.descendants(frame, "relIds"), None)
    if pointer is None:
        return
    link = package.relationships(part).get(xml.attribute(pointer, "dm"))
    if link and link.part in package and (text := _shape_text(package.parse_xml(link.part))):
        yield Annotation("text-box", text=re.sub(r"\n{2,}", "\n", text))


def _read_charts(frame: xml.Element, package: OfficePackage, part: str) -> Iterator[Annotation]:
    """Yield the words of the charts in a frame, which are in parts of their own."""
    for pointer in xml.descendants(frame, "chart"):
        link = package.relationships(part).get(xml.attribute(pointer, "id"))
        try:
            text = chart_text(package, link.part) if link else ""
        except ReturnError:
            yield Annotation("unreadable-comments", text=link.part if link else "")
            continue
        if text:
            yield Annotation("chart-text", text=text)


def chart_text(package: OfficePackage, part: str) -> str:
    """Return the words of a chart, a line for each; words that the chart takes from cells are left out.

    Raises ReturnError where a part is not well-formed XML.
    """
    if part not in package:
        return ""
    root = package.parse_xml(part)
    lines = paragraph_lines(root)
    for name in xml.descendants(root, "tx", "cat", "txData"):
        # The name of a series, or the categories, typed into the chart; beside or below a reference is only a copy.
        if xml.child(name, "f") is None:
            literals = [child for child in name if xml.local_name(child) in ("v", "strLit")]
            lines += [value.text or "" for literal in literals for value in xml.descendants(literal, "v")]
    for link in package.relationships(part).values():
        if link.kind == "chartUserShapes" and link.part in package:
            lines += paragraph_lines(package.parse_xml(link.part))
    return join_lines(lines)


def paragraph_lines(element: xml.Element) -> list[str]:
    """Return the paragraphs of a shape, a diagram or a chart as lines."""
    lines = []
    for paragraph in xml.descendants(element, "p"):
        pieces = xml.descendants(paragraph, "t", "br", "tab")
        lines.append(
            "".join({"br": "\n", "tab": "\t"}.get(xml.local_name(piece), piece.text or "") for piece in pieces)
        )
    return lines


# ------------------------------------------------------------------------------------------------- old drawings


def read_vml_drawing(content: bytes, part: str) -> Iterator[Annotation]:
    """Yield the text boxes of a drawing in the old markup (VML), without the shapes of notes.

    Programs write invalid XML here, such as HTML's unclosed line breaks, so it is read as far as possible.
    """
    if not content.strip():
        return
    root = xml.parse(_UNCLOSED_BREAK.sub(b"<br/>", content), part, recover=True)
    for shape in xml.descendants(root, "shape", "rect", "roundrect", "oval"):
        data = next(xml.descendants(shape, "ClientData"), None)
        kind = "" if data is None else xml.attribute(data, "ObjectType").lower()
        box = next(xml.descendants(shape, "textbox"), None)
        if box is None or kind in _IGNORED_VML_TYPES:
            continue
        if text := "\n".join(filter(None, (line.strip() for line in _vml_lines(box)))):
            code = "form-control" if kind in _CONTROL_TYPES else "text-box"
            if kind in _TICKED_TYPES and data is not None:
                text += TICK_MARKS[_is_ticked(data)]
            yield Annotation(code, "", "" if data is None else _vml_cell(data), text)


def caption_of(control: Annotation) -> str:
    """Return the caption of a control without whether it is ticked."""
    return next((control.text.removesuffix(mark) for mark in TICK_MARKS if control.text.endswith(mark)), control.text)


def _is_ticked(data: xml.Element) -> bool:
    mark = xml.child(data, "Checked")
    return mark is not None and (mark.text or "").strip() not in ("0", "False", "false")


def _vml_lines(box: xml.Element) -> list[str]:
    lines = [""]
    for element in box.iter():
        if xml.local_name(element) in ("div", "br", "p"):
            lines.append("")
        lines[-1] += element.text or ""
        if element is not box:
            lines[-1] += element.tail or ""
    return [re.sub(r"\s+", " ", line) for line in lines]


def _vml_cell(data: xml.Element) -> str:
    anchor = xml.child(data, "Anchor")
    numbers = re.findall(r"\d+", "" if anchor is None else anchor.text or "")[:3]
    column, _, row = map(xml.parse_int, numbers) if len(numbers) == 3 else (-1, -1, -1)
    return cell_address((row, column)) if row >= 0 and column >= 0 else ""


# --------------------------------------------------------------------------------------------- embedded objects


def read_embedded_objects(
    package: OfficePackage, part: str, relationships: Mapping[str, Relationship]
) -> Iterator[Annotation]:
    """Yield the files and objects embedded in a sheet, with their program or the name of their part."""
    objects: dict[str, xml.Element] = {}
    if not part.endswith(".bin") and b"oleObject" in (content := package.read_xml(part)):
        for element in xml.descendants(xml.parse(content, part), "oleObject"):
            # Written twice, for newer and for older programs; the newer comes first and has the anchor.
            objects.setdefault(xml.attribute(element, "id"), element)
    for ident, (kind, target) in relationships.items():
        if kind in ("oleObject", "package") and target:
            ole_object = objects.get(ident)
            program = "" if ole_object is None else xml.attribute(ole_object, "progId")
            yield Annotation("embedded-object", "", _embedded_cell(ole_object), program or target.rpartition("/")[2])


def _embedded_cell(element: xml.Element | None) -> str:
    anchor = None if element is None else next(xml.descendants(element, "anchor"), None)
    return "" if anchor is None else _anchor_cell(anchor)
