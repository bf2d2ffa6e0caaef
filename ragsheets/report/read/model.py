"""The plain values that a report is read into; each text is as printed in the document."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ragsheets.report.read.left_out import NOTHING_LEFT_OUT, LeftOutTexts
from ragsheets.report.read.other_content import OtherContent

#: Separates the partnership, the period and its date under the title.
SUBTITLE_SEPARATOR = "·"
#: Texts that people write for zero.
_ZERO_SIGNS = {"", "-", "–", "—"}
#: A count as printed, with or without its percentage.
_COUNT = re.compile(r"\d+(?:\s*\(\s*[<>]?\s*[\d.,]+\s*%\s*\))?")


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A task's row.

    Attributes:
        number: its position among the rows under its action, from 1.
        cells: its text under each column of the template, by the column's key; only for columns that the table has.
        status: the code of its status; None if it has none that is recognised.
        shared_keys: the keys of the columns whose cell is also that of the task above.
        list_number: the number that a list prints before the task, in a document made by hand.
    """

    number: int
    cells: Mapping[str, str]
    status: str | None
    shared_keys: tuple[str, ...] = ()
    list_number: str = ""

    @property
    def task(self) -> str:
        """The task with its label, as printed."""
        return self.cells.get("task", "")


@dataclass(frozen=True, slots=True)
class ReadAction:
    """An action with its rows.

    Attributes:
        ref, title: the values of its lines.
        heading: these lines as printed.
        columns: the keys of the template's columns in its table.
        rows: its tasks.
        other_columns: the columns that are not the template's, each as its heading and the texts of its cells.
        headings: the headings of the template's columns, as printed.
    """

    ref: str
    title: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[ReadRow, ...]
    other_columns: tuple[tuple[str, ...], ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A count that the document states: its line of the summary, its label and its text."""

    count_line: str
    label: str
    text: str

    @property
    def number(self) -> int | None:
        """The number at the start of the text ("4 (40%)" is 4); 0 for a blank or a dash, None for other words."""
        head = self.text.split("(")[0].split()
        if not head or self.text.strip() in _ZERO_SIGNS:
            return 0 if self.text.strip() in _ZERO_SIGNS else None
        return int(head[0]) if head[0].isdecimal() else None

    @property
    def words(self) -> str:
        """The words after the number and its percentage: "so far" in "4 (40%) so far"; "" if there are none."""
        text = self.text.strip()
        return "" if self.number is None or text in _ZERO_SIGNS else _COUNT.sub("", text, count=1).strip()


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """An outcome: its line as printed, the values of the header lines by kind, its summary, and its actions.

    Only in a report that ragsheets wrote, `header_lines` are the header lines as printed, by kind, and `headings` those
    above them and the summary.
    """

    ref: str
    title: str
    heading: str
    details: Mapping[str, str]
    stated_counts: tuple[StatedCount, ...]
    actions: tuple[ReadAction, ...]
    unrecognised_texts: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    header_lines: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Iterator[ReadRow]:
        """Every task row, in order."""
        return (row for action in self.actions for row in action.rows)

    def detail(self, kind: str) -> str:
        """Return the value of a kind of header line; "" if there is none."""
        return self.details.get(kind, "")


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A sub-group's section. `name` is its heading, or the name in the header lines if it has none.

    `unrecognised_texts` are the texts above its outcomes that do not fit the layout.
    """

    name: str
    group: str
    remarks: tuple[str, ...]
    outcomes: tuple[ReadOutcome, ...]
    unrecognised_texts: tuple[str, ...] = ()

    @property
    def contact(self) -> str:
        """The first contact named in a header line."""
        return next((contact for outcome in self.outcomes if (contact := outcome.detail("contact"))), "")


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row of a table of sub-groups and their counts."""

    name: str
    counts: tuple[StatedCount, ...]


class HeadedLine(NamedTuple):
    """A line and the heading above it, "" for none; a heading is its own."""

    heading: str
    text: str


class HeadedTable(NamedTuple):
    """A table as the texts of its rows' cells, and the heading above it; `is_printed` if ragsheets wrote it."""

    heading: str
    rows: tuple[tuple[str, ...], ...]
    is_printed: bool = True


@dataclass(frozen=True, slots=True)
class OutsideSections:
    """The lines and tables outside the sub-groups' sections."""

    lines: tuple[HeadedLine, ...] = ()
    tables: tuple[HeadedTable, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A whole report.

    Attributes:
        title: its title; "" if it has none.
        title_from: where the title was found: "title", a paragraph in that style, "property", a property of the file,
            or "line", the first line; "" if nowhere.
        subtitles: the lines under the title that name the partnership and the period.
        by_ragsheets: whether ragsheets wrote the document originally.
        sections: the sub-groups' sections.
        count_rows: the rows of the first page's table; () if there is none.
        other_content: what it holds outside its text and tables.
        left_out: the words that were not read as its text, or may not be meant as such.
        unrecognised_texts: texts that do not fit the layout.
        outside_sections: every line and table outside the sub-groups' sections, if ragsheets wrote the document.
    """

    title: str
    title_from: str
    subtitles: tuple[str, ...]
    by_ragsheets: bool
    author: str
    company: str
    sections: tuple[ReadSection, ...]
    count_rows: tuple[CountRow, ...] = ()
    other_content: tuple[OtherContent, ...] = ()
    left_out: LeftOutTexts = NOTHING_LEFT_OUT
    unrecognised_texts: tuple[str, ...] = ()
    outside_sections: OutsideSections = OutsideSections()
    dates: tuple[datetime.date, ...] = field(default=())

    @property
    def date(self) -> datetime.date | None:
        """The date of the period: the most frequent one in the header lines, else the one under the title."""
        return max(self.dates, key=self.dates.count) if self.dates else None

    @property
    def foreign_content(self) -> tuple[OtherContent, ...]:
        """What it holds outside its text and tables, without that which ragsheets wrote, as far as it is known here."""
        contents = [content for content in self.other_content if not content.is_own]
        if not self.by_ragsheets:
            return tuple(contents)
        # Earlier versions did not mark the footer, which begins with the title.
        own_chart = next((content for content in contents if content.kind == "chart"), None)
        return tuple(
            content
            for content in contents
            if content is not own_chart
            and not (content.kind == "page-footer" and self.title and content.text.startswith(self.title))
        )

    @property
    def outcomes(self) -> Iterator[tuple[ReadSection, ReadOutcome]]:
        """Every outcome with its section."""
        return ((section, outcome) for section in self.sections for outcome in section.outcomes)
