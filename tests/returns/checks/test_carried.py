"""Answers carried forward: those still unchanged are asked about, one finding a task, until they are answered."""

from __future__ import annotations

from helpers.period_builder import COLUMNS, PeriodBuilder, codes, only_finding
from ragsheets.returns.checks.carried import check, unchanged_carried_answers
from ragsheets.returns.finding import Severity
from ragsheets.returns.reading.model import Observation

AS_BEFORE = {"position": "As before.", "status": "RED", "planned": "Go on."}


def observed(code: str, column: str, text: str = "", sent: str = "", task: str = "2.1a") -> Observation:
    """Return an observation on an answer that was carried forward."""
    cell = f"{COLUMNS[column]}{11 if task == '2.1a' else 12}"
    return Observation(code, "Outcome 2.1", cell, task, text, sent, column=column)


def unchanged(*columns: str, task: str = "2.1a") -> list[Observation]:
    """Return the observations that these answers of a task are unchanged since they were carried forward."""
    return [observed("carried-untouched", column, AS_BEFORE[column], task=task) for column in columns]


def test_the_unchanged_answers_of_a_task_have_one_finding_at_the_first_cell() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": {"status": "GREEN"}}, *unchanged("planned", "position"))
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.address) == (
        1,
        "carried-untouched",
        Severity.WARNING,
        "Outcome 2.1!C11",
    )
    assert item.found == "As before. | Go on."
    assert item.wanted == "Position, Planned improvement/action needed and deadline"


def test_each_task_has_its_own_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, *unchanged("position"), *unchanged("position", task="2.1b"))
    assert [(item.task, item.cell) for _, item in check(period.context())] == [("2.1a", "C11"), ("2.1b", "C12")]


def test_a_workbook_in_which_nothing_was_changed_has_a_finding_of_its_own() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, *unchanged("position"), Observation("nothing-confirmed"))
    context = period.context()
    assert codes(check(context)) == []
    assert unchanged_carried_answers(context) == {}
    whole_returns = unchanged_carried_answers(context, whole_returns=True)
    assert {task: {column: row.found for column, row in rows.items()} for task, rows in whole_returns.items()} == {
        "2.1a": {"position": "As before."}
    }


def test_a_task_that_the_plan_no_longer_has_is_not_asked_about() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, *unchanged("position", task="9.9z"), *unchanged("status"))
    assert [item.task for _, item in check(period.context())] == ["2.1a"]


def test_an_answer_that_another_return_gives_is_not_asked_about() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": {"status": "GREEN"}}, *unchanged("position", "status"))
    period.add_return(2, {"2.1a": {"position": "Now."}})
    assert [item.wanted for _, item in check(period.context())] == ["Status"]


def test_an_answer_that_was_corrected_or_taken_out_is_not_asked_about() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1b": {"status": "GREEN"}}, *unchanged("position", "status"))
    period.add_correction(2, "", column="position")
    assert [item.wanted for _, item in check(period.context())] == ["Status"]
    period.add_correction(3, "GREEN")
    assert codes(check(period.context())) == []


def test_an_answer_that_a_newer_return_removed_is_not_asked_about() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, *unchanged("position"))
    period.add_return(2, {}, observed("carried-cleared", "position", sent="As before."))
    assert codes(check(period.context())) == ["carried-cleared"]


def test_an_answer_that_an_older_return_removed_is_asked_about_where_the_newer_holds_it() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, observed("carried-cleared", "position", sent="As before."))
    period.add_return(2, {}, *unchanged("position"))
    assert [(number, item.code) for number, item in check(period.context())] == [
        (2, "carried-untouched"),
        (1, "carried-cleared"),
    ]


def test_the_newest_return_that_holds_an_unchanged_answer_is_the_one_asked() -> None:
    period = PeriodBuilder()
    period.add_return(2, {}, *unchanged("position"))
    period.add_return(1, {}, *unchanged("position"), received="2008-09-06 00:00:00")
    assert [number for number, _ in check(period.context())] == [1]


def test_a_removed_answer_has_a_note_with_its_text() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, observed("carried-cleared", "position", sent="As before."))
    item = only_finding(check(period.context()), "carried-cleared")[1]
    assert (item.severity, item.wanted, item.cell) == (Severity.NOTE, "As before.", "C11")


def test_removing_an_answer_that_an_older_return_has_changed_clears_that_one() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Now."}})
    period.add_return(2, {}, observed("carried-cleared", "position", sent="As before."))
    [(number, item)] = check(period.context())
    assert (number, item.code, item.wanted, item.address) == (2, "cleared", "Now.", "Outcome 2.1!C11")


def test_removing_an_answer_before_another_return_or_a_correction_gives_one_clears_nothing() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, observed("carried-cleared", "position", sent="As before."))
    period.add_return(2, {"2.1a": {"position": "Now."}})
    assert codes(check(period.context())) == []
    period = PeriodBuilder()
    period.add_return(1, {}, observed("carried-cleared", "position", sent="As before."))
    period.add_correction(2, "Now.", column="position")
    assert codes(check(period.context())) == []


def test_removing_an_answer_after_a_correction_clears_the_correction() -> None:
    period = PeriodBuilder()
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1b": {"status": "AMBER"}}, observed("carried-cleared", "status", sent="RED"))
    assert only_finding(check(period.context()), "cleared")[1].wanted == "GREEN"


def test_answers_kept_in_a_changed_row_have_one_note() -> None:
    kept = [observed("carried-kept", column, AS_BEFORE[column]) for column in ("status", "planned")]
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {**AS_BEFORE, "position": "Now."}}, *kept)
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.cell) == (1, "carried-kept", Severity.NOTE, "D11")
    assert item.found == "RED | Go on."
    assert item.wanted == "Status, Planned improvement/action needed and deadline"


def test_answers_kept_in_two_rows_or_two_returns_have_a_note_each() -> None:
    period = PeriodBuilder()
    first, second = (observed("carried-kept", "status", "RED", task=task) for task in ("2.1a", "2.1b"))
    period.add_return(1, {}, first, second)
    period.add_return(2, {}, first)
    assert [(number, item.task) for number, item in check(period.context())] == [(1, "2.1a"), (1, "2.1b"), (2, "2.1a")]


def test_a_kept_answer_of_a_column_that_is_gone_has_no_note() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, Observation("carried-kept", "Outcome 2.1", "G11", "2.1a", "Ann", column="owner"))
    assert codes(check(period.context())) == []
