"""Find the columns of a returned sheet by their headings, wherever those are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.values import Row, Rows
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.sheet import ReturnedSheet
from ragsheets.text import normalise_text
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES, HEADLINE_PREFIXES, KEY_HEADING, NEW_TASK_PREFIX
from ragsheets.workbook.sent_workbook import SentSheet, SentWorkbook

#: How many of the template's headings a row must hold to be the row of headings.
_MIN_HEADINGS = 2
#: The prefixes of keys that do not belong to a task.
_OTHER_KEY_PREFIXES = (NEW_TASK_PREFIX, *HEADLINE_PREFIXES.values(), *CLOSED_TASK_PREFIXES.values())


@dataclass(frozen=True, slots=True)
class ReturnedTableColumns:
    """One table of a sheet: its rows, and the index of each column by its key. Rows and columns are counted from 0.

    Attributes:
        row_range: the rows that belong to it, those above its headings among them where it is the first of its sheet.
        column_indices: the index of each column; empty on a sheet without a table.
        first_row_index: the first row under the headings.
        heading_row_index: the row of headings; -1 where there is none.
        changed_headings: the headings that were changed: the cell, its text now, its text as sent.
        first_task_cell: the cell of the first task where there are no headings at all and the columns were identified
            by position alone; else "".
    """

    row_range: range
    column_indices: dict[str, int] = field(default_factory=dict)
    first_row_index: int = 0
    heading_row_index: int = -1
    changed_headings: list[tuple[str, str, str]] = field(default_factory=list)
    first_task_cell: str = ""

    def answer_columns(self, template: ReaderTemplate) -> list[int]:
        """Return the indices of the columns that the contact fills."""
        keys = (*template.contact_columns, "headline")
        return [self.column_indices[key] for key in keys if key in self.column_indices]


def find_tables(
    sheet: ReturnedSheet,
    sent_sheet: SentSheet | None,
    sent_workbook: SentWorkbook,
    current_workbook: SentWorkbook,
    template: ReaderTemplate,
) -> list[ReturnedTableColumns]:
    """Return the tables of a sheet, from top to bottom: usually one; several where sheets were pasted together.

    For a sheet without tasks or headlines, return one table without columns.

    Args:
        sheet: the sheet.
        sent_sheet: the sheet with its name as it was sent, if there was one.
        sent_workbook: the workbook as sent.
        current_workbook: the workbook that would be sent today.
        template: the template.
    """
    rows = sheet.rows
    # The row of headings is found even where it is as it was sent.
    unchanged_rows = sheet.unchanged_rows - ({sent_sheet.heading_row - 1} if sent_sheet else set())
    heading_rows = list(_find_heading_rows(rows, unchanged_rows, sent_workbook, template))
    if not heading_rows:
        return [_find_columns_by_position(rows, unchanged_rows, sent_workbook, current_workbook)]
    tables: list[ReturnedTableColumns] = []
    for (row_index, column_indices), (end_row_index, _) in zip(
        heading_rows, [*heading_rows[1:], (len(rows), {})], strict=True
    ):
        if "key" not in column_indices:
            column_indices["key"] = _find_key_column(rows[row_index:end_row_index], current_workbook)
        changed_headings = _add_columns_without_heading(
            column_indices, rows[row_index], row_index, sent_workbook, template
        )
        row_range = range(row_index if tables else 0, end_row_index)
        tables.append(ReturnedTableColumns(row_range, column_indices, row_index + 1, row_index, changed_headings))
    return tables


def _find_heading_rows(
    rows: Rows, unchanged_rows: Collection[int], sent_workbook: SentWorkbook, template: ReaderTemplate
) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield the index of each heading row with the indices of its columns.

    The first may be worded in any way that is the same when normalised; those further down, among the answers, must
    hold the key's heading or the task's exactly. Rows that are unchanged in their position do not count.
    """
    task_heading = next(column.heading for column in template.columns if column.key == "task")
    has_heading_row = False
    for row_index, row in enumerate(rows):
        if row_index in unchanged_rows or (has_heading_row and KEY_HEADING not in row and task_heading not in row):
            continue
        column_indices = _match_headings(row, sent_workbook, template)
        if len(column_indices) >= _MIN_HEADINGS and ("key" in column_indices or "task" in column_indices):
            has_heading_row = True
            yield row_index, column_indices


def _match_headings(row: Row, sent_workbook: SentWorkbook, template: ReaderTemplate) -> dict[str, int]:
    max_length = max(map(len, sent_workbook.last_column_headings.values()), default=0) + 16
    column_indices: dict[str, int] = {}
    for column, value in enumerate(row):
        if not isinstance(value, str) or not value:
            continue
        if value == KEY_HEADING:
            column_indices["key"] = column
        elif value == template.headlines_text:
            column_indices["headline"] = column
        elif (
            column_key := template.column_by_heading.get(template.plain_label(value))
        ) and column_key not in column_indices:
            column_indices[column_key] = column
        elif (
            len(value) <= max_length
            and (last_column_key := sent_workbook.last_column_by_heading.get(normalise_text(value)))
            and last_column_key not in column_indices
        ):
            column_indices[last_column_key] = column
    return column_indices


def _find_key_column(rows: Rows, current_workbook: SentWorkbook) -> int:
    """Return the column of the keys by its content, where its heading is gone; else the index after the last."""

    def is_key(value: object) -> bool:
        return value in current_workbook.tasks or (isinstance(value, str) and value.startswith(_OTHER_KEY_PREFIXES))

    width = max(map(len, rows))
    key_counts = [sum(1 for row in rows if len(row) > column and is_key(row[column])) for column in range(width)]
    return key_counts.index(max(key_counts)) if max(key_counts, default=0) else width


def _add_columns_without_heading(
    column_indices: dict[str, int], row: Row, row_index: int, sent_workbook: SentWorkbook, template: ReaderTemplate
) -> list[tuple[str, str, str]]:
    """Add the columns whose heading is gone by their position, where the table is as wide as it was sent.

    Returns:
        The changed headings, as in `ReturnedTableColumns`.
    """
    if "headline" in column_indices or column_indices["key"] != len(sent_workbook.columns):
        return []
    headings = {column.key: column.heading for column in template.columns} | sent_workbook.last_column_headings
    changed_headings = []
    for column_index, column in enumerate(sent_workbook.columns):
        if column not in column_indices and column_index not in column_indices.values():
            column_indices[column] = column_index
            current_text = text_of(row[column_index]) if column_index < len(row) else ""
            changed_headings.append(
                (address(row_index + 1, column_index + 1), current_text, headings.get(column, column))
            )
    return changed_headings


def _find_columns_by_position(
    rows: Rows, unchanged_rows: Collection[int], sent_workbook: SentWorkbook, current_workbook: SentWorkbook
) -> ReturnedTableColumns:
    """Return the columns of a table that has lost its headings.

    They are the columns as sent, where a task is found next to its own target.
    """
    row_range = range(len(rows))
    if not {"task", "target"} <= set(sent_workbook.columns):
        return ReturnedTableColumns(row_range, first_row_index=len(rows))
    task_index, target_index = sent_workbook.columns.index("task"), sent_workbook.columns.index("target")
    for row_index, row in enumerate(rows):
        for column, value in enumerate(row if row_index not in unchanged_rows else ()):
            keys = current_workbook.tasks_by_wording.get(value.strip(), ()) if isinstance(value, str) and value else ()
            target_column = column + target_index - task_index
            if keys and 0 <= target_column < len(row) and column >= task_index:
                if text_of(row[target_column]) not in {current_workbook.tasks[key]["target"] for key in keys}:
                    continue
                column_indices = {
                    key: column - task_index + position for position, key in enumerate(sent_workbook.columns)
                }
                column_indices["key"] = column - task_index + len(sent_workbook.columns)
                first_task_cell = address(row_index + 1, column + 1)
                return ReturnedTableColumns(row_range, column_indices, row_index, first_task_cell=first_task_cell)
    return ReturnedTableColumns(row_range, first_row_index=len(rows))
