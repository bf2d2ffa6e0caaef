"""One task through time: where it stood in each period, how it moved, and where that is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ragsheets.history.trend import Direction, History, Past
from ragsheets.ledger.records import Standing
from ragsheets.plan.lookup import TaskPlace, places_of

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Plan, Task


@dataclass(frozen=True, slots=True)
class Stage:
    """A task in one period.

    Attributes:
        place: the task with all that it is part of, as the plan of the period has it.
        status: its code; "" where none was reported. `found` is what the return has there.
        answers: what else was answered, by the heading of the column.
        file, sheet, cell: where that is written; "" where nothing came.
        corrections: everything that was corrected, the newest first, also what was taken back or overtaken.
    """

    period: Period
    place: TaskPlace
    status: str
    found: str
    direction: Direction
    answers: Mapping[str, str]
    file: str
    sheet: str
    cell: str
    corrections: tuple[CorrectionRecord, ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        task = self.place.task
        return {
            "period": {"date": self.period.date.isoformat(), "name": self.period.title},
            "group": self.place.group.name,
            "outcome": self.place.outcome.key,
            "key": task.key,
            "label": task.label,
            "task": task.task,
            "target": task.target,
            "status": self.status,
            "status_found": self.found,
            "direction": self.direction.value,
            "answers": dict(self.answers),
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "corrections": [asdict(each) for each in self.corrections],
        }


@dataclass(frozen=True)
class Journey:
    """One task through time.

    Attributes:
        place: the task as the latest plan has it that does.
        stages: the periods that had it, the latest first.
        others: the periods in which its key was another task's, each with that one's wording.
    """

    place: TaskPlace
    stages: tuple[Stage, ...]
    others: tuple[tuple[datetime.date, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        return {
            "key": self.place.task.key,
            "periods": [stage.as_json() for stage in self.stages],
            "others": [{"date": date.isoformat(), "task": wording} for date, wording in self.others],
        }


def journey_of(ledger: Ledger, place: TaskPlace, records: Sequence[PeriodRecord]) -> Journey:
    """A task through some periods, given the latest first; of those that had it as much is assessed as it needs.

    Periods are joined as the direction of travel joins them: where key and wording both agree, or where the key stands
    in the plan.
    """
    stages: list[Stage] = []
    others: list[tuple[datetime.date, str]] = []
    before = History()
    for record in reversed(records):
        standings: tuple[Standing, ...] = ()
        if found := next((each for each in places_of(record.plan) if each.task.key == place.task.key), None):
            here = Standing(found.group.key, found.outcome.key, found.task.key, found.task.task, "")
            if Past(record.period, (here,)).status_of(place.task) is None:
                others.append((record.period.date, found.task.task))
            else:
                stages.append(_stage(ledger, record, found, place.task, before))
                standings = (here._replace(status=stages[-1].status),)
        before = History((Past(record.period, standings),))
    return Journey(place, tuple(reversed(stages)), tuple(reversed(others)))


def _stage(ledger: Ledger, record: PeriodRecord, found: TaskPlace, task: Task, before: History) -> Stage:
    """A task in a period, of which no more is read than what its sub-group returned."""
    from ragsheets.returns.assess import assess

    alone = replace(record, plan=_with_nothing_else(record.plan, found))
    assessment = assess(alone, ledger.frames(record.period.date, [found.group.key]))
    (row,) = assessment.tasks.to_dict("records")
    corrections = [each for each in ledger.corrections.of(record.period.date) if each.task == found.task.key]
    status = str(row["status"])
    return Stage(
        period=record.period,
        place=found,
        status=status,
        found=str(row["status_found"]),
        direction=before.direction(task, status, record.template.scale),
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


def _with_nothing_else(plan: Plan, place: TaskPlace) -> Plan:
    """The plan with a single task."""
    action = place.action.model_copy(update={"tasks": (place.task,)})
    outcome = place.outcome.model_copy(update={"actions": (action,)})
    return plan.model_copy(update={"groups": (place.group.model_copy(update={"outcomes": (outcome,)}),)})
