"""What people do to a workbook before they return it, as edits of its values, and what must be true afterwards.

A book is a list of sheets, each a name and rows of values, as the reader of values gives them. An edit is a name and
a few numbers, which give positions: whatever the numbers, it does something sensible.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from helpers import projects
from ragsheets.formats.limits import Limits
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.plan.model import Period, Plan, SubGroup, with_keys
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.returns.finding_catalogue import finding_kinds, make_finding
from ragsheets.returns.intake.open_file import OpenedWorkbook, open_file
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.ownership import find_ownership
from ragsheets.returns.reading.reader import read_sheets
from ragsheets.returns.reading.reader_template import reader_template_of
from ragsheets.template.model import Template
from ragsheets.workbook import compose, sent_workbook
from ragsheets.workbook.last_period import ClosedTask, LastAnswers, LastPeriod
from ragsheets.workbook.layout import KEY_HEADING, PrefilledAnswers

Grid = list[list[Any]]
Book = list[tuple[str, Grid]]
Edit = tuple[str, int, int, int, int]

EARLIER = Period(datetime.date(2008, 3, 4))
THIS = Period(projects.DATE)
#: A typed word: it occurs nowhere else, and names the column that it was typed in if that is an answer's.
TOKEN = re.compile(r"tok[0-9]+x[a-z]*")


@dataclass
class SentWorkbooks:
    """A period's workbooks as sent, and the context that a reader of them needs."""

    plan: Plan = field(repr=False)
    template: Template = field(repr=False)
    reading_context: ReadingContext = field(repr=False)
    last_periods: Mapping[str, LastPeriod] = field(default_factory=dict, repr=False)

    @property
    def group(self) -> SubGroup:
        return self.plan.groups[0]

    def sent_values(self, number: int = 0, period: Period = THIS, *, filled: bool = True) -> Book:
        """Return the workbook of one sub-group as a reader gets it, filled in or not."""
        group = self.plan.groups[number]
        record = sent_workbook.from_layout(
            compose.lay_out(
                self.plan,
                self.template,
                group,
                period,
                self._answers(group, number, period, filled),
                last_period=self.last_periods.get(group.key) if period is THIS else None,
            )
        )
        return [(sheet.name, [list(row) for row in sheet.rows]) for sheet in record.sheets]

    def _answers(self, group: SubGroup, number: int, period: Period, filled: bool) -> PrefilledAnswers:
        if not filled:
            return PrefilledAnswers()
        base = 1000 * (1 + number) + (5000 if period is EARLIER else 0)
        answers: dict[str, dict[str, str]] = {}
        for outcome in group.outcomes:
            for task in outcome.tasks:
                base += 10
                answers[task.key] = {
                    column.key: self.template.scale.codes[base % 3]
                    if column.key == "status"
                    else f"tok{base + n}x{column.key}"
                    for n, column in enumerate(self.template.contact_columns)
                }
        return PrefilledAnswers(answers, {"success": [f"tok{base + 20}x"], "next_step": [f"tok{base + 21}x"]})

    def read(self, book: Book, details: WorkbookDetails | None = None) -> tuple[ReturnedWorkbook, str]:
        """Read a book; return the result, and all words in its answers and findings."""
        sheets = trimmed_like_a_reader(book)
        result = read_sheets(sheets, find_ownership(sheets, self.reading_context), self.reading_context, details)
        return result, texts_of(result)

    def read_file(self, content: bytes) -> tuple[ReturnedWorkbook, str]:
        """Read a file; return the result, and all words in its answers and findings."""
        opened = open_file("reply.xlsx", content, self.reading_context, Limits())
        assert isinstance(opened, OpenedWorkbook)
        return opened.result, texts_of(opened.result)


def texts_of(result: ReturnedWorkbook) -> str:
    """Return all words that a reading keeps: its answers, and the texts of its findings."""
    # `tasks` are named by the plan, not by the workbook.
    findings = [
        make_finding(o.code, found=o.found, wanted=o.wanted, tasks="")
        for o in result.observations
        if o.code in finding_kinds()
    ]
    words = [text for item in findings for text in (item.found, item.message)]
    words += [answer.value for answer in result.answers] + [line.text for line in result.headlines]
    words += [total.stated for total in result.totals]
    return "\n".join(words)


def send_workbooks(folder: Path, table: Mapping[str, Any], *, with_last_period: bool = False) -> SentWorkbooks:
    """Send the workbooks of a plan for this period and an earlier one; this one's may show the last answers."""
    plan_file = read_plan_file(projects.write_plan(folder, table))
    plan, template = with_keys(plan_file.plan), plan_file.template
    backgrounds = {group.key: last_period_of(group) for group in plan.groups} if with_last_period else {}
    current_references, sent_records, other_periods = {}, {}, {}
    for group in plan.groups:
        record = sent_workbook.from_layout(
            compose.lay_out(plan, template, group, THIS, last_period=backgrounds.get(group.key))
        )
        current_references[group.key] = record.reference
        sent_records[record.reference] = (group.key, sent_workbook.to_json(record))
        other_periods[compose.lay_out(plan, template, group, EARLIER).reference] = EARLIER.date.isoformat()
    collection = ReadingContext(
        period=THIS.date.isoformat(),
        plan_identity=plan.identity,
        plan_title=plan.title,
        template=reader_template_of(template),
        group_names={group.key: group.name for group in plan.groups},
        current_references=current_references,
        sent_records=sent_records,
        other_periods=other_periods,
    )
    return SentWorkbooks(plan, template, collection, backgrounds)


def last_period_of(group: SubGroup) -> LastPeriod:
    """Return last answers for every task but the last one, which is new.

    Each outcome lists a closed task that is almost one of its own, and one with the words of its first.
    """
    tasks = [task for outcome in group.outcomes for task in outcome.tasks]
    last_answers = {
        task.key: LastAnswers(
            ("GREEN", "RED\n(1st March 2007)")[n % 2], f"It stood so at {task.key}", "Finish by May 2008"
        )
        for n, task in enumerate(tasks[:-1])
    }
    closed_tasks = {
        outcome.key: [
            ClosedTask(
                "completed",
                {"task": f"{first.labelled} now", "target": first.target},
                LastAnswers("GREEN", "It is done"),
            ),
            ClosedTask(
                "withdrawn",
                {"task": first.labelled, "target": "Other"},
                LastAnswers("RED", "It was not begun", "Stop it"),
            ),
        ]
        for outcome in group.outcomes
        for first in [next(outcome.tasks)]
    }
    return LastPeriod(EARLIER.date, last_answers | {tasks[-1].key: LastAnswers("New")}, closed_tasks)


def trimmed_like_a_reader(book: Book) -> Book:
    """Return a book as the reader of values gives it: rows of equal length, no blank rows at the end of a sheet."""
    sheets = []
    for name, grid in book:
        rows = [list(row) for row in grid]
        while rows and not any(value != "" for value in rows[-1]):
            rows.pop()
        width = max((n + 1 for row in rows for n, value in enumerate(row) if value != ""), default=0)
        sheets.append((name, [(row + [""] * width)[:width] for row in rows]))
    return sheets


def to_xlsx(book: Book) -> bytes:
    """Return a book as an .xlsx file of values."""
    workbook = openpyxl.Workbook(write_only=True)
    for name, grid in book:
        sheet = workbook.create_sheet(name)
        for row in grid:
            sheet.append([None if value == "" else value for value in row])
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------------------- plans


def several_outcomes(**more: Any) -> dict[str, Any]:
    """Return a plan of two sub-groups; the first has three outcomes, shared task wording, and tasks without labels."""
    parks = projects.group(
        "Parks",
        projects.outcome(
            "2.1",
            projects.action(
                projects.task("a", task="Map the services in Barton", target="By June"),
                projects.task("b", task="Map the services in Matson", target="By June"),
                projects.task("c", task="Give talks at schools", target="Eight talks"),
                title="Know what there is",
            ),
            projects.action(
                projects.task("a", task="Report to the board", target="Quarterly"),
                projects.task("b", task="Ask every resident\nby telephone", target="All asked"),
                title="Tell others",
            ),
        ),
        projects.outcome(
            "2.2",
            projects.action(
                projects.task("", task="Report to the board", target="Quarterly"),
                projects.task("", task="Report to the board", target="Each May"),
                projects.task("", task="Plant a thousand trees along the canal", target="1000"),
            ),
        ),
        projects.outcome("3.1", projects.action(projects.task("a", task="Open the new play park", target="By Easter"))),
    )
    woods = projects.group(
        "Woods",
        projects.outcome(
            "4.1",
            projects.action(
                projects.task("a", task="Fell the old elms", target="Twelve"),
                projects.task("b", task="Report to the board", target="Quarterly"),
            ),
        ),
    )
    return projects.plan(parks, woods, **more)


def one_outcome(**more: Any) -> dict[str, Any]:
    """Return a plan of two sub-groups with one outcome each, whose tasks have nothing in common."""
    tasks = [
        projects.task(label, task=f"{word} the bridges", target=f"{word} by {label}") for label, word in WORDS.items()
    ]
    woods = projects.group(
        "Woods", projects.outcome("4.1", projects.action(projects.task("a", task="Fell the old elms")))
    )
    return projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))), woods, **more)


WORDS = {"a": "Paint", "b": "Repair", "c": "Lengthen", "d": "Inspect"}


# ---------------------------------------------------------------------------------------------------------- edits


@dataclass
class EditedWorkbook:
    """A workbook while somebody edits it."""

    sent_workbooks: SentWorkbooks
    book: Book
    count: int = 0
    applied_edits: set[str] = field(default_factory=set)

    def new_word(self, column: str = "") -> str:
        self.count += 1
        return f"tok{self.count}x{column}"

    def grid(self, number: int) -> Grid:
        return self.book[number % len(self.book)][1]

    def free_sheet_name(self, name: str) -> str:
        used_names = {name for name, _ in self.book}
        return next(name for n in range(99) if (name := f"{name}{n or ''}"[:31]) not in used_names)

    def apply(self, edit: Edit) -> None:
        name, *numbers = edit
        self.applied_edits.add(name)
        EDITS[name](self, *numbers)


def set_value(grid: Grid, row: int, column: int, value: object) -> None:
    while len(grid) <= row:
        grid.append([])
    grid[row] += [""] * (column + 1 - len(grid[row]))
    grid[row][column] = value


def width_of(grid: Grid) -> int:
    return max((len(row) for row in grid), default=0)


def headings_of(grid: Grid, sending: SentWorkbooks) -> dict[int, str]:
    """Return the keys of the columns that contacts fill, by index, from the row of headings if there is one."""
    key_by_heading = {column.heading: column.key for column in sending.template.contact_columns}
    for row in grid:
        key_by_column = {index: key_by_heading[value] for index, value in enumerate(row) if value in key_by_heading}
        if key_by_column:
            return key_by_column
    return {}


def task_rows(grid: Grid, sending: SentWorkbooks) -> list[int]:
    wordings = {task.labelled for group in sending.plan.groups for outcome in group.outcomes for task in outcome.tasks}
    return [number for number, row in enumerate(grid) if any(value in wordings for value in row)]


def _type(desk: EditedWorkbook, sheet: int, row: int, column: int, _: int) -> None:
    """Type a word over any cell, also beside and below the table."""
    grid = desk.grid(sheet)
    set_value(grid, row % (len(grid) + 5), column % (width_of(grid) + 3), desk.new_word())


def _type_far(desk: EditedWorkbook, sheet: int, row: int, column: int, _: int) -> None:
    set_value(desk.grid(sheet), 60 + row % 40, 20 + column % 9, desk.new_word())


def _answer(desk: EditedWorkbook, sheet: int, row: int, column: int, _: int) -> None:
    """Fill in a cell of a task."""
    grid = desk.grid(sheet)
    rows, key_by_column = task_rows(grid, desk.sent_workbooks), headings_of(grid, desk.sent_workbooks)
    if rows and key_by_column:
        column_index = sorted(key_by_column)[column % len(key_by_column)]
        set_value(grid, rows[row % len(rows)], column_index, desk.new_word(key_by_column[column_index]))


def _append(desk: EditedWorkbook, sheet: int, row: int, column: int, _: int) -> None:
    """Add a word to any text in the sheet."""
    grid = desk.grid(sheet)
    cells = [
        (r, c) for r, values in enumerate(grid) for c, value in enumerate(values) if isinstance(value, str) and value
    ]
    if cells:
        r, c = cells[(row * 31 + column) % len(cells)]
        grid[r][c] = f"{grid[r][c]} {desk.new_word()}"


def _append_to_task(desk: EditedWorkbook, sheet: int, row: int, column: int, _: int) -> None:
    grid = desk.grid(sheet)
    if rows := task_rows(grid, desk.sent_workbooks):
        values = grid[rows[row % len(rows)]]
        column_index = column % 2 if column % 2 < len(values) else 0
        if isinstance(values[column_index], str):
            values[column_index] = f"{values[column_index]} {desk.new_word()}"


def _clear(desk: EditedWorkbook, sheet: int, row: int, column: int, _: int) -> None:
    grid = desk.grid(sheet)
    if grid and grid[row % len(grid)]:
        values = grid[row % len(grid)]
        values[column % len(values)] = ""


def _insert_row(desk: EditedWorkbook, sheet: int, row: int, column: int, words: int) -> None:
    grid = desk.grid(sheet)
    new: list[Any] = [""] * width_of(grid)
    for number in range(words % 4):
        if new:
            new[(column + number) % len(new)] = desk.new_word()
    grid.insert(row % (len(grid) + 1), new)


def _delete_row(desk: EditedWorkbook, sheet: int, row: int, _: int, __: int) -> None:
    grid = desk.grid(sheet)
    if grid:
        del grid[row % len(grid)]


def _delete_task(desk: EditedWorkbook, sheet: int, row: int, _: int, __: int) -> None:
    grid = desk.grid(sheet)
    if rows := task_rows(grid, desk.sent_workbooks):
        del grid[rows[row % len(rows)]]


def _swap(desk: EditedWorkbook, sheet: int, first_index: int, second_index: int, without_key: int) -> None:
    """Swap two rows of tasks, with the hidden column or without it."""
    grid = desk.grid(sheet)
    _swap_among(grid, task_rows(grid, desk.sent_workbooks), first_index, second_index, without_key)


def _swap_alike(desk: EditedWorkbook, sheet: int, first_index: int, second_index: int, without_key: int) -> None:
    """Swap two rows of tasks whose columns are in the same order, so that each cell keeps its meaning."""
    grid = desk.grid(sheet)
    rows = task_rows(grid, desk.sent_workbooks)
    columns = rows and _columns_of(grid, rows[first_index % len(rows)])
    _swap_among(
        grid, [row for row in rows if _columns_of(grid, row) == columns], first_index, second_index, without_key
    )


def _swap_among(grid: Grid, rows: list[int], first_index: int, second_index: int, without_key: int) -> None:
    if rows:
        first, second = rows[first_index % len(rows)], rows[second_index % len(rows)]
        _permute(grid, {first: second, second: first}, without_key % 2)


def _sort(desk: EditedWorkbook, sheet: int, column: int, down: int, without_key: int) -> None:
    """Sort the rows of the tasks by a column."""
    grid = desk.grid(sheet)
    _sort_among(grid, task_rows(grid, desk.sent_workbooks), column, down, without_key)


def _sort_alike(desk: EditedWorkbook, sheet: int, column: int, down: int, without_key: int) -> None:
    """Sort the rows of the tasks whose columns are in the order of the first one's."""
    grid = desk.grid(sheet)
    rows = task_rows(grid, desk.sent_workbooks)
    columns = rows and _columns_of(grid, rows[0])
    _sort_among(grid, [row for row in rows if _columns_of(grid, row) == columns], column, down, without_key)


def _columns_of(grid: Grid, row: int) -> list[Any]:
    """Return the nearest row of headings above a row."""
    return next((values for values in reversed(grid[:row]) if KEY_HEADING in values), [])


def _sort_among(grid: Grid, rows: list[int], column: int, down: int, without_key: int) -> None:
    if rows:
        column_index = column % max(1, width_of(grid) - 1)
        order = sorted(
            rows, key=lambda row: str([*grid[row], *[""] * column_index][column_index]), reverse=bool(down % 2)
        )
        _permute(grid, dict(zip(rows, order, strict=True)), without_key % 2)


def _permute(grid: Grid, order: Mapping[int, int], without_key: int) -> None:
    keys = [values.index(KEY_HEADING) for values in grid if KEY_HEADING in values]
    copies = {row: list(grid[row]) for row in order.values()}
    for target, origin in order.items():
        target_values = list(grid[target]) if target not in copies else list(copies[target])
        grid[target] = list(copies[origin])
        if without_key and keys and keys[0] < len(target_values):
            set_value(grid, target, keys[0], target_values[keys[0]])


def _copy_row(desk: EditedWorkbook, sheet: int, row: int, to: int, fresh: int) -> None:
    """Copy a row of a task elsewhere on the sheet, with something new typed into the copy or not."""
    grid = desk.grid(sheet)
    if rows := task_rows(grid, desk.sent_workbooks):
        new = list(grid[rows[row % len(rows)]])
        if fresh % 2 and len(new) > 2:
            new[2] = desk.new_word()
        if fresh % 3 == 1:
            new[-1] = ""
        if fresh % 5 == 2:
            new[0] = f"{new[0]} {desk.new_word()}"
        grid.insert(to % (len(grid) + 1), new)


def _cut_row(desk: EditedWorkbook, sheet: int, row: int, to: int, target_row: int) -> None:
    """Cut the row of a task to another sheet."""
    grid = desk.grid(sheet)
    if rows := task_rows(grid, desk.sent_workbooks):
        values = grid.pop(rows[row % len(rows)])
        target = desk.grid(to)
        target.insert(target_row % (len(target) + 1), values)


def _move_column(desk: EditedWorkbook, sheet: int, column: int, to: int, _: int) -> None:
    grid = desk.grid(sheet)
    width = width_of(grid)
    if width:
        for row in grid:
            row += [""] * (width - len(row))
            row.insert(to % width, row.pop(column % width))


def _insert_column(desk: EditedWorkbook, sheet: int, column_number: int, row: int, words: int) -> None:
    grid = desk.grid(sheet)
    column = column_number % (width_of(grid) + 1)
    for values in grid:
        values += [""] * (column - len(values))
        values.insert(column, "")
    if words % 2 and grid:
        set_value(grid, row % len(grid), column, desk.new_word())


def _delete_column(desk: EditedWorkbook, sheet: int, column_number: int, _: int, __: int) -> None:
    grid = desk.grid(sheet)
    if width := width_of(grid):
        for values in grid:
            del values[column_number % width : column_number % width + 1]


def _rename(desk: EditedWorkbook, sheet: int, _: int, __: int, ___: int) -> None:
    number = sheet % len(desk.book)
    desk.book[number] = (desk.free_sheet_name("Sheet"), desk.book[number][1])


def _reorder(desk: EditedWorkbook, sheet: int, to: int, _: int, __: int) -> None:
    desk.book.insert(to % len(desk.book), desk.book.pop(sheet % len(desk.book)))


def _copy_sheet(desk: EditedWorkbook, sheet: int, row: int, column: int, fresh: int) -> None:
    name, grid = desk.book[sheet % len(desk.book)]
    copy = [list(values) for values in grid]
    desk.book.append((desk.free_sheet_name(f"{name[:20]} ("), copy))
    if fresh % 2:
        set_value(copy, row % (len(copy) + 3), column % (width_of(copy) + 2), desk.new_word())


def _delete_sheet(desk: EditedWorkbook, sheet: int, _: int, __: int, ___: int) -> None:
    if len(desk.book) > 1:
        del desk.book[sheet % len(desk.book)]


def _new_sheet(desk: EditedWorkbook, row: int, column: int, _: int, __: int) -> None:
    grid: Grid = []
    set_value(grid, row % 9, column % 9, desk.new_word())
    desk.book.append((desk.free_sheet_name("Notes"), grid))


def _foreign(desk: EditedWorkbook, which: int, sheet: int, to: int, changed: int) -> None:
    """Copy a sheet in from another sub-group's or another period's workbook."""
    foreign_book = desk.sent_workbooks.sent_values(which % 2, EARLIER if which % 2 == 0 else THIS)
    name, grid = foreign_book[sheet % len(foreign_book)]
    if changed % 2:
        set_value(grid, changed % (len(grid) + 2), changed % 7, desk.new_word())
    desk.book.insert(to % (len(desk.book) + 1), (desk.free_sheet_name(f"{name[:20]} F"), grid))


def _paste(desk: EditedWorkbook, how: int, down: int, right: int, less: int) -> None:
    """Paste all of it into a new workbook: sheet by sheet or below one another, shifted, with or without its marks."""
    tasks = [(name, grid) for name, grid in desk.book if task_rows(grid, desk.sent_workbooks)] if how % 2 else desk.book
    if not tasks:
        return
    sheets = [[list(row) for row in grid] for _, grid in tasks if not (grid and grid[0] and "facts" in str(grid[0][0]))]
    if less % 2:
        sheets = [[row for row in grid if not any("Workbook reference" in str(v) for v in row)] for grid in sheets]
    if less % 3 == 1:
        headings = {KEY_HEADING, *(column.heading for column in desk.sent_workbooks.template.columns)}
        sheets = [[row for row in grid if len(headings & {str(v) for v in row}) < 2] for grid in sheets]
    if how % 4 > 1:
        sheets = [[row for grid in sheets for row in [*grid, [""], [""]]]]
    shifted_sheets = [
        [*([""] for _ in range(down % 4)), *([""] * (right % 4) + row for row in grid)] for grid in sheets
    ]
    desk.book = [(f"Sheet{number}", grid) for number, grid in enumerate(shifted_sheets, 1)]


EDITS: dict[str, Callable[[EditedWorkbook, int, int, int, int], None]] = {
    "type": _type,
    "type far": _type_far,
    "answer": _answer,
    "append": _append,
    "append to a task": _append_to_task,
    "clear": _clear,
    "insert a row": _insert_row,
    "delete a row": _delete_row,
    "delete a task": _delete_task,
    "swap": _swap,
    "swap alike": _swap_alike,
    "sort": _sort,
    "sort alike": _sort_alike,
    "copy a row": _copy_row,
    "cut a row": _cut_row,
    "move a column": _move_column,
    "insert a column": _insert_column,
    "delete a column": _delete_column,
    "rename": _rename,
    "reorder": _reorder,
    "copy a sheet": _copy_sheet,
    "delete a sheet": _delete_sheet,
    "new sheet": _new_sheet,
    "foreign sheet": _foreign,
    "paste": _paste,
}


# ---------------------------------------------------------------------------------------------------- what must hold


def words_in(book: Book) -> set[str]:
    """Return every word that was typed and is still in the book."""
    return {word for _, grid in book for row in grid for value in row for word in TOKEN.findall(str(value))}


def lost_words(book: Book, reported_words: str) -> set[str]:
    """Return the words that are neither in an answer nor in a finding."""
    return words_in(book) - set(TOKEN.findall(reported_words))


def misplaced_answers(sending: SentWorkbooks, book: Book, result: ReturnedWorkbook) -> list[str]:
    """Return the answers that were given to another task than the one of their row."""
    tasks = {task.key: task for outcome in sending.group.outcomes for task in outcome.tasks}
    by_wording: dict[str, list[str]] = {}
    for key, task in tasks.items():
        by_wording.setdefault(task.labelled.strip(), []).append(key)
    grids = dict(trimmed_like_a_reader(book))
    wrong = []
    for answer in result.answers:
        row, column = parse_address(answer.cell)
        values = [str(value).strip() for value in grids[answer.sheet][row]]
        owners = {key for value in values for key in by_wording.get(value, ())}
        matching_keys = {key for key in owners if tasks[key].target in values} or owners
        if matching_keys and answer.task not in matching_keys:
            wrong.append(f"{answer} stands in the row of {sorted(matching_keys)}")
        if answer.value not in values[column] and values[column] not in answer.value:
            wrong.append(f"{answer} is not what stands there: {values[column]}")
    return wrong


def answers_in_another_column(result: ReturnedWorkbook) -> list[str]:
    """Return the answers that were typed under another column."""
    typed = ((answer, TOKEN.fullmatch(answer.value)) for answer in result.answers)
    return [
        f"{answer}"
        for answer, word in typed
        if word and (column := word[0].partition("x")[2]) and column != answer.column
    ]


def parse_address(cell: str) -> tuple[int, int]:
    """Return the row and the column of an address, from 0."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


def silently_merged_answers(book: Book, result: ReturnedWorkbook, sending: SentWorkbooks) -> list[str]:
    """Return cells answered twice, and answers matched by wording without a finding about it."""
    cells = [(answer.task, answer.column) for answer in result.answers]
    wrong = [f"{cell} is answered twice" for cell in set(cells) if cells.count(cell) > 1]
    tasks_with_finding = {item.task for item in result.observations if item.code == "told-by-wording"}
    grids = dict(trimmed_like_a_reader(book))
    for answer in result.answers:
        row, _ = parse_address(answer.cell)
        if answer.task not in grids[answer.sheet][row] and answer.task not in tasks_with_finding:
            wrong.append(f"{answer} has come from a row without its key")
    return wrong


def answers_from_another_workbook(result: ReturnedWorkbook) -> list[str]:
    """Return the answers that were typed into another sub-group's or another period's workbook."""
    typed = [(answer, TOKEN.findall(answer.value)) for answer in result.answers]
    return [f"{answer}" for answer, words in typed if any(int(word[3:].partition("x")[0]) >= 2000 for word in words)]
