"""What in a document is what in the ledger: pairs of parts, rows too, where wording or order was changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

DocumentItem = TypeVar("DocumentItem")
ExpectedItem = TypeVar("ExpectedItem")


@dataclass
class Pairs(Generic[DocumentItem, ExpectedItem]):
    """Two lists paired: the pairs by their places, and what is left over on either side."""

    document_items: Sequence[DocumentItem]
    expected_items: Sequence[ExpectedItem]
    index_pairs: list[tuple[int, int]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[DocumentItem, ExpectedItem]]:
        """The pairs, in the order of the document."""
        return [(self.document_items[one], self.expected_items[other]) for one, other in sorted(self.index_pairs)]

    @property
    def added_indexes(self) -> list[int]:
        """The places in the document that have no counterpart."""
        taken = {one for one, _ in self.index_pairs}
        return [place for place in range(len(self.document_items)) if place not in taken]

    @property
    def missing_indexes(self) -> list[int]:
        """The places in the ledger that have none."""
        taken = {other for _, other in self.index_pairs}
        return [place for place in range(len(self.expected_items)) if place not in taken]

    @property
    def moved_index_pairs(self) -> list[tuple[int, int]]:
        """The fewest pairs that, taken out, leave the others in the same order on both sides."""
        ordered = sorted(self.index_pairs)
        kept = _longest_increasing_run([other for _, other in ordered])
        return [pair for place, pair in enumerate(ordered) if place not in kept]

    def pair_similar(self, similarity: Callable[[DocumentItem, ExpectedItem], float], minimum: float) -> None:
        """Pair what is left over, the most alike first, where it is at least that alike (0 to 100)."""
        scores = [
            (similarity(self.document_items[one], self.expected_items[other]), one, other)
            for one in self.added_indexes
            for other in self.missing_indexes
        ]
        ones: set[int] = set()
        others: set[int] = set()
        for score, one, other in sorted(scores, key=lambda each: (-each[0], abs(each[1] - each[2]), each[1])):
            if score >= minimum and one not in ones and other not in others:
                ones.add(one)
                others.add(other)
                self.index_pairs.append((one, other))

    def pair_equal(
        self, document_key: Callable[[DocumentItem], Hashable], expected_key: Callable[[ExpectedItem], Hashable]
    ) -> None:
        """Pair what is left over and has the same key, in order."""
        waiting: dict[Hashable, list[int]] = {}
        for other in self.missing_indexes:
            waiting.setdefault(expected_key(self.expected_items[other]), []).append(other)
        for one in self.added_indexes:
            if same := waiting.get(document_key(self.document_items[one])):
                self.index_pairs.append((one, same.pop(0)))


def _longest_increasing_run(numbers: Sequence[int]) -> set[int]:
    """The places of the longest rising run of numbers, not all next to each other (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        if pile == len(tops):
            tops.append(number)
            ends.append(place)
        else:
            tops[pile], ends[pile] = number, place
        before.append(ends[pile - 1] if pile else -1)
    kept: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept
