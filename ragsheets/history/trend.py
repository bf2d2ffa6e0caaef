"""How each task has moved: where it stands, beside where it stood in earlier periods."""

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
    """How a task has moved since the period before."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    UNCHANGED = "unchanged"
    #: It has another status, and one of the two is no step of the scale.
    CHANGED = "changed"
    #: The period before had no such task.
    NEW = "new"
    #: It was not reported, now or then, or its status is no longer on the scale: no direction can be told.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PastPeriod:
    """What an earlier period came to."""

    period: Period
    standings: tuple[StandingRecord, ...]

    @cached_property
    def _by_key_and_wording(self) -> Mapping[tuple[str, str], StandingRecord]:
        return {(standing.task, normalise_text(standing.wording)): standing for standing in self.standings}

    @cached_property
    def _by_key(self) -> Mapping[str, StandingRecord]:
        return {standing.task: standing for standing in self.standings}

    def status_of(self, task: Task) -> str | None:
        """The code that a task had, "" where it was not reported, None where there was no such task."""
        standing = self.standing_of(task)
        return standing.status if standing else None

    def standing_of(self, task: Task) -> StandingRecord | None:
        """How a task stood, wherever it stood then; None where there was no such task.

        History is joined only where key and wording both agree, or where the key stands in the plan: whoever put it
        there has said that it is the same task.
        """
        standing = self._by_key_and_wording.get((task.key, normalise_text(task.task)))
        return self._by_key.get(task.key) if standing is None and task.key_given else standing


@dataclass(frozen=True)
class History:
    """The periods before one, the latest first; `before` is the latest one's plan, where tasks of it have left."""

    past_periods: tuple[PastPeriod, ...] = ()
    previous_plan: Plan | None = None

    @property
    def previous(self) -> PastPeriod | None:
        """The period before, where there is one."""
        return self.past_periods[0] if self.past_periods else None

    def direction(self, task: Task, status: str, scale: StatusScale) -> Direction:
        """How a task that stands at `status` ("" for not reported) has moved since the period before."""
        before = self.previous.status_of(task) if self.previous else None
        if before is None:
            return Direction.NEW
        if before not in scale.codes or status not in scale.codes:
            return Direction.UNKNOWN
        step = scale.codes.index(status) - scale.codes.index(before)
        if step == 0:
            return Direction.UNCHANGED
        if not (scale.by_code[before].ranked and scale.by_code[status].ranked):
            return Direction.CHANGED
        return Direction.IMPROVED if step < 0 else Direction.WORSENED


def history_of(ledger: Ledger, period: Period, limit: int, plan: Plan | None = None) -> History:
    """At most so many periods before one.

    One that was not assessed since its plan was kept is assessed now, and put down. `plan` is the period's own: where
    it lacks a task of the period before, the plan of that one is looked up too.
    """
    pasts = tuple(past_periods_before(ledger, period.date, limit))
    if plan is None or not pasts or _has_all_tasks(plan, pasts[0]):
        return History(pasts)
    return History(pasts, ledger.period(pasts[0].period.date).plan)


def _has_all_tasks(plan: Plan, past: PastPeriod) -> bool:
    words = {key: task.task for key, task in tasks_by_key(plan).items()}
    return all(words.get(standing.task) == standing.wording for standing in past.standings)


def past_periods_before(ledger: Ledger, date: datetime.date, limit: int) -> Iterator[PastPeriod]:
    """What at most so many periods before a date came to, the latest first, each looked up when it is asked for."""
    for earlier in ledger.earlier_periods(date, limit):
        standings = ledger.standings(earlier.date) or _assess_standings(ledger, earlier)
        yield PastPeriod(earlier, tuple(standings))


def _assess_standings(ledger: Ledger, period: Period) -> Iterable[StandingRecord]:
    from ragsheets.returns.assess import assess
    from ragsheets.returns.period_counts import standings_of, store_period_counts

    assessment = assess(ledger.period(period.date), ledger.frames(period.date))
    store_period_counts(ledger, assessment)
    return standings_of(assessment)
