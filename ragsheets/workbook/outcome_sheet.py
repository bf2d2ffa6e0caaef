"""The sheet of one outcome: header block, summary, a table of tasks for each action, rows for new tasks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ragsheets import dates
from ragsheets.formats.a1 import absolute_range, address, column_letter, sheet_reference, string_literal
from ragsheets.plan.model import Action, Outcome, Task
from ragsheets.template.model import Template
from ragsheets.workbook.columns import LAST_PLANNED, LAST_POSITION, LAST_STATUS, ZOOM, SheetColumn
from ragsheets.workbook.last_period import LastAnswers
from ragsheets.workbook.layout import (
    CLOSED_TASK_PREFIXES,
    HEADING_ROW,
    KEY_HEADING,
    NEW_TASK_PREFIX,
    NEW_TASK_ROWS,
    NOT_REPORTED,
    TITLE_ROW,
    TOTAL,
    CellLayout,
    Dropdown,
    LayoutContext,
    SheetLayout,
    TotalCell,
    count_statuses,
    row_height,
    row_heights,
    summary_lines,
)
from ragsheets.workbook.style_names import answer_style, carried_style, status_style
from ragsheets.workbook.text_metrics import lines_of, truncate_to_row

#: The first day that every program counts alike: Excel has a 29th February 1900.
_FIRST_PORTABLE_DATE = datetime.date(1900, 3, 1)
#: Numbers that come back from a cell as they were written.
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14}|(0|[1-9][0-9]{0,7})\.[0-9]{0,5}[1-9])")


class _SheetBuilder:
    """The sheet while it is being laid out: cells so far, and the next free row."""

    def __init__(self, context: LayoutContext, outcome: Outcome, number: int) -> None:
        self.context = context
        self.template = context.template
        self.outcome = outcome
        self.name = context.sheet_names.outcomes[outcome.key]
        self.reference = f"{context.reference}-{number}"
        self.cells: dict[tuple[int, int], CellLayout] = {}
        self.heights: dict[int, float] = {}
        self.claims: list[TotalCell] = []
        self.next_row = HEADING_ROW + 1
        self.task_rows: list[int] = []
        self.new_task_rows: list[int] = []
        self.closed_task_rows: list[int] = []
        self.columns = context.columns
        self.key_column = len(self.columns) + 1
        self.status_column = self.column_number("status")

    def column_number(self, key: str) -> int:
        return 1 + [column.key for column in self.columns].index(key)

    def add_cell(self, row: int, column: int, value: object, style: str, formula: str = "") -> None:
        self.cells[row, column] = CellLayout(row, column, value, style, formula)

    def fill_row(self, row: int, style: str, start: int = 1) -> None:
        """Give the rest of a row the style, so that a band has no holes."""
        for column in range(start, self.key_column):
            self.add_cell(row, column, None, style)

    def add_text_rows(self, text: str, style: str, scale: float = 1.0) -> None:
        """Write `text` over the width of all columns, on as many rows as it takes, without merging cells."""
        room = sum(column.width for column in self.columns) / scale - 2
        for line in lines_of(text, room):
            self.add_cell(self.next_row, 1, line, style)
            self.fill_row(self.next_row, style, 2)
            self.next_row += 1


def lay_out(context: LayoutContext, outcome: Outcome, number: int) -> SheetLayout:
    """Lay out the sheet of one outcome, the `number`th of the workbook."""
    draft = _SheetBuilder(context, outcome, number)
    _add_headings(draft)
    block = _add_header_block(draft)
    if context.counts_only_changes and any(context.answers.carried_columns_of(task.key) for task in outcome.tasks):
        draft.add_text_rows(draft.template.wording.carried_hint, "hint")
    for action in outcome.actions:
        _add_action(draft, action)
    _add_new_task_rows(draft)
    _add_closed_tasks(draft)
    _add_summary(draft, block)
    rows = [*draft.task_rows, *draft.new_task_rows]
    first_answer = draft.column_number(draft.template.contact_columns[0].key)
    is_first = context.last_period is None
    return SheetLayout(
        name=draft.name,
        role="outcome",
        cells=tuple(draft.cells.values()),
        widths=(*(column.width for column in draft.columns), 12),
        heights=row_heights(draft.cells.values(), draft.heights, draft.template),
        outcome=outcome.key,
        heading_row=HEADING_ROW,
        active_cell=address(draft.task_rows[0], first_answer),
        last_printed_column=draft.key_column - 1,
        hidden_column=draft.key_column,
        dropdowns=tuple(_dropdowns(draft, rows)),
        status_ranges=tuple(_cell_ranges(rows, draft.status_column)),
        last_status_ranges=()
        if is_first
        else tuple(_cell_ranges([*rows, *draft.closed_task_rows], draft.column_number(LAST_STATUS))),
        zoom=100 if is_first else ZOOM,
        total_cells=tuple(draft.claims),
    )


def _add_headings(builder: _SheetBuilder) -> None:
    wording = builder.template.wording
    title = wording.sheet_title.format(sheet=builder.name, group=builder.context.group.name)
    builder.add_cell(TITLE_ROW, 1, title, "title")
    for number, column in enumerate(builder.columns, 1):
        builder.add_cell(HEADING_ROW, number, column.heading, "heading")
    builder.add_cell(HEADING_ROW, builder.key_column, KEY_HEADING, "hidden")
    builder.heights[HEADING_ROW] = row_height([(c.heading, c.width * 0.9) for c in builder.columns], builder.template)


def _add_header_block(builder: _SheetBuilder) -> range:
    """The header of the 2008 layout; gives the rows beside which the summary stands."""
    context, wording = builder.context, builder.template.wording
    builder.add_text_rows(wording.outcome.format(outcome=builder.outcome.heading), "outcome", 1.2)
    first = builder.next_row
    beside = max(1, builder.status_column - 2)
    room = sum(column.width for column in builder.columns[:beside]) - 2
    details = [
        wording.date.format(date=dates.in_words(context.period.date)),
        wording.group.format(group=context.group.name),
        wording.contact.format(contact=context.group.contact),
    ]
    lines = [line for detail in details for line in lines_of(detail, room)]
    reference = lines_of(wording.reference.format(reference=builder.reference), room)
    count = max(len(summary_lines(builder.template)) + 1, len(lines) + len(reference))
    for offset in range(count):
        builder.fill_row(first + offset, "block", 2)
        builder.add_cell(first + offset, 1, lines[offset] if offset < len(lines) else None, "block")
    for offset, line in enumerate(reversed(reference)):
        builder.add_cell(first + count - 1 - offset, 1, line, "note")
    builder.next_row = first + count
    return range(first, first + count)


def _add_action(builder: _SheetBuilder, action: Action) -> None:
    wording = builder.template.wording
    parts = [wording.ref.format(ref=action.ref)] if action.ref else []
    parts.append(wording.action.format(action=action.title))
    builder.add_text_rows("   ".join(parts), "band", 1.1)
    for task in action.tasks:
        _add_task_row(builder, task)


def _add_task_row(builder: _SheetBuilder, task: Task) -> None:
    row = builder.next_row
    texts = []
    given = plan_texts(task, builder.template)
    answers = builder.context.answers.answers_of(task)
    background = builder.context.last_period
    told = _last_answer_texts(builder, background.answers_of(task.key)) if background else {}
    for number, column in enumerate(builder.columns, 1):
        if column.filled_by == "contact":
            text: object = _answer_value(answers, column)
            style = answer_style(column)
            if column.key in builder.context.answers.carried_columns_of(task.key):
                style = carried_style(style)
        else:
            text, style = {**given, **told}[column.key], _locked_style(column)
        builder.add_cell(row, number, None if text == "" else text, style)
        texts.append((str(text), column.width))
    builder.add_cell(row, builder.key_column, task.key, "hidden")
    builder.heights[row] = row_height(texts, builder.template)
    builder.task_rows.append(row)
    builder.next_row += 1


def _last_answer_texts(builder: _SheetBuilder, last_answers: LastAnswers) -> dict[str, str]:
    """What was last said of a task, by column key, as far as a row can show it."""
    texts = {LAST_STATUS: last_answers.status, LAST_POSITION: last_answers.position, LAST_PLANNED: last_answers.planned}
    widths = {column.key: column.width for column in builder.columns}
    return {key: truncate_to_row(text, widths[key], builder.template.look.size) for key, text in texts.items()}


def _locked_style(column: SheetColumn) -> str:
    return "given status" if column.key == LAST_STATUS else "given"


def plan_texts(task: Task, template: Template) -> dict[str, str]:
    """What the plan says of a task, as the workbook shows it, by column key."""
    texts = {"task": task.labelled, "target": task.target}
    for column in template.plan_columns:
        text = task.further.get(column.key, "")
        date = dates.read_date(text) if column.kind == "date" and text else None
        texts[column.key] = dates.in_words(date) if date else text
    return texts


def _answer_value(answers: Mapping[str, str], column: SheetColumn) -> object:
    """An answer as its cell holds it: dates and numbers as such where every program reads back what was written."""
    text = answers.get(column.key, "")
    if column.kind == "date" and text:
        try:
            date = datetime.date.fromisoformat(text)
        except ValueError:
            return text
        return date if date >= _FIRST_PORTABLE_DATE else text
    if column.kind == "number" and _PLAIN_NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _add_new_task_rows(builder: _SheetBuilder) -> None:
    builder.add_text_rows(builder.template.wording.new_tasks, "band", 1.1)
    for number in range(1, NEW_TASK_ROWS + 1):
        for place, column in enumerate(builder.columns, 1):
            style = _locked_style(column) if column.filled_by == "past" else answer_style(column)
            builder.add_cell(builder.next_row, place, None, style)
        builder.add_cell(builder.next_row, builder.key_column, f"{NEW_TASK_PREFIX}{number}", "hidden")
        builder.heights[builder.next_row] = row_height([("", 10)], builder.template) * 1.6
        builder.new_task_rows.append(builder.next_row)
        builder.next_row += 1


def _add_closed_tasks(builder: _SheetBuilder) -> None:
    """The tasks that need no answer any more, as they last stood, with nothing to fill in."""
    background, wording = builder.context.last_period, builder.template.wording
    listed = background.closed_tasks.get(builder.outcome.key, ()) if background else ()
    for reason, sign in CLOSED_TASK_PREFIXES.items():
        rows = [item for item in listed if item.reason == reason]
        if rows:
            builder.add_text_rows(
                wording.listed_completed if reason == "completed" else wording.listed_withdrawn, "band", 1.1
            )
        for count, item in enumerate(rows, 1):
            texts = {**item.plan_texts, **_last_answer_texts(builder, item.last_answers)}
            for number, column in enumerate(builder.columns, 1):
                builder.add_cell(builder.next_row, number, texts.get(column.key) or None, _locked_style(column))
            builder.add_cell(builder.next_row, builder.key_column, f"{sign}{count}", "hidden")
            said = [(texts.get(column.key, ""), column.width) for column in builder.columns]
            builder.heights[builder.next_row] = row_height(said, builder.template)
            builder.closed_task_rows.append(builder.next_row)
            builder.next_row += 1


def _add_summary(builder: _SheetBuilder, block_rows: range) -> None:
    """The live counts. They count rows that carry a task's key, so that a row put in between does not add to them.

    A status that was carried forward and still stands as it did says nothing yet: it is that of the column of the last
    status.
    """
    label_column, first, last_row = builder.status_column - 1, builder.task_rows[0], builder.task_rows[-1]
    statuses = absolute_range(builder.status_column, first, last_row)
    keys = absolute_range(builder.key_column, first, last_row)
    last = (
        absolute_range(builder.column_number(LAST_STATUS), first, last_row)
        if builder.context.counts_only_changes
        else ""
    )
    counts = count_statuses(builder.context, builder.outcome)
    styles = {status.code: status_style(status) for status in builder.template.statuses}
    number_of = {line: block_rows[1 + n] for n, (line, _) in enumerate(summary_lines(builder.template))}
    codes = builder.template.scale.codes
    counted = (
        f"{address(number_of[codes[0]], builder.status_column)}:{address(number_of[codes[-1]], builder.status_column)}"
    )
    builder.add_cell(block_rows[0], label_column, builder.template.wording.summary, "block label")
    for line, label in summary_lines(builder.template):
        row = number_of[line]
        if line == TOTAL:
            formula = f'SUMPRODUCT(--({keys}<>""))'
        elif line == NOT_REPORTED:
            formula = f"{address(number_of[TOTAL], builder.status_column)}-SUM({counted})"
        else:
            changed = "".join(f"*({last}<>{held})" for held in _carried_status_texts(builder, line))
            formula = f'SUMPRODUCT(({keys}<>"")*({statuses}={string_literal(line)}){changed})'
        builder.add_cell(row, label_column, label, styles.get(line, "label total"))
        builder.add_cell(row, builder.status_column, counts[line], "count", formula)
        builder.claims.append(TotalCell(row, builder.status_column, builder.outcome.key, line))


def _carried_status_texts(builder: _SheetBuilder, status_code: str) -> list[str]:
    """What stands in the column of the last status where this one was carried forward, as formulas write it.

    Written out, for not every program compares the beginnings of a whole range of cells.
    """
    if not builder.context.counts_only_changes:
        return []
    told = {str(builder.cells[row, builder.column_number(LAST_STATUS)].value or "") for row in builder.task_rows}
    own = sorted(text for text in told if text.split("\n")[0] == status_code)
    return ["&CHAR(10)&".join(map(string_literal, text.split("\n"))) for text in own]


def _dropdowns(builder: _SheetBuilder, answer_rows: list[int]) -> Iterator[Dropdown]:
    """The lists and prompts of each column; where it holds last answers that do not count, those cells say so instead.

    In a workbook with questions the note beside the cell says what to do with them.
    """
    for number, column in enumerate(builder.columns, 1):
        if column.filled_by == "past":
            continue
        answered = answer_rows if column.filled_by == "contact" else builder.new_task_rows
        counting = answered if builder.context.counts_only_changes else []
        carried = [row for row in counting if builder.cells[row, number].style.startswith(carried_style(""))]
        own = [row for row in answered if row not in carried]
        yield from _column_dropdown(builder, column, tuple(_cell_ranges(own, number)))
        if carried:
            told = replace(column, prompt=builder.template.wording.carried_prompt)
            yield from _column_dropdown(builder, told, tuple(_cell_ranges(carried, number)))


def _column_dropdown(builder: _SheetBuilder, column: SheetColumn, ranges: tuple[str, ...]) -> Iterator[Dropdown]:
    wording = builder.template.wording
    if ranges:
        if column.kind == "status":
            yield Dropdown(
                ranges,
                status_source(builder.context),
                column.heading[:32],
                column.prompt,
                wording.status_error_title,
                wording.status_error.format(statuses=", ".join(builder.template.scale.codes))[:225],
            )
        elif column.kind == "choice":
            source = choice_source(builder.context, column)
            yield Dropdown(
                ranges,
                source,
                column.heading[:32],
                column.prompt,
                wording.choice_error_title,
                wording.choice_error,
            )
        elif column.prompt and column.filled_by == "contact":
            yield Dropdown(ranges, "", column.heading[:32], column.prompt)


def status_source(context: LayoutContext) -> str:
    """The range of the front sheet that holds the codes to pick from."""
    from ragsheets.workbook.front_sheet import status_code_rows

    rows = status_code_rows(context)
    return sheet_reference(context.sheet_names.front, absolute_range(1, rows[0], rows[-1]))


def choice_source(context: LayoutContext, column: SheetColumn) -> str:
    """The range of the hidden sheet that holds the choices of a column."""
    from ragsheets.workbook.identity import choice_column

    place = absolute_range(choice_column(context.template, column), 2, 1 + len(column.choices))
    return sheet_reference(context.sheet_names.facts, place)


def _cell_ranges(rows: list[int], column: int) -> Iterator[str]:
    """The cells of a column in these rows, as few ranges as they take."""
    start = previous = 0
    for row in [*sorted(rows), 0]:
        if previous and row != previous + 1:
            yield f"{column_letter(column)}{start}:{column_letter(column)}{previous}"
            start = row
        elif not previous:
            start = row
        previous = row
