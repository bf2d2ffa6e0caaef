"""The content of the combined report as plain values.

`ragsheets.report.write.compose` puts them together, `ragsheets.report.write.word` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ragsheets.template.model import Column

#: The key of the column that tells the direction of travel; no template can have it, for it is no name.
TREND = "#travel"


class DocumentInfo(Protocol):
    """What every report says of itself, whatever its kind."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def partnership(self) -> str:
        """Whose it is."""

    @property
    def period(self) -> str:
        """Which period it tells of."""

    @property
    def date(self) -> str:
        """The period's date in words."""

    @property
    def min_pages(self) -> int:
        """How many pages it has at least."""


@dataclass(frozen=True, slots=True)
class ReportCell:
    """One cell: its words, the code of the status where it tells one, the mark in the report that it leads to."""

    text: str
    status: str | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """The heading of a column of a table: its width beside the other columns', and the status that it counts.

    Only in a column of "text" may a word be broken where the page has no room for it.
    """

    text: str
    width: float
    kind: Literal["text", "name", "number", "status"] = "text"
    status: str | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of any kind. `title` is for those who cannot see it, `share` the part of the text's width that it takes,
    `total` says that its last row is the sum of the others."""

    title: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    width_share: float = 1.0
    has_total_row: bool = False


@dataclass(frozen=True, slots=True)
class ListItem:
    """A line of a list, and the mark in the report that it leads to."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A piece of the report that is told in lines and a table; `mark` is what leads to it, `count` says in words how
    much there is of what it lists."""

    heading: str
    bookmark: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[ListItem, ...] = ()
    table: ReportTable | None = None
    count_text: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    """One line of a summary: its label, how many tasks, and the status that it counts (None for the other lines)."""

    label: str
    count: int
    status: str | None = None


@dataclass(frozen=True, slots=True)
class ActionTable:
    """An action and its task rows, each with a cell for every column of the task tables."""

    heading: str
    rows: tuple[tuple[ReportCell, ...], ...]


@dataclass(frozen=True, slots=True)
class OutcomeBlock:
    """An outcome: its heading, the header lines beside the summary, and its actions; `mark` is what leads to it."""

    heading: str
    details: tuple[str, ...]
    summary: tuple[StatusCount, ...]
    actions: tuple[ActionTable, ...]
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class GroupSection:
    """A sub-group's part of the report; `remark` says why there is nothing, where there is nothing."""

    heading: str
    remark: str
    outcomes: tuple[OutcomeBlock, ...]
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A line of the first page's table: a sub-group (or all of them), its counts in the order of the columns, and how
    it has moved since the period before."""

    name: str
    counts: tuple[int, ...]
    change_text: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of all, on the first page: in a sentence, and in a row for each sub-group and one for all of them.

    `change` is the heading of what has moved, "" where there is no earlier period.
    """

    state_sentence: str
    columns: tuple[StatusCount, ...]
    rows: tuple[SummaryRow, ...]
    change_heading: str = ""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The whole report.

    Attributes:
        columns: those of the task tables: the template's, and the direction of travel where there is an earlier period.
        revision: what changed since it was first sent out; None where it was not.
        needs: what needs the executive, a line for each of the parts of `attention`, and one for `gone`.
        gone: what the period before asked about and this one does not; None where that is nothing.
        origin: the returns that it comes from; `corrections`, beside them, what was put right without a return.
    """

    title: str
    partnership: str
    period: str
    date: str
    summary: Summary
    columns: tuple[Column, ...]
    sections: tuple[GroupSection, ...]
    attention_summary: tuple[ListItem, ...] = ()
    attention: tuple[ReportPart, ...] = ()
    no_longer_reported: ReportPart | None = None
    sources: ReportPart | None = None
    corrections: ReportPart | None = None
    revision_note: ReportPart | None = None
    revision_number: int = 0
    changes: ReportPart | None = None

    @property
    def min_pages(self) -> int:
        """The first page, and one for each sub-group."""
        return 1 + len(self.sections)
