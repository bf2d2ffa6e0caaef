"""Observations: open until a newer answer, a correction or the end of what they are about settles them."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.period_builder import PeriodBuilder
from ragsheets.returns.checks.settled import observations_with_state
from ragsheets.returns.reading.model import Observation

QUERY = "RS-00000000Q1"
ERROR = Observation("error-value", "Outcome 2.1", "C11", "2.1a", "#REF!", column="position")
ROW_TWICE = Observation("row-twice", "Outcome 2.1", "B12", "2.1a", "Words", column="task")
HEADLINE = Observation("error-value", "Headlines", "B5", found="#REF!", column="#success-1")
CLEARED = Observation("cleared", "Outcome 2.1", "C11", "2.1a", "", "Halfway.", column="position")
HEADLINE_CLEARED = Observation("cleared", "Headlines", "B5", wanted="A park", column="#success-1")


def open_codes(period: PeriodBuilder) -> list[str]:
    """Return the codes of the observations that are open."""
    return [row.code for row, is_open, _ in observations_with_state(period.context()) if is_open]


@pytest.mark.parametrize(
    ("observation", "answer", "is_open"),
    [
        (ERROR, {"answers": {"2.1a": {"position": "Done."}}}, False),
        (ERROR, {"answers": {"2.1a": {"planned": "Done."}}}, True),
        (ERROR, {"answers": {"2.1b": {"position": "Done."}}}, True),
        (ROW_TWICE, {"answers": {"2.1a": {"planned": "Done."}}}, False),
        (ROW_TWICE, {"answers": {"2.1b": {"planned": "Done."}}}, True),
        (HEADLINE, {"answers": {}, "headlines": {1: "A park"}}, False),
        (HEADLINE, {"answers": {}, "headlines": {2: "A park"}}, True),
        (Observation("stray-text", "Outcome 2.1", "C11", "2.1a"), {"answers": {"2.1a": {"position": "Done."}}}, True),
    ],
)
def test_a_newer_answer_settles_what_is_open_in_its_cell_or_its_row(
    observation: Observation, answer: dict[str, Any], is_open: bool
) -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, observation)
    assert open_codes(period) == [observation.code]
    period.add_return(2, **answer)
    assert open_codes(period) == [observation.code] * is_open


def test_an_answer_of_the_same_or_an_older_return_settles_nothing() -> None:
    period = PeriodBuilder()
    period.add_return(2, {"2.1a": {"status": "RED", "position": "So."}}, ROW_TWICE)
    period.add_return(1, {"2.1a": {"position": "Begun."}}, received="2008-09-06 00:00:00")
    assert open_codes(period) == ["row-twice"]


@pytest.mark.parametrize(
    ("second", "column", "is_open"), [(0, "position", True), (2, "planned", True), (2, "position", False)]
)
def test_only_a_newer_correction_of_its_own_cell_settles_it(second: float, column: str, is_open: bool) -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, ERROR)
    period.add_correction(second, "Done.", column=column)
    assert open_codes(period) == ["error-value"] * is_open


def test_a_correction_of_any_cell_settles_a_row() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, ROW_TWICE)
    period.add_correction(2, "Done.", column="planned")
    assert open_codes(period) == []


def test_the_observations_of_a_rejected_file_are_open_and_those_of_an_excluded_one_are_not_there() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, Observation("damaged"), result="rejected")
    period.add_return(2, {}, ERROR, result="excluded")
    assert [(row.code, is_open) for row, is_open, _ in observations_with_state(period.context())] == [("damaged", True)]


# ------------------------------------------------------------------------------------------------- cleared cells


def period_with_cleared(observation: Observation, **first: Any) -> PeriodBuilder:
    """Return a period in which a query cleared the answer of the first return; `first` replaces parts of that."""
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Halfway."}}, headlines={1: "A park"}, **first)
    period.add_query(2, QUERY)
    period.add_return(9, {}, observation, reference=QUERY)
    return period


@pytest.mark.parametrize("observation", [CLEARED, HEADLINE_CLEARED], ids=["a task", "a headline"])
def test_a_cleared_answer_is_open_while_the_return_that_has_it_counts(observation: Observation) -> None:
    assert open_codes(period_with_cleared(observation)) == ["cleared"]
    assert open_codes(period_with_cleared(observation, result="excluded")) == []


def test_a_cleared_headline_whose_row_was_moved_is_open_until_it_is_answered() -> None:
    period = period_with_cleared(HEADLINE_CLEARED._replace(cell="B8"))
    assert open_codes(period) == ["cleared"]
    period.add_return(10, {}, headlines={1: "Two parks"})
    assert open_codes(period) == []


def test_a_cleared_headline_that_an_older_ledger_has_without_its_row_is_open() -> None:
    """Without the key of its row it is not certain which headline it was."""
    assert open_codes(period_with_cleared(HEADLINE_CLEARED._replace(column="", cell="B8"))) == ["cleared"]
    period = period_with_cleared(HEADLINE_CLEARED._replace(column=""))
    period.add_return(10, {}, headlines={1: "Two parks"})
    assert open_codes(period) == []


def test_an_answer_that_arrived_after_the_query_was_made_overrules_its_empty_cell() -> None:
    period = period_with_cleared(CLEARED)
    period.add_return(3, {"2.1a": {"position": "Quite new."}}, saved="2008-09-05 00:00:03")
    [(_, is_open, overruling)] = observations_with_state(period.context())
    assert is_open
    assert overruling is not None
    assert overruling.value == "Quite new."


def test_a_headline_that_arrived_after_the_query_was_made_overrules_its_empty_cell() -> None:
    period = period_with_cleared(HEADLINE_CLEARED)
    period.add_return(3, {}, headlines={1: "Two parks"})
    [(_, is_open, overruling)] = observations_with_state(period.context())
    assert is_open
    assert overruling is not None
    assert overruling.value == "Two parks"


def test_an_answer_that_arrived_after_the_query_with_the_same_words_is_still_asked_about() -> None:
    period = period_with_cleared(CLEARED)
    period.add_return(3, {"2.1a": {"position": "Halfway."}})
    assert [(is_open, overruling) for _, is_open, overruling in observations_with_state(period.context())] == [
        (True, None)
    ]


def test_a_correction_to_nothing_made_after_the_query_agrees_with_its_empty_cell() -> None:
    period = period_with_cleared(CLEARED)
    period.add_correction(3, "", column="position")
    [(_, is_open, overruling)] = observations_with_state(period.context())
    assert not is_open
    assert overruling is not None
    assert overruling.correction


def test_an_empty_cell_of_the_first_workbook_is_overruled_by_nothing() -> None:
    """Only a query shows its contact what counts."""
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Another."}})
    period.add_return(9, {}, CLEARED)
    assert [(is_open, overruling) for _, is_open, overruling in observations_with_state(period.context())] == [
        (True, None)
    ]
