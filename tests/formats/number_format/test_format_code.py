"""Parsing of number format codes into sections and tokens."""

from __future__ import annotations

import pytest

from ragsheets.formats.number_format.format_code import MAX_CODE_LENGTH, parse_format_code


def kinds_in(code: str) -> list[list[str]]:
    return [[token.kind for token in section.tokens] for section in parse_format_code(code)]


def texts_in(code: str) -> list[str]:
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
def test_each_token_has_its_kind(code: str, expected: list[list[str]]) -> None:
    assert kinds_in(code) == expected


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
def test_text_is_kept_and_instructions_are_dropped(code: str, expected: list[str]) -> None:
    assert texts_in(code) == expected


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


def test_numeric_dates_of_another_locale_are_supported() -> None:
    assert texts_in("[$-407]d.m.yyyy") == ["d.m.yyyy"]


@pytest.mark.parametrize("locale", ["[$-0]", "[$-2]", "[$-809]", "[$-1409]", "[$-en-IE]", "[$£]"])
def test_month_names_are_supported_in_english_and_the_program_s_language(locale: str) -> None:
    assert kinds_in(f"{locale}mmmm")[0][-1] == "month"
