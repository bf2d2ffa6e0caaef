"""What a walk through a document gathers, part by part, before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from ragsheets.report.read.blocks import Paragraph
from ragsheets.report.read.model import CountRow, StatedCount


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """What a line of the layout says: its kind, its value, and the line as printed; for a count, which line it is of.

    `named` is false where it was told by its form alone: "2.2: Title".
    """

    kind: str
    value: str
    text: str
    count_line: str = ""
    has_name: bool = True

    @property
    def label(self) -> str:
        """The line without its value."""
        return (self.text.partition(self.value)[0] if self.value else self.text).strip()


@dataclass
class ScannedAction:
    """An action as it is gathered."""

    ref: str = ""
    title: str = ""
    heading: str = ""
    columns: tuple[str, ...] = ()
    other_headings: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: list[dict[str, list[str]]] = field(default_factory=list)


@dataclass
class ScannedOutcome:
    """An outcome as it is gathered."""

    line_value: str = ""
    heading: str = ""
    details: dict[str, str] = field(default_factory=dict)
    stated_counts: list[StatedCount] = field(default_factory=list)
    actions: list[ScannedAction] = field(default_factory=list)
    unrecognised_texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come under its line yet."""
        return not (self.details or self.stated_counts or self.actions)


@dataclass
class ScannedPart:
    """What stands under one heading of the first level, or under none; `before` is the line above its first outcome."""

    heading: str = ""
    line_before: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    outcomes: list[ScannedOutcome] = field(default_factory=list)


@dataclass
class CountTable:
    """A table of counts; `name` is the heading over the names."""

    name_heading: str
    rows: list[CountRow] = field(default_factory=list)


@dataclass
class ScanResult:
    """What one walk through a document found."""

    parts: list[ScannedPart]
    count_tables: list[CountTable]
