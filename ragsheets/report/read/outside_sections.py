"""What stands around the sub-groups' parts of a document, word for word: its lines, its tables, and its chart's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ragsheets.report.read.blocks import Block, Table
from ragsheets.report.read.model import Around, Grid, Standing
from ragsheets.report.read.xml import Element, child_of, name_of


def around(blocks: Sequence[Block], sections: Collection[str], chart: Element | None = None) -> Around:
    """Every line and table outside of some parts.

    Args:
        blocks: the document.
        sections: the headings of the parts to pass over.
        chart: the document's chart; None where it has none.
    """
    lines: list[Standing] = []
    tables: list[Grid] = []
    under, inside = "", False
    for block in blocks:
        if isinstance(block, Table):
            if not inside and block.rows:
                tables.append(Grid(under, tuple(tuple(cell.text for cell in row.cells) for row in block.rows)))
            continue
        text = block.text.strip()
        if block.level is not None and text:
            under = text
            inside = text in sections if block.level == 0 else inside
        if text and not inside:
            lines.append(Standing(under, text))
    figures = tuple(_figures(chart)) if chart is not None else ()
    return Around(tuple(lines), tuple(tables), Grid("", figures) if figures else None)


def _figures(chart: Element) -> Iterator[tuple[str, ...]]:
    """The figures that are stored in a chart: a row for each series, below one of the bars' names."""
    named = False
    for series in (each for each in chart.iter() if name_of(each) == "ser"):
        if not named:
            yield ("", *_stored(child_of(series, "cat")))
            named = True
        yield ("".join(_stored(child_of(series, "tx"))), *_stored(child_of(series, "val")))


def _stored(part: Element | None) -> Iterator[str]:
    """The values in a part of a series (ECMA-376 part 1, 21.2.2.24 and 21.2.2.150)."""
    for each in part.iter() if part is not None else ():
        if name_of(each) == "v":
            yield each.text or ""
