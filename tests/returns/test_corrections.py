"""Corrections: merged with the answers of the returns by time, cell by cell; the newest value counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import projects
from helpers.period_builder import COLUMNS, PLAN, STANDARD, PeriodBuilder, codes, only_finding, task_row, timestamp
from ragsheets.returns.assess import Assessment
from ragsheets.returns.finding import Severity
from ragsheets.returns.reading.model import Observation
from ragsheets.template.model import Template

QUERY = "RS-00000000Q1"
FULL = {"position": "Halfway.", "status": "RED", "planned": "Go on by May."}


@pytest.fixture
def period() -> PeriodBuilder:
    return PeriodBuilder()


# --------------------------------------------------------------------------------------------------- precedence


def test_a_correction_replaces_the_answer_and_keeps_its_source(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    assessment = period.assess()
    assert task_row(assessment) | {"status": "GREEN", "position": "Halfway.", "status_found": "RED"} == task_row(
        assessment
    )
    assert (task_row(assessment)["file"], task_row(assessment)["sheet"], task_row(assessment)["cell"]) == (
        "0.xlsx",
        "Outcome 2.1",
        "D11",
    )
    assert task_row(assessment)["corrected"] == timestamp(1)
    assert assessment.totals.iloc[0][["GREEN", "RED", "not_reported"]].tolist() == [1, 0, 1]
    assert assessment.sources == {"2.1a": 1}


def test_a_newer_return_with_another_answer_wins_and_both_values_are_shown(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1a": {**FULL, "status": "AMBER"}})
    assessment = period.assess()
    number, item = only_finding(assessment, "correction-overtaken")
    assert (task_row(assessment)["status"], task_row(assessment)["corrected"]) == ("AMBER", "")
    assert (number, item.found, item.wanted, item.severity) == (2, "AMBER", "GREEN", Severity.WARNING)
    assert "answers-differ" not in codes(assessment)


def test_a_newer_return_with_the_same_answer_adds_no_finding(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1a": {**FULL, "status": "Green – on track"}})
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert "correction-overtaken" not in codes(assessment)


@pytest.mark.slow
def test_a_return_received_before_the_correction_is_older_even_if_its_clock_is_ahead(
    period: PeriodBuilder,
) -> None:
    period.add_return(0, {"2.1a": FULL}, saved=timestamp(900))
    period.add_correction(1, "GREEN")
    assert task_row(period.assess())["status"] == "GREEN"


def test_a_return_saved_before_the_correction_and_received_after_it_is_older(period: PeriodBuilder) -> None:
    period.add_correction(5, "GREEN")
    period.add_return(0, {"2.1a": FULL}, received=timestamp(9))
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert only_finding(assessment, "corrected")[1].address == "Outcome 2.1!D11"


@pytest.mark.parametrize("seconds_slow", [300, 0, -86400])
def test_the_sequence_of_the_ledger_orders_a_correction_whatever_its_clock(
    period: PeriodBuilder, seconds_slow: int
) -> None:
    period.add_return(1000, {"2.1a": FULL})
    period.add_correction(1001, "GREEN", at=timestamp(1001 - seconds_slow))
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert "corrected" in codes(assessment)


def test_a_return_given_before_a_slow_correction_and_received_after_it_does_not_overtake_it(
    period: PeriodBuilder,
) -> None:
    period.add_return(1000, {"2.1b": FULL})
    period.add_correction(1001, "GREEN", at=timestamp(701))
    period.add_return(900, {"2.1a": FULL}, received=timestamp(2000))
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert "correction-overtaken" not in codes(assessment)


def test_a_later_return_of_unknown_time_does_not_overtake_a_correction_and_is_shown(period: PeriodBuilder) -> None:
    period.add_correction(1, "GREEN")
    period.add_return(5, {"2.1a": {**FULL, "status": "AMBER"}}, saved="")
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    number, item = only_finding(assessment, "correction-kept")
    assert (number, item.found, item.wanted, item.severity) == (1, "AMBER", "GREEN", Severity.WARNING)
    assert "ragsheets correct --key 2.1a" in item.fix


def test_a_later_answer_is_shown_beside_a_correction_though_it_was_read_by_a_slow_clock(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1000, "GREEN")
    period.add_return(2000, {"2.1a": {**FULL, "status": "AMBER"}}, seconds_slow=1500)
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert only_finding(assessment, "correction-kept")[1].found == "AMBER"


def test_a_return_of_a_workbook_made_after_the_correction_overtakes_it_whatever_the_clocks(
    period: PeriodBuilder,
) -> None:
    period.add_correction(1, "GREEN", at=timestamp(9999))
    period.add_query(2, QUERY)
    period.add_return(5, {"2.1a": {**FULL, "status": "AMBER"}}, saved="", reference=QUERY)
    assessment = period.assess()
    assert task_row(assessment)["status"] == "AMBER"
    assert only_finding(assessment, "correction-overtaken")[1].found == "AMBER"


def test_an_undone_correction_leaves_the_order_of_the_others(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(2, "AMBER")
    period.add_correction(1, "GREEN", undone=timestamp(3))
    assert task_row(period.assess())["status"] == "AMBER"


def confirmed_observation(text: str) -> Observation:
    """Return the observation that the status of the first task was asked about and left unchanged."""
    return Observation("answer-confirmed", "Outcome 2.1", "D11", "2.1a", text, column="status")


def test_confirming_an_answer_of_an_older_query_does_not_replace_a_correction(period: PeriodBuilder) -> None:
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1a": {"status": "RED"}, "2.1b": {"status": "AMBER"}}, confirmed_observation("RED"))
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert task_row(assessment, "2.1b")["status"] == "AMBER"
    assert "correction-overtaken" not in codes(assessment)
    assert "RED" in only_finding(assessment, "corrected")[1].wanted


def test_a_correction_is_kept_even_where_an_earlier_one_has_the_confirmed_value(period: PeriodBuilder) -> None:
    period.add_correction(1, "RED")
    period.add_correction(2, "GREEN")
    period.add_return(3, {"2.1a": {"status": "RED"}}, confirmed_observation("RED"))
    assert task_row(period.assess())["status"] == "GREEN"


def test_confirming_a_corrected_value_is_a_newer_answer(period: PeriodBuilder) -> None:
    period.add_correction(1, "RED")
    period.add_correction(2, "GREEN")
    period.add_query(2.5, QUERY)
    period.add_return(3, {"2.1a": {"status": "GREEN"}}, confirmed_observation("GREEN"), reference=QUERY)
    assessment = period.assess()
    assert task_row(assessment)["status"] == "GREEN"
    assert assessment.corrections.cells["2.1a", "status"].newest_entry.correction is None


def test_confirming_an_answer_typed_after_a_correction_keeps_that_answer(period: PeriodBuilder) -> None:
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1a": {"status": "AMBER"}})
    period.add_return(3, {"2.1a": {"status": "AMBER"}}, confirmed_observation("AMBER"))
    assert task_row(period.assess())["status"] == "AMBER"


def cleared_observation(column: str = "status") -> Observation:
    """Return the observation that a carried-forward answer of the first task was removed."""
    return Observation("carried-cleared", "Outcome 2.1", f"{COLUMNS[column]}11", "2.1a", "", "BLUE", column=column)


@pytest.mark.parametrize("answered", [True, False])
def test_an_answer_removed_after_a_correction_is_reported_until_settled(period: PeriodBuilder, answered: bool) -> None:
    if answered:
        period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "GREEN")
    period.add_return(2, {"2.1b": {"status": "AMBER"}}, cleared_observation())
    assessment = period.assess()
    assert only_finding(assessment, "cleared")[1].wanted == "GREEN"
    assert task_row(assessment)["status"] == "GREEN"
    period.add_query(2.5, QUERY)
    period.add_return(3, {"2.1a": {"status": "GREEN"}}, confirmed_observation("GREEN"), reference=QUERY)
    assert "cleared" not in codes(period.assess())


#: Values for one cell, each from a return or a correction.
EVENTS = st.lists(
    st.tuples(st.sampled_from(["return", "correction"]), st.sampled_from("uvwxyz")), min_size=1, max_size=7
)


@given(EVENTS, st.sampled_from(["position", "planned"]), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_newest_value_counts_and_all_others_are_reported(
    events: Sequence[tuple[str, str]], column: str, chance: Any
) -> None:
    period = PeriodBuilder()
    numbered_events = list(enumerate(events))
    chance.shuffle(numbered_events)
    # Returns and corrections are numbered in the order in which they are stored, not by time.
    for second, (kind, text) in numbered_events:
        if kind == "return":
            period.add_return(second, {"2.1a": {column: text}})
        else:
            period.add_correction(second, text, column=column)
    assessment = period.assess()
    newest_event = events[-1]
    messages = " ".join(item.message for _, item in assessment.findings)
    assert task_row(assessment)[column] == newest_event[1]
    assert bool(task_row(assessment)["corrected"]) == (newest_event[0] == "correction")
    assert [text for _, text in events if text != newest_event[1] and f"“{text}”" not in messages] == []


# ------------------------------------------------------------------------------------- what a correction settles


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"status": "Ambr", "position": "So."}, "unknown-status"),
        ({"position": "So."}, "status-missing"),
        ({"status": "GREEN?", "position": "So."}, "unknown-status"),
    ],
)
def test_a_correction_settles_a_question_about_the_status(
    period: PeriodBuilder, answers: Mapping[str, str], code: str
) -> None:
    period.add_return(0, {"2.1a": answers})
    assert code in codes(period.assess())
    period.add_correction(1, "GREEN")
    assert code not in codes(period.assess())


@pytest.mark.slow
def test_a_correction_settles_a_difference_between_two_returns(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_return(1, {"2.1a": {**FULL, "status": "AMBER", "position": "Nearly."}})
    period.add_correction(2, "AMBER")
    assert [item.column for _, item in period.assess().findings if item.code == "answers-differ"] == ["position"]
    assert only_finding(period.assess(), "corrected")[1].wanted == "“RED”"


def test_a_correction_settles_a_bad_date() -> None:
    date_column = {"key": "done_by", "heading": "Done by", "kind": "date", "filled_by": "contact"}
    raw = STANDARD.model_dump()
    template = Template.model_validate({**raw, "columns": [*raw["columns"], date_column]})
    period = PeriodBuilder(template=template)
    period.add_return(0, {"2.1a": {**FULL, "done_by": "soonish"}})
    assert "bad-date" in codes(period.assess())
    period.add_correction(1, "2009-03-05", column="done_by")
    assert "bad-date" not in codes(period.assess())
    assert task_row(period.assess())["done_by"] == "2009-03-05"


def test_the_column_of_a_cell_is_the_one_observed_whatever_its_letters(period: PeriodBuilder) -> None:
    """A workbook of a later period shows more columns, so that the position is in another one."""
    cleared = Observation("cleared", "Outcome 2.1", "F11", "2.1a", "", "Halfway.", column="position")
    period.add_return(-1, {"2.1a": FULL})
    period.add_return(0, {"2.1b": FULL}, cleared)
    period.add_correction(1, "Done.", column="planned")
    assert "cleared" in codes(period.assess())
    period.add_correction(1, "Nearly.", column="position")
    assert "cleared" not in codes(period.assess())


# ----------------------------------------------------------------------------- removed answers, removed tasks


def test_a_correction_can_remove_an_answer(period: PeriodBuilder) -> None:
    period.add_return(0, {"2.1a": FULL})
    period.add_correction(1, "")
    assessment = period.assess()
    assert (task_row(assessment)["status"], task_row(assessment)["status_found"], task_row(assessment)["cell"]) == (
        "",
        "",
        "C11",
    )
    assert only_finding(assessment, "corrected-out")[1].message.startswith("“RED” was removed")
    assert "status-missing" in codes(assessment)


def test_a_sub_group_without_a_return_stays_missing_and_its_corrected_task_counts(period: PeriodBuilder) -> None:
    period.add_correction(1, "GREEN")
    assessment = period.assess()
    assert assessment.missing_groups == ("Parks",)
    assert assessment.totals.iloc[0][["GREEN", "not_reported"]].tolist() == [1, 1]
    assert task_row(assessment) | {"status": "GREEN", "status_found": "", "file": "", "cell": ""} == task_row(
        assessment
    )
    number, note = only_finding(assessment, "corrected-empty")
    assert (number, note.file, note.group, note.task) == (0, "", "Parks", "2.1a")


def inapplicable_correction(
    plan: Mapping[str, Any], template: Template = STANDARD, **overrides: str
) -> tuple[Assessment, Any]:
    period = PeriodBuilder(plan=plan, template=template)
    period.add_return(0, {"2.1b": FULL})
    period.add_correction(1, "GREEN", **overrides)
    assessment = period.assess()
    return assessment, only_finding(assessment, "correction-homeless")


def test_a_correction_of_a_removed_task_is_reported_and_not_applied() -> None:
    tasks = projects.action(projects.task("b"))
    assessment, (number, item) = inapplicable_correction(
        projects.plan(projects.group("Parks", projects.outcome("2.1", tasks)))
    )
    assert assessment.totals.iloc[0]["GREEN"] == 0
    assert (number, item.severity, item.task, item.found) == (0, Severity.ERROR, "2.1a", "GREEN")
    assert "ragsheets correct --key 2.1a --undo" in item.fix


def test_a_correction_of_a_reworded_task_is_reported_and_not_applied() -> None:
    assessment, (_, item) = inapplicable_correction(PLAN, wording="Another task")
    assert task_row(assessment)["status"] == ""
    assert "“Task a”" in item.wanted
    assert "“Another task”" in item.wanted


def test_a_correction_applies_to_a_reworded_task_with_a_given_key() -> None:
    tasks = projects.action(projects.task("a", key="2.1a"), projects.task("b"))
    period = PeriodBuilder(plan=projects.plan(projects.group("Parks", projects.outcome("2.1", tasks))))
    period.add_correction(1, "GREEN", wording="Another task")
    assert task_row(period.assess())["status"] == "GREEN"


def test_a_correction_of_a_task_whose_key_another_was_given_is_reported_and_not_applied() -> None:
    tasks = projects.action(projects.task("a"), projects.task("b", key="2.1a"))
    plan = projects.plan(projects.group("Parks", projects.outcome("2.1", tasks)))
    period = PeriodBuilder(plan=plan)
    period.add_correction(1, "GREEN", wording="Task a")
    assessment = period.assess()
    assert task_row(assessment)["status"] == ""
    assert "“Task b”" in only_finding(assessment, "correction-homeless")[1].wanted


def test_blanks_and_case_do_not_make_another_wording(period: PeriodBuilder) -> None:
    period.add_correction(1, "GREEN", wording=" task  A.")
    assert task_row(period.assess())["status"] == "GREEN"


def test_a_correction_to_a_status_no_longer_on_the_scale_is_not_applied() -> None:
    raw = STANDARD.model_dump()
    smaller_template = Template.model_validate({**raw, "statuses": raw["statuses"][1:]})
    assessment, _ = inapplicable_correction(PLAN, smaller_template)
    assert task_row(assessment)["status"] == ""
