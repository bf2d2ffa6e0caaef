"""What one returned file says, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

#: The sheets of a workbook with the values of their cells, from A1 on.
Row = Sequence[object]
Rows = Sequence[Row]
Sheets = Sequence[tuple[str, Rows]]


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
    """Something that the reader met and that must be said; `code` is a finding's, `wanted` what stood there before."""

    code: str
    sheet: str
    cell: str
    task: str
    found: str
    wanted: str = ""


@dataclass(slots=True)
class Return:
    """All that one returned workbook says."""

    answers: list[Answer] = field(default_factory=list)
    headlines: list[Headline] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)

    def say(self, code: str, sheet: str, cell: str, task: str, found: str, wanted: str = "") -> None:
        """Add an observation."""
        self.observations.append(Observation(code, sheet, cell, task, found, wanted))
