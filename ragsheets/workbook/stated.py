"""The totals that a returned workbook states: on the sheets of its outcomes, and on the front sheet."""

from __future__ import annotations

from ragsheets.workbook.form import Form
from ragsheets.workbook.layout import NOT_REPORTED, address
from ragsheets.workbook.page import Page, text_of
from ragsheets.workbook.returned import Return, StatedTotal
from ragsheets.workbook.sent import Sent


def read_line(page: Page, number: int, outcome: str, form: Form, result: Return) -> None:
    """Read the total on one line of an outcome's summary, if there is one."""
    if page.is_as_sent(number):
        return
    row = page.rows[number]
    for column in range(len(row) - 1):
        line = form.line_of.get(form.plain(row[column]))
        if line is not None:
            _total(page, number, column + 1, outcome, line, result)


def read_front(page: Page, sent: Sent, form: Form, result: Return) -> None:
    """Read the table of totals on a sheet without tasks, told by its labels and the names of the sheets."""
    outcomes = {sheet.name: sheet.outcome for sheet in sent.sheets if sheet.role == "outcome"}
    outcomes[form.total] = ""
    lines: dict[int, str] = {}
    for number, row in enumerate(page.rows):
        found = {c: line for c, value in enumerate(row) if (line := form.line_of.get(form.plain(value)))}
        texts = {text_of(value) for value in row if isinstance(value, str) and value}
        if len(found) > 1:
            lines = found
        elif lines and (named := texts & outcomes.keys()):
            for column, line in lines.items():
                _total(page, number, column, outcomes[min(named)], line, result)
        elif form.lacking in texts:
            for column, value in enumerate(row):
                if isinstance(value, (int, float)):
                    _total(page, number, column, "", NOT_REPORTED, result)


def _total(page: Page, number: int, column: int, outcome: str, line: str, result: Return) -> None:
    row = page.rows[number]
    stated = text_of(row[column]) if column < len(row) else ""
    page.taken.add((number, column))
    # A program that does not recalculate hands back the total that was sent: nobody has stated it.
    if stated and not page.unchanged(number, column):
        cell = address(number + 1, column + 1)
        result.totals.append(StatedTotal(outcome, line, stated, page.name, cell))
