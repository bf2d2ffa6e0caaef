"""Record cells left as they were sent: answers carried forward, and answers that were asked about."""

from __future__ import annotations

from ragsheets.returns.reading.model import Answer, ReturnedWorkbook
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.workbook.sent_workbook import SentWorkbook


def add_unchanged_answers(
    table: ReturnedTable, row_index: int, key: str, sent_key: str, sent_workbook: SentWorkbook, result: ReturnedWorkbook
) -> None:
    """Record the cells of a row that still hold an answer carried forward or asked about.

    Args:
        table: the table.
        row_index: the row.
        key: the key of the row's task today, or of its headline.
        sent_key: its key when the workbook was sent.
        sent_workbook: the workbook as sent.
        result: where the cells are recorded.
    """
    for column in sent_workbook.carried_columns_of(sent_key):
        text = sent_workbook.tasks[sent_key][column]
        if text and table.text(row_index, column) == text:
            result.add_observation(
                "carried-untouched", table.sheet_name, table.address(row_index, column), key, text, column=column
            )
    for column, text in sent_workbook.answers_that_may_stay.get(sent_key, {}).items():
        column_key = column or "headline"
        if table.text(row_index, column_key) == text and not table.is_error(row_index, column_key):
            result.unchanged_answers.append(
                Answer(key, column, text, table.sheet_name, table.address(row_index, column_key))
            )
