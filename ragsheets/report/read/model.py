"""What a report says that was read back: plain values, each text as it stands in the document."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

#: What parts the partnership, the period and its date under the title.
SUBTITLE_SEPARATOR = "·"
#: What people write for nought.
_ZERO_SIGNS = {"", "-", "–", "—"}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A task's row.

    Attributes:
        number: its place among the rows under its action, counted from one.
        cells: its text under each column of the template, by the column's key; only columns that the table has.
        status: the code of the status that it gives; None where it gives none that can be taken.
    """

    number: int
    cells: Mapping[str, str]
    status: str | None

    @property
    def task(self) -> str:
        """The task with its label, as printed."""
        return self.cells.get("task", "")


@dataclass(frozen=True, slots=True)
class ReadAction:
    """An action with its rows.

    Attributes:
        ref, title: what its lines say.
        heading: these lines as printed.
        columns: the template's columns that its table has, by their keys.
        rows: its tasks.
        further: the headings of columns that are not the template's.
        headings: those of the template's columns as they are printed.
    """

    ref: str
    title: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[ReadRow, ...]
    other_headings: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A count that the document states: which line of the summary, its words, and the number in them (None: none)."""

    count_line: str
    label: str
    text: str

    @property
    def number(self) -> int | None:
        """The number at the head of the text ("4 (40%)" is 4); nought for a blank or a dash, None for other words."""
        head = self.text.split("(")[0].split()
        if not head or self.text.strip() in _ZERO_SIGNS:
            return 0 if self.text.strip() in _ZERO_SIGNS else None
        return int(head[0]) if head[0].isdecimal() else None


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """An outcome: its line as printed, the header lines by what they say, its summary, and its actions.

    `labels` are the words around these: headings, names of lines, labels of counts, as they are printed.
    """

    ref: str
    title: str
    heading: str
    details: Mapping[str, str]
    stated_counts: tuple[StatedCount, ...]
    actions: tuple[ReadAction, ...]
    unrecognised_texts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def rows(self) -> Iterator[ReadRow]:
        """Every task row, in order."""
        return (row for action in self.actions for row in action.rows)

    def detail(self, kind: str) -> str:
        """What a header line says after its name; "" where there is none."""
        return self.details.get(kind, "")


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A sub-group's part. `name` is its heading, or what the header lines call the sub-group where it has none."""

    name: str
    group: str
    remarks: tuple[str, ...]
    outcomes: tuple[ReadOutcome, ...]

    @property
    def contact(self) -> str:
        """The first contact that a header line names."""
        return next((contact for outcome in self.outcomes if (contact := outcome.detail("contact"))), "")


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row of a table of sub-groups and their counts."""

    name: str
    counts: tuple[StatedCount, ...]


class HeadedLine(NamedTuple):
    """A line and the heading that it stands under, "" for none; a heading stands under itself."""

    heading: str
    text: str


class HeadedTable(NamedTuple):
    """A table as the texts of its rows' cells, and the heading that it stands under."""

    heading: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class OutsideSections:
    """What stands around the sub-groups' parts; `chart` has the chart's figures, None where there is no chart."""

    lines: tuple[HeadedLine, ...] = ()
    tables: tuple[HeadedTable, ...] = ()
    chart: HeadedTable | None = None


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A whole report.

    Attributes:
        title: its title; "" where it has none. `title_from` says where that stood: "title", a paragraph in that style,
            "property", a property of the file, or "line", the first line.
        subtitles: the lines under it that say whose it is and of when.
        ours: whether ragsheets wrote it first.
        sections: the sub-groups' parts.
        counts: the rows of the first page's table; () where there is none.
        boxes: the words in text boxes, which float beside the text and were not read.
        struck: words that are struck through; they were read as if they were not.
        strays: words that have no place in the layout.
        around: every line and table outside of the sub-groups' parts.
    """

    title: str
    title_from: str
    subtitles: tuple[str, ...]
    by_ragsheets: bool
    author: str
    company: str
    sections: tuple[ReadSection, ...]
    count_rows: tuple[CountRow, ...] = ()
    text_boxes: tuple[str, ...] = ()
    struck_through: tuple[str, ...] = ()
    unrecognised_texts: tuple[str, ...] = ()
    outside_sections: OutsideSections = OutsideSections()
    dates: tuple[datetime.date, ...] = field(default=())

    @property
    def date(self) -> datetime.date | None:
        """The date of the period: the one that most header lines say, else the one under the title."""
        return max(self.dates, key=self.dates.count) if self.dates else None

    @property
    def outcomes(self) -> Iterator[tuple[ReadSection, ReadOutcome]]:
        """Every outcome with its section."""
        return ((section, outcome) for section in self.sections for outcome in section.outcomes)
