"""Plans changed at random within a period: an answer to an older workbook reaches its own task, or is a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import projects, workbook_edits
from helpers.workbook_edits import TOKEN, SentWorkbooks
from ragsheets.returns.reading.context import ReadingContext

#: Wordings of which some are almost the same, and targets that several tasks share.
WORDINGS = (
    "Map the services in Barton",
    "Map the services in Matson",
    "Map the services",
    "Give talks at schools",
    "Plant a hundred trees along the canal, phase 1",
    "Plant a hundred trees along the canal, phase 2",
)
TARGETS = ("By June", "By June", "One map", "")


@dataclass(frozen=True)
class PlannedTask:
    """A task with a number of its own, which no change of its texts, label or place changes."""

    number: int
    wording: str
    target: str
    key: str = ""


class ChangingPlan:
    """The tasks of one sub-group's two outcomes while the coordinator changes the plan."""

    def __init__(self, labelled: Sequence[bool]) -> None:
        self.outcomes: list[list[PlannedTask]] = [[], []]
        self.labelled = list(labelled)
        self.count = 0
        #: Every wording with its target that a task has had: a new task has others, or nobody could tell it apart.
        self.texts: set[tuple[str, str]] = set()

    def insert(self, outcome: int, place: int, wording: int, target: int) -> None:
        self.count += 1
        texts = WORDINGS[wording % len(WORDINGS)], TARGETS[target % len(TARGETS)]
        if texts in self.texts:
            texts = texts[0], f"{self.count} in all"
        self.texts.add(texts)
        tasks = self.outcomes[outcome % 2]
        tasks.insert(place % (len(tasks) + 1), PlannedTask(self.count, *texts))

    def remove(self, outcome: int, place: int, *_: int) -> None:
        if tasks := self.outcomes[outcome % 2]:
            del tasks[place % len(tasks)]

    def swap(self, outcome: int, place: int, other: int, _: int) -> None:
        if tasks := self.outcomes[outcome % 2]:
            first, second = place % len(tasks), other % len(tasks)
            tasks[first], tasks[second] = tasks[second], tasks[first]

    def move(self, outcome: int, place: int, other: int, _: int) -> None:
        if tasks := self.outcomes[outcome % 2]:
            others = self.outcomes[1 - outcome % 2]
            others.insert(other % (len(others) + 1), tasks.pop(place % len(tasks)))

    def relabel(self, outcome: int, *_: int) -> None:
        self.labelled[outcome % 2] = not self.labelled[outcome % 2]

    def reword(self, outcome: int, place: int, position: int, is_added: int) -> None:
        self.count += 1

        def reworded(task: PlannedTask) -> PlannedTask:
            words = task.wording.split()
            start = position % len(words)
            words[start : start + 1 - is_added % 2] = [f"w{self.count}"]
            return replace(task, wording=" ".join(words))

        self._change(outcome, place, reworded)

    def retarget(self, outcome: int, place: int, *_: int) -> None:
        self.count += 1
        self._change(outcome, place, lambda task: replace(task, target=f"{self.count} by then"))

    def _change(self, outcome: int, place: int, change: Callable[[PlannedTask], PlannedTask]) -> None:
        if tasks := self.outcomes[outcome % 2]:
            tasks[place % len(tasks)] = change(tasks[place % len(tasks)])

    def state_keys(self, keys: dict[int, str]) -> None:
        """Give tasks the keys that they had, by their numbers, as `generate` advises."""
        self.outcomes = [
            [replace(task, key=keys.get(task.number, task.key)) for task in tasks] for tasks in self.outcomes
        ]

    @property
    def tasks(self) -> list[PlannedTask]:
        return [task for tasks in self.outcomes for task in tasks]

    def as_table(self) -> dict[str, Any]:
        outcomes = [
            projects.outcome(
                f"{number}.1",
                projects.action(
                    *(
                        projects.task(
                            chr(ord("a") + place) if labelled else "",
                            task=task.wording,
                            target=task.target,
                            key=task.key or None,
                        )
                        for place, task in enumerate(tasks)
                    )
                ),
            )
            for number, (tasks, labelled) in enumerate(zip(self.outcomes, self.labelled, strict=True), 2)
            if tasks
        ]
        return projects.plan(projects.group("Parks", *outcomes), projects.group("Woods"))


Edits = list[tuple[str, int, int, int, int]]
numbers = st.integers(0, 7)


def edits_of(*names: str, max_size: int) -> st.SearchStrategy[Edits]:
    return st.lists(st.tuples(st.sampled_from(names), numbers, numbers, numbers, numbers), max_size=max_size)


def keys_by_number(plan: ChangingPlan, sending: SentWorkbooks) -> dict[int, str]:
    keys = [task.key for outcome in sending.group.outcomes for task in outcome.tasks]
    return {task.number: key for task, key in zip(plan.tasks, keys, strict=True)}


def is_replaced_in_place(old: PlannedTask, new: PlannedTask, surviving_numbers: set[int]) -> bool:
    """Return whether a new task took the key of a removed one with its wording or its target.

    No reader can tell it from the older task in other words.
    """
    return old.number not in surviving_numbers and (old.wording == new.wording or old.target == new.target)


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    labelled=st.tuples(st.booleans(), st.booleans()),
    first=st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=6),
    edits=edits_of("insert", "insert", "remove", "swap", "move", "relabel", "reword", "retarget", max_size=5),
    stated=st.sets(st.integers(1, 6)),
)
def test_an_answer_from_an_older_edition_reaches_its_own_task_or_is_a_finding(
    tmp_path_factory: pytest.TempPathFactory,
    labelled: tuple[bool, bool],
    first: list[tuple[int, int, int, int]],
    edits: Edits,
    stated: set[int],
) -> None:
    folder = tmp_path_factory.mktemp("editions")
    plan = ChangingPlan(labelled)
    for arguments in first:
        plan.insert(*arguments)
    old_sending, old_tasks = workbook_edits.send_workbooks(folder / "old", plan.as_table()), plan.tasks
    old_keys = keys_by_number(plan, old_sending)
    for name, *arguments in edits:
        getattr(plan, name)(*arguments)
    if not plan.tasks:
        plan.insert(0, 0, 0, 0)
    plan.state_keys({number: old_keys[number] for number in stated & old_keys.keys()})
    sending = workbook_edits.send_workbooks(folder / "new", plan.as_table())
    keys = keys_by_number(plan, sending)

    result, text = read_older_workbook(old_sending, sending)
    book = old_sending.sent_values()
    assert workbook_edits.lost_words(book, text) == set()
    own_answers = {
        value: old.number for old in old_tasks for value in answers_of(book, old_keys[old.number]) if TOKEN.match(value)
    }
    assert own_answers
    by_key, old_by_number = {keys[task.number]: task for task in plan.tasks}, {task.number: task for task in old_tasks}
    for answer in result.answers:
        if answer.value in own_answers:
            old, new = old_by_number[own_answers[answer.value]], by_key[answer.task]
            replaced = old_keys[old.number] == answer.task and is_replaced_in_place(old, new, set(keys))
            assert new.number == old.number or replaced, answer
    # A stated key brings its answers home, whatever was changed beside it.
    placed = {own_answers[answer.value] for answer in result.answers if answer.value in own_answers}
    assert stated & old_keys.keys() & keys.keys() <= placed


def read_older_workbook(old_sending: SentWorkbooks, sending: SentWorkbooks) -> Any:
    """Read the filled-in workbook of an older plan in the period of a newer one."""
    old_context, context = old_sending.reading_context, sending.reading_context
    explicit_keys = frozenset(
        task.key for outcome in sending.group.outcomes for task in outcome.tasks if task.key_given
    )
    both = ReadingContext(
        **{
            **{name: getattr(context, name) for name in context.__dataclass_fields__},
            "sent_records": {**old_context.sent_records, **context.sent_records},
            "explicit_keys": explicit_keys,
        }
    )
    return SentWorkbooks(sending.plan, sending.template, both).read(old_sending.sent_values())


def answers_of(book: workbook_edits.Book, key: str) -> list[str]:
    return [str(value) for _, grid in book for row in grid if row and row[-1] == key for value in row[2:-1]]
