"""Statuses: one in another spelling has a note, one that is none is queried with the nearest one."""

from __future__ import annotations

import pytest

from helpers.period_builder import PeriodBuilder, only_finding
from ragsheets.returns.checks.statuses import check
from ragsheets.returns.finding import Severity


def test_a_mistyped_status_is_an_error_that_suggests_the_nearest_one() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "Ambr"}})
    number, item = only_finding(check(period.context()), "unknown-status")
    assert (number, item.severity, item.address, item.task) == (1, Severity.ERROR, "Outcome 2.1!D11", "2.1a")
    assert (item.found, item.wanted, item.suggestion) == ("Ambr", "GREEN, AMBER, RED", "Did you mean AMBER?")
    assert item.message == "“Ambr” is not a status. Did you mean AMBER?"


def test_a_text_that_is_like_no_status_has_no_suggestion() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "Blue"}})
    assert only_finding(check(period.context()), "unknown-status")[1].message == "“Blue” is not a status."


def test_another_spelling_has_a_note() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "amber – Needs attention."}})
    item = only_finding(check(period.context()), "status-read")[1]
    assert (item.severity, item.wanted, item.message) == (
        Severity.NOTE,
        "AMBER",
        "“amber – Needs attention.” was read as AMBER.",
    )


def test_each_task_with_the_text_has_its_finding_and_other_columns_may_hold_it() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "g", "position": "g"}, "2.1b": {"status": "g"}})
    assert [item.cell for _, item in check(period.context())] == ["D11", "D12"]


def test_a_code_of_the_scale_has_no_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "AMBER", "position": "Ambr"}})
    assert list(check(period.context())) == []


def test_two_statuses_in_an_unknown_order_are_left_to_their_own_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "RED"}}, saved="")
    period.add_return(2, {"2.1a": {"status": "GREEN"}}, saved="")
    assert period.context().cells["2.1a", "status"].rivals
    assert list(check(period.context())) == []


def test_an_odd_status_that_a_newer_return_replaced_has_no_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "Ambr"}})
    period.add_return(2, {"2.1a": {"status": "GREEN"}})
    assert list(check(period.context())) == []


@pytest.mark.parametrize("text", ["Ambr", "g"])
def test_an_odd_status_of_two_returns_that_agree_has_one_finding(text: str) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": text}})
    period.add_return(2, {"2.1a": {"status": text}})
    assert [number for number, _ in check(period.context())] == [2]
