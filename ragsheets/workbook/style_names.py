"""The names of a workbook's styles, which a layout gives to its cells, and their text sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.template.model import TemplateLook
    from ragsheets.template.status import Status
    from ragsheets.workbook.columns import SheetColumn


def status_style(status: Status) -> str:
    """Return the name of the style that shows a status in its colours."""
    return f"status {status.code}"


def answer_style(column: SheetColumn) -> str:
    """Return the name of the style of the answer cells in `column`."""
    return {"status": "answer status", "date": "answer date", "number": "answer number"}.get(column.kind, "answer")


def carried_style(style: str) -> str:
    """Return the name of the style of an answer cell prefilled with the last answer; `style` is the ordinary one."""
    return f"carried {style}"


def question_style(style: str) -> str:
    """Return the name of the style of an answer cell with a question; `style` is the ordinary one."""
    return f"asked {style}"


def carried_question_style(style: str) -> str:
    """Return the name of the style of an answer cell that is prefilled with the last answer and has a question."""
    return question_style(carried_style(style))


def text_size(style: str, look: TemplateLook) -> float:
    """Return the size in points of the text in a style."""
    other_sizes = {
        "front title": look.title_size,
        "call": look.size + 1,
        "call count": look.size + 1,
        "note": look.size - 2,
    }
    other_sizes |= dict.fromkeys(("subtitle", "title", "outcome", "section"), look.size + 2)
    return other_sizes.get(style, look.size)
