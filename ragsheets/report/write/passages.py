"""Running text as passages: paragraphs, list items, and what is marked as still to be written."""

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


def parse_passages(text: str) -> tuple[Passage, ...]:
    """Paragraphs, parted by blank lines, and the list items among them, which begin with "* ".

    A line end within a paragraph or an item is no more than a blank: text is broken where an editor is narrow.
    """
    passages: list[Passage] = []
    going_on = False
    for line in _lines(text):
        words = _item_text(line)
        if words:
            passages.append(Passage(words, "bullet"))
        elif line and going_on:
            passages[-1] = _extended(passages[-1], " ", line)
        elif line:
            passages.append(Passage(line))
        going_on = bool(line)
    return tuple(passages)


def parse_list_item(text: str, *, join_lines: bool = False) -> tuple[Passage, ...]:
    """One list item; lines in it that begin with "* " are points under it, or items too where its first line is one.

    `wrapped`: a line end is no more than a blank, as in `prose`; otherwise somebody typed it and it stays.
    """
    passages: list[Passage] = []
    lines = [line for line in _lines(text) if line]
    below: Literal["bullet", "point"] = "bullet" if lines and _item_text(lines[0]) else "point"
    for line in lines:
        words = _item_text(line)
        if not passages:
            passages.append(Passage(words or line, "bullet"))
        elif words:
            passages.append(Passage(words, below))
        else:
            passages[-1] = _extended(passages[-1], " " if join_lines else "\n", line)
    return tuple(passages)


def one_line(text: str) -> str:
    """`text` without its line ends: list items parted by semicolons, other lines by blanks."""
    line = ""
    after_item = False
    for each in filter(None, _lines(text)):
        words = _item_text(each)
        line += ("; " if words and after_item else " ") + (words or each)
        after_item = bool(words)
    return line.strip()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in clean_for_office(text).split("\n")]


def _item_text(line: str) -> str:
    """The words of a list item; "" where the line is none."""
    return line.removeprefix(BULLET_PREFIX).strip() if line.startswith(BULLET_PREFIX) else ""


def _extended(passage: Passage, separator: str, line: str) -> Passage:
    return Passage(f"{passage.text}{separator}{line}", passage.kind)
