"""A number's digits under a number format: decimals, groups of three, per cent, powers of ten, fractions, General."""

from __future__ import annotations

import decimal
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from ragsheets.formats.number_format.format_code import Token

#: Rounds to a place and moves the point, without a limit to the digits.
_UNLIMITED = decimal.Context(decimal.MAX_PREC, decimal.ROUND_HALF_UP, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
#: A spreadsheet keeps and shows no more digits of a number than these.
FIFTEEN_DIGITS: Final = decimal.Context(prec=15, rounding=decimal.ROUND_HALF_UP)
#: As many characters as General has for a number with decimals, and as many digits as it has before a power of ten.
_GENERAL_WIDTH: Final = 11
_GENERAL_DIGITS: Final = 6
#: Up to here General writes whole numbers in full, and up to there others without a power of ten.
_GENERAL_WHOLE_BELOW: Final = Decimal(10) ** 21
_GENERAL_MAX: Final = Decimal(10) ** 11
_GENERAL_MIN: Final = Decimal("0.0001")
#: What a digit that is not there leaves in its place.
_MISSING_DIGIT: Final = {"0": "0", "#": "", "?": " "}
_DENOMINATOR = re.compile(r"[0-9#?]")


class FormattedValue(NamedTuple):
    """What a value looks like, whether who reads that knows the value, and whether it looks like nought."""

    text: str
    is_lossless: bool
    is_zero: bool = False


def format_number(tokens: Sequence[Token], value: Decimal) -> FormattedValue | None:
    """A number (not below nought) under a section for numbers; None where the section makes no sense."""
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
    """A number as Excel's General shows it, but whole numbers in full."""
    if value == value.to_integral_value() and (value < _GENERAL_WHOLE_BELOW or value.as_tuple().exponent == 0):
        return FormattedValue(f"{value:.0f}", True, not value)
    full = f"{value:f}"
    if len(full) <= _GENERAL_WIDTH:
        return FormattedValue(full, True)
    if value >= _GENERAL_MAX or value < _GENERAL_MIN:
        kept = decimal.Context(_GENERAL_DIGITS, decimal.ROUND_HALF_UP).plus(value)
        power = kept.adjusted()
        sign = "-" if power < 0 else "+"
        return FormattedValue(
            f"{_without_trailing_zeros(_UNLIMITED.scaleb(kept, -power))}E{sign}{abs(power):02}", kept == value
        )
    decimals = max(0, _GENERAL_WIDTH - 1 - max(1, value.adjusted() + 1))
    kept = _round(value, decimals)
    return FormattedValue(_without_trailing_zeros(kept), kept == value)


def _without_trailing_zeros(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _round(value: Decimal, decimals: int) -> Decimal:
    return _UNLIMITED.quantize(value, Decimal((0, (1,), -decimals)))


# ------------------------------------------------------------------------------------------- digits in their places


def _format_decimal(tokens: Sequence[Token], value: Decimal) -> FormattedValue | None:
    """A number in decimals, perhaps with a power of ten."""
    roles = _token_roles(tokens)
    marks = {
        part: [token.text for token, role in zip(tokens, roles, strict=True) if role == part]
        for part in ("integer", "decimal", "power")
    }
    if not marks["integer"] + marks["decimal"] or bool(marks["power"]) != ("exponent" in roles):
        return None
    thousands = roles.count("scale")
    value = _UNLIMITED.scaleb(value, -3 * thousands)
    power = _power_of_ten(value, len(marks["integer"]), len(marks["decimal"])) if marks["power"] else 0
    rounded = _round(_UNLIMITED.scaleb(value, -power), len(marks["decimal"]))
    whole, _, decimals = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0")
    places = {
        "integer": iter(_fill_digits(marks["integer"], whole, grouped="group" in roles)),
        "decimal": iter(_trim_decimals(marks["decimal"], decimals)),
        "power": iter(_fill_digits(marks["power"], str(abs(power)))),
        "group": iter(()),
        "scale": iter(()),
        "point": iter(["." if marks["integer"] else f"{whole}."]),
        "exponent": iter(["E-" if power < 0 else _exponent_text(tokens)]),
    }
    text = "".join(
        next(places[role], "") if role in places else token.text for token, role in zip(tokens, roles, strict=True)
    )
    told = _UNLIMITED.scaleb(rounded, power) == value and not (thousands and value)
    return FormattedValue(text, told, not rounded)


def _token_roles(tokens: Sequence[Token]) -> list[str]:
    """What each piece is there for: a digit of the integer, decimal or power part, a comma to group or scale, ..."""
    roles: list[str] = []
    part = "integer"
    for token in tokens:
        roles.append(part if token.kind == "digit" else token.kind)
        part = {"point": "decimal", "exponent": "power"}.get(token.kind, part)
    for place, role in enumerate(roles):
        if role == "comma" and "integer" in roles[:place] and "integer" in roles[place:]:
            roles[place] = "group"
        elif role == "comma" and place and roles[place - 1] in ("integer", "decimal", "scale"):
            roles[place] = "scale"
    return roles


def _power_of_ten(value: Decimal, integers: int, decimals: int) -> int:
    """The power of ten that a number is written with: a multiple of the places before the point."""
    step = max(1, integers)
    # Without such places the digits begin behind the point.
    most = Decimal(10) ** integers
    power = value.adjusted() // step * step + (0 if integers else 1) if value else 0
    return power + step if _round(_UNLIMITED.scaleb(value, -power), decimals) >= most else power


def _exponent_text(tokens: Sequence[Token]) -> str:
    return next((token.text.upper().rstrip("-") for token in tokens if token.kind == "exponent"), "")


def _fill_digits(marks: Sequence[str], digits: str, *, grouped: bool = False) -> list[str]:
    """The digits of a whole number in the places that are marked for them, those beyond in the first place."""
    places = [""] * len(marks)
    if not marks:
        return places
    for back in range(max(len(marks), len(digits))):
        place = max(0, len(marks) - 1 - back)
        digit = digits[-1 - back] if back < len(digits) else _MISSING_DIGIT[marks[place]]
        comma = digit and grouped and back and back % 3 == 0
        places[place] = digit + ("" if not comma else "," if digit != " " else " ") + places[place]
    return places


def _trim_decimals(marks: Sequence[str], digits: str) -> list[str]:
    """Decimals in their places, without the noughts at the end that no mark asks for."""
    places = list(digits)
    for place in reversed(range(len(marks))):
        if digits[place] != "0" or marks[place] == "0":
            break
        places[place] = _MISSING_DIGIT[marks[place]]
    return places


# ------------------------------------------------------------------------------------------------------- fractions


def _format_fraction(tokens: Sequence[Token], value: Decimal) -> FormattedValue | None:
    """A number as a fraction, with or without a whole number before it."""
    slash = next(place for place, token in enumerate(tokens) if token.kind == "slash")
    start, end = slash, slash + 1
    while start and tokens[start - 1].kind == "digit":
        start -= 1
    while end < len(tokens) and _DENOMINATOR.fullmatch(tokens[end].text):
        end += 1
    above = [token.text for token in tokens[start:slash]]
    below = "".join(token.text for token in tokens[slash + 1 : end])
    others = {token.kind for token in (*tokens[:start], *tokens[end:])}
    if not above or not below or "digit" in {t.kind for t in tokens[end:]} or others & {"point", "exponent"}:
        return None
    marks = [token.text for token in tokens[:start] if token.kind == "digit"]
    whole, top, bottom = _split_fraction(value, below, is_mixed=bool(marks))
    if not bottom:
        return None
    # Where nothing is left over, the place of the fraction stays empty.
    blank = bool(marks) and not top and "0" not in above
    fraction = "".join(_fill_digits(above, _digits_of(top))) + "/" + _digits_of(bottom).ljust(len(below))
    places = iter(_fill_digits(marks, _digits_of(whole) if whole or blank else "", grouped="comma" in others))
    before = [next(places) if t.kind == "digit" else t.text for t in tokens[:start] if t.kind != "comma"]
    text = "".join((*before, " " * len(fraction) if blank else fraction, *(token.text for token in tokens[end:])))
    told = whole + Fraction(top, bottom)
    near = FIFTEEN_DIGITS.divide(Decimal(told.numerator), Decimal(told.denominator))
    return FormattedValue(text, near == value or told == Fraction(value), not told)


def _split_fraction(value: Decimal, denominator: str, *, is_mixed: bool) -> tuple[int, int, int]:
    """The whole number (if it is to be apart), the numerator and the denominator that show a number.

    `below` is the denominator as the format has it: its value, or a mark for each digit that it may have.
    """
    amount = Fraction(value)
    whole = int(amount) if is_mixed else 0
    if any(digit in "123456789" for digit in denominator):
        bottom = int(re.sub("[#?]", "", denominator))
        top = int((amount - whole) * bottom + Fraction(1, 2))
    else:
        near = (amount - whole).limit_denominator(10 ** len(denominator) - 1)
        top, bottom = near.numerator, near.denominator
    return (whole + 1, 0, bottom) if is_mixed and top == bottom else (whole, top, bottom)


def _digits_of(number: int) -> str:
    # Python's own text of a number has a limit to its length.
    return f"{Decimal(number):f}"
