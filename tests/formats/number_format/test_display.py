"""Cells as their programs display them, for any value and code; compared with LibreOffice."""

from __future__ import annotations

import csv
import datetime
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS

from helpers import office
from ragsheets.formats.number_format.display import BUILT_IN_FORMATS, CellValue, format_value, is_lossy, unformatted

VALUES: st.SearchStrategy[CellValue] = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)
PIECES = (
    *'0#?.,%/;@_*\\"[]-+() E:£$dmyhs123',
    *("General", "AM/PM", "A/P", "E+", "E-", "yyyy", "mmm", "[h]", "[mm]", "[Red]", "[>=1]", "[<0]", "[$£-809]"),
    *("[$-F800]", "[$-407]", '"text"', "ss.00", "?/?", "#,##0.00", "\\x"),
)
CODES = st.one_of(
    st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from([*BUILT_IN_FORMATS])
)


@given(VALUES, CODES)
@example(1e308, "0" + "%" * 254)
@example(5e-324, "0." + "0" * 253)
@example(1e308, "0E+0")
@example(0.5, "?/" + "?" * 253)
@example(0.5, "?/0")
@example(10**5000, "[h]")
@example(datetime.datetime.max, "ss")
@example(datetime.datetime(2009, 3, 5, tzinfo=datetime.UTC), "d")
def test_any_value_under_any_code_is_formatted(value: CellValue, code: str | int) -> None:
    text = format_value(value, BUILT_IN_FORMATS[code] if isinstance(code, int) else code)
    assert text == text.strip()
    assert isinstance(is_lossy(value, BUILT_IN_FORMATS[code] if isinstance(code, int) else code), bool)


@given(VALUES)
def test_a_code_that_is_not_understood_loses_nothing(value: CellValue) -> None:
    assert format_value(value, "zzz") == unformatted(value)
    assert not is_lossy(value, "zzz")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (5, "5"),
        (5.0, "5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e300, "1e+300"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (datetime.date(2009, 3, 5), "2009-03-05"),
        (datetime.datetime(2009, 3, 5), "2009-03-05"),
        (datetime.datetime(2009, 3, 5, 14, 30), "2009-03-05 14:30"),
        (datetime.datetime(2009, 3, 5, 14, 30, 1, 5), "2009-03-05 14:30:01.000005"),
        (datetime.time(14, 30), "14:30"),
        (datetime.time(14, 30, 1), "14:30:01"),
        (datetime.timedelta(hours=30, seconds=1), "30:00:01"),
    ],
)
def test_the_plain_form_of_each_type(value: CellValue, text: str) -> None:
    assert unformatted(value) == text


@pytest.mark.parametrize("code", ["General", "0", "@", ";;;", "dd/mm/yyyy", "zzz"])
def test_true_and_false_are_shown_by_every_format(code: str) -> None:
    assert [format_value(value, code) for value in (True, False)] == ["TRUE", "FALSE"]
    assert not is_lossy(True, code)


@pytest.mark.parametrize("code", ["General", "0.00", "@", ""])
def test_a_date_under_a_format_not_for_dates_is_iso(code: str) -> None:
    assert format_value(datetime.datetime(2009, 3, 5, 14, 30), code) == "2009-03-05 14:30"
    assert format_value(datetime.time(14, 30), code) == "14:30"


@pytest.mark.parametrize("code", BUILT_IN_FORMATS.values())
def test_every_built_in_format_is_understood(code: str) -> None:
    value = 39877.604178240741
    assert format_value(value, code) != unformatted(value)


# -------------------------------------------------------------------------------------- comparison with LibreOffice

#: Not compared, because LibreOffice differs from Excel: decimals of General beyond Excel's eleven characters, a point
#: with no digit after it (which it drops), dates before March 1900, negative dates, fractions of large numbers,
#: fractions of a second (which it cuts off), and halves that binary numbers do not represent exactly.
NUMBERS = (0, 1, -1, 5, 42, -42, 0.5, -0.5, 0.25, 2.75, -2.75, 99.995, 1234.5, -1234.5, 1234567.891, 0.1 + 0.2)
NUMBER_CODES = (
    *("General", "0", "0.00", "#", "#,##0", "#,##0.00", "0%", "0.00%", "# ?/?", "# ??/??", "?/?", "# ?/8"),
    *("0.00E+00", "##0.0E+0", "0E+0", "0.0E-0", "00.0E+0", "@", "00000", "000-000", '0##" "###" "###', "???", "0.???"),
    *('"£"#,##0', '"£"#,##0.00', "£#,##0", "[$£-809]#,##0.00;-[$£-809]#,##0.00", "#,##0.00 [$€-407]", "[$-809]0.0"),
    *("0;(0)", '0.00;(0.00);"nil"', "0;[Red]0", "0.00;[Red]-0.00", "0;;", "0;-0;;@", '"yes";"yes";"no"', '"a"0"b"'),
    *("[Blue][>=100]0.0;[Red][<0]-0.0;0.00", "[<1]0.00;0", "0.0,", '0.0,,"m"', "\\~0", ".00", "#.00", "0.0?", "#,#"),
    *('General" items"', "[<0](0.0);0.0", "000,000", '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-'),
)
MOMENTS = (
    *(datetime.datetime(2009, 3, 1), datetime.datetime(2009, 3, 5, 14, 30), datetime.datetime(1999, 12, 31, 23, 59)),
    *(datetime.datetime(2008, 2, 29), datetime.datetime(1900, 3, 1, 0, 1, 1), datetime.datetime(2031, 10, 11, 12)),
)
MOMENT_CODES = (
    *("dd/mm/yyyy", "d/m/yy", "d mmm yy", "d-mmmm", "mmm-yy", "mmmm yyyy", "dddd d mmmm yyyy", "ddd dd mmm", "mmmmm"),
    *("yyyy-mm-dd", "yyyy\\-mm\\-dd hh:mm:ss", "dd/mm/yyyy hh:mm", "hh:mm", "h:mm AM/PM", "h AM/PM", "mm:ss", "d.m.yy"),
    *("mm:ss.0", "h:mm:ss.000", "[h]:mm", "[hh]:mm:ss", "[mm]:ss", "[m]", "[s]", "[$-809]dd mmmm yyyy", "yy", "mmm"),
    *("[$-409]d-mmm-yy;@", "[$-F400]h:mm:ss\\ AM/PM", '"Week of" d mmm', 'h"h" mm"m"', "mmm d, yyyy", "m/d/yyyy"),
)
SPANS = (datetime.timedelta(hours=30, minutes=5), datetime.timedelta(seconds=59), datetime.timedelta(hours=-30))
CELLS: list[tuple[str, CellValue]] = [
    *((code, value) for code in NUMBER_CODES for value in NUMBERS),
    *((code, value) for code in MOMENT_CODES for value in MOMENTS),
    *((code, value) for code in ("[h]:mm", "[mm]:ss", "[s]") for value in SPANS),
]


def displayed_by_libreoffice(cells: list[tuple[str, CellValue]], folder: Path) -> list[str]:
    """Return LibreOffice's text of each value under its code."""
    book = Workbook()
    sheet = book.active
    for number, (code, value) in enumerate(cells, start=1):
        sheet.cell(number, 1, value).number_format = code
        # Rows at the end that look empty would be dropped.
        sheet.cell(number, 2, "end")
    book.save(folder / "cells.xlsx")
    with office.convert_to_tsv(folder / "cells.xlsx", folder).open(encoding="utf-8", newline="") as lines:
        texts = [row[0].strip() for row in csv.reader(lines, delimiter="\t")]
    assert len(texts) == len(cells)
    return texts


@pytest.mark.slow
def test_libreoffice_displays_the_same_text(tmp_path: Path) -> None:
    differences = {
        cell: (formatted, text)
        for cell, text in zip(CELLS, displayed_by_libreoffice(CELLS, tmp_path), strict=True)
        # After a minus, LibreOffice leaves a space for a missing digit.
        if (formatted := format_value(cell[1], cell[0])) != re.sub(r"^-\s+(?=[\d.])", "-", text)
    }
    assert not differences


@pytest.mark.slow
def test_libreoffice_reads_the_built_in_numbers_as_the_british_formats(tmp_path: Path) -> None:
    # openpyxl writes the number of a built-in format where the code is the American one.
    numbers = [number for number in BUILT_IN_FORMATS for _ in (0, 1)]
    values = [value for _ in BUILT_IN_FORMATS for value in (39877.75, 1234.5)]
    cells: list[tuple[str, CellValue]] = [(BUILTIN_FORMATS[n], value) for n, value in zip(numbers, values, strict=True)]
    formatted = [format_value(value, BUILT_IN_FORMATS[number]) for number, value in zip(numbers, values, strict=True)]
    assert dict(enumerate(displayed_by_libreoffice(cells, tmp_path))) == dict(enumerate(formatted))
    assert set(BUILTIN_FORMATS) == set(BUILT_IN_FORMATS)
