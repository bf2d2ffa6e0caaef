"""Read a chart of a Word document: its title, its figures, and whether the sheet behind it has the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import parse_address
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.xml import local_name
from ragsheets.report.read.inserted import sheet_texts
from ragsheets.report.read.other_content import OtherContent
from ragsheets.report.read.xml import Element, child_of, children_of, value_of

#: A range of a sheet as a chart refers to it: 'Sheet 1'!$B$2:$B$5.
_RANGE = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<first>[^:!]+)(?::(?P<last>[^:!]+))?")
#: The most cells of a range; a chart of a report never has more.
_MAX_CELLS = 10_000


def read_chart(package: OfficePackage, part: str) -> OtherContent:
    """Read the chart in a part of a document. Raises ReturnError where it is damaged."""
    chart = package.parse_xml(part)
    title_element = child_of(chart, "chart", "title")
    title = " ".join(_paragraph_texts(title_element))
    in_title = set(title_element.iter("{*}t")) if title_element is not None else set()
    texts = ((text.text or "").strip() for text in chart.iter("{*}t") if text not in in_title)
    other_words = list(filter(None, texts))
    # A text box inside a chart has a part of its own (ECMA-376 part 1, 21.2.2.227).
    if drawing := package.related_part(part, "chartUserShapes"):
        other_words += _paragraph_texts(package.parse_xml(drawing))
    figures = tuple(_sheet_figures(package, part, chart))
    return OtherContent("chart", title, rows=tuple(_rows(chart)), other_words=tuple(other_words), sheet_figures=figures)


def _paragraph_texts(element: Element | None) -> list[str]:
    paragraphs = element.iter("{*}p") if element is not None else ()
    texts = ("".join(text.text or "" for text in paragraph.iter("{*}t")).strip() for paragraph in paragraphs)
    return list(filter(None, texts))


def _rows(chart: Element) -> Iterator[tuple[str, ...]]:
    """Yield the figures that are stored in a chart: the names of the bars, then a row for each series."""
    has_header = False
    for series in chart.iter("{*}ser"):
        if not has_header:
            yield ("", *_cached_values(child_of(series, "cat")))
            has_header = True
        yield ("".join(_cached_values(child_of(series, "tx"))), *_cached_values(child_of(series, "val")))


def _cached_values(element: Element | None) -> Iterator[str]:
    """Yield the values in a part of a series (ECMA-376 part 1, 21.2.2.24 and 21.2.2.150); "" for one that is blank."""
    count = 0
    for child in element.iter("{*}v") if element is not None else ():
        # A blank cell has no point.
        index = xml.parse_int(value_of(child.getparent(), "idx"))
        while count < min(index, _MAX_CELLS):
            count += 1
            yield ""
        count += 1
        yield child.text or ""


def _sheet_figures(package: OfficePackage, part: str, chart: Element) -> Iterator[tuple[str, str, str]]:
    """Yield each figure of a chart that differs in its sheet: its name, its value as shown, and its value in the sheet.

    Word shows the stored figures, and takes those of the sheet as soon as somebody edits the chart's data.
    """
    workbook_part = package.related_part(part, "package")
    if not workbook_part:
        return
    try:
        sheets = sheet_texts(package.read(workbook_part))
    except ReturnError:
        return
    for series in chart.iter("{*}ser"):
        names = list(_cached_values(child_of(series, "cat")))
        series_name = "".join(_cached_values(child_of(series, "tx")))
        reference = child_of(series, "val", "numRef")
        formula = child_of(reference, "f")
        cells = _cells_of((formula.text or "") if formula is not None else "", sheets)
        for point in children_of(child_of(reference, "numCache"), "pt"):
            index = xml.parse_int(value_of(point, "idx"))
            shown = "".join(_cached_values(point))
            if 0 <= index < len(cells) and not _is_same_figure(shown, cells[index]):
                name = names[index] if index < len(names) else f"number {index + 1}"
                yield f"{series_name}, {name}", shown, cells[index]


def _cells_of(formula: str, sheets: dict[str, list[list[str]]]) -> list[str]:
    """Return the texts of the cells of a range; [] where there is no such range."""
    match = _RANGE.fullmatch(formula.strip())
    rows = sheets.get((match["quoted"] or match["plain"]).replace("''", "'")) if match else None
    if match is None or rows is None:
        return []
    try:
        (top, left), (bottom, right) = parse_address(match["first"]), parse_address(match["last"] or match["first"])
    except ValueError:
        return []
    if (bottom - top + 1) * (right - left + 1) > _MAX_CELLS:
        return []
    return [
        rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]


def _is_same_figure(shown: str, in_sheet: str) -> bool:
    try:
        return float(shown or 0) == float(in_sheet or 0)
    except ValueError:
        return shown == in_sheet


def words_of_other_chart(package: OfficePackage, part: str) -> str:
    """Return the words of a chart of a newer kind (cx:chart), or of a diagram. Raises ReturnError if it is damaged."""
    root = package.parse_xml(part)
    values = [value.text or "" for value in root.iter("{*}v", "{*}pt") if local_name(value) == "v" or not len(value)]
    return "\n".join(filter(None, (text.strip() for text in (*_paragraph_texts(root), *values))))
