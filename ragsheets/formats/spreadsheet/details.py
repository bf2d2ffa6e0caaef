"""What a returned workbook holds beyond the values of its cells, whatever the program that saved it.

The reader of values gives nothing but them: a comment, a text box, a screenshot, a word struck through or a formula
would be lost in silence. One reader for each family of formats finds them and says them in the same few words.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import NamedTuple

from ragsheets.formats.a1 import CellPosition

#: What the number format of a cell without one is called.
GENERAL = "General"


class Annotation(NamedTuple):
    """Something that stands beside the cells: what it is, of which sheet and cell ("" for none), what it says.

    `code` is one of "comment", "text-box", "picture", "embedded-object", "macros" and "unreadable-comments".
    """

    code: str
    sheet: str = ""
    cell: str = ""
    text: str = ""
    author: str = ""


class StruckText(NamedTuple):
    """A cell's words: those that stand, and those struck through."""

    remaining: str
    struck: str


class WorkbookDetails:
    """What one workbook holds beyond values; this one holds nothing, and every reader says what it finds instead.

    Sheets are asked for by the name that the workbook gives them; of an unknown one there is nothing to say. A part
    that is no sound XML raises ReturnError, "damaged", from whichever method has to read it.
    """

    @property
    def saved_at(self) -> datetime.datetime | None:
        """When the workbook was last saved, as it says itself, in UTC; None where it does not say."""
        return None

    def check_readable(self) -> None:
        """Raise ReturnError where the reader of values would misread the file; asked before it reads."""
        return

    @property
    def date1904(self) -> bool:
        """Whether days are counted from 1904, as old Macintosh workbooks do."""
        return False

    def annotations(self) -> list[Annotation]:
        """Comments, text boxes, pictures and the like, in the order of the sheets; first what is of the whole file."""
        return []

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        """The cells whose value comes from a formula, and its text without "="; "" where the file shares it."""
        return {}

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        """The cells that hold a formula but no value of it."""
        return frozenset()

    def errors(self, sheet: str) -> Mapping[CellPosition, str]:
        """The cells whose value is an error, such as "#DIV/0!"."""
        return {}

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        """The number format code of a cell."""
        return GENERAL

    def displayed_text(self, sheet: str, position: CellPosition) -> str | None:
        """The text that a cell shows, where the file stores it; None where it does not."""
        return None

    def struck_text(self, sheet: str) -> Mapping[CellPosition, StruckText]:
        """The cells that hold words struck through."""
        return {}


def parse_timestamp(text: str) -> datetime.datetime | None:
    """An ISO 8601 time as UTC without a zone; one that names no zone is taken for UTC. None where it is no time."""
    # The fractions that LibreOffice writes have nine digits.
    whole = re.sub(r"\.[0-9]+", "", text.strip())
    try:
        moment = datetime.datetime.fromisoformat(whole)
        return moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def split_struck_text(runs: list[tuple[str, bool]]) -> StruckText | None:
    """Pieces of text, each struck or not, as what stands and what is struck; None where no word is struck.

    Words struck in several places are parted by " … ", so that they are not read as one.
    """
    kept, struck = "", [""]
    for text, is_struck in runs:
        if is_struck:
            struck[-1] += text
        elif text.strip():
            kept += text
            struck.append("")
        else:
            kept += text
            struck[-1] += text
    words = " … ".join(filter(None, (piece.strip() for piece in struck)))
    return StruckText(kept.strip(), words) if words else None
