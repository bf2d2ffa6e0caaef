"""Dates, times and time spans as their programs display them, and whether the text is lossy."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel

from ragsheets.formats.number_format.display import CellValue, format_value, is_lossy

MARCH = datetime.date(2009, 3, 5)
FIRST = datetime.datetime(2009, 3, 1)
AFTERNOON = datetime.datetime(2009, 3, 5, 14, 30)
LATE = datetime.datetime(2009, 3, 5, 23, 59, 59, 700_000)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (FIRST, "mmm-yy", "Mar-09"),
        (FIRST, "mmmm yyyy", "March 2009"),
        (MARCH, "dd/mm/yyyy", "05/03/2009"),
        (MARCH, "d/m/yy", "5/3/09"),
        (MARCH, "[$-809]dd mmmm yyyy;@", "05 March 2009"),
        (MARCH, "[$-en-GB]d mmm yyyy", "5 Mar 2009"),
        (MARCH, "[$-F800]dddd\\, mmmm dd\\, yyyy", "05 March 2009"),
        (MARCH, "dddd d mmmm yyyy", "Thursday 5 March 2009"),
        (MARCH, "d/mm/yyyy ddd", "5/03/2009 Thu"),
        (AFTERNOON, "dd/mm/yyyy hh:mm", "05/03/2009 14:30"),
        (AFTERNOON, "yyyy\\-mm\\-dd h:mm AM/PM", "2009-03-05 2:30 PM"),
        (datetime.time(14, 30), "h:mm", "14:30"),
        (datetime.time(0, 5), "h:mm AM/PM", "12:05 AM"),
        (datetime.time(12), "h A/P", "12 P"),
        (datetime.time(14, 30, 5), "[$-F400]h:mm:ss\\ AM/PM", "14:30:05"),
        (datetime.time(0, 1, 2, 500_000), "mm:ss.0", "01:02.5"),
        (datetime.timedelta(hours=30), "[h]:mm", "30:00"),
        (datetime.timedelta(minutes=90), "[mm]", "90"),
        (datetime.timedelta(hours=-30), "[h]:mm", "-30:00"),
        (39877, "dd/mm/yyyy", "05/03/2009"),
        (39877.604166666664, "dd/mm/yyyy hh:mm", "05/03/2009 14:30"),
        (1, "dd/mm/yyyy", "01/01/1900"),
        (59, "dd/mm/yyyy", "28/02/1900"),
        (60, "dd/mm/yyyy", "29/02/1900"),
        (61, "dd/mm/yyyy", "01/03/1900"),
        (2958465, "dd/mm/yyyy", "31/12/9999"),
    ],
)
def test_a_date_or_time_is_displayed_without_loss(value: CellValue, code: str, text: str) -> None:
    assert (format_value(value, code), is_lossy(value, code)) == (text, False)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (MARCH, "d-mmm", "5-Mar"),
        (FIRST, "d-mmm", "1-Mar"),
        (MARCH, "mmm-yy", "Mar-09"),
        (MARCH, "dddd", "Thursday"),
        (FIRST, "mmmmm yyyy", "M 2009"),
        (datetime.date(1909, 3, 1), "mmm-yy", "Mar-09"),
        (MARCH, "yyyy", "2009"),
        (AFTERNOON, "dd/mm/yyyy", "05/03/2009"),
        (AFTERNOON, "h:mm", "14:30"),
        (AFTERNOON, "dd/mm/yyyy h AM/PM", "05/03/2009 2 PM"),
        (LATE, "dd/mm/yyyy", "05/03/2009"),
        # Seconds are rounded to the displayed precision, with carry.
        (LATE, "dd/mm/yyyy hh:mm:ss", "06/03/2009 00:00:00"),
        (datetime.timedelta(hours=30), "h:mm", "6:00"),
        (datetime.timedelta(seconds=90), "[m]", "1"),
        (0, "dd/mm/yyyy", "00/01/1900"),
    ],
)
def test_a_date_or_time_displayed_with_loss_is_lossy(value: CellValue, code: str, text: str) -> None:
    assert (format_value(value, code), is_lossy(value, code)) == (text, True)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (-4, "yyyy-mm-dd", "-4"),
        (-0.5, "h:mm", "-0.5"),
        (2958466, "dd/mm/yyyy", "2958466"),
        (1e300, "[h]:mm", "1e+300"),
        (2958465.9999999, "dd/mm/yyyy h:mm", "2958465.9999999"),
        (datetime.date(1899, 12, 30), "dd/mm/yyyy", "1899-12-30"),
        (datetime.timedelta(hours=-30), "h:mm", "-30:00"),
        (datetime.timedelta.max, "[h]:mm", "23999999999:59:59.999999"),
        (datetime.timedelta.min, "[h]:mm", "-23999999976:00"),
    ],
)
def test_a_value_that_no_spreadsheet_shows_as_a_date_has_the_plain_form(value: CellValue, code: str, text: str) -> None:
    assert (format_value(value, code), is_lossy(value, code)) == (text, False)


@given(st.datetimes(datetime.datetime(1900, 3, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_every_date_is_displayed_as_in_the_calendar(moment: datetime.datetime) -> None:
    code = "yyyy-mm-dd hh:mm:ss"
    assert (format_value(moment, code), is_lossy(moment, code)) == (f"{moment:%Y-%m-%d %H:%M:%S}", False)
    assert format_value(moment, "dddd") == format_value(moment, "dddd d")[: -len(str(moment.day)) - 1] == f"{moment:%A}"
    assert format_value(to_excel(moment), code) == format_value(moment, code)


@given(st.timedeltas(datetime.timedelta(), datetime.timedelta(days=10_000)))
def test_a_time_span_is_displayed_in_hours_and_minutes(span: datetime.timedelta) -> None:
    minutes = span // datetime.timedelta(minutes=1)
    whole = datetime.timedelta(minutes=minutes)
    assert format_value(whole, "[h]:mm") == f"{minutes // 60}:{minutes % 60:02}"
    assert not is_lossy(whole, "[h]:mm")
