"""Precedence: which of several returns of a sub-group is newer."""

from __future__ import annotations

import pandas as pd

from ragsheets.returns.precedence import accepted_newest_first


def returns(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Build the frame of returns from their results, saved times and received times."""
    frame = pd.DataFrame(rows, columns=["result", "saved", "received"])
    return frame.assign(id=range(1, len(rows) + 1))


def order(*rows: tuple[str, str, str]) -> list[int]:
    return list(accepted_newest_first(returns(*rows))["id"])


def test_the_return_saved_last_is_the_newest() -> None:
    assert order(("accepted", "2008-09-05", "2008-09-09"), ("accepted", "2008-09-06", "2008-09-08")) == [2, 1]


def test_a_return_without_a_saved_time_counts_from_when_it_was_received() -> None:
    assert order(("accepted", "", "2008-09-07"), ("accepted", "2008-09-06", "2008-09-08")) == [1, 2]


def test_a_saved_time_after_the_return_was_received_is_ignored() -> None:
    assert order(("accepted", "2030-01-01", "2008-09-05"), ("accepted", "2008-09-06", "2008-09-08")) == [2, 1]


def test_of_returns_with_the_same_times_the_later_one_in_the_ledger_is_newer() -> None:
    assert order(("accepted", "2008-09-05", "2008-09-06"), ("accepted", "2008-09-05", "2008-09-06")) == [2, 1]


def test_only_accepted_returns_count() -> None:
    assert order(("rejected", "2008-09-08", "2008-09-09"), ("accepted", "2008-09-05", "2008-09-06")) == [2]
