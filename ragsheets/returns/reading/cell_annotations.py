"""What stands beyond a return's values, said and taken into account: error values, struck words, formulas."""

from __future__ import annotations

from collections.abc import Collection

from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import address
from ragsheets.formats.spreadsheet.details import Extras, Remark
from ragsheets.formats.spreadsheet.values import Rows
from ragsheets.returns.reading.model import Return
from ragsheets.returns.reading.table import Page, text_of
from ragsheets.returns.reading.template import Form
from ragsheets.text import plain
from ragsheets.workbook.sent_workbook import Sent


def with_errors(rows: Rows, extras: Extras, name: str) -> Rows:
    """The rows with the error values, which the reader of values leaves out."""
    errors = extras.errors(name)
    if not errors:
        return rows
    mended = [list(row) for row in rows]
    for (row, column), error in errors.items():
        mended += [[] for _ in range(row + 1 - len(mended))]
        mended[row] += [""] * (column + 1 - len(mended[row]))
        mended[row][column] = error
    return mended


def without_struck(page: Page, start: int, form: Form, extras: Extras) -> None:
    """Take the words that were struck through out of the answers; they are told by themselves."""
    answered = {page.places[key] for key in (*form.by_contact, "headline") if key in page.places}
    for (row, column), words in extras.struck(page.name).items():
        if row >= start and row in page.span and column in answered and column < len(page.rows[row]):
            page.put(row, column, words.kept)


def say_beyond(page: Page, tasks: Collection[str], form: Form, extras: Extras, result: Return) -> None:
    """Say the formulas in the answers, those elsewhere that have no value, and the words that were struck through."""
    answered = {page.places[key] for key in (*form.by_contact, "headline") if key in page.places}
    valueless = extras.valueless(page.name)

    def task(row: int) -> str:
        key = page.owners.get(row, "")
        return key if key in tasks else ""

    for (row, column), formula in extras.formulas(page.name).items():
        if row not in page.span:
            continue
        cell, written = address(row + 1, column + 1), f"={formula}"
        is_answer = column in answered and bool(page.owners.get(row))
        if (row, column) in valueless:
            if is_answer or not _was_sent(page, row, column):
                result.say("formula-without-value", page.name, cell, task(row), "", written)
        elif is_answer:
            result.say("formula", page.name, cell, task(row), text_of(page.rows[row][column]), written)
    for (row, column), words in extras.struck(page.name).items():
        if words.struck and row in page.span:
            result.say("struck-through", page.name, address(row + 1, column + 1), task(row), words.struck)


def _was_sent(page: Page, row: int, column: int) -> bool:
    """Whether a formula is one of the workbook's own, which count: it was read as a total, or sent as a number."""
    sent = page.sent_rows[row] if row < len(page.sent_rows) else ()
    return (row, column) in page.taken or (column < len(sent) and not isinstance(sent[column], str))


def say_remarks(extras: Extras, sent: Sent, result: Return) -> None:
    """Say what stands beside the cells, but for the notes that the workbook was sent with."""
    try:
        remarks = extras.remarks()
    except ReturnError:
        remarks = [Remark("unreadable-comments")]
    notes = {plain(note) for sheet in sent.sheets for note in sheet.notes.values()}
    for remark in remarks:
        if notes and plain(remark.text) in notes:
            continue
        result.say(remark.code, remark.sheet, remark.cell, "", remark.text, remark.author or "somebody")
