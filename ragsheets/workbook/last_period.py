"""What a workbook shows of earlier periods: what was last said of each task, and which ones need no answer any more."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

#: Why a task of an earlier period is not asked about any more.
Reason = Literal["completed", "withdrawn"]


class Told(NamedTuple):
    """What was last said of a task, in the words that its workbook shows."""

    status: str
    position: str = ""
    planned: str = ""


class Listed(NamedTuple):
    """A task that is only listed: why, what the plan said of it by column key, and what was last said of it."""

    reason: Reason
    texts: Mapping[str, str]
    told: Told


@dataclass(frozen=True, slots=True)
class Background:
    """What one sub-group's workbook shows of earlier periods.

    Attributes:
        since: the date of the period before.
        tasks: what was last said of each task, by its key.
        listed: the tasks that need no answer any more, by the key of their outcome.
    """

    since: datetime.date
    tasks: Mapping[str, Told] = field(default_factory=dict)
    listed: Mapping[str, Sequence[Listed]] = field(default_factory=dict)

    def of(self, task: str) -> Told:
        """What was last said of a task, by its key; empty where nothing is known of it."""
        return self.tasks.get(task, Told(""))

    @property
    def record(self) -> list[object]:
        """All of it as JSON has it: the same for the same background, and for no other."""
        return [self.since.isoformat(), dict(self.tasks), {key: list(rows) for key, rows in self.listed.items()}]
