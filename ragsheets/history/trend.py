"""Directions of tasks: each task's status compared with earlier periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.ledger.records import StandingRecord
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Plan, Task
from ragsheets.template.status import StatusScale
from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger


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
    """An earlier period with the statuses of its tasks."""

    period: Period
    standings: tuple[StandingRecord, ...]

    @cached_property
    def _by_key_and_wording(self) -> Mapping[tuple[str, str], StandingRecord]:
        return {(standing.task, normalise_text(standing.wording)): standing for standing in self.standings}

    @cached_property
    def _wordings(self) -> frozenset[str]:
        return frozenset(wording for _, wording in self._by_key_and_wording)

    @cached_property
    def _by_key(self) -> Mapping[str, StandingRecord]:
        return {standing.task: standing for standing in self.standings}

    def status_of(self, task: Task) -> str | None:
        """Return the status code that a task had, "" where it was not reported, None where there was no such task."""
        standing = self.standing_of(task)
        return standing.status if standing else None

    def standing_of(self, task: Task) -> StandingRecord | None:
        """Return the record of a task, under whichever outcome it then was; None where there was no such task.

        History is joined only where key and wording both agree, or where the key is given in the plan: whoever gave it
        has confirmed that it is the same task. A key given for the sake of an earlier period joins no period in which
        it was derived for another task, and the task itself had another key.
        """
        wording = normalise_text(task.task)
        standing = self._by_key_and_wording.get((task.key, wording))
        if standing is None and task.key_given and wording not in self._wordings:
            return self._by_key.get(task.key)
        return standing


@dataclass(frozen=True)
class History:
    """The periods before one, the latest first; `previous_plan` is the latest one's plan, if tasks of it are gone."""

    past_periods: tuple[PastPeriod, ...] = ()
    previous_plan: Plan | None = None

    @property
    def previous(self) -> PastPeriod | None:
        """The previous period, where there is one."""
        return self.past_periods[0] if self.past_periods else None

    def direction(self, task: Task, status: str, scale: StatusScale) -> Direction:
        """Return the direction of a task with this status code ("" for not reported) since the previous period."""
        previous_status = self.previous.status_of(task) if self.previous else None
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


def history_of(ledger: Ledger, period: Period, limit: int, plan: Plan | None = None) -> History:
    """Return the history of a period: at most `limit` periods before it.

    A period that was not assessed since its plan was stored is assessed now, and the result is stored. `plan` is the
    period's own: where it lacks a task of the previous period, the plan of that period is read too.
    """
    pasts = tuple(past_periods_before(ledger, period.date, limit))
    if plan is None or not pasts or _has_all_tasks(plan, pasts[0]):
        return History(pasts)
    return History(pasts, ledger.period(pasts[0].period.date).plan)


def _has_all_tasks(plan: Plan, past: PastPeriod) -> bool:
    wordings = {key: task.task for key, task in tasks_by_key(plan).items()}
    return all(wordings.get(standing.task) == standing.wording for standing in past.standings)


def past_periods_before(ledger: Ledger, date: datetime.date, limit: int) -> Iterator[PastPeriod]:
    """Yield at most `limit` periods before a date, the latest first, each read from the ledger when it is needed."""
    for earlier in ledger.earlier_periods(date, limit):
        standings = ledger.standings(earlier.date) or _assess_standings(ledger, earlier)
        yield PastPeriod(earlier, tuple(standings))


def _assess_standings(ledger: Ledger, period: Period) -> Iterable[StandingRecord]:
    from ragsheets.returns.assess import assess_period
    from ragsheets.returns.period_counts import standings_of, store_period_counts

    assessment = assess_period(ledger, ledger.period(period.date))
    store_period_counts(ledger, assessment)
    return standings_of(assessment)
