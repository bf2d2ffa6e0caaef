"""Taking proposals over: what has to be changed in the plan for them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

from ragsheets.plan.model import Location, Plan, with_keys
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, apply_edits, tasks_by_location
from ragsheets.plan_files.proposals import Proposal

#: A label of which the next one is known: a letter or a number, with what stands around it.
_SEQUENTIAL_LABEL = re.compile(r"(\W*)([A-Za-z]|\d{1,4})(\W*)")
_LAST_LETTERS = {"a": "z", "A": "Z"}


def edits_for(plan: Plan, proposals: Iterable[Proposal]) -> list[Edit]:
    """The changes of the plan, as it was written, that take proposals over.

    A task whose words or label change is given its key, which keeps its history. A new one gets the next free label of
    its action and no key, unless its own would be taken from another task's.
    """
    edits: list[Edit] = []
    written, keyed = tasks_by_location(plan), tasks_by_location(with_keys(plan))
    labels: dict[Location, list[str]] = {}
    for proposal in proposals:
        at = proposal.location
        if proposal.is_new:
            known = labels.setdefault(at, [task.label for place, task in written.items() if place[:-2] == at])
            known.append(next_label(known))
            edits.append(NewTask(at, {"label": known[-1], **proposal.words}))
            continue
        edits.append(TextEdit(at, proposal.column, proposal.after))
        key = TextEdit(at, "key", keyed[at].key)
        if proposal.column in ("task", "label") and not written[at].key and key not in edits:
            edits.append(key)
    return _with_unique_keys(plan, edits)


def _with_unique_keys(plan: Plan, edits: Sequence[Edit]) -> list[Edit]:
    """The changes, with a key for each new task that would take another task's, before which it stands."""
    before = {at: task.key for at, task in tasks_by_location(with_keys(plan)).items()}
    while True:
        after = {at: task.key for at, task in tasks_by_location(with_keys(apply_edits(plan, edits))).items()}
        if all(after[at] == key for at, key in before.items()):
            return list(edits)
        others = set(before.values())
        taken = {key.casefold() for key in (*others, *after.values())}
        spared = list(edits)
        for number, (place, new) in _new_tasks(plan, edits).items():
            if (key := after[place]) in others:
                own = next(own for n in count(2) if (own := f"{key}-{n}").casefold() not in taken)
                taken.add(own.casefold())
                spared[number] = NewTask(new.location, {**new.texts, "key": own})
        edits = spared


def _new_tasks(plan: Plan, edits: Sequence[Edit]) -> dict[int, tuple[Location, NewTask]]:
    """Each new task with where it will stand, by the number of its change."""
    sizes = Counter(at[:-2] for at in tasks_by_location(plan))
    found: dict[int, tuple[Location, NewTask]] = {}
    for number, each in enumerate(edits):
        if isinstance(each, NewTask):
            found[number] = (*each.location, "tasks", sizes[each.location]), each
            sizes[each.location] += 1
    return found


def next_label(labels: Sequence[str]) -> str:
    """The label that comes after these, in the way in which they are written; "" where nobody can tell."""
    match = _SEQUENTIAL_LABEL.fullmatch(next((label for label in reversed(labels) if label), ""))
    if match is None or not all(labels):
        return ""
    taken = {label.casefold() for label in labels}
    before, sign, after = match.groups()
    while f"{before}{sign}{after}".casefold() in taken:
        if sign in _LAST_LETTERS.values():
            return ""
        sign = str(int(sign) + 1) if sign.isdecimal() else chr(ord(sign) + 1)
    return f"{before}{sign}{after}"
