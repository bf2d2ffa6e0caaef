"""Pair the parts of a document, and their rows, with those of the ledger, also if wording or order was changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

DocumentItem = TypeVar("DocumentItem")
ExpectedItem = TypeVar("ExpectedItem")


@dataclass
class Pairs(Generic[DocumentItem, ExpectedItem]):
    """Two lists with their pairs of items by index; the items left over are added or missing."""

    document_items: Sequence[DocumentItem]
    expected_items: Sequence[ExpectedItem]
    index_pairs: list[tuple[int, int]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[DocumentItem, ExpectedItem]]:
        """The pairs, in the order of the document."""
        return [
            (self.document_items[index], self.expected_items[expected_index])
            for index, expected_index in sorted(self.index_pairs)
        ]

    @property
    def added_indexes(self) -> list[int]:
        """The indexes of the document's items without a counterpart."""
        paired_indexes = {index for index, _ in self.index_pairs}
        return [index for index in range(len(self.document_items)) if index not in paired_indexes]

    @property
    def missing_indexes(self) -> list[int]:
        """The indexes of the ledger's items without a counterpart."""
        paired_indexes = {index for _, index in self.index_pairs}
        return [index for index in range(len(self.expected_items)) if index not in paired_indexes]

    @property
    def added_items(self) -> list[DocumentItem]:
        """The document's items without a counterpart."""
        return [self.document_items[index] for index in self.added_indexes]

    @property
    def missing_items(self) -> list[ExpectedItem]:
        """The ledger's items without a counterpart."""
        return [self.expected_items[index] for index in self.missing_indexes]

    @property
    def moved_index_pairs(self) -> list[tuple[int, int]]:
        """The smallest set of pairs without which the others are in the same order on both sides."""
        sorted_pairs = sorted(self.index_pairs)
        in_order = _longest_increasing_subsequence([expected_index for _, expected_index in sorted_pairs])
        return [pair for position, pair in enumerate(sorted_pairs) if position not in in_order]

    def pair_similar(self, similarity: Callable[[DocumentItem, ExpectedItem], float], minimum: float) -> None:
        """Pair the items left over, the most similar first, if their similarity (0 to 100) is at least the minimum."""
        scores = [
            (-score, abs(index - expected_index), index, expected_index)
            for index in self.added_indexes
            for expected_index in self.missing_indexes
            if (score := similarity(self.document_items[index], self.expected_items[expected_index])) >= minimum
        ]
        paired_indexes: set[int] = set()
        paired_expected_indexes: set[int] = set()
        for _, _, index, expected_index in sorted(scores):
            if index not in paired_indexes and expected_index not in paired_expected_indexes:
                paired_indexes.add(index)
                paired_expected_indexes.add(expected_index)
                self.index_pairs.append((index, expected_index))

    def pair_equal(
        self, document_key: Callable[[DocumentItem], Hashable], expected_key: Callable[[ExpectedItem], Hashable]
    ) -> None:
        """Pair the items left over that have the same key, in order."""
        indexes_by_key: dict[Hashable, list[int]] = {}
        for expected_index in reversed(self.missing_indexes):
            indexes_by_key.setdefault(expected_key(self.expected_items[expected_index]), []).append(expected_index)
        for index in self.added_indexes:
            if matching_indexes := indexes_by_key.get(document_key(self.document_items[index])):
                self.index_pairs.append((index, matching_indexes.pop()))


def _longest_increasing_subsequence(numbers: Sequence[int]) -> set[int]:
    """Return the indexes of the longest increasing subsequence of numbers (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    predecessors: list[int] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        if pile == len(tops):
            tops.append(number)
            ends.append(index)
        else:
            tops[pile], ends[pile] = number, index
        predecessors.append(ends[pile - 1] if pile else -1)
    run: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        run.add(index)
        index = predecessors[index]
    return run
