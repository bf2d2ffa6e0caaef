"""The answers as tidy rows, one for each task of a period. Pure.

The columns, whose names are stable: `period` (its date), `group`, `outcome`, `action`; the task's `key`, `label`
and wording (`task`), its `target`; each further column that the template gives to the plan, by its key; each answer
by its column's key (`position`, `status`, `planned`, …), the status as a code, "" if none was reported;
`status_found`, the status as written in the return; `last_status`, the status of the period before; the address of the
answer: `file`, `sheet` and `cell`; when its return was `received` and when the task was `corrected`, if it was (UTC).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ragsheets.returns.frames import iter_values, with_group_names

if TYPE_CHECKING:
    from ragsheets.history.trend import PastPeriod
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.model import Template

ColumnKind = Literal["text", "status", "date", "time", "number", "choice"]

#: A number as people and programs write it; a spreadsheet reads no such text as a formula.
NUMBER_PATTERN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
#: Characters of a timestamp that are exported: seconds are enough.
_TIMESTAMP_LENGTH = 19


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its name, the kind of its values, and its width in characters."""

    name: str
    kind: ColumnKind = "text"
    width: float = 14


#: The columns before those of the template, and after them.
_LEADING_COLUMNS = (
    ExportColumn("period", "date", 20),
    ExportColumn("group", width=24),
    ExportColumn("outcome", width=11),
    ExportColumn("action", width=30),
    ExportColumn("key", width=11),
    ExportColumn("label", width=8),
)
_TRAILING_COLUMNS = (
    ExportColumn("status_found", width=15),
    ExportColumn("last_status", "status", 13),
    ExportColumn("file", width=28),
    ExportColumn("sheet", width=15),
    ExportColumn("cell", width=8),
    ExportColumn("received", "time", 27),
    ExportColumn("corrected", "time", 27),
)


@dataclass(frozen=True)
class TidyTable:
    """Rows of texts under their columns.

    Attributes:
        title: the title of the plan and, for a single period, of the period.
        partnership: the plan's partnership.
        date: the date of the latest period, which exported files are dated with.
        template: the template of the latest period, which gives the look.
    """

    title: str
    partnership: str
    date: datetime.date
    template: Template
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[str, ...], ...]

    def cell_label(self, row_index: int, column_index: int) -> str:
        """Return the name of a cell for messages."""
        names = [column.name for column in self.columns]
        period, key = (self.rows[row_index][names.index(name)] for name in ("period", "key"))
        return f"{period}, task {key}, {names[column_index]}"

    def without(self, characters: re.Pattern[str]) -> tuple[TidyTable, tuple[str, ...]]:
        """Return the table without some characters, and the names of the cells that had any."""
        cell_labels = tuple(
            self.cell_label(row_index, column_index)
            for row_index, row in enumerate(self.rows)
            for column_index, text in enumerate(row)
            if characters.search(text)
        )
        return replace(
            self, rows=tuple(tuple(characters.sub("", text) for text in row) for row in self.rows)
        ), cell_labels


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file's bytes, and the cells with characters that were left out because the format cannot hold them."""

    content: bytes
    cells_with_dropped_characters: tuple[str, ...] = field(default=())


def tidy_table_of(periods: Sequence[tuple[Assessment, PastPeriod | None]]) -> TidyTable:
    """Return the rows of at least one period, each with the result of the period before it.

    If templates differ, there is a column for each column of any of them, the latest template's first; a row is empty
    under columns that its own template lacks.
    """
    latest = max(periods, key=lambda period: period[0].period.date)[0]
    newest_first = sorted(
        (assessment.template for assessment, _ in periods), key=lambda template: template is not latest.template
    )
    columns = (*_LEADING_COLUMNS, *_template_columns(newest_first), *_TRAILING_COLUMNS)
    title = f"{latest.plan.title}, {latest.period.title}" if len(periods) == 1 else latest.plan.title
    rows = tuple(
        row for assessment, previous_period in periods for row in _period_rows(assessment, previous_period, columns)
    )
    return TidyTable(title, latest.plan.partnership, latest.period.date, latest.template, columns, rows)


def _template_columns(templates: Sequence[Template]) -> Iterator[ExportColumn]:
    """Yield each column of some templates once: the task's own, the plan's, the contacts' answers."""
    column_by_key: dict[str, tuple[int, ExportColumn]] = {}
    for template in templates:
        task_columns = [template.column("task"), template.column("target")]
        for order, columns in enumerate((task_columns, template.plan_columns, template.contact_columns)):
            for column in columns:
                column_by_key.setdefault(column.key, (order, ExportColumn(column.key, column.kind, column.width)))
    return (export_column for _, export_column in sorted(column_by_key.values(), key=lambda entry: entry[0]))


def _period_rows(
    assessment: Assessment, previous_period: PastPeriod | None, columns: Sequence[ExportColumn]
) -> Iterator[tuple[str, ...]]:
    received = dict(iter_values(assessment.returns, "id", "received"))
    last_statuses = previous_period.statuses_of(assessment.plan) if previous_period else {}
    for row in with_group_names(assessment.tasks, assessment.plan).to_dict("records"):
        key = str(row["key"])
        extra_values = {
            "last_status": last_statuses.get(key, ""),
            "received": received.get(assessment.sources.get(key), "")[:_TIMESTAMP_LENGTH],
            "corrected": str(row["corrected"])[:_TIMESTAMP_LENGTH],
        }
        values = {str(name): str(value) for name, value in row.items()} | extra_values
        yield tuple(values.get(column.name, "") for column in columns)
