"""Format a date, a time or a time span from a spreadsheet's count of days."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from ragsheets.formats.number_format.format_code import Token
from ragsheets.formats.number_format.numbers import FormattedValue

#: In milliseconds; a spreadsheet shows no finer time.
_MILLISECONDS_A_DAY: Final = 86_400_000
_MILLISECONDS: Final = {"h": 3_600_000, "m": 60_000, "s": 1000}
#: Day 1 of the count is 1 January 1900, the last one is 31 December 9999.
_DAY_ZERO: Final = datetime.date(1899, 12, 31).toordinal()
_LAST_DAY: Final = 2_958_465
#: Spreadsheets have a 29 February 1900, so that from then on their count is one ahead.
_LEAP_DAY: Final = 60
_WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: The years that programs read two digits as.
_TWO_DIGIT_YEARS: Final = range(1930, 2030)
_NOON: Final = 12
#: This number of m shows only the first letter of a month.
_ONE_LETTER_MONTH: Final = 5


class _CalendarDay(NamedTuple):
    year: int
    month: int
    day: int


def serial_number(date: datetime.date) -> int | None:
    """Return the number of a day in a spreadsheet's count (the 1900 system); None before its first day."""
    number = date.toordinal() - _DAY_ZERO
    number += number >= _LEAP_DAY
    return number if number > 0 else None


def format_date(tokens: Sequence[Token], days: Decimal, *, is_negative: bool = False) -> FormattedValue | None:
    """Format a number of days under a section for dates; return None where a spreadsheet cannot show it.

    It cannot show days after the end of its count, nor negative ones except as a time span.

    Args:
        tokens: the tokens of the section.
        days: the absolute value of the number.
        is_negative: whether the number is negative.
    """
    kinds = {token.kind for token in tokens}
    if days >= _LAST_DAY + 1 or (is_negative and ("elapsed" not in kinds or kinds & {"year", "month", "day", "hour"})):
        return None
    exact_milliseconds = int((days * _MILLISECONDS_A_DAY).to_integral_value(ROUND_HALF_UP))
    clock = kinds & {"hour", "minute", "second", "elapsed"}
    decimals = max((len(token.text) - 1 for token in tokens if token.kind == "decimals"), default=0)
    resolution = 10 ** (3 - decimals) if clock else 1
    shown_milliseconds = (exact_milliseconds + resolution // 2) // resolution * resolution
    if shown_milliseconds > _LAST_DAY * _MILLISECONDS_A_DAY + _MILLISECONDS_A_DAY - 1:
        return None
    text = "".join(_format_token(token, shown_milliseconds, is_twelve_hour="half" in kinds) for token in tokens)
    return FormattedValue(
        text, _shown_milliseconds(tokens, shown_milliseconds) == exact_milliseconds, is_zero=shown_milliseconds == 0
    )


def _date_of(serial_day: int) -> _CalendarDay:
    if serial_day in (0, _LEAP_DAY):
        return _CalendarDay(1900, 2, 29) if serial_day else _CalendarDay(1900, 1, 0)
    date = datetime.date.fromordinal(_DAY_ZERO + serial_day - (serial_day > _LEAP_DAY))
    return _CalendarDay(date.year, date.month, date.day)


def _format_token(token: Token, milliseconds: int, *, is_twelve_hour: bool) -> str:
    """Format one token of a section."""
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
    """Format a month or a day: its number, or its name in three letters, in full, or (months only) in one letter."""
    if width <= 2:
        return f"{number:0{width}}"
    return {3: name[:3], _ONE_LETTER_MONTH: name[:1]}.get(width, name)


def _shown_milliseconds(tokens: Sequence[Token], milliseconds: int) -> int:
    """Return the time that a reader of the tokens would infer; a missing day of the month means the first."""
    shown = {(token.kind, len(token.text)) for token in tokens}
    kinds = {kind for kind, _ in shown}
    date, time = _date_of(milliseconds // _MILLISECONDS_A_DAY), milliseconds % _MILLISECONDS_A_DAY
    shown_milliseconds = 0
    if milliseconds < _MILLISECONDS_A_DAY and kinds & {"year", "month", "day"}:
        # No program reads day zero as a date.
        return -1
    is_year_clear = any(kind == "year" and (width > 2 or date.year in _TWO_DIGIT_YEARS) for kind, width in shown)
    is_month_clear = any(kind == "month" and width != _ONE_LETTER_MONTH for kind, width in shown)
    if is_year_clear and is_month_clear and (date.day == 1 or shown & {("day", 1), ("day", 2)}):
        shown_milliseconds = milliseconds // _MILLISECONDS_A_DAY * _MILLISECONDS_A_DAY
    for token in tokens:
        if token.kind == "elapsed":
            shown_milliseconds = milliseconds // _MILLISECONDS[token.text[0]] * _MILLISECONDS[token.text[0]]
    for kind, span, size in (("hour", "h", 24), ("minute", "m", 60), ("second", "s", 60)):
        if kind in kinds:
            shown_milliseconds += time // _MILLISECONDS[span] % size * _MILLISECONDS[span]
    return shown_milliseconds + (time % 1000 if "decimals" in kinds else 0)
