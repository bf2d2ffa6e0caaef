"""The front sheet: who is asked for what by when, their progress, how to fill it in, the meaning of the statuses.

In a workbook with questions they are listed here, above the usual contents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ragsheets import dates
from ragsheets.formats.a1 import address, sheet_reference
from ragsheets.workbook.layout import (
    NOT_REPORTED,
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
    """The lines of the sections that contain text only, and the first row of each section below the details."""

    call_lines: list[str]
    details: list[tuple[str, str]]
    hint_lines: list[str]
    step_lines: list[str]
    questions_row: int
    progress_row: int
    guide_row: int

    @property
    def key_row(self) -> int:
        return self.guide_row + 1 + len(self.step_lines)


def _plan_sections(context: LayoutContext) -> _Sections:
    wording, group, period = context.template.wording, context.group, context.period
    due = dates.in_words(period.due) if period.due else ""
    line_width = NAME_WIDTH + _second_column_width(context) + COUNT_WIDTH * len(summary_lines(context.template)) - 2
    if context.questions:
        call, carried_call = wording.query_call_due if due else wording.query_call, wording.carried_query
    else:
        call, carried_call = wording.call_due if due else wording.call, wording.carried_call
    call_lines = lines_of(call.format(due=due), line_width / 1.3)
    if any((context.answers.carried_columns or {}).values()):
        call_lines += lines_of(carried_call, line_width / 1.3)
    details = [
        (wording.front_group, group.name),
        (wording.front_contact, group.contact),
        (wording.front_period, period.title),
        *([(wording.front_due, due)] if due else []),
    ]
    step_lines = []
    last_period_steps = [_last_period_step(context)] if context.last_period else []
    steps = [*wording.guide_steps[:2], *last_period_steps, *wording.guide_steps[2:], wording.guide_spelling]
    for number, step in enumerate(steps, 1):
        first_line, *further_lines = lines_of(step, line_width - 4)
        step_lines += [f"{number}.  {first_line}", *(f"     {line}" for line in further_lines)]
    hint_lines = lines_of(wording.query_guide, line_width) if context.questions else []
    questions_row = 3 + len(call_lines) + len(details)
    progress_row = questions_row + (2 + len(hint_lines) + len(context.questions) if context.questions else 0)
    guide_row = progress_row + 4 + len(group.outcomes)
    return _Sections(call_lines, details, hint_lines, step_lines, questions_row, progress_row, guide_row)


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
    builder = _FrontSheetBuilder(context)
    builder.add_head()
    builder.add_progress(outcomes)
    builder.add_guide()
    builder.add_status_key()
    if questions:
        builder.add_questions(questions)
    return SheetLayout(
        name=context.sheet_names.front,
        role="front",
        cells=tuple(builder.cells),
        widths=(NAME_WIDTH, _second_column_width(context), *[COUNT_WIDTH] * len(builder.lines)),
        heights=row_heights(builder.cells, builder.heights, context.template),
        last_printed_column=2 + len(builder.lines),
        total_cells=tuple(builder.total_cells),
    )


class _FrontSheetBuilder:
    """The sheet while it is laid out."""

    def __init__(self, context: LayoutContext) -> None:
        self.context, self.template, self.wording = context, context.template, context.template.wording
        self.sections, self.lines = _plan_sections(context), summary_lines(context.template)
        self.cells: list[CellLayout] = []
        self.heights: dict[int, float] = {}
        self.total_cells: list[TotalCell] = []

    def add(self, row: int, column: int, value: object, style: str, formula: str = "", link: str = "") -> None:
        self.cells.append(CellLayout(row, column, value, style, formula, link))

    def add_title(self, row: int, title: str) -> None:
        """Add the title of a section."""
        self.add(row, 1, title, "section")
        self.heights[row] = row_height([], self.template) * 1.7

    def add_texts(self, row: int, first: str, second: str, styles: tuple[str, str]) -> None:
        """Add the first two cells of a row."""
        self.add(row, 1, first, styles[0])
        self.add(row, 2, second, styles[1])

    def add_head(self) -> None:
        self.add(1, 1, self.context.plan.title, "front title")
        self.add(2, 1, self.context.plan.partnership, "subtitle")
        for row, line in enumerate(self.sections.call_lines, 3):
            self.add(row, 1, line, "call")
        for row, detail in enumerate(self.sections.details, 3 + len(self.sections.call_lines)):
            self.add_texts(row, *detail, ("label", "text"))

    def add_questions(self, questions: Sequence[PlacedQuestion]) -> None:
        """Add the list of questions: the position with a link, the matter and the remedy."""
        wording, hint_lines, start_row = self.wording, self.sections.hint_lines, self.sections.questions_row
        heading_row = start_row + 1 + len(hint_lines)
        self.add_title(start_row, wording.query_list)
        for row, line in enumerate(hint_lines, start_row + 1):
            self.add(row, 1, line, "line")
        self.add_texts(heading_row, wording.query_where, wording.query_what, ("heading", "heading"))
        for row, question in enumerate(questions, heading_row + 1):
            fields = {"number": question.number, "ask": question.question.ask, "remedy": question.question.remedy}
            location, text, link = wording.query_whole, wording.query_whole_text, ""
            if question.cell:
                location, text = wording.query_cell, wording.query_text
                fields |= {"sheet": question.sheet, "cell": question.cell, "heading": question.heading}
                link = sheet_reference(question.sheet, question.cell)
            location, text = location.format(**fields), text.format(**fields)
            self.add(row, 1, location, "link" if link else "cell", link=link)
            self.add(row, 2, text, "cell")
            self.heights[row] = row_height([(location, NAME_WIDTH), (text, QUESTION_WIDTH)], self.template)

    def add_progress(self, outcomes: Sequence[SheetLayout]) -> None:
        """Add the live counts per outcome, with links, their totals, and the number of tasks without a status."""
        wording, start_row = self.wording, self.sections.progress_row
        self.add_title(start_row, wording.progress)
        self.add_texts(start_row + 1, wording.progress_sheet, wording.progress_outcome, ("heading", "heading"))
        for column, (_, label) in enumerate(self.lines, _FIRST_COUNT_COLUMN):
            self.add(start_row + 1, column, label, "heading count")
        labels = [(label, COUNT_WIDTH * 0.9) for _, label in self.lines]
        self.heights[start_row + 1] = row_height(labels, self.template)
        totals = dict.fromkeys((line for line, _ in self.lines), 0)
        for row, (outcome, sheet) in enumerate(zip(self.context.group.outcomes, outcomes, strict=True), start_row + 2):
            values = {(cell.row, cell.column): cell.value for cell in sheet.cells if cell.formula}
            self.add(row, 1, sheet.name, "link", link=sheet_reference(sheet.name, "A1"))
            self.add(row, 2, outcome.title, "cell")
            self.heights[row] = row_height([(outcome.title, _second_column_width(self.context))], self.template)
            for column, total_cell in enumerate(sheet.total_cells, _FIRST_COUNT_COLUMN):
                value = values[total_cell.row, total_cell.column]
                totals[total_cell.line] += int(str(value))
                total_address = address(total_cell.row, total_cell.column)
                self.add(row, column, value, "count", sheet_reference(sheet.name, total_address))
                self.total_cells.append(TotalCell(row, column, outcome.key, total_cell.line))
        self._add_totals(totals, range(start_row + 2, start_row + 2 + len(outcomes)))

    def _add_totals(self, totals: Mapping[str, int], outcome_rows: range) -> None:
        """Add the totals of the outcomes in these rows, and below them the number of tasks without a status."""
        row = outcome_rows.stop
        self.add(row, 1, self.wording.total, "label total")
        self.add(row, 2, None, "label total")
        for column, (line, total) in enumerate(totals.items(), _FIRST_COUNT_COLUMN):
            counted_cells = f"{address(outcome_rows.start, column)}:{address(row - 1, column)}"
            self.add(row, column, total, "count total", f"SUM({counted_cells})" if outcome_rows else "")
            self.total_cells.append(TotalCell(row, column, "", line))
        lacking_column = _FIRST_COUNT_COLUMN + list(totals).index(NOT_REPORTED)
        self.add(row + 1, 1, self.wording.lacking, "call")
        self.add(row + 1, lacking_column, totals[NOT_REPORTED], "call count", address(row, lacking_column))

    def add_guide(self) -> None:
        self.add_title(self.sections.guide_row, self.wording.guide)
        for row, step in enumerate(self.sections.step_lines, self.sections.guide_row + 1):
            self.add(row, 1, step, "line")

    def add_status_key(self) -> None:
        start_row = self.sections.key_row
        self.add_title(start_row, self.wording.key)
        self.add_texts(start_row + 1, self.wording.key_status, self.wording.key_meaning, ("heading", "heading"))
        for row, status in enumerate(self.template.statuses, start_row + 2):
            self.add_texts(row, status.code, status.label, (status_style(status), "cell"))
