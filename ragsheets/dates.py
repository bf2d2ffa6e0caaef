"""Dates in the forms that people write and read."""

from __future__ import annotations

import datetime
import re
import warnings

#: Year, month and day in this order, with any of the separators, optionally followed by a time.
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")


_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_PERIOD_WORDS = "week|weekend|fortnight|month|term|half[- ]term|quarter|season|year|meeting|mtg|period|report|review"
#: Expressions of time. "May" and "March" are verbs too, so they count only when capitalised as months, or next to
#: figures; "3.5", "2.1" and "1/2" are not dates.
_TIME_EXPRESSION = re.compile(
    rf"""
    \b(?:{_MONTHS})\b
    | \b(?:mar(?:ch)?|may)\b(?=\.?,?\s+'?\d) | \b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:mar(?:ch)?|may)\b
    | (?-i:\b(?:March|Mar|May)\b)(?!\s+(?:be|not|have|we|the)\b)
    | \b\d{{1,2}}(?P<sign>[/.-])\d{{1,2}}(?P=sign)\d{{2,4}}\b | \b\d{{4}}-\d{{2}}-\d{{2}}\b | \b(?:19|20)\d\d\b
    | \b(?:by|before|until|till|due|on)\s+(?:the\s+)?\d{{1,2}}(?:/\d{{1,2}}|st|nd|rd|th)\b
    | \b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b | \b(?:today|tomorrow|easter|christmas|year[- ]end)\b
    | \b(?:spring|summer|autumn|winter)\b | \bQ[1-4]\b
    | \b(?:next|this|each|every|coming|(?:end\s+of|by)(?:\s+the|\s+this|\s+next)?)\s+(?:\w+\s+)?(?:{_PERIOD_WORDS})s?\b
    | \bnext\s+(?:meet|meets|met)\b
    | \b(?:in|within)\s+(?:\w+\s+){{0,3}}(?:day|week|month|year|fortnight)s?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def mentions_time(text: str) -> bool:
    """Return whether `text` contains an expression of time: "by October 08", "Autumn 08", "next meeting", "18/9/2008".

    The date itself is not parsed: a library that finds dates in prose takes milliseconds for each text and sees one in
    "may" or "a second".
    """
    return _TIME_EXPRESSION.search(text) is not None


def short(date: datetime.date) -> str:
    """Return the date in short form: "4 Sep 2008"."""
    return f"{date.day} {date:%b} {date.year}"


def month(date: datetime.date) -> str:
    """Return the month in short form: "Sep 2008"."""
    return f"{date:%b} {date.year}"


def in_words(date: datetime.date) -> str:
    """Return the date as reports print it: "4th September 2008"."""
    ending = "th" if date.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10, "th")
    return f"{date.day}{ending} {date:%B} {date.year}"


def in_figures(date: datetime.date) -> str:
    """Return the date in British figures, with the time if it has one: "04/09/2008 10:30"."""
    has_time = isinstance(date, datetime.datetime) and date.time() != datetime.time()
    return f"{date:%d/%m/%Y %H:%M}" if has_time else f"{date:%d/%m/%Y}"


def iso_timestamp(at: str) -> str | None:
    """Return a time of the ledger in ISO 8601 (UTC, in seconds); None where there is none."""
    return f"{at[:19].replace(' ', 'T')}Z" if at else None


def day_of(at: str) -> datetime.date:
    """Return the day (UTC) of a time of the ledger."""
    return datetime.date.fromisoformat(at[:10])


def read_date(text: str) -> datetime.date | None:
    """Parse a date, day before month as in British usage; return None if `text` is not a date.

    "2008-09-04", "4/9/2008", "4 September 2008" and "4th Sept 08" are all the same day. A date without a day, a
    month or a year is rejected, because the rest would have to be guessed.
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

    # The parser fills in missing parts from the default, so two defaults that differ in every part reveal them.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        with_first_default = parser.parse(text, dayfirst=True, default=datetime.datetime(2004, 1, 1))
        with_second_default = parser.parse(text, dayfirst=True, default=datetime.datetime(2008, 12, 31))
    return with_first_default.date() if with_first_default.date() == with_second_default.date() else None


def command_for_period(command: str, date: datetime.date | None) -> str:
    """Return a command with the date of the period where one was named; the current period needs none."""
    return f"{command} --date {date.isoformat()}" if date else command
