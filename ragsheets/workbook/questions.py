"""Assigns the questions of a workbook to their cells, marks each cell and adds a note to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ragsheets.formats.a1 import address
from ragsheets.text import first_words
from ragsheets.workbook.layout import HEADLINE_PREFIXES, ContactQuestion, LayoutContext, PlacedQuestion, SheetLayout
from ragsheets.workbook.style_names import question_style


def place_questions(
    context: LayoutContext, sheets: Sequence[SheetLayout]
) -> tuple[tuple[PlacedQuestion, ...], list[SheetLayout]]:
    """Return the questions with the addresses of their cells, and the sheets with these cells marked."""
    if not context.questions:
        return (), list(sheets)
    rows = {
        str(cell.value): (sheet, cell.row)
        for sheet in sheets
        for cell in sheet.cells
        if cell.column == sheet.hidden_column and cell.row > sheet.heading_row
    }
    columns = {column.key: number for number, column in enumerate(context.columns, 1)}
    placed_questions = []
    for number, question in enumerate(context.questions, 1):
        sheet, row = rows.get(question.row_key, (None, 0))
        if sheet is None:
            placed_questions.append(PlacedQuestion(number, question))
        else:
            heading = _question_heading(context, question, sheet, row)
            cell, *other_cells = (
                address(row, columns.get(column, sheet.last_printed_column)) for column in question.column_keys
            )
            placed_questions.append(PlacedQuestion(number, question, sheet.name, cell, heading, tuple(other_cells)))
    return tuple(placed_questions), [
        _marked_sheet(context, sheet, [item for item in placed_questions if item.sheet == sheet.name])
        for sheet in sheets
    ]


def _question_heading(context: LayoutContext, question: ContactQuestion, sheet: SheetLayout, row: int) -> str:
    """Return the heading of the cell in question and, for a task's cell, the beginning of the task's text."""
    wording = context.template.wording
    if question.column_key:
        number = 1 + [column.key for column in context.columns].index("task")
        task = next(str(cell.value) for cell in sheet.cells if (cell.row, cell.column) == (row, number))
        heading = ", ".join(context.template.column(column).heading for column in question.column_keys)
        return wording.query_task.format(heading=heading, task=first_words(task))
    return wording.successes if question.row_key.startswith(HEADLINE_PREFIXES["success"]) else wording.next_steps


def _marked_sheet(context: LayoutContext, sheet: SheetLayout, questions: Sequence[PlacedQuestion]) -> SheetLayout:
    if not questions:
        return sheet
    notes: dict[str, str] = {}
    for item in questions:
        note = context.template.wording.query_note.format(
            number=item.number, ask=item.question.ask, remedy=item.question.remedy
        )
        for cell in (item.cell, *item.other_cells):
            notes[cell] = f"{notes[cell]}\n\n{note}" if cell in notes else note
    cells = tuple(
        cell._replace(style=question_style(cell.style)) if address(cell.row, cell.column) in notes else cell
        for cell in sheet.cells
    )
    return replace(sheet, cells=cells, notes=notes)
