"""Read the content outside the sub-groups' sections of a document: its lines, its tables, and its chart's figures."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.report.read.blocks import WordTable
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.read.printed_layout import PrintedLayout, is_heading_row
from ragsheets.report.read.xml import Element, child_of, name_of


def read_outside_sections(layout: PrintedLayout, chart: Element | None = None) -> OutsideSections:
    """Return every line and table outside the sections, and the figures of the chart (None if there is no chart)."""
    lines: list[HeadedLine] = []
    tables: list[HeadedTable] = []
    heading = ""
    for block in (*layout.front_blocks, *layout.back_blocks):
        if isinstance(block, WordTable):
            if block.rows:
                rows = tuple(tuple(cell.text for cell in row.cells) for row in block.rows)
                tables.append(HeadedTable(heading, rows, is_printed=is_heading_row(block.rows)))
        elif text := block.text.strip():
            heading = text if block.level is not None else heading
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
