"""A number format's code taken apart (ECMA-376 part 1, 18.8.31): its sections, and what each of them is made of."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

#: Excel takes no longer code.
MAX_CODE_LENGTH: Final = 255
#: Text sections apart, there is one each for numbers above, below and at nought.
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

#: What stands for the system's own long date and time, and the British look of them.
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
#: Microsoft's language identifiers: 16 bits, of which ten tell the language; the first few stand for the user's own.
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_MAX_LANGUAGE_ID: Final = 0xFFFF
_LAST_NEUTRAL_LANGUAGE: Final = 2
_PRIMARY_LANGUAGE_MASK: Final = 0x3FF
_ENGLISH_LANGUAGE: Final = 0x09


class Token(NamedTuple):
    """A piece of a section: what it is, and how it is written.

    The kinds: text (as it is shown), general, digit, point, comma, percent, slash, exponent, year, month, day, hour,
    minute, second, decimals (of a second, written as their noughts), half (of the day), elapsed.
    """

    kind: str
    text: str


class Condition(NamedTuple):
    """Which numbers a section is for."""

    operator: str
    limit: Decimal

    def matches(self, value: Decimal) -> bool:
        """Whether the section is for `value`."""
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
        """Whether none but negative numbers meet it."""
        return (self.operator == "<" and self.limit <= 0) or (self.operator in ("<=", "=") and self.limit < 0)

    def includes_all_positive(self) -> bool:
        """Whether every positive number meets it."""
        return self.operator in (">", ">=") and self.limit <= 0


class Section(NamedTuple):
    """One section of a format: for which numbers (None: it does not say), of which kind, and its pieces in order."""

    condition: Condition | None
    kind: Literal["number", "date"]
    tokens: tuple[Token, ...]


class _UnknownCodeError(ValueError):
    """The code holds something that is not understood."""


@lru_cache(maxsize=512)
def parse_format_code(code: str) -> tuple[Section, ...]:
    """The sections of a format code that are for numbers and dates; none where the code is not understood.

    A format for text alone, and an empty one, are taken for General, as programs do when a number meets them.
    """
    try:
        parts = _split_sections(code) if len(code) <= MAX_CODE_LENGTH else []
        return tuple(_parse_section(pieces) for pieces in parts)
    except _UnknownCodeError:
        return ()


def _split_sections(code: str) -> list[list[tuple[str, str]]]:
    """The pieces of each section for numbers."""
    parts: list[list[tuple[str, str]]] = [[]]
    at = 0
    while at < len(code):
        piece = _CODE_PIECE.match(code, at)
        if piece is None:
            raise _UnknownCodeError
        kind = str(piece.lastgroup)
        if kind == "end":
            parts.append([])
        else:
            parts[-1].append((kind, piece[kind]))
        at = piece.end()
    if len(parts) > _MAX_SECTIONS:
        raise _UnknownCodeError
    if len(parts) == _MAX_SECTIONS or any(kind == "at" for kind, _ in parts[-1]):
        parts.pop()
    return parts if parts and code else [[("general", "General")]]


def _parse_section(pieces: list[tuple[str, str]]) -> Section:
    condition: Condition | None = None
    tokens: list[Token] = []
    foreign = False
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
            foreign = foreign or not _is_english(locale)
        elif not _COLOUR.fullmatch(text):
            raise _UnknownCodeError
    if pieces and all(kind == "bracket" for kind, _ in pieces) and not tokens:
        tokens = [Token("general", "General")]
    if not any(token.kind in _TIME_KINDS for token in tokens):
        return Section(condition, "number", _check_number_tokens(tokens))
    tokens = _resolve_date_tokens(tokens)
    if foreign and any(token.kind in ("month", "day") and len(token.text) > 2 for token in tokens):
        raise _UnknownCodeError
    return Section(condition, "date", tuple(tokens))


def _parse_token(kind: str, text: str) -> list[Token]:
    if kind == "fill":
        # It fills the width of a column, which a text has not.
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
    """Whether a locale's months and weekdays are English; one that names no language goes with the program's."""
    if not _HEXADECIMAL.fullmatch(locale):
        return not locale or locale.startswith("en")
    number = int(locale, 16)
    if number > _MAX_LANGUAGE_ID:
        # Beyond the language stand other calendars and other digits.
        raise _UnknownCodeError
    return number <= _LAST_NEUTRAL_LANGUAGE or number & _PRIMARY_LANGUAGE_MASK == _ENGLISH_LANGUAGE


def _check_number_tokens(tokens: list[Token]) -> tuple[Token, ...]:
    """The tokens of a section for numbers, where they go together."""
    kinds = [token.kind for token in tokens]
    general = "general" in kinds
    if general and (set(kinds) - {"general", "text"} or kinds.count("general") > 1):
        raise _UnknownCodeError
    if any(kinds.count(kind) > 1 for kind in ("point", "exponent", "slash")) and "digit" in kinds:
        raise _UnknownCodeError
    return tuple(tokens)


def _resolve_date_tokens(tokens: list[Token]) -> list[Token]:
    """The tokens of a section for dates and times: minutes told from months, a second's decimals from other noughts."""
    read: list[Token] = []
    for token in tokens:
        if token.kind == "digit" and token.text == "0" and read and read[-1].kind in ("point", "decimals"):
            before = read.pop()
            read.append(Token("decimals", before.text + "0" if before.kind == "decimals" else ".0"))
        elif token.kind in ("digit", "exponent", "general"):
            raise _UnknownCodeError
        else:
            read.append(token)
    read = [Token("text", t.text) if t.kind in ("point", "comma", "percent", "slash") else t for t in read]
    units = [n for n, t in enumerate(read) if t.kind in _TIME_KINDS - {"half"}]
    around = [Token("", " "), *(read[n] for n in units), Token("", " ")]
    for at, before, after in zip(units, around, around[2:], strict=False):
        if read[at].kind == "month" and len(read[at].text) <= 2 and (before.text[0] == "h" or after.text[0] == "s"):
            read[at] = Token("minute", read[at].text)
    if any(
        (t.kind in ("month", "day") and len(t.text) > _MAX_MONTH_LETTERS)
        or (t.kind == "decimals" and len(t.text) > 1 + _MAX_SECOND_DECIMALS)
        for t in read
    ):
        raise _UnknownCodeError
    return read
