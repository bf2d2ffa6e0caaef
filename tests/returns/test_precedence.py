"""Precedence between several returns of a sub-group, cell by cell."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import projects
from helpers.period_builder import SENT, PeriodBuilder, codes, only_finding, task_row, timestamp
from ragsheets.ledger import WorkbookRecord
from ragsheets.returns.assess import Assessment
from ragsheets.returns.finding import Severity
from ragsheets.returns.reading.model import Observation
from ragsheets.template.model import Template

QUERY = "RS-00000000Q1"
RED = {"position": "Halfway.", "status": "RED", "planned": "Go on by May."}
LIBREOFFICE = "LibreOffice/7.4.7.2$Linux_X86_64"
HOUR, DAY = 3600, 86400


@pytest.fixture
def period() -> PeriodBuilder:
    return PeriodBuilder()


def answers(assessment: Assessment, task: str = "2.1a") -> tuple[str, str, str]:
    row = task_row(assessment, task)
    return row["position"], row["status"], row["planned"]


def changed(**texts: str) -> dict[str, dict[str, str]]:
    return {"2.1a": {**RED, **texts}}


# -------------------------------------------------------------------------------------------------------- newest


def test_the_return_saved_last_is_the_newest_whatever_the_order_of_arrival(period: PeriodBuilder) -> None:
    period.add_return(50, changed(status="GREEN"), received=timestamp(100))
    period.add_return(10, {"2.1a": RED}, received=timestamp(101))
    assessment = period.assess()
    assert answers(assessment)[1] == "GREEN"
    assert only_finding(assessment, "answers-differ")[1].wanted == "RED"


@pytest.mark.parametrize("saved", ["", timestamp(-DAY), timestamp(99 * DAY)])
def test_where_the_order_is_unknown_a_differing_status_is_not_reported(period: PeriodBuilder, saved: str) -> None:
    period.add_return(1, {"2.1a": RED}, saved=saved, file="a.xlsx")
    period.add_return(2, changed(status="GREEN"), saved=saved, file="b.xlsx")
    assessment = period.assess()
    row = task_row(assessment)
    assert (row["status"], row["status_found"], row["file"]) == ("", "GREEN / RED", "b.xlsx")
    assert assessment.totals.iloc[0][["GREEN", "RED", "not_reported"]].tolist() == [0, 0, 2]
    number, item = only_finding(assessment, "status-order-unknown")
    assert (number, item.severity, item.address) == (2, Severity.ERROR, "Outcome 2.1!D11")
    for text in ("“GREEN”", "“RED”", "“a.xlsx” (Outcome 2.1, D11)"):
        assert text in item.message
    assert "ragsheets correct --key 2.1a" in item.fix
    assert "--exclude" in item.fix
    assert "unknown-status" not in codes(assessment)


def test_statuses_in_an_unknown_order_are_not_the_one_that_is_spelled_like_both(period: PeriodBuilder) -> None:
    template = period.template.model_dump()
    template["statuses"][0]["spellings"] = ["Green/Red"]
    period.template = Template.model_validate(template)
    assert period.template.scale.read("GREEN / RED").code == "GREEN"
    period.add_return(1, {"2.1a": RED}, saved="")
    period.add_return(2, changed(status="GREEN"), saved="")
    assessment = period.assess()
    assert (task_row(assessment)["status_found"], answers(assessment)[1]) == ("GREEN / RED", "")
    assert "status-order-unknown" in codes(assessment)


def test_where_the_order_is_unknown_the_later_words_are_printed_and_both_are_shown(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED}, saved="", file="z.xlsx", headlines={1: "A park"})
    period.add_return(2, changed(position="Nearly."), saved="", file="a.xlsx", headlines={1: "Two parks"})
    assessment = period.assess()
    assert answers(assessment) == ("Nearly.", "RED", "Go on by May.")
    number, item = only_finding(assessment, "text-order-unknown")
    assert (number, item.found, item.wanted, item.severity) == (2, "Nearly.", "Halfway.", Severity.WARNING)
    assert only_finding(assessment, "headline-order-unknown")[1].wanted == "A park"
    assert assessment.headlines["text"].tolist() == ["Two parks"]


def test_only_one_saved_time_decides_where_the_other_return_arrived_before_it(period: PeriodBuilder) -> None:
    period.add_return(10, {"2.1a": RED}, saved="")
    period.add_return(20, changed(status="GREEN"), received=timestamp(30))
    assert answers(period.assess())[1] == "GREEN"


def test_only_one_saved_time_does_not_decide_where_the_other_return_arrived_after_it(period: PeriodBuilder) -> None:
    period.add_return(20, changed(status="GREEN"), received=timestamp(30))
    period.add_return(31, {"2.1a": RED}, saved="")
    assert answers(period.assess())[1] == ""


def test_the_sequence_of_the_ledger_orders_arrivals_whatever_the_clock_of_the_computer_that_reads_them(
    period: PeriodBuilder,
) -> None:
    period.add_return(1 * HOUR, {"2.1a": RED}, headlines={1: "A park"}, received=timestamp(1.1 * HOUR))
    period.add_return(
        2 * HOUR, changed(status="GREEN", position="Nearly."), headlines={1: "Two parks"}, seconds_slow=2 * HOUR
    )
    assessment = period.assess()
    assert answers(assessment) == ("Nearly.", "", "Go on by May.")
    assert only_finding(assessment, "status-order-unknown")[1].found == "GREEN"
    assert only_finding(assessment, "text-order-unknown")[1].found == "Nearly."
    assert only_finding(assessment, "headline-order-unknown")[1].found == "Two parks"


def test_a_fast_clock_at_the_making_of_the_workbooks_does_not_hide_when_returns_were_saved(
    period: PeriodBuilder,
) -> None:
    ((arrival, workbook),) = period.records
    assert isinstance(workbook, WorkbookRecord)
    period.records = [(arrival, replace(workbook, made=timestamp(9 * HOUR)))]
    period.add_return(2 * HOUR, changed(status="GREEN"), received=timestamp(3 * HOUR))
    period.add_return(1 * HOUR, {"2.1a": RED}, received=timestamp(4 * HOUR))
    assert answers(period.assess())[1] == "GREEN"


def test_a_return_read_by_a_slow_clock_that_was_certainly_saved_first_is_the_older(period: PeriodBuilder) -> None:
    period.add_return(1 * HOUR, changed(status="GREEN"))
    period.add_return(0, {"2.1a": RED}, received=timestamp(2 * HOUR), seconds_slow=HOUR)
    assert answers(period.assess())[1] == "GREEN"


@pytest.mark.slow
def test_messages_are_ordered_by_their_dates_even_if_their_files_are_not(period: PeriodBuilder) -> None:
    arrival = timestamp(9 * DAY)
    period.add_return(5 * HOUR, {"2.1a": RED}, message_sent=timestamp(6 * HOUR), received=arrival)
    period.add_return(1 * HOUR, changed(status="GREEN"), message_sent=timestamp(7 * HOUR), received=arrival)
    assert answers(period.assess())[1] == "GREEN"


def test_the_date_of_a_message_bounds_a_clock_that_is_years_off(period: PeriodBuilder) -> None:
    period.add_return(
        0, {"2.1a": RED}, saved="2031-01-01", message_sent=timestamp(1 * DAY), received=timestamp(9 * DAY)
    )
    period.add_return(2 * DAY, changed(status="GREEN"), received=timestamp(9 * DAY))
    assert answers(period.assess())[1] == "GREEN"


@pytest.mark.parametrize(
    ("zone", "known"), [("Europe/London", False), ("America/New_York", True), ("Asia/Tokyo", True)]
)
def test_libreoffice_writes_the_local_time(period: PeriodBuilder, zone: str, known: bool) -> None:
    """It was saved at 10:30 by the clock on the wall, Excel's return at 10:00 UTC."""
    period.add_return(10 * HOUR, {"2.1a": RED}, received=timestamp(DAY), file="excel.xlsx")
    period.add_return(
        10.5 * HOUR, changed(status="GREEN"), received=timestamp(DAY), file="calc.xlsx", program=LIBREOFFICE
    )
    status = answers(period.assess(ZoneInfo(zone)))[1]
    assert bool(status) == known
    if known:
        assert status == ("GREEN" if zone == "America/New_York" else "RED")


def test_a_workbook_made_after_a_return_arrived_is_newer_without_any_time(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED}, saved="")
    period.add_query(2, QUERY)
    period.add_return(3, {"2.1a": {"status": "GREEN"}}, saved="", reference=QUERY)
    assert answers(period.assess())[1] == "GREEN"


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_file_that_repeats_the_words_of_another_and_adds_to_them_is_the_newer(
    period: PeriodBuilder, order: tuple[int, int]
) -> None:
    first, second = order
    period.add_return(first, {"2.1a": RED}, saved="")
    more = {**changed(status="GREEN"), "2.1b": {"position": "Begun.", "status": "AMBER"}}
    period.add_return(second, more, saved="")
    assessment = period.assess()
    assert answers(assessment)[1] == "GREEN"
    assert only_finding(assessment, "answers-differ")[1].wanted == "RED"


def test_statuses_that_agree_by_chance_do_not_make_a_file_the_newer(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": {"position": "One.", "status": "RED"}, "2.1b": {"status": "RED"}}, saved="")
    period.add_return(2, {"2.1a": {"position": "Two.", "status": "RED"}, "2.1b": {**RED, "status": "GREEN"}}, saved="")
    assert only_finding(period.assess(), "status-order-unknown")[1].task == "2.1b"


@pytest.mark.parametrize(("mistyped", "status"), [("Ambr", "AMBER"), ("Rd", "")])
def test_a_mistyped_status_is_mended_only_by_the_one_that_it_suggests(
    period: PeriodBuilder, mistyped: str, status: str
) -> None:
    period.add_return(1, changed(status=mistyped), saved="")
    period.add_return(2, changed(status="AMBER"), saved="")
    assessment = period.assess()
    assert answers(assessment)[1] == status
    assert only_finding(assessment, "answer-mended" if status else "status-order-unknown")[1].wanted == mistyped


@pytest.mark.parametrize("settled_by", ["a correction", "leaving one out", "a newer answer", "the query"])
def test_an_unknown_order_is_settled(period: PeriodBuilder, settled_by: str) -> None:
    out = {"result": "excluded"} if settled_by == "leaving one out" else {}
    period.add_return(1, {"2.1a": RED}, saved="", **out)
    period.add_return(2, changed(status="GREEN"), saved="")
    period.add_query(3, QUERY)
    if settled_by == "a correction":
        period.add_correction(4, "GREEN")
    elif settled_by == "a newer answer":
        period.add_return(5, changed(status="GREEN"))
    elif settled_by == "the query":
        period.add_return(5, {"2.1a": {"status": "GREEN"}}, saved="", reference=QUERY)
    assessment = period.assess()
    assert answers(assessment)[1] == "GREEN"
    assert "status-order-unknown" not in codes(assessment)


# ------------------------------------------------------------------------------------------------ queries, unchanged


def confirmed(text: str, column: str = "position") -> Observation:
    cell = f"{'C' if column == 'position' else 'D'}11"
    return Observation("answer-confirmed", "Outcome 2.1", cell, "2.1a", text, column=column)


def test_what_a_query_left_as_it_was_does_not_overrule_what_arrived_after_the_query_was_made(
    period: PeriodBuilder,
) -> None:
    period.add_return(1, {"2.1a": RED})
    period.add_query(2, QUERY)
    period.add_return(3, changed(position="Quite new."))
    typed = {"2.1a": {"position": "Halfway."}, "2.1b": {"status": "GREEN"}}
    period.add_return(9, typed, confirmed("Halfway."), reference=QUERY)
    assessment = period.assess()
    assert answers(assessment)[0] == "Quite new."
    assert task_row(assessment, "2.1b")["status"] == "GREEN"
    number, item = only_finding(assessment, "confirmation-overruled")
    assert (number, item.found, item.wanted) == (3, "Halfway.", "Quite new.")


def test_what_a_query_left_as_it_was_overrules_what_was_in_the_ledger_when_it_was_made(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED}, saved="")
    period.add_return(2, changed(position="Another."), saved="")
    period.add_query(3, QUERY)
    period.add_return(9, {"2.1a": {"position": "Another."}}, confirmed("Another."), saved="", reference=QUERY)
    assessment = period.assess()
    assert answers(assessment)[0] == "Another."
    assert not {"text-order-unknown", "answers-differ"} & set(codes(assessment))
    assert only_finding(assessment, "answer-settled")[1].wanted == "Halfway."


def test_a_carried_answer_in_a_changed_row_fills_a_gap_and_overrules_nothing(period: PeriodBuilder) -> None:
    kept = Observation("carried-kept", "Outcome 2.1", "D11", "2.1a", "AMBER", column="status")
    period.add_return(5, {"2.1a": {"position": "Now.", "status": "AMBER"}}, kept)
    assert answers(period.assess())[:2] == ("Now.", "AMBER")
    period.add_return(1, {"2.1a": {"status": "RED"}})
    assessment = period.assess()
    assert answers(assessment)[:2] == ("Now.", "RED")
    assert only_finding(assessment, "confirmation-overruled")[1].found == "AMBER"


# ------------------------------------------------------------------------------------------------------- cleared


@pytest.mark.parametrize("settled_by", ["a correction", "a removal", "a newer answer"])
def test_a_cleared_answer_stays_until_it_is_settled(period: PeriodBuilder, settled_by: str) -> None:
    period.add_return(1, {"2.1a": RED})
    period.add_return(2, {"2.1a": {"planned": RED["planned"], "status": "RED"}})
    assert only_finding(period.assess(), "cleared")[1].column == "position"
    if settled_by == "a newer answer":
        period.add_return(5, changed(position="New words."))
    else:
        period.add_correction(4, "" if settled_by == "a removal" else "New words.", column="position")
    assessment = period.assess()
    assert answers(assessment)[0] == ("" if settled_by == "a removal" else "New words.")
    assert "cleared" not in codes(assessment)


def cleared(text: str) -> Observation:
    return Observation("cleared", "Outcome 2.1", "C11", "2.1a", "", text, column="position")


@pytest.mark.parametrize("saved", [timestamp(9), ""])
def test_a_cell_that_an_older_query_cleared_keeps_what_arrived_after_the_query_was_made(
    period: PeriodBuilder, saved: str
) -> None:
    """The contact cleared the words that the query showed, and those are no longer the ones that count."""
    period.add_return(1, {"2.1a": RED}, headlines={1: "A park"})
    period.add_query(2, QUERY)
    period.add_return(3, changed(position="Quite new."), saved=saved and timestamp(3), headlines={1: "Two parks"})
    observed = cleared("Halfway."), Observation("cleared", "Headlines", "B5", "", "", "A park")
    period.add_return(9, {"2.1b": {"status": "GREEN"}}, *observed, saved=saved, reference=QUERY)
    assessment = period.assess()
    assert answers(assessment)[0] == "Quite new."
    assert assessment.headlines["text"].tolist() == ["Two parks"]
    overruled = {
        item.wanted: item.message
        for number, item in assessment.findings
        if item.code == "clearing-overruled" and number == 3
    }
    assert overruled.keys() == {"Halfway.", "A park"}
    assert "“Quite new.” from “3.xlsx” (Outcome 2.1, C11)" in overruled["Halfway."]
    assert "cleared" not in codes(assessment)


def test_a_cell_that_a_query_cleared_is_asked_about_although_a_newer_return_repeats_its_words(
    period: PeriodBuilder,
) -> None:
    period.add_return(1, {"2.1a": RED})
    period.add_query(2, QUERY)
    period.add_return(3, {"2.1a": RED})
    period.add_return(9, {"2.1b": {"status": "GREEN"}}, cleared("Halfway."), reference=QUERY)
    assert only_finding(period.assess(), "cleared")[1].wanted == "Halfway."


def test_a_cell_that_an_older_query_cleared_keeps_the_correction_made_since(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED})
    period.add_query(2, QUERY)
    period.add_correction(3, "Corrected.", column="position")
    period.add_return(9, {"2.1b": {"status": "GREEN"}}, cleared("Halfway."), reference=QUERY)
    assessment = period.assess()
    assert answers(assessment)[0] == "Corrected."
    assert "the correction" in only_finding(assessment, "clearing-overruled")[1].message


def test_a_correction_to_nothing_settles_what_an_older_query_cleared(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED})
    period.add_query(2, QUERY)
    period.add_correction(3, "", column="position")
    period.add_return(9, {"2.1b": {"status": "GREEN"}}, cleared("Halfway."), reference=QUERY)
    assert not {"cleared", "clearing-overruled"} & set(codes(period.assess()))


TEXTS = st.sampled_from(["", "one", "two"])
ROW = st.fixed_dictionaries({"position": TEXTS, "status": st.sampled_from(["", "RED", "GREEN"]), "planned": TEXTS})
RETURN = st.fixed_dictionaries({"2.1a": ROW, "2.1b": ROW})


def filled(cells: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {task: {column: text for column, text in row.items() if text} for task, row in cells.items()}


@pytest.mark.slow
@given(older=RETURN, newer=RETURN, known=st.booleans())
@settings(derandomize=True, deadline=None)
def test_of_any_two_returns_every_cell_follows_the_rule_and_no_word_is_lost(
    older: dict[str, dict[str, str]], newer: dict[str, dict[str, str]], known: bool
) -> None:
    """Where the order is not known, it may still follow from one file repeating the other."""
    period = PeriodBuilder()
    for second, cells in ((1, older), (2, newer)):
        period.add_return(second, filled(cells), **({} if known else {"saved": ""}))
    assessment = period.assess()
    findings = [item for _, item in assessment.findings]
    words = {text for item in findings for text in (item.found, item.wanted)}
    cleared = {(item.task, item.column) for item in findings if item.code == "cleared"}
    for task, column in itertools.product(older, ("position", "status", "planned")):
        before, after = older[task][column], newer[task][column]
        value = task_row(assessment, task)["status_found" if column == "status" else column]
        is_repeated = any(older[task][other] and older[task][other] == newer[task][other] for other in older[task])
        if known:
            assert value == (after or before)
            assert ((task, column) in cleared) == bool(before and not after and is_repeated)
        elif before and after and before != after:
            unknown = [item.code for item in findings if (item.task, item.column) == (task, column)]
            assert unknown in (["status-order-unknown"], ["text-order-unknown"], ["answers-differ"])
            is_settled = unknown == ["answers-differ"]
            assert bool(task_row(assessment, task)["status"]) == is_settled or column != "status"
        else:
            assert value == (after or before)
        for text in filter(None, (before, after)):
            assert text in value or text in words
    assert not known or not any(code.endswith("order-unknown") for code in codes(assessment))


# --------------------------------------------------------------------------------------------- an ordinary period


def test_a_board_of_forty_sub_groups_with_sixty_ordinary_replies_raises_no_such_error() -> None:
    """Twenty contacts reply twice: they repeat their words, change a status, and add to them."""
    names = [f"Group {number}" for number in range(40)]
    outcomes = [
        projects.outcome(f"{number}.1", projects.action(projects.task("a"), projects.task("b"))) for number in range(40)
    ]
    groups = [projects.group(name, outcome) for name, outcome in zip(names, outcomes, strict=True)]
    board, arrival = PeriodBuilder(plan=projects.plan(*groups)), timestamp(20 * DAY)
    for number, name in enumerate(names):
        day, task, other_task = 1 + number % 9, f"{number}.1a", f"{number}.1b"
        board.add_workbook(-60, f"RS-{number:010}", f"sent/{name}.xlsx", name)
        details: dict[str, Any] = {"reference": f"RS-{number:010}", "group": name, "received": arrival}
        first: dict[str, Any] = {"program": LIBREOFFICE if number % 3 == 0 else "Microsoft Excel"}
        if number % 4 == 1:
            first["message_sent"] = timestamp(day * DAY + HOUR)
        board.add_return(day * DAY, {task: RED}, **details, **first)
        if number < 20:
            second: dict[str, Any] = {"program": LIBREOFFICE if number % 5 == 0 else "Microsoft Excel"}
            if number % 2:
                second["message_sent"] = timestamp((day + 2) * DAY + HOUR)
            if number % 7 == 0:
                second["saved"] = ""
            replies = {task: {**RED, "status": "AMBER"}, other_task: {"position": "Begun.", "status": "AMBER"}}
            board.add_return((day + 2) * DAY, replies, **details, **second)
    assessment = board.assess(ZoneInfo("Europe/London"))
    assert len(assessment.returns) == 60
    assert [item for _, item in assessment.findings if item.severity is Severity.ERROR] == []
    assert assessment.totals[["AMBER", "RED"]].sum().tolist() == [40, 20]


def test_returns_of_a_workbook_that_the_ledger_does_not_know_are_ordered_too(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED}, reference="")
    period.add_return(2, changed(status="GREEN"), reference=SENT)
    assert answers(period.assess())[1] == "GREEN"


def test_the_order_of_three_returns_that_contradict_each_other_is_unknown(period: PeriodBuilder) -> None:
    """By their messages b is newer than a, by their saved times a than c, and c than b."""
    arrival = timestamp(9 * DAY)
    period.add_return(5 * HOUR, {"2.1a": RED}, message_sent=timestamp(6 * HOUR), received=arrival)
    period.add_return(1 * HOUR, changed(status="GREEN"), message_sent=timestamp(7 * HOUR), received=arrival)
    period.add_return(3 * HOUR, changed(status="AMBER"), received=arrival)
    assessment = period.assess()
    assert answers(assessment)[1] == ""
    assert "status-order-unknown" in codes(assessment)


def test_an_earlier_zone_changes_nothing_for_programs_that_write_utc(period: PeriodBuilder) -> None:
    period.add_return(1, {"2.1a": RED}, received=timestamp(DAY))
    period.add_return(2, changed(status="GREEN"), received=timestamp(DAY))
    for zone in (datetime.UTC, ZoneInfo("Asia/Tokyo")):
        assert answers(period.assess(zone))[1] == "GREEN"
