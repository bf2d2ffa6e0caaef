"""Directions of tasks: each task's status compared with earlier periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.plan.matching import BETWEEN_PERIODS, PlanTask, find_same_tasks, plan_tasks
from ragsheets.plan.model import Period, Plan
from ragsheets.template.status import StatusScale

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.ledger.records import StandingRecord


class Direction(Enum):
    """The change of a task's status since the previous period."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    UNCHANGED = "unchanged"
    #: It has another status, and one of the two is not ranked on the scale.
    CHANGED = "changed"
    #: The previous period had no such task.
    NEW = "new"
    #: It was not reported, now or then, or its status is no longer on the scale: the direction is not known.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PastPeriod:
    """An earlier period with its plan, and the status code of each task by its key, "" where it was not reported."""

    period: Period
    plan: Plan
    statuses: Mapping[str, str]

    @cached_property
    def tasks(self) -> Sequence[PlanTask]:
        """Its tasks."""
        return plan_tasks(self.plan)

    def earlier_tasks(self, tasks: Iterable[PlanTask]) -> dict[str, PlanTask]:
        """Return the task that each of the tasks of a later plan was in this period, by its later key.

        Tasks that it did not have are left out. Which are the same is decided by `ragsheets.plan.matching`.
        """
        same_tasks = find_same_tasks(self.tasks, tasks, BETWEEN_PERIODS)
        return {key: same_tasks.earlier[earlier_key] for earlier_key, key in same_tasks.current_keys.items()}

    def statuses_of(self, plan: Plan) -> dict[str, str]:
        """Return the status code that each task of a later plan had in this period, by its later key."""
        return {key: self.statuses[task.key] for key, task in self.earlier_tasks(plan_tasks(plan)).items()}


@dataclass(frozen=True)
class History:
    """The periods before the one with this plan, the latest first."""

    plan: Plan
    past_periods: tuple[PastPeriod, ...] = ()

    @property
    def previous(self) -> PastPeriod | None:
        """The previous period, where there is one."""
        return self.past_periods[0] if self.past_periods else None

    @cached_property
    def statuses(self) -> Sequence[Mapping[str, str]]:
        """The status code that each task of the plan had in each past period, by today's key; see `PastPeriod`."""
        return [past.statuses_of(self.plan) for past in self.past_periods]

    @property
    def previous_statuses(self) -> Mapping[str, str]:
        """The status code that each task had in the previous period, by today's key; empty where there is none."""
        return self.statuses[0] if self.statuses else {}

    def direction(self, task: str, status: str, scale: StatusScale) -> Direction:
        """Return the direction of the task with this key and status code ("" for not reported) since then."""
        return direction_between(self.previous_statuses.get(task), status, scale)


def direction_between(previous_status: str | None, status: str, scale: StatusScale) -> Direction:
    """Return the direction from one status code to the next: "" for not reported, None where there was no such task."""
    if previous_status is None:
        return Direction.NEW
    if previous_status not in scale.codes or status not in scale.codes:
        return Direction.UNKNOWN
    step = scale.codes.index(status) - scale.codes.index(previous_status)
    if step == 0:
        return Direction.UNCHANGED
    if not (scale.by_code[previous_status].ranked and scale.by_code[status].ranked):
        return Direction.CHANGED
    return Direction.IMPROVED if step < 0 else Direction.WORSENED


def history_of(ledger: Ledger, record: PeriodRecord, limit: int) -> History:
    """Return the history of a period: at most `limit` periods before it."""
    return History(record.plan, tuple(past_periods_before(ledger, record.period.date, limit)))


def past_periods_before(ledger: Ledger, date: datetime.date, limit: int) -> Iterator[PastPeriod]:
    """Yield at most `limit` periods before a date, the latest first, each read from the ledger when it is needed.

    A period that was not assessed since its plan was stored is assessed now, and the result is stored.
    """
    for period in ledger.earlier_periods(date, limit):
        record = ledger.period(period.date)
        standings = ledger.standings(period.date) or _assess_standings(ledger, record)
        yield PastPeriod(period, record.plan, {standing.task: standing.status for standing in standings})


def _assess_standings(ledger: Ledger, record: PeriodRecord) -> Iterable[StandingRecord]:
    from ragsheets.returns.period_counts import reassess_period, standings_of

    return standings_of(reassess_period(ledger, record))
