"""What a walk through a document gathers, part by part, before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from ragsheets.report.read.blocks import Line
from ragsheets.report.read.model import CountRow, Stated


@dataclass(frozen=True, slots=True)
class Fact:
    """What a line of the layout says: its kind, its value, and the line as printed; for a count, which line it is of.

    `named` is false where it was told by its form alone: "2.2: Title".
    """

    kind: str
    value: str
    text: str
    line: str = ""
    named: bool = True

    @property
    def label(self) -> str:
        """The line without its value."""
        return (self.text.partition(self.value)[0] if self.value else self.text).strip()


@dataclass
class Action:
    """An action as it is gathered."""

    ref: str = ""
    title: str = ""
    heading: str = ""
    columns: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: list[dict[str, list[str]]] = field(default_factory=list)


@dataclass
class Outcome:
    """An outcome as it is gathered."""

    value: str = ""
    heading: str = ""
    details: dict[str, str] = field(default_factory=dict)
    stated: list[Stated] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Whether nothing has come under its line yet."""
        return not (self.details or self.stated or self.actions)


@dataclass
class Part:
    """What stands under one heading of the first level, or under none; `before` is the line above its first outcome."""

    heading: str = ""
    before: str = ""
    lines: list[Line] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass
class CountTable:
    """A table of counts; `name` is the heading over the names."""

    name: str
    rows: list[CountRow] = field(default_factory=list)


@dataclass
class Scan:
    """What one walk through a document found."""

    parts: list[Part]
    tables: list[CountTable]
