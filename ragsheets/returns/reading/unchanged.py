"""What was left in a row as it was sent: answers that were carried forward, and answers that were asked about."""

from __future__ import annotations

from ragsheets.returns.reading.model import Answer, Return
from ragsheets.returns.reading.table import Page
from ragsheets.workbook.sent_workbook import Sent


def note(page: Page, number: int, key: str, key_as_sent: str, sent: Sent, result: Return) -> None:
    """Note the cells of a row that are seen to hold such an answer still.

    Args:
        page: the table.
        number: the row.
        key: the key of the row's task today, or of its headline.
        key_as_sent: its key when the workbook was sent.
        sent: what it was sent with.
        result: takes what is noted.
    """
    for column in sent.carried_of(key_as_sent):
        text = sent.tasks[key_as_sent][column]
        if text and page.text(number, column) == text:
            result.say("carried-untouched", page.name, page.address(number, column), key, text, column)
    for column, text in sent.may_stand.get(key_as_sent, {}).items():
        place = column or "headline"
        if page.text(number, place) == text and not page.is_error(number, place):
            result.left.append(Answer(key, column, text, page.name, page.address(number, place)))
