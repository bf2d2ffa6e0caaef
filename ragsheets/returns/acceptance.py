"""Taking proposals over: what has to be changed in the plan for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

from ragsheets.plan import Plan, with_keys
from ragsheets.plans.edits import Edit, NewTask, TextEdit, edited, part_at, task_places
from ragsheets.returns.proposals import Proposal

#: A label of which the next one is known: a letter or a number, with what stands around it.
_COUNTED = re.compile(r"(\W*)([A-Za-z]|\d{1,4})(\W*)")
_FIRST_AND_LAST = {"a": "z", "A": "Z"}


def edits_for(plan: Plan, proposals: Iterable[Proposal]) -> list[Edit]:
    """The changes of the plan, as it was written, that take proposals over.

    A task whose words or label change is given its key, which keeps its history. A new one gets the next free label of
    its action and no key, unless its own would be taken from another task's.
    """
    edits: list[Edit] = []
    written, keyed = task_places(plan), task_places(with_keys(plan))
    for proposal in proposals:
        at = proposal.at
        if proposal.is_new:
            edits.append(_new(edited(plan, edits), proposal))
            continue
        edits.append(TextEdit(at, proposal.column, proposal.after))
        key = TextEdit(at, "key", keyed[at].key)
        if proposal.column in ("task", "label") and not written[at].key and key not in edits:
            edits.append(key)
    return edits


def _new(plan: Plan, proposal: Proposal) -> NewTask:
    labels = [str(task["label"]) for task in part_at(plan.model_dump(), proposal.at)["tasks"]]
    new = NewTask(proposal.at, {"label": next_label(labels), **proposal.words})
    before, after = task_places(with_keys(plan)), task_places(with_keys(edited(plan, [new])))
    if all(after[at].key == task.key for at, task in before.items()):
        return new
    # The key that it would take is another task's, which has been put into a later place by it.
    base = after[(*proposal.at, "tasks", len(labels))].key
    taken = {task.key.casefold() for task in (*before.values(), *after.values())}
    key = next(key for number in count(2) if (key := f"{base}-{number}").casefold() not in taken)
    return NewTask(proposal.at, {**new.texts, "key": key})


def next_label(labels: Sequence[str]) -> str:
    """The label that comes after these, in the way in which they are written; "" where nobody can tell."""
    match = _COUNTED.fullmatch(next((label for label in reversed(labels) if label), ""))
    if match is None or not all(labels):
        return ""
    taken = {label.casefold() for label in labels}
    before, sign, after = match.groups()
    while f"{before}{sign}{after}".casefold() in taken:
        if sign in _FIRST_AND_LAST.values():
            return ""
        sign = str(int(sign) + 1) if sign.isdecimal() else chr(ord(sign) + 1)
    return f"{before}{sign}{after}"
