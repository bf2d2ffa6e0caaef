"""The time of a return: only a clock that can be right counts."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from ragsheets.returns.times import ReturnTime, time_of_return

LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")
EXCEL, LIBREOFFICE = "Microsoft Excel", "LibreOffice/7.4.7.2$Linux_X86_64 LibreOffice_project/40"


def time_of(
    saved: str = "",
    *,
    program: str = EXCEL,
    sent: str = "",
    received: str = "2008-09-12 09:00:00",
    made: str = "2008-09-01 12:00:00",
    zone: datetime.tzinfo = datetime.UTC,
) -> ReturnTime:
    return time_of_return(saved, program, sent, received, made, zone)


def span(time: ReturnTime) -> tuple[str, str]:
    return time.earliest.isoformat(" "), time.latest.isoformat(" ")


def test_a_saved_time_counts_to_the_second() -> None:
    assert span(time_of("2008-09-05 10:00:00")) == ("2008-09-05 10:00:00", "2008-09-05 10:00:01")


@pytest.mark.parametrize(
    "saved",
    [
        "",
        "2008-08-31 10:00:00",
        "2008-09-12 09:00:02",
        "2030-01-01 10:00:00",
        "1601-01-01 00:00:00",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "no time",
    ],
)
def test_without_a_time_that_can_be_right_it_lies_between_workbook_and_arrival(saved: str) -> None:
    time = time_of(saved)
    assert span(time) == ("2008-09-01 12:00:00", "2008-09-12 09:00:00")
    assert time.saved is None


def test_the_date_of_its_message_bounds_a_return() -> None:
    assert span(time_of("2008-09-08 10:00:00", sent="2008-09-06 08:00:00")) == (
        "2008-09-01 12:00:00",
        "2008-09-06 08:00:00",
    )


def test_a_message_from_after_its_arrival_has_no_date() -> None:
    time = time_of(sent="2030-01-01 00:00:00")
    assert (time.message_sent, time.latest.isoformat(" ")) == (None, "2008-09-12 09:00:00")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (datetime.UTC, ("2008-09-05 09:00:00", "2008-09-05 11:00:01")),
        (LONDON, ("2008-09-05 08:00:00", "2008-09-05 10:00:01")),
        (TOKYO, ("2008-09-05 00:00:00", "2008-09-05 02:00:01")),
    ],
)
def test_a_program_that_writes_local_time_is_known_to_an_hour_around_the_coordinators_zone(
    zone: datetime.tzinfo, expected: tuple[str, str]
) -> None:
    assert span(time_of("2008-09-05 10:00:00", program=LIBREOFFICE, zone=zone)) == expected


def test_an_unknown_program_may_have_written_either() -> None:
    for program in ("", "WPS Office"):
        assert span(time_of("2008-09-05 10:00:00", program=program, zone=TOKYO)) == (
            "2008-09-05 00:00:00",
            "2008-09-05 10:00:01",
        )


def test_a_time_in_the_second_in_which_its_workbook_was_made_counts() -> None:
    assert time_of("2008-09-01 12:00:00", made="2008-09-01 12:00:00.700000").saved is not None


def test_two_messages_are_ordered_by_their_dates_alone() -> None:
    early = time_of("2008-09-05 10:00:00", sent="2008-09-05 11:00:00")
    late = time_of("2008-09-04 10:00:00", sent="2008-09-06 11:00:00")
    assert late.is_after(early)
    assert not early.is_after(late)


def test_of_two_files_of_one_message_the_saved_times_decide() -> None:
    first, second = (time_of(f"2008-09-05 10:00:0{n}", sent="2008-09-05 11:00:00") for n in (1, 2))
    assert second.is_after(first)


def test_nothing_is_after_what_may_be_of_the_same_time() -> None:
    one, other = time_of("2008-09-05 10:00:00"), time_of("2008-09-05 10:30:00", program=LIBREOFFICE)
    assert not one.is_after(other)
    assert not other.is_after(one)
    assert not one.is_after(one)


def test_a_return_was_sent_back_when_its_message_was_or_when_it_was_saved_or_arrived() -> None:
    stated = "2008-09-05 10:00:00"
    assert time_of(stated, sent="2008-09-06 08:00:00").returned.isoformat(" ") == "2008-09-06 08:00:00"
    assert time_of(stated).returned.isoformat(" ") == stated
    assert time_of("2030-01-01 00:00:00").returned.isoformat(" ") == "2008-09-12 09:00:00"
