"""The front sheet: who is asked for what by when, their progress, how to fill it in, the meaning of the statuses.

In a workbook with questions they are listed here, above the usual contents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ragsheets import dates
from ragsheets.formats.a1 import address, column_letter, sheet_reference
from ragsheets.workbook.layout import (
    NOT_REPORTED,
    TOTAL,
    CellLayout,
    LayoutContext,
    PlacedQuestion,
    SheetLayout,
    TotalCell,
    row_height,
    row_heights,
    summary_lines,
)
from ragsheets.workbook.style_names import status_style
from ragsheets.workbook.text_metrics import lines_of

#: Widths of the columns in digits: names, their meaning, counts.
NAME_WIDTH = 26.0
MEANING_WIDTH = 44.0
COUNT_WIDTH = 14.0
#: The width of the second column if it holds questions, which are longer.
QUESTION_WIDTH = 76.0
#: The first column with counts.
_FIRST_COUNT_COLUMN = 3


@dataclass(frozen=True, slots=True)
class _Sections:
    """The first row of each section, and the lines of those that contain text only."""

    call_lines: list[str]
    carried_lines: list[str]
    details: list[tuple[str, str]]
    hint_lines: list[str]
    step_lines: list[str]
    questions_row: int
    progress_row: int
    guide_row: int
    key_row: int


def _plan_sections(context: LayoutContext) -> _Sections:
    wording, group, period = context.template.wording, context.group, context.period
    due = dates.in_words(period.due) if period.due else ""
    line_width = NAME_WIDTH + _second_column_width(context) + COUNT_WIDTH * len(summary_lines(context.template)) - 2
    call_text, call_due_text = wording.call, wording.call_due
    if context.questions:
        call_text, call_due_text = wording.query_call, wording.query_call_due
    call_lines = lines_of(call_due_text.format(due=due) if due else call_text, line_width / 1.3)
    carried_text = wording.carried_query if context.questions else wording.carried_call
    carried_lines = (
        lines_of(carried_text, line_width / 1.3) if any((context.answers.carried_columns or {}).values()) else []
    )
    details = [
        (wording.front_group, group.name),
        (wording.front_contact, group.contact),
        (wording.front_period, period.title),
        *([(wording.front_due, due)] if due else []),
    ]
    step_lines = []
    first_steps, later_steps = wording.guide_steps[:2], wording.guide_steps[2:]
    last_period_steps = [_last_period_step(context)] if context.last_period else []
    for number, step in enumerate([*first_steps, *last_period_steps, *later_steps, wording.guide_spelling], 1):
        first_line, *further_lines = lines_of(step, line_width - 4)
        step_lines += [f"{number}.  {first_line}", *(f"     {line}" for line in further_lines)]
    hint_lines = lines_of(wording.query_guide, line_width) if context.questions else []
    questions_row = 3 + len(call_lines) + len(carried_lines) + len(details)
    progress_row = questions_row + (2 + len(hint_lines) + len(context.questions) if context.questions else 0)
    guide_row = progress_row + 4 + len(group.outcomes)
    return _Sections(
        call_lines,
        carried_lines,
        details,
        hint_lines,
        step_lines,
        questions_row,
        progress_row,
        guide_row,
        guide_row + 1 + len(step_lines),
    )


def _last_period_step(context: LayoutContext) -> str:
    """Return the step that explains the columns of the last period."""
    status, position, planned = (column.heading for column in context.columns if column.filled_by == "past")
    return context.template.wording.guide_last.format(status=status, position=position, planned=planned)


def _second_column_width(context: LayoutContext) -> float:
    return QUESTION_WIDTH if context.questions else MEANING_WIDTH


def status_code_rows(context: LayoutContext) -> range:
    """Return the rows with the status codes, in the first column: the source of every status list."""
    first_row = _plan_sections(context).key_row + 2
    return range(first_row, first_row + len(context.template.statuses))


def lay_out(
    context: LayoutContext, outcomes: Sequence[SheetLayout], questions: Sequence[PlacedQuestion] = ()
) -> SheetLayout:
    """Lay out the front sheet of a workbook with these outcome sheets and these questions."""
    sections = _plan_sections(context)
    lines = summary_lines(context.template)
    cells = [
        CellLayout(1, 1, context.plan.title, "front title"),
        CellLayout(2, 1, context.plan.partnership, "subtitle"),
        *(
            CellLayout(row, 1, line, "call")
            for row, line in enumerate([*sections.call_lines, *sections.carried_lines], 3)
        ),
    ]
    row = 3 + len(sections.call_lines) + len(sections.carried_lines)
    for offset, (label, value) in enumerate(sections.details):
        cells += [CellLayout(row + offset, 1, label, "label"), CellLayout(row + offset, 2, value, "text")]
    progress_cells, total_cells, heights = _progress_table(context, outcomes, sections.progress_row)
    cells += [*progress_cells, *_guide_cells(context, sections), *_status_key(context, sections.key_row)]
    if questions:
        question_cells, question_heights = _question_list(context, questions, sections)
        cells += question_cells
        heights |= question_heights
    for section in (
        *([sections.questions_row] if questions else []),
        sections.progress_row,
        sections.guide_row,
        sections.key_row,
    ):
        heights[section] = row_height([], context.template) * 1.7
    return SheetLayout(
        name=context.sheet_names.front,
        role="front",
        cells=tuple(cells),
        widths=(NAME_WIDTH, _second_column_width(context), *[COUNT_WIDTH] * len(lines)),
        heights=row_heights(cells, heights, context.template),
        last_printed_column=2 + len(lines),
        total_cells=tuple(total_cells),
    )


def _question_list(
    context: LayoutContext, questions: Sequence[PlacedQuestion], sections: _Sections
) -> tuple[list[CellLayout], dict[int, float]]:
    """Return the cells and heights of the list of questions: the position with a link, the matter and the remedy."""
    wording, start_row = context.template.wording, sections.questions_row
    heading_row = start_row + 1 + len(sections.hint_lines)
    cells = [
        CellLayout(start_row, 1, wording.query_list, "section"),
        *(CellLayout(start_row + 1 + offset, 1, line, "line") for offset, line in enumerate(sections.hint_lines)),
        CellLayout(heading_row, 1, wording.query_where, "heading"),
        CellLayout(heading_row, 2, wording.query_what, "heading"),
    ]
    heights: dict[int, float] = {}
    for row, question in enumerate(questions, heading_row + 1):
        fields = {"number": question.number, "ask": question.question.ask, "remedy": question.question.remedy}
        location, text = wording.query_whole, wording.query_whole_text
        if question.cell:
            location, text = wording.query_cell, wording.query_text
            fields |= {"sheet": question.sheet, "cell": question.cell, "heading": question.heading}
        link = sheet_reference(question.sheet, question.cell) if question.cell else ""
        cells.append(CellLayout(row, 1, location.format(**fields), "link" if link else "cell", link=link))
        cells.append(CellLayout(row, 2, text.format(**fields), "cell"))
        heights[row] = row_height(
            [(str(cells[-2].value), NAME_WIDTH), (str(cells[-1].value), QUESTION_WIDTH)], context.template
        )
    return cells, heights


def _progress_table(
    context: LayoutContext, outcomes: Sequence[SheetLayout], start_row: int
) -> tuple[list[CellLayout], list[TotalCell], dict[int, float]]:
    """Return cells, totals and heights of the live counts per outcome (with links) and of tasks without a status."""
    wording, lines = context.template.wording, summary_lines(context.template)
    cells = [
        CellLayout(start_row, 1, wording.progress, "section"),
        CellLayout(start_row + 1, 1, wording.progress_sheet, "heading"),
        CellLayout(start_row + 1, 2, wording.progress_outcome, "heading"),
        *(
            CellLayout(start_row + 1, column, label, "heading count")
            for column, (_, label) in enumerate(lines, _FIRST_COUNT_COLUMN)
        ),
    ]
    heights = {start_row + 1: row_height([(label, COUNT_WIDTH * 0.9) for _, label in lines], context.template)}
    total_cells: list[TotalCell] = []
    totals = dict.fromkeys((line for line, _ in lines), 0)
    for row, (outcome, sheet) in enumerate(zip(context.group.outcomes, outcomes, strict=True), start_row + 2):
        values = {(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}
        cells.append(CellLayout(row, 1, sheet.name, "link", link=sheet_reference(sheet.name, "A1")))
        cells.append(CellLayout(row, 2, outcome.title, "cell"))
        heights[row] = row_height([(outcome.title, _second_column_width(context))], context.template)
        for column, total_cell in enumerate(sheet.total_cells, _FIRST_COUNT_COLUMN):
            value = values[total_cell.row, total_cell.column]
            totals[total_cell.line] += int(str(value))
            cells.append(
                CellLayout(
                    row, column, value, "count", sheet_reference(sheet.name, address(total_cell.row, total_cell.column))
                )
            )
            total_cells.append(TotalCell(row, column, outcome.key, total_cell.line))
    last_row = start_row + 1 + len(outcomes)
    cells += [
        CellLayout(last_row + 1, 1, wording.total, "label total"),
        CellLayout(last_row + 1, 2, None, "label total"),
    ]
    for column, (line, _) in enumerate(lines, _FIRST_COUNT_COLUMN):
        counted_cells = f"{column_letter(column)}{start_row + 2}:{column_letter(column)}{last_row}"
        cells.append(
            CellLayout(last_row + 1, column, totals[line], "count total", f"SUM({counted_cells})" if outcomes else "")
        )
        total_cells.append(TotalCell(last_row + 1, column, "", line))
    not_reported_column = _FIRST_COUNT_COLUMN + [line for line, _ in lines].index(NOT_REPORTED)
    cells.append(CellLayout(last_row + 2, 1, wording.lacking, "call"))
    cells.append(
        CellLayout(
            last_row + 2,
            not_reported_column,
            totals[NOT_REPORTED],
            "call count",
            address(last_row + 1, not_reported_column),
        )
    )
    assert totals[TOTAL] == sum(count for line, count in totals.items() if line != TOTAL)
    return cells, total_cells, heights


def _guide_cells(context: LayoutContext, sections: _Sections) -> list[CellLayout]:
    steps = [
        CellLayout(sections.guide_row + 1 + offset, 1, step, "line") for offset, step in enumerate(sections.step_lines)
    ]
    return [CellLayout(sections.guide_row, 1, context.template.wording.guide, "section"), *steps]


def _status_key(context: LayoutContext, start_row: int) -> list[CellLayout]:
    wording = context.template.wording
    cells = [
        CellLayout(start_row, 1, wording.key, "section"),
        CellLayout(start_row + 1, 1, wording.key_status, "heading"),
        CellLayout(start_row + 1, 2, wording.key_meaning, "heading"),
    ]
    for row, status in enumerate(context.template.statuses, start_row + 2):
        cells += [CellLayout(row, 1, status.code, status_style(status)), CellLayout(row, 2, status.label, "cell")]
    return cells
