"""Numbers as their programs display them, and whether the text is lossy."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.formats.number_format.display import format_value, is_lossy


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.5, "0%", "50%"),
        (1200, '"£"#,##0', "£1,200"),
        (1.5, "0.00", "1.50"),
        (1.5, "0.##", "1.5"),
        (0.5, "#.0", ".5"),
        (0.5, "?.?", ".5"),
        (42, "00000", "00042"),
        (7700900123, "00000 000000", "07700 900123"),
        (1452123456, '0##" "###" "###', "1452 123 456"),
        (1234567, "#,##0", "1,234,567"),
        (12, "000,000", "000,012"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (-5, "[<0](0);0", "(5)"),
        (5, "[<0](0);0", "5"),
        (0, '0;(0);"nil "0', "nil 0"),
        (-0.5, "0.0;[Red]-0.0", "-0.5"),
        (150, '[>=100]"over "0;0', "over 150"),
        (3.5, "[$£-809]#,##0.00", "£3.50"),
        (3.5, "#,##0.00 [$€-407]", "3.50 €"),
        (-3.5, '"£"0.0', "-£3.5"),
        (7, '0" people"', "7 people"),
        (7, 'General" people"', "7 people"),
        (12300, "0.00E+00", "1.23E+04"),
        (0.000123, "0.00E-00", "1.23E-04"),
        (12300, "0.00E-00", "1.23E04"),
        (12300, "##0.0E+0", "12.3E+3"),
        (0, "0.0E+0", "0.0E+0"),
        (0.5, "# ?/?", "1/2"),
        (2.5, "# ??/??", "2  1/2"),
        (2, "# ?/?", "2"),
        (0, "# ?/?", "0"),
        (2.5, "?/?", "5/2"),
        (2.75, "# ?/8", "2 6/8"),
        (0.25, "# ??/100", "25/100"),
        (1 / 3, "# ?/?", "1/3"),
        (1200.5, "#,##0 ?/?", "1,200 1/2"),
        (0.1 + 0.2, "0.0", "0.3"),
        (10**400, "#,##0", f"{10**400:,}"),
    ],
)
def test_a_number_is_displayed_without_loss(value: float, code: str, text: str) -> None:
    assert (format_value(value, code), is_lossy(value, code)) == (text, False)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (2.75, "0", "3"),
        (-2.5, "0", "-3"),
        (0.125, "0%", "13%"),
        (1.005, "0.00", "1.01"),
        (-0.004, "0.00", "0.00"),
        (-0.004, "0.00;(0.00)", "(0.00)"),
        (1234, "0.0E+0", "1.2E+3"),
        (9.99, "0.0E+0", "1.0E+1"),
        (999600, "##0E+0", "1E+6"),
        (0.3, "# ?/?", "2/7"),
        (0.999, "# ?/?", "1"),
        (1250000, '0.0,,"m"', "1.3m"),
        # Two thousand, not two.
        (2000, "0,", "2"),
        # Only the colour distinguishes a loss from a gain.
        (-5, "0;[Red]0", "5"),
        (-5, "[Red]-0;0", "5"),
        (-0.001, "0E+0;0E+0", "1E-3"),
        (5, '"yes"', "yes"),
        (5, ";;", ""),
        (5, ";;;", ""),
        (-5, "0;", ""),
        (0, '0;-0;"-"', "-"),
    ],
)
def test_a_number_displayed_with_loss_is_lossy(value: float, code: str, text: str) -> None:
    assert (format_value(value, code), is_lossy(value, code)) == (text, True)


@pytest.mark.parametrize(
    ("value", "text", "less"),
    [
        (0, "0", False),
        (-0.0, "0", False),
        (1200.0, "1200", False),
        (12345678901234, "12345678901234", False),
        (123456789012345.0, "123456789012345", False),
        (9007199254740991.0, "9007199254740991", False),
        (-7.25, "-7.25", False),
        (0.1 + 0.2, "0.3", False),
        (0.00001, "0.00001", False),
        (1e-12, "1E-12", False),
        (1e300, "1E+300", False),
        (1 / 3, "0.333333333", True),
        (39877.604178240741, "39877.60418", True),
        (1234567890.123, "1234567890", True),
        (123456789012.5, "1.23457E+11", True),
        (0.0000123456789, "1.23457E-05", True),
    ],
)
def test_general_shows_decimals_in_eleven_characters(value: float, text: str, less: bool) -> None:
    assert (format_value(value, "General"), is_lossy(value, "General")) == (text, less)


@given(st.integers())
def test_general_shows_whole_numbers_as_they_are(value: int) -> None:
    assert (format_value(value, "General"), is_lossy(value, "General")) == (str(value), False)


def test_whole_numbers_longer_than_python_prints_are_displayed() -> None:
    value = 10**5000
    for code in ("General", "0", "@", "# ?/?", "zzz"):
        assert format_value(value, code) == "1" + "0" * 5000
        assert format_value(-value, code) == "-1" + "0" * 5000


@given(
    st.one_of(st.integers(), st.decimals(-(10**9), 10**9, places=6).map(float)),
    st.integers(0, 8),
    st.sampled_from(["0", "#,##0", "0.0E+0", "0%"]),
)
def test_a_number_is_lossy_exactly_if_its_text_is_another_number(value: float, decimals: int, kind: str) -> None:
    code = kind.replace("0%", f"0.{'0' * decimals}%") if "%" in kind else f"{kind}.{'0' * decimals}"
    code = f"0.{'0' * decimals}E+0" if "E" in kind else code
    text = format_value(value, code)
    # Fractions, because Decimal rounds results to 28 digits.
    number = Fraction(Decimal(text.replace(",", "").rstrip("%"))) / (100 if "%" in kind else 1)
    stored = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    assert is_lossy(value, code) == (number != stored), text
