"""What was read is compared with what its workbook was sent with: unchanged, replaced, confirmed, kept or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from helpers import projects
from helpers.period_builder import COLUMNS, PLAN, ROWS, STANDARD
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.returns.reading.model import Answer, Headline, Observation, ReturnedWorkbook, StatedTotal
from ragsheets.returns.reading.prefilled import compare_with_sent
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.layout import ContactQuestion, PrefilledAnswers
from ragsheets.workbook.sent_workbook import SentWorkbook, from_layout

SENT = {"2.1a": {"position": "Halfway.", "status": "RED"}, "2.1b": {"status": "GREEN"}}


def sent(
    *questions: ContactQuestion, carried: Mapping[str, tuple[str, ...]] | None = None, tasks: Any = SENT
) -> SentWorkbook:
    """Return a workbook that was sent with these answers and questions."""
    plan = with_keys(Plan.model_validate(PLAN))
    answers = PrefilledAnswers(tasks, {"success": ["A park"]} if tasks else {})
    workbook = from_layout(lay_out(plan, STANDARD, plan.groups[0], Period(projects.DATE), answers, questions))
    return replace(workbook, carried_columns=carried)


def question(task: str = "2.1a", column: str = "position", may_stay_unchanged: bool = True) -> ContactQuestion:
    return ContactQuestion(task, column, "Does it hold?", "Write what does.", may_stay_unchanged)


def answer(task: str, column: str, text: str) -> Answer:
    return Answer(task, column, text, "Outcome 2.1", f"{COLUMNS[column]}{ROWS[task]}")


def unchanged(column: str, text: str, task: str = "2.1a") -> Observation:
    """Return the observation that an answer is unchanged since it was carried forward."""
    return Observation("carried-untouched", "Outcome 2.1", f"{COLUMNS[column]}{ROWS[task]}", task, text, column=column)


def compared(
    workbook: SentWorkbook,
    *answers: Answer,
    headlines: Sequence[Headline] = (),
    observations: Sequence[Observation] = (),
    totals: Sequence[StatedTotal] = (),
    **options: bool,
) -> ReturnedWorkbook:
    """Return what remains of these answers, with every one that was sent unchanged where none replaces it."""
    result = ReturnedWorkbook(list(answers), list(headlines), list(totals), list(observations))
    compare_with_sent(result, workbook, STANDARD, **options)
    return result


def observed(result: ReturnedWorkbook) -> list[tuple[str, str, str, str, str]]:
    return [(item.code, item.task, item.column, item.found, item.wanted) for item in result.observations]


def test_an_answer_that_the_workbook_was_sent_with_is_none() -> None:
    result = compared(
        sent(), answer("2.1a", "position", "Halfway."), headlines=[Headline("success", 1, "A park", "", "")]
    )
    assert (result.answers, result.headlines, result.observations) == ([], [], [])


def test_an_answer_in_a_cell_that_was_sent_empty_is_not_observed() -> None:
    typed = answer("2.1b", "position", "Begun.")
    result = compared(sent(), typed)
    assert (result.answers, result.observations) == ([typed], [])


def test_an_answer_that_replaces_another_is_observed_with_both() -> None:
    typed = answer("2.1a", "position", "Done.")
    result = compared(sent(), typed)
    assert result.answers == [typed]
    assert observed(result) == [("answer-replaced", "2.1a", "position", "Done.", "Halfway.")]
    assert (result.observations[0].sheet, result.observations[0].cell) == ("Outcome 2.1", "C11")


def test_a_headline_that_replaces_another_is_observed_with_both() -> None:
    typed = Headline("success", 1, "Two parks", "Headlines", "B5")
    result = compared(sent(), headlines=[typed])
    assert result.headlines == [typed]
    assert observed(result) == [("answer-replaced", "", "", "Two parks", "A park")]


def test_a_workbook_that_was_sent_empty_is_left_as_it_was_read() -> None:
    stated = [StatedTotal("2.1", "GREEN", "7", "Outcome 2.1", "G5")]
    result = compared(sent(tasks={}), answer("2.1a", "position", "Done."), totals=stated)
    assert (len(result.answers), result.totals, result.observations) == (1, stated, [])


# ------------------------------------------------------------------------------------------------------ questions


def test_an_answer_that_was_asked_about_and_left_is_confirmed() -> None:
    left = answer("2.1a", "position", "Halfway.")
    result = compared(sent(question()), left)
    assert result.answers == [left]
    assert observed(result) == [("answer-confirmed", "2.1a", "position", "Halfway.", "")]


def test_a_copy_of_the_bytes_that_were_sent_confirms_nothing() -> None:
    result = compared(sent(question()), answer("2.1a", "position", "Halfway."), is_copy=True)
    assert result.answers == []
    assert observed(result) == [("questions-unanswered", "", "", "", "1")]


@pytest.mark.parametrize(
    ("asked", "observations"),
    [
        (question(may_stay_unchanged=False), []),
        (question(), [Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words", column="task")]),
        (question(), [Observation("cleared", "Outcome 2.1", "C11", "2.1a", "", "Halfway.", column="position")]),
    ],
    ids=["it may not stay", "its row is uncertain", "it was cleared elsewhere"],
)
def test_an_answer_is_not_confirmed_where_it_may_not_stay_or_its_row_is_uncertain(
    asked: ContactQuestion, observations: list[Observation]
) -> None:
    result = compared(sent(asked), answer("2.1a", "position", "Halfway."), observations=observations)
    assert result.answers == []
    assert "answer-confirmed" not in [item.code for item in result.observations]


def test_a_headline_that_was_asked_about_and_left_is_confirmed() -> None:
    result = ReturnedWorkbook(unchanged_answers=[Answer("#success-1", "", "A park", "Headlines", "B5")])
    compare_with_sent(result, sent(question("#success-1", "")), STANDARD)
    assert result.headlines == [Headline("success", 1, "A park", "Headlines", "B5")]
    assert observed(result) == [("answer-confirmed", "", "", "A park", "")]


def test_an_answer_after_one_that_is_not_confirmed_is() -> None:
    twice = Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words", column="task")
    left = [answer("2.1a", "position", "Halfway."), answer("2.1b", "status", "GREEN")]
    result = compared(sent(question(), question("2.1b", "status")), *left, observations=[twice])
    assert result.answers == left[1:]


def test_an_answer_that_another_row_replaces_is_not_confirmed() -> None:
    left, typed = answer("2.1a", "position", "Halfway."), answer("2.1a", "position", "Done.")
    result = compared(sent(question()), left, typed)
    assert result.answers == [typed]
    assert [item.code for item in result.observations] == ["answer-replaced"]


def test_questions_that_only_other_answers_were_given_to_are_not_unanswered() -> None:
    result = compared(sent(question(may_stay_unchanged=False)), answer("2.1b", "position", "Begun."))
    assert result.observations == []


# -------------------------------------------------------------------------------------------- carried forward


CARRIED = {"2.1a": ("position", "status"), "2.1b": ("status",)}


def test_where_nothing_of_the_carried_answers_was_changed_none_counts() -> None:
    items = [unchanged("position", "Halfway."), unchanged("status", "RED"), unchanged("status", "GREEN", "2.1b")]
    result = compared(sent(carried=CARRIED), observations=items)
    assert result.answers == []
    assert [item.code for item in result.observations] == ["carried-untouched"] * 3 + ["nothing-confirmed"]


def test_the_carried_answers_of_a_row_that_was_changed_count_too() -> None:
    typed = answer("2.1a", "position", "Done.")
    items = [unchanged("status", "RED"), unchanged("status", "GREEN", "2.1b")]
    result = compared(sent(carried=CARRIED), typed, observations=items)
    assert result.answers == [typed, answer("2.1a", "status", "RED")]
    assert observed(result) == [
        ("carried-untouched", "2.1b", "status", "GREEN", ""),
        ("carried-kept", "2.1a", "status", "RED", ""),
    ]


def test_removing_a_carried_answer_changes_its_row() -> None:
    removed = Observation("carried-cleared", "Outcome 2.1", "C11", "2.1a", "", "Halfway.", column="position")
    result = compared(sent(carried=CARRIED), observations=[removed, unchanged("status", "RED")])
    assert result.answers == [answer("2.1a", "status", "RED")]
    assert [item.code for item in result.observations] == ["carried-cleared", "carried-kept"]


def test_the_carried_answers_of_an_uncertain_row_do_not_count() -> None:
    twice = Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words", column="task")
    typed = answer("2.1a", "position", "Done.")
    result = compared(sent(carried=CARRIED), typed, observations=[twice, unchanged("status", "RED")])
    assert result.answers == [typed]


# ---------------------------------------------------------------------------------------------------------- totals


def stated(line: str, count: str) -> StatedTotal:
    return StatedTotal("2.1", line, count, "Outcome 2.1", "G5")


def test_totals_are_compared_with_the_older_and_the_new_answers() -> None:
    totals = [stated("GREEN", "1"), stated("AMBER", "3"), stated("RED", "0")]
    result = compared(sent(), answer("2.1a", "status", "AMBER"), totals=totals)
    assert result.totals == []
    assert observed(result) == [
        ("total-mismatch", "", "", "3", "1"),
        ("answer-replaced", "2.1a", "status", "AMBER", "RED"),
    ]


def test_a_status_that_was_cleared_is_counted_no_more() -> None:
    cleared = Observation("cleared", "Outcome 2.1", "D11", "2.1a", "", "RED", column="status")
    result = compared(sent(), observations=[cleared], totals=[stated("RED", "0"), stated("GREEN", "1")])
    assert [item.code for item in result.observations] == ["cleared"]
    result = compared(sent(), observations=[cleared], totals=[stated("RED", "1")])
    assert observed(result)[1:] == [("total-mismatch", "", "", "1", "0")]


def test_carried_statuses_count_only_where_they_were_kept_or_asked_about() -> None:
    items = [unchanged("status", "GREEN", "2.1b")]
    result = compared(sent(carried=CARRIED), observations=items, totals=[stated("GREEN", "0")])
    assert "total-mismatch" not in [item.code for item in result.observations]
    result = compared(sent(carried=CARRIED), observations=items, totals=[stated("GREEN", "1")])
    assert "total-mismatch" in [item.code for item in result.observations]
    asked = question("2.1b", "status")
    result = compared(sent(asked, carried=CARRIED), observations=items, totals=[stated("GREEN", "1")])
    assert "total-mismatch" not in [item.code for item in result.observations]


@pytest.mark.parametrize(
    ("text", "count", "expected"), [("g", "0", []), ("g", "1", []), ("green", "1", []), ("g", "2", ["2"])]
)
def test_a_status_in_another_spelling_may_be_counted_or_not(text: str, count: str, expected: list[str]) -> None:
    result = compared(
        sent(tasks={"2.1b": {"status": "RED"}}), answer("2.1a", "status", text), totals=[stated("GREEN", count)]
    )
    assert [item.found for item in result.observations if item.code == "total-mismatch"] == expected


def test_a_carried_status_typed_again_in_another_case_may_be_counted_or_not() -> None:
    """The formulas of its workbook treat it as the one that was carried forward."""
    typed = answer("2.1b", "status", "green")
    for count, expected in (("0", []), ("1", []), ("2", ["2"])):
        result = compared(sent(carried=CARRIED), typed, totals=[stated("GREEN", count)])
        assert [item.found for item in result.observations if item.code == "total-mismatch"] == expected
