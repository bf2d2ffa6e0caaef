"""What stands beyond a return's values, said and taken into account: error values, struck words, formulas."""

from __future__ import annotations

from collections.abc import Collection

from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.details import Annotation, WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.table import ReturnedTable, text_of
from ragsheets.returns.reading.template import ReaderTemplate
from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook


def with_error_values(rows: Rows, details: WorkbookDetails, sheet_name: str) -> Rows:
    """The rows with the error values, which the reader of values leaves out."""
    errors = details.errors(sheet_name)
    if not errors:
        return rows
    mended = [list(row) for row in rows]
    for (row, column), error in errors.items():
        mended += [[] for _ in range(row + 1 - len(mended))]
        mended[row] += [""] * (column + 1 - len(mended[row]))
        mended[row][column] = error
    return mended


def remove_struck_text(
    table: ReturnedTable, first_row_index: int, template: ReaderTemplate, details: WorkbookDetails
) -> None:
    """Take the words that were struck through out of the answers; they are told by themselves."""
    answered = {
        table.column_indices[key] for key in (*template.contact_columns, "headline") if key in table.column_indices
    }
    for (row, column), words in details.struck_text(table.sheet_name).items():
        if row >= first_row_index and row in table.row_range and column in answered and column < len(table.rows[row]):
            table.replace_value(row, column, words.remaining)


def add_cell_annotations(
    table: ReturnedTable,
    task_keys: Collection[str],
    template: ReaderTemplate,
    details: WorkbookDetails,
    result: ReturnedWorkbook,
) -> None:
    """Say the formulas in the answers, those elsewhere that have no value, and the words that were struck through."""
    answered = {
        table.column_indices[key] for key in (*template.contact_columns, "headline") if key in table.column_indices
    }
    valueless = details.uncalculated(table.sheet_name)

    def task(row: int) -> str:
        key = table.matched_keys.get(row, "")
        return key if key in task_keys else ""

    for (row, column), formula in details.formulas(table.sheet_name).items():
        if row not in table.row_range:
            continue
        cell, written = address(row + 1, column + 1), f"={formula}"
        is_answer = column in answered and bool(table.matched_keys.get(row))
        if (row, column) in valueless:
            if is_answer or not _is_sent_formula(table, row, column):
                result.add_observation("formula-without-value", table.sheet_name, cell, task(row), "", written)
        elif is_answer:
            result.add_observation(
                "formula", table.sheet_name, cell, task(row), text_of(table.rows[row][column]), written
            )
    for (row, column), words in details.struck_text(table.sheet_name).items():
        if words.struck and row in table.row_range:
            result.add_observation(
                "struck-through", table.sheet_name, address(row + 1, column + 1), task(row), words.struck
            )


def _is_sent_formula(table: ReturnedTable, row_index: int, column_index: int) -> bool:
    """Whether a formula is one of the workbook's own, which count: it was read as a total, or sent as a number."""
    sent = table.sent_rows[row_index] if row_index < len(table.sent_rows) else ()
    return (row_index, column_index) in table.total_cells or (
        column_index < len(sent) and not isinstance(sent[column_index], str)
    )


def add_comments(details: WorkbookDetails, sent_workbook: SentWorkbook, result: ReturnedWorkbook) -> None:
    """Say what stands beside the cells, but for the notes that the workbook was sent with."""
    try:
        remarks = details.annotations()
    except ReturnError:
        remarks = [Annotation("unreadable-comments")]
    notes = {normalise_text(note) for sheet in sent_workbook.sheets for note in sheet.notes.values()}
    for remark in remarks:
        if notes and normalise_text(remark.text) in notes:
            continue
        result.add_observation(remark.code, remark.sheet, remark.cell, "", remark.text, remark.author or "somebody")
