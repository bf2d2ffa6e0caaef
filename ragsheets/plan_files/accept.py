"""The changes to a plan that accept proposals. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

from ragsheets.plan.model import Location, Plan, with_keys
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, apply_edits, tasks_by_location
from ragsheets.plan_files.proposals import Proposal

#: A label with a known successor: a letter or a number, with the punctuation around it.
_SEQUENTIAL_LABEL = re.compile(r"(\W*)([A-Za-z]|\d{1,4})(\W*)")


def edits_for(plan: Plan, proposals: Iterable[Proposal]) -> list[Edit]:
    """Return the edits to the plan as written that accept these proposals.

    A task whose wording or label changes is given its key, which keeps its history. A new task gets the next free label
    of its action and no key, unless its derived key would be one that another task has.
    """
    edits: list[Edit] = []
    written_tasks, tasks_with_keys = tasks_by_location(plan), tasks_by_location(with_keys(plan))
    labels: dict[Location, list[str]] = {}
    for proposal in proposals:
        location = proposal.location
        if proposal.is_new:
            action_labels = labels.setdefault(
                location,
                [task.label for task_location, task in written_tasks.items() if task_location[:-2] == location],
            )
            action_labels.append(next_label(action_labels))
            edits.append(NewTask(location, {"label": action_labels[-1], **proposal.words}))
            continue
        edits.append(TextEdit(location, proposal.column, proposal.after))
        key_edit = TextEdit(location, "key", tasks_with_keys[location].key)
        if proposal.column in ("task", "label") and not written_tasks[location].key and key_edit not in edits:
            edits.append(key_edit)
    return _with_unique_keys(plan, edits)


def _with_unique_keys(plan: Plan, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits, with a key for each new task that would otherwise get the key of a task that follows it."""
    keys_before = _keys_by_location(plan)
    existing_keys = set(keys_before.values())
    while (keys_after := _keys_by_location(apply_edits(plan, edits))) | keys_before != keys_after:
        used_keys = {key.casefold() for key in (*existing_keys, *keys_after.values())}
        revised_edits = list(edits)
        for number, (location, new_task) in _new_tasks(plan, edits).items():
            if (key := keys_after[location]) in existing_keys:
                free_keys = (f"{key}-{n}" for n in count(2))
                unique_key = next(free_key for free_key in free_keys if free_key.casefold() not in used_keys)
                used_keys.add(unique_key.casefold())
                revised_edits[number] = NewTask(new_task.location, {**new_task.texts, "key": unique_key})
        edits = revised_edits
    return list(edits)


def _keys_by_location(plan: Plan) -> dict[Location, str]:
    return {location: task.key for location, task in tasks_by_location(with_keys(plan)).items()}


def _new_tasks(plan: Plan, edits: Sequence[Edit]) -> dict[int, tuple[Location, NewTask]]:
    """Return the future location of each new task, and the task, by the index of its edit."""
    sizes = Counter(location[:-2] for location in tasks_by_location(plan))
    new_tasks: dict[int, tuple[Location, NewTask]] = {}
    for number, edit in enumerate(edits):
        if isinstance(edit, NewTask):
            new_tasks[number] = (*edit.location, "tasks", sizes[edit.location]), edit
            sizes[edit.location] += 1
    return new_tasks


def next_label(labels: Sequence[str]) -> str:
    """Return the label that follows these, written in the same style; "" if their order is not recognised."""
    match = _SEQUENTIAL_LABEL.fullmatch(next((label for label in reversed(labels) if label), ""))
    if match is None or not all(labels):
        return ""
    used_labels = {label.casefold() for label in labels}
    before, symbol, after = match.groups()
    while f"{before}{symbol}{after}".casefold() in used_labels:
        if symbol in ("z", "Z"):
            return ""
        symbol = str(int(symbol) + 1) if symbol.isdecimal() else chr(ord(symbol) + 1)
    return f"{before}{symbol}{after}"
