"""The front sheet: who is asked for what by when, how far they are, how to fill it in, what the statuses mean.

In a workbook that goes back with questions they are listed here, above all that stands on every front sheet.
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

#: Widths in digits of the columns: names, what they mean, counts.
NAME_WIDTH = 26.0
MEANING_WIDTH = 44.0
COUNT_WIDTH = 14.0
#: What questions say is longer.
QUESTION_WIDTH = 76.0
#: The first of the columns of counts.
_FIRST_COUNT_COLUMN = 3


@dataclass(frozen=True, slots=True)
class _Sections:
    """The row at which each part begins; `call`, `carried`, `hints` and `steps` are the lines that they take."""

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
    room = NAME_WIDTH + _second_column_width(context) + COUNT_WIDTH * len(summary_lines(context.template)) - 2
    plain, with_due = wording.call, wording.call_due
    if context.questions:
        plain, with_due = wording.query_call, wording.query_call_due
    call = lines_of(with_due.format(due=due) if due else plain, room / 1.3)
    said = wording.carried_query if context.questions else wording.carried_call
    carried = lines_of(said, room / 1.3) if any((context.answers.carried_columns or {}).values()) else []
    details = [
        (wording.front_group, group.name),
        (wording.front_contact, group.contact),
        (wording.front_period, period.title),
        *([(wording.front_due, due)] if due else []),
    ]
    steps = []
    opening, after = wording.guide_steps[:2], wording.guide_steps[2:]
    last = [_last_period_step(context)] if context.last_period else []
    for number, step in enumerate([*opening, *last, *after, wording.guide_spelling], 1):
        first, *rest = lines_of(step, room - 4)
        steps += [f"{number}.  {first}", *(f"     {line}" for line in rest)]
    hints = lines_of(wording.query_guide, room) if context.questions else []
    questions = 3 + len(call) + len(carried) + len(details)
    progress = questions + (2 + len(hints) + len(context.questions) if context.questions else 0)
    guide = progress + 4 + len(group.outcomes)
    return _Sections(call, carried, details, hints, steps, questions, progress, guide, guide + 1 + len(steps))


def _last_period_step(context: LayoutContext) -> str:
    """The step that says what the columns of the last period are for."""
    status, position, planned = (column.heading for column in context.columns if column.filled_by == "past")
    return context.template.wording.guide_last.format(status=status, position=position, planned=planned)


def _second_column_width(context: LayoutContext) -> float:
    return QUESTION_WIDTH if context.questions else MEANING_WIDTH


def status_code_rows(context: LayoutContext) -> range:
    """The rows that hold the statuses' codes, in the first column: the source of every status list."""
    first = _plan_sections(context).key_row + 2
    return range(first, first + len(context.template.statuses))


def lay_out(
    context: LayoutContext, outcomes: Sequence[SheetLayout], questions: Sequence[PlacedQuestion] = ()
) -> SheetLayout:
    """Lay out the front sheet of a workbook with these outcome sheets, which asks these questions."""
    places = _plan_sections(context)
    lines = summary_lines(context.template)
    cells = [
        CellLayout(1, 1, context.plan.title, "front title"),
        CellLayout(2, 1, context.plan.partnership, "subtitle"),
        *(CellLayout(row, 1, line, "call") for row, line in enumerate([*places.call_lines, *places.carried_lines], 3)),
    ]
    row = 3 + len(places.call_lines) + len(places.carried_lines)
    for offset, (label, value) in enumerate(places.details):
        cells += [CellLayout(row + offset, 1, label, "label"), CellLayout(row + offset, 2, value, "text")]
    progress, claims, heights = _progress_table(context, outcomes, places.progress_row)
    cells += [*progress, *_guide_cells(context, places), *_status_key(context, places.key_row)]
    if questions:
        listed, high = _question_list(context, questions, places)
        cells += listed
        heights |= high
    for section in (
        *([places.questions_row] if questions else []),
        places.progress_row,
        places.guide_row,
        places.key_row,
    ):
        heights[section] = row_height([], context.template) * 1.7
    return SheetLayout(
        name=context.sheet_names.front,
        role="front",
        cells=tuple(cells),
        widths=(NAME_WIDTH, _second_column_width(context), *[COUNT_WIDTH] * len(lines)),
        heights=row_heights(cells, heights, context.template),
        last_printed_column=2 + len(lines),
        total_cells=tuple(claims),
    )


def _question_list(
    context: LayoutContext, questions: Sequence[PlacedQuestion], sections: _Sections
) -> tuple[list[CellLayout], dict[int, float]]:
    """The list of questions: where each one is, with a link to its cell, what the matter is and what to do."""
    wording, start = context.template.wording, sections.questions_row
    head = start + 1 + len(sections.hint_lines)
    cells = [
        CellLayout(start, 1, wording.query_list, "section"),
        *(CellLayout(start + 1 + offset, 1, line, "line") for offset, line in enumerate(sections.hint_lines)),
        CellLayout(head, 1, wording.query_where, "heading"),
        CellLayout(head, 2, wording.query_what, "heading"),
    ]
    heights: dict[int, float] = {}
    for row, item in enumerate(questions, head + 1):
        words = {"number": item.number, "ask": item.question.ask, "remedy": item.question.remedy}
        where, text = wording.query_whole, wording.query_whole_text
        if item.cell:
            where, text = wording.query_cell, wording.query_text
            words |= {"sheet": item.sheet, "cell": item.cell, "heading": item.heading}
        link = sheet_reference(item.sheet, item.cell) if item.cell else ""
        cells.append(CellLayout(row, 1, where.format(**words), "link" if link else "cell", link=link))
        cells.append(CellLayout(row, 2, text.format(**words), "cell"))
        heights[row] = row_height(
            [(str(cells[-2].value), NAME_WIDTH), (str(cells[-1].value), QUESTION_WIDTH)], context.template
        )
    return cells, heights


def _progress_table(
    context: LayoutContext, outcomes: Sequence[SheetLayout], start_row: int
) -> tuple[list[CellLayout], list[TotalCell], dict[int, float]]:
    """The live table of counts per outcome, each with a link to its sheet, and the tasks that lack a status."""
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
    claims: list[TotalCell] = []
    totals = dict.fromkeys((line for line, _ in lines), 0)
    for row, (outcome, sheet) in enumerate(zip(context.group.outcomes, outcomes, strict=True), start_row + 2):
        values = {(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}
        cells.append(CellLayout(row, 1, sheet.name, "link", link=sheet_reference(sheet.name, "A1")))
        cells.append(CellLayout(row, 2, outcome.title, "cell"))
        heights[row] = row_height([(outcome.title, _second_column_width(context))], context.template)
        for column, claim in enumerate(sheet.total_cells, _FIRST_COUNT_COLUMN):
            value = values[claim.row, claim.column]
            totals[claim.line] += int(str(value))
            cells.append(
                CellLayout(row, column, value, "count", sheet_reference(sheet.name, address(claim.row, claim.column)))
            )
            claims.append(TotalCell(row, column, outcome.key, claim.line))
    last = start_row + 1 + len(outcomes)
    cells += [CellLayout(last + 1, 1, wording.total, "label total"), CellLayout(last + 1, 2, None, "label total")]
    for column, (line, _) in enumerate(lines, _FIRST_COUNT_COLUMN):
        counted = f"{column_letter(column)}{start_row + 2}:{column_letter(column)}{last}"
        cells.append(CellLayout(last + 1, column, totals[line], "count total", f"SUM({counted})" if outcomes else ""))
        claims.append(TotalCell(last + 1, column, "", line))
    lacking = _FIRST_COUNT_COLUMN + [line for line, _ in lines].index(NOT_REPORTED)
    cells.append(CellLayout(last + 2, 1, wording.lacking, "call"))
    cells.append(CellLayout(last + 2, lacking, totals[NOT_REPORTED], "call count", address(last + 1, lacking)))
    assert totals[TOTAL] == sum(count for line, count in totals.items() if line != TOTAL)
    return cells, claims, heights


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
