"""The year that a period closes."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from helpers.projects import group, outcome, plan
from helpers.years import DECEMBER, JUNE, MARCH, SEPTEMBER, GroupReply, hold_period, two_groups, year_in
from ragsheets.history.year import Year


def dates_of(year: Year) -> list[datetime.date]:
    return [assessment.period.date for assessment in year.assessments]


class TestPeriods:
    @pytest.mark.slow
    def test_the_periods_are_those_of_the_months_before_earliest_first(self, tmp_path: Path) -> None:
        for date in (MARCH, JUNE, SEPTEMBER, DECEMBER):
            hold_period(tmp_path, date, {})
        assert dates_of(year_in(tmp_path)) == [MARCH, JUNE, SEPTEMBER, DECEMBER]
        assert dates_of(year_in(tmp_path, JUNE)) == [MARCH, JUNE]

    @pytest.mark.slow
    def test_the_closing_period_of_the_year_before_is_the_start_and_not_part_of_the_year(self, tmp_path: Path) -> None:
        last_year = MARCH - datetime.timedelta(days=360)
        for date in (last_year, JUNE - datetime.timedelta(days=365), SEPTEMBER, MARCH + datetime.timedelta(days=361)):
            hold_period(tmp_path, date, {"Parks": GroupReply("GREEN", ["Won."])})
        year = year_in(tmp_path)
        assert dates_of(year) == [SEPTEMBER, datetime.date(2010, 3, 1)]
        assert year.start is not None
        assert year.start.period.date == datetime.date(2008, 6, 5)
        assert [past.period.date for past in year.past_periods] == [datetime.date(2008, 6, 5), SEPTEMBER]

    @pytest.mark.parametrize(("days", "inside"), [(349, True), (350, False)])
    def test_periods_fifty_weeks_apart_are_of_different_years(self, tmp_path: Path, days: int, inside: bool) -> None:
        before = DECEMBER - datetime.timedelta(days=days)
        for date in (before, DECEMBER):
            hold_period(tmp_path, date, {})
        assert (before in dates_of(year_in(tmp_path))) is inside

    def test_a_first_period_is_a_year_by_itself(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {})
        year = year_in(tmp_path)
        assert (dates_of(year), year.start, year.past_periods) == ([MARCH], None, ())


class TestHeadlines:
    @pytest.mark.slow
    def test_successes_are_those_of_all_periods_without_repeats(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH - datetime.timedelta(days=20), {"Parks": GroupReply(successes=["Of last year."])})
        hold_period(tmp_path, MARCH, {"Parks": GroupReply(successes=["We  planted oaks.", "50% more."])})
        hold_period(
            tmp_path, DECEMBER, {"Parks": GroupReply(successes=["50 more.", "We planted oaks.", "* And limes"])}
        )
        year = year_in(tmp_path)
        expected = ("Of last year.", "We  planted oaks.", "50% more.", "50 more.", "* And limes")
        assert year.headlines("success", "Parks") == expected
        assert year.headlines("success", "Health") == ()

    @pytest.mark.slow
    def test_next_steps_are_those_of_the_closing_period_only(self, tmp_path: Path) -> None:
        hold_period(
            tmp_path, MARCH, {"Parks": GroupReply(next_steps=["Dig."]), "Health": GroupReply(next_steps=["Walk."])}
        )
        hold_period(tmp_path, JUNE, {"Parks": GroupReply(next_steps=["Plant."])})
        year = year_in(tmp_path)
        assert year.headlines("next_step", "Parks") == ("Plant.",)
        assert year.headlines("next_step", "Health") == ()

    @pytest.mark.slow
    def test_a_renamed_sub_group_keeps_its_headlines_by_its_key(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply(successes=["Won."])}, two_groups(key="p"))
        renamed = plan(group("Green spaces", key="p"), group("Health", outcome("3.1")))
        hold_period(tmp_path, JUNE, {}, renamed)
        year = year_in(tmp_path)
        assert year.headlines("success", "p") == ("Won.",)
        assert year.group_names == {"p": "Green spaces", "Health": "Health"}

    @pytest.mark.slow
    def test_sub_groups_that_left_the_plan_come_last(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply(successes=["Won."])})
        hold_period(tmp_path, JUNE, {}, plan(group("Health", outcome("3.1"))))
        assert list(year_in(tmp_path).group_names) == ["Health", "Parks"]
