"""Stated totals are compared with the statuses of their own workbook, and with no other sub-group's."""

from __future__ import annotations

import pytest

from helpers import projects
from helpers.period_builder import PeriodBuilder, codes
from ragsheets.returns.checks.totals import check
from ragsheets.returns.finding import Severity
from ragsheets.returns.reading.model import Observation, StatedTotal
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

GREEN = {"status": "GREEN"}


def stated(line: str, count: str, outcome: str = "2.1", cell: str = "G5") -> StatedTotal:
    """Return a total that a workbook states on the sheet of an outcome."""
    return StatedTotal(outcome, line, count, f"Outcome {outcome}", cell)


def test_a_wrong_total_is_a_warning_at_its_cell_with_the_recounted_one() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": GREEN, "2.1b": {"status": "RED"}}, totals=[stated("GREEN", "7"), stated("RED", "1")])
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.file) == (1, "total-mismatch", Severity.WARNING, "1.xlsx")
    assert (item.address, item.found, item.wanted) == ("Outcome 2.1!G5", "7", "1")
    assert item.message == "The workbook states 7 for Green – on track; counting its statuses gives 1."


@pytest.mark.parametrize(("line", "count"), [("GREEN", "1"), ("AMBER", "0"), (NOT_REPORTED, "1"), (TOTAL, "2")])
def test_a_right_total_has_no_finding(line: str, count: str) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": GREEN}, totals=[stated(line, count)])
    assert codes(check(period.context())) == []


@pytest.mark.parametrize(("text", "count", "expected"), [("g", "1", []), ("g", "0", []), ("g", "2", ["2"])])
def test_a_status_in_another_spelling_may_be_counted_or_not(text: str, count: str, expected: list[str]) -> None:
    """The workbook's own formulas know only the statuses as spelled in the list."""
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": text}}, totals=[stated("GREEN", count)])
    assert [item.found for _, item in check(period.context())] == expected


@pytest.mark.parametrize(("count", "expected"), [("1", []), ("2", []), ("0", ["0"])])
def test_a_status_in_another_spelling_may_count_as_not_reported(count: str, expected: list[str]) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "g"}}, totals=[stated(NOT_REPORTED, count)])
    assert [item.found for _, item in check(period.context())] == expected


def test_the_formulas_ignore_case() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "green"}}, totals=[stated("GREEN", "0")])
    assert [item.wanted for _, item in check(period.context())] == ["1"]


def test_a_status_that_the_formulas_do_not_count_may_be_missing_in_a_total() -> None:
    uncounted = Observation("status-uncounted", "Outcome 2.1", "D11", "2.1a", column="status")
    totals = [stated("GREEN", "1")]
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": GREEN, "2.1b": GREEN}, uncounted, totals=totals)
    assert codes(check(period.context())) == []
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": GREEN, "2.1b": GREEN}, totals=totals)
    assert [(item.found, item.wanted) for _, item in check(period.context())] == [("1", "2")]


def test_a_return_is_compared_with_its_own_statuses_though_a_newer_one_has_others() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": GREEN}, totals=[stated("GREEN", "1")])
    period.add_return(2, {"2.1a": {"status": "RED"}}, totals=[stated("GREEN", "1"), stated("RED", "1")])
    assert [(number, item.found, item.wanted) for number, item in check(period.context())] == [(2, "1", "0")]


def test_each_return_with_a_wrong_total_has_its_finding() -> None:
    period = PeriodBuilder()
    for second, count in enumerate(("3", "1", "4"), 1):
        period.add_return(second, {"2.1a": GREEN}, totals=[stated("GREEN", count)])
    assert [(number, item.found) for number, item in check(period.context())] == [(3, "4"), (1, "3")]


def test_a_return_without_a_status_counts_none() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "GREEN"}}, totals=[stated("GREEN", "1"), stated(NOT_REPORTED, "2")])
    assert [(item.found, item.wanted) for _, item in check(period.context())] == [("1", "0")]


def test_a_sub_group_counts_its_own_tasks_though_another_has_an_outcome_with_the_same_key() -> None:
    parks = projects.group("Parks", projects.outcome("2.1", projects.action(projects.task("a"), projects.task("b"))))
    keys = [projects.task(letter, key=f"r{letter}") for letter in "abc"]
    roads = projects.group("Roads", projects.outcome("2.1", projects.action(*keys)))
    period = PeriodBuilder(plan=projects.plan(parks, roads))
    period.add_return(1, {"2.1a": GREEN}, totals=[stated(NOT_REPORTED, "1"), stated(TOTAL, "2")])
    totals = [stated(NOT_REPORTED, "1"), stated(TOTAL, "3")]
    period.add_return(2, {"ra": GREEN, "rb": {"status": "Amber"}}, totals=totals, group="Roads", reference="")
    assert codes(check(period.context())) == []
    period.add_return(3, {"2.1a": GREEN}, totals=[stated(NOT_REPORTED, "3")])
    assert [(item.group, item.found, item.wanted) for _, item in check(period.context())] == [("Parks", "3", "1")]
