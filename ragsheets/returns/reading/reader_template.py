"""Reduce a template to the plain values that a reader needs, so that a reading process loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.template.model import Template


class ReaderColumn(NamedTuple):
    """One column of the task table."""

    key: str
    heading: str
    kind: str
    filled_by_contact: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ReaderTemplate:
    """A template as a reader needs it.

    Attributes:
        columns: the columns, in order.
        summary_lines: the lines of a summary: what each counts and its label.
        status_codes: the codes of the statuses.
        headlines_text: the heading above the headlines.
        total, lacking: the labels on the front sheet for the sum, and for the tasks without a status.
        date: the line that states the period's date, with "{date}" as its placeholder.
        answer_fills: the colours in which cells to fill in are sent.
        status_fills: each status's code by its colour.
    """

    columns: tuple[ReaderColumn, ...]
    summary_lines: tuple[tuple[str, str], ...]
    status_codes: tuple[str, ...]
    headlines_text: str
    total: str
    lacking: str
    date: str
    answer_fills: tuple[str, ...]
    status_fills: Mapping[str, str]

    @cached_property
    def column_by_heading(self) -> dict[str, str]:
        """The key of each column by its normalised heading."""
        return {normalise_text(column.heading): column.key for column in self.columns}

    @cached_property
    def line_by_label(self) -> dict[str, str]:
        """What a summary line counts, by its normalised label."""
        return {normalise_text(label): line for line, label in self.summary_lines}

    @cached_property
    def max_label_length(self) -> int:
        """The length beyond which a text is neither heading nor label, whatever blanks it contains."""
        return 16 + max(map(len, (*self.column_by_heading, *self.line_by_label)))

    @cached_property
    def plan_columns(self) -> frozenset[str]:
        """The keys of the columns that the plan fills."""
        return frozenset(column.key for column in self.columns if not column.filled_by_contact)

    @cached_property
    def contact_columns(self) -> tuple[str, ...]:
        """The keys of the columns that the contact fills, in order."""
        return tuple(column.key for column in self.columns if column.filled_by_contact)

    @cached_property
    def kind_by_column(self) -> dict[str, str]:
        """The kind of each column by its key."""
        return {column.key: column.kind for column in self.columns}

    def plain_label(self, value: object) -> str:
        """Return a cell's text normalised, or "" where it can be neither heading nor label."""
        return normalise_text(value) if isinstance(value, str) and 0 < len(value) <= self.max_label_length else ""


def reader_template_of(template: Template) -> ReaderTemplate:
    """Return the reader template of a template."""
    from ragsheets.workbook.layout import summary_lines

    wording = template.wording
    return ReaderTemplate(
        columns=tuple(
            ReaderColumn(column.key, column.heading, column.kind, column.filled_by == "contact", column.choices)
            for column in template.columns
        ),
        summary_lines=tuple(summary_lines(template)),
        status_codes=template.scale.codes,
        headlines_text=wording.headlines_text,
        total=wording.total,
        lacking=wording.lacking,
        date=wording.date,
        answer_fills=(template.look.answer_fill, template.look.query_fill),
        status_fills={status.fill: status.code for status in template.statuses},
    )
