"""Format a cell's number, date or time as its program displays it.

A spreadsheet turns some typed text into a number and keeps its appearance in the cell's number format: "50%" becomes
0.5 with `0%`, "Mar-09" becomes 1 March with `mmm-yy`. Formats are interpreted as in ECMA-376 part 1, 18.8.30 and
18.8.31, and as Excel and LibreOffice show them in British English.
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

#: The codes of the formats that a file names only by number. Some of the numbers differ between countries (the standard
#: gives the American formats); these are the British ones, as recorded by LibreOffice.
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

#: More precision than the milliseconds of a date need.
_PRECISE = decimal.Context(prec=40)
#: Below this, a float represents every whole number exactly.
_EXACT_INTEGERS_BELOW: Final = 2**53


def format_value(value: CellValue, code: str) -> str:
    """Format `value` as a cell with the number format `code` shows it, without surrounding spaces.

    Where the code is not understood, or does not apply to the value, return the lossless plain form: the number in its
    shortest form, or the date in ISO form. General shows whole numbers in full, as they were typed; every format shows
    TRUE and FALSE. Numbers under a date format count days in the 1900 system. Raises nothing.
    """
    return _format_or_plain(value, code).text


def is_lossy(value: CellValue, code: str) -> bool:
    """Return whether the result of `format_value` has less information than `value`.

    It has all of it if a program would read the same value when the text is typed in again: "Mar-09" is 1 March 2009,
    but "05-Mar" may be in any year, and "3" is not 2.75.
    """
    return not _format_or_plain(value, code).is_lossless


def _format_or_plain(value: CellValue, code: str) -> FormattedValue:
    number = None if isinstance(value, bool) else _serial_number(value)
    formatted = None if number is None else _apply_code(number, code, is_number=isinstance(value, int | float))
    return FormattedValue(unformatted(value), True) if formatted is None else formatted


def unformatted(value: CellValue) -> str:
    """Return `value` in a lossless form: TRUE, a number's shortest form, ISO dates and times, hours:minutes."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return f"{Decimal(value):f}"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime.timedelta):
        sign, value = ("-", -value) if value < datetime.timedelta() else ("", value)
        hours, remainder = divmod(value, datetime.timedelta(hours=1))
        return f"{sign}{hours}:{_time_text((datetime.datetime.min + remainder).time()).partition(':')[2]}"
    if isinstance(value, datetime.datetime):
        midnight = value.timetz() == datetime.time()
        return value.date().isoformat() if midnight else f"{value.date().isoformat()} {_time_text(value.timetz())}"
    return _time_text(value) if isinstance(value, datetime.time) else value.isoformat()


def _time_text(time: datetime.time) -> str:
    return time.isoformat("auto" if time.second or time.microsecond else "minutes")


# ----------------------------------------------------------------------------------------------- values as numbers

_MICROSECONDS_A_DAY: Final = 86_400_000_000
#: Signs of a negative number in text: a minus or a bracket. A colour is lost in text.
_NEGATIVE_SIGNS: Final = ("-", "−", "(")


def _serial_number(value: CellValue) -> Decimal | None:
    """Return the number that a spreadsheet stores for a value, days for dates and times; None if it can store none."""
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
    """Format a number; return None where the code is not understood, or the format does not apply to the number."""
    choice = _choose_section(parse_format_code(code), number)
    if choice is None or not (is_number or choice[0].kind == "date"):
        return None
    section, section_implies_negative = choice
    if section.kind == "date":
        formatted = dates.format_date(section.tokens, number.copy_abs(), is_negative=number < 0)
    else:
        formatted = numbers.format_number(section.tokens, number.copy_abs())
    if formatted is None:
        return None
    # A number that is shown as zero is shown without a sign.
    needs_minus = number < 0 and not section_implies_negative and not formatted.is_zero
    has_sign_text = any(
        sign in token.text for token in section.tokens if token.kind == "text" for sign in _NEGATIVE_SIGNS
    )
    return FormattedValue(
        "-" * needs_minus + formatted.text.strip(),
        formatted.is_lossless and (number >= 0 or needs_minus or has_sign_text),
    )


def _choose_section(sections_of_code: tuple[Section, ...], number: Decimal) -> tuple[Section, bool] | None:
    """Return the section for a number, and whether it is for negative numbers only, which then lose their sign.

    Sections without a condition are for positive numbers, negative numbers and zero; two sections are for non-negative
    and negative numbers.
    """
    conditions = [section.condition for section in sections_of_code]
    if len(sections_of_code) > 1 and conditions[0] is None:
        conditions[0] = Condition(">" if len(sections_of_code) > 2 else ">=", Decimal(0))
    if len(sections_of_code) > 2 and conditions[1] is None:
        conditions[1] = Condition("<", Decimal(0))
    for index, (section, condition) in enumerate(zip(sections_of_code, conditions, strict=True)):
        if condition is None or condition.matches(number):
            first_condition = conditions[0]
            is_negative_remainder = (
                condition is None
                and index == 1
                and first_condition is not None
                and first_condition.includes_all_positive()
            )
            return section, is_negative_remainder or (condition is not None and condition.is_only_negative())
    return None
