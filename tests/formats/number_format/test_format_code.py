"""A format code taken apart."""

from __future__ import annotations

import pytest

from ragsheets.formats.number_format.format_code import MAX_CODE_LENGTH, parse_format_code


def kinds(code: str) -> list[list[str]]:
    return [[token.kind for token in section.tokens] for section in parse_format_code(code)]


def texts(code: str) -> list[str]:
    return ["".join(token.text for token in section.tokens) for section in parse_format_code(code)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0.0%", [["digit", "point", "digit", "percent"]]),
        ("mm/yy", [["month", "text", "year"]]),
        ("hh:mm", [["hour", "text", "minute"]]),
        ("mm:ss", [["minute", "text", "second"]]),
        ("[h]:mm", [["elapsed", "text", "minute"]]),
        ("h:mm mm", [["hour", "text", "minute", "text", "month"]]),
        ("mm hh mmm", [["month", "text", "hour", "text", "month"]]),
        ("ss.00", [["second", "decimals"]]),
        ("h AM/PM", [["hour", "text", "half"]]),
        ("GENERAL", [["general"]]),
        ("", [["general"]]),
        ("@", [["general"]]),
        ("[Red]", [["general"]]),
        ("0;@", [["digit"]]),
        ("0;;", [["digit"], [], []]),
        (";;;", [[], [], []]),
    ],
)
def test_each_piece_is_told(code: str, expected: list[list[str]]) -> None:
    assert kinds(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"a;b"0;"c"', ["a;b0", "c"]),
        ("\\;0;\\\\", [";0", "\\"]),
        ("_(0_);* 0", [" 0 ", "0"]),
        ("[Red][>=100]0;[Color 12]0", ["0", "0"]),
        ("[$£-809]0;[$kr.-406]0;[$-F800]dddd", ["£0", "kr.0", "dd mmmm yyyy"]),
        ("[$AB-en-GB]0", ["AB0"]),
    ],
)
def test_words_are_kept_and_instructions_dropped(code: str, expected: list[str]) -> None:
    assert texts(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        '"open',
        "0[",
        "0]",
        "0\\",
        "0_",
        "zzz",
        "0x",
        "0;0;0;0;0",
        "@0;0",
        "[DBNum1]0",
        "[$-407]mmmm",
        "[$-fr-FR]dddd",
        "[$-1070409]d",
        "ggge",
        "0 General",
        "d 0",
        "ss.0000",
        "0.0.0",
        "0E+0E+0",
        "mmmmmm",
        "[>>1]0",
        "[>١]0",
        "0" * (MAX_CODE_LENGTH + 1),
    ],
)
def test_a_code_that_is_not_understood_has_no_sections(code: str) -> None:
    assert parse_format_code(code) == ()


def test_numbers_of_another_country_are_shown_as_at_home() -> None:
    assert texts("[$-407]d.m.yyyy") == ["d.m.yyyy"]


@pytest.mark.parametrize("locale", ["[$-0]", "[$-2]", "[$-809]", "[$-1409]", "[$-en-IE]", "[$£]"])
def test_months_are_named_where_their_language_is_english_or_the_program_s_own(locale: str) -> None:
    assert kinds(f"{locale}mmmm")[0][-1] == "month"
