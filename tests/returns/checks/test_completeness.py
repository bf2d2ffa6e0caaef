"""What is missing in all returns of a sub-group together."""

from __future__ import annotations

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
