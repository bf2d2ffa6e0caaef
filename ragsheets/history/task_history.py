"""The history of one task: its status and direction in each period, and the cell that holds them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ragsheets.history.trend import Direction, direction_between
from ragsheets.plan.lookup import paths_by_key, tasks_by_key
from ragsheets.plan.matching import BETWEEN_PERIODS, find_same_tasks, plan_tasks
from ragsheets.plan.model import TaskPath
from ragsheets.returns.frames import iter_values

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Plan


@dataclass(frozen=True, slots=True)
class TaskHistoryEntry:
    """A task in one period.

    Attributes:
        task_path: the task with the parts of the plan that contain it, as the plan of the period has them.
        status: its code; "" where none was reported. `status_found` is the text in the return.
        answers: the other answers, by the heading of the column.
        file, sheet, cell: the address of the answer; "" where no return has one.
        sources: the address of each answer: its file, sheet and cell, by the heading of the column.
        corrections: all corrections, the newest first, including those undone or replaced by a newer answer.
    """

    period: Period
    task_path: TaskPath
    status: str
    status_found: str
    direction: Direction
    answers: Mapping[str, str]
    file: str
    sheet: str
    cell: str
    sources: Mapping[str, tuple[str, str, str]]
    corrections: tuple[CorrectionRecord, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the entry for JSON."""
        task = self.task_path.task
        return {
            "period": {"date": self.period.date.isoformat(), "name": self.period.title},
            "group": self.task_path.group.name,
            "outcome": self.task_path.outcome.key,
            "key": task.key,
            "label": task.label,
            "task": task.task,
            "target": task.target,
            "status": self.status,
            "status_found": self.status_found,
            "direction": self.direction.value,
            "answers": dict(self.answers),
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "sources": {
                heading: {"file": file, "sheet": sheet, "cell": cell}
                for heading, (file, sheet, cell) in self.sources.items()
            },
            "corrections": [asdict(correction) for correction in self.corrections],
        }


@dataclass(frozen=True)
class TaskHistory:
    """The history of one task.

    Attributes:
        task_path: the task as the latest plan that contains it has it.
        entries: the periods that had it, the latest first.
        other_uses: the periods in which its key belonged to another task, with that task's wording.
        left_out: the periods that did not ask about it because it was complete.
    """

    task_path: TaskPath
    entries: tuple[TaskHistoryEntry, ...]
    other_uses: tuple[tuple[datetime.date, str], ...]
    left_out: tuple[Period, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the history for JSON."""
        return {
            "key": self.task_path.task.key,
            "periods": [entry.as_json() for entry in self.entries],
            "not_asked": [period.date.isoformat() for period in self.left_out],
            "others": [{"date": date.isoformat(), "task": wording} for date, wording in self.other_uses],
        }


def task_history_of(ledger: Ledger, task_path: TaskPath, plan: Plan, records: Sequence[PeriodRecord]) -> TaskHistory:
    """Return the history of a task in some periods; assess only what it needs of each.

    Args:
        ledger: an open ledger.
        task_path: the task.
        plan: the plan that it is in.
        records: the periods, the latest first. In which of them it was asked about is decided as for the direction.
    """
    entries: list[TaskHistoryEntry] = []
    other_uses: list[tuple[datetime.date, str]] = []
    left_out: list[Period] = []
    key, tasks = task_path.task.key, plan_tasks(plan)
    previous_status: str | None = None
    for record in reversed(records):
        paths = paths_by_key(record.whole_plan)
        same_tasks = find_same_tasks(plan_tasks(record.whole_plan), tasks, BETWEEN_PERIODS)
        earlier_key = next((earlier for earlier, current in same_tasks.current_keys.items() if current == key), None)
        status = None
        if earlier_key is None:
            other_uses += [(record.period.date, paths[key].task.task)] if key in paths else []
        elif earlier_key not in tasks_by_key(record.plan):
            left_out.append(record.period)
        else:
            entries.append(_history_entry(ledger, record, paths[earlier_key], previous_status))
            status = entries[-1].status
        previous_status = status
    return TaskHistory(task_path, tuple(reversed(entries)), tuple(reversed(other_uses)), tuple(reversed(left_out)))


def _history_entry(
    ledger: Ledger, record: PeriodRecord, task_path: TaskPath, previous_status: str | None
) -> TaskHistoryEntry:
    """Return the entry of a task in a period; only its sub-group's returns are read."""
    from ragsheets.returns.assess import assess_period

    single_task_record = replace(record, plan=_with_only_task(record.plan, task_path))
    assessment = assess_period(ledger, single_task_record, [task_path.group.key])
    (row,) = assessment.tasks.to_dict("records")
    corrections = [
        correction
        for correction in ledger.corrections.of_period(record.period.date)
        if correction.task == task_path.task.key
    ]
    status = str(row["status"])
    return TaskHistoryEntry(
        period=record.period,
        task_path=task_path,
        status=status,
        status_found=str(row["status_found"]),
        direction=direction_between(previous_status, status, record.template.scale),
        answers={
            column.heading: str(row[column.key])
            for column in record.template.contact_columns
            if column.key != "status" and row[column.key]
        },
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        cell=str(row["cell"]),
        sources={
            record.template.column(column).heading: (file, sheet, cell)
            for column, file, sheet, cell in iter_values(assessment.answers, "column", "file", "sheet", "cell")
            if file
        },
        corrections=tuple(reversed(corrections)),
    )


def _with_only_task(plan: Plan, task_path: TaskPath) -> Plan:
    """Return the plan reduced to a single task."""
    action = task_path.action.model_copy(update={"tasks": (task_path.task,)})
    outcome = task_path.outcome.model_copy(update={"actions": (action,)})
    return plan.model_copy(update={"groups": (task_path.group.model_copy(update={"outcomes": (outcome,)}),)})
