"""Pairing: which items are paired, and which pairs count as moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragsheets.report.verify.pairing import Pairs


def paired(document_items: list[str], expected_items: list[str]) -> Pairs[str, str]:
    pairs = Pairs(document_items, expected_items)
    pairs.pair_equal(str, str)
    return pairs


def test_equal_items_are_paired_and_the_rest_is_left_over() -> None:
    pairs = paired(["a", "x", "b"], ["a", "b", "c"])
    assert pairs.pairs == [("a", "a"), ("b", "b")]
    assert (pairs.added_indexes, pairs.missing_indexes, pairs.moved_index_pairs) == ([1], [2], [])


def test_repeated_items_are_paired_in_order() -> None:
    pairs = paired(["a", "a"], ["a", "a", "a"])
    assert (pairs.index_pairs, pairs.missing_indexes) == ([(0, 0), (1, 1)], [2])


def test_the_most_similar_items_are_paired_first_and_dissimilar_ones_not_at_all() -> None:
    pairs = Pairs([10, 20], [21, 90, 12])
    pairs.pair_similar(lambda document_item, expected_item: 100.0 - abs(document_item - expected_item), 95.0)
    assert sorted(pairs.index_pairs) == [(0, 2), (1, 0)]
    assert pairs.missing_indexes == [1]


def similar_pairs(document_items: list[int], expected_items: list[int], minimum: float) -> list[tuple[int, int]]:
    pairs = Pairs(document_items, expected_items)
    pairs.pair_similar(lambda document_item, expected_item: 100.0 - abs(document_item - expected_item), minimum)
    return sorted(pairs.index_pairs)


def test_each_item_is_paired_once_with_the_most_similar_and_then_the_nearest() -> None:
    assert similar_pairs([10, 11], [11], 90.0) == [(1, 0)]
    assert similar_pairs([11], [10, 11], 90.0) == [(0, 1)]
    assert similar_pairs([7, 7, 7], [0, 0, 7], 90.0) == [(0, 0), (1, 1), (2, 2)]
    assert similar_pairs([5, 90, 5], [5], 90.0) == [(0, 0)]
    assert similar_pairs([90, 200, 5], [300, 400, 500, 5, 5], 90.0) == [(2, 3)]


def test_items_of_just_the_least_similarity_are_paired() -> None:
    assert similar_pairs([10], [15], 95.0) == [(0, 0)]
    assert similar_pairs([10], [16], 95.0) == []


def test_only_the_item_moved_to_the_end_counts_as_moved() -> None:
    assert paired(list("bcdea"), list("abcde")).moved_index_pairs == [(4, 0)]


@given(st.permutations(list("abcdefg")))
def test_items_that_are_not_moved_keep_their_order(document_items: list[str]) -> None:
    pairs = paired(document_items, list("abcdefg"))
    moved_items = {document_items[index] for index, _ in pairs.moved_index_pairs}
    unmoved_items = [item for item in document_items if item not in moved_items]
    assert unmoved_items == sorted(unmoved_items)
    assert not moved_items or document_items != sorted(document_items)


@given(st.integers(0, 5), st.integers(0, 5))
def test_a_moved_item_counts_once_at_most(start: int, end: int) -> None:
    letters = list("abcdef")
    letters.insert(end, letters.pop(start))
    assert len(paired(letters, list("abcdef")).moved_index_pairs) == (start != end)
