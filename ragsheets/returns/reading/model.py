"""The content of one returned file, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: Values without their names, as sent between two processes.
PlainTuples = Sequence[Sequence[Any]]


class Answer(NamedTuple):
    """An answer that a contact entered in one cell. Dates are ISO text."""

    task: str
    column: str
    value: str
    sheet: str
    cell: str


class Headline(NamedTuple):
    """A headline success or a next step; `number` is its position in the list."""

    kind: str
    number: int
    text: str
    sheet: str
    cell: str


class StatedTotal(NamedTuple):
    """A total as the workbook states it: its outcome ("" for the sub-group), its line and its text."""

    outcome: str
    line: str
    stated: str
    sheet: str
    cell: str


class Observation(NamedTuple):
    """Something that the reader noticed and that must be reported.

    Attributes:
        code: the code of a finding.
        task: the key of the task in whose row it is; "" where it is in none.
        found: the text that the return has there.
        wanted: the previous or expected text.
        parts: the parts of a proposed task (`ragsheets.returns.reading.proposal`); the tasks that an answer may be to,
            in words; "" for everything else.
        column: the key of the column that it is in; "" where it is in the row of no task, of today's plan or an earlier
            one, or in no column of it.
    """

    code: str
    sheet: str
    cell: str
    task: str
    found: str
    wanted: str = ""
    parts: str = ""
    column: str = ""


@dataclass(slots=True)
class ReturnedWorkbook:
    """Everything read from one returned workbook.

    Attributes:
        unchanged_answers: the cells that may stay as they are and hold what they were sent with; for a headline the
            task is the key of its row and the column is empty.
    """

    answers: list[Answer] = field(default_factory=list)
    headlines: list[Headline] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    unchanged_answers: list[Answer] = field(default_factory=list)

    def __reduce__(self) -> tuple[Any, ...]:
        # Plain tuples take half the time of as many named tuples between the processes.
        item_lists = (self.answers, self.headlines, self.totals, self.observations, self.unchanged_answers)
        return _rebuild, tuple([tuple(item) for item in items] for items in item_lists)

    def add_observation(
        self,
        code: str,
        sheet: str,
        cell: str,
        task: str,
        found: str,
        wanted: str = "",
        parts: str = "",
        column: str = "",
    ) -> None:
        """Add an observation."""
        self.observations.append(Observation(code, sheet, cell, task, found, wanted, parts, column))


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
