"""Where the columns of a returned sheet stand: told by their headings, wherever those are now."""

from __future__ import annotations

from dataclasses import dataclass, field

from ragsheets.workbook.form import Form
from ragsheets.workbook.layout import KEY_HEADING, address
from ragsheets.workbook.page import text_of
from ragsheets.workbook.returned import Row, Rows
from ragsheets.workbook.sent import Sent

#: How many of the template's headings a row must hold to be the row of headings.
_HEADINGS_NEEDED = 2


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of each column by its key, and the number of the first row under the headings, from nought.

    `changed` are the headings that are gone: the cell, what stands there, what stood there. `guessed` is the cell of
    the first task where there are no headings at all and the columns were told by their places alone.
    """

    places: dict[str, int] = field(default_factory=dict)
    start: int = 0
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    guessed: str = ""


def find_columns(rows: Rows, sent: Sent, now: Sent, form: Form) -> Columns:
    """Find the columns of a sheet; a sheet without tasks or headlines has none.

    Args:
        rows: the sheet's values.
        sent: what the workbook was sent with.
        now: what would be sent today.
        form: the template.
    """
    for number, row in enumerate(rows):
        places = _headings_in(row, form)
        if len(places) >= _HEADINGS_NEEDED and ("key" in places or "task" in places):
            if "key" not in places:
                places["key"] = _place_of_keys(rows, now)
            return Columns(places, number + 1, _unheaded(places, row, number, sent, form))
    return _by_place(rows, now)


def _headings_in(row: Row, form: Form) -> dict[str, int]:
    places: dict[str, int] = {}
    for column, value in enumerate(row):
        if not isinstance(value, str) or not value:
            continue
        if value == KEY_HEADING:
            places["key"] = column
        elif value == form.headlines_text:
            places["headline"] = column
        elif (known := form.column_of.get(form.plain(value))) and known not in places:
            places[known] = column
    return places


def _place_of_keys(rows: Rows, now: Sent) -> int:
    """The column of the keys by its content, where its heading is gone; else it is one beyond the last."""
    width = max(map(len, rows))
    hits = [sum(1 for row in rows if len(row) > column and row[column] in now.tasks) for column in range(width)]
    return hits.index(max(hits)) if max(hits) else width


def _unheaded(places: dict[str, int], row: Row, number: int, sent: Sent, form: Form) -> list[tuple[str, str, str]]:
    """Find the columns whose heading is gone by their place, where the table is as wide as it was sent."""
    if "headline" in places or places["key"] != len(sent.columns):
        return []
    headings = {question.key: question.heading for question in form.questions}
    changed = []
    for place, column in enumerate(sent.columns):
        if column not in places and place not in places.values():
            places[column] = place
            found = text_of(row[place]) if place < len(row) else ""
            changed.append((address(number + 1, place + 1), found, headings.get(column, column)))
    return changed


def _by_place(rows: Rows, now: Sent) -> Columns:
    """The columns of a table that has lost its headings: those sent, where tasks stand beside their own targets."""
    if not {"task", "target"} <= set(now.columns):
        return Columns()
    task, target = now.columns.index("task"), now.columns.index("target")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            keys = now.by_wording.get(value.strip(), ()) if isinstance(value, str) and value else ()
            beside = column + target - task
            if keys and 0 <= beside < len(row) and column >= task:
                if text_of(row[beside]) not in {now.tasks[key]["target"] for key in keys}:
                    continue
                places = {key: column - task + place for place, key in enumerate(now.columns)}
                places["key"] = column - task + len(now.columns)
                return Columns(places, number, [], address(number + 1, column + 1))
    return Columns(start=len(rows))
