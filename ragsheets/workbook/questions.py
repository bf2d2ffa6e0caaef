"""The questions of a workbook in their places: each cell in question marked, with a note on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ragsheets.formats.a1 import address
from ragsheets.text import first_words
from ragsheets.workbook.layout import HEADLINES, Asked, Context, Question, Sheet
from ragsheets.workbook.style_names import asked_style


def placed(context: Context, sheets: Sequence[Sheet]) -> tuple[tuple[Asked, ...], list[Sheet]]:
    """The questions with the places of their cells, and the sheets with these cells marked."""
    if not context.questions:
        return (), list(sheets)
    rows = {
        str(cell.value): (sheet, cell.row)
        for sheet in sheets
        for cell in sheet.cells
        if cell.column == sheet.hidden_column and cell.row > sheet.heading_row
    }
    columns = {column.key: number for number, column in enumerate(context.columns, 1)}
    asked = []
    for number, question in enumerate(context.questions, 1):
        sheet, row = rows.get(question.row, (None, 0))
        if sheet is None:
            asked.append(Asked(number, question))
        else:
            heading = _heading(context, question, sheet, row)
            cell, *others = (address(row, columns.get(column, sheet.last_column)) for column in question.columns)
            asked.append(Asked(number, question, sheet.name, cell, heading, tuple(others)))
    return tuple(asked), [
        _marked(context, sheet, [item for item in asked if item.sheet == sheet.name]) for sheet in sheets
    ]


def _heading(context: Context, question: Question, sheet: Sheet, row: int) -> str:
    """What stands above the cell in question, and where it is a task's, which one."""
    wording = context.template.wording
    if question.column:
        number = 1 + [column.key for column in context.columns].index("task")
        task = next(str(cell.value) for cell in sheet.cells if (cell.row, cell.column) == (row, number))
        heading = ", ".join(context.template.column(column).heading for column in question.columns)
        return wording.query_task.format(heading=heading, task=first_words(task))
    return wording.successes if question.row.startswith(HEADLINES["success"]) else wording.next_steps


def _marked(context: Context, sheet: Sheet, asked: Sequence[Asked]) -> Sheet:
    if not asked:
        return sheet
    notes: dict[str, str] = {}
    for item in asked:
        note = context.template.wording.query_note.format(
            number=item.number, ask=item.question.ask, remedy=item.question.remedy
        )
        for cell in (item.cell, *item.others):
            notes[cell] = f"{notes[cell]}\n\n{note}" if cell in notes else note
    cells = tuple(
        cell._replace(style=asked_style(cell.style)) if address(cell.row, cell.column) in notes else cell
        for cell in sheet.cells
    )
    return replace(sheet, cells=cells, notes=notes)
