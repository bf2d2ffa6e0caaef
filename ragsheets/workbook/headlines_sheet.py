"""The sheet for headline successes and next steps, which feed the end-of-year report."""

from __future__ import annotations

from ragsheets.formats.a1 import address
from ragsheets.workbook.layout import (
    HEADING_ROW,
    HEADLINE_ROWS,
    HEADLINES,
    KEY_HEADING,
    TITLE_ROW,
    Cell,
    Context,
    Dropdown,
    Sheet,
    all_heights,
    row_height,
)

NUMBER_WIDTH = 10.0
TEXT_WIDTH = 120.0
_TEXT_COLUMN = 2
_KEY_COLUMN = 3


def lay_out(context: Context) -> Sheet:
    """Lay out the sheet of headlines."""
    wording = context.template.wording
    cells = [
        Cell(TITLE_ROW, 1, wording.headlines_title.format(group=context.group.name), "title"),
        Cell(HEADING_ROW, 1, wording.headlines_number, "heading"),
        Cell(HEADING_ROW, _TEXT_COLUMN, wording.headlines_text, "heading"),
        Cell(HEADING_ROW, _KEY_COLUMN, KEY_HEADING, "hidden"),
        Cell(HEADING_ROW + 1, 1, wording.headlines_call, "hint"),
        Cell(HEADING_ROW + 1, _TEXT_COLUMN, None, "hint"),
    ]
    heights: dict[int, float] = {}
    dropdowns = []
    row = HEADING_ROW + 2
    for kind, heading, prompt in (
        ("success", wording.successes, wording.success_prompt),
        ("next_step", wording.next_steps, wording.next_step_prompt),
    ):
        cells += [Cell(row, 1, heading, "band"), Cell(row, _TEXT_COLUMN, None, "band")]
        first = row + 1
        given = list(context.answers.headlines.get(kind, ()))
        for number in range(1, max(HEADLINE_ROWS[kind], len(given)) + 1):
            row += 1
            text = given[number - 1] if number <= len(given) else ""
            cells += [
                Cell(row, 1, number, "given number"),
                Cell(row, _TEXT_COLUMN, text or None, "answer"),
                Cell(row, _KEY_COLUMN, f"{HEADLINES[kind]}{number}", "hidden"),
            ]
            heights[row] = row_height([(text, TEXT_WIDTH)], context.template)
        dropdowns.append(
            Dropdown((f"{address(first, _TEXT_COLUMN)}:{address(row, _TEXT_COLUMN)}",), "", heading[:32], prompt)
        )
        row += 1
    return Sheet(
        name=context.sheet_names.headlines,
        role="headlines",
        cells=tuple(cells),
        widths=(NUMBER_WIDTH, TEXT_WIDTH, 12),
        heights=all_heights(cells, heights, context.template),
        heading_row=HEADING_ROW,
        start=address(HEADING_ROW + 3, _TEXT_COLUMN),
        last_column=_TEXT_COLUMN,
        hidden_column=_KEY_COLUMN,
        dropdowns=tuple(dropdowns),
    )
