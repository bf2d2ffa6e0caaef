"""The details of a returned workbook: its content besides cell values, whatever program saved it.

The reader of values returns nothing else: a comment, a text box, a screenshot, a struck-through word or a formula
would be lost silently. One reader for each file format finds them and returns them in this common form.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ragsheets.formats.a1 import CellPosition

#: The number format code of a cell that has none of its own.
GENERAL = "General"
#: The state of a tick box after its caption, not ticked and ticked.
TICK_MARKS = (" (not ticked)", " (ticked)")


class Annotation(NamedTuple):
    """Content outside the cell values: its kind, its sheet and cell ("" for none), its text and author.

    `code` is that of the finding about it: "comment", "text-box", "picture", "cell-picture", "linked-data",
    "embedded-object", "macros", "unreadable-comments", "page-header", "chart-text", "link", "input-message",
    "document-property", "defined-name", "scenario" or "form-control". The author of a property is the property's name.
    """

    code: str
    sheet: str = ""
    cell: str = ""
    text: str = ""
    author: str = ""


class MergedArea(NamedTuple):
    """The first and the last cell of an area that is merged to one; only the first can show a value."""

    first: CellPosition
    last: CellPosition


class StruckText(NamedTuple):
    """A cell's text: the part that remains, and the part that is struck through."""

    remaining: str
    struck: str


class WorkbookDetails:
    """The details of one workbook; this base class has none, and each format's reader overrides its methods.

    Sheets are identified by their names in the workbook; an unknown sheet gives empty results. Any method that has to
    read a part that is not well-formed XML raises ReturnError "damaged".
    """

    @property
    def saved_at(self) -> datetime.datetime | None:
        """The time of the last save as the workbook records it, None if it records none; see `parse_timestamp`."""
        return None

    @property
    def program(self) -> str:
        """The program that saved the workbook, by the name that it wrote; "" if it wrote none."""
        return ""

    def check_readable(self) -> None:
        """Raise ReturnError where the reader of values would misread the file; called before it reads."""
        return

    @property
    def date1904(self) -> bool:
        """Whether the workbook counts days from 1904, as old Macintosh workbooks do."""
        return False

    def annotations(self) -> list[Annotation]:
        """Return comments, text boxes, pictures and the like: first those of the whole file, then sheet by sheet."""
        return []

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the formula of each cell that has one, without "="; "" where the cell shares another's formula."""
        return {}

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        """Return the cells that have a formula but no stored value."""
        return frozenset()

    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """Return the error of each cell whose value is one, such as "#DIV/0!"."""
        return {}

    def shown_values(self, sheet: str) -> Mapping[CellPosition, object]:
        """Return what the cells show that the reader of values leaves out or misreads: errors, linked data, ISO dates.

        A cell that holds a picture has the value "".
        """
        return self.errors(sheet)

    def picture_description(self, name: str) -> str:
        """Return the description of the picture that a formula shows in its cell by this name; "" if it has none."""
        return ""

    def merged_areas(self, sheet: str) -> Sequence[MergedArea]:
        """Return the areas of cells that are merged to one."""
        return ()

    def fill_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour that a cell is painted in, as six hexadecimal digits; "" where it is not painted."""
        return ""

    def ink_of(self, sheet: str, position: CellPosition) -> str:
        """Return the colour of a cell's letters, as six hexadecimal digits; "" where it is the usual one."""
        return ""

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        """Return the number format code of a cell."""
        return GENERAL

    def displayed_text(self, sheet: str, position: CellPosition) -> str | None:
        """Return the text that a cell shows; None where the file does not store it."""
        return None

    def struck_text(self, sheet: str) -> Mapping[CellPosition, StruckText]:
        """Return the text of each cell that has words struck through."""
        return {}


def join_lines(lines: Iterable[str]) -> str:
    """Return the words of a chart or the like, each once, a line for each."""
    return "\n".join(dict.fromkeys(filter(None, map(str.strip, lines))))


def parse_timestamp(text: str) -> datetime.datetime | None:
    """Parse an ISO 8601 time as naive UTC; a time without a zone is read as UTC. Return None if it is not a time."""
    # LibreOffice writes fractions of nine digits.
    without_fraction = re.sub(r"\.[0-9]+", "", text.strip())
    try:
        timestamp = datetime.datetime.fromisoformat(without_fraction)
        return timestamp.astimezone(datetime.UTC).replace(tzinfo=None) if timestamp.tzinfo else timestamp
    except (ValueError, OverflowError):
        return None


def split_struck_text(runs: list[tuple[str, bool]]) -> StruckText | None:
    """Split runs of (text, is struck) into remaining and struck text; return None if no word is struck.

    Separate struck passages are joined by " … ", so that they are not read as one.
    """
    remaining, struck = "", [""]
    for text, is_struck in runs:
        if is_struck:
            struck[-1] += text
        elif text.strip():
            remaining += text
            struck.append("")
        else:
            remaining += text
            struck[-1] += text
    words = " … ".join(filter(None, (piece.strip() for piece in struck)))
    return StruckText(remaining.strip(), words) if words else None
