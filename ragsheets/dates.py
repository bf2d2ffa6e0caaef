"""Dates as people write and read them."""

from __future__ import annotations

import datetime
import re
import warnings

#: Year, month and day, in this order whatever stands between them, perhaps with a time after them.
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")


_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_PERIOD_WORDS = "week|weekend|fortnight|month|term|half[- ]term|quarter|season|year|meeting|mtg|period|report|review"
#: Words that say when. "May" and "March" are verbs too, so they count only as they are written for months, or beside
#: figures; "3.5", "2.1" and "1/2" are no dates.
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
    """Whether `text` says when, in whatever words: "by October 08", "Autumn 08", "next meeting", "18/9/2008".

    Only whether, not which: a library that finds dates in prose takes milliseconds for each text and sees one in "may"
    or "a second", and here the words are only looked at, never taken for a date.
    """
    return _TIME_EXPRESSION.search(text) is not None


def short(date: datetime.date) -> str:
    """The date where there is little room: "4 Sep 2008"."""
    return f"{date.day} {date:%b} {date.year}"


def month(date: datetime.date) -> str:
    """The month where there is little room: "Sep 2008"."""
    return f"{date:%b} {date.year}"


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
