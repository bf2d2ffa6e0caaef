"""The formats in which Word prints the number of a list item (ECMA-376 part 1, 17.18.59)."""

from __future__ import annotations

_ROMAN_NUMERALS = dict(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR_ORDINALS = dict(
    zip(
        ("one", "two", "three", "five", "eight", "nine", "twelve"),
        ("first", "second", "third", "fifth", "eighth", "ninth", "twelfth"),
        strict=True,
    )
)
#: The signs of the format of footnotes in the Chicago style, which are doubled after the last one.
_CHICAGO_SIGNS = "*†‡§"
#: The first sign and the number of signs of the formats that have a sign of their own for each number.
_SIGN_RANGES = {
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
}


def format_number(number: int, number_format: str) -> str:
    """Format a number in one of Word's formats; those of other scripts give digits.

    Args:
        number: the number.
        number_format: the name of the format, or an example of a number with leading zeros such as "001".
    """
    if number_format == "none":
        return ""
    if number_format[:1] == "0" and number_format.isdigit():
        return str(number).zfill(len(number_format))
    if number_format == "decimalZero":
        return str(number).zfill(2)
    if number < 1:
        return str(number)
    if number_format in _SIGN_RANGES:
        first, count = _SIGN_RANGES[number_format]
        return chr(first + number - 1) if number <= count else str(number)
    match number_format:
        case "lowerLetter" | "upperLetter":
            # After z comes aa, then bb.
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if number_format == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            return _roman(number) if number_format == "lowerRoman" else _roman(number).upper()
        case "ordinal":
            return f"{number}{_ordinal_ending(number)}"
        case "cardinalText" if number < 100:
            return _in_words(number).capitalize()
        case "ordinalText" if number < 100:
            return _ordinal_in_words(number).capitalize()
        case "numberInDash":
            return f"- {number} -"
        case "hex":
            return f"{number:X}"
        case "chicago":
            return _CHICAGO_SIGNS[(number - 1) % 4] * ((number - 1) // 4 + 1)
    return str(number)


def _roman(number: int) -> str:
    roman, rest = "", number
    for value, numeral in _ROMAN_NUMERALS.items():
        roman, rest = roman + numeral * (rest // value), rest % value
    return roman


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _in_words(number: int) -> str:
    if number < len(_UNITS):
        return _UNITS[number]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens]}-{_UNITS[unit]}" if unit else _TENS[tens]


def _ordinal_in_words(number: int) -> str:
    head, hyphen, last = _in_words(number).rpartition("-")
    if last in _IRREGULAR_ORDINALS:
        last = _IRREGULAR_ORDINALS[last]
    else:
        last = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head}{hyphen}{last}"
