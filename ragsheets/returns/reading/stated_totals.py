"""The totals that a return states: beside its outcomes, and on the front sheet."""

from __future__ import annotations

from ragsheets.formats.a1 import address
from ragsheets.returns.reading.model import Return, StatedTotal
from ragsheets.returns.reading.table import Page, text_of
from ragsheets.returns.reading.template import Form
from ragsheets.workbook.layout import NOT_REPORTED
from ragsheets.workbook.sent_workbook import Sent


def lines_in(page: Page, number: int, form: Form) -> dict[int, str]:
    """The lines of a summary that a row names, by the columns of their labels; none in a row that is as it was sent."""
    if page.is_as_sent(number):
        return {}
    row = page.rows[number]
    return {column: line for column, value in enumerate(row) if (line := form.line_of.get(form.plain(value)))}


def read_line(page: Page, number: int, lines: dict[int, str], outcome: str, result: Return) -> None:
    """Read the totals of an outcome that stand beside the labels of `lines_in`."""
    for column, line in lines.items():
        if (number, column + 1) not in page.taken:
            _total(page, number, column + 1, outcome, line, result)


def read_front(page: Page, end: int, sent: Sent, form: Form, result: Return) -> None:
    """Read the table of totals above the row `end`, told by its labels and the names of the sheets."""
    if all(page.is_as_sent(number) for number in range(page.span.start, end)):
        return
    outcomes = {sheet.name: sheet.outcome for sheet in sent.sheets if sheet.role == "outcome"}
    outcomes[form.total] = ""
    lines: dict[int, str] = {}
    for number in range(page.span.start, end):
        row = page.rows[number]
        if lines and page.is_as_sent(number):
            continue
        found = {c: line for c, value in enumerate(row) if (line := form.line_of.get(form.plain(value)))}
        texts = {text_of(value) for value in row if isinstance(value, str) and value}
        if len(found) > 1:
            lines = found
        elif lines and (named := texts & outcomes.keys()):
            for column, line in lines.items():
                _total(page, number, column, outcomes[min(named)], line, result)
        elif form.lacking in texts:
            for column, value in enumerate(row):
                if isinstance(value, (int, float)) or column in (
                    c for c, line in lines.items() if line == NOT_REPORTED
                ):
                    _total(page, number, column, "", NOT_REPORTED, result)


def keep_words_only(result: Return) -> None:
    """Forget the totals of a workbook that counts other tasks than are asked for, but for those that are no numbers."""
    for total in result.totals:
        if not total.stated.isdecimal():
            result.say("stray-text", total.sheet, total.cell, "", total.stated)
    result.totals.clear()


def _total(page: Page, number: int, column: int, outcome: str, line: str, result: Return) -> None:
    row = page.rows[number]
    stated = text_of(row[column]) if column < len(row) else ""
    page.taken.add((number, column))
    # A program that does not recalculate hands back the total that was sent: nobody has stated it.
    if stated and not page.unchanged(number, column):
        cell = address(number + 1, column + 1)
        result.totals.append(StatedTotal(outcome, line, stated, page.name, cell))
