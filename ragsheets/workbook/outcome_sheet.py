"""The sheet of one outcome: header block, summary, a table of tasks for each action, rows for new tasks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ragsheets import dates
from ragsheets.formats.a1 import address, at_sheet, fixed_range, letter, quoted
from ragsheets.plan.model import Action, Outcome, Task
from ragsheets.template.model import Template
from ragsheets.workbook.columns import LAST_PLANNED, LAST_POSITION, LAST_STATUS, ZOOM, SheetColumn
from ragsheets.workbook.last_period import Told
from ragsheets.workbook.layout import (
    HEADING_ROW,
    KEY_HEADING,
    LISTED,
    NEW_TASK,
    NEW_TASK_ROWS,
    NOT_REPORTED,
    TITLE_ROW,
    TOTAL,
    Cell,
    Claim,
    Context,
    Dropdown,
    Sheet,
    all_heights,
    count_statuses,
    row_height,
    summary_lines,
)
from ragsheets.workbook.style_names import answer_style, carried_style, status_style
from ragsheets.workbook.text_metrics import fitted, lines_of

#: The first day that every program counts alike: Excel has a 29th February 1900.
_FIRST_DATE = datetime.date(1900, 3, 1)
#: Numbers that come back from a cell as they were written.
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14}|(0|[1-9][0-9]{0,7})\.[0-9]{0,5}[1-9])")


class _Draft:
    """The sheet while it is being laid out: cells so far, and the next free row."""

    def __init__(self, context: Context, outcome: Outcome, number: int) -> None:
        self.context = context
        self.template = context.template
        self.outcome = outcome
        self.name = context.sheet_names.outcomes[outcome.key]
        self.reference = f"{context.reference}-{number}"
        self.cells: dict[tuple[int, int], Cell] = {}
        self.heights: dict[int, float] = {}
        self.claims: list[Claim] = []
        self.row = HEADING_ROW + 1
        self.task_rows: list[int] = []
        self.new_rows: list[int] = []
        self.listed_rows: list[int] = []
        self.columns = context.columns
        self.key_column = len(self.columns) + 1
        self.status_column = self.column_number("status")

    def column_number(self, key: str) -> int:
        return 1 + [column.key for column in self.columns].index(key)

    def put(self, row: int, column: int, value: object, style: str, formula: str = "") -> None:
        self.cells[row, column] = Cell(row, column, value, style, formula)

    def fill_row(self, row: int, style: str, start: int = 1) -> None:
        """Give the rest of a row the style, so that a band has no holes."""
        for column in range(start, self.key_column):
            self.put(row, column, None, style)

    def across(self, text: str, style: str, scale: float = 1.0) -> None:
        """Write `text` over the width of all columns, on as many rows as it takes, without merging cells."""
        room = sum(column.width for column in self.columns) / scale - 2
        for line in lines_of(text, room):
            self.put(self.row, 1, line, style)
            self.fill_row(self.row, style, 2)
            self.row += 1


def lay_out(context: Context, outcome: Outcome, number: int) -> Sheet:
    """Lay out the sheet of one outcome, the `number`th of the workbook."""
    draft = _Draft(context, outcome, number)
    _headings(draft)
    block = _header_block(draft)
    if context.counts_changes and any(context.answers.carried_of(task.key) for task in outcome.tasks):
        draft.across(draft.template.wording.carried_hint, "hint")
    for action in outcome.actions:
        _action(draft, action)
    _new_tasks(draft)
    _listed(draft)
    _summary(draft, block)
    rows = [*draft.task_rows, *draft.new_rows]
    first_answer = draft.column_number(draft.template.contact_columns[0].key)
    is_first = context.background is None
    return Sheet(
        name=draft.name,
        role="outcome",
        cells=tuple(draft.cells.values()),
        widths=(*(column.width for column in draft.columns), 12),
        heights=all_heights(draft.cells.values(), draft.heights, draft.template),
        outcome=outcome.key,
        heading_row=HEADING_ROW,
        start=address(draft.task_rows[0], first_answer),
        last_column=draft.key_column - 1,
        hidden_column=draft.key_column,
        dropdowns=tuple(_dropdowns(draft, rows)),
        coloured=tuple(_runs(rows, draft.status_column)),
        coloured_last=() if is_first else tuple(_runs([*rows, *draft.listed_rows], draft.column_number(LAST_STATUS))),
        zoom=100 if is_first else ZOOM,
        claims=tuple(draft.claims),
    )


def _headings(draft: _Draft) -> None:
    wording = draft.template.wording
    title = wording.sheet_title.format(sheet=draft.name, group=draft.context.group.name)
    draft.put(TITLE_ROW, 1, title, "title")
    for number, column in enumerate(draft.columns, 1):
        draft.put(HEADING_ROW, number, column.heading, "heading")
    draft.put(HEADING_ROW, draft.key_column, KEY_HEADING, "hidden")
    draft.heights[HEADING_ROW] = row_height([(c.heading, c.width * 0.9) for c in draft.columns], draft.template)


def _header_block(draft: _Draft) -> range:
    """The header of the 2008 layout; gives the rows beside which the summary stands."""
    context, wording = draft.context, draft.template.wording
    draft.across(wording.outcome.format(outcome=draft.outcome.heading), "outcome", 1.2)
    first = draft.row
    beside = max(1, draft.status_column - 2)
    room = sum(column.width for column in draft.columns[:beside]) - 2
    details = [
        wording.date.format(date=dates.in_words(context.period.date)),
        wording.group.format(group=context.group.name),
        wording.contact.format(contact=context.group.contact),
    ]
    lines = [line for detail in details for line in lines_of(detail, room)]
    reference = lines_of(wording.reference.format(reference=draft.reference), room)
    count = max(len(summary_lines(draft.template)) + 1, len(lines) + len(reference))
    for offset in range(count):
        draft.fill_row(first + offset, "block", 2)
        draft.put(first + offset, 1, lines[offset] if offset < len(lines) else None, "block")
    for offset, line in enumerate(reversed(reference)):
        draft.put(first + count - 1 - offset, 1, line, "note")
    draft.row = first + count
    return range(first, first + count)


def _action(draft: _Draft, action: Action) -> None:
    wording = draft.template.wording
    parts = [wording.ref.format(ref=action.ref)] if action.ref else []
    parts.append(wording.action.format(action=action.title))
    draft.across("   ".join(parts), "band", 1.1)
    for task in action.tasks:
        _task(draft, task)


def _task(draft: _Draft, task: Task) -> None:
    row = draft.row
    texts = []
    given = plan_texts(task, draft.template)
    answers = draft.context.answers.of(task)
    background = draft.context.background
    told = _told(draft, background.of(task.key)) if background else {}
    for number, column in enumerate(draft.columns, 1):
        if column.filled_by == "contact":
            text: object = _answer(answers, column)
            style = answer_style(column)
            if column.key in draft.context.answers.carried_of(task.key):
                style = carried_style(style)
        else:
            text, style = {**given, **told}[column.key], _given_style(column)
        draft.put(row, number, None if text == "" else text, style)
        texts.append((str(text), column.width))
    draft.put(row, draft.key_column, task.key, "hidden")
    draft.heights[row] = row_height(texts, draft.template)
    draft.task_rows.append(row)
    draft.row += 1


def _told(draft: _Draft, told: Told) -> dict[str, str]:
    """What was last said of a task, by column key, as far as a row can show it."""
    texts = {LAST_STATUS: told.status, LAST_POSITION: told.position, LAST_PLANNED: told.planned}
    widths = {column.key: column.width for column in draft.columns}
    return {key: fitted(text, widths[key], draft.template.look.size) for key, text in texts.items()}


def _given_style(column: SheetColumn) -> str:
    return "given status" if column.key == LAST_STATUS else "given"


def plan_texts(task: Task, template: Template) -> dict[str, str]:
    """What the plan says of a task, as the workbook shows it, by column key."""
    texts = {"task": task.labelled, "target": task.target}
    for column in template.plan_columns:
        text = task.further.get(column.key, "")
        date = dates.read_date(text) if column.kind == "date" and text else None
        texts[column.key] = dates.in_words(date) if date else text
    return texts


def _answer(answers: Mapping[str, str], column: SheetColumn) -> object:
    """An answer as its cell holds it: dates and numbers as such where every program reads back what was written."""
    text = answers.get(column.key, "")
    if column.kind == "date" and text:
        try:
            date = datetime.date.fromisoformat(text)
        except ValueError:
            return text
        return date if date >= _FIRST_DATE else text
    if column.kind == "number" and _PLAIN_NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _new_tasks(draft: _Draft) -> None:
    draft.across(draft.template.wording.new_tasks, "band", 1.1)
    for number in range(1, NEW_TASK_ROWS + 1):
        for place, column in enumerate(draft.columns, 1):
            style = _given_style(column) if column.filled_by == "past" else answer_style(column)
            draft.put(draft.row, place, None, style)
        draft.put(draft.row, draft.key_column, f"{NEW_TASK}{number}", "hidden")
        draft.heights[draft.row] = row_height([("", 10)], draft.template) * 1.6
        draft.new_rows.append(draft.row)
        draft.row += 1


def _listed(draft: _Draft) -> None:
    """The tasks that need no answer any more, as they last stood, with nothing to fill in."""
    background, wording = draft.context.background, draft.template.wording
    listed = background.listed.get(draft.outcome.key, ()) if background else ()
    for reason, sign in LISTED.items():
        rows = [item for item in listed if item.reason == reason]
        if rows:
            draft.across(wording.listed_completed if reason == "completed" else wording.listed_withdrawn, "band", 1.1)
        for count, item in enumerate(rows, 1):
            texts = {**item.texts, **_told(draft, item.told)}
            for number, column in enumerate(draft.columns, 1):
                draft.put(draft.row, number, texts.get(column.key) or None, _given_style(column))
            draft.put(draft.row, draft.key_column, f"{sign}{count}", "hidden")
            said = [(texts.get(column.key, ""), column.width) for column in draft.columns]
            draft.heights[draft.row] = row_height(said, draft.template)
            draft.listed_rows.append(draft.row)
            draft.row += 1


def _summary(draft: _Draft, block: range) -> None:
    """The live counts. They count rows that carry a task's key, so that a row put in between does not add to them.

    A status that was carried forward and still stands as it did says nothing yet: it is that of the column of the last
    status.
    """
    label_column, first, last_row = draft.status_column - 1, draft.task_rows[0], draft.task_rows[-1]
    statuses = fixed_range(draft.status_column, first, last_row)
    keys = fixed_range(draft.key_column, first, last_row)
    last = fixed_range(draft.column_number(LAST_STATUS), first, last_row) if draft.context.counts_changes else ""
    counts = count_statuses(draft.context, draft.outcome)
    styles = {status.code: status_style(status) for status in draft.template.statuses}
    number_of = {line: block[1 + n] for n, (line, _) in enumerate(summary_lines(draft.template))}
    codes = draft.template.scale.codes
    counted = (
        f"{address(number_of[codes[0]], draft.status_column)}:{address(number_of[codes[-1]], draft.status_column)}"
    )
    draft.put(block[0], label_column, draft.template.wording.summary, "block label")
    for line, label in summary_lines(draft.template):
        row = number_of[line]
        if line == TOTAL:
            formula = f'SUMPRODUCT(--({keys}<>""))'
        elif line == NOT_REPORTED:
            formula = f"{address(number_of[TOTAL], draft.status_column)}-SUM({counted})"
        else:
            changed = "".join(f"*({last}<>{held})" for held in _held(draft, line))
            formula = f'SUMPRODUCT(({keys}<>"")*({statuses}={quoted(line)}){changed})'
        draft.put(row, label_column, label, styles.get(line, "label total"))
        draft.put(row, draft.status_column, counts[line], "count", formula)
        draft.claims.append(Claim(row, draft.status_column, draft.outcome.key, line))


def _held(draft: _Draft, code: str) -> list[str]:
    """What stands in the column of the last status where this one was carried forward, as formulas write it.

    Written out, for not every program compares the beginnings of a whole range of cells.
    """
    if not draft.context.counts_changes:
        return []
    told = {str(draft.cells[row, draft.column_number(LAST_STATUS)].value or "") for row in draft.task_rows}
    own = sorted(text for text in told if text.split("\n")[0] == code)
    return ["&CHAR(10)&".join(map(quoted, text.split("\n"))) for text in own]


def _dropdowns(draft: _Draft, rows: list[int]) -> Iterator[Dropdown]:
    """The lists and prompts of each column; where it holds last answers that do not count, those cells say so instead.

    In a workbook with questions the note beside the cell says what to do with them.
    """
    for number, column in enumerate(draft.columns, 1):
        if column.filled_by == "past":
            continue
        answered = rows if column.filled_by == "contact" else draft.new_rows
        counting = answered if draft.context.counts_changes else []
        carried = [row for row in counting if draft.cells[row, number].style.startswith(carried_style(""))]
        own = [row for row in answered if row not in carried]
        yield from _dropdown(draft, column, tuple(_runs(own, number)))
        if carried:
            told = replace(column, prompt=draft.template.wording.carried_prompt)
            yield from _dropdown(draft, told, tuple(_runs(carried, number)))


def _dropdown(draft: _Draft, column: SheetColumn, cells: tuple[str, ...]) -> Iterator[Dropdown]:
    wording = draft.template.wording
    if cells:
        if column.kind == "status":
            yield Dropdown(
                cells,
                status_source(draft.context),
                column.heading[:32],
                column.prompt,
                wording.status_error_title,
                wording.status_error.format(statuses=", ".join(draft.template.scale.codes))[:225],
            )
        elif column.kind == "choice":
            source = choice_source(draft.context, column)
            yield Dropdown(
                cells,
                source,
                column.heading[:32],
                column.prompt,
                wording.choice_error_title,
                wording.choice_error,
            )
        elif column.prompt and column.filled_by == "contact":
            yield Dropdown(cells, "", column.heading[:32], column.prompt)


def status_source(context: Context) -> str:
    """The range of the front sheet that holds the codes to pick from."""
    from ragsheets.workbook.front_sheet import key_rows

    rows = key_rows(context)
    return at_sheet(context.sheet_names.front, fixed_range(1, rows[0], rows[-1]))


def choice_source(context: Context, column: SheetColumn) -> str:
    """The range of the hidden sheet that holds the choices of a column."""
    from ragsheets.workbook.identity import choice_column

    place = fixed_range(choice_column(context.template, column), 2, 1 + len(column.choices))
    return at_sheet(context.sheet_names.facts, place)


def _runs(rows: list[int], column: int) -> Iterator[str]:
    """The cells of a column in these rows, as few ranges as they take."""
    start = previous = 0
    for row in [*sorted(rows), 0]:
        if previous and row != previous + 1:
            yield f"{letter(column)}{start}:{letter(column)}{previous}"
            start = row
        elif not previous:
            start = row
        previous = row
