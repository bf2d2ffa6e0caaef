"""Where the columns of a returned sheet stand: told by their headings, wherever those are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.values import Row, Rows
from ragsheets.returns.reading.table import text_of
from ragsheets.returns.reading.template import ReaderTemplate
from ragsheets.text import normalise_text
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES, HEADLINE_PREFIXES, KEY_HEADING, NEW_TASK_PREFIX
from ragsheets.workbook.sent_workbook import SentSheet, SentWorkbook

#: How many of the template's headings a row must hold to be the row of headings.
_MIN_HEADINGS = 2
#: How keys begin that are no task's.
_OTHER_KEY_PREFIXES = (NEW_TASK_PREFIX, *HEADLINE_PREFIXES.values(), *CLOSED_TASK_PREFIXES.values())


@dataclass(frozen=True, slots=True)
class TableColumns:
    """One table of a sheet: the place of each column by its key. Rows and columns are counted from nought.

    Attributes:
        places: the place of each column; empty on a sheet that holds no table.
        start: the first row under the headings.
        headings: the row of headings; -1 where there is none.
        changed: the headings that are gone: the cell, what stands there, what stood there.
        guessed: the cell of the first task where there are no headings at all and the columns were told by their
            places alone.
    """

    column_indices: dict[str, int] = field(default_factory=dict)
    first_row_index: int = 0
    heading_row_index: int = -1
    changed_headings: list[tuple[str, str, str]] = field(default_factory=list)
    first_task_cell: str = ""


def find_tables(
    rows: Rows,
    sent_sheet: SentSheet | None,
    unchanged_rows: Collection[int],
    sent_workbook: SentWorkbook,
    current_workbook: SentWorkbook,
    template: ReaderTemplate,
) -> list[TableColumns]:
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
    if sent_sheet and sent_sheet.heading_row:
        unchanged_rows = set(unchanged_rows) - {sent_sheet.heading_row - 1}
    headed = list(_find_heading_rows(rows, unchanged_rows, sent_workbook, template))
    if not headed:
        return [_find_columns_by_position(rows, unchanged_rows, sent_workbook, current_workbook)]
    tables = []
    for (number, places), (end, _) in zip(headed, [*headed[1:], (len(rows), {})], strict=True):
        if "key" not in places:
            places["key"] = _find_key_column(rows[number:end], current_workbook)
        tables.append(
            TableColumns(
                places,
                number + 1,
                number,
                _add_columns_without_heading(places, rows[number], number, sent_workbook, template),
            )
        )
    return tables


def _find_heading_rows(
    rows: Rows, unchanged_rows: Collection[int], sent_workbook: SentWorkbook, template: ReaderTemplate
) -> Iterator[tuple[int, dict[str, int]]]:
    """The rows of headings, each with the places of its columns.

    The first may be written in any way that is plainly the same; those further down, among people's answers, hold
    the key's heading or the task's word for word. Rows that were sent so in their place are none.
    """
    task = next(question.heading for question in template.columns if question.key == "task")
    found = False
    for number, row in enumerate(rows):
        if number in unchanged_rows or (found and KEY_HEADING not in row and task not in row):
            continue
        places = _match_headings(row, sent_workbook, template)
        if len(places) >= _MIN_HEADINGS and ("key" in places or "task" in places):
            found = True
            yield number, places


def _match_headings(row: Row, sent_workbook: SentWorkbook, template: ReaderTemplate) -> dict[str, int]:
    longest = max(map(len, sent_workbook.last_column_headings.values()), default=0) + 16
    places: dict[str, int] = {}
    for column, value in enumerate(row):
        if not isinstance(value, str) or not value:
            continue
        if value == KEY_HEADING:
            places["key"] = column
        elif value == template.headlines_text:
            places["headline"] = column
        elif (known := template.column_by_heading.get(template.plain_label(value))) and known not in places:
            places[known] = column
        elif (
            len(value) <= longest
            and (last := sent_workbook.last_column_by_heading.get(normalise_text(value)))
            and last not in places
        ):
            places[last] = column
    return places


def _find_key_column(rows: Rows, current_workbook: SentWorkbook) -> int:
    """The column of the keys by its content, where its heading is gone; else it is one beyond the last."""

    def is_key(value: object) -> bool:
        return value in current_workbook.tasks or (isinstance(value, str) and value.startswith(_OTHER_KEY_PREFIXES))

    width = max(map(len, rows))
    hits = [sum(1 for row in rows if len(row) > column and is_key(row[column])) for column in range(width)]
    return hits.index(max(hits)) if max(hits, default=0) else width


def _add_columns_without_heading(
    column_indices: dict[str, int], row: Row, row_index: int, sent_workbook: SentWorkbook, template: ReaderTemplate
) -> list[tuple[str, str, str]]:
    """Find the columns whose heading is gone by their place, where the table is as wide as it was sent."""
    if "headline" in column_indices or column_indices["key"] != len(sent_workbook.columns):
        return []
    headings = {question.key: question.heading for question in template.columns} | sent_workbook.last_column_headings
    changed = []
    for place, column in enumerate(sent_workbook.columns):
        if column not in column_indices and place not in column_indices.values():
            column_indices[column] = place
            found = text_of(row[place]) if place < len(row) else ""
            changed.append((address(row_index + 1, place + 1), found, headings.get(column, column)))
    return changed


def _find_columns_by_position(
    rows: Rows, unchanged_rows: Collection[int], sent_workbook: SentWorkbook, current_workbook: SentWorkbook
) -> TableColumns:
    """The columns of a table that has lost its headings: those sent, where tasks stand beside their own targets."""
    if not {"task", "target"} <= set(sent_workbook.columns):
        return TableColumns(first_row_index=len(rows))
    task, target = sent_workbook.columns.index("task"), sent_workbook.columns.index("target")
    for number, row in enumerate(rows):
        for column, value in enumerate(row if number not in unchanged_rows else ()):
            keys = current_workbook.tasks_by_wording.get(value.strip(), ()) if isinstance(value, str) and value else ()
            beside = column + target - task
            if keys and 0 <= beside < len(row) and column >= task:
                if text_of(row[beside]) not in {current_workbook.tasks[key]["target"] for key in keys}:
                    continue
                places = {key: column - task + place for place, key in enumerate(sent_workbook.columns)}
                places["key"] = column - task + len(sent_workbook.columns)
                return TableColumns(places, number, first_task_cell=address(number + 1, column + 1))
    return TableColumns(first_row_index=len(rows))
