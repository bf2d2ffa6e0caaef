"""Cleared answers: a newer return leaves a cell empty although it repeats others of its row."""

from __future__ import annotations

import pytest

from helpers.period_builder import SENT, PeriodBuilder, codes, only_finding, timestamp
from ragsheets.returns.assess import assess
from ragsheets.returns.checks.cleared import check, without_older_clearings
from ragsheets.returns.finding import Severity
from ragsheets.returns.finding_catalogue import make_finding
from ragsheets.returns.reading.model import Observation

QUERY = "RS-00000000Q1"
ROW = {"position": "Halfway.", "status": "RED", "planned": "Go on by May."}


def test_an_answer_that_a_newer_return_leaves_out_of_a_row_that_it_repeats_was_cleared() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW})
    period.add_return(2, {"2.1a": {"planned": ROW["planned"]}})
    found = list(check(period.context()))
    assert [(number, item.column, item.wanted, item.address) for number, item in found] == [
        (2, "position", "Halfway.", "Outcome 2.1!C11"),
        (2, "status", "RED", "Outcome 2.1!D11"),
    ]
    assert {(item.code, item.severity, item.file) for _, item in found} == {("cleared", Severity.WARNING, "2.xlsx")}
    answers = period.context().current_answers
    assert dict(zip(answers["column"], answers["value"], strict=True)) == ROW


def test_the_cell_is_the_one_in_the_row_of_the_newer_return() -> None:
    """It was inserted two rows further down, and the columns are those of the older return."""
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW})
    period.add_return(2, {"2.1a": {"planned": ROW["planned"]}})
    answers = period.records[-1][1].parsed_rows["answers"]  # type: ignore[union-attr]
    answers[0] = answers[0]._replace(cell="E13")
    assert [item.cell for _, item in check(period.context())] == ["C13", "D13"]


@pytest.mark.parametrize("row", [{}, {"position": "A colleague's words."}, {"status": "GREEN"}])
def test_a_return_that_repeats_no_answer_of_the_row_clears_none(row: dict[str, str]) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW, "2.1b": ROW})
    period.add_return(2, {"2.1a": row})
    assert codes(check(period.context())) == []


def test_an_answer_that_an_older_return_lacks_was_not_cleared() -> None:
    period = PeriodBuilder()
    period.add_return(2, {"2.1a": ROW})
    period.add_return(1, {"2.1a": {"planned": ROW["planned"]}}, received=timestamp(9))
    assert codes(check(period.context())) == []


def test_a_return_in_an_unknown_order_clears_nothing() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW, "2.1b": ROW}, saved="")
    period.add_return(2, {"2.1a": {"planned": ROW["planned"]}}, saved="")
    assert codes(check(period.context())) == []


def test_a_return_of_a_workbook_that_was_sent_with_the_answer_is_left_to_its_observations() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW})
    period.add_query(2, QUERY)
    period.add_return(3, {"2.1a": {"planned": ROW["planned"]}}, reference=QUERY)
    assert codes(check(period.context())) == []


def test_a_query_made_before_the_answer_arrived_was_sent_with_the_cell_empty() -> None:
    period = PeriodBuilder()
    period.add_query(0, QUERY)
    period.add_return(1, {"2.1a": ROW})
    period.add_return(3, {"2.1a": {"planned": ROW["planned"]}}, reference=QUERY)
    assert [item.column for _, item in check(period.context())] == ["position", "status"]


@pytest.mark.parametrize(("second", "columns"), [(5, ["position"]), (1.5, [])])
def test_an_answer_that_was_confirmed_is_cleared_by_what_arrived_after_its_query_was_made(
    second: float, columns: list[str]
) -> None:
    confirmed = Observation("answer-confirmed", "Outcome 2.1", "C11", "2.1a", "Halfway.", column="position")
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Halfway.", "status": "RED"}})
    period.add_query(2, QUERY)
    period.add_return(3, {"2.1a": {"position": "Halfway."}}, confirmed, reference=QUERY)
    period.add_return(second, {"2.1a": {"status": "RED"}})
    assert [item.column for _, item in check(period.context())] == columns


def test_an_answer_left_as_it_was_sent_repeats_nothing() -> None:
    confirmed = Observation("answer-confirmed", "Outcome 2.1", "E11", "2.1a", ROW["planned"], column="planned")
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW})
    period.add_return(2, {"2.1a": {"planned": ROW["planned"]}}, confirmed)
    assert codes(check(period.context())) == []


@pytest.mark.parametrize(
    ("observation", "columns"),
    [
        (Observation("error-value", "Outcome 2.1", "C11", "2.1a", "#REF!", column="position"), ["status"]),
        (Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words"), ["position", "status"]),
        (Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words", column="task"), []),
        (Observation("row-missing", "Outcome 2.1", "", "2.1a"), []),
    ],
)
def test_a_cell_or_a_row_with_an_observation_is_left_to_it(observation: Observation, columns: list[str]) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW})
    period.add_return(2, {"2.1a": {"planned": ROW["planned"]}}, observation)
    assert [item.column for _, item in check(period.context())] == columns


def test_an_observation_of_the_older_return_changes_nothing() -> None:
    observation = Observation("error-value", "Outcome 2.1", "C11", "2.1a", "#REF!", column="position")
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW}, observation)
    period.add_return(2, {"2.1a": {"planned": ROW["planned"]}})
    assert [item.column for _, item in check(period.context())] == ["position", "status"]


def test_of_two_returns_that_leave_the_cell_empty_the_newest_is_asked() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Halfway.", "status": "RED"}})
    for second in (2, 3):
        period.add_return(second, {"2.1a": {"status": "RED"}})
    assert [(number, item.column) for number, item in check(period.context())] == [(3, "position")]


def test_an_answer_or_a_correction_that_is_newer_than_the_empty_cell_settles_it() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Halfway.", "status": "RED"}})
    period.add_return(2, {"2.1a": {"status": "RED"}})
    assert codes(check(period.context())) == ["cleared"]
    period.add_correction(3, "New words.", column="position")
    assert codes(check(period.context())) == []


# ------------------------------------------------------------------------------------------- one question a cell


def test_of_the_findings_on_one_cell_that_of_the_newest_return_is_kept() -> None:
    period = PeriodBuilder()
    for second in (1, 3, 2):
        period.add_return(second, {"2.1a": ROW})
    precedence = period.context().precedence
    assert precedence.numbers_newest_first == [3, 2, 1]
    cleared = {"group": "Parks", "task": "2.1a", "column": "position"}
    findings = [
        *((number, make_finding("cleared", **cleared)) for number in (1, 3, 2)),
        (1, make_finding("cleared", **{**cleared, "column": "status"})),
        (1, make_finding("half-filled", **cleared)),
    ]
    assert without_older_clearings(findings, precedence) == [findings[1], findings[3], findings[4]]


def test_of_the_findings_on_one_headline_that_of_the_newest_return_is_kept_wherever_its_row_is() -> None:
    period = PeriodBuilder()
    for second in (1, 2):
        period.add_return(second, {"2.1a": ROW})
    cleared = {"group": "Parks", "sheet": "Headlines", "column": "#success-1"}
    older, newer = make_finding("cleared", cell="B5", **cleared), make_finding("cleared", cell="B7", **cleared)
    other = make_finding("cleared", cell="B5", **{**cleared, "column": "#success-2"})
    findings = [(1, older), (2, newer), (1, other)]
    assert without_older_clearings(findings, period.context().precedence) == [(2, newer), (1, other)]


@pytest.mark.parametrize("kind", ["left empty", "sent filled", "carried forward"])
def test_a_cell_that_several_returns_left_empty_is_asked_about_once(kind: str) -> None:
    """Who goes on in their own file sends the empty cell again; the newest return is the one to ask about."""
    cleared, removed = (
        Observation(code, "Outcome 2.1", "C11", "2.1a", "", "Halfway.", column="position")
        for code in ("cleared", "carried-cleared")
    )
    observed = {"left empty": [], "sent filled": [cleared], "carried forward": [removed]}[kind]
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": ROW})
    period.add_return(2, {"2.1a": {"planned": ROW["planned"], "status": "RED"}})
    period.add_query(3, QUERY)
    for second, status in ((4, "AMBER"), (5, "GREEN")):
        row = {"planned": ROW["planned"], "status": "RED"} if kind == "left empty" else {}
        reference = QUERY if kind == "sent filled" else SENT
        period.add_return(second, {"2.1a": row, "2.1b": {"status": status}}, *observed, reference=reference)
    number, item = only_finding(assess(period.record, period.frames()), "cleared")
    assert (number, item.column, item.wanted) == (4, "position", "Halfway.")
