"""What one returned file says, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: Values without their names, on their way between two processes.
PlainTuples = Sequence[Sequence[Any]]


class Answer(NamedTuple):
    """What a contact wrote in one cell. Dates are ISO text."""

    task: str
    column: str
    value: str
    sheet: str
    cell: str


class Headline(NamedTuple):
    """A headline success or a next step; `number` is its place in the list."""

    kind: str
    number: int
    text: str
    sheet: str
    cell: str


class StatedTotal(NamedTuple):
    """A total as the workbook states it: of which outcome ("" for the sub-group), which line, what it says."""

    outcome: str
    line: str
    stated: str
    sheet: str
    cell: str


class Observation(NamedTuple):
    """Something that the reader met and that must be said; `code` is a finding's, `wanted` what stood there before.

    `parts` are those of what is proposed (`ragsheets.returns.reading.proposal`); "" for everything else.
    """

    code: str
    sheet: str
    cell: str
    task: str
    found: str
    wanted: str = ""
    parts: str = ""


@dataclass(slots=True)
class ReturnedWorkbook:
    """All that one returned workbook says.

    `left` are the cells that were asked about and hold what they were sent with; a headline's has its row's key for a
    task and no column.
    """

    answers: list[Answer] = field(default_factory=list)
    headlines: list[Headline] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    unchanged_answers: list[Answer] = field(default_factory=list)

    def __reduce__(self) -> tuple[Any, ...]:
        # Between the processes as plain tuples, which takes half the time that so many named ones take.
        kinds = (self.answers, self.headlines, self.totals, self.observations, self.unchanged_answers)
        return _rebuild, tuple([tuple(each) for each in kind] for kind in kinds)

    def add_observation(
        self, code: str, sheet: str, cell: str, task: str, found: str, wanted: str = "", parts: str = ""
    ) -> None:
        """Add an observation."""
        self.observations.append(Observation(code, sheet, cell, task, found, wanted, parts))


def _rebuild(
    answers: PlainTuples,
    headlines: PlainTuples,
    totals: PlainTuples,
    observations: PlainTuples,
    unchanged_answers: PlainTuples,
) -> ReturnedWorkbook:
    return ReturnedWorkbook(
        list(map(Answer._make, answers)),
        list(map(Headline._make, headlines)),
        list(map(StatedTotal._make, totals)),
        list(map(Observation._make, observations)),
        list(map(Answer._make, unchanged_answers)),
    )
