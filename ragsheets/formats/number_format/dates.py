"""A date, a time or a span of time under a number format, from the days that a spreadsheet counts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from ragsheets.formats.number_format.format_code import Token
from ragsheets.formats.number_format.numbers import FormattedValue

#: Milliseconds; a spreadsheet shows no finer time.
_MILLISECONDS_A_DAY: Final = 86_400_000
_MILLISECONDS: Final = {"h": 3_600_000, "m": 60_000, "s": 1000}
#: Day 1 of the count is the first of January 1900, its last one the end of 9999.
_DAY_ZERO: Final = datetime.date(1899, 12, 31).toordinal()
_LAST_DAY: Final = 2_958_465
#: Spreadsheets give 1900 a 29th of February, so that from then on their count is one ahead.
_LEAP_DAY: Final = 60
_WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: The years that programs take two digits for.
_TWO_DIGIT_YEARS: Final = range(1930, 2030)
_NOON: Final = 12
#: So many m show a month as its first letter alone.
_ONE_LETTER_MONTH: Final = 5


class _CalendarDay(NamedTuple):
    year: int
    month: int
    day: int


def serial_number(date: datetime.date) -> int | None:
    """The number of a day in a spreadsheet's count (the 1900 system); None before its first one."""
    number = date.toordinal() - _DAY_ZERO
    number += number >= _LEAP_DAY
    return number if number > 0 else None


def format_date(tokens: Sequence[Token], days: Decimal, *, is_negative: bool = False) -> FormattedValue | None:
    """So many days (not below nought) under a section for dates; None where a spreadsheet shows no such.

    That is beyond its count of days; and negative ones, but as a span of time.
    """
    kinds = {token.kind for token in tokens}
    if days >= _LAST_DAY + 1 or (is_negative and ("elapsed" not in kinds or kinds & {"year", "month", "day", "hour"})):
        return None
    exact = int((days * _MILLISECONDS_A_DAY).to_integral_value(ROUND_HALF_UP))
    clock = kinds & {"hour", "minute", "second", "elapsed"}
    decimals = max((len(token.text) - 1 for token in tokens if token.kind == "decimals"), default=0)
    unit = 10 ** (3 - decimals) if clock else 1
    total = (exact + unit // 2) // unit * unit
    if total > _LAST_DAY * _MILLISECONDS_A_DAY + _MILLISECONDS_A_DAY - 1:
        return None
    text = "".join(_format_token(token, total, is_twelve_hour="half" in kinds) for token in tokens)
    return FormattedValue(text, _shown_milliseconds(tokens, total) == exact, is_zero=total == 0)


def _date_of(serial_day: int) -> _CalendarDay:
    if serial_day in (0, _LEAP_DAY):
        return _CalendarDay(1900, 2, 29) if serial_day else _CalendarDay(1900, 1, 0)
    date = datetime.date.fromordinal(_DAY_ZERO + serial_day - (serial_day > _LEAP_DAY))
    return _CalendarDay(date.year, date.month, date.day)


def _format_token(token: Token, milliseconds: int, *, is_twelve_hour: bool) -> str:
    """One piece of a section."""
    kind, width = token.kind, len(token.text)
    date, time = _date_of(milliseconds // _MILLISECONDS_A_DAY), milliseconds % _MILLISECONDS_A_DAY
    hour, second = time // _MILLISECONDS["h"], time // _MILLISECONDS["s"]
    if kind == "elapsed":
        return f"{milliseconds // _MILLISECONDS[token.text[0]]:0{width}}"
    if kind == "hour":
        return f"{((hour - 1) % _NOON + 1) if is_twelve_hour else hour:0{width}}"
    if kind == "minute":
        return f"{second // 60 % 60:0{width}}"
    if kind == "second":
        return f"{second % 60:0{width}}"
    if kind == "decimals":
        return f".{time % 1000:03}"[:width]
    if kind == "half":
        morning, afternoon = token.text.split("/")
        return afternoon if hour >= _NOON else morning
    if kind == "year":
        return f"{date.year % 100:02}" if width <= 2 else f"{date.year:04}"
    if kind == "month":
        return _format_name(_MONTHS[date.month - 1], date.month, width)
    if kind == "day":
        return _format_name(_WEEKDAYS[(milliseconds // _MILLISECONDS_A_DAY - 1) % 7], date.day, width)
    return token.text


def _format_name(name: str, number: int, width: int) -> str:
    """A month or a day: its number, or its name in three letters, in full, or (of months) in one letter."""
    if width <= 2:
        return f"{number:0{width}}"
    return {3: name[:3], _ONE_LETTER_MONTH: name[:1]}.get(width, name)


def _shown_milliseconds(tokens: Sequence[Token], milliseconds: int) -> int:
    """What the pieces of a section tell of a moment. Where no day of the month is told, it is the first."""
    shown = {(token.kind, len(token.text)) for token in tokens}
    kinds = {kind for kind, _ in shown}
    date, time = _date_of(milliseconds // _MILLISECONDS_A_DAY), milliseconds % _MILLISECONDS_A_DAY
    told = 0
    if milliseconds < _MILLISECONDS_A_DAY and kinds & {"year", "month", "day"}:
        # No program takes the day nought for a date.
        return -1
    year = any(kind == "year" and (width > 2 or date.year in _TWO_DIGIT_YEARS) for kind, width in shown)
    month = any(kind == "month" and width != _ONE_LETTER_MONTH for kind, width in shown)
    if year and month and (date.day == 1 or shown & {("day", 1), ("day", 2)}):
        told = milliseconds // _MILLISECONDS_A_DAY * _MILLISECONDS_A_DAY
    for token in tokens:
        if token.kind == "elapsed":
            told = milliseconds // _MILLISECONDS[token.text[0]] * _MILLISECONDS[token.text[0]]
    for kind, span, size in (("hour", "h", 24), ("minute", "m", 60), ("second", "s", 60)):
        if kind in kinds:
            told += time // _MILLISECONDS[span] % size * _MILLISECONDS[span]
    return told + (time % 1000 if "decimals" in kinds else 0)
