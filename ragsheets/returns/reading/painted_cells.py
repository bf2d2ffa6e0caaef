"""Observe statuses that are given by colour alone: that of their cell, or of a sign in it."""

from __future__ import annotations

import colorsys
from collections.abc import Collection

from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.workbook.layout import CLOSED_TASK_PREFIXES, HEADLINE_PREFIXES, NEW_TASK_PREFIX

#: The code for a status that is given by colour alone.
STATUS_PAINTED = "status-painted"
_OTHER_ROWS = (NEW_TASK_PREFIX, *HEADLINE_PREFIXES.values(), *CLOSED_TASK_PREFIXES.values())
#: The difference between a colour's strongest and weakest channel (0 to 1) below which it is a shade of grey.
_MIN_CHROMA = 0.09
#: How far a channel (0 to 255) may differ in a colour that a program has stored with fewer colours.
_SAME_COLOUR_TOLERANCE = 8
#: The names of hues up to an angle in degrees; "red" begins anew before the end.
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


def find_painted_statuses(table: ReturnedTable, template: ReaderTemplate, details: WorkbookDetails) -> None:
    """Add to `table.status_fills` the colour of each task's status that has one and no letter: nothing, or a sign."""
    column = table.column_indices.get("status")
    if column is None:
        return
    for row in table.row_range:
        key = table.row_key(row)
        if not key or key.startswith(_OTHER_ROWS) or any(map(str.isalnum, sign := table.text(row, "status"))):
            continue
        fill = details.fill_of(table.sheet_name, (row, column))
        if fill and not any(_is_same_colour(fill, sent_fill) for sent_fill in template.answer_fills):
            table.status_fills[row] = fill
        elif sign and (ink := details.ink_of(table.sheet_name, (row, column))):
            table.status_fills[row] = ink


def add_painted_statuses(
    table: ReturnedTable, task_keys: Collection[str], template: ReaderTemplate, result: ReturnedWorkbook
) -> None:
    """Add an observation for each task whose status is given by colour alone.

    It names the colour in words, and the status of the template with the same colour, if there is one.
    """
    for row, fill in table.status_fills.items():
        key, word = table.matched_keys.get(row, ""), colour_word(fill)
        status = next((code for colour, code in template.status_fills.items() if _is_same_colour(fill, colour)), "")
        if key in task_keys and (word or status):
            result.add_observation(
                STATUS_PAINTED,
                table.sheet_name,
                table.address(row, "status"),
                key,
                word or "grey",
                status,
                column="status",
            )


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
