"""What changed in a plan since the last period, and where a key is needed to keep a task's history together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from ragsheets.errors import Problem
from ragsheets.plan.matching import ALIKE, Likeness, PlacedTask, Unclear, likeness, pair_parts, pair_tasks, placed_tasks
from ragsheets.plan.model import Outcome, Plan
from ragsheets.text import first_words, plain


class ChangeKind(Enum):
    """What can change in a plan; the values are those of the machine's version."""

    GROUP_ADDED = "group-added"
    GROUP_RENAMED = "group-renamed"
    GROUP_GONE = "group-gone"
    OUTCOME_ADDED = "outcome-added"
    OUTCOME_RENAMED = "outcome-renamed"
    OUTCOME_MOVED = "outcome-moved"
    OUTCOME_GONE = "outcome-gone"
    TASK_ADDED = "task-added"
    TASK_REWORDED = "task-reworded"
    TASK_RELABELLED = "task-relabelled"
    TASK_RENUMBERED = "task-renumbered"
    TASK_MOVED = "task-moved"
    #: It has other words and another key, and is much like an earlier task.
    TASK_LIKE = "task-like"
    #: Several earlier tasks may be meant, or several tasks may be the earlier one.
    TASK_UNCLEAR = "task-unclear"
    #: Quite other words under the key that was derived for an earlier task.
    TASK_REPLACED = "task-replaced"
    #: Quite other words under the key that stands in the plan.
    TASK_REKEYED = "task-rekeyed"
    #: A key that stands in the plan and that no earlier task had, at words that one had.
    TASK_KEY_UNKNOWN = "task-key-unknown"
    TASK_WITHDRAWN = "task-withdrawn"


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a change; `kept` is what to do where the history goes on all the same, `ask` where it does not.

    `{before}` and `{now}` stand for what it was and is, `{key}` for the key, or the keys, of the earlier task.
    """

    what: str
    kept: str = ""
    ask: str = ""


_KEPT = "Its history goes on."
_KEEP = "Give it {key} to keep its history."

_SAID: Mapping[ChangeKind, _Said] = {
    ChangeKind.GROUP_ADDED: _Said("is new, with {now}."),
    ChangeKind.GROUP_RENAMED: _Said(
        "was called “{before}”.", ask="If it is the same sub-group, give it {key} to keep its history."
    ),
    ChangeKind.GROUP_GONE: _Said("is gone, with {before}."),
    ChangeKind.OUTCOME_ADDED: _Said("is new, with {now}."),
    ChangeKind.OUTCOME_RENAMED: _Said("was “{before}” and is “{now}” now."),
    ChangeKind.OUTCOME_MOVED: _Said("stood under “{before}” and stands under “{now}” now."),
    ChangeKind.OUTCOME_GONE: _Said("is gone, with {before}."),
    ChangeKind.TASK_ADDED: _Said("is new: “{now}”."),
    ChangeKind.TASK_REWORDED: _Said(
        "its words changed from “{before}” to “{now}”.",
        _KEPT,
        "If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_RELABELLED: _Said("its label was “{before}” and is “{now}” now.", _KEPT, _KEEP),
    ChangeKind.TASK_RENUMBERED: _Said("its words stood at the key {before} last time.", ask=_KEEP),
    ChangeKind.TASK_MOVED: _Said("stood under {before} and stands under {now} now.", _KEPT, _KEEP),
    ChangeKind.TASK_LIKE: _Said(
        "“{now}” is much like “{before}” of last time.",
        ask="If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_UNCLEAR: _Said(
        "“{now}” stood at {before}, and nobody can tell which one it is.", ask="Give it the right one: {key}."
    ),
    ChangeKind.TASK_REPLACED: _Said(
        "“{now}” stands where “{before}” stood.",
        ask="If it is the same task, give it {key}; if it is another one, give it a key of its own.",
    ),
    ChangeKind.TASK_REKEYED: _Said(
        "its key stood at “{before}” and stands at “{now}” now.",
        "Its history goes on; if it is another task, give it another key.",
    ),
    ChangeKind.TASK_KEY_UNKNOWN: _Said(
        "its key is new, and its words were those of task {before}.",
        "Its history begins anew; give it {key} to keep that.",
    ),
    ChangeKind.TASK_WITHDRAWN: _Said("is gone: “{before}”."),
}


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One change.

    Attributes:
        kind: what changed.
        where: what it is about, in words.
        key: the key of the part as it is now, or was where it is gone.
        before, now: what it was and is, as the kind says; "" where there is nothing.
        earlier: the keys of the earlier parts that it may be, where it has another key or other words than they had.
        asks: whether its history is lost unless a key is given.
    """

    kind: ChangeKind
    where: str
    key: str
    before: str = ""
    now: str = ""
    earlier: tuple[str, ...] = ()
    asks: bool = False

    @property
    def problem(self) -> Problem:
        """What is said of it, and what to do about it."""
        said = _SAID[self.kind]
        before, now = _told_apart(self.before, self.now)
        keys = " or ".join(f'key = "{key}"' for key in self.earlier)
        what, fix = (
            text.format(before=before, now=now, key=keys) for text in (said.what, said.ask if self.asks else said.kept)
        )
        return Problem(self.where, what, fix)


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What changed between two plans.

    Attributes:
        changes: every change: sub-groups, outcomes, then tasks, as the plan has them; what is gone comes last.
        begun: the keys of the tasks whose history begins with this plan.
        same: the key of each earlier task that is still there, whatever it has become, with today's.
        joined: the keys, as they are now, of the tasks whose history goes on.
    """

    changes: tuple[PlanChange, ...] = ()
    begun: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()

    @property
    def asked(self) -> int:
        """How many of the changes ask for a key."""
        return sum(change.asks for change in self.changes)


def changes_of(
    before: Plan, now: Plan, older: Iterable[PlacedTask] = (), completed: Collection[str] = ()
) -> PlanChanges:
    """What changed from one plan to the other; both must have all their keys.

    Args:
        before: the plan of the last period.
        now: today's.
        older: tasks that the last plan lacks and earlier ones had, the latest first.
        completed: the keys of those of them that the last plan lacks since they are complete: where such a one is in
            today's plan still, nothing changed of it.
    """
    return _Comparison(before, now, older, completed).result()


#: An outcome by its sub-group's key and its own.
_Place = tuple[str, str]
_Key = TypeVar("_Key", str, _Place)


class _Comparison:
    def __init__(self, before: Plan, now: Plan, older: Iterable[PlacedTask], completed: Collection[str]) -> None:
        self.was, self.here = _Parts(before), _Parts(now)
        last, tasks = placed_tasks(before), placed_tasks(now)
        self.last = {task.key for task in last}
        self.order = {task.key: number for number, task in enumerate(tasks)}
        self.pairing = pair_tasks(last, tasks, older)
        joined = {pair.now.key for pair in self.pairing.pairs if pair.likeness is Likeness.JOINED}
        self.at_rest = joined.intersection(completed) - self.last
        #: Today's outcomes that have such tasks: the last plan may lack them, and they are not new.
        self.kept = {(task.group, task.outcome) for task in tasks if task.key in self.at_rest}
        self.groups = pair_parts(self.was.groups, self.here.groups, self._links(lambda task: task.group))
        self.outcomes = self._paired_outcomes()
        #: The outcomes whose move is told once for all their tasks.
        self.moved = {place for place, other in self.outcomes.items() if self.groups.get(place[0]) != other[0]}

    def result(self) -> PlanChanges:
        joined = [pair for pair in self.pairing.pairs if pair.likeness is Likeness.JOINED]
        goes_on = frozenset(pair.now.key for pair in joined)
        return PlanChanges(
            changes=(*self._of_groups(), *self._of_outcomes(), *self._of_tasks(), *self._gone()),
            begun=tuple(key for key in self.order if key not in goes_on),
            same={pair.before.key: pair.now.key for pair in self.pairing.pairs if pair.likeness is not Likeness.PLACE},
            joined=goes_on,
        )

    def _links(self, part: Callable[[PlacedTask], _Key]) -> Counter[tuple[_Key, _Key]]:
        """How many tasks each earlier part shares with each of today's."""
        pairs = [pair for pair in self.pairing.pairs if pair.likeness is not Likeness.PLACE]
        return Counter((part(pair.before), part(pair.now)) for pair in pairs)

    def _paired_outcomes(self) -> dict[_Place, _Place]:
        """Today's outcome for each earlier one, told within its sub-group first."""
        links = self._links(lambda task: (task.group, task.outcome))
        # Named as they would be, had no sub-group changed its key.
        renamed = {place: (self.groups.get(place[0], place[0]), place[1]) for place in self.was.outcomes}
        back = {new: old for old, new in renamed.items()}
        shared = Counter({(renamed[was], here): count for (was, here), count in links.items() if was in renamed})
        return {back[one]: other for one, other in pair_parts(back, self.here.outcomes, shared).items()}

    @property
    def _new_groups(self) -> set[str]:
        return set(self.here.groups) - set(self.groups.values()) - {group for group, _ in self.kept}

    # -------------------------------------------------------------------------------------------- what is said

    def _of_groups(self) -> Iterator[PlanChange]:
        earlier, new = {now: before for before, now in self.groups.items()}, self._new_groups
        for key, group in self.here.groups.items():
            where = f"sub-group {group.name}"
            if key in new:
                yield PlanChange(ChangeKind.GROUP_ADDED, where, key, now=_counted(group.outcomes))
            if key not in earlier:
                continue
            before = self.was.groups[earlier[key]]
            if before.name != group.name:
                asks = before.key != key
                keys = (before.key,) if asks else ()
                yield PlanChange(ChangeKind.GROUP_RENAMED, where, key, before.name, group.name, keys, asks)

    def _of_outcomes(self) -> Iterator[PlanChange]:
        earlier = {now: before for before, now in self.outcomes.items()}
        new_groups = self._new_groups
        for place, outcome in self.here.outcomes.items():
            group = self.here.groups[place[0]].name
            where, was = f"{group}, outcome {_named(outcome)}", earlier.get(place)
            if was is None:
                if place[0] not in new_groups and place not in self.kept:
                    yield PlanChange(ChangeKind.OUTCOME_ADDED, where, outcome.key, now=_counted([outcome]))
                continue
            before = self.was.outcomes[was]
            if was in self.moved:
                stood = self.was.groups[was[0]].name
                yield PlanChange(ChangeKind.OUTCOME_MOVED, where, outcome.key, stood, group)
            if before.heading != outcome.heading:
                yield PlanChange(ChangeKind.OUTCOME_RENAMED, where, outcome.key, before.heading, outcome.heading)

    def _of_tasks(self) -> Iterator[PlanChange]:
        new_outcomes = set(self.here.outcomes) - set(self.outcomes.values()) - self.kept
        told = [(pair.now.key, list(self._of_pair(*pair))) for pair in self.pairing.pairs]
        told += [(unclear.now.key, [_of_unclear(unclear)]) for unclear in self.pairing.unclear]
        told += [
            (task.key, [PlanChange(ChangeKind.TASK_ADDED, _task(task), task.key, now=task.wording)])
            for task in self.pairing.new
            if (task.group, task.outcome) not in new_outcomes
        ]
        for _, changes in sorted(told, key=lambda each: self.order[each[0]]):
            yield from changes

    def _of_pair(self, before: PlacedTask, now: PlacedTask, how: Likeness) -> Iterator[PlanChange]:
        if how is Likeness.JOINED:
            yield from self._of_joined(before, now)
        elif how is Likeness.WORDS and now.given:
            yield _change(ChangeKind.TASK_KEY_UNKNOWN, before, now, before.key, now.key)
        elif how is Likeness.WORDS:
            yield next(self._places(before, now, asks=True), None) or _change(
                ChangeKind.TASK_RENUMBERED, before, now, before.key, now.key, asks=True
            )
        else:
            kind = {
                Likeness.KEY: ChangeKind.TASK_REWORDED,
                Likeness.LIKE: ChangeKind.TASK_LIKE,
                Likeness.PLACE: ChangeKind.TASK_REPLACED,
            }[how]
            yield _change(kind, before, now, before.wording, now.wording, asks=True)

    def _of_joined(self, before: PlacedTask, now: PlacedTask) -> Iterator[PlanChange]:
        if now.key in self.at_rest:
            return
        if plain(before.wording) != plain(now.wording):
            alike = likeness(before.wording, now.wording) >= ALIKE
            kind = ChangeKind.TASK_REWORDED if alike else ChangeKind.TASK_REKEYED
            yield _change(kind, before, now, before.wording, now.wording)
        yield from self._places(before, now, asks=False)

    def _places(self, before: PlacedTask, now: PlacedTask, *, asks: bool) -> Iterator[PlanChange]:
        """What changed of where a task stands: its outcome or its sub-group, its label."""
        was, here = (before.group, before.outcome), (now.group, now.outcome)
        stayed = self.outcomes.get(was) == here
        if not stayed and was != here:
            stood, stands = self.was.called(was, far=was[0] != here[0]), self.here.called(here, far=was[0] != here[0])
            yield _change(ChangeKind.TASK_MOVED, before, now, stood, stands, asks=asks)
        # Of a task that only an older period had, nobody knows the label.
        if before.label != now.label and before.key in self.last:
            yield _change(ChangeKind.TASK_RELABELLED, before, now, before.label, now.label, asks=asks)

    def _gone(self) -> Iterator[PlanChange]:
        """What is gone; the tasks of an outcome or a sub-group that is gone are only counted."""
        lost = Counter((task.group, task.outcome) for task in self.pairing.gone)
        for key, group in self.was.groups.items():
            if key not in self.groups:
                count = sum(tasks for (of_group, _), tasks in lost.items() if of_group == key)
                yield PlanChange(ChangeKind.GROUP_GONE, f"sub-group {group.name}", key, _tasks(count))
        for place, outcome in self.was.outcomes.items():
            if place not in self.outcomes and place[0] in self.groups:
                where = f"{self.was.groups[place[0]].name}, outcome {_named(outcome)}"
                yield PlanChange(ChangeKind.OUTCOME_GONE, where, outcome.key, _tasks(lost[place]))
        for task in self.pairing.gone:
            if (task.group, task.outcome) in self.outcomes:
                yield PlanChange(ChangeKind.TASK_WITHDRAWN, _task(task), task.key, task.wording)


class _Parts:
    """The sub-groups and the outcomes of a plan by their keys."""

    def __init__(self, plan: Plan) -> None:
        self.groups = {group.key: group for group in plan.groups}
        self.outcomes = {(group.key, outcome.key): outcome for group in plan.groups for outcome in group.outcomes}

    def called(self, place: _Place, *, far: bool) -> str:
        """An outcome in words, with its sub-group where that matters (`far`)."""
        group, key = place
        outcome = f"outcome {_named(self.outcomes[place]) if place in self.outcomes else key}"
        return f"{self.groups[group].name if group in self.groups else group}, {outcome}" if far else outcome


def _change(
    kind: ChangeKind, before: PlacedTask, now: PlacedTask, was: str, here: str, *, asks: bool = False
) -> PlanChange:
    known = asks or kind is ChangeKind.TASK_KEY_UNKNOWN
    return PlanChange(kind, _task(now), now.key, was, here, (before.key,) if known else (), asks)


def _of_unclear(unclear: Unclear) -> PlanChange:
    now, candidates = unclear
    keys = tuple(task.key for task in candidates)
    return PlanChange(ChangeKind.TASK_UNCLEAR, _task(now), now.key, _listed(keys), now.wording, keys, asks=True)


def _task(task: PlacedTask) -> str:
    return f"task {task.key}"


def _named(outcome: Outcome) -> str:
    return outcome.ref or f"“{first_words(outcome.title)}”"


def _counted(outcomes: Sequence[Outcome]) -> str:
    return _tasks(sum(len(tuple(outcome.tasks)) for outcome in outcomes))


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"


def _listed(keys: Sequence[str]) -> str:
    *first, last = keys
    return f"{', '.join(first)} and {last}" if first else last


def _told_apart(before: str, now: str) -> tuple[str, str]:
    """Two texts as they are quoted: their first words, unless these are the same."""
    short = first_words(before), first_words(now)
    return short if short[0] != short[1] else (before, now)
