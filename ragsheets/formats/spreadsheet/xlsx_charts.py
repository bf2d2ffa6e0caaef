"""Read the words of a chart of an Open XML workbook: titles, typed names of series, and text on it."""

from __future__ import annotations

from ragsheets.formats import xml
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.spreadsheet.details import join_lines


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
