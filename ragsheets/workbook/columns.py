"""The columns of an outcome sheet: the template's and, once there is an earlier period, those of the last answers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ragsheets import dates

if TYPE_CHECKING:
    from ragsheets.template.model import Template

#: The columns that show the last answers to a task. No column of a template can have such a key.
LAST_STATUS, LAST_POSITION, LAST_PLANNED = "#last-status", "#last-position", "#last-planned"
LAST_COLUMNS = (LAST_STATUS, LAST_POSITION, LAST_PLANNED)

#: The greatest total width of the columns, in digits, when they include those of the last period: on A4 in landscape
#: the standard fonts are then printed at about two thirds of their size.
MAX_TOTAL_WIDTH = 193.0
#: The zoom, in per cent, at which a screen 1366 points wide shows all of them.
ZOOM = 85
#: The width of a column of last answers, as a share of the width of the column that they were written in.
_LAST_COLUMN_SCALE = 0.65
#: Columns of text are narrowed, but not below this width.
_MIN_TEXT_WIDTH = 12.0


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of an outcome sheet; `filled_by` is "past" if it shows the last answers."""

    key: str
    heading: str
    kind: str
    filled_by: Literal["plan", "contact", "past"]
    width: float
    prompt: str = ""
    choices: tuple[str, ...] = ()


def columns_of(template: Template, last_period_date: datetime.date | None) -> tuple[SheetColumn, ...]:
    """Return the columns of an outcome sheet; `last_period_date` is the date of the previous period, or None.

    The last answers are directly to the left of the first column that the contact fills.
    """
    columns = [
        SheetColumn(
            column.key, column.heading, column.kind, column.filled_by, column.width, column.prompt, column.choices
        )
        for column in template.columns
    ]
    if last_period_date is None:
        return tuple(columns)
    insert_index = next(index for index, column in enumerate(columns) if column.filled_by == "contact")
    headings = last_column_headings(template, last_period_date)
    widths = {
        LAST_STATUS: template.column("status").width,
        LAST_POSITION: template.column("position").width * _LAST_COLUMN_SCALE,
        LAST_PLANNED: template.column("planned").width * _LAST_COLUMN_SCALE,
    }
    columns[insert_index:insert_index] = [
        SheetColumn(key, headings[key], "text", "past", widths[key]) for key in LAST_COLUMNS
    ]
    return _narrowed_columns(columns)


def last_column_headings(template: Template, last_period_date: datetime.date) -> dict[str, str]:
    """Return the headings of the columns that show the last answers, by column key."""
    wording, date = template.wording, dates.in_words(last_period_date)
    texts = (wording.last_status, wording.last_position, wording.last_planned)
    return {key: text.format(date=date) for key, text in zip(LAST_COLUMNS, texts, strict=True)}


def _narrowed_columns(columns: Sequence[SheetColumn]) -> tuple[SheetColumn, ...]:
    """Return the columns, with the text columns narrowed by the same factor if all together are too wide."""
    text_columns = [column for column in columns if column.kind == "text" and column.key != LAST_STATUS]
    other_width = sum(column.width for column in columns if column not in text_columns)
    scale = min(1.0, (MAX_TOTAL_WIDTH - other_width) / sum(column.width for column in text_columns))
    min_widths = {column.key: min(column.width, _MIN_TEXT_WIDTH) for column in text_columns}
    return tuple(
        replace(column, width=round(max(column.width * scale, min_widths[column.key]), 1))
        if column in text_columns
        else column
        for column in columns
    )
