"""The front sheet: who is asked for what by when, how far they are, how to fill it in, what the statuses mean.

In a workbook that goes back with questions they are listed here, above all that stands on every front sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ragsheets import dates
from ragsheets.formats.a1 import address, at_sheet, letter
from ragsheets.workbook.layout import (
    NOT_REPORTED,
    TOTAL,
    Asked,
    Cell,
    Claim,
    Context,
    Sheet,
    all_heights,
    row_height,
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
_FIRST_COUNT = 3


@dataclass(frozen=True, slots=True)
class _Places:
    """The row at which each part begins; `call`, `carried`, `hints` and `steps` are the lines that they take."""

    call: list[str]
    carried: list[str]
    details: list[tuple[str, str]]
    hints: list[str]
    steps: list[str]
    questions: int
    progress: int
    guide: int
    key: int


def _places(context: Context) -> _Places:
    wording, group, period = context.template.wording, context.group, context.period
    due = dates.in_words(period.due) if period.due else ""
    room = NAME_WIDTH + _second_width(context) + COUNT_WIDTH * len(summary_lines(context.template)) - 2
    plain, with_due = wording.call, wording.call_due
    if context.questions:
        plain, with_due = wording.query_call, wording.query_call_due
    call = lines_of(with_due.format(due=due) if due else plain, room / 1.3)
    said = wording.carried_query if context.questions else wording.carried_call
    carried = lines_of(said, room / 1.3) if any((context.answers.carried or {}).values()) else []
    details = [
        (wording.front_group, group.name),
        (wording.front_contact, group.contact),
        (wording.front_period, period.title),
        *([(wording.front_due, due)] if due else []),
    ]
    steps = []
    opening, after = wording.guide_steps[:2], wording.guide_steps[2:]
    last = [_guide_to_the_past(context)] if context.background else []
    for number, step in enumerate([*opening, *last, *after, wording.guide_spelling], 1):
        first, *rest = lines_of(step, room - 4)
        steps += [f"{number}.  {first}", *(f"     {line}" for line in rest)]
    hints = lines_of(wording.query_guide, room) if context.questions else []
    questions = 3 + len(call) + len(carried) + len(details)
    progress = questions + (2 + len(hints) + len(context.questions) if context.questions else 0)
    guide = progress + 4 + len(group.outcomes)
    return _Places(call, carried, details, hints, steps, questions, progress, guide, guide + 1 + len(steps))


def _guide_to_the_past(context: Context) -> str:
    """The step that says what the columns of the last period are for."""
    status, position, planned = (column.heading for column in context.columns if column.filled_by == "past")
    return context.template.wording.guide_last.format(status=status, position=position, planned=planned)


def _second_width(context: Context) -> float:
    return QUESTION_WIDTH if context.questions else MEANING_WIDTH


def key_rows(context: Context) -> range:
    """The rows that hold the statuses' codes, in the first column: the source of every status list."""
    first = _places(context).key + 2
    return range(first, first + len(context.template.statuses))


def lay_out(context: Context, outcomes: Sequence[Sheet], asked: Sequence[Asked] = ()) -> Sheet:
    """Lay out the front sheet of a workbook with these outcome sheets, which asks these questions."""
    places = _places(context)
    lines = summary_lines(context.template)
    cells = [
        Cell(1, 1, context.plan.title, "front title"),
        Cell(2, 1, context.plan.partnership, "subtitle"),
        *(Cell(row, 1, line, "call") for row, line in enumerate([*places.call, *places.carried], 3)),
    ]
    row = 3 + len(places.call) + len(places.carried)
    for offset, (label, value) in enumerate(places.details):
        cells += [Cell(row + offset, 1, label, "label"), Cell(row + offset, 2, value, "text")]
    progress, claims, heights = _progress(context, outcomes, places.progress)
    cells += [*progress, *_guide(context, places), *_key(context, places.key)]
    if asked:
        listed, high = _questions(context, asked, places)
        cells += listed
        heights |= high
    for section in (*([places.questions] if asked else []), places.progress, places.guide, places.key):
        heights[section] = row_height([], context.template) * 1.7
    return Sheet(
        name=context.sheet_names.front,
        role="front",
        cells=tuple(cells),
        widths=(NAME_WIDTH, _second_width(context), *[COUNT_WIDTH] * len(lines)),
        heights=all_heights(cells, heights, context.template),
        last_column=2 + len(lines),
        claims=tuple(claims),
    )


def _questions(context: Context, asked: Sequence[Asked], places: _Places) -> tuple[list[Cell], dict[int, float]]:
    """The list of questions: where each one is, with a link to its cell, what the matter is and what to do."""
    wording, start = context.template.wording, places.questions
    head = start + 1 + len(places.hints)
    cells = [
        Cell(start, 1, wording.query_list, "section"),
        *(Cell(start + 1 + offset, 1, line, "line") for offset, line in enumerate(places.hints)),
        Cell(head, 1, wording.query_where, "heading"),
        Cell(head, 2, wording.query_what, "heading"),
    ]
    heights: dict[int, float] = {}
    for row, item in enumerate(asked, head + 1):
        words = {"number": item.number, "ask": item.question.ask, "remedy": item.question.remedy}
        where, text = wording.query_whole, wording.query_whole_text
        if item.cell:
            where, text = wording.query_cell, wording.query_text
            words |= {"sheet": item.sheet, "cell": item.cell, "heading": item.heading}
        link = at_sheet(item.sheet, item.cell) if item.cell else ""
        cells.append(Cell(row, 1, where.format(**words), "link" if link else "cell", link=link))
        cells.append(Cell(row, 2, text.format(**words), "cell"))
        heights[row] = row_height(
            [(str(cells[-2].value), NAME_WIDTH), (str(cells[-1].value), QUESTION_WIDTH)], context.template
        )
    return cells, heights


def _progress(
    context: Context, outcomes: Sequence[Sheet], start: int
) -> tuple[list[Cell], list[Claim], dict[int, float]]:
    """The live table of counts per outcome, each with a link to its sheet, and the tasks that lack a status."""
    wording, lines = context.template.wording, summary_lines(context.template)
    cells = [
        Cell(start, 1, wording.progress, "section"),
        Cell(start + 1, 1, wording.progress_sheet, "heading"),
        Cell(start + 1, 2, wording.progress_outcome, "heading"),
        *(Cell(start + 1, column, label, "heading count") for column, (_, label) in enumerate(lines, _FIRST_COUNT)),
    ]
    heights = {start + 1: row_height([(label, COUNT_WIDTH * 0.9) for _, label in lines], context.template)}
    claims: list[Claim] = []
    totals = dict.fromkeys((line for line, _ in lines), 0)
    for row, (outcome, sheet) in enumerate(zip(context.group.outcomes, outcomes, strict=True), start + 2):
        values = {(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}
        cells.append(Cell(row, 1, sheet.name, "link", link=at_sheet(sheet.name, "A1")))
        cells.append(Cell(row, 2, outcome.title, "cell"))
        heights[row] = row_height([(outcome.title, _second_width(context))], context.template)
        for column, claim in enumerate(sheet.claims, _FIRST_COUNT):
            value = values[claim.row, claim.column]
            totals[claim.line] += int(str(value))
            cells.append(Cell(row, column, value, "count", at_sheet(sheet.name, address(claim.row, claim.column))))
            claims.append(Claim(row, column, outcome.key, claim.line))
    last = start + 1 + len(outcomes)
    cells += [Cell(last + 1, 1, wording.total, "label total"), Cell(last + 1, 2, None, "label total")]
    for column, (line, _) in enumerate(lines, _FIRST_COUNT):
        counted = f"{letter(column)}{start + 2}:{letter(column)}{last}"
        cells.append(Cell(last + 1, column, totals[line], "count total", f"SUM({counted})" if outcomes else ""))
        claims.append(Claim(last + 1, column, "", line))
    lacking = _FIRST_COUNT + [line for line, _ in lines].index(NOT_REPORTED)
    cells.append(Cell(last + 2, 1, wording.lacking, "call"))
    cells.append(Cell(last + 2, lacking, totals[NOT_REPORTED], "call count", address(last + 1, lacking)))
    assert totals[TOTAL] == sum(count for line, count in totals.items() if line != TOTAL)
    return cells, claims, heights


def _guide(context: Context, places: _Places) -> list[Cell]:
    steps = [Cell(places.guide + 1 + offset, 1, step, "line") for offset, step in enumerate(places.steps)]
    return [Cell(places.guide, 1, context.template.wording.guide, "section"), *steps]


def _key(context: Context, start: int) -> list[Cell]:
    wording = context.template.wording
    cells = [
        Cell(start, 1, wording.key, "section"),
        Cell(start + 1, 1, wording.key_status, "heading"),
        Cell(start + 1, 2, wording.key_meaning, "heading"),
    ]
    for row, status in enumerate(context.template.statuses, start + 2):
        cells += [Cell(row, 1, status.code, status_style(status)), Cell(row, 2, status.label, "cell")]
    return cells
