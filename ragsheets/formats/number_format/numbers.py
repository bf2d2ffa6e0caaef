"""Format a number's digits: decimals, groups of three, per cent, powers of ten, fractions, General."""

from __future__ import annotations

import decimal
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from ragsheets.formats.number_format.format_code import Token

#: For rounding and moving the decimal point without a limit on the number of digits.
_UNLIMITED = decimal.Context(decimal.MAX_PREC, decimal.ROUND_HALF_UP, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
#: A spreadsheet stores and shows at most this many digits of a number.
FIFTEEN_DIGITS: Final = decimal.Context(prec=15, rounding=decimal.ROUND_HALF_UP)
#: The most characters that General shows of a number with decimals, and the most digits before a power of ten.
_GENERAL_WIDTH: Final = 11
_GENERAL_DIGITS: Final = 6
#: General writes whole numbers below the first limit in full, other numbers without a power of ten inside the others.
_GENERAL_WHOLE_BELOW: Final = Decimal(10) ** 21
_GENERAL_MAX: Final = Decimal(10) ** 11
_GENERAL_MIN: Final = Decimal("0.0001")
#: The text for a digit position that the number does not fill.
_MISSING_DIGIT: Final = {"0": "0", "#": "", "?": " "}
_DENOMINATOR = re.compile(r"[0-9#?]")


class FormattedValue(NamedTuple):
    """A value as text, whether the text represents the exact value, and whether it represents zero."""

    text: str
    is_lossless: bool
    is_zero: bool = False


def format_number(tokens: Sequence[Token], value: Decimal) -> FormattedValue | None:
    """Format a non-negative number under a section for numbers; return None where the section makes no sense."""
    kinds = [token.kind for token in tokens]
    if "general" in kinds:
        number = _format_general(value)
        text = "".join(number.text if token.kind == "general" else token.text for token in tokens)
        return number._replace(text=text)
    if "digit" not in kinds:
        # Nothing of the number is shown.
        return FormattedValue("".join(token.text for token in tokens if token.kind != "exponent"), False)
    percent = kinds.count("percent")
    value = _UNLIMITED.scaleb(value, 2 * percent)
    if "slash" in kinds and "digit" in kinds[: kinds.index("slash")]:
        return _format_fraction(tokens, value)
    return _format_decimal(tokens, value)


def _format_general(value: Decimal) -> FormattedValue:
    """Format a number as Excel's General does, except that whole numbers are shown in full."""
    if value == value.to_integral_value() and (value < _GENERAL_WHOLE_BELOW or value.as_tuple().exponent == 0):
        return FormattedValue(f"{value:.0f}", True, not value)
    full = f"{value:f}"
    if len(full) <= _GENERAL_WIDTH:
        return FormattedValue(full, True)
    if value >= _GENERAL_MAX or value < _GENERAL_MIN:
        rounded = decimal.Context(_GENERAL_DIGITS, decimal.ROUND_HALF_UP).plus(value)
        power = rounded.adjusted()
        sign = "-" if power < 0 else "+"
        return FormattedValue(
            f"{_without_trailing_zeros(_UNLIMITED.scaleb(rounded, -power))}E{sign}{abs(power):02}", rounded == value
        )
    decimals = max(0, _GENERAL_WIDTH - 1 - max(1, value.adjusted() + 1))
    rounded = _round(value, decimals)
    return FormattedValue(_without_trailing_zeros(rounded), rounded == value)


def _without_trailing_zeros(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _round(value: Decimal, decimals: int) -> Decimal:
    return _UNLIMITED.quantize(value, Decimal((0, (1,), -decimals)))


# ------------------------------------------------------------------------------------------------- digit positions


def _format_decimal(tokens: Sequence[Token], value: Decimal) -> FormattedValue | None:
    """Format a number in decimals, with or without a power of ten."""
    roles = _token_roles(tokens)
    marks_by_role = {
        part: [token.text for token, role in zip(tokens, roles, strict=True) if role == part]
        for part in ("integer", "decimal", "power")
    }
    if not marks_by_role["integer"] + marks_by_role["decimal"] or bool(marks_by_role["power"]) != ("exponent" in roles):
        return None
    thousands = roles.count("scale")
    value = _UNLIMITED.scaleb(value, -3 * thousands)
    power = (
        _power_of_ten(value, len(marks_by_role["integer"]), len(marks_by_role["decimal"]))
        if marks_by_role["power"]
        else 0
    )
    rounded = _round(_UNLIMITED.scaleb(value, -power), len(marks_by_role["decimal"]))
    whole, _, decimals = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0")
    texts_by_role = {
        "integer": iter(_fill_digits(marks_by_role["integer"], whole, grouped="group" in roles)),
        "decimal": iter(_trim_decimals(marks_by_role["decimal"], decimals)),
        "power": iter(_fill_digits(marks_by_role["power"], str(abs(power)))),
        "group": iter(()),
        "scale": iter(()),
        "point": iter(["." if marks_by_role["integer"] else f"{whole}."]),
        "exponent": iter(["E-" if power < 0 else _exponent_text(tokens)]),
    }
    text = "".join(
        next(texts_by_role[role], "") if role in texts_by_role else token.text
        for token, role in zip(tokens, roles, strict=True)
    )
    is_lossless = _UNLIMITED.scaleb(rounded, power) == value and not (thousands and value)
    return FormattedValue(text, is_lossless, not rounded)


def _token_roles(tokens: Sequence[Token]) -> list[str]:
    """Return each token's role: a digit of the integer, decimal or power part, a comma to group or scale, ..."""
    roles: list[str] = []
    part = "integer"
    for token in tokens:
        roles.append(part if token.kind == "digit" else token.kind)
        part = {"point": "decimal", "exponent": "power"}.get(token.kind, part)
    for index, role in enumerate(roles):
        if role == "comma" and "integer" in roles[:index] and "integer" in roles[index:]:
            roles[index] = "group"
        elif role == "comma" and index and roles[index - 1] in ("integer", "decimal", "scale"):
            roles[index] = "scale"
    return roles


def _power_of_ten(value: Decimal, integers: int, decimals: int) -> int:
    """Return the power of ten to write a number with: a multiple of the number of digit positions before the point."""
    step = max(1, integers)
    # Without such positions the digits begin after the point.
    upper_bound = Decimal(10) ** integers
    power = value.adjusted() // step * step + (0 if integers else 1) if value else 0
    return power + step if _round(_UNLIMITED.scaleb(value, -power), decimals) >= upper_bound else power


def _exponent_text(tokens: Sequence[Token]) -> str:
    return next((token.text.upper().rstrip("-") for token in tokens if token.kind == "exponent"), "")


def _fill_digits(marks: Sequence[str], digits: str, *, grouped: bool = False) -> list[str]:
    """Return the text at each mark for a whole number's digits; surplus digits go to the first mark."""
    texts = [""] * len(marks)
    if not marks:
        return texts
    for from_right in range(max(len(marks), len(digits))):
        index = max(0, len(marks) - 1 - from_right)
        digit = digits[-1 - from_right] if from_right < len(digits) else _MISSING_DIGIT[marks[index]]
        comma = digit and grouped and from_right and from_right % 3 == 0
        texts[index] = digit + ("" if not comma else "," if digit != " " else " ") + texts[index]
    return texts


def _trim_decimals(marks: Sequence[str], digits: str) -> list[str]:
    """Return the text at each mark for decimals, without trailing zeros that no mark requires."""
    texts = list(digits)
    for index in reversed(range(len(marks))):
        if digits[index] != "0" or marks[index] == "0":
            break
        texts[index] = _MISSING_DIGIT[marks[index]]
    return texts


# ------------------------------------------------------------------------------------------------------- fractions


def _format_fraction(tokens: Sequence[Token], value: Decimal) -> FormattedValue | None:
    """Format a number as a fraction, with or without a whole number before it."""
    slash = next(index for index, token in enumerate(tokens) if token.kind == "slash")
    start, end = slash, slash + 1
    while start and tokens[start - 1].kind == "digit":
        start -= 1
    while end < len(tokens) and _DENOMINATOR.fullmatch(tokens[end].text):
        end += 1
    numerator_marks = [token.text for token in tokens[start:slash]]
    denominator = "".join(token.text for token in tokens[slash + 1 : end])
    other_kinds = {token.kind for token in (*tokens[:start], *tokens[end:])}
    if (
        not numerator_marks
        or not denominator
        or "digit" in {t.kind for t in tokens[end:]}
        or other_kinds & {"point", "exponent"}
    ):
        return None
    whole_marks = [token.text for token in tokens[:start] if token.kind == "digit"]
    whole, numerator, denominator_value = _split_fraction(value, denominator, is_mixed=bool(whole_marks))
    if not denominator_value:
        return None
    # Where there is no remainder, the position of the fraction stays empty.
    is_blank = bool(whole_marks) and not numerator and "0" not in numerator_marks
    fraction = (
        "".join(_fill_digits(numerator_marks, _digits_of(numerator)))
        + "/"
        + _digits_of(denominator_value).ljust(len(denominator))
    )
    whole_digits = iter(
        _fill_digits(whole_marks, _digits_of(whole) if whole or is_blank else "", grouped="comma" in other_kinds)
    )
    prefix = [next(whole_digits) if t.kind == "digit" else t.text for t in tokens[:start] if t.kind != "comma"]
    text = "".join((*prefix, " " * len(fraction) if is_blank else fraction, *(token.text for token in tokens[end:])))
    shown_value = whole + Fraction(numerator, denominator_value)
    shown_decimal = FIFTEEN_DIGITS.divide(Decimal(shown_value.numerator), Decimal(shown_value.denominator))
    return FormattedValue(text, shown_decimal == value or shown_value == Fraction(value), not shown_value)


def _split_fraction(value: Decimal, denominator: str, *, is_mixed: bool) -> tuple[int, int, int]:
    """Return the whole number, the numerator and the denominator that approximate `value`.

    Args:
        value: the number.
        denominator: the denominator in the format: its value, or a mark for each digit that it may have.
        is_mixed: whether the whole number is written apart from the fraction; else it is returned as zero.
    """
    amount = Fraction(value)
    whole = int(amount) if is_mixed else 0
    if any(digit in "123456789" for digit in denominator):
        denominator_value = int(re.sub("[#?]", "", denominator))
        numerator = int((amount - whole) * denominator_value + Fraction(1, 2))
    else:
        nearest = (amount - whole).limit_denominator(10 ** len(denominator) - 1)
        numerator, denominator_value = nearest.numerator, nearest.denominator
    return (
        (whole + 1, 0, denominator_value)
        if is_mixed and numerator == denominator_value
        else (whole, numerator, denominator_value)
    )


def _digits_of(number: int) -> str:
    # `str` of an int has a limit on its length.
    return f"{Decimal(number):f}"
