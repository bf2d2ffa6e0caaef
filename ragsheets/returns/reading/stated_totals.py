"""Read the totals that a return states: next to its outcomes, and on the front sheet."""

from __future__ import annotations

from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.values import Row
from ragsheets.returns.reading.cell_text import text_of, without_invisible
from ragsheets.returns.reading.model import ReturnedWorkbook, StatedTotal
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.workbook.layout import NOT_REPORTED
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The code for a status that the workbook's own formulas do not count; it is no finding.
STATUS_UNCOUNTED = "status-uncounted"


def find_summary_lines(table: ReturnedTable, row_index: int, template: ReaderTemplate) -> dict[int, str]:
    """Return the summary lines that a row names, by the column index of their labels.

    A row that is unchanged since it was sent has none.
    """
    if row_index in table.sheet.unchanged_rows:
        return {}
    return _labelled_columns(table.sheet.rows[row_index], template)


def _labelled_columns(row: Row, template: ReaderTemplate) -> dict[int, str]:
    """Return the lines of a summary that a row names, by the column index of their labels."""
    return {
        column: line
        for column, value in enumerate(row)
        if (line := template.line_by_label.get(template.plain_label(value)))
    }


def read_outcome_totals(
    table: ReturnedTable, row_index: int, lines: dict[int, str], outcome: str, result: ReturnedWorkbook
) -> None:
    """Read the totals of an outcome next to the labels that `find_summary_lines` returned."""
    for column, line in lines.items():
        if (row_index, column + 1) not in table.total_cells:
            _add_total(table, row_index, column + 1, outcome, line, result)


def read_front_totals(
    table: ReturnedTable,
    end_row_index: int,
    sent_workbook: SentWorkbook,
    template: ReaderTemplate,
    result: ReturnedWorkbook,
) -> None:
    """Read the table of totals above the row `end_row_index`.

    It is identified by its labels and the names of the sheets.
    """
    row_range = range(table.columns.row_range.start, end_row_index)
    if table.sheet.unchanged_rows.issuperset(row_range):
        return
    outcomes = {sheet.name: sheet.outcome for sheet in sent_workbook.sheets if sheet.role == "outcome"}
    outcomes[template.total] = ""
    lines: dict[int, str] = {}
    for row_index in row_range:
        row = table.sheet.rows[row_index]
        if lines and row_index in table.sheet.unchanged_rows:
            continue
        labelled_columns = _labelled_columns(row, template)
        texts = {text_of(value) for value in row if isinstance(value, str) and value}
        if len(labelled_columns) > 1:
            lines = labelled_columns
        elif lines and (named_outcomes := texts & outcomes.keys()):
            for column, line in lines.items():
                _add_total(table, row_index, column, outcomes[min(named_outcomes)], line, result)
        elif template.lacking in texts:
            for column, value in enumerate(row):
                if isinstance(value, (int, float)) or column in (
                    unreported for unreported, line in lines.items() if line == NOT_REPORTED
                ):
                    _add_total(table, row_index, column, "", NOT_REPORTED, result)


def add_uncounted_status(table: ReturnedTable, row_index: int, key: str, result: ReturnedWorkbook) -> None:
    """Record a status that the workbook's own formulas do not count.

    They compare the whole cell, and what is read from it leaves out blanks, and makes a text of a number.
    """
    value, text = table.value(row_index, "status"), without_invisible(table.text(row_index, "status"))
    if text and value != text:
        table.observe(result, STATUS_UNCOUNTED, row_index, "status", key, found=text)


def drop_numeric_totals(result: ReturnedWorkbook) -> None:
    """Drop the totals of a workbook that counts other tasks than the current ones.

    Totals that are not numbers are reported as stray text.
    """
    for total in result.totals:
        if not total.stated.isdecimal():
            result.add_observation("stray-text", sheet=total.sheet, cell=total.cell, found=total.stated)
    result.totals.clear()


def _add_total(
    table: ReturnedTable, row_index: int, column_index: int, outcome: str, line: str, result: ReturnedWorkbook
) -> None:
    row = table.sheet.rows[row_index]
    stated = text_of(row[column_index]) if column_index < len(row) else ""
    table.total_cells.add((row_index, column_index))
    # A program that does not recalculate returns the total as sent: the contact has not stated it.
    if stated and not table.sheet.is_unchanged_cell(row_index, column_index):
        cell = address(row_index + 1, column_index + 1)
        result.totals.append(StatedTotal(outcome, line, stated, table.sheet.name, cell))
