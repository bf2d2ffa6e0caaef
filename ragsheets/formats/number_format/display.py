"""A cell's number, date or time as its program displays it.

A spreadsheet turns some of what is typed into a number and keeps the look of it in the cell's number format: "50%"
becomes 0.5 with `0%`, "Mar-09" the first of March with `mmm-yy`. Formats are read as ECMA-376 part 1, 18.8.30 and
18.8.31, has them, and as Excel and LibreOffice show them in British English.
"""

from __future__ import annotations

import datetime
import decimal
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from ragsheets.formats.number_format import dates, numbers
from ragsheets.formats.number_format.format_code import Condition, Section, parse_format_code
from ragsheets.formats.number_format.numbers import FIFTEEN_DIGITS, FormattedValue

CellValue = float | int | bool | datetime.datetime | datetime.date | datetime.time | datetime.timedelta

#: The codes of the formats that a file names only by number. What stands under some of the numbers is each country's
#: own affair (the standard gives the American reading); this is the British one, as LibreOffice records it.
BUILT_IN_FORMATS: Final = MappingProxyType(
    {
        0: "General",
        1: "0",
        2: "0.00",
        3: "#,##0",
        4: "#,##0.00",
        5: '"£"#,##0;-"£"#,##0',
        6: '"£"#,##0;[Red]-"£"#,##0',
        7: '"£"#,##0.00;-"£"#,##0.00',
        8: '"£"#,##0.00;[Red]-"£"#,##0.00',
        9: "0%",
        10: "0.00%",
        11: "0.00E+00",
        12: "# ?/?",
        13: "# ??/??",
        14: "dd/mm/yyyy",
        15: "dd-mmm-yy",
        16: "dd-mmm",
        17: "mmm-yy",
        18: "h:mm AM/PM",
        19: "h:mm:ss AM/PM",
        20: "hh:mm",
        21: "hh:mm:ss",
        22: "dd/mm/yyyy hh:mm",
        37: "#,##0;-#,##0",
        38: "#,##0;[Red]-#,##0",
        39: "#,##0.00;-#,##0.00",
        40: "#,##0.00;[Red]-#,##0.00",
        41: '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-',
        42: '_-"£"* #,##0_-;-"£"* #,##0_-;_-"£"* "-"_-;_-@_-',
        43: '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-',
        44: '_-"£"* #,##0.00_-;-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-',
        45: "mm:ss",
        46: "[h]:mm:ss",
        47: "mm:ss.0",
        48: "##0.0E+0",
        49: "@",
    }
)

#: More than enough for the milliseconds of a date.
_PRECISE = decimal.Context(prec=40)
#: Below this, every whole number is one that a float can be.
_EXACT_INTEGERS_BELOW: Final = 2**53


def format_value(value: CellValue, code: str) -> str:
    """`value` as a cell with the number format `code` shows it, without blanks around it.

    Where the code is not understood, or shows no such value: a plain form that loses nothing, which is the number in
    its shortest form, or the date in ISO form. Whole numbers are shown in full by General, as they were typed, and
    TRUE and FALSE by every format. Numbers under a date's format count days in the 1900 system. Raises nothing.
    """
    return _format_or_plain(value, code).text


def is_lossy(value: CellValue, code: str) -> bool:
    """Whether what `shown` gives tells less than `value`.

    It tells all of it where a program into which it is typed again would have the same value: "Mar-09" is the first
    of March 2009, but "05-Mar" may be in any year, and "3" is not 2.75.
    """
    return not _format_or_plain(value, code).is_lossless


def _format_or_plain(value: CellValue, code: str) -> FormattedValue:
    number = None if isinstance(value, bool) else _serial_number(value)
    look = None if number is None else _apply_code(number, code, is_number=isinstance(value, int | float))
    return FormattedValue(unformatted(value), True) if look is None else look


def unformatted(value: CellValue) -> str:
    """`value` in a form that loses nothing: TRUE, a number's shortest form, ISO dates and times, hours:minutes."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return f"{Decimal(value):f}"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime.timedelta):
        sign, value = ("-", -value) if value < datetime.timedelta() else ("", value)
        hours, rest = divmod(value, datetime.timedelta(hours=1))
        return f"{sign}{hours}:{_time_text((datetime.datetime.min + rest).time()).partition(':')[2]}"
    if isinstance(value, datetime.datetime):
        midnight = value.timetz() == datetime.time()
        return value.date().isoformat() if midnight else f"{value.date().isoformat()} {_time_text(value.timetz())}"
    return _time_text(value) if isinstance(value, datetime.time) else value.isoformat()


def _time_text(time: datetime.time) -> str:
    return time.isoformat("auto" if time.second or time.microsecond else "minutes")


# ----------------------------------------------------------------------------------------------- values as numbers

_MICROSECONDS_A_DAY: Final = 86_400_000_000
#: What marks a negative number: a minus or a bracket. A colour does not come through.
_NEGATIVE_SIGNS: Final = ("-", "−", "(")


def _serial_number(value: CellValue) -> Decimal | None:
    """The number that a spreadsheet keeps for a value, days for dates and times; None where it can keep none."""
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _EXACT_INTEGERS_BELOW:
            return Decimal(int(value))
        number = FIFTEEN_DIGITS.create_decimal(repr(value))
        return number if number.is_finite() else None
    microseconds = 0
    if isinstance(value, datetime.timedelta):
        microseconds = value // datetime.timedelta(microseconds=1)
    elif isinstance(value, datetime.date):
        day = dates.serial_number(value)
        if day is None:
            return None
        microseconds = day * _MICROSECONDS_A_DAY
    if isinstance(value, datetime.datetime | datetime.time):
        minutes = value.hour * 60 + value.minute
        microseconds += (minutes * 60 + value.second) * 1_000_000 + value.microsecond
    return _PRECISE.divide(Decimal(microseconds), Decimal(_MICROSECONDS_A_DAY))


def _apply_code(number: Decimal, code: str, *, is_number: bool) -> FormattedValue | None:
    """What a number looks like under a format; None where that is not understood, or the format is not for it."""
    chosen = _choose_section(parse_format_code(code), number)
    if chosen is None or not (is_number or chosen[0].kind == "date"):
        return None
    section, says_negative = chosen
    if section.kind == "date":
        look = dates.format_date(section.tokens, number.copy_abs(), is_negative=number < 0)
    else:
        look = numbers.format_number(section.tokens, number.copy_abs())
    if look is None:
        return None
    # A number that is shown as nought is shown without a sign.
    minus = number < 0 and not says_negative and not look.is_zero
    written = any(sign in token.text for token in section.tokens if token.kind == "text" for sign in _NEGATIVE_SIGNS)
    return FormattedValue("-" * minus + look.text.strip(), look.is_lossless and (number >= 0 or minus or written))


def _choose_section(sections_of_code: tuple[Section, ...], number: Decimal) -> tuple[Section, bool] | None:
    """The section that a number is shown by, and whether it is for negative numbers alone, which then lose their sign.

    Sections without a condition are for numbers above, below and at nought, or, if they are two, for those below
    nought and for all others.
    """
    conditions = [part.condition for part in sections_of_code]
    if len(sections_of_code) > 1 and conditions[0] is None:
        conditions[0] = Condition(">" if len(sections_of_code) > 2 else ">=", Decimal(0))
    if len(sections_of_code) > 2 and conditions[1] is None:
        conditions[1] = Condition("<", Decimal(0))
    for place, (part, condition) in enumerate(zip(sections_of_code, conditions, strict=True)):
        if condition is None or condition.matches(number):
            first = conditions[0]
            rest = condition is None and place == 1 and first is not None and first.includes_all_positive()
            return part, rest or (condition is not None and condition.is_only_negative())
    return None
