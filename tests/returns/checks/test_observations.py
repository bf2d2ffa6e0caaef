"""Observations of the reader: each becomes the finding of its code while nothing newer has settled it."""

from __future__ import annotations

import pytest

from helpers import projects
from helpers.period_builder import PeriodBuilder, codes, only_finding
from ragsheets.files import short_digest
from ragsheets.returns.checks.observations import check, is_about_words
from ragsheets.returns.finding import Severity
from ragsheets.returns.finding_catalogue import make_finding
from ragsheets.returns.reading.model import Observation

QUERY = "RS-00000000Q1"


def observing(observation: Observation, **overrides: str) -> PeriodBuilder:
    """Return a period of one return in which this was observed."""
    period = PeriodBuilder()
    period.add_return(1, {}, observation, **overrides)
    return period


def test_an_observation_becomes_a_finding_with_its_cell_and_texts() -> None:
    period = observing(Observation("error-value", "Outcome 2.1", "C11", "2.1a", "#REF!", column="position"))
    [(number, item)] = check(period.context())
    assert (number, item.code, item.file, item.group) == (1, "error-value", "1.xlsx", "Parks")
    assert (item.address, item.task, item.column, item.found) == ("Outcome 2.1!C11", "2.1a", "position", "#REF!")


@pytest.mark.parametrize(
    "code",
    ["carried-untouched", "carried-kept", "carried-cleared", "nothing-confirmed", "status-painted", "status-uncounted"],
)
def test_an_observation_that_another_check_decides_on_is_left_to_it(code: str) -> None:
    period = observing(Observation(code, "Outcome 2.1", "D11", "2.1a", "RED", column="status"))
    assert codes(check(period.context())) == []


@pytest.mark.parametrize("code", ["carried-kept", "quoted-words", "row-missing"])
def test_an_observation_after_one_without_a_finding_has_its_own(code: str) -> None:
    first = Observation(code, "Outcome 2.1", "D11", "2.1a", "Dear Di", column="status")
    period = PeriodBuilder()
    period.add_return(1, {}, first, Observation("stray-text", "Headlines", "A20", found="Hello"))
    period.add_return(2, {"2.1a": {"status": "RED"}})
    assert codes(check(period.context())) == ["stray-text"]


def test_an_excluded_return_has_a_note_with_the_beginning_of_its_digest() -> None:
    period = PeriodBuilder()
    period.add_return(
        1, {"2.1a": {"status": "RED"}}, Observation("other-edition"), result="excluded", sha256="abcdef" * 8
    )
    [(number, item)] = check(period.context())
    assert (number, item.code, item.severity, item.file) == (1, "excluded", Severity.NOTE, "1.xlsx")
    assert item.found == short_digest("abcdef" * 8)


@pytest.mark.parametrize(("found", "code"), [("", "wording-deleted"), ("Map everything", "wording-changed")])
def test_a_wording_that_is_gone_was_deleted(found: str, code: str) -> None:
    period = observing(Observation("wording-changed", "Outcome 2.1", "A11", "2.1a", found, "Task a", column="task"))
    assert codes(check(period.context())) == [code]


# --------------------------------------------------------------------------------------------------- what is settled


@pytest.mark.parametrize(
    ("observation", "code"),
    [
        (Observation("error-value", "Outcome 2.1", "C11", "2.1a", "#REF!", column="position"), "value-settled"),
        (Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words", column="task"), "row-twice-settled"),
        (Observation("row-missing", "Outcome 2.1", "", "2.1a", "Words"), None),
    ],
)
def test_a_settled_observation_leaves_a_note_where_its_words_are_nowhere_else(
    observation: Observation, code: str | None
) -> None:
    period = observing(observation)
    assert codes(check(period.context())) == [observation.code]
    period.add_return(2, {"2.1a": {"position": "Done."}})
    found = list(check(period.context()))
    assert [(number, item.code, item.found, item.severity) for number, item in found] == (
        [(1, code, observation.found, Severity.NOTE)] if code else []
    )


@pytest.mark.parametrize(("corrected", "line"), [(False, "“3.xlsx” (Outcome 2.1, C11)"), (True, "the correction")])
def test_a_cleared_cell_in_which_another_answer_counts_is_reported_with_that(corrected: bool, line: str) -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Halfway."}})
    period.add_query(2, QUERY)
    if corrected:
        period.add_correction(3, "Quite new.", column="position")
    else:
        period.add_return(3, {"2.1a": {"position": "Quite new."}})
    cleared = Observation("cleared", "Outcome 2.1", "C11", "2.1a", "", "Halfway.", column="position")
    period.add_return(9, {}, cleared, reference=QUERY)
    number, item = only_finding(check(period.context()), "clearing-overruled")
    assert (number, item.wanted, item.address) == (2 if corrected else 3, "Halfway.", "Outcome 2.1!C11")
    assert item.message.startswith(f"“Halfway.” was deleted here. What counts is “Quite new.” from {line}")


# ------------------------------------------------------------------------------------------------ words of replies


@pytest.mark.parametrize(
    ("code", "words", "expected", "task"),
    [
        ("message-text", "Many thanks for your patience.", "message-text", ""),
        ("message-text", "2.1a is now finished.", "message-answer", "2.1a"),
        ("message-reply", "2.1b is now finished.", "message-reply", "2.1b"),
        ("message-text", "2.1a and 2.1b are finished.", "message-answer", ""),
    ],
)
def test_words_that_name_a_task_of_the_sub_group_may_be_an_answer(
    code: str, words: str, expected: str, task: str
) -> None:
    [(_, item)] = check(observing(Observation(code, found=words, wanted="Ann")).context())
    assert (item.code, item.task, item.found) == (expected, task, words)


def test_words_that_name_several_tasks_have_all_of_them_in_the_message() -> None:
    [(_, item)] = check(observing(Observation("message-text", found="2.1a and 2.1b are finished.")).context())
    assert item.message.endswith("It may be about the tasks 2.1a (“a) Task a”), 2.1b (“b) Task b”).")


def test_words_of_an_earlier_message_below_the_reply_name_no_task() -> None:
    words = "Many thanks.\n\nOn 10 Sep 2008, at 09:00, Co <co@example.org> wrote:\n> How is 2.1a?"
    assert codes(check(observing(Observation("message-text", found=words)).context())) == ["message-text"]


def test_a_reply_of_no_certain_sub_group_may_name_the_tasks_of_any() -> None:
    groups = [
        projects.group(name, projects.outcome(f"{number}.1")) for number, name in enumerate(("Parks", "Roads"), 2)
    ]
    period = PeriodBuilder(plan=projects.plan(*groups))
    period.add_return(
        1, {}, Observation("message-reply", found="3.1a is finished.", wanted="Ann"), group="", result="ignored"
    )
    [(_, item)] = check(period.context())
    assert (item.code, item.task) == ("message-reply", "3.1a")
    assert item.message.endswith("It is not certain which sub-group it is from.")


def test_a_reply_of_a_sub_group_names_none_of_the_tasks_of_another() -> None:
    groups = [
        projects.group(name, projects.outcome(f"{number}.1")) for number, name in enumerate(("Parks", "Roads"), 2)
    ]
    period = PeriodBuilder(plan=projects.plan(*groups))
    period.add_return(1, {}, Observation("message-reply", found="3.1a is finished.", wanted="Ann"))
    [(_, item)] = check(period.context())
    assert (item.task, "not certain" in item.message) == ("", False)


def test_a_finding_on_a_cell_is_certain_of_nothing_and_says_so_only_of_files() -> None:
    [(_, item)] = check(observing(Observation("stray-text", "Headlines", "A20", found="Hello"), group="").context())
    assert "not certain" not in item.message


@pytest.mark.parametrize(("group", "origin"), [("Parks", " of Parks"), ("", "")])
def test_a_workbook_of_another_period_is_named_with_its_sub_group(group: str, origin: str) -> None:
    observation = Observation("wrong-period", found="2008-03-06", wanted="2008-09-04")
    [(_, item)] = check(observing(observation, group=group, result="rejected").context())
    assert item.message.startswith(
        make_finding("wrong-period", found="2008-03-06", wanted="2008-09-04", line=origin).message
    )


@pytest.mark.parametrize(("wanted", "origin"), [("Map the services", " (Map the services)"), ("", "")])
def test_an_answer_to_a_task_that_is_gone_is_reported_with_its_wording(wanted: str, origin: str) -> None:
    [(_, item)] = check(observing(Observation("task-gone", "Outcome 2.1", "C11", "", "Done.", wanted)).context())
    assert item.message == make_finding("task-gone", found="Done.", line=origin).message


@pytest.mark.parametrize(
    ("code", "expected"),
    [("message-reply", True), ("message-answer", True), ("message-text", False), ("cleared", False)],
)
def test_a_finding_is_about_words_where_it_quotes_a_reply_and_is_no_note(code: str, expected: bool) -> None:
    assert is_about_words(make_finding(code)) is expected
