"""What the combined report says, as plain values; how it looks in Word is `ragsheets.report.word`'s business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.plan import Action, Outcome, Period, Plan, SubGroup
from ragsheets.template import Column, Template

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a task table: its words, and the code of the status where it tells one."""

    text: str
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a summary: its label, how many tasks, and the status that it counts (None for the other lines)."""

    label: str
    count: int
    status: str | None = None


@dataclass(frozen=True, slots=True)
class ActionTable:
    """An action and its task rows, each with a cell for every column of the template."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class OutcomeBlock:
    """An outcome: its heading, the header lines beside the summary, and its actions."""

    heading: str
    details: tuple[str, ...]
    summary: tuple[Count, ...]
    actions: tuple[ActionTable, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A sub-group's part of the report; `remark` says why there is nothing, where there is nothing."""

    heading: str
    remark: str
    outcomes: tuple[OutcomeBlock, ...]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A line of the first page's table: a sub-group (or all of them) and its counts, in the order of the columns."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The whole report."""

    title: str
    partnership: str
    period: str
    date: str
    summary_columns: tuple[Count, ...]
    summary: tuple[SummaryRow, ...]
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
