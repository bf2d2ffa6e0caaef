"""What a return says goes from one process to the other unchanged."""

from __future__ import annotations

import pickle

from ragsheets.returns.reading.model import Answer, Headline, Observation, ReturnedWorkbook, StatedTotal


def test_what_a_return_says_survives_the_way_between_processes() -> None:
    said = ReturnedWorkbook(
        [Answer("2.1a", "status", "AMBER", "Outcome 2.1", "D12"), Answer("2.1b", "status", "", "Outcome 2.1", "D13")],
        [Headline("success", 1, "A path was opened.", "Headlines", "B3")],
        [StatedTotal("", "RED", "3", "Summary", "E9")],
        [Observation("comment", "Outcome 2.1", "C4", "", "words", "somebody")],
    )
    came = pickle.loads(pickle.dumps(said, pickle.HIGHEST_PROTOCOL))
    assert came == said
    for kind in ("answers", "headlines", "totals", "observations"):
        assert [type(each) for each in getattr(came, kind)] == [type(each) for each in getattr(said, kind)]


def test_a_return_that_says_nothing_can_be_added_to_on_the_other_side() -> None:
    came = pickle.loads(pickle.dumps(ReturnedWorkbook()))
    came.add_observation("comment", "Summary", "A1", "", "words")
    assert came.observations == [Observation("comment", "Summary", "A1", "", "words")]
    assert ReturnedWorkbook().observations == []
