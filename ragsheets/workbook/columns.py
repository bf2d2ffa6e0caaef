"""The columns of an outcome's sheet: the template's, and once there is an earlier period, what was last said."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ragsheets import dates

if TYPE_CHECKING:
    from ragsheets.template.model import Template

#: The columns that show what was last said of a task. No column of a template can have such a key.
LAST_STATUS, LAST_POSITION, LAST_PLANNED = "#last-status", "#last-position", "#last-planned"
LAST_COLUMNS = (LAST_STATUS, LAST_POSITION, LAST_PLANNED)

#: How wide all columns may be together, in digits, where those of the last period are among them: an upright A4 page
#: turned on its side then prints the standard fonts at about two thirds of their size.
MAX_TOTAL_WIDTH = 193.0
#: How wide they are shown on the screen, in per cent, so that one of 1366 points holds them all.
ZOOM = 85
#: Words of an earlier period take so much of the width of the column that they were written in.
_LAST_COLUMN_SCALE = 0.65
#: Columns of text are made narrower, but none as narrow as this.
_MIN_TEXT_WIDTH = 12.0


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of an outcome's sheet; `filled_by` is "past" where it shows what was last said."""

    key: str
    heading: str
    kind: str
    filled_by: Literal["plan", "contact", "past"]
    width: float
    prompt: str = ""
    choices: tuple[str, ...] = ()


def columns_of(template: Template, last_period_date: datetime.date | None) -> tuple[SheetColumn, ...]:
    """The columns of a sheet; `since` is the date of the period before, None where there is none.

    What was last said stands directly left of the first column that the contact fills.
    """
    columns = [
        SheetColumn(c.key, c.heading, c.kind, c.filled_by, c.width, c.prompt, c.choices) for c in template.columns
    ]
    if last_period_date is None:
        return tuple(columns)
    place = next(number for number, column in enumerate(columns) if column.filled_by == "contact")
    headings = last_column_headings(template, last_period_date)
    widths = {
        LAST_STATUS: template.column("status").width,
        LAST_POSITION: template.column("position").width * _LAST_COLUMN_SCALE,
        LAST_PLANNED: template.column("planned").width * _LAST_COLUMN_SCALE,
    }
    columns[place:place] = [SheetColumn(key, headings[key], "text", "past", widths[key]) for key in LAST_COLUMNS]
    return _narrowed_columns(columns)


def last_column_headings(template: Template, last_period_date: datetime.date) -> dict[str, str]:
    """The headings of the columns that show what was last said, by their keys."""
    wording, date = template.wording, dates.in_words(last_period_date)
    texts = (wording.last_status, wording.last_position, wording.last_planned)
    return {key: text.format(date=date) for key, text in zip(LAST_COLUMNS, texts, strict=True)}


def _narrowed_columns(columns: Sequence[SheetColumn]) -> tuple[SheetColumn, ...]:
    """The columns, those of text each made narrower by the same share where all are too wide together."""
    words = [column for column in columns if column.kind == "text" and column.key != LAST_STATUS]
    others = sum(column.width for column in columns if column not in words)
    share = min(1.0, (MAX_TOTAL_WIDTH - others) / sum(column.width for column in words))
    least = {column.key: min(column.width, _MIN_TEXT_WIDTH) for column in words}
    return tuple(
        replace(column, width=round(max(column.width * share, least[column.key]), 1)) if column in words else column
        for column in columns
    )
