"""What the scan of a document collects, part by part, before the report is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ragsheets.report.read.blocks import Paragraph
from ragsheets.report.read.model import CountRow, ReadAction, ReadRow, StatedCount

#: Kinds of lines other than those of the header lines and actions.
OUTCOME, SUMMARY, COUNT, OTHER_TEXT = "outcome", "summary", "count", "words"


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A parsed line of the layout: its kind, its value, the line as printed and, for a count, its line of the summary.

    `has_name` is false if it was recognised by its form alone: "2.2: Title".
    """

    kind: str
    value: str
    text: str
    count_line: str = ""
    has_name: bool = True


@dataclass
class ScannedRow:
    """A task's row while it is collected.

    Attributes:
        lines: the lines of text in each column.
        shared_keys: the keys of the columns whose cell is also that of the task above.
        list_number: the number that a list prints before the task.
    """

    lines: dict[str, list[str]]
    shared_keys: tuple[str, ...] = ()
    list_number: str = ""


@dataclass
class ScannedAction:
    """An action while it is collected."""

    ref: str = ""
    title: str = ""
    heading: str = ""
    columns: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: list[ScannedRow] = field(default_factory=list)
    other_texts: dict[str, list[str]] = field(default_factory=dict)

    def add_other_headings(self, headings: Iterable[str]) -> None:
        """Add the headings of columns that are not the template's; "" stands for the template's columns."""
        for heading in filter(None, headings):
            self.other_texts.setdefault(heading, [])

    def to_action(self, read_status: Callable[[str], str | None]) -> ReadAction:
        """Return the action as it is read; `read_status` gives the code of a status by its text, None for none."""
        rows = []
        for number, row in enumerate(self.rows, 1):
            cells = {key: "\n".join(lines) for key, lines in row.lines.items()}
            status = read_status(cells.get("status", ""))
            rows.append(ReadRow(number, cells, status, row.shared_keys, row.list_number))
        other_columns = ((heading, *texts) for heading, texts in self.other_texts.items() if heading or texts)
        return ReadAction(
            self.ref, self.title, self.heading, self.columns, tuple(rows), tuple(other_columns), self.headings
        )


@dataclass
class ScannedOutcome:
    """An outcome while it is collected.

    `header_lines` are the lines of the block above its tasks, by kind; `header_lines_before` are those above the
    outcome's own line, which are its header lines where the block has none of that kind. `page_section` is the number
    of the section of pages that it starts in, from 0.
    """

    line_value: str = ""
    heading: str = ""
    header_lines: dict[str, ParsedLine] = field(default_factory=dict)
    header_lines_before: dict[str, ParsedLine] = field(default_factory=dict)
    stated_counts: list[StatedCount] = field(default_factory=list)
    actions: list[ScannedAction] = field(default_factory=list)
    unrecognised_texts: list[str] = field(default_factory=list)
    page_section: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing under its line has been read yet."""
        return not (self.header_lines or self.stated_counts or self.actions)

    @property
    def is_only_header_lines(self) -> bool:
        """Whether it has neither a line of its own nor any counts or tasks."""
        return bool(self.header_lines) and not (self.heading or self.stated_counts or self.actions)

    @property
    def details(self) -> dict[str, str]:
        """The values of its header lines by kind."""
        return {kind: line.value for kind, line in {**self.header_lines_before, **self.header_lines}.items()}

    @property
    def unused_lines(self) -> list[str]:
        """The lines above its own line whose values differ from those in its block."""
        lines_before, lines = self.header_lines_before, self.header_lines
        return [line.text for kind, line in lines_before.items() if kind in lines and lines[kind].value != line.value]


@dataclass
class ScannedPart:
    """The content under a first-level heading, or above any; `line_before` is the line above its first outcome.

    `other_texts` are texts that belong to none of its outcomes, other than its paragraphs.
    """

    heading: str = ""
    line_before: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    outcomes: list[ScannedOutcome] = field(default_factory=list)
    other_texts: list[str] = field(default_factory=list)


@dataclass
class CountTable:
    """A table of counts; `name_heading` is the heading above the names."""

    name_heading: str
    rows: list[CountRow] = field(default_factory=list)


@dataclass
class ScanResult:
    """The result of one scan of a document."""

    parts: list[ScannedPart]
    count_tables: list[CountTable]
