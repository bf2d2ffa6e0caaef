"""One task through time: where it stood in each period, how it moved, and where that is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ragsheets.history.trend import Direction, History, PastPeriod
from ragsheets.ledger.records import StandingRecord
from ragsheets.plan.lookup import TaskPath, task_paths

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Plan, Task


@dataclass(frozen=True, slots=True)
class TaskHistoryEntry:
    """A task in one period.

    Attributes:
        place: the task with all that it is part of, as the plan of the period has it.
        status: its code; "" where none was reported. `found` is what the return has there.
        answers: what else was answered, by the heading of the column.
        file, sheet, cell: where that is written; "" where nothing came.
        corrections: everything that was corrected, the newest first, also what was taken back or overtaken.
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
    corrections: tuple[CorrectionRecord, ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
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
            "corrections": [asdict(each) for each in self.corrections],
        }


@dataclass(frozen=True)
class TaskHistory:
    """One task through time.

    Attributes:
        place: the task as the latest plan has it that does.
        stages: the periods that had it, the latest first.
        others: the periods in which its key was another task's, each with that one's wording.
    """

    task_path: TaskPath
    entries: tuple[TaskHistoryEntry, ...]
    other_uses: tuple[tuple[datetime.date, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        return {
            "key": self.task_path.task.key,
            "periods": [stage.as_json() for stage in self.entries],
            "others": [{"date": date.isoformat(), "task": wording} for date, wording in self.other_uses],
        }


def task_history_of(ledger: Ledger, task_path: TaskPath, records: Sequence[PeriodRecord]) -> TaskHistory:
    """A task through some periods, given the latest first; of those that had it as much is assessed as it needs.

    Periods are joined as the direction of travel joins them: where key and wording both agree, or where the key stands
    in the plan.
    """
    stages: list[TaskHistoryEntry] = []
    others: list[tuple[datetime.date, str]] = []
    before = History()
    for record in reversed(records):
        standings: tuple[StandingRecord, ...] = ()
        if found := next((each for each in task_paths(record.plan) if each.task.key == task_path.task.key), None):
            here = StandingRecord(found.group.key, found.outcome.key, found.task.key, found.task.task, "")
            if PastPeriod(record.period, (here,)).status_of(task_path.task) is None:
                others.append((record.period.date, found.task.task))
            else:
                stages.append(_history_entry(ledger, record, found, task_path.task, before))
                standings = (here._replace(status=stages[-1].status),)
        before = History((PastPeriod(record.period, standings),))
    return TaskHistory(task_path, tuple(reversed(stages)), tuple(reversed(others)))


def _history_entry(
    ledger: Ledger, record: PeriodRecord, task_path: TaskPath, task: Task, history: History
) -> TaskHistoryEntry:
    """A task in a period, of which no more is read than what its sub-group returned."""
    from ragsheets.returns.assess import assess

    alone = replace(record, plan=_with_only_task(record.plan, task_path))
    assessment = assess(alone, ledger.frames(record.period.date, [task_path.group.key]))
    (row,) = assessment.tasks.to_dict("records")
    corrections = [
        each for each in ledger.corrections.for_period(record.period.date) if each.task == task_path.task.key
    ]
    status = str(row["status"])
    return TaskHistoryEntry(
        period=record.period,
        task_path=task_path,
        status=status,
        status_found=str(row["status_found"]),
        direction=history.direction(task, status, record.template.scale),
        answers={
            column.heading: str(row[column.key])
            for column in record.template.contact_columns
            if column.key != "status" and row[column.key]
        },
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        cell=str(row["cell"]),
        corrections=tuple(reversed(corrections)),
    )


def _with_only_task(plan: Plan, task_path: TaskPath) -> Plan:
    """The plan with a single task."""
    action = task_path.action.model_copy(update={"tasks": (task_path.task,)})
    outcome = task_path.outcome.model_copy(update={"actions": (action,)})
    return plan.model_copy(update={"groups": (task_path.group.model_copy(update={"outcomes": (outcome,)}),)})
