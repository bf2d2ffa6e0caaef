"""The year that a period closes: the assessments of its periods, and the headlines of the sub-groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ragsheets.history.task_changes import RemovalReason, find_task_changes
from ragsheets.history.trend import PastPeriod, past_periods_before
from ragsheets.plan.matching import plan_tasks
from ragsheets.plan.model import Period
from ragsheets.returns.frames import iter_rows, iter_values

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.returns.assess import Assessment

#: A period is of the same year when it is fewer days before its end than this: fifty weeks, for the close of the year
#: before is seldom a year ago to the day, and the first of twelve months is at most 337 days before the last.
YEAR_DAYS = 350


class GroupHeadline(NamedTuple):
    """A headline success ("success") or next step ("next_step") of a sub-group, by its key."""

    group: str
    kind: str
    text: str


@dataclass(frozen=True)
class Year:
    """A year of periods.

    Attributes:
        assessments: the assessments of its periods, earliest first; the last is the one that closes it.
        start: the period before them, where there is one: the start of the year.
    """

    assessments: tuple[Assessment, ...]
    start: PastPeriod | None = None

    @property
    def closing(self) -> Assessment:
        """The period that closes it."""
        return self.assessments[-1]

    @cached_property
    def past_periods(self) -> tuple[PastPeriod, ...]:
        """The periods before the last, earliest first: the start of the year, and the year's own."""
        return (self.start, *self._own_past_periods) if self.start else self._own_past_periods

    @cached_property
    def _own_past_periods(self) -> tuple[PastPeriod, ...]:
        return tuple(
            PastPeriod(assessment.period, assessment.plan, dict(iter_values(assessment.tasks, "key", "status")))
            for assessment in self.assessments[:-1]
        )

    @cached_property
    def first_occurrences(self) -> tuple[Mapping[str, tuple[int, str]], ...]:
        """The first assessment with each task of each assessment, by the task's key: its number, and the key there."""
        occurrences: list[Mapping[str, tuple[int, str]]] = []
        for number, assessment in enumerate(self.assessments):
            tasks = plan_tasks(assessment.plan)
            first = {task.key: (number, task.key) for task in tasks}
            for past, earlier in zip(self._own_past_periods[:number], occurrences, strict=True):
                first |= {key: earlier[task.key] for key, task in past.earlier_tasks(tasks).items()}
            occurrences.append(first)
        return tuple(occurrences)

    @cached_property
    def completed_count(self) -> int:
        """The number of tasks that were completed in its periods and left the following ones, each counted once."""
        count = 0
        for number, following in enumerate(self.assessments[1:], 1):
            past_periods = reversed(self._own_past_periods[:number])
            removed_tasks = find_task_changes(following.plan, past_periods, following.template.scale).removed
            count += sum(task.reason is RemovalReason.COMPLETED for task in removed_tasks)
        return count

    @cached_property
    def group_names(self) -> Mapping[str, str]:
        """The names of all sub-groups of the year by their keys: the closing plan's in its order, then the others."""
        names: dict[str, str] = {}
        for assessment in reversed(self.assessments):
            for key, name in assessment.plan.group_names.items():
                names.setdefault(key, name)
        return names

    def headlines(self, kind: str, group_key: str) -> tuple[str, ...]:
        """Return the headlines of a kind of a sub-group, by its key, word for word and without repeats.

        Successes are those of the whole year, earliest first: what was done in the first quarter is still done. Next
        steps are those of the closing period alone: earlier ones are out of date.
        """
        return tuple(self._headlines.get((kind, group_key), {}).values())

    @cached_property
    def _headlines(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """Every headline by kind and sub-group, then by its text with normalised spaces."""
        headlines: dict[tuple[str, str], dict[str, str]] = {}
        for assessment in self.assessments:
            for headline in headlines_of(assessment):
                if headline.kind == "success" or assessment is self.closing:
                    texts = headlines.setdefault((headline.kind, headline.group), {})
                    texts.setdefault(" ".join(headline.text.split()), headline.text)
        return headlines


def headlines_of(assessment: Assessment) -> Iterator[GroupHeadline]:
    """Yield the headlines of the sub-groups in a period, in the order of their sheets."""
    names = assessment.plan.group_names
    for row in iter_rows(assessment.headlines):
        if row.group in names and row.text.strip():
            yield GroupHeadline(row.group, row.kind, row.text)


def year_of(ledger: Ledger, assessment: Assessment) -> Year:
    """Read the year that a period closes from the ledger: the periods less than `YEAR_DAYS` before it."""
    from ragsheets.returns.assess import assess_period

    end = assessment.period
    earlier = [period for period in ledger.earlier_periods(end.date, YEAR_DAYS) if _is_in_year(period, end)]
    own = [assess_period(ledger, ledger.period(period.date)) for period in reversed(earlier)]
    assessments = (*own, assessment)
    return Year(assessments, next(past_periods_before(ledger, assessments[0].period.date, 1), None))


def _is_in_year(period: Period, end: Period) -> bool:
    return (end.date - period.date).days < YEAR_DAYS
