"""Find the parts of a report that ragsheets wrote by its structure alone: bookmarks, heading levels, styles, tables.

No word decides what a paragraph or a table is, because any answer, plan or template may hold any words. A paragraph
or a table without a place in this structure was added to the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ragsheets.report.read.blocks import Block, Paragraph, WordRow, WordTable
from ragsheets.report.read.model import HeadedLine, HeadedTable, OutsideSections
from ragsheets.report.write.content import GROUP_BOOKMARK, OUTCOME_BOOKMARK

#: The names of the styles of the text in tables, in lower case.
HEADING_STYLE, NUMBER_STYLE, STATUS_STYLE = "table heading", "table number", "table status"
_CELL_STYLES = {"table text", "table bullet", NUMBER_STYLE, STATUS_STYLE}
#: The levels of the headings of sub-groups, outcomes and actions.
_GROUP_LEVEL, _OUTCOME_LEVEL, ACTION_LEVEL = range(3)
#: The number of columns of an outcome's details: header lines, labels, counts.
DETAILS_COLUMNS = 3

_GROUP_NUMBER = re.compile(rf"{GROUP_BOOKMARK}(\d+)")
_OUTCOME_GROUP_NUMBER = re.compile(rf"{OUTCOME_BOOKMARK}(\d+)_\d+")


@dataclass
class PrintedOutcome:
    """The heading of an outcome, and what follows it."""

    heading: Paragraph
    blocks: list[Block] = field(default_factory=list)


@dataclass
class PrintedSection:
    """The heading of a sub-group, what follows it up to its first outcome, and its outcomes.

    `number` is that of its bookmark; "" if there is none.
    """

    heading: Paragraph
    number: str = ""
    blocks: list[Block] = field(default_factory=list)
    outcomes: list[PrintedOutcome] = field(default_factory=list)


@dataclass
class PrintedLayout:
    """The sub-groups' sections, and everything outside them; `front_blocks` is what precedes the first section."""

    sections: list[PrintedSection] = field(default_factory=list)
    front_blocks: list[Block] = field(default_factory=list)
    back_blocks: list[Block] = field(default_factory=list)

    def outside_sections(self) -> OutsideSections:
        """Return every line and table outside the sections."""
        lines: list[HeadedLine] = []
        tables: list[HeadedTable] = []
        heading = ""
        for block in (*self.front_blocks, *self.back_blocks):
            if isinstance(block, WordTable):
                if block.rows:
                    rows = tuple(tuple(cell.text for cell in row.cells) for row in block.rows)
                    tables.append(HeadedTable(heading, rows, is_printed=is_heading_row(block.rows)))
            elif text := block.text.strip():
                heading = text if block.level is not None else heading
                lines.append(HeadedLine(heading, text))
        return OutsideSections(tuple(lines), tuple(tables))


def find_printed_layout(blocks: Sequence[Block]) -> PrintedLayout:
    """Return the layout of a document; it has no sections if ragsheets did not write the document."""
    layout = PrintedLayout()
    current_blocks = layout.front_blocks
    section: PrintedSection | None = None
    continuation_index = -1
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and _is_group_heading(blocks, index, section):
            section = PrintedSection(block, _bookmark_number(_GROUP_NUMBER, block))
            layout.sections.append(section)
            current_blocks = section.blocks
        elif isinstance(block, Paragraph) and _is_outcome_heading(blocks, index):
            number = _bookmark_number(_OUTCOME_GROUP_NUMBER, block)
            if section is None or (number and section.number and number != section.number):
                # The heading of its sub-group was removed.
                section = PrintedSection(Paragraph(""), number)
                layout.sections.append(section)
            section.outcomes.append(PrintedOutcome(block))
            current_blocks = section.outcomes[-1].blocks
        else:
            if section is not None and isinstance(block, Paragraph) and block.level == _GROUP_LEVEL:
                # What follows one of several added headings follows those after it too.
                if continuation_index < index:
                    continuation_index = _find_continuation(blocks, index, section)
                if continuation_index < 0:
                    section, current_blocks = None, layout.back_blocks
            current_blocks.append(block)
    return layout


def is_details_table(table: WordTable) -> bool:
    """Return whether a table is that of an outcome's header lines and counts."""
    return (
        is_heading_row(table.rows)
        and len(table.rows[0].cells) == DETAILS_COLUMNS
        and all(HEADING_STYLE in cell.styles for cell in table.rows[0].cells)
        and any(row.cells and NUMBER_STYLE in row.cells[-1].styles for row in table.rows[1:])
    )


def is_heading_row(rows: Sequence[WordRow]) -> bool:
    """Return whether the first of some rows is a heading row of a table that ragsheets wrote."""
    return bool(rows) and HEADING_STYLE in rows[0].styles


def is_body_row(rows: Sequence[WordRow]) -> bool:
    """Return whether the first of some rows is a row below the headings of a table that ragsheets wrote."""
    return bool(rows) and not is_heading_row(rows) and bool(_CELL_STYLES & rows[0].styles)


def _is_group_heading(blocks: Sequence[Block], index: int, section: PrintedSection | None) -> bool:
    """Return whether a paragraph is a sub-group's heading: by its bookmark or, without one, by an outcome below it.

    A heading between the outcomes of the section before it was added to that section.
    """
    paragraph = blocks[index]
    if not isinstance(paragraph, Paragraph):
        return False
    if _bookmark_number(_GROUP_NUMBER, paragraph):
        return True
    if paragraph.level != _GROUP_LEVEL:
        return False
    for next_index in range(index + 1, len(blocks)):
        block = blocks[next_index]
        if isinstance(block, Paragraph):
            if block.level == _GROUP_LEVEL or _bookmark_number(_GROUP_NUMBER, block):
                return False
            if _is_outcome_heading(blocks, next_index):
                number = _bookmark_number(_OUTCOME_GROUP_NUMBER, block)
                return section is None or not number or number != section.number
    return False


def _is_outcome_heading(blocks: Sequence[Block], index: int) -> bool:
    """Return whether a paragraph is an outcome's heading: by its bookmark or, without one, by the table below it."""
    paragraph = blocks[index]
    if not isinstance(paragraph, Paragraph):
        return False
    if _bookmark_number(_OUTCOME_GROUP_NUMBER, paragraph):
        return True
    table = _table_below(blocks, index) if paragraph.level == _OUTCOME_LEVEL else None
    return table is not None and is_details_table(table)


def _find_continuation(blocks: Sequence[Block], index: int, section: PrintedSection) -> int:
    """Return the index of the action or outcome of a section that follows a heading that was added; -1 if none does."""
    for next_index in range(index + 1, len(blocks)):
        block = blocks[next_index]
        if isinstance(block, Paragraph):
            if _is_group_heading(blocks, next_index, section):
                return -1
            if _is_outcome_heading(blocks, next_index):
                return next_index if _bookmark_number(_OUTCOME_GROUP_NUMBER, block) == section.number else -1
            table = _table_below(blocks, next_index) if block.level == ACTION_LEVEL else None
            if table is not None and is_heading_row(table.rows):
                return next_index
    return -1


def _table_below(blocks: Sequence[Block], index: int) -> WordTable | None:
    """Return the first table under a heading; None if another heading or the end of the document comes first."""
    for next_index in range(index + 1, len(blocks)):
        block = blocks[next_index]
        if isinstance(block, WordTable):
            return block
        if block.level is not None:
            return None
    return None


def _bookmark_number(pattern: re.Pattern[str], paragraph: Paragraph) -> str:
    """Return the sub-group's number in a bookmark of a paragraph; "" if it has no such bookmark."""
    return next((match[1] for name in paragraph.bookmarks if (match := pattern.fullmatch(name))), "")
