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
from ragsheets.text import normalise_text

#: How alike (0 to 100) two wordings must be to be one task's under the same key, and under another one; how much more
#: alike than to any other task that is left.
MIN_SIMILARITY, MIN_SIMILARITY_OTHER_KEY, SIMILARITY_MARGIN = 60.0, 80.0, 10.0


class PlanTask(NamedTuple):
    """A task and where it stands: `group` and `outcome` are keys. Label and target are "" where nobody knows them."""

    key: str
    wording: str
    group: str
    outcome: str
    label: str = ""
    target: str = ""
    key_given: bool = False


class MatchKind(Enum):
    """Why a task is taken for an earlier one."""

    #: Its history is joined: key and wording agree, or the key stands in the plan.
    JOINED = "joined"
    #: It has the words and not the key.
    SAME_WORDING = "words"
    #: It has the key, and words much like the earlier ones.
    SAME_KEY = "key"
    #: It has another key, and words very much like the earlier ones.
    SIMILAR_WORDING = "like"
    #: It has the key that was derived for quite another wording.
    REUSED_KEY = "place"


class TaskPair(NamedTuple):
    """A task as it was and as it is."""

    before: PlanTask
    now: PlanTask
    kind: MatchKind


class AmbiguousTask(NamedTuple):
    """A task that may be any of several earlier ones, or that shares the only one with others."""

    now: PlanTask
    candidates: tuple[PlanTask, ...]


@dataclass(slots=True)
class TaskMatching:
    """What became of every task: paired, unclear, new, or gone since the last plan."""

    pairs: list[TaskPair] = field(default_factory=list)
    ambiguous: list[AmbiguousTask] = field(default_factory=list)
    new: list[PlanTask] = field(default_factory=list)
    removed: list[PlanTask] = field(default_factory=list)


def plan_tasks(plan: Plan) -> list[PlanTask]:
    """The tasks of a plan, in its order; every part must have its key."""
    return [
        PlanTask(task.key, task.task, group.key, outcome.key, task.label, task.target, task.key_given)
        for group in plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    ]


def match_tasks(before: Iterable[PlanTask], now: Iterable[PlanTask], older: Iterable[PlanTask] = ()) -> TaskMatching:
    """Pair the tasks of today's plan with earlier ones.

    Args:
        before: the tasks of the last plan.
        now: those of today's.
        older: tasks that the last plan lacks and an earlier one had, the latest first; none of them is missed.
    """
    return _TaskMatcher(before, now, older).match()


class _TaskMatcher:
    def __init__(self, before: Iterable[PlanTask], now: Iterable[PlanTask], older: Iterable[PlanTask] = ()) -> None:
        self.previous = {task.key: task for task in before}
        self.now = {task.key: task for task in now}
        self.unmatched = dict(self.previous)
        for task in older:
            self.unmatched.setdefault(task.key, task)
        self.result = TaskMatching()

    def match(self) -> TaskMatching:
        self._match_joined()
        self._match_by_wording()
        self._match_by_key()
        self._match_by_similarity()
        for key in [key for key in self.now if key in self.unmatched and not self.now[key].key_given]:
            self._add_pair(self.unmatched[key], self.now[key], MatchKind.REUSED_KEY)
        self.result.new = list(self.now.values())
        self.result.removed = [task for key, task in self.previous.items() if key in self.unmatched]
        return self.result

    def _add_pair(self, before: PlanTask, now: PlanTask, kind: MatchKind) -> None:
        self.result.pairs.append(TaskPair(before, now, kind))
        del self.unmatched[before.key], self.now[now.key]

    def _add_ambiguous(self, tasks: Sequence[PlanTask], candidates: Sequence[PlanTask]) -> None:
        for task in tasks:
            self.result.ambiguous.append(AmbiguousTask(task, tuple(candidates)))
            del self.now[task.key]
        for task in candidates:
            self.unmatched.pop(task.key, None)

    def _match_joined(self) -> None:
        for key, task in list(self.now.items()):
            earlier = self.unmatched.get(key)
            if earlier is not None and (
                task.key_given or normalise_text(earlier.wording) == normalise_text(task.wording)
            ):
                self._add_pair(earlier, task, MatchKind.JOINED)

    def _match_by_wording(self) -> None:
        """Pair what has the same words: of several tasks that have them, those that also stand in the same place."""
        for sign in _GROUPING_KEYS:
            earlier = _group_tasks(self.unmatched.values(), sign)
            for same, nows in _group_tasks(self.now.values(), sign).items():
                candidates = earlier.get(same, [])
                if len(nows) == len(candidates) == 1:
                    self._add_pair(candidates[0], nows[0], MatchKind.SAME_WORDING)
                elif candidates:
                    self._add_ambiguous(nows, candidates)

    def _match_by_key(self) -> None:
        for key, task in list(self.now.items()):
            if key in self.unmatched and similarity(task.wording, self.unmatched[key].wording) >= MIN_SIMILARITY:
                self._add_pair(self.unmatched[key], task, MatchKind.SAME_KEY)

    def _match_by_similarity(self) -> None:
        """Pair what has almost the same words under another key; whoever gave a key has said which task it is."""
        from rapidfuzz import fuzz, process

        words = {key: text for key, task in self.unmatched.items() if (text := normalise_text(task.wording))}
        claims: dict[str, list[PlanTask]] = defaultdict(list)
        for task in self.now.values():
            text = normalise_text(task.wording)
            if not text or task.key_given:
                continue
            ranked = process.extract(
                text, words, scorer=fuzz.ratio, limit=2, score_cutoff=MIN_SIMILARITY_OTHER_KEY - SIMILARITY_MARGIN
            )
            if (
                ranked
                and ranked[0][1] >= MIN_SIMILARITY_OTHER_KEY
                and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= SIMILARITY_MARGIN)
            ):
                claims[ranked[0][2]].append(task)
        for key, nows in claims.items():
            if len(nows) == 1:
                self._add_pair(self.unmatched[key], nows[0], MatchKind.SIMILAR_WORDING)
            else:
                self._add_ambiguous(nows, [self.unmatched[key]])


_GroupingKey = Callable[[PlanTask], Hashable]


def _normalised_wording(task: PlanTask) -> str:
    return normalise_text(task.wording) or task.wording


#: By what tasks with the same words are told apart, what says most first.
_GROUPING_KEYS: tuple[_GroupingKey, ...] = (
    lambda task: (_normalised_wording(task), task.group, task.outcome, task.target, task.label),
    lambda task: (_normalised_wording(task), task.group, task.outcome, task.target),
    lambda task: (_normalised_wording(task), task.group, task.outcome, task.label),
    lambda task: (_normalised_wording(task), task.group, task.outcome),
    lambda task: (_normalised_wording(task), task.outcome),
    lambda task: (_normalised_wording(task), task.group),
    _normalised_wording,
)


def _group_tasks(tasks: Iterable[PlanTask], grouping_key: _GroupingKey) -> dict[Hashable, list[PlanTask]]:
    found: dict[Hashable, list[PlanTask]] = defaultdict(list)
    for task in tasks:
        found[grouping_key(task)].append(task)
    return found


def similarity(one: str, other: str) -> float:
    """How alike two wordings are, from 0 to 100, but for differences that do not matter."""
    from rapidfuzz import fuzz

    return fuzz.ratio(normalise_text(one), normalise_text(other))


Part = TypeVar("Part", bound=Hashable)


def match_parts(
    before: Collection[Part], now: Collection[Part], shared_tasks: Counter[tuple[Part, Part]]
) -> dict[Part, Part]:
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
    for (part, _), shared in shared_tasks.items():
        size[part] += shared
    for (part, other), shared in shared_tasks.most_common():
        if part in before and part not in pairs and other not in taken and 2 * shared > size[part]:
            pairs[part] = other
            taken.add(other)
    return pairs
