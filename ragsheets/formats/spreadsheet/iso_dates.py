"""Read the dates and times that a file stores as ISO 8601 text (ECMA-376 part 1, 18.18.11, cell type "d")."""

from __future__ import annotations

import datetime
import re

_ISO_VALUE = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})?T?"
    r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def parse_iso_value(text: str) -> datetime.datetime | datetime.time | None:
    """Parse a cell's date, time or both; return None if it is neither.

    A zone is dropped: programs show the date and the time of day as written.
    """
    match = _ISO_VALUE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        if match["date"]:
            return datetime.datetime.fromisoformat(f"{match['date']}T{match['time'] or '00:00'}")
        return datetime.time.fromisoformat(match["time"]) if match["time"] else None
    except ValueError:
        return None
