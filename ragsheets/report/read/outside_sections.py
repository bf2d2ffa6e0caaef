"""Read the content outside the sub-groups' sections of a document: its lines and its tables."""

from __future__ import annotations

from ragsheets.report.read.blocks import WordTable
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.read.printed_layout import PrintedLayout, is_heading_row


def read_outside_sections(layout: PrintedLayout) -> OutsideSections:
    """Return every line and table outside the sections."""
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
    return OutsideSections(tuple(lines), tuple(tables))
