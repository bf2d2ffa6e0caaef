"""The answers as tidy rows, one for each task of a period. Pure.

The columns, whose names stay as they are: `period` (its date), `group`, `outcome`, `action`; the task's `key`, `label`
and wording (`task`), its `target`; each further column that the template gives to the plan, by its key; each answer
by its column's key (`position`, `status`, `planned`, …), the status as a code, "" where none was reported;
`status_found`, as the return has it; `last_status`, of the period before; where the answer stands: `file`, `sheet` and
`cell`; when its return was `received` and when the task was `corrected`, if it was (UTC).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ragsheets.plan.lookup import tasks_by_key
from ragsheets.returns.frames import iter_values

if TYPE_CHECKING:
    from ragsheets.history.trend import PastPeriod
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.model import Template

ColumnKind = Literal["text", "status", "date", "time", "number", "choice"]

#: A number as people and programs write it: what looks like one is none that a spreadsheet takes for a formula.
NUMBER_PATTERN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
#: Characters of a time that are told: seconds are enough.
_TIMESTAMP_LENGTH = 19


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its name, what it holds, and how wide it is (characters)."""

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
        title: what they are of.
        partnership: whose they are.
        date: the day that a file of them bears: that of the latest period.
        template: gives the look; that of the latest period.
    """

    title: str
    partnership: str
    date: datetime.date
    template: Template
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[str, ...], ...]

    def cell_label(self, row_index: int, column_index: int) -> str:
        """A cell as it is named to people."""
        names = [field.name for field in self.columns]
        period, key = (self.rows[row_index][names.index(name)] for name in ("period", "key"))
        return f"{period}, task {key}, {names[column_index]}"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file's bytes, and the cells of which characters were left out, since the form cannot hold them."""

    content: bytes
    cells_with_dropped_characters: tuple[str, ...] = field(default=())


def tidy_table_of(periods: Sequence[tuple[Assessment, PastPeriod | None]]) -> TidyTable:
    """The rows of some periods, each with what the period before it came to; there must be one at least.

    Where templates differ there is a column for whatever any of them asks, the latest one's first; a row is empty under
    what its own does not ask.
    """
    latest = max(periods, key=lambda each: each[0].period.date)[0]
    newest_first = sorted((each.template for each, _ in periods), key=lambda template: template is not latest.template)
    fields = (*_LEADING_COLUMNS, *_template_columns(newest_first), *_TRAILING_COLUMNS)
    title = f"{latest.plan.title}, {latest.period.title}" if len(periods) == 1 else latest.plan.title
    rows = tuple(row for assessment, past in periods for row in _period_rows(assessment, past, fields))
    return TidyTable(title, latest.plan.partnership, latest.period.date, latest.template, fields, rows)


def _template_columns(templates: Sequence[Template]) -> Iterator[ExportColumn]:
    """The columns of some templates, each once: the task's own, what the plan fills, what the contacts answer."""
    known: dict[str, tuple[int, ExportColumn]] = {}
    for template in templates:
        own = [template.column("task"), template.column("target")]
        for order, columns in enumerate((own, template.plan_columns, template.contact_columns)):
            for column in columns:
                known.setdefault(column.key, (order, ExportColumn(column.key, column.kind, column.width)))
    return (field for _, field in sorted(known.values(), key=lambda each: each[0]))


def _period_rows(
    assessment: Assessment, previous_period: PastPeriod | None, columns: Sequence[ExportColumn]
) -> Iterator[tuple[str, ...]]:
    received = dict(iter_values(assessment.returns, "id", "received"))
    tasks = tasks_by_key(assessment.plan)
    for row in assessment.tasks.to_dict("records"):
        key = str(row["key"])
        further = {
            "last_status": (previous_period.status_of(tasks[key]) if previous_period else None) or "",
            "received": received.get(assessment.sources.get(key), "")[:_TIMESTAMP_LENGTH],
            "corrected": str(row["corrected"])[:_TIMESTAMP_LENGTH],
        }
        told = {str(name): str(value) for name, value in row.items()} | further
        yield tuple(told.get(field.name, "") for field in columns)
