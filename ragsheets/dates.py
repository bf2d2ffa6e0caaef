"""Dates as people write and read them."""

from __future__ import annotations

import datetime


def in_words(date: datetime.date) -> str:
    """The date as the reports print it: "4th September 2008"."""
    import humanize

    return f"{humanize.ordinal(date.day)} {date:%B} {date.year}"


def read_date(text: str) -> datetime.date | None:
    """The date that `text` names, day before month as the British write it; None where it names none.

    "2008-09-04", "4/9/2008", "4 September 2008" and "4th Sept 08" are all the same day. A date without a day, a
    month or a year is none, for it would have to be guessed.
    """
    text = text.strip()
    try:
        return datetime.date.fromisoformat(text[:10]) if text[4:5] == "-" else _day_first(text)
    except (ValueError, OverflowError):
        return None


def _day_first(text: str) -> datetime.date | None:
    from dateutil import parser

    # What the text leaves out is filled in from the default: two defaults that differ in everything show it.
    one = parser.parse(text, dayfirst=True, default=datetime.datetime(2004, 1, 1))
    other = parser.parse(text, dayfirst=True, default=datetime.datetime(2008, 12, 31))
    return one.date() if one.date() == other.date() else None
