"""The names of the styles in a workbook, by which a layout says how its cells look, and the size of their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.template.model import TemplateLook
    from ragsheets.template.status import Status
    from ragsheets.workbook.columns import SheetColumn


def status_style(status: Status) -> str:
    """The name of the style that shows a status in its colours."""
    return f"status {status.code}"


def answer_style(column: SheetColumn) -> str:
    """The name of the style of the cells to fill in under `column`."""
    return {"status": "answer status", "date": "answer date", "number": "answer number"}.get(column.kind, "answer")


def carried_style(style: str) -> str:
    """The name of the style of a cell to fill in that holds the last answer; `style` is that of the others."""
    return f"carried {style}"


def question_style(style: str) -> str:
    """The name of the style of a cell to fill in that is asked about; `style` is that of the others."""
    return f"asked {style}"


def carried_question_style(style: str) -> str:
    """The name of the style of a cell that holds the last answer and is asked about."""
    return question_style(carried_style(style))


def text_size(style: str, look: TemplateLook) -> float:
    """The size in points of the text in a style."""
    larger = {
        "front title": look.title_size,
        "call": look.size + 1,
        "call count": look.size + 1,
        "note": look.size - 2,
    }
    larger |= dict.fromkeys(("subtitle", "title", "outcome", "section"), look.size + 2)
    return larger.get(style, look.size)
