"""Parse a number format code into sections and tokens (ECMA-376 part 1, 18.8.31)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

#: Excel accepts no longer code.
MAX_CODE_LENGTH: Final = 255
#: One section each for positive numbers, negative numbers, zero, and text.
_MAX_SECTIONS: Final = 4

_CODE_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<blank>_.)|(?P<fill>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general)|(?P<half>am/pm|a/p)|(?P<exponent>e[+-])|(?P<date>y+|m+|d+|h+|s+)"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<slash>/)|(?P<at>@)|(?P<end>;)"
    r'|(?P<text>[^a-z"\\_*\[\]])',
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*([+-]?[0-9]+(?:\.[0-9]+)?)")
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|colou?r\s?[0-9]+", re.IGNORECASE)
_LOCALE = re.compile(r"\$(?P<currency>.*?)(?:-(?P<locale>[0-9A-F]{1,8}|[a-z]{1,3}(?:-\w+)*))?(?:,\w+)?", re.I | re.S)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)

#: The identifiers of the system's own long date and time, and their British formats.
_SYSTEM_FORMATS: Final = {
    "f800": "dd mmmm yyyy",
    "x-sysdate": "dd mmmm yyyy",
    "f400": "hh:mm:ss",
    "x-systime": "hh:mm:ss",
}
_UNITS: Final = {"y": "year", "m": "month", "d": "day", "h": "hour", "s": "second"}
_TIME_KINDS: Final = {"year", "month", "day", "hour", "minute", "second", "half", "elapsed"}
_MAX_MONTH_LETTERS: Final = 5
_MAX_SECOND_DECIMALS: Final = 3
#: Microsoft's language identifiers: 16 bits, ten of them for the language; the first few mean the user's own.
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_MAX_LANGUAGE_ID: Final = 0xFFFF
_LAST_NEUTRAL_LANGUAGE: Final = 2
_PRIMARY_LANGUAGE_MASK: Final = 0x3FF
_ENGLISH_LANGUAGE: Final = 0x09


class Token(NamedTuple):
    """A token of a section: its kind, and its text in the code.

    The kinds: text (as it is shown), general, digit, point, comma, percent, slash, exponent, year, month, day, hour,
    minute, second, decimals (of a second, a point and zeros), half (of the day), elapsed.
    """

    kind: str
    text: str


class Condition(NamedTuple):
    """The condition for the numbers that a section applies to."""

    operator: str
    limit: Decimal

    def matches(self, value: Decimal) -> bool:
        """Return whether `value` meets the condition."""
        above, below = value > self.limit, value < self.limit
        return {
            "<": below,
            "<=": not above,
            ">": above,
            ">=": not below,
            "=": not above and not below,
            "<>": above or below,
        }[self.operator]

    def is_only_negative(self) -> bool:
        """Return whether only negative numbers meet the condition."""
        return (self.operator == "<" and self.limit <= 0) or (self.operator in ("<=", "=") and self.limit < 0)

    def includes_all_positive(self) -> bool:
        """Return whether every positive number meets the condition."""
        return self.operator in (">", ">=") and self.limit <= 0


class Section(NamedTuple):
    """One section of a format: its condition (None: not stated), its kind, and its tokens in order."""

    condition: Condition | None
    kind: Literal["number", "date"]
    tokens: tuple[Token, ...]


class _UnknownCodeError(ValueError):
    """A code with something that is not understood."""


@lru_cache(maxsize=512)
def parse_format_code(code: str) -> tuple[Section, ...]:
    """Parse the sections of a format code for numbers and dates; return none where the code is not understood.

    A text-only or empty format is treated as General, as programs do for numbers under such a format.
    """
    try:
        sections = _split_sections(code) if len(code) <= MAX_CODE_LENGTH else []
        return tuple(_parse_section(pieces) for pieces in sections)
    except _UnknownCodeError:
        return ()


def _split_sections(code: str) -> list[list[tuple[str, str]]]:
    """Return the pieces of each section for numbers, as (kind, text)."""
    sections: list[list[tuple[str, str]]] = [[]]
    offset = 0
    while offset < len(code):
        piece = _CODE_PIECE.match(code, offset)
        if piece is None:
            raise _UnknownCodeError
        kind = str(piece.lastgroup)
        if kind == "end":
            sections.append([])
        else:
            sections[-1].append((kind, piece[kind]))
        offset = piece.end()
    if len(sections) > _MAX_SECTIONS:
        raise _UnknownCodeError
    if len(sections) == _MAX_SECTIONS or any(kind == "at" for kind, _ in sections[-1]):
        sections.pop()
    return sections if sections and code else [[("general", "General")]]


def _parse_section(pieces: list[tuple[str, str]]) -> Section:
    condition: Condition | None = None
    tokens: list[Token] = []
    is_foreign = False
    for kind, text in pieces:
        if kind != "bracket":
            tokens += _parse_token(kind, text)
        elif match := _CONDITION.fullmatch(text):
            condition = Condition(match[1], Decimal(match[2]))
        elif _ELAPSED.fullmatch(text):
            tokens.append(Token("elapsed", text.lower()))
        elif match := _LOCALE.fullmatch(text):
            tokens += [Token("text", match["currency"])] if match["currency"] else []
            locale = (match["locale"] or "").lower()
            if locale in _SYSTEM_FORMATS:
                return _parse_section([(str(p.lastgroup), p[0]) for p in _CODE_PIECE.finditer(_SYSTEM_FORMATS[locale])])
            is_foreign = is_foreign or not _is_english(locale)
        elif not _COLOUR.fullmatch(text):
            raise _UnknownCodeError
    if pieces and all(kind == "bracket" for kind, _ in pieces) and not tokens:
        tokens = [Token("general", "General")]
    if not any(token.kind in _TIME_KINDS for token in tokens):
        return Section(condition, "number", _check_number_tokens(tokens))
    tokens = _resolve_date_tokens(tokens)
    if is_foreign and any(token.kind in ("month", "day") and len(token.text) > 2 for token in tokens):
        raise _UnknownCodeError
    return Section(condition, "date", tuple(tokens))


def _parse_token(kind: str, text: str) -> list[Token]:
    if kind == "fill":
        # It fills the width of a column, and text has no such width.
        return []
    if kind == "blank":
        return [Token("text", " ")]
    if kind in ("quoted", "escaped"):
        return [Token("text", text)]
    if kind == "at":
        raise _UnknownCodeError
    if kind == "date":
        return [Token(_UNITS[text[0].lower()], text.lower())]
    return [Token(kind, text)]


def _is_english(locale: str) -> bool:
    """Return whether a locale's month and weekday names are English; one without a language counts as English."""
    if not _HEXADECIMAL.fullmatch(locale):
        return not locale or locale.startswith("en")
    number = int(locale, 16)
    if number > _MAX_LANGUAGE_ID:
        # The higher bits are for other calendars and other digits.
        raise _UnknownCodeError
    return number <= _LAST_NEUTRAL_LANGUAGE or number & _PRIMARY_LANGUAGE_MASK == _ENGLISH_LANGUAGE


def _check_number_tokens(tokens: list[Token]) -> tuple[Token, ...]:
    """Return the tokens of a section for numbers. Raises _UnknownCodeError where they do not go together."""
    kinds = [token.kind for token in tokens]
    has_general = "general" in kinds
    if has_general and (set(kinds) - {"general", "text"} or kinds.count("general") > 1):
        raise _UnknownCodeError
    if any(kinds.count(kind) > 1 for kind in ("point", "exponent", "slash")) and "digit" in kinds:
        raise _UnknownCodeError
    return tuple(tokens)


def _resolve_date_tokens(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a section for dates and times, with minutes and the decimals of a second identified."""
    resolved: list[Token] = []
    for token in tokens:
        if token.kind == "digit" and token.text == "0" and resolved and resolved[-1].kind in ("point", "decimals"):
            previous = resolved.pop()
            resolved.append(Token("decimals", previous.text + "0" if previous.kind == "decimals" else ".0"))
        elif token.kind in ("digit", "exponent", "general"):
            raise _UnknownCodeError
        else:
            resolved.append(token)
    resolved = [Token("text", t.text) if t.kind in ("point", "comma", "percent", "slash") else t for t in resolved]
    unit_indexes = [n for n, t in enumerate(resolved) if t.kind in _TIME_KINDS - {"half"}]
    neighbours = [Token("", " "), *(resolved[n] for n in unit_indexes), Token("", " ")]
    for index, previous, following in zip(unit_indexes, neighbours, neighbours[2:], strict=False):
        if (
            resolved[index].kind == "month"
            and len(resolved[index].text) <= 2
            and (previous.text[0] == "h" or following.text[0] == "s")
        ):
            resolved[index] = Token("minute", resolved[index].text)
    if any(
        (t.kind in ("month", "day") and len(t.text) > _MAX_MONTH_LETTERS)
        or (t.kind == "decimals" and len(t.text) > 1 + _MAX_SECOND_DECIMALS)
        for t in resolved
    ):
        raise _UnknownCodeError
    return resolved
