"""Read what the cells of a return hold besides texts and numbers: error values, struck-through text, formulas."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading.annotations import NO_DESCRIPTION
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.returns.reading.columns import ReturnedTableColumns
from ragsheets.returns.reading.formula_texts import picture_name
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.sheet import ReturnedSheet, with_values
from ragsheets.returns.reading.table import ReturnedTable

KINDS = {
    "formula": FindingKind(
        Severity.NOTE, "This cell holds a formula ({wanted}); its result “{found}” was taken.", "Nothing to do."
    ),
    "formula-without-value": FindingKind(
        Severity.ERROR,
        "This cell holds a formula without a result: {wanted}.",
        "Ask for the workbook to be opened and saved in Excel, or for the answer in words.",
        settled_by="cell",
        settled_code="value-settled",
    ),
    "struck-through": FindingKind(
        Severity.WARNING, "“{found}” was struck through and is not in the report.", "Ask whether it is still right."
    ),
    "cell-picture": FindingKind(
        Severity.WARNING,
        "A picture is in this cell ({found}); its words cannot be read, and nothing was taken from it.",
        "Look at it in the workbook; if it holds an answer, ask for that in words.",
    ),
}


def without_struck_text(
    sheet: ReturnedSheet, tables: Iterable[ReturnedTableColumns], template: ReaderTemplate
) -> ReturnedSheet:
    """Return the sheet without struck-through text in its answers; `add_cell_annotations` reports it."""
    struck_text = sheet.details.struck_text(sheet.name)
    if not struck_text:
        return sheet
    remaining_texts = {
        (row, column): runs.remaining
        for columns in tables
        for answer_columns in [set(columns.answer_columns(template))]
        for (row, column), runs in struck_text.items()
        if row >= columns.first_row_index
        and row in columns.row_range
        and column in answer_columns
        and column < len(sheet.rows[row])
    }
    return replace(sheet, rows=with_values(sheet.rows, remaining_texts))


def add_cell_annotations(
    table: ReturnedTable, task_keys: Collection[str], template: ReaderTemplate, result: ReturnedWorkbook
) -> None:
    """Add observations for formulas in answers, other formulas without a value, and struck-through text."""
    sheet, rows_of_table = table.sheet, table.columns.row_range
    answer_columns = table.columns.answer_columns(template)
    valueless = sheet.details.uncalculated(sheet.name) | sheet.formula_texts.keys()

    def observe(code: str, row: int, column: int, found: str, wanted: str = "") -> None:
        key = table.matched_keys.get(row, "")
        table.observe(result, code, row, column, key if key in task_keys else "", found=found, wanted=wanted)

    pictures = {cell: name for cell, text in sheet.formula_texts.items() if (name := picture_name(text)) is not None}
    for (row, column), name in pictures.items():
        if row in rows_of_table:
            observe("cell-picture", row, column, sheet.details.picture_description(name) or NO_DESCRIPTION)
    for (row, column), formula in sheet.details.formulas(sheet.name).items():
        if row not in rows_of_table or (row, column) in pictures:
            continue
        is_answer = column in answer_columns and bool(table.matched_keys.get(row))
        if (row, column) in valueless:
            if is_answer or not _is_sent_formula(table, row, column):
                observe("formula-without-value", row, column, "", f"={formula}")
        elif is_answer:
            observe("formula", row, column, text_of(sheet.rows[row][column]), f"={formula}")
    for (row, column), runs in sheet.details.struck_text(sheet.name).items():
        if runs.struck and row in rows_of_table:
            observe("struck-through", row, column, runs.struck)


def _is_sent_formula(table: ReturnedTable, row_index: int, column_index: int) -> bool:
    """Return whether a formula is one of the workbook's own, which count the answers.

    Such a formula was read as a total, or was sent as a number.
    """
    sent_row = table.sheet.sent_rows[row_index] if row_index < len(table.sheet.sent_rows) else ()
    return (row_index, column_index) in table.total_cells or (
        column_index < len(sent_row) and not isinstance(sent_row[column_index], str)
    )
