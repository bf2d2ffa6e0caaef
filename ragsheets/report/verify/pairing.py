"""What in a document is what in the ledger: pairs of parts, rows too, where wording or order was changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Found = TypeVar("Found")
Wanted = TypeVar("Wanted")


@dataclass
class Pairs(Generic[Found, Wanted]):
    """Two lists paired: the pairs by their places, and what is left over on either side."""

    found: Sequence[Found]
    wanted: Sequence[Wanted]
    places: list[tuple[int, int]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[Found, Wanted]]:
        """The pairs, in the order of the document."""
        return [(self.found[one], self.wanted[other]) for one, other in sorted(self.places)]

    @property
    def added(self) -> list[int]:
        """The places in the document that have no counterpart."""
        taken = {one for one, _ in self.places}
        return [place for place in range(len(self.found)) if place not in taken]

    @property
    def missing(self) -> list[int]:
        """The places in the ledger that have none."""
        taken = {other for _, other in self.places}
        return [place for place in range(len(self.wanted)) if place not in taken]

    @property
    def moved(self) -> list[tuple[int, int]]:
        """The fewest pairs that, taken out, leave the others in the same order on both sides."""
        ordered = sorted(self.places)
        kept = _longest_rising([other for _, other in ordered])
        return [pair for place, pair in enumerate(ordered) if place not in kept]

    def take(self, likeness: Callable[[Found, Wanted], float], least: float) -> None:
        """Pair what is left over, the most alike first, where it is at least that alike (0 to 100)."""
        scores = [
            (likeness(self.found[one], self.wanted[other]), one, other) for one in self.added for other in self.missing
        ]
        ones: set[int] = set()
        others: set[int] = set()
        for score, one, other in sorted(scores, key=lambda each: (-each[0], abs(each[1] - each[2]), each[1])):
            if score >= least and one not in ones and other not in others:
                ones.add(one)
                others.add(other)
                self.places.append((one, other))

    def take_equal(self, of_found: Callable[[Found], Hashable], of_wanted: Callable[[Wanted], Hashable]) -> None:
        """Pair what is left over and has the same key, in order."""
        waiting: dict[Hashable, list[int]] = {}
        for other in self.missing:
            waiting.setdefault(of_wanted(self.wanted[other]), []).append(other)
        for one in self.added:
            if same := waiting.get(of_found(self.found[one])):
                self.places.append((one, same.pop(0)))


def _longest_rising(numbers: Sequence[int]) -> set[int]:
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
