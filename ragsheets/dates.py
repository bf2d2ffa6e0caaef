"""Dates as people write and read them."""

from __future__ import annotations

import datetime
import re
import warnings

#: Year, month and day, in this order whatever stands between them, perhaps with a time after them.
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")


def in_words(date: datetime.date) -> str:
    """The date as the reports print it: "4th September 2008"."""
    import humanize

    return f"{humanize.ordinal(date.day)} {date:%B} {date.year}"


def in_figures(date: datetime.date) -> str:
    """The date in figures as the British write them, with the time where it has one: "04/09/2008 10:30"."""
    has_time = isinstance(date, datetime.datetime) and date.time() != datetime.time()
    return f"{date:%d/%m/%Y %H:%M}" if has_time else f"{date:%d/%m/%Y}"


def read_date(text: str) -> datetime.date | None:
    """The date that `text` names, day before month as the British write it; None where it names none.

    "2008-09-04", "4/9/2008", "4 September 2008" and "4th Sept 08" are all the same day. A date without a day, a
    month or a year is none, for it would have to be guessed.
    """
    text = text.strip()
    try:
        if year_first := _YEAR_FIRST.fullmatch(text):
            return datetime.date(int(year_first[1]), int(year_first[3]), int(year_first[4]))
        return None if text[4:5] == "-" else _day_first(text)
    except (ValueError, OverflowError):
        return None


def _day_first(text: str) -> datetime.date | None:
    from dateutil import parser

    # What the text leaves out is filled in from the default: two defaults that differ in everything show it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        one = parser.parse(text, dayfirst=True, default=datetime.datetime(2004, 1, 1))
        other = parser.parse(text, dayfirst=True, default=datetime.datetime(2008, 12, 31))
    return one.date() if one.date() == other.date() else None
