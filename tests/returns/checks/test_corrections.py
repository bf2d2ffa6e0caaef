"""Corrections: each is reported with what it replaced, or with the newer answer that replaced it."""

from __future__ import annotations

import pytest

from helpers.period_builder import PeriodBuilder, codes, only_finding
from ragsheets.returns.checks.corrections import check
from ragsheets.returns.finding import Severity

FULL = {"position": "Halfway.", "status": "RED", "planned": "Go on by May."}
MADE = "on 5th September 2008 by jo (“Ann rang”)"


def test_the_finding_names_old_and_new_value_date_user_reason_and_cell() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.file) == (1, "corrected", Severity.NOTE, "0.xlsx")
    assert (item.address, item.task, item.column) == ("Outcome 2.1!D11", "2.1a", "status")
    assert item.message == f"“GREEN” replaces “RED”: corrected under “Status” {MADE}."


def test_a_correction_without_an_answer_is_reported_with_the_newest_return_of_the_sub_group() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1b": FULL})
    period.add_return(1, {"2.1b": FULL})
    period.add_correction(2, "GREEN")
    [(number, item)] = check(period.context())
    assert (number, item.code, item.file, item.address) == (2, "corrected-empty", "1.xlsx", "")
    assert item.message == f"“GREEN” was filled in where there was no answer: corrected under “Status” {MADE}."


@pytest.mark.parametrize("answers", [None, "excluded"])
def test_a_correction_of_a_sub_group_without_a_return_belongs_to_none(answers: str | None) -> None:
    period = PeriodBuilder()
    if answers:
        period.add_return(0, {"2.1a": FULL}, result=answers)
    period.add_correction(1, "GREEN")
    number, item = only_finding(check(period.context()), "corrected-empty")
    assert (number, item.file, item.group, item.task) == (0, "", "Parks", "2.1a")


def test_a_correction_to_nothing_takes_the_answer_out() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "")
    [(_, item)] = check(period.context())
    assert (item.code, item.message) == ("corrected-out", f"“RED” was removed: corrected under “Status” {MADE}.")


def test_each_of_two_corrections_is_reported_with_what_was_there_before_it() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "AMBER")
    period.add_correction(2, "GREEN")
    found = [(number, item.found, item.wanted, item.cell) for number, item in check(period.context())]
    assert found == [(1, "GREEN", "“AMBER”", "D11"), (1, "AMBER", "“RED”", "D11")]


def test_a_correction_names_all_answers_that_it_replaces_once_and_not_its_own_value() -> None:
    period = PeriodBuilder()
    for second, status in enumerate(("RED", "GREEN", "AMBER", "RED")):
        period.add_return(second, {"2.1a": {"status": status}})
    period.add_correction(9, "GREEN")
    assert only_finding(check(period.context()), "corrected")[1].wanted == "“RED” and “AMBER”"


def test_a_correction_to_the_value_that_was_there_names_it() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "RED")
    assert only_finding(check(period.context()), "corrected")[1].wanted == "“RED”"


# ------------------------------------------------------------------------------------------------- newer answers


def test_a_newer_answer_that_overtakes_a_correction_is_reported_with_both() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1a": {**FULL, "status": "AMBER"}})
    number, item = only_finding(check(period.context()), "correction-overtaken")
    assert (number, item.severity, item.found, item.wanted) == (2, Severity.WARNING, "AMBER", "GREEN")
    assert item.message == (
        f"“AMBER” arrived after the correction to “GREEN” and was taken. The correction was made under “Status” {MADE}."
    )


def test_a_newer_answer_with_the_same_meaning_overtakes_nothing() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1a": {**FULL, "status": "Green – on track"}})
    assert codes(check(period.context())) == ["corrected"]


def test_an_answer_that_may_be_newer_is_reported_and_the_correction_holds() -> None:
    period = PeriodBuilder()
    period.add_correction(1, "GREEN")
    period.add_return(5, {"2.1a": {"status": "AMBER"}}, saved="")
    number, item = only_finding(check(period.context()), "correction-kept")
    assert (number, item.severity, item.found, item.wanted) == (1, Severity.WARNING, "AMBER", "GREEN")
    assert item.message.endswith(f"the correction counts. It was made under “Status” {MADE}.")
    assert "ragsheets correct --key 2.1a" in item.fix


@pytest.mark.parametrize("status", ["GREEN", "g"])
def test_an_answer_that_may_be_newer_and_means_the_same_is_not_reported(status: str) -> None:
    period = PeriodBuilder()
    period.add_correction(1, "GREEN")
    period.add_return(5, {"2.1a": {"status": status}}, saved="")
    assert codes(check(period.context())) == ["corrected"]


def test_a_correction_to_nothing_is_named_in_words() -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "", column="position")
    period.add_return(2, {"2.1a": {**FULL, "position": "Nearly."}})
    message = only_finding(check(period.context()), "correction-overtaken")[1].message
    assert "arrived after the correction to no answer and was taken" in message


# ----------------------------------------------------------------------------------------- what cannot be applied


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"task": "9.9z"}, "its task is no longer in the plan"),
        ({"wording": "Another task"}, "the task now reads “Task a”, not “Another task”"),
        ({"column": "owner"}, "the contacts are no longer asked for “owner”"),
        ({"column": "task"}, "the contacts are no longer asked for “task”"),
    ],
)
def test_a_correction_that_cannot_be_applied_is_an_error_without_a_return(
    overrides: dict[str, str], reason: str
) -> None:
    period = PeriodBuilder()
    period.add_return(0, {"2.1b": FULL})
    period.add_correction(1, "GREEN", **overrides)
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.found, item.wanted) == (
        0,
        "correction-homeless",
        Severity.ERROR,
        "GREEN",
        reason,
    )
    task, column = overrides.get("task", "2.1a"), overrides.get("column", "status")
    assert (item.task, item.column) == (task, column)
    assert item.message == (
        f"The correction to “GREEN” is not applied, because {reason}; it was made under “{column}” {MADE}."
    )
    assert f"ragsheets correct --key {task} --undo" in item.fix


def test_a_correction_to_nothing_that_cannot_be_applied_is_named_in_words() -> None:
    period = PeriodBuilder()
    period.add_correction(1, "", task="9.9z")
    assert only_finding(check(period.context()), "correction-homeless")[1].message.startswith(
        "The correction to no answer is not applied, because its task is no longer in the plan;"
    )
