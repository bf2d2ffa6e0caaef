"""A workbook as it was sent, recorded in the ledger so that a return can be compared with what was prefilled."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ragsheets.formats.a1 import address
from ragsheets.text import clean_for_office, normalise_text
from ragsheets.workbook.columns import LAST_COLUMNS
from ragsheets.workbook.last_period import ClosedReason, ClosedTask, LastAnswers, LastPeriod
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES, NEW_TASK_PREFIX, ContactQuestion, SheetRole, WorkbookLayout

CellValue = str | int | float


@dataclass(frozen=True)
class SentSheet:
    """One sheet as sent: its values in rows, as a reader returns them, and the notes on its cells by address."""

    name: str
    role: SheetRole
    outcome: str
    heading_row: int
    rows: Sequence[Sequence[CellValue]]
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SentWorkbook:
    """One workbook as sent.

    Attributes:
        columns: the keys of the columns of its outcome sheets, in order.
        questions: the questions that it asked.
        last_period_date: the date of the previous period (ISO) if it shows the answers of that period; else "".
        carried_columns: the columns, by task key, prefilled with the last answers; None if none were carried forward.
        annotation_texts: its title and the prompts of its cells; None in the record of an older ragsheets.
    """

    reference: str
    group: str
    columns: tuple[str, ...]
    sheets: tuple[SentSheet, ...]
    questions: tuple[ContactQuestion, ...] = ()
    last_period_date: str = ""
    carried_columns: Mapping[str, tuple[str, ...]] | None = None
    annotation_texts: tuple[str, ...] | None = None

    @cached_property
    def tasks(self) -> dict[str, dict[str, str]]:
        """The texts of each task's row, by task key and column key."""
        return {key: self._texts_of(row) for key, _, row in self._task_rows()}

    def _texts_of(self, row: Sequence[CellValue]) -> dict[str, str]:
        return dict(zip(self.columns, map(str, row), strict=False))

    def _task_rows(self) -> Iterator[tuple[str, str, Sequence[CellValue]]]:
        """Yield key, outcome and values of the rows of the plan's tasks, without those for new and closed tasks."""
        for key, outcome, row in self._keyed_rows():
            if not key.startswith((NEW_TASK_PREFIX, *CLOSED_TASK_PREFIXES.values())):
                yield key, outcome, row

    def _keyed_rows(self) -> Iterator[tuple[str, str, Sequence[CellValue]]]:
        """Yield key, outcome and values of the rows that have a key, on the outcome sheets."""
        for sheet in self.sheets:
            if sheet.role == "outcome":
                for row in sheet.rows[sheet.heading_row :]:
                    if row[-1]:
                        yield str(row[-1]), sheet.outcome, row

    @cached_property
    def closed_tasks_by_wording(self) -> dict[str, list[dict[str, str]]]:
        """The texts of the rows of closed tasks, by column key, grouped by wording."""
        rows: dict[str, list[dict[str, str]]] = {}
        for _, _, texts in self._closed_task_rows():
            rows.setdefault(texts["task"].strip(), []).append(texts)
        return rows

    def _closed_task_rows(self) -> Iterator[tuple[ClosedReason, str, dict[str, str]]]:
        """Yield why each closed task was closed, its outcome, and the texts of its row by column key."""
        for key, outcome, row in self._keyed_rows():
            for reason, prefix in CLOSED_TASK_PREFIXES.items():
                if key.startswith(prefix):
                    yield reason, outcome, self._texts_of(row)

    @property
    def last_period(self) -> LastPeriod | None:
        """What it shows of earlier periods, or None."""
        if not self.last_period_date:
            return None
        closed_tasks: dict[str, list[ClosedTask]] = {}
        for reason, outcome, texts in self._closed_task_rows():
            plan_texts = {column: text for column, text in texts.items() if text and column not in LAST_COLUMNS}
            closed_tasks.setdefault(outcome, []).append(ClosedTask(reason, plan_texts, _last_answers(texts)))
        tasks = {key: _last_answers(texts) for key, texts in self.tasks.items()}
        return LastPeriod(datetime.date.fromisoformat(self.last_period_date), tasks, closed_tasks)

    @cached_property
    def last_column_headings(self) -> dict[str, str]:
        """The headings of the columns that show the last answers, by column key."""
        sheet = next((sheet for sheet in self.sheets if sheet.role == "outcome"), None)
        row = sheet.rows[sheet.heading_row - 1] if sheet else ()
        return {key: str(text) for key, text in zip(self.columns, row, strict=False) if key in LAST_COLUMNS}

    @cached_property
    def last_column_by_heading(self) -> dict[str, str]:
        """The keys of the columns that show the last answers, by normalised heading."""
        return {normalise_text(heading): key for key, heading in self.last_column_headings.items()}

    def carried_columns_of(self, task_key: str) -> tuple[str, ...]:
        """Return the columns of a task, by its key, whose answers were carried forward."""
        return self.carried_columns.get(task_key, ()) if self.carried_columns else ()

    @cached_property
    def answers_that_may_stay(self) -> dict[str, dict[str, str]]:
        """The answers that it asks about and that may stay unchanged, by row key and column key ("" for headlines)."""
        answers: dict[str, dict[str, str]] = {}
        for question in self.questions:
            row = self.tasks.get(question.row_key, {}) | {"": self.headlines.get(question.row_key, "")}
            for column in question.column_keys if question.may_stay_unchanged else ():
                if text := row.get(column, ""):
                    answers.setdefault(question.row_key, {})[column] = text
        return answers

    @cached_property
    def tasks_by_wording(self) -> dict[str, list[str]]:
        """The keys of the tasks with each wording: usually one."""
        keys: dict[str, list[str]] = {}
        for key, texts in self.tasks.items():
            keys.setdefault(texts["task"], []).append(key)
        return keys

    @cached_property
    def outcome_by_task(self) -> dict[str, str]:
        """The outcome of each task."""
        return {key: outcome for key, outcome, _ in self._task_rows()}

    @cached_property
    def place_by_task(self) -> dict[str, str]:
        """The headings above each task: the first line of its outcome's, and the last line of its action's."""
        places: dict[str, str] = {}
        for sheet in self.sheets:
            rows = sheet.rows[sheet.heading_row :] if sheet.role == "outcome" else ()
            action = ""
            for row in rows:
                if row[-1]:
                    places[str(row[-1])] = f"{rows[0][0]}\n{action}"
                else:
                    action = str(row[0])
        return places

    def with_task_keys(self, keys: Mapping[str, str]) -> SentWorkbook:
        """Return the workbook with other keys for its tasks, by their present ones; without the tasks of no new key."""
        new_keys = {key: keys.get(key, "") for key in self.tasks}
        sheets = [
            replace(sheet, rows=[[*row[:-1], new_keys.get(str(row[-1]), row[-1])] for row in sheet.rows])
            if sheet.role == "outcome"
            else sheet
            for sheet in self.sheets
        ]
        return replace(
            self,
            sheets=tuple(sheets),
            questions=tuple(
                question._replace(row_key=new_keys.get(question.row_key, question.row_key))
                for question in self.questions
            ),
            carried_columns=self.carried_columns
            and {new_keys[key]: columns for key, columns in self.carried_columns.items() if new_keys.get(key)},
        )

    @cached_property
    def sheet_titles(self) -> frozenset[str]:
        """The texts in the first cell of its sheets."""
        return frozenset(str(sheet.rows[0][0]).strip() for sheet in self.sheets)

    @cached_property
    def outcome_by_title(self) -> dict[str, str]:
        """The texts above the tasks that occur on one outcome's sheet only, each with that outcome."""
        titles: dict[str, set[str]] = {}
        for sheet in self.sheets:
            for row in sheet.rows if sheet.role == "outcome" else ():
                if row[-1] and row[-1] in self.tasks:
                    break
                for value in row:
                    if isinstance(value, str) and value:
                        titles.setdefault(value.strip(), set()).add(sheet.outcome)
        return {text: outcomes.pop() for text, outcomes in titles.items() if len(outcomes) == 1}

    @cached_property
    def all_texts(self) -> frozenset[str]:
        """Every text in the workbook."""
        return frozenset(
            value.strip()
            for sheet in self.sheets
            for row in sheet.rows
            for value in row
            if isinstance(value, str) and value
        )

    @cached_property
    def texts_in_same_row(self) -> dict[str, frozenset[str]]:
        """The other texts in the same row as each value, by the value as text."""
        row_texts: dict[str, set[str]] = {}
        for sheet in self.sheets:
            for row in sheet.rows:
                texts = {value.strip() for value in row if isinstance(value, str) and value}
                for value in row:
                    if value != "":
                        row_texts.setdefault(str(value).strip(), set()).update(texts)
        return {value: frozenset(texts - {value}) for value, texts in row_texts.items()}

    @cached_property
    def headlines(self) -> dict[str, str]:
        """The text of each headline row, by its key."""
        return {
            str(row[-1]): str(row[-2])
            for sheet in self.sheets
            if sheet.role == "headlines"
            for row in sheet.rows[sheet.heading_row :]
            if row[-1]
        }

    def holds_answers(self, contact_columns: Collection[str]) -> bool:
        """Return whether any of `contact_columns`, or any headline row, was prefilled."""
        return any(self.headlines.values()) or any(
            texts.get(column) for texts in self.tasks.values() for column in contact_columns
        )

    def sheet(self, name: str) -> SentSheet | None:
        """Return the sheet of this name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def answer_cell(self, row_key: str, column_key: str) -> tuple[str, str]:
        """Return the sheet and the cell of a row's answer, by row key and column key ("" for a headline's text).

        Raises KeyError if no row has this key.
        """
        for sheet in self.sheets:
            for row_number, values in enumerate(sheet.rows[sheet.heading_row :], sheet.heading_row + 1):
                if sheet.role in ("outcome", "headlines") and values[-1] == row_key:
                    column_number = self.columns.index(column_key) + 1 if column_key else len(values) - 1
                    return sheet.name, address(row_number, column_number)
        raise KeyError(row_key)


def _last_answers(texts: Mapping[str, str]) -> LastAnswers:
    return LastAnswers(*(texts[column] for column in LAST_COLUMNS))


def from_layout(layout: WorkbookLayout) -> SentWorkbook:
    """Return the record of the workbook with this layout."""
    sheets = []
    for sheet in layout.sheets:
        filled_cells = [cell for cell in sheet.cells if cell.value not in (None, "")]
        width = max(cell.column for cell in filled_cells)
        rows: list[list[CellValue]] = [[""] * width for _ in range(max(cell.row for cell in filled_cells))]
        for cell in filled_cells:
            value = cell.value
            rows[cell.row - 1][cell.column - 1] = (
                value if isinstance(value, (int, float)) else clean_for_office(str(value))
            )
        sheets.append(SentSheet(sheet.name, sheet.role, sheet.outcome, sheet.heading_row, rows, sheet.notes))
    questions = tuple(placed.question for placed in layout.questions)
    last_period_date = layout.last_period_date.isoformat() if layout.last_period_date else ""
    return SentWorkbook(
        layout.reference,
        layout.group,
        layout.columns,
        tuple(sheets),
        questions,
        last_period_date,
        layout.carried_columns,
        tuple(sorted({clean_for_office(layout.title), *_prompts(layout)})),
    )


def _prompts(layout: WorkbookLayout) -> Iterator[str]:
    """Yield the texts that appear at the cells of a layout when they are selected or filled in."""
    for sheet in layout.sheets:
        for dropdown in sheet.dropdowns:
            texts = (dropdown.prompt_title, dropdown.prompt, dropdown.error_title, dropdown.error)
            yield from filter(None, texts)


def has_same_questions(first: SentWorkbook, second: SentWorkbook, plan_columns: Collection[str]) -> bool:
    """Return whether two workbooks have the same columns and tasks, word for word in `plan_columns`.

    What they show of earlier periods is not compared: it asks nothing.
    """
    first_columns, second_columns = (
        [key for key in sent.columns if key not in LAST_COLUMNS] for sent in (first, second)
    )
    return (
        first_columns == second_columns
        and list(first.tasks) == list(second.tasks)
        and all(texts[key] == second.tasks[task][key] for task, texts in first.tasks.items() for key in plan_columns)
    )


def to_json(sent: SentWorkbook) -> str:
    """Return the record as JSON text for the ledger."""
    sheets = [[s.name, s.role, s.outcome, s.heading_row, s.rows, *([s.notes] if s.notes else [])] for s in sent.sheets]
    record: dict[str, object] = {"reference": sent.reference, "group": sent.group, "columns": sent.columns}
    record["sheets"] = sheets
    if sent.questions:
        record["questions"] = sent.questions
    if sent.last_period_date:
        record["since"] = sent.last_period_date
    if sent.carried_columns is not None:
        record["carried"] = sent.carried_columns
    if sent.annotation_texts is not None:
        record["annotations"] = sent.annotation_texts
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> SentWorkbook:
    """Parse a record written by `to_json`; older records lack notes, questions and earlier periods."""
    record: Mapping[str, Any] = json.loads(text)
    sheets = tuple(SentSheet(*sheet) for sheet in record["sheets"])
    questions = tuple(
        ContactQuestion(*question[:5], *map(tuple, question[5:])) for question in record.get("questions", ())
    )
    carried: Mapping[str, Sequence[str]] | None = record.get("carried")
    annotation_texts: Sequence[str] | None = record.get("annotations")
    return SentWorkbook(
        reference=str(record["reference"]),
        group=str(record["group"]),
        columns=tuple(record["columns"]),
        sheets=sheets,
        questions=questions,
        last_period_date=str(record.get("since", "")),
        carried_columns=None if carried is None else {task: tuple(columns) for task, columns in carried.items()},
        annotation_texts=None if annotation_texts is None else tuple(annotation_texts),
    )
