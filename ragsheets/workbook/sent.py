"""What a workbook was sent with: kept in the ledger, so that what came back can be told from what was there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ragsheets.files import clean
from ragsheets.workbook.layout import Role, Workbook

Value = str | int | float


@dataclass(frozen=True)
class SentSheet:
    """One sheet as it was sent: its values in rows, as a reader finds them."""

    name: str
    role: Role
    outcome: str
    heading_row: int
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Sent:
    """One workbook as it was sent. `columns` are the template's column keys, in order."""

    reference: str
    group: str
    columns: tuple[str, ...]
    sheets: tuple[SentSheet, ...]

    @cached_property
    def tasks(self) -> dict[str, dict[str, str]]:
        """What stood in each task's row, by task key and column key."""
        return {
            str(row[len(self.columns)]): dict(zip(self.columns, map(str, row), strict=False))
            for sheet in self.sheets
            if sheet.role == "outcome"
            for row in sheet.rows[sheet.heading_row :]
            if len(row) > len(self.columns) and row[len(self.columns)]
        }

    @cached_property
    def by_wording(self) -> dict[str, str]:
        """The key of the task whose wording this is, where only one has it."""
        keys: dict[str, str] = {}
        for key, texts in self.tasks.items():
            if texts["task"]:
                keys[texts["task"]] = "" if texts["task"] in keys else key
        return {text: key for text, key in keys.items() if key}

    @cached_property
    def outcome_of(self) -> dict[str, str]:
        """The outcome of each task."""
        return {
            str(row[-1]): sheet.outcome
            for sheet in self.sheets
            if sheet.role == "outcome"
            for row in sheet.rows[sheet.heading_row :]
            if len(row) > len(self.columns) and row[-1]
        }

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
    def headlines(self) -> dict[str, str]:
        """What stood in each row for headlines, by its key."""
        return {
            str(row[-1]): str(row[-2])
            for sheet in self.sheets
            if sheet.role == "headlines"
            for row in sheet.rows[sheet.heading_row :]
            if row[-1]
        }

    def sheet(self, name: str) -> SentSheet | None:
        """The sheet of this name, if there was one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


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
        sheets.append(SentSheet(sheet.name, sheet.role, sheet.outcome, sheet.heading_row, rows))
    return Sent(layout.reference, layout.group, tuple(columns), tuple(sheets))


def to_json(sent: Sent) -> str:
    """The record as text for the ledger."""
    sheets = [[s.name, s.role, s.outcome, s.heading_row, s.rows] for s in sent.sheets]
    record = {"reference": sent.reference, "group": sent.group, "columns": sent.columns, "sheets": sheets}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Sent:
    """The record that `to_json` made."""
    record: Mapping[str, object] = json.loads(text)
    sheets = tuple(SentSheet(*sheet) for sheet in record["sheets"])  # type: ignore[attr-defined]
    return Sent(str(record["reference"]), str(record["group"]), tuple(record["columns"]), sheets)  # type: ignore[arg-type]
