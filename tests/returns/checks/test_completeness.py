"""What is missing in all returns of a sub-group together."""

from __future__ import annotations

import pytest

from helpers import projects
from helpers.period_builder import PeriodBuilder, codes, only_finding
from ragsheets.returns.checks.completeness import check
from ragsheets.returns.finding import Severity
from ragsheets.returns.reading.model import Observation

QUERY = "RS-00000000Q1"
FULL = {"position": "Done.", "status": "GREEN", "planned": "No more."}


def unchanged(column: str, text: str, task: str = "2.1a") -> Observation:
    """Return the observation that an answer is unchanged since it was carried forward."""
    return Observation("carried-untouched", "Outcome 2.1", "C11", task, text, column=column)


def painted(colour: str, status: str = "", task: str = "2.1a") -> Observation:
    """Return the observation that a status cell is painted and holds no word."""
    return Observation("status-painted", "Outcome 2.1", "D11", task, colour, status, column="status")


# ------------------------------------------------------------------------------------------------ whole workbooks


def test_a_workbook_as_it_was_sent_has_one_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {})
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.file) == (1, "nothing-filled-in", Severity.ERROR, "1.xlsx")


@pytest.mark.parametrize("code", ["nothing-confirmed", "questions-unanswered"])
def test_a_workbook_with_questions_or_carried_answers_has_the_finding_that_the_reader_observed(code: str) -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, Observation(code, wanted="2"))
    assert codes(check(period.context())) == [code]


def test_an_older_workbook_as_it_was_sent_is_not_reported_beside_one_that_is_filled_in() -> None:
    period = PeriodBuilder()
    period.add_return(1, {})
    period.add_return(2, {"2.1a": FULL, "2.1b": FULL})
    assert codes(check(period.context())) == []


def test_a_workbook_as_it_was_sent_that_is_newer_than_one_that_is_filled_in_is_reported() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL, "2.1b": FULL})
    period.add_return(2, {})
    assert [(number, item.code) for number, item in check(period.context())] == [(2, "nothing-filled-in")]


def test_a_workbook_as_it_was_sent_is_not_reported_where_one_that_is_filled_in_arrived_later() -> None:
    period = PeriodBuilder()
    period.add_return(2, {})
    period.add_return(1, {"2.1a": FULL, "2.1b": FULL}, received="2008-09-06 00:00:00")
    assert period.context().precedence.numbers_newest_first == [1, 2]
    assert codes(check(period.context())) == []


def test_each_sub_group_is_asked_for_its_own_workbook() -> None:
    groups = [
        projects.group(name, projects.outcome(f"{number}.1")) for number, name in enumerate(("Parks", "Roads"), 2)
    ]
    period = PeriodBuilder(plan=projects.plan(*groups))
    period.add_return(1, {"2.1a": FULL})
    period.add_return(2, {}, group="Roads", reference="")
    assert [(item.group, item.code) for _, item in check(period.context())] == [("Roads", "nothing-filled-in")]


def test_a_return_of_headlines_alone_is_asked_about_its_tasks() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, headlines={1: "A park"})
    [(number, item)] = check(period.context())
    assert (number, item.code, item.found, item.wanted) == (1, "half-filled", "2", "2")
    assert (item.severity, item.cell) == (Severity.WARNING, "")


@pytest.mark.parametrize(
    ("code", "expected"), [("stray-text", "half-filled"), ("carried-untouched", "nothing-filled-in")]
)
def test_only_an_observation_on_words_that_somebody_entered_counts_as_input(code: str, expected: str) -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, Observation(code, "Headlines", "A20", found="Date: 17 September 2008"))
    assert codes(check(period.context())) == [expected]


def test_a_workbook_with_answers_to_a_task_that_is_gone_is_not_as_it_was_sent() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"9.9z": {"position": "Done."}})
    assert codes(check(period.context())) == ["half-filled"]


# --------------------------------------------------------------------------------------------- tasks not answered


def test_tasks_that_no_return_answers_are_counted_once_with_the_newest_return() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL})
    period.add_return(2, {"2.1a": FULL})
    [(number, item)] = check(period.context())
    assert (number, item.code, item.found, item.wanted) == (2, "half-filled", "1", "2")


def test_two_returns_that_answer_half_of_the_tasks_each_are_complete() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL})
    period.add_return(2, {"2.1b": FULL})
    assert codes(check(period.context())) == []


def test_a_task_with_only_a_correction_is_answered() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL})
    period.add_correction(2, "GREEN", task="2.1b")
    assert codes(check(period.context())) == []


@pytest.mark.parametrize(
    "observation",
    [Observation("row-missing", "Outcome 2.1", "", "2.1b"), unchanged("position", "As before.", "2.1b")],
    ids=["its row is gone", "it holds a carried answer"],
)
def test_a_task_with_a_finding_of_its_own_is_not_counted(observation: Observation) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL}, observation)
    assert "half-filled" not in codes(check(period.context()))


# -------------------------------------------------------------------------------------------- cells not answered


def test_words_without_a_status_are_asked_for_one_at_their_row() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Done."}, "2.1b": FULL})
    [(number, item)] = check(period.context())
    assert (number, item.code, item.task, item.column, item.cell) == (1, "status-missing", "2.1a", "status", "C11")
    assert item.message == "There are words for this task but no status."


def test_a_status_without_words_is_asked_for_the_columns_that_the_template_requires() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "RED"}, "2.1b": FULL})
    [(_, item)] = check(period.context())
    assert (item.code, item.severity, item.column) == ("missing-answer", Severity.WARNING, "position")
    assert item.message == "The task has a status, but “Position” is empty."


def test_a_task_that_only_a_correction_answers_lacks_no_words() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL})
    period.add_correction(2, "GREEN", task="2.1b")
    assert codes(check(period.context())) == []


def test_an_answer_that_was_taken_out_by_a_correction_is_missing() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": FULL, "2.1b": FULL})
    period.add_correction(2, "")
    assert [(item.code, item.task) for _, item in check(period.context())] == [("status-missing", "2.1a")]


@pytest.mark.parametrize("code", ["error-value", "formula-without-value", "merged-cells"])
@pytest.mark.parametrize(("column", "answers"), [("position", ["status", "planned"]), ("status", ["position"])])
def test_a_cell_that_another_finding_asks_about_is_not_also_reported_as_empty(
    code: str, column: str, answers: list[str]
) -> None:
    observation = Observation(code, "Outcome 2.1", "C11", "2.1a", "#REF!", column=column)
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {key: FULL[key] for key in answers}, "2.1b": FULL}, observation)
    assert codes(check(period.context())) == []


def test_a_cell_whose_finding_a_newer_answer_has_settled_is_reported_once_that_is_taken_out() -> None:
    observation = Observation("error-value", "Outcome 2.1", "C11", "2.1a", "#REF!", column="position")
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "RED", "planned": "Go on."}, "2.1b": FULL}, observation)
    period.add_correction(2, "", column="position")
    assert [(item.code, item.column) for _, item in check(period.context())] == [("missing-answer", "position")]


def test_a_carried_answer_lacks_nothing_where_it_is_and_the_rest_of_its_row_is_asked_about_there() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": FULL}, unchanged("position", "As before."))
    [(number, item)] = check(period.context())
    assert (number, item.code, item.task, item.cell) == (1, "status-missing", "2.1a", "C11")
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": FULL}, unchanged("planned", "Go on."), unchanged("status", "RED"))
    assert [(item.code, item.column) for _, item in check(period.context())] == [("missing-answer", "position")]


# ------------------------------------------------------------------------------------------------ painted cells


@pytest.mark.parametrize(
    ("observation", "suggestion"),
    [
        (painted("red"), "Its cell is painted red. Did you mean RED?"),
        (painted("yellow", "AMBER"), "Its cell is painted yellow. Did you mean AMBER?"),
        (painted("pink"), "Its cell is painted pink."),
    ],
)
def test_a_missing_status_in_a_painted_cell_has_the_colour_in_its_one_finding(
    observation: Observation, suggestion: str
) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Done."}, "2.1b": FULL}, observation)
    [(_, item)] = check(period.context())
    assert (item.code, item.suggestion) == ("status-missing", suggestion)
    assert item.message == f"There are words for this task but no status. {suggestion}"


def test_a_painted_cell_of_a_task_without_words_has_a_finding_of_its_own() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": FULL}, painted("green"))
    number, item = only_finding(check(period.context()), "status-painted")
    assert (number, item.cell, item.found, item.suggestion) == (1, "D11", "green", "Did you mean GREEN?")


def test_a_painted_cell_that_a_newer_return_answered_has_no_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": FULL}, painted("green"))
    period.add_return(2, {"2.1a": FULL})
    assert codes(check(period.context())) == []
