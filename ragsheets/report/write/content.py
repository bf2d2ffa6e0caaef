"""The content of the combined report as plain values.

`ragsheets.report.write.compose` composes it, `ragsheets.report.write.word` writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from ragsheets.report.write.passages import Passage
from ragsheets.template.model import Column

EntryT = TypeVar("EntryT")

#: The key of the column of the direction of travel; no template can have it, because it is not a valid name.
TREND = "#travel"

#: The beginnings of the bookmarks of sub-group and outcome headings; they are found when a report is read back.
GROUP_BOOKMARK, OUTCOME_BOOKMARK = "group_", "outcome_"


@dataclass(frozen=True, kw_only=True)
class DocumentInfo:
    """What reports of every kind have: their title, the partnership, and the period with its date in words.

    Attributes:
        revision_number: 0 where the report was not sent out before, or is the one that was.
        revision_note: the note on the revision on the first page; None where there is none.
        changes: everything that has changed since the report that this one replaces.
    """

    title: str
    partnership: str
    period: str
    date: str
    revision_number: int = 0
    revision_note: ReportPart | None = None
    changes: ReportPart | None = None

    @property
    def min_pages(self) -> int:
        """The least number of pages."""
        return 1


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell: its text, the code of a status that it shows, and the bookmark in the report that it links to."""

    text: str
    status: str | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a table: its heading, its relative width, and the status that it counts.

    Only in a column of kind "text" may a word be broken where the page is too narrow for it.
    """

    text: str
    width: float
    kind: Literal["text", "name", "number", "status"] = "text"
    status: str | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of any kind.

    Attributes:
        title: the alternative text, for readers who cannot see the table.
        width_share: the table's share of the text's width.
        has_total_row: whether the last row is the sum of the others.
    """

    title: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    width_share: float = 1.0
    has_total_row: bool = False


def table_of(
    title: str,
    fields: Sequence[tuple[ReportColumn, Callable[[EntryT], ReportCell | str]]],
    entries: Iterable[EntryT],
    *,
    width_share: float = 1.0,
) -> ReportTable:
    """Return a table with a row for each entry; a field is a column, and the cell that an entry has in it."""
    rows = tuple(tuple(_cell_of(cell_of(entry)) for _, cell_of in fields) for entry in entries)
    return ReportTable(title, tuple(column for column, _ in fields), rows, width_share)


def _cell_of(cell: ReportCell | str) -> ReportCell:
    return ReportCell(cell) if isinstance(cell, str) else cell


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list, and the bookmark in the report that it links to."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part of the report with paragraphs, a list and a table.

    `bookmark` is the target of links to it; `count_text` gives the number of its entries in words.
    """

    heading: str
    bookmark: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[ListItem, ...] = ()
    table: ReportTable | None = None
    count_text: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    """A line of a summary: its label, the number of tasks, and the status counted (None for the other lines)."""

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
    """An outcome: its heading, the header lines beside the summary, and its actions; links to it use `bookmark`."""

    heading: str
    details: tuple[str, ...]
    summary: tuple[StatusCount, ...]
    actions: tuple[ActionTable, ...]
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class GroupSection:
    """A sub-group's section of the report; `remark` gives the reason where the sub-group reported nothing."""

    heading: str
    remark: str
    outcomes: tuple[OutcomeBlock, ...]
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row of the first page's table, for one sub-group or for all of them.

    `counts` are in the order of the columns; `change_text` gives the changes since the period before.
    """

    name: str
    counts: tuple[int, ...]
    change_text: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary on the first page: a sentence, a row for each sub-group, and one for all of them.

    `change_heading` is the heading of the column of changes, "" where there is no earlier period.
    """

    state_sentence: str
    columns: tuple[StatusCount, ...]
    rows: tuple[SummaryRow, ...]
    change_heading: str = ""


@dataclass(frozen=True)
class ReportContent(DocumentInfo):
    """The content of the whole report.

    Attributes:
        introduction: the coordinator's own words at the start.
        columns: the columns of the task tables: the template's, and the direction of travel where there is an earlier
            period.
        attention_summary: a line for each of the parts of `attention`, and one for `no_longer_reported`.
        no_longer_reported: the tasks of the period before that this one does not ask about; None where there are none.
        sources: the returns that the report is based on.
        corrections: the values corrected without a return.
        settlements: the findings that the coordinator settled as they are.
    """

    summary: Summary
    columns: tuple[Column, ...]
    sections: tuple[GroupSection, ...]
    introduction: tuple[Passage, ...] = ()
    attention_summary: tuple[ListItem, ...] = ()
    attention: tuple[ReportPart, ...] = ()
    no_longer_reported: ReportPart | None = None
    sources: ReportPart | None = None
    corrections: ReportPart | None = None
    settlements: ReportPart | None = None

    @property
    def min_pages(self) -> int:
        """The first page, and one page for each sub-group."""
        return 1 + len(self.sections)
