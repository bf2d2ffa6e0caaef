"""Passages of running text: paragraphs, list items, and those marked as still to be written or edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ragsheets.report.write.xml import BULLET_PREFIX
from ragsheets.text import clean_for_office


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a list item.

    `kind`: "text", "bullet", a "point" under a bullet, a "draft" to be edited, a "gap" to be filled, or a "note".
    """

    text: str
    kind: Literal["text", "bullet", "point", "draft", "gap", "note"] = "text"

    @property
    def marked_text(self) -> str:
        """The text in the plan's markup: a leading "* " for a bullet."""
        return f"{BULLET_PREFIX if self.kind == 'bullet' else ''}{self.text}"


def parse_passages(text: str) -> tuple[Passage, ...]:
    """Parse text into paragraphs, separated by blank lines, and list items, which begin with "* ".

    A line end within a paragraph or an item counts as a space, because text may be wrapped to the width of an editor.
    """
    passages: list[Passage] = []
    in_passage = False
    for line in _lines(text):
        item_text = _item_text(line)
        if item_text:
            passages.append(Passage(item_text, "bullet"))
        elif line and in_passage:
            passages[-1] = _extended(passages[-1], " ", line)
        elif line:
            passages.append(Passage(line))
        in_passage = bool(line)
    return tuple(passages)


def parse_list_item(text: str, *, join_lines: bool = False) -> tuple[Passage, ...]:
    """Parse text into one list item.

    Its lines that begin with "* " become points under it, or further items where its first line is one too.

    Args:
        text: the text of the item.
        join_lines: a line end counts as a space, as in `parse_passages`; otherwise it was typed on purpose and is kept.
    """
    passages: list[Passage] = []
    lines = [line for line in _lines(text) if line]
    later_item_kind: Literal["bullet", "point"] = "bullet" if lines and _item_text(lines[0]) else "point"
    for line in lines:
        item_text = _item_text(line)
        if not passages:
            passages.append(Passage(item_text or line, "bullet"))
        elif item_text:
            passages.append(Passage(item_text, later_item_kind))
        else:
            passages[-1] = _extended(passages[-1], " " if join_lines else "\n", line)
    return tuple(passages)


def to_single_line(text: str) -> str:
    """Return `text` in one line: list items separated by semicolons, other lines by spaces."""
    joined_text = ""
    after_item = False
    for line in filter(None, _lines(text)):
        item_text = _item_text(line)
        joined_text += ("; " if item_text and after_item else " ") + (item_text or line)
        after_item = bool(item_text)
    return joined_text.strip()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in clean_for_office(text).split("\n")]


def _item_text(line: str) -> str:
    """Return the text of a list item; "" where the line is not one."""
    return line.removeprefix(BULLET_PREFIX).strip() if line.startswith(BULLET_PREFIX) else ""


def _extended(passage: Passage, separator: str, line: str) -> Passage:
    return Passage(f"{passage.text}{separator}{line}", passage.kind)
