"""What a workbook shows of earlier periods: the last answers to each task, and the tasks that are closed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

#: Why a task of an earlier period is no longer asked about.
ClosedReason = Literal["completed", "withdrawn"]


class LastAnswers(NamedTuple):
    """The last answers to a task, as its workbook shows them."""

    status: str
    position: str = ""
    planned: str = ""


class ClosedTask(NamedTuple):
    """A task that is only listed: the reason, its plan texts by column key, and its last answers."""

    reason: ClosedReason
    plan_texts: Mapping[str, str]
    last_answers: LastAnswers


@dataclass(frozen=True, slots=True)
class LastPeriod:
    """What one sub-group's workbook shows of earlier periods.

    Attributes:
        date: the date of the previous period.
        answers: the last answers to each task, by task key.
        closed_tasks: the tasks that need no further answer, by the key of their outcome.
    """

    date: datetime.date
    answers: Mapping[str, LastAnswers] = field(default_factory=dict)
    closed_tasks: Mapping[str, Sequence[ClosedTask]] = field(default_factory=dict)

    def answers_of(self, task_key: str) -> LastAnswers:
        """Return the last answers to a task, by its key; empty if there are none."""
        return self.answers.get(task_key, LastAnswers(""))

    @property
    def json_values(self) -> list[object]:
        """All of it as JSON values: equal for equal contents only."""
        return [self.date.isoformat(), dict(self.answers), {key: list(rows) for key, rows in self.closed_tasks.items()}]
