"""Observe statuses that are given by colour alone: that of their cell, or of a sign in it."""

from __future__ import annotations

import colorsys
from collections.abc import Collection

from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.table import ReturnedTable

#: The code for a status that is given by colour alone.
STATUS_PAINTED = "status-painted"
#: The difference between a colour's strongest and weakest channel (0 to 1) below which it is a shade of grey.
_MIN_CHROMA = 0.09
#: How far a channel (0 to 255) may differ in a colour that a program has stored with fewer colours.
_SAME_COLOUR_TOLERANCE = 8
#: The names of hues up to an angle in degrees; "red" begins again before the end.
_HUES = (
    *((16, "red"), (52, "amber"), (70, "yellow"), (165, "green"), (260, "blue"), (290, "purple"), (335, "pink")),
    (360, "red"),
)

KINDS = {
    STATUS_PAINTED: FindingKind(
        Severity.WARNING,
        "The status is given by colour alone, without a word: {found}.{suggestion}",
        "Ask for the status in words.",
        needs_context=True,
        settled_by="cell",
    ),
}


def add_painted_statuses(
    table: ReturnedTable, task_keys: Collection[str], template: ReaderTemplate, result: ReturnedWorkbook
) -> None:
    """Add an observation for each task whose status is given by colour alone, without a letter.

    It names the colour in words, and the status of the template with the same colour, if there is one.
    """
    for row, key in table.matched_keys.items():
        if key not in task_keys or not (colour := _status_colour(table, row, template)):
            continue
        word = colour_word(colour)
        status = next((code for fill, code in template.status_fills.items() if _is_same_colour(colour, fill)), "")
        if word or status:
            table.observe(result, STATUS_PAINTED, row, "status", key, found=word or "grey", wanted=status)


def _status_colour(table: ReturnedTable, row: int, template: ReaderTemplate) -> str:
    """Return the colour of a row's status cell that holds no letter, or else of the sign in it; "" for none."""
    sheet, column, sign = table.sheet, table.column_indices.get("status"), table.text(row, "status")
    if column is None or any(map(str.isalnum, sign)):
        return ""
    fill = sheet.details.fill_of(sheet.name, (row, column))
    if fill and not any(_is_same_colour(fill, sent_fill) for sent_fill in template.answer_fills):
        return fill
    return sheet.details.ink_of(sheet.name, (row, column)) if sign else ""


def colour_word(colour: str) -> str:
    """Return the plain name of a colour's hue; "" for white, black and grey."""
    red, green, blue = _channels(colour)
    if (max(red, green, blue) - min(red, green, blue)) / 255 < _MIN_CHROMA:
        return ""
    angle = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)[0] * 360
    return next(name for limit, name in _HUES if angle <= limit)


def _is_same_colour(first: str, second: str) -> bool:
    pairs = zip(_channels(first), _channels(second), strict=True)
    return all(abs(one - other) <= _SAME_COLOUR_TOLERANCE for one, other in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
