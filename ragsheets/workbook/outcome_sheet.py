"""The sheet of one outcome: header block, summary, a table of tasks for each action, rows for new tasks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ragsheets import dates
from ragsheets.formats.a1 import absolute_range, address, sheet_reference, string_literal
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

#: The first date with the same serial number in every program: Excel has a 29th February 1900.
_FIRST_PORTABLE_DATE = datetime.date(1900, 3, 1)
#: Numbers that are read from a cell exactly as they were written.
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14}|(0|[1-9][0-9]{0,7})\.[0-9]{0,5}[1-9])")


class _SheetBuilder:
    """The sheet while it is laid out: its cells so far, and the next free row."""

    def __init__(self, context: LayoutContext, outcome: Outcome, number: int) -> None:
        self.context = context
        self.template = context.template
        self.outcome = outcome
        self.name = context.sheet_names.outcomes[outcome.key]
        self.reference = f"{context.reference}-{number}"
        self.cells: dict[tuple[int, int], CellLayout] = {}
        self.heights: dict[int, float] = {}
        self.total_cells: list[TotalCell] = []
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
        """Apply the style to the rest of a row, so that a band has no gaps."""
        for column in range(start, self.key_column):
            self.add_cell(row, column, None, style)

    def add_keyed_row(self, key: str, cells: Sequence[tuple[object, str]], scale: float = 1.0) -> int:
        """Write a row with these values and styles and its hidden key, high enough for them; return its number."""
        row = self.next_row
        for number, (value, style) in enumerate(cells, 1):
            self.add_cell(row, number, None if value == "" else value, style)
        self.add_cell(row, self.key_column, key, "hidden")
        texts = [(str(text), column.width) for (text, _), column in zip(cells, self.columns, strict=True)]
        self.heights[row] = row_height(texts, self.template) * scale
        self.next_row += 1
        return row

    def add_text_rows(self, text: str, style: str, scale: float = 1.0) -> None:
        """Write `text` across the width of all columns, on as many rows as needed, without merging cells."""
        line_width = sum(column.width for column in self.columns) / scale - 2
        for line in lines_of(text, line_width):
            self.add_cell(self.next_row, 1, line, style)
            self.fill_row(self.next_row, style, 2)
            self.next_row += 1


def lay_out(context: LayoutContext, outcome: Outcome, number: int) -> SheetLayout:
    """Lay out the sheet of one outcome, number `number` of the workbook."""
    builder = _SheetBuilder(context, outcome, number)
    _add_headings(builder)
    block_rows = _add_header_block(builder)
    if context.counts_only_changes and any(context.answers.carried_columns_of(task.key) for task in outcome.tasks):
        builder.add_text_rows(builder.template.wording.carried_hint, "hint")
    for action in outcome.actions:
        _add_action(builder, action)
    _add_new_task_rows(builder)
    _add_closed_tasks(builder)
    _add_summary(builder, block_rows)
    answer_rows = [*builder.task_rows, *builder.new_task_rows]
    first_answer_column = builder.column_number(builder.template.contact_columns[0].key)
    is_first = context.last_period is None
    return SheetLayout(
        name=builder.name,
        role="outcome",
        cells=tuple(builder.cells.values()),
        widths=(*(column.width for column in builder.columns), 12),
        heights=row_heights(builder.cells.values(), builder.heights, builder.template),
        outcome=outcome.key,
        heading_row=HEADING_ROW,
        active_cell=address(builder.task_rows[0], first_answer_column),
        last_printed_column=builder.key_column - 1,
        hidden_column=builder.key_column,
        dropdowns=tuple(_dropdowns(builder, answer_rows)),
        status_ranges=tuple(_cell_ranges(answer_rows, builder.status_column)),
        last_status_ranges=()
        if is_first
        else tuple(_cell_ranges([*answer_rows, *builder.closed_task_rows], builder.column_number(LAST_STATUS))),
        zoom=100 if is_first else ZOOM,
        total_cells=tuple(builder.total_cells),
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
    """Add the header of the 2008 layout; return its rows; the summary is placed to their right."""
    context, wording = builder.context, builder.template.wording
    builder.add_text_rows(wording.outcome.format(outcome=builder.outcome.heading), "outcome", 1.2)
    first_row = builder.next_row
    text_columns = max(1, builder.status_column - 2)
    line_width = sum(column.width for column in builder.columns[:text_columns]) - 2
    details = [
        wording.date.format(date=dates.in_words(context.period.date)),
        wording.group.format(group=context.group.name),
        wording.contact.format(contact=context.group.contact),
    ]
    lines = [line for detail in details for line in lines_of(detail, line_width)]
    reference_lines = lines_of(wording.reference.format(reference=builder.reference), line_width)
    row_count = max(len(summary_lines(builder.template)) + 1, len(lines) + len(reference_lines))
    for offset in range(row_count):
        builder.fill_row(first_row + offset, "block", 2)
        builder.add_cell(first_row + offset, 1, lines[offset] if offset < len(lines) else None, "block")
    for offset, line in enumerate(reversed(reference_lines)):
        builder.add_cell(first_row + row_count - 1 - offset, 1, line, "note")
    builder.next_row = first_row + row_count
    return range(first_row, first_row + row_count)


def _add_action(builder: _SheetBuilder, action: Action) -> None:
    wording = builder.template.wording
    parts = [wording.ref.format(ref=action.ref)] if action.ref else []
    parts.append(wording.action.format(action=action.title))
    builder.add_text_rows("   ".join(parts), "band", 1.1)
    for task in action.tasks:
        _add_task_row(builder, task)


def _add_task_row(builder: _SheetBuilder, task: Task) -> None:
    cells: list[tuple[object, str]] = []
    fixed_texts = plan_texts(task, builder.template)
    answers = builder.context.answers.answers_of(task)
    last_period = builder.context.last_period
    last_texts = _last_answer_texts(builder, last_period.answers_of(task.key)) if last_period else {}
    for column in builder.columns:
        if column.filled_by == "contact":
            text: object = _answer_value(answers, column)
            style = answer_style(column)
            if column.key in builder.context.answers.carried_columns_of(task.key):
                style = carried_style(style)
        else:
            text, style = {**fixed_texts, **last_texts}[column.key], _locked_style(column)
        cells.append((text, style))
    builder.task_rows.append(builder.add_keyed_row(task.key, cells))


def _last_answer_texts(builder: _SheetBuilder, last_answers: LastAnswers) -> dict[str, str]:
    """Return the last answers to a task, by column key, cut to what a row can show."""
    texts = {LAST_STATUS: last_answers.status, LAST_POSITION: last_answers.position, LAST_PLANNED: last_answers.planned}
    widths = {column.key: column.width for column in builder.columns}
    return {key: truncate_to_row(text, widths[key], builder.template.look.size) for key, text in texts.items()}


def _locked_style(column: SheetColumn) -> str:
    return "given status" if column.key == LAST_STATUS else "given"


def plan_texts(task: Task, template: Template) -> dict[str, str]:
    """Return the texts of a task in the plan, as the workbook shows them, by column key."""
    texts = {"task": task.labelled, "target": task.target}
    for column in template.plan_columns:
        text = task.further.get(column.key, "")
        date = dates.read_date(text) if column.kind == "date" and text else None
        texts[column.key] = dates.in_words(date) if date else text
    return texts


def _answer_value(answers: Mapping[str, str], column: SheetColumn) -> object:
    """Return an answer as its cell value: a date or number only if every program reads it back unchanged."""
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
    cells = [
        ("", _locked_style(column) if column.filled_by == "past" else answer_style(column))
        for column in builder.columns
    ]
    for number in range(1, NEW_TASK_ROWS + 1):
        builder.new_task_rows.append(builder.add_keyed_row(f"{NEW_TASK_PREFIX}{number}", cells, 1.6))


def _add_closed_tasks(builder: _SheetBuilder) -> None:
    """Add the tasks that need no further answer, with their last answers and nothing to fill in."""
    last_period, wording = builder.context.last_period, builder.template.wording
    closed_tasks = last_period.closed_tasks.get(builder.outcome.key, ()) if last_period else ()
    bands = {"completed": wording.listed_completed, "withdrawn": wording.listed_withdrawn}
    for reason, prefix in CLOSED_TASK_PREFIXES.items():
        tasks = [task for task in closed_tasks if task.reason == reason]
        if tasks:
            builder.add_text_rows(bands[reason], "band", 1.1)
        for number, task in enumerate(tasks, 1):
            texts = {**task.plan_texts, **_last_answer_texts(builder, task.last_answers)}
            cells = [(texts.get(column.key, ""), _locked_style(column)) for column in builder.columns]
            builder.closed_task_rows.append(builder.add_keyed_row(f"{prefix}{number}", cells))


def _add_summary(builder: _SheetBuilder, block_rows: range) -> None:
    """Add the live counts. They count rows with a task key, so that an inserted row does not add to them.

    A status that was carried forward and is unchanged does not count yet: it equals the one in the last status column.
    """
    label_column, first, last_row = builder.status_column - 1, builder.task_rows[0], builder.task_rows[-1]
    statuses = absolute_range(builder.status_column, first, last_row)
    keys = absolute_range(builder.key_column, first, last_row)
    counts = count_statuses(builder.context, builder.outcome)
    styles = {status.code: status_style(status) for status in builder.template.statuses}
    rows = {line: block_rows[1 + offset] for offset, (line, _) in enumerate(summary_lines(builder.template))}
    codes = builder.template.scale.codes
    counted = f"{address(rows[codes[0]], builder.status_column)}:{address(rows[codes[-1]], builder.status_column)}"
    builder.add_cell(block_rows[0], label_column, builder.template.wording.summary, "block label")
    for line, label in summary_lines(builder.template):
        row = rows[line]
        if line == TOTAL:
            formula = f'SUMPRODUCT(--({keys}<>""))'
        elif line == NOT_REPORTED:
            formula = f"{address(rows[TOTAL], builder.status_column)}-SUM({counted})"
        else:
            formula = f'SUMPRODUCT(({keys}<>"")*({statuses}={string_literal(line)}){_is_changed(builder, line)})'
        builder.add_cell(row, label_column, label, styles.get(line, "label total"))
        builder.add_cell(row, builder.status_column, counts[line], "count", formula)
        builder.total_cells.append(TotalCell(row, builder.status_column, builder.outcome.key, line))


def _is_changed(builder: _SheetBuilder, status_code: str) -> str:
    """Return the factors of a formula that are 0 where this status was carried forward.

    The texts are complete, since not every program can compare the beginnings of a whole range of cells.
    """
    if not builder.context.counts_only_changes:
        return ""
    column, rows = builder.column_number(LAST_STATUS), builder.task_rows
    texts = {str(builder.cells[row, column].value or "") for row in rows}
    literals = (map(string_literal, text.split("\n")) for text in sorted(texts) if text.split("\n")[0] == status_code)
    last_statuses = absolute_range(column, rows[0], rows[-1])
    return "".join(f"*({last_statuses}<>{'&CHAR(10)&'.join(lines)})" for lines in literals)


def _dropdowns(builder: _SheetBuilder, answer_rows: list[int]) -> Iterator[Dropdown]:
    """Yield the lists and prompts of each column; cells with last answers that do not count have their own prompt.

    In a workbook with questions the note on the cell explains what to do with such answers.
    """
    for number, column in enumerate(builder.columns, 1):
        if column.filled_by == "past":
            continue
        column_rows = answer_rows if column.filled_by == "contact" else builder.new_task_rows
        changeable_rows = column_rows if builder.context.counts_only_changes else []
        carried_rows = [
            row for row in changeable_rows if builder.cells[row, number].style.startswith(carried_style(""))
        ]
        other_rows = [row for row in column_rows if row not in carried_rows]
        source, error_title, error = _list_of(builder, column)
        for rows, prompt in ((other_rows, column.prompt), (carried_rows, builder.template.wording.carried_prompt)):
            if rows and (source or (prompt and column.filled_by == "contact")):
                ranges = tuple(_cell_ranges(rows, number))
                yield Dropdown(ranges, source, column.heading[:32], prompt, error_title, error)


def _list_of(builder: _SheetBuilder, column: SheetColumn) -> tuple[str, str, str]:
    """Return the source of a column's list, and the title and text of the message for other values; "" for none."""
    wording = builder.template.wording
    if column.kind == "status":
        error = wording.status_error.format(statuses=", ".join(builder.template.scale.codes))
        return status_source(builder.context), wording.status_error_title, error[:225]
    if column.kind == "choice":
        return choice_source(builder.context, column), wording.choice_error_title, wording.choice_error
    return "", "", ""


def status_source(context: LayoutContext) -> str:
    """Return the range of the front sheet with the status codes to choose from."""
    from ragsheets.workbook.front_sheet import status_code_rows

    rows = status_code_rows(context)
    return sheet_reference(context.sheet_names.front, absolute_range(1, rows[0], rows[-1]))


def choice_source(context: LayoutContext, column: SheetColumn) -> str:
    """Return the range of the hidden sheet with the choices of a column."""
    from ragsheets.workbook.identity import choice_column

    cells = absolute_range(choice_column(context.template, column), 2, 1 + len(column.choices))
    return sheet_reference(context.sheet_names.facts, cells)


def _cell_ranges(rows: list[int], column: int) -> Iterator[str]:
    """Yield the cells of a column in these rows as the fewest possible ranges."""
    for _, numbered_rows in groupby(enumerate(sorted(rows)), lambda entry: entry[1] - entry[0]):
        run = [row for _, row in numbered_rows]
        yield f"{address(run[0], column)}:{address(run[-1], column)}"
