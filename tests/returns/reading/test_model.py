"""A parsed return passes from one process to the other unchanged."""

from __future__ import annotations

import pickle

from ragsheets.returns.reading.model import Answer, Headline, Observation, ReturnedWorkbook, StatedTotal


def test_a_parsed_return_is_unchanged_by_pickling() -> None:
    workbook = ReturnedWorkbook(
        [Answer("2.1a", "status", "AMBER", "Outcome 2.1", "D12"), Answer("2.1b", "status", "", "Outcome 2.1", "D13")],
        [Headline("success", 1, "A path was opened.", "Headlines", "B3")],
        [StatedTotal("", "RED", "3", "Summary", "E9")],
        [Observation("comment", "Outcome 2.1", "C4", "", "words", "somebody")],
    )
    unpickled = pickle.loads(pickle.dumps(workbook, pickle.HIGHEST_PROTOCOL))
    assert unpickled == workbook
    for kind in ("answers", "headlines", "totals", "observations"):
        assert [type(item) for item in getattr(unpickled, kind)] == [type(item) for item in getattr(workbook, kind)]


def test_observations_can_be_added_to_an_empty_unpickled_return() -> None:
    unpickled = pickle.loads(pickle.dumps(ReturnedWorkbook()))
    unpickled.add_observation("comment", sheet="Summary", cell="A1", found="words")
    assert unpickled.observations == [Observation("comment", "Summary", "A1", "", "words")]
    assert ReturnedWorkbook().observations == []
