"""What the drawings of an Open XML workbook show: text boxes, pictures, embedded objects (ECMA-376 part 1, 20.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.workbook.extras import Remark, cell_name, markup
from ragsheets.workbook.extras.package import Package, Relationship

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
        if markup.local(anchor) in _ANCHORS:
            cell = _anchor_cell(anchor)
            yield from (remark._replace(cell=cell) for remark in _shapes(anchor, package, part))


def _anchor_cell(anchor: markup.Element) -> str:
    start = markup.child(anchor, "from")
    if start is None:
        return ""
    facts = {markup.local(part): (part.text or "").strip() for part in start}
    row, column = (markup.number(facts.get(name, "")) for name in ("row", "col"))
    return cell_name((row, column)) if row >= 0 and column >= 0 else ""


def _shapes(group: markup.Element, package: Package, part: str) -> Iterator[Remark]:
    for element in group:
        match markup.local(element):
            case "sp" | "cxnSp":
                if text := _paragraphs(element):
                    yield Remark("text-box", text=text)
                if next(markup.inside(element, "blip"), None) is not None:
                    yield Remark("picture", text=_described(element))
            case "pic":
                yield Remark("picture", text=_described(element))
            case "graphicFrame":
                yield from _diagram(element, package, part)
            case "grpSp":
                yield from _shapes(element, package, part)
            case "AlternateContent":
                yield from _shapes(_choice(element), package, part)


def _choice(alternatives: markup.Element) -> markup.Element:
    """What newer programs show; what is written for older ones only where the newer shows no shape known here."""
    first = alternatives[0] if len(alternatives) else alternatives
    if any(markup.local(shape) in _SHAPES for shape in first):
        return first
    fallback = markup.child(alternatives, "Fallback")
    return first if fallback is None else fallback


def _paragraphs(element: markup.Element) -> str:
    """The text of a shape or a diagram, a line for each paragraph."""
    lines = []
    for paragraph in markup.inside(element, "p"):
        pieces = markup.inside(paragraph, "t", "br", "tab")
        lines.append("".join({"br": "\n", "tab": "\t"}.get(markup.local(piece), piece.text or "") for piece in pieces))
    return "\n".join(lines).strip()


def _described(element: markup.Element) -> str:
    """What is said of a picture for those who do not see it, or its name."""
    facts = next(markup.inside(element, "cNvPr"), None)
    if facts is None:
        return ""
    return next(filter(None, (markup.get(facts, name).strip() for name in ("descr", "title", "name"))), "")


def _diagram(frame: markup.Element, package: Package, part: str) -> Iterator[Remark]:
    """The words of SmartArt, which lie in a part of their own."""
    pointer = next(markup.inside(frame, "relIds"), None)
    if pointer is None:
        return
    link = package.relationships(part).get(markup.get(pointer, "dm"))
    if link and link.part in package and (text := _paragraphs(package.tree(link.part))):
        yield Remark("text-box", text=re.sub(r"\n{2,}", "\n", text))


# ------------------------------------------------------------------------------------------------- old drawings


def shown_in_vml(content: bytes, part: str) -> Iterator[Remark]:
    """The text boxes of a drawing in the old markup (VML), where notes are drawn too; those are passed over.

    Programs write it carelessly, HTML's open line breaks among it, so it is read as far as it goes.
    """
    if not content.strip():
        return
    root = markup.tree(_OPEN_BREAK.sub(b"<br/>", content), part, forgiving=True)
    for shape in markup.inside(root, "shape", "rect", "roundrect", "oval"):
        data = next(markup.inside(shape, "ClientData"), None)
        kind = "" if data is None else markup.get(data, "ObjectType").lower()
        box = next(markup.inside(shape, "textbox"), None)
        if box is None or kind in _VML_SILENT:
            continue
        if text := "\n".join(filter(None, (line.strip() for line in _vml_lines(box)))):
            yield Remark("text-box", "", "" if data is None else _vml_cell(data), text)


def _vml_lines(box: markup.Element) -> list[str]:
    lines = [""]
    for element in box.iter():
        if markup.local(element) in ("div", "br", "p"):
            lines.append("")
        lines[-1] += element.text or ""
        if element is not box:
            lines[-1] += element.tail or ""
    return [re.sub(r"\s+", " ", line) for line in lines]


def _vml_cell(data: markup.Element) -> str:
    anchor = markup.child(data, "Anchor")
    numbers = re.findall(r"\d+", "" if anchor is None else anchor.text or "")[:3]
    column, _, row = map(markup.number, numbers) if len(numbers) == 3 else (-1, -1, -1)
    return cell_name((row, column)) if row >= 0 and column >= 0 else ""


# --------------------------------------------------------------------------------------------- embedded objects


def embedded_in(package: Package, part: str, links: Mapping[str, Relationship]) -> Iterator[Remark]:
    """The files and objects embedded in a sheet: what program they are of, or the name of their part."""
    objects: dict[str, markup.Element] = {}
    if not part.endswith(".bin") and b"oleObject" in (content := package.xml(part)):
        for element in markup.inside(markup.tree(content, part), "oleObject"):
            # Written twice, for newer and for older programs; the newer comes first and says where it stands.
            objects.setdefault(markup.get(element, "id"), element)
    for ident, (kind, target) in links.items():
        if kind in ("oleObject", "package") and target:
            found = objects.get(ident)
            program = "" if found is None else markup.get(found, "progId")
            yield Remark("embedded-object", "", _embedded_cell(found), program or target.rpartition("/")[2])


def _embedded_cell(element: markup.Element | None) -> str:
    anchor = None if element is None else next(markup.inside(element, "anchor"), None)
    return "" if anchor is None else _anchor_cell(anchor)
