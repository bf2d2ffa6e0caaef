"""The layout of a workbook: the only source of addresses, used by writing and reading alike.

A layout is plain values: sheets of cells, each with its address, its value, the name of its style and, if it is
calculated, its formula beside the true value. `writer` turns it into a file;
`ragsheets.returns.reading` finds the answers in a returned file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from ragsheets.workbook.columns import SheetColumn
from ragsheets.workbook.last_period import ClosedReason, LastPeriod
from ragsheets.workbook.style_names import text_size
from ragsheets.workbook.text_metrics import MAX_ROW_HEIGHT, height_of

if TYPE_CHECKING:
    import datetime

    from ragsheets.plan.model import Outcome, Period, Plan, SubGroup, Task
    from ragsheets.template.model import Template

SheetRole = Literal["front", "outcome", "headlines", "facts"]

#: The lines of a summary in addition to those of the statuses, as totals name them.
NOT_REPORTED = "not_reported"
TOTAL = "total"

#: Prefixes of the keys in the hidden last column of rows that belong to no task of the plan.
NEW_TASK_PREFIX = "#new-"
HEADLINE_PREFIXES: dict[str, str] = {"success": "#success-", "next_step": "#next-"}
CLOSED_TASK_PREFIXES: dict[ClosedReason, str] = {"completed": "#completed-", "withdrawn": "#withdrawn-"}

#: How many rows there are for new tasks, and for headline successes and next steps.
NEW_TASK_ROWS = 3
HEADLINE_ROWS = {"success": 8, "next_step": 6}

#: The heading of the hidden last column; not part of the template, since it must be found in every return.
KEY_HEADING = "ragsheets key"

#: Each sheet for answers has its title in row 1 and the column headings in row 2, frozen and printed on every page, so
#: that they stay in view on a long sheet at the cost of two rows.
TITLE_ROW = 1
HEADING_ROW = 2

#: The greatest number of characters in a cell (Microsoft, "Excel specifications and limits").
MAX_CELL_CHARACTERS = 32_767


class CellLayout(NamedTuple):
    """One cell. `formula` is without its equals sign; `value` is then its result."""

    row: int
    column: int
    value: str | int | object | None
    style: str
    formula: str = ""
    link: str = ""


class TotalCell(NamedTuple):
    """A total in the workbook: its outcome ("" for the whole sub-group) and its line of the summary."""

    row: int
    column: int
    outcome: str
    line: str


@dataclass(frozen=True, slots=True)
class Dropdown:
    """Cells with a list to choose from, or only with a prompt if `source` is empty."""

    ranges: tuple[str, ...]
    source: str
    prompt_title: str
    prompt: str
    error_title: str = ""
    error: str = ""


class ContactQuestion(NamedTuple):
    """Something that the contact is asked to settle.

    Attributes:
        row_key: the key of the task or headline row that it is about; "" if it is about no single row.
        column_key: the key of the column; "" for a headline.
        ask: the question.
        remedy: what to do about it.
        may_stay_unchanged: whether leaving the answer as it is settles it too.
        other_column_keys: the keys of further columns of the row that it is about.
    """

    row_key: str
    column_key: str
    ask: str
    remedy: str
    may_stay_unchanged: bool = False
    other_column_keys: tuple[str, ...] = ()

    @property
    def column_keys(self) -> tuple[str, ...]:
        """The keys of all columns that it is about."""
        return (self.column_key, *self.other_column_keys)


class PlacedQuestion(NamedTuple):
    """A question with its cell; `sheet` and `cell` are "" if it is about no cell, `heading` is the heading of the cell.

    `other_cells` are further cells that it is about.
    """

    number: int
    question: ContactQuestion
    sheet: str = ""
    cell: str = ""
    heading: str = ""
    other_cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet. Widths are in digits of the font, heights in points, `zoom` in per cent.

    `notes` are the notes on cells, by address; `status_ranges` are the cells coloured by the status in them,
    `last_status_ranges` those coloured by the status that they begin with.
    """

    name: str
    role: SheetRole
    cells: tuple[CellLayout, ...]
    widths: tuple[float, ...]
    heights: Mapping[int, float]
    outcome: str = ""
    heading_row: int = 0
    active_cell: str = "A1"
    last_printed_column: int = 1
    hidden_column: int = 0
    dropdowns: tuple[Dropdown, ...] = ()
    status_ranges: tuple[str, ...] = ()
    last_status_ranges: tuple[str, ...] = ()
    zoom: int = 100
    total_cells: tuple[TotalCell, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def with_cell(self, cell: CellLayout) -> SheetLayout:
        """Return the sheet with `cell` in place of the cell at its address."""
        other_cells = tuple(c for c in self.cells if (c.row, c.column) != (cell.row, cell.column))
        return replace(self, cells=(*other_cells, cell))


@dataclass(frozen=True, slots=True)
class PrefilledAnswers:
    """The prefilled answers, by task key and column key, and the lines of the headlines sheet.

    `carried_columns` are the columns, by task key, with answers of the last period; None if none are carried forward.
    """

    tasks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    headlines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    carried_columns: Mapping[str, tuple[str, ...]] | None = None

    def answers_of(self, task: Task) -> Mapping[str, str]:
        """Return the answers to one task, by column key."""
        return self.tasks.get(task.key, {})

    def carried_columns_of(self, task_key: str) -> tuple[str, ...]:
        """Return the columns of a task, by its key, with answers of the last period."""
        return self.carried_columns.get(task_key, ()) if self.carried_columns else ()


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """A whole workbook.

    Attributes:
        defined_names: workbook-wide names with the cell that each refers to.
        columns: the keys of the columns of the outcome sheets.
        last_period_date: the date of the previous period, if there is one.
        carried_columns: the answers carried forward, as in `PrefilledAnswers`.
        questions: the questions to the contact.
        note_author: the author of the notes with the questions.
    """

    reference: str
    group: str
    title: str
    author: str
    sheets: tuple[SheetLayout, ...]
    defined_names: Mapping[str, str]
    columns: tuple[str, ...]
    last_period_date: datetime.date | None = None
    carried_columns: Mapping[str, tuple[str, ...]] | None = None
    questions: tuple[PlacedQuestion, ...] = ()
    note_author: str = ""

    @property
    def overlong_tasks(self) -> list[str]:
        """The keys of the tasks with more text than a row can show."""
        return [
            str(cell.value)
            for sheet in self.sheets
            for cell in sheet.cells
            if cell.column == sheet.hidden_column and sheet.heights.get(cell.row, 0) >= MAX_ROW_HEIGHT
            if not str(cell.value).startswith(tuple(CLOSED_TASK_PREFIXES.values()))
        ]

    def sheet(self, role: SheetRole, outcome: str = "") -> SheetLayout:
        """Return the sheet of this role (and outcome); raises KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.role == role and sheet.outcome == outcome:
                return sheet
        raise KeyError((role, outcome))


@dataclass(frozen=True, slots=True)
class SheetNames:
    """The names of a workbook's sheets; `outcomes` has those of the outcomes, by key."""

    front: str
    headlines: str
    facts: str
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LayoutContext:
    """The input for laying out every sheet of one workbook."""

    plan: Plan
    template: Template
    group: SubGroup
    period: Period
    answers: PrefilledAnswers
    questions: tuple[ContactQuestion, ...]
    last_period: LastPeriod | None
    columns: tuple[SheetColumn, ...]
    sheet_names: SheetNames
    reference: str = ""

    @property
    def counts_only_changes(self) -> bool:
        """Whether answers carried forward do not count while unchanged; if there are questions, they may count."""
        return self.answers.carried_columns is not None and not self.questions


def row_height(texts: list[tuple[str, float]], template: Template) -> float:
    """Return the height in points of a row of ordinary text."""
    return height_of(texts, template.look.size)


def row_heights(
    cells: Iterable[CellLayout], known_heights: Mapping[int, float], template: Template
) -> dict[int, float]:
    """Return `known_heights` with the height of a line of text for every other row.

    Some programs do not calculate heights themselves.
    """
    heights: dict[int, float] = {}
    style_heights: dict[str, float] = {}
    for cell in cells:
        if cell.style not in style_heights:
            style_heights[cell.style] = height_of([], text_size(cell.style, template.look))
        heights[cell.row] = max(style_heights[cell.style], heights.get(cell.row, 0))
    return heights | dict(known_heights)


def summary_lines(template: Template) -> list[tuple[str, str]]:
    """Return the lines of a summary in a workbook, in order: what each counts, and its label."""
    lines = [(status.code, status.label) for status in template.statuses]
    return [*lines, (NOT_REPORTED, template.wording.not_yet_reported), (TOTAL, template.wording.total)]


def count_statuses(context: LayoutContext, outcome: Outcome) -> dict[str, int]:
    """Return the results of the workbook's own formulas for one outcome: like them, it ignores case and nothing else.

    A status that was carried forward does not count yet if only changes count.
    """
    codes = {code.casefold(): code for code in context.template.scale.codes}
    counts = dict.fromkeys([*codes.values(), NOT_REPORTED, TOTAL], 0)
    for task in outcome.tasks:
        is_carried = context.counts_only_changes and "status" in context.answers.carried_columns_of(task.key)
        text = "" if is_carried else context.answers.answers_of(task).get("status", "").casefold()
        counts[codes.get(text, NOT_REPORTED)] += 1
        counts[TOTAL] += 1
    return counts
