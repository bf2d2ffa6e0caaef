"""Where everything stands in a workbook: the one place that knows addresses, asked by generate and by read alike.

A layout is plain values: sheets of cells, each with its place, its value, the name of its style and, where it counts
itself, its formula beside the true value. How it becomes a file is `generate`'s business; how answers are found again
in what came back, `read`'s.
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

#: The lines of a summary beside those of the statuses, as claims and totals name them.
NOT_REPORTED = "not_reported"
TOTAL = "total"

#: What a key in the hidden last column says of a row that belongs to no task of the plan.
NEW_TASK_PREFIX = "#new-"
HEADLINE_PREFIXES: dict[str, str] = {"success": "#success-", "next_step": "#next-"}
CLOSED_TASK_PREFIXES: dict[ClosedReason, str] = {"completed": "#completed-", "withdrawn": "#withdrawn-"}

#: How many rows there are to propose tasks in, and to tell headline successes and next steps.
NEW_TASK_ROWS = 3
HEADLINE_ROWS = {"success": 8, "next_step": 6}

#: The heading of the hidden last column. It is no wording of the template: it must be found again in every return.
KEY_HEADING = "ragsheets key"

#: On each sheet of questions the title stands in row 1 and the headings of the columns in row 2, frozen and printed on
#: every page, so that a long sheet keeps them in view at the cost of two rows.
TITLE_ROW = 1
HEADING_ROW = 2

#: The most characters of a cell (Microsoft, "Excel specifications and limits").
MAX_CELL_CHARACTERS = 32_767


class CellLayout(NamedTuple):
    """One cell. `formula` is without its equals sign; `value` is then the value that it comes to."""

    row: int
    column: int
    value: str | int | object | None
    style: str
    formula: str = ""
    link: str = ""


class TotalCell(NamedTuple):
    """A total that the workbook states: of which outcome ("" for the whole sub-group) and which line of its summary."""

    row: int
    column: int
    outcome: str
    line: str


@dataclass(frozen=True, slots=True)
class Dropdown:
    """Cells with a list to pick from, or with a prompt alone where `source` is empty."""

    ranges: tuple[str, ...]
    source: str
    prompt_title: str
    prompt: str
    error_title: str = ""
    error: str = ""


class ContactQuestion(NamedTuple):
    """Something that the contact is asked to settle.

    Attributes:
        row: the key of the row that it is about: a task's or a headline's; "" where it is about no single row.
        column: the key of the column; "" for a headline.
        ask: what the matter is.
        remedy: what to do about it.
        may_stand: whether leaving the answer as it is settles it too.
        others: the keys of further columns of the row that it is about.
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
    """A question in place; `sheet` and `cell` are "" where it is about no cell, `heading` says what stands there.

    `others` are the further cells that it is about.
    """

    number: int
    question: ContactQuestion
    sheet: str = ""
    cell: str = ""
    heading: str = ""
    other_cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet. Widths are in digits of the font, heights in points; `last_column` is the last one that is printed.

    `notes` are what is written beside cells, by their address; `coloured` are the cells that take the colour of the
    status that stands in them, `coloured_last` those that take that of the status that they begin with; `zoom` is how
    large it is shown, in per cent.
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
        """The sheet with `cell` in the place of the one that stands there."""
        kept = tuple(c for c in self.cells if (c.row, c.column) != (cell.row, cell.column))
        return replace(self, cells=(*kept, cell))


@dataclass(frozen=True, slots=True)
class PrefilledAnswers:
    """What is already filled in: by task key and column key, and the lines of the headlines sheet.

    `carried` are the columns, by task key, whose answers are the last period's; None where none are carried forward.
    """

    tasks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    headlines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    carried_columns: Mapping[str, tuple[str, ...]] | None = None

    def answers_of(self, task: Task) -> Mapping[str, str]:
        """The answers to one task, by column key."""
        return self.tasks.get(task.key, {})

    def carried_columns_of(self, task_key: str) -> tuple[str, ...]:
        """The columns of a task, by its key, whose answers are the last period's."""
        return self.carried_columns.get(task_key, ()) if self.carried_columns else ()


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """A whole workbook. `names` are workbook-wide names with the cell that each points at.

    `columns` are the keys of the columns of the outcomes' sheets; `since` is the date of the period before, where there
    is one; `carried` are the answers carried forward (`Answers.carried`); `questions` are what it asks of its contact,
    and `note_author` is who asks.
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
        """The sheet of this role (and outcome); raises KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.role == role and sheet.outcome == outcome:
                return sheet
        raise KeyError((role, outcome))


@dataclass(frozen=True, slots=True)
class SheetNames:
    """The names of a workbook's sheets; `outcomes` holds those of the outcomes by their key."""

    front: str
    headlines: str
    facts: str
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LayoutContext:
    """What every sheet of one workbook is laid out from."""

    plan: Plan
    template: Template
    group: SubGroup
    period: Period
    reference: str
    answers: PrefilledAnswers
    questions: tuple[ContactQuestion, ...]
    last_period: LastPeriod | None
    columns: tuple[SheetColumn, ...]
    sheet_names: SheetNames

    @property
    def counts_only_changes(self) -> bool:
        """Whether answers that were carried forward do not count as they stand; when asked about, they may."""
        return self.answers.carried_columns is not None and not self.questions


def row_height(texts: list[tuple[str, float]], template: Template) -> float:
    """The height in points of a row of ordinary text."""
    return height_of(texts, template.look.size)


def row_heights(
    cells: Iterable[CellLayout], known_heights: Mapping[int, float], template: Template
) -> dict[int, float]:
    """`heights` with the height of a line of text for every other row, since some programs make none of their own."""
    complete: dict[int, float] = {}
    of_style: dict[str, float] = {}
    for cell in cells:
        if cell.style not in of_style:
            of_style[cell.style] = height_of([], text_size(cell.style, template.look))
        complete[cell.row] = max(of_style[cell.style], complete.get(cell.row, 0))
    return complete | dict(known_heights)


def summary_lines(template: Template) -> list[tuple[str, str]]:
    """The lines of a summary in a workbook, in order: what each counts and how it is called."""
    lines = [(status.code, status.label) for status in template.statuses]
    return [*lines, (NOT_REPORTED, template.wording.not_yet_reported), (TOTAL, template.wording.total)]


def count_statuses(context: LayoutContext, outcome: Outcome) -> dict[str, int]:
    """What the workbook's own formulas come to for one outcome: like them, it overlooks case and nothing else.

    A status that was carried forward is none yet, where only changes count.
    """
    codes = {code.casefold(): code for code in context.template.scale.codes}
    counts = dict.fromkeys([*codes.values(), NOT_REPORTED, TOTAL], 0)
    for task in outcome.tasks:
        held = context.counts_only_changes and "status" in context.answers.carried_columns_of(task.key)
        text = "" if held else context.answers.answers_of(task).get("status", "").casefold()
        counts[codes.get(text, NOT_REPORTED)] += 1
        counts[TOTAL] += 1
    return counts
