"""Answers: each fits the kind of its column, and what two returns have otherwise is shown with both texts."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.period_builder import STANDARD, PeriodBuilder, codes, only_finding
from ragsheets.returns.checks.answers import check
from ragsheets.returns.finding import Severity
from ragsheets.returns.reading.model import Observation
from ragsheets.template.model import Template

QUERY = "RS-00000000Q1"


def template_with(**column: Any) -> Template:
    """Return the standard template with a further column, `done_by`, that contacts fill in."""
    raw = STANDARD.model_dump()
    further = {"key": "done_by", "heading": "Done by", "filled_by": "contact", **column}
    return Template.model_validate({**raw, "columns": [*raw["columns"], further]})


def observed(code: str, text: str, sent: str = "") -> Observation:
    """Return an observation on the position of the first task."""
    return Observation(code, "Outcome 2.1", "C11", "2.1a", text, sent, column="position")


# ----------------------------------------------------------------------------------------------- kinds of columns


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [("date", "soon", "bad-date"), ("number", "a few", "bad-number"), ("choice", "Purple", "unknown-choice")],
)
def test_an_answer_that_does_not_fit_its_column_is_queried(kind: str, text: str, code: str) -> None:
    period = PeriodBuilder(template=template_with(kind=kind, choices=["High", "Low"] if kind == "choice" else []))
    period.add_return(1, {"2.1a": {"done_by": text}})
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.found) == (1, code, Severity.ERROR, text)
    assert (item.address, item.task, item.column) == ("Outcome 2.1!F11", "2.1a", "done_by")


@pytest.mark.parametrize(("kind", "text"), [("date", "5 March 2009"), ("number", "3"), ("text", "soon")])
def test_an_answer_that_fits_its_column_has_no_finding(kind: str, text: str) -> None:
    period = PeriodBuilder(template=template_with(kind=kind))
    period.add_return(1, {"2.1a": {"done_by": text, "position": "soon"}})
    assert list(check(period.context())) == []


def test_the_finding_on_a_choice_names_all_and_suggests_the_nearest() -> None:
    period = PeriodBuilder(template=template_with(kind="choice", choices=["High", "Medium"]))
    period.add_return(1, {"2.1a": {"done_by": "Medum"}})
    item = only_finding(check(period.context()), "unknown-choice")[1]
    assert (item.wanted, item.suggestion) == ("High, Medium", "Did you mean Medium?")


def test_a_choice_in_another_spelling_has_a_note() -> None:
    period = PeriodBuilder(template=template_with(kind="choice", choices=["High", "Low"]))
    period.add_return(1, {"2.1a": {"done_by": "low"}})
    assert only_finding(check(period.context()), "choice-read")[1].message == "“low” was read as Low."


@pytest.mark.parametrize(("task", "column", "cell"), [("9.9z", "position", "C13"), ("2.1a", "owner", "G11")])
def test_an_answer_to_a_task_or_a_column_that_is_gone_is_an_error(task: str, column: str, cell: str) -> None:
    period = PeriodBuilder()
    period.add_return(1, {task: {column: "Begun."}})
    number, item = only_finding(check(period.context()), "task-gone")
    assert (number, item.severity, item.found, item.cell) == (1, Severity.ERROR, "Begun.", cell)


# -------------------------------------------------------------------------------------------- answers that differ


def test_a_newer_answer_is_reported_with_the_older_one_at_its_own_cell() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Begun.", "status": "RED"}})
    period.add_return(2, {"2.1a": {"position": "Done.", "status": "RED"}})
    [(number, item)] = check(period.context())
    assert (number, item.code, item.found, item.wanted) == (2, "answers-differ", "Done.", "Begun.")
    assert (item.file, item.address, item.column) == ("2.xlsx", "Outcome 2.1!C11", "position")


def test_each_older_answer_that_differs_is_reported() -> None:
    period = PeriodBuilder()
    for second, text in enumerate(("One.", "Two.", "Three."), 1):
        period.add_return(second, {"2.1a": {"position": text}})
    assert [item.wanted for _, item in check(period.context())] == ["Two.", "One."]


@pytest.mark.parametrize(
    ("column", "older", "newer"), [("status", "g", "GREEN"), ("done_by", "5/3/2009", "5 March 2009")]
)
def test_two_texts_with_the_same_meaning_do_not_differ(column: str, older: str, newer: str) -> None:
    period = PeriodBuilder(template=template_with(kind="date"))
    period.add_return(1, {"2.1a": {column: older}})
    period.add_return(2, {"2.1a": {column: newer}})
    assert list(check(period.context())) == []


@pytest.mark.parametrize(
    ("column", "older", "newer", "code", "severity"),
    [
        ("status", "RED", "GREEN", "status-order-unknown", Severity.ERROR),
        ("position", "Begun.", "Done.", "text-order-unknown", Severity.WARNING),
    ],
)
def test_two_answers_in_an_unknown_order_are_both_shown(
    column: str, older: str, newer: str, code: str, severity: Severity
) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {column: older}}, saved="", file="a.xlsx")
    period.add_return(2, {"2.1a": {column: newer}}, saved="", file="b.xlsx")
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.found, item.wanted) == (2, code, severity, newer, older)
    assert f"“a.xlsx” (Outcome 2.1, {item.cell})" in item.message
    assert "ragsheets correct --key 2.1a" in item.fix


def test_two_headlines_in_an_unknown_order_are_both_shown_and_no_correction_is_advised() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, headlines={1: "A park"}, saved="")
    period.add_return(2, {}, headlines={1: "Two parks"}, saved="")
    number, item = only_finding(check(period.context()), "headline-order-unknown")
    assert (number, item.found, item.wanted, item.task) == (2, "Two parks", "A park", "")
    assert "ragsheets correct" not in item.fix


def test_a_headline_that_a_newer_return_replaced_is_reported() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, headlines={1: "A park", 2: "A pond"})
    period.add_return(2, {}, headlines={1: "Two parks", 2: "A pond"})
    [(_, item)] = check(period.context())
    assert (item.code, item.wanted, item.address) == ("answers-differ", "A park", "Headlines!B5")


def test_a_status_that_could_not_be_read_is_mended_by_a_newer_one() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "Orangey"}})
    period.add_return(2, {"2.1a": {"status": "GREEN"}})
    item = only_finding(check(period.context()), "answer-mended")[1]
    assert (item.severity, item.found, item.wanted) == (Severity.NOTE, "GREEN", "Orangey")


def test_what_a_correction_replaced_is_left_to_the_findings_on_corrections() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "RED"}})
    period.add_correction(2, "AMBER")
    period.add_return(3, {"2.1a": {"status": "GREEN"}})
    assert list(check(period.context())) == []
    period.add_correction(4, "RED")
    assert list(check(period.context())) == []


def test_a_difference_between_two_returns_newer_than_a_correction_is_reported() -> None:
    period = PeriodBuilder()
    period.add_correction(0, "GREEN")
    period.add_return(1, {"2.1a": {"status": "RED"}})
    period.add_return(2, {"2.1a": {"status": "AMBER"}})
    assert only_finding(check(period.context()), "answers-differ")[1].wanted == "RED"


# ----------------------------------------------------------------------------------- answers to what was asked


def answered_query(text: str, code: str, sent: str = "") -> PeriodBuilder:
    """Return a period in which two returns of unknown order differ and a query on them was answered with this text."""
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Begun."}}, saved="")
    period.add_return(2, {"2.1a": {"position": "Done."}}, saved="")
    period.add_query(3, QUERY)
    period.add_return(9, {"2.1a": {"position": text}}, observed(code, text, sent), saved="", reference=QUERY)
    return period


def test_an_answer_that_was_confirmed_settles_the_other_one() -> None:
    [(number, item)] = check(answered_query("Done.", "answer-confirmed").context())
    assert (number, item.code, item.found, item.wanted) == (3, "answer-settled", "Done.", "Begun.")
    assert "“1.xlsx” (Outcome 2.1, C11)" in item.message


def test_an_answer_that_replaces_the_one_asked_about_settles_only_the_other_one() -> None:
    """The reader has observed already what it replaces."""
    period = answered_query("All done.", "answer-replaced", "Done.")
    assert [(item.code, item.wanted) for _, item in check(period.context())] == [("answer-settled", "Begun.")]


def test_an_answer_that_arrived_after_the_query_was_made_is_not_settled_by_it() -> None:
    period = answered_query("Done.", "answer-confirmed")
    period.add_return(5, {"2.1a": {"position": "Quite new."}})
    assert [(item.code, item.found, item.wanted) for _, item in check(period.context())] == [
        ("confirmation-overruled", "Done.", "Quite new."),
        ("answer-settled", "Done.", "Begun."),
    ]


def test_an_answer_left_as_it_was_sent_that_a_newer_one_overrules_is_reported_at_its_cell() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "RED"}})
    kept = Observation("carried-kept", "Outcome 2.1", "D11", "2.1a", "AMBER", column="status")
    period.add_return(5, {"2.1a": {"position": "Now.", "status": "AMBER"}}, kept)
    [(number, item)] = check(period.context())
    assert (number, item.code, item.found, item.wanted) == (2, "confirmation-overruled", "AMBER", "RED")
    assert "“1.xlsx” (Outcome 2.1, D11)" in item.message


def test_one_return_alone_has_no_finding_on_its_answers() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Begun.", "status": "RED"}}, headlines={1: "A park"})
    assert codes(check(period.context())) == []
