"""Where the columns of a returned sheet stand: told by their headings, wherever those are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.values import Row, Rows
from ragsheets.returns.reading.table import text_of
from ragsheets.returns.reading.template import Form
from ragsheets.text import plain
from ragsheets.workbook.layout import HEADLINES, KEY_HEADING, LISTED, NEW_TASK
from ragsheets.workbook.sent_workbook import Sent, SentSheet

#: How many of the template's headings a row must hold to be the row of headings.
_HEADINGS_NEEDED = 2
#: How keys begin that are no task's.
_OTHER_KEYS = (NEW_TASK, *HEADLINES.values(), *LISTED.values())


@dataclass(frozen=True, slots=True)
class Columns:
    """One table of a sheet: the place of each column by its key. Rows and columns are counted from nought.

    Attributes:
        places: the place of each column; empty on a sheet that holds no table.
        start: the first row under the headings.
        headings: the row of headings; -1 where there is none.
        changed: the headings that are gone: the cell, what stands there, what stood there.
        guessed: the cell of the first task where there are no headings at all and the columns were told by their
            places alone.
    """

    places: dict[str, int] = field(default_factory=dict)
    start: int = 0
    headings: int = -1
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    guessed: str = ""


def find_tables(
    rows: Rows, sheet: SentSheet | None, untouched: Collection[int], sent: Sent, now: Sent, form: Form
) -> list[Columns]:
    """Find the tables of a sheet, from its top down: one, as a rule; several where sheets were pasted into one.

    A sheet without tasks or headlines has one without columns.

    Args:
        rows: the sheet's values.
        sheet: the sheet of its name as it was sent, if there was one.
        untouched: the rows that are as they were sent in their place.
        sent: what the workbook was sent with.
        now: what would be sent today.
        form: the template.
    """
    if sheet and sheet.heading_row:
        untouched = set(untouched) - {sheet.heading_row - 1}
    headed = list(_headed(rows, untouched, sent, form))
    if not headed:
        return [_by_place(rows, untouched, sent, now)]
    tables = []
    for (number, places), (end, _) in zip(headed, [*headed[1:], (len(rows), {})], strict=True):
        if "key" not in places:
            places["key"] = _place_of_keys(rows[number:end], now)
        tables.append(Columns(places, number + 1, number, _unheaded(places, rows[number], number, sent, form)))
    return tables


def _headed(rows: Rows, untouched: Collection[int], sent: Sent, form: Form) -> Iterator[tuple[int, dict[str, int]]]:
    """The rows of headings, each with the places of its columns.

    The first may be written in any way that is plainly the same; those further down, among people's answers, hold
    the key's heading or the task's word for word. Rows that were sent so in their place are none.
    """
    task = next(question.heading for question in form.questions if question.key == "task")
    found = False
    for number, row in enumerate(rows):
        if number in untouched or (found and KEY_HEADING not in row and task not in row):
            continue
        places = _headings_in(row, sent, form)
        if len(places) >= _HEADINGS_NEEDED and ("key" in places or "task" in places):
            found = True
            yield number, places


def _headings_in(row: Row, sent: Sent, form: Form) -> dict[str, int]:
    longest = max(map(len, sent.last_headings.values()), default=0) + 16
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
        elif len(value) <= longest and (last := sent.last_column_of.get(plain(value))) and last not in places:
            places[last] = column
    return places


def _place_of_keys(rows: Rows, now: Sent) -> int:
    """The column of the keys by its content, where its heading is gone; else it is one beyond the last."""

    def is_key(value: object) -> bool:
        return value in now.tasks or (isinstance(value, str) and value.startswith(_OTHER_KEYS))

    width = max(map(len, rows))
    hits = [sum(1 for row in rows if len(row) > column and is_key(row[column])) for column in range(width)]
    return hits.index(max(hits)) if max(hits, default=0) else width


def _unheaded(places: dict[str, int], row: Row, number: int, sent: Sent, form: Form) -> list[tuple[str, str, str]]:
    """Find the columns whose heading is gone by their place, where the table is as wide as it was sent."""
    if "headline" in places or places["key"] != len(sent.columns):
        return []
    headings = {question.key: question.heading for question in form.questions} | sent.last_headings
    changed = []
    for place, column in enumerate(sent.columns):
        if column not in places and place not in places.values():
            places[column] = place
            found = text_of(row[place]) if place < len(row) else ""
            changed.append((address(number + 1, place + 1), found, headings.get(column, column)))
    return changed


def _by_place(rows: Rows, untouched: Collection[int], sent: Sent, now: Sent) -> Columns:
    """The columns of a table that has lost its headings: those sent, where tasks stand beside their own targets."""
    if not {"task", "target"} <= set(sent.columns):
        return Columns(start=len(rows))
    task, target = sent.columns.index("task"), sent.columns.index("target")
    for number, row in enumerate(rows):
        for column, value in enumerate(row if number not in untouched else ()):
            keys = now.by_wording.get(value.strip(), ()) if isinstance(value, str) and value else ()
            beside = column + target - task
            if keys and 0 <= beside < len(row) and column >= task:
                if text_of(row[beside]) not in {now.tasks[key]["target"] for key in keys}:
                    continue
                places = {key: column - task + place for place, key in enumerate(sent.columns)}
                places["key"] = column - task + len(sent.columns)
                return Columns(places, number, guessed=address(number + 1, column + 1))
    return Columns(start=len(rows))
