"""Which task of an earlier plan each task of today's is: told by key and wording together, else asked.

A task's history is joined where key and wording both agree, or where the key stands in the plan; everything else here
is a likeness that a person has to confirm.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeVar

from ragsheets.plan.model import Plan
from ragsheets.text import plain

#: How alike (0 to 100) two wordings must be to be one task's under the same key, and under another one; how much more
#: alike than to any other task that is left.
ALIKE, MUCH_ALIKE, MARGIN = 60.0, 80.0, 10.0


class PlacedTask(NamedTuple):
    """A task and where it stands: `group` and `outcome` are keys. Label and target are "" where nobody knows them."""

    key: str
    wording: str
    group: str
    outcome: str
    label: str = ""
    target: str = ""
    given: bool = False


class Likeness(Enum):
    """Why a task is taken for an earlier one."""

    #: Its history is joined: key and wording agree, or the key stands in the plan.
    JOINED = "joined"
    #: It has the words and not the key.
    WORDS = "words"
    #: It has the key, and words much like the earlier ones.
    KEY = "key"
    #: It has another key, and words very much like the earlier ones.
    LIKE = "like"
    #: It has the key that was derived for quite another wording.
    PLACE = "place"


class TaskPair(NamedTuple):
    """A task as it was and as it is."""

    before: PlacedTask
    now: PlacedTask
    likeness: Likeness


class Unclear(NamedTuple):
    """A task that may be any of several earlier ones, or that shares the only one with others."""

    now: PlacedTask
    candidates: tuple[PlacedTask, ...]


@dataclass(slots=True)
class Pairing:
    """What became of every task: paired, unclear, new, or gone since the last plan."""

    pairs: list[TaskPair] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    new: list[PlacedTask] = field(default_factory=list)
    gone: list[PlacedTask] = field(default_factory=list)


def placed_tasks(plan: Plan) -> list[PlacedTask]:
    """The tasks of a plan, in its order; every part must have its key."""
    return [
        PlacedTask(task.key, task.task, group.key, outcome.key, task.label, task.target, task.key_given)
        for group in plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    ]


def pair_tasks(before: Iterable[PlacedTask], now: Iterable[PlacedTask], older: Iterable[PlacedTask] = ()) -> Pairing:
    """Pair the tasks of today's plan with earlier ones.

    Args:
        before: the tasks of the last plan.
        now: those of today's.
        older: tasks that the last plan lacks and an earlier one had, the latest first; none of them is missed.
    """
    return _Pairer(before, now, older).pair()


class _Pairer:
    def __init__(
        self, before: Iterable[PlacedTask], now: Iterable[PlacedTask], older: Iterable[PlacedTask] = ()
    ) -> None:
        self.last = {task.key: task for task in before}
        self.now = {task.key: task for task in now}
        self.known = dict(self.last)
        for task in older:
            self.known.setdefault(task.key, task)
        self.result = Pairing()

    def pair(self) -> Pairing:
        self._join()
        self._by_words()
        self._by_key()
        self._by_likeness()
        for key in [key for key in self.now if key in self.known and not self.now[key].given]:
            self._take(self.known[key], self.now[key], Likeness.PLACE)
        self.result.new = list(self.now.values())
        self.result.gone = [task for key, task in self.last.items() if key in self.known]
        return self.result

    def _take(self, before: PlacedTask, now: PlacedTask, likeness: Likeness) -> None:
        self.result.pairs.append(TaskPair(before, now, likeness))
        del self.known[before.key], self.now[now.key]

    def _leave_unclear(self, nows: Sequence[PlacedTask], candidates: Sequence[PlacedTask]) -> None:
        for task in nows:
            self.result.unclear.append(Unclear(task, tuple(candidates)))
            del self.now[task.key]
        for task in candidates:
            self.known.pop(task.key, None)

    def _join(self) -> None:
        for key, task in list(self.now.items()):
            earlier = self.known.get(key)
            if earlier is not None and (task.given or plain(earlier.wording) == plain(task.wording)):
                self._take(earlier, task, Likeness.JOINED)

    def _by_words(self) -> None:
        """Pair what has the same words: of several tasks that have them, those that also stand in the same place."""
        for sign in _SIGNS:
            earlier = _gathered(self.known.values(), sign)
            for same, nows in _gathered(self.now.values(), sign).items():
                candidates = earlier.get(same, [])
                if len(nows) == len(candidates) == 1:
                    self._take(candidates[0], nows[0], Likeness.WORDS)
                elif candidates:
                    self._leave_unclear(nows, candidates)

    def _by_key(self) -> None:
        for key, task in list(self.now.items()):
            if key in self.known and likeness(task.wording, self.known[key].wording) >= ALIKE:
                self._take(self.known[key], task, Likeness.KEY)

    def _by_likeness(self) -> None:
        """Pair what has almost the same words under another key; whoever gave a key has said which task it is."""
        from rapidfuzz import fuzz, process

        words = {key: text for key, task in self.known.items() if (text := plain(task.wording))}
        claims: dict[str, list[PlacedTask]] = defaultdict(list)
        for task in self.now.values():
            text = plain(task.wording)
            if not text or task.given:
                continue
            ranked = process.extract(text, words, scorer=fuzz.ratio, limit=2, score_cutoff=MUCH_ALIKE - MARGIN)
            if ranked and ranked[0][1] >= MUCH_ALIKE and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= MARGIN):
                claims[ranked[0][2]].append(task)
        for key, nows in claims.items():
            if len(nows) == 1:
                self._take(self.known[key], nows[0], Likeness.LIKE)
            else:
                self._leave_unclear(nows, [self.known[key]])


_Sign = Callable[[PlacedTask], Hashable]


def _words(task: PlacedTask) -> str:
    return plain(task.wording) or task.wording


#: By what tasks with the same words are told apart, what says most first.
_SIGNS: tuple[_Sign, ...] = (
    lambda task: (_words(task), task.group, task.outcome, task.target, task.label),
    lambda task: (_words(task), task.group, task.outcome, task.target),
    lambda task: (_words(task), task.group, task.outcome, task.label),
    lambda task: (_words(task), task.group, task.outcome),
    lambda task: (_words(task), task.outcome),
    lambda task: (_words(task), task.group),
    _words,
)


def _gathered(tasks: Iterable[PlacedTask], sign: _Sign) -> dict[Hashable, list[PlacedTask]]:
    found: dict[Hashable, list[PlacedTask]] = defaultdict(list)
    for task in tasks:
        found[sign(task)].append(task)
    return found


def likeness(one: str, other: str) -> float:
    """How alike two wordings are, from 0 to 100, but for differences that do not matter."""
    from rapidfuzz import fuzz

    return fuzz.ratio(plain(one), plain(other))


Part = TypeVar("Part", bound=Hashable)


def pair_parts(before: Collection[Part], now: Collection[Part], links: Counter[tuple[Part, Part]]) -> dict[Part, Part]:
    """Today's part for each earlier sub-group, or outcome, that is still there.

    It is the one with the same key, else the one to which most of its tasks have gone; a part of today stands for one
    earlier part at most.

    Args:
        before: the keys of the earlier parts.
        now: those of today's.
        links: how many tasks an earlier part and one of today share.
    """
    pairs = {part: part for part in before if part in now}
    taken = set(pairs.values())
    size: Counter[Part] = Counter()
    for (part, _), shared in links.items():
        size[part] += shared
    for (part, other), shared in links.most_common():
        if part in before and part not in pairs and other not in taken and 2 * shared > size[part]:
            pairs[part] = other
            taken.add(other)
    return pairs
