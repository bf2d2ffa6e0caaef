"""Read what the cells of a return hold besides texts and numbers: error values, struck-through text, formulas."""

from __future__ import annotations

from collections.abc import Collection

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading.annotations import NO_DESCRIPTION
from ragsheets.returns.reading.formula_texts import picture_name
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.table import ReturnedTable, text_of

KINDS = {
    "formula": FindingKind(
        Severity.NOTE, "This cell holds a formula ({wanted}); its result “{found}” was taken.", "Nothing to do."
    ),
    "formula-without-value": FindingKind(
        Severity.ERROR,
        "This cell holds a formula without a result: {wanted}.",
        "Ask for the workbook opened and saved in Excel, or for the words themselves.",
        settled_by="cell",
        settled_code="value-settled",
    ),
    "struck-through": FindingKind(
        Severity.WARNING, "“{found}” was struck through and is not in the report.", "Ask whether it still holds."
    ),
    "cell-picture": FindingKind(
        Severity.WARNING,
        "A picture is in this cell ({found}); its words cannot be read, and nothing was taken from it.",
        "Look at it in the workbook, and ask for its words where they are an answer.",
    ),
}


def with_shown_values(rows: Rows, details: WorkbookDetails, sheet_name: str) -> Rows:
    """Return the rows with what their cells show, where the reader of values leaves it out or misreads it."""
    shown_values = details.shown_values(sheet_name)
    if not shown_values:
        return rows
    filled_rows = [list(row) for row in rows]
    for (row, column), value in shown_values.items():
        filled_rows += [[] for _ in range(row + 1 - len(filled_rows))]
        filled_rows[row] += [""] * (column + 1 - len(filled_rows[row]))
        filled_rows[row][column] = value
    return filled_rows


def remove_struck_text(
    table: ReturnedTable, first_row_index: int, template: ReaderTemplate, details: WorkbookDetails
) -> None:
    """Remove struck-through text from the answers; `add_cell_annotations` reports it separately."""
    answer_columns = {
        table.column_indices[key] for key in (*template.contact_columns, "headline") if key in table.column_indices
    }
    for (row, column), runs in details.struck_text(table.sheet_name).items():
        if (
            row >= first_row_index
            and row in table.row_range
            and column in answer_columns
            and column < len(table.rows[row])
        ):
            table.replace_value(row, column, runs.remaining)


def add_cell_annotations(
    table: ReturnedTable,
    task_keys: Collection[str],
    template: ReaderTemplate,
    details: WorkbookDetails,
    result: ReturnedWorkbook,
) -> None:
    """Add observations for formulas in answers, other formulas without a value, and struck-through text."""
    answer_columns = {
        table.column_indices[key] for key in (*template.contact_columns, "headline") if key in table.column_indices
    }
    valueless = details.uncalculated(table.sheet_name) | table.formula_texts.keys()

    def observe(code: str, row: int, column: int, found: str, wanted: str = "") -> None:
        key = table.matched_keys.get(row, "")
        task, column_key = (key, table.column_key(column)) if key in task_keys else ("", "")
        cell = address(row + 1, column + 1)
        result.add_observation(code, table.sheet_name, cell, task, found, wanted, column=column_key)

    pictures = {cell: name for cell, text in table.formula_texts.items() if (name := picture_name(text)) is not None}
    for (row, column), name in pictures.items():
        if row in table.row_range:
            observe("cell-picture", row, column, details.picture_description(name) or NO_DESCRIPTION)
    for (row, column), formula in details.formulas(table.sheet_name).items():
        if row not in table.row_range or (row, column) in pictures:
            continue
        is_answer = column in answer_columns and bool(table.matched_keys.get(row))
        if (row, column) in valueless:
            if is_answer or not _is_sent_formula(table, row, column):
                observe("formula-without-value", row, column, "", f"={formula}")
        elif is_answer:
            observe("formula", row, column, text_of(table.rows[row][column]), f"={formula}")
    for (row, column), runs in details.struck_text(table.sheet_name).items():
        if runs.struck and row in table.row_range:
            observe("struck-through", row, column, runs.struck)


def _is_sent_formula(table: ReturnedTable, row_index: int, column_index: int) -> bool:
    """Return whether a formula is one of the workbook's own, which count the answers.

    Such a formula was read as a total, or was sent as a number.
    """
    sent_row = table.sent_rows[row_index] if row_index < len(table.sent_rows) else ()
    return (row_index, column_index) in table.total_cells or (
        column_index < len(sent_row) and not isinstance(sent_row[column_index], str)
    )
