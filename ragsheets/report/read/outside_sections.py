"""Read the content outside the sub-groups' sections of a document: its lines, its tables, and its chart's figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ragsheets.report.read.blocks import Block, WordTable
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.read.xml import Element, child_of, name_of


def read_outside_sections(
    blocks: Sequence[Block], section_headings: Collection[str], chart: Element | None = None
) -> OutsideSections:
    """Return every line and table outside the sections.

    Args:
        blocks: the document.
        section_headings: the headings of the sections to skip.
        chart: the document's chart; None if it has none.
    """
    lines: list[HeadedLine] = []
    tables: list[HeadedTable] = []
    heading, in_section = "", False
    for block in blocks:
        if isinstance(block, WordTable):
            if not in_section and block.rows:
                tables.append(HeadedTable(heading, tuple(tuple(cell.text for cell in row.cells) for row in block.rows)))
            continue
        text = block.text.strip()
        if block.level is not None and text:
            heading = text
            in_section = text in section_headings if block.level == 0 else in_section
        if text and not in_section:
            lines.append(HeadedLine(heading, text))
    chart_rows = tuple(_chart_rows(chart)) if chart is not None else ()
    return OutsideSections(tuple(lines), tuple(tables), HeadedTable("", chart_rows) if chart_rows else None)


def _chart_rows(chart: Element) -> Iterator[tuple[str, ...]]:
    """Yield the figures that are stored in a chart: the names of the bars, then a row for each series."""
    has_header = False
    for series in (child for child in chart.iter() if name_of(child) == "ser"):
        if not has_header:
            yield ("", *_cached_values(child_of(series, "cat")))
            has_header = True
        yield ("".join(_cached_values(child_of(series, "tx"))), *_cached_values(child_of(series, "val")))


def _cached_values(element: Element | None) -> Iterator[str]:
    """Yield the values in a part of a series (ECMA-376 part 1, 21.2.2.24 and 21.2.2.150)."""
    for child in element.iter() if element is not None else ():
        if name_of(child) == "v":
            yield child.text or ""
