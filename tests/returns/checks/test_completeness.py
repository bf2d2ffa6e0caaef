"""What is missing in all returns of a sub-group together."""

from __future__ import annotations

import pytest

from helpers.period_builder import PeriodBuilder, codes, only_finding
from ragsheets.returns.reading.model import Observation


def test_a_return_of_headlines_alone_is_asked_about_its_tasks() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, headlines={1: "A park"})
    item = only_finding(period.assess(), "half-filled")[1]
    assert (item.found, item.wanted) == ("2", "2")


def test_a_return_of_text_outside_the_cells_is_asked_about_its_tasks() -> None:
    period = PeriodBuilder()
    period.add_return(1, {}, Observation("stray-text", "Headlines", "A20", "", "Date: 17 September 2008"))
    assert {"stray-text", "half-filled"} == set(codes(period.assess()))


def test_a_workbook_as_it_was_sent_has_one_finding() -> None:
    period = PeriodBuilder()
    period.add_return(1, {})
    assert codes(period.assess()) == ["nothing-filled-in"]


def test_a_workbook_with_answers_to_a_task_that_is_gone_is_not_as_it_was_sent() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"9.9z": {"position": "Done."}})
    assert set(codes(period.assess())) == {"task-gone", "half-filled"}


@pytest.mark.parametrize("code", ["error-value", "formula-without-value", "merged-cells"])
@pytest.mark.parametrize(("column", "answers"), [("position", ["status", "planned"]), ("status", ["position"])])
def test_a_cell_that_another_finding_asks_about_is_not_also_reported_as_empty(
    code: str, column: str, answers: list[str]
) -> None:
    filled = {"position": "Done.", "status": "GREEN", "planned": "No more."}
    observation = Observation(code, "Outcome 2.1", "C11", "2.1a", "#REF!", column=column)
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {key: filled[key] for key in answers}, "2.1b": filled}, observation)
    assert codes(period.assess()) == [code]
    period.add_return(2, {"2.1a": {key: filled[key] for key in answers if key != "planned"}, "2.1b": filled})
    assert code in codes(period.assess())
