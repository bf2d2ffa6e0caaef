"""Pairs of parts: what goes with what, and the fewest that have moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragsheets.report.verify.pairing import Pairs


def paired(found: list[str], wanted: list[str]) -> Pairs[str, str]:
    pairs = Pairs(found, wanted)
    pairs.pair_equal(str, str)
    return pairs


def test_equal_ones_go_together_and_the_rest_is_left_over() -> None:
    pairs = paired(["a", "x", "b"], ["a", "b", "c"])
    assert pairs.pairs == [("a", "a"), ("b", "b")]
    assert (pairs.added_indexes, pairs.missing_indexes, pairs.moved_index_pairs) == ([1], [2], [])


def test_twins_go_together_in_their_order() -> None:
    pairs = paired(["a", "a"], ["a", "a", "a"])
    assert (pairs.index_pairs, pairs.missing_indexes) == ([(0, 0), (1, 1)], [2])


def test_the_most_alike_go_together_first_and_the_unlike_not_at_all() -> None:
    pairs = Pairs([10, 20], [21, 90, 12])
    pairs.pair_similar(lambda one, other: 100.0 - abs(one - other), 95.0)
    assert sorted(pairs.index_pairs) == [(0, 2), (1, 0)]
    assert pairs.missing_indexes == [1]


def test_of_one_row_carried_to_the_end_only_that_one_has_moved() -> None:
    assert paired(list("bcdea"), list("abcde")).moved_index_pairs == [(4, 0)]


@given(st.permutations(list("abcdefg")))
def test_without_those_that_moved_the_order_is_the_same(found: list[str]) -> None:
    pairs = paired(found, list("abcdefg"))
    moved = {found[one] for one, _ in pairs.moved_index_pairs}
    kept = [sign for sign in found if sign not in moved]
    assert kept == sorted(kept)
    assert not moved or found != sorted(found)


@given(st.integers(0, 5), st.integers(0, 5))
def test_one_that_is_carried_elsewhere_counts_once_at_most(start: int, end: int) -> None:
    letters = list("abcdef")
    letters.insert(end, letters.pop(start))
    assert len(paired(letters, list("abcdef")).moved_index_pairs) == (start != end)
