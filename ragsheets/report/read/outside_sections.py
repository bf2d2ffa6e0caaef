"""What stands around the sub-groups' parts of a document, word for word: its lines, its tables, and its chart's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ragsheets.report.read.blocks import Block, WordTable
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.read.xml import Element, child_of, name_of


def read_outside_sections(
    blocks: Sequence[Block], section_headings: Collection[str], chart: Element | None = None
) -> OutsideSections:
    """Every line and table outside of some parts.

    Args:
        blocks: the document.
        sections: the headings of the parts to pass over.
        chart: the document's chart; None where it has none.
    """
    lines: list[HeadedLine] = []
    tables: list[HeadedTable] = []
    under, inside = "", False
    for block in blocks:
        if isinstance(block, WordTable):
            if not inside and block.rows:
                tables.append(HeadedTable(under, tuple(tuple(cell.text for cell in row.cells) for row in block.rows)))
            continue
        text = block.text.strip()
        if block.level is not None and text:
            under = text
            inside = text in section_headings if block.level == 0 else inside
        if text and not inside:
            lines.append(HeadedLine(under, text))
    figures = tuple(_chart_rows(chart)) if chart is not None else ()
    return OutsideSections(tuple(lines), tuple(tables), HeadedTable("", figures) if figures else None)


def _chart_rows(chart: Element) -> Iterator[tuple[str, ...]]:
    """The figures that are stored in a chart: a row for each series, below one of the bars' names."""
    named = False
    for series in (each for each in chart.iter() if name_of(each) == "ser"):
        if not named:
            yield ("", *_cached_values(child_of(series, "cat")))
            named = True
        yield ("".join(_cached_values(child_of(series, "tx"))), *_cached_values(child_of(series, "val")))


def _cached_values(element: Element | None) -> Iterator[str]:
    """The values in a part of a series (ECMA-376 part 1, 21.2.2.24 and 21.2.2.150)."""
    for each in element.iter() if element is not None else ():
        if name_of(each) == "v":
            yield each.text or ""
