"""How each task has moved: where it stands, beside where it stood in earlier periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets.ledger.records import Standing
from ragsheets.plan.lookup import tasks_of
from ragsheets.plan.model import Period, Plan, Task
from ragsheets.template.status import StatusScale
from ragsheets.text import plain

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
class Past:
    """What an earlier period came to."""

    period: Period
    standings: tuple[Standing, ...]

    @cached_property
    def _by_task(self) -> Mapping[tuple[str, str], Standing]:
        return {(standing.task, plain(standing.wording)): standing for standing in self.standings}

    @cached_property
    def _by_key(self) -> Mapping[str, Standing]:
        return {standing.task: standing for standing in self.standings}

    def status_of(self, task: Task) -> str | None:
        """The code that a task had, "" where it was not reported, None where there was no such task."""
        standing = self.standing_of(task)
        return standing.status if standing else None

    def standing_of(self, task: Task) -> Standing | None:
        """How a task stood, wherever it stood then; None where there was no such task.

        History is joined only where key and wording both agree, or where the key stands in the plan: whoever put it
        there has said that it is the same task.
        """
        standing = self._by_task.get((task.key, plain(task.task)))
        return self._by_key.get(task.key) if standing is None and task.key_given else standing


@dataclass(frozen=True)
class History:
    """The periods before one, the latest first; `before` is the latest one's plan, where tasks of it have left."""

    pasts: tuple[Past, ...] = ()
    before: Plan | None = None

    @property
    def last(self) -> Past | None:
        """The period before, where there is one."""
        return self.pasts[0] if self.pasts else None

    def direction(self, task: Task, status: str, scale: StatusScale) -> Direction:
        """How a task that stands at `status` ("" for not reported) has moved since the period before."""
        before = self.last.status_of(task) if self.last else None
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


def history_of(ledger: Ledger, period: Period, most: int, plan: Plan | None = None) -> History:
    """At most so many periods before one.

    One that was not assessed since its plan was kept is assessed now, and put down. `plan` is the period's own: where
    it lacks a task of the period before, the plan of that one is looked up too.
    """
    pasts = tuple(pasts_before(ledger, period.date, most))
    if plan is None or not pasts or _has_all(plan, pasts[0]):
        return History(pasts)
    return History(pasts, ledger.period(pasts[0].period.date).plan)


def _has_all(plan: Plan, past: Past) -> bool:
    words = {key: task.task for key, task in tasks_of(plan).items()}
    return all(words.get(standing.task) == standing.wording for standing in past.standings)


def pasts_before(ledger: Ledger, date: datetime.date, most: int) -> Iterator[Past]:
    """What at most so many periods before a date came to, the latest first, each looked up when it is asked for."""
    for earlier in ledger.earlier_periods(date, most):
        standings = ledger.standings(earlier.date) or _assessed(ledger, earlier)
        yield Past(earlier, tuple(standings))


def _assessed(ledger: Ledger, period: Period) -> Iterable[Standing]:
    from ragsheets.returns.assess import assess
    from ragsheets.returns.period_counts import put_down, standings_of

    assessment = assess(ledger.period(period.date), ledger.frames(period.date))
    put_down(ledger, assessment)
    return standings_of(assessment)
