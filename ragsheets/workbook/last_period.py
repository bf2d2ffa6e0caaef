"""What a workbook shows of earlier periods: what was last said of each task, and which ones need no answer any more."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

#: Why a task of an earlier period is not asked about any more.
ClosedReason = Literal["completed", "withdrawn"]


class LastAnswers(NamedTuple):
    """What was last said of a task, in the words that its workbook shows."""

    status: str
    position: str = ""
    planned: str = ""


class ClosedTask(NamedTuple):
    """A task that is only listed: why, what the plan said of it by column key, and what was last said of it."""

    reason: ClosedReason
    plan_texts: Mapping[str, str]
    last_answers: LastAnswers


@dataclass(frozen=True, slots=True)
class LastPeriod:
    """What one sub-group's workbook shows of earlier periods.

    Attributes:
        since: the date of the period before.
        tasks: what was last said of each task, by its key.
        listed: the tasks that need no answer any more, by the key of their outcome.
    """

    date: datetime.date
    answers: Mapping[str, LastAnswers] = field(default_factory=dict)
    closed_tasks: Mapping[str, Sequence[ClosedTask]] = field(default_factory=dict)

    def answers_of(self, task_key: str) -> LastAnswers:
        """What was last said of a task, by its key; empty where nothing is known of it."""
        return self.answers.get(task_key, LastAnswers(""))

    @property
    def json_values(self) -> list[object]:
        """All of it as JSON has it: the same for the same background, and for no other."""
        return [self.date.isoformat(), dict(self.answers), {key: list(rows) for key, rows in self.closed_tasks.items()}]
