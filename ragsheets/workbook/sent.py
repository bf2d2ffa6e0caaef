"""What a workbook was sent with: kept in the ledger, so that what came back can be told from what was there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ragsheets.files import clean
from ragsheets.workbook.layout import NEW_TASK, Question, Role, Workbook, address

Value = str | int | float


@dataclass(frozen=True)
class SentSheet:
    """One sheet as it was sent: its values in rows, as a reader finds them, and the notes on its cells by address."""

    name: str
    role: Role
    outcome: str
    heading_row: int
    rows: Sequence[Sequence[Value]]
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """One workbook as it was sent. `columns` are the template's column keys, in order; `questions` what it asked."""

    reference: str
    group: str
    columns: tuple[str, ...]
    sheets: tuple[SentSheet, ...]
    questions: tuple[Question, ...] = ()

    @cached_property
    def tasks(self) -> dict[str, dict[str, str]]:
        """What stood in each task's row, by task key and column key."""
        return {key: dict(zip(self.columns, map(str, row), strict=False)) for key, _, row in self._task_rows()}

    def _task_rows(self) -> Iterator[tuple[str, str, Sequence[Value]]]:
        """The rows of the tasks, each with its key and its outcome; those for new tasks are none."""
        for sheet in self.sheets:
            if sheet.role == "outcome":
                for row in sheet.rows[sheet.heading_row :]:
                    if row[-1] and not str(row[-1]).startswith(NEW_TASK):
                        yield str(row[-1]), sheet.outcome, row

    @cached_property
    def by_wording(self) -> dict[str, list[str]]:
        """The keys of the tasks that have this wording: one, as a rule."""
        keys: dict[str, list[str]] = {}
        for key, texts in self.tasks.items():
            keys.setdefault(texts["task"], []).append(key)
        return keys

    @cached_property
    def outcome_of(self) -> dict[str, str]:
        """The outcome of each task."""
        return {key: outcome for key, outcome, _ in self._task_rows()}

    @cached_property
    def titles(self) -> frozenset[str]:
        """The texts that stood first on its sheets."""
        return frozenset(str(sheet.rows[0][0]).strip() for sheet in self.sheets)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every text that stood anywhere in the workbook."""
        return frozenset(
            value.strip()
            for sheet in self.sheets
            for row in sheet.rows
            for value in row
            if isinstance(value, str) and value
        )

    @cached_property
    def beside(self) -> dict[str, frozenset[str]]:
        """The texts that stood in a row with each value, by the value as text."""
        company: dict[str, set[str]] = {}
        for sheet in self.sheets:
            for row in sheet.rows:
                texts = {value.strip() for value in row if isinstance(value, str) and value}
                for value in row:
                    if value != "":
                        company.setdefault(str(value).strip(), set()).update(texts)
        return {value: frozenset(texts - {value}) for value, texts in company.items()}

    @cached_property
    def headlines(self) -> dict[str, str]:
        """What stood in each row for headlines, by its key."""
        return {
            str(row[-1]): str(row[-2])
            for sheet in self.sheets
            if sheet.role == "headlines"
            for row in sheet.rows[sheet.heading_row :]
            if row[-1]
        }

    def holds_answers(self, by_contact: Collection[str]) -> bool:
        """Whether anything stood in the columns `by_contact`, or in the rows for headlines."""
        return any(self.headlines.values()) or any(
            texts.get(column) for texts in self.tasks.values() for column in by_contact
        )

    def sheet(self, name: str) -> SentSheet | None:
        """The sheet of this name, if there was one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def place(self, row: str, column: str) -> tuple[str, str]:
        """The sheet and the cell of a row's answer, by the row's key and the column's ("" for a headline's text)."""
        for sheet in self.sheets:
            for number, values in enumerate(sheet.rows[sheet.heading_row :], sheet.heading_row + 1):
                if sheet.role in ("outcome", "headlines") and values[-1] == row:
                    place = self.columns.index(column) + 1 if column else len(values) - 1
                    return sheet.name, address(number, place)
        raise KeyError(row)


def sent_of(layout: Workbook, columns: Sequence[str]) -> Sent:
    """What the workbook of this layout is sent with."""
    sheets = []
    for sheet in layout.sheets:
        filled = [cell for cell in sheet.cells if cell.value not in (None, "")]
        width = max(cell.column for cell in filled)
        rows: list[list[Value]] = [[""] * width for _ in range(max(cell.row for cell in filled))]
        for cell in filled:
            value = cell.value
            rows[cell.row - 1][cell.column - 1] = value if isinstance(value, (int, float)) else clean(str(value))
        sheets.append(SentSheet(sheet.name, sheet.role, sheet.outcome, sheet.heading_row, rows, sheet.notes))
    questions = tuple(asked.question for asked in layout.questions)
    return Sent(layout.reference, layout.group, tuple(columns), tuple(sheets), questions)


def asks_the_same(one: Sent, other: Sent, by_plan: Collection[str]) -> bool:
    """Whether two workbooks have the same columns and the same tasks, word for word in the columns `by_plan`."""
    return (
        one.columns == other.columns
        and list(one.tasks) == list(other.tasks)
        and all(texts[key] == other.tasks[task][key] for task, texts in one.tasks.items() for key in by_plan)
    )


def to_json(sent: Sent) -> str:
    """The record as text for the ledger."""
    sheets = [[s.name, s.role, s.outcome, s.heading_row, s.rows, *([s.notes] if s.notes else [])] for s in sent.sheets]
    record: dict[str, object] = {"reference": sent.reference, "group": sent.group, "columns": sent.columns}
    record["sheets"] = sheets
    if sent.questions:
        record["questions"] = sent.questions
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Sent:
    """The record that `to_json` made; older ones have neither notes nor questions."""
    record: Mapping[str, Any] = json.loads(text)
    sheets = tuple(SentSheet(*sheet) for sheet in record["sheets"])
    questions = tuple(Question(*question) for question in record.get("questions", ()))
    return Sent(str(record["reference"]), str(record["group"]), tuple(record["columns"]), sheets, questions)
