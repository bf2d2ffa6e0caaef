"""The sheet for headline successes and next steps, which feed the end-of-year report."""

from __future__ import annotations

from ragsheets.formats.a1 import address
from ragsheets.workbook.layout import (
    HEADING_ROW,
    HEADLINE_PREFIXES,
    HEADLINE_ROWS,
    KEY_HEADING,
    TITLE_ROW,
    CellLayout,
    Dropdown,
    LayoutContext,
    SheetLayout,
    row_height,
    row_heights,
)

NUMBER_WIDTH = 10.0
TEXT_WIDTH = 120.0
_TEXT_COLUMN = 2
_KEY_COLUMN = 3


def lay_out(context: LayoutContext) -> SheetLayout:
    """Lay out the sheet of headlines."""
    wording = context.template.wording
    cells = [
        CellLayout(TITLE_ROW, 1, wording.headlines_title.format(group=context.group.name), "title"),
        CellLayout(HEADING_ROW, 1, wording.headlines_number, "heading"),
        CellLayout(HEADING_ROW, _TEXT_COLUMN, wording.headlines_text, "heading"),
        CellLayout(HEADING_ROW, _KEY_COLUMN, KEY_HEADING, "hidden"),
        CellLayout(HEADING_ROW + 1, 1, wording.headlines_call, "hint"),
        CellLayout(HEADING_ROW + 1, _TEXT_COLUMN, None, "hint"),
    ]
    heights: dict[int, float] = {}
    dropdowns = []
    row = HEADING_ROW + 2
    for kind, heading, prompt in (
        ("success", wording.successes, wording.success_prompt),
        ("next_step", wording.next_steps, wording.next_step_prompt),
    ):
        cells += [CellLayout(row, 1, heading, "band"), CellLayout(row, _TEXT_COLUMN, None, "band")]
        first_row = row + 1
        prefilled_lines = list(context.answers.headlines.get(kind, ()))
        for number in range(1, max(HEADLINE_ROWS[kind], len(prefilled_lines)) + 1):
            row += 1
            text = prefilled_lines[number - 1] if number <= len(prefilled_lines) else ""
            cells += [
                CellLayout(row, 1, number, "given number"),
                CellLayout(row, _TEXT_COLUMN, text or None, "answer"),
                CellLayout(row, _KEY_COLUMN, f"{HEADLINE_PREFIXES[kind]}{number}", "hidden"),
            ]
            heights[row] = row_height([(text, TEXT_WIDTH)], context.template)
        dropdowns.append(
            Dropdown((f"{address(first_row, _TEXT_COLUMN)}:{address(row, _TEXT_COLUMN)}",), "", heading[:32], prompt)
        )
        row += 1
    return SheetLayout(
        name=context.sheet_names.headlines,
        role="headlines",
        cells=tuple(cells),
        widths=(NUMBER_WIDTH, TEXT_WIDTH, 12),
        heights=row_heights(cells, heights, context.template),
        heading_row=HEADING_ROW,
        active_cell=address(HEADING_ROW + 3, _TEXT_COLUMN),
        last_printed_column=_TEXT_COLUMN,
        hidden_column=_KEY_COLUMN,
        dropdowns=tuple(dropdowns),
    )
