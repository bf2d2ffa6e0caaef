"""Dates as people write them and as the reports print them."""

from __future__ import annotations

import datetime
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragsheets.dates import day_of, in_words, mentions_time, read_date

THE_DAY = datetime.date(2008, 9, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2008-09-04",
        " 2008-09-04 ",
        "2008-09-04 00:00:00",
        "2008-09-04T10:30",
        "4/9/2008",
        "04/09/2008",
        "4.9.2008",
        "4-9-2008",
        "4/9/08",
        "4 September 2008",
        "4 september 2008",
        "4th September 2008",
        "4th Sept 08",
        "4 Sep 2008",
        "September 4, 2008",
        "Thursday 4 September 2008",
        "2008/09/04",
        "20080904",
    ],
)
def test_a_date_is_read_in_every_usual_form(text: str) -> None:
    assert read_date(text) == THE_DAY


def test_the_day_is_before_the_month() -> None:
    assert read_date("9/4/2008") == datetime.date(2008, 4, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "4 September",
        "September 2008",
        "2008",
        "2008-09",
        "4",
        "Thursday",
        "10:30",
        "end of the month",
        "31 February 2009",
        "2009-02-30",
        "2008-13-01",
        "32/1/2008",
        "4 September 2008 or later",
        "4 or 5 September 2008",
    ],
)
def test_an_incomplete_or_invalid_date_is_rejected(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["2008-09-04 or later", "2008-09-04 / 2008-10-04", "2008-09-041", "2008-09-04?"])
def test_text_after_a_date_is_rejected(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2999, 12, 31)))
@settings(deadline=None)
def test_every_date_is_read_from_each_of_its_forms(date: datetime.date) -> None:
    for text in (date.isoformat(), f"{date:%d/%m/%Y}", f"{date.day} {date:%B %Y}", in_words(date)):
        assert read_date(text) == date, text


@given(st.text())
@settings(deadline=None)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    assert isinstance(read_date(text), datetime.date | None)


@given(st.text(alphabet="0123456789-/.:, TZadeimnprs+'", max_size=20))
@settings(deadline=None)
def test_any_text_like_a_date_is_read_without_an_exception(text: str) -> None:
    assert isinstance(read_date(text), datetime.date | None)


def test_unknown_time_zones_raise_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_date("4 September 2008 BST")
        read_date("10:30 XYZ 4 September 2008")


@pytest.mark.parametrize("at", ["2008-09-04", "2008-09-04 23:59:59", "2008-09-04T00:00:00.123456+00:00"])
def test_a_time_of_the_ledger_has_its_day(at: str) -> None:
    assert day_of(at) == datetime.date(2008, 9, 4)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
        (30, "30th"),
    ],
)
def test_dates_are_printed_with_ordinals(day: int, words: str) -> None:
    assert in_words(datetime.date(2008, 9, day)) == f"{words} September 2008"


@pytest.mark.parametrize(
    "text",
    [
        "by October 08",
        "Arrange by Sept. 08",
        "decide the target next mtg",
        "Autumn 08",
        "18/9/2008",
        "by 1/9",
        "May 08",
        "March 2009",
        "by May",
        "end of the year",
        "within six weeks",
        "in 3 months",
        "Q3",
        "2008/09",
        "on Friday",
        "every quarter",
        "by the 5th",
        "end of next month",
        "when the sub-group next meets",
        "2009-03-31",
        "31.3.09",
    ],
)
def test_an_expression_of_time_is_recognised(text: str) -> None:
    assert mentions_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Arrange training.",
        "may need more",
        "we march on",
        "2.1 refers",
        "1/2 of them",
        "3.5 posts",
        "May be late",
        "Finalise the plan",
        "second homes",
        "ask 10 people",
        "summarise",
        "Augusta Road",
        "decide",
        "GREEN",
    ],
)
def test_text_without_an_expression_of_time_is_recognised(text: str) -> None:
    assert not mentions_time(text)
