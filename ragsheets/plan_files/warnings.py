"""Find plain mistakes in a valid plan: values that are allowed, but are usually slips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ragsheets import files
from ragsheets.errors import Problem
from ragsheets.plan.model import Action, Location, LocationNamer, Outcome, Plan, SubGroup
from ragsheets.plan_files.locations import join_locations
from ragsheets.text import email_addresses, first_words, normalise_text

#: The prefix of an example in a starter plan, which is to be overwritten.
EXAMPLE_PREFIX = "Example:"
_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@.<>()]+(\.[^\s@.<>()]+)+")
#: What separates several addresses, and a name written before an address in angle brackets.
_EMAIL_SEPARATOR = re.compile(r"[,;\n]")
_ADDRESS_AFTER_NAME = re.compile(r"[^<>]*<([^<>]*)>")


class _PlainMistake(NamedTuple):
    """A slip at one location."""

    location: Location
    what: str
    fix: str = ""


def find_warnings(plan: Plan, name_location: LocationNamer) -> list[Problem]:
    """Return the plain mistakes in a plan, each kind with all its locations.

    Args:
        plan: the plan as it was written.
        name_location: returns the description of a location for messages.
    """
    locations: dict[tuple[str, str], list[str]] = {}
    for location, what, fix in _find_slips(plan):
        locations.setdefault((what, fix), []).append(name_location(location))
    return [Problem(join_locations(list(dict.fromkeys(where))), *texts) for texts, where in locations.items()]


def _find_slips(plan: Plan) -> Iterator[_PlainMistake]:
    yield from _examples((), {"title": plan.title, "partnership": plan.partnership})
    yield from _names_alike(plan)
    for number, group in enumerate(plan.groups):
        location: Location = ("groups", number)
        yield from _examples(location, {"name": group.name, "contact": group.contact})
        yield from _contact_slips(location, group)
        yield from _outcome_slips(location, group)


def _examples(location: Location, texts: dict[str, str]) -> Iterator[_PlainMistake]:
    for key, text in texts.items():
        if text.startswith(EXAMPLE_PREFIX):
            fix = "Put your own words in its place, or delete it."
            yield _PlainMistake((*location, key), "still an example of the starter plan.", fix)


def _names_alike(plan: Plan) -> Iterator[_PlainMistake]:
    """Yield sub-groups whose names, or whose workbooks' file names, differ only in punctuation, case or spacing."""
    earlier: dict[str, str] = {}
    for number, group in enumerate(plan.groups):
        forms = {normalise_text(group.name), normalise_text(files.safe_name(group.name))}
        alike = next((earlier[form] for form in forms if form in earlier), "")
        if alike:
            what = f"the name is almost the same as “{alike}”, so the two workbooks are easily mixed up."
            yield _PlainMistake(("groups", number, "name"), what, "Give it another name.")
        earlier |= dict.fromkeys(forms - earlier.keys(), group.name)


def _contact_slips(location: Location, group: SubGroup) -> Iterator[_PlainMistake]:
    if not group.contact:
        yield _PlainMistake((*location, "contact"), "there is no contact.", "Say who fills in the workbook.")
    for text in filter(None, map(str.strip, _EMAIL_SEPARATOR.split(group.email))):
        match = _ADDRESS_AFTER_NAME.fullmatch(text)
        address = match[1].strip() if match else text
        if not _EMAIL.fullmatch(address) or not email_addresses(address):
            why = "has no @" if "@" not in address else "is not complete, or holds something else"
            fix = "Write it as in first.last@example.org; several are separated by commas."
            yield _PlainMistake((*location, "email"), f"the email address “{text}” {why}.", fix)


def _outcome_slips(location: Location, group: SubGroup) -> Iterator[_PlainMistake]:
    earlier: dict[str, Outcome] = {}
    for number, outcome in enumerate(group.outcomes):
        outcome_location = (*location, "outcomes", number)
        yield from _examples(outcome_location, {"title": outcome.title})
        if same := earlier.get(normalise_text(outcome.title)):
            what = f"outcome {same.ref} has the same title." if same.ref else "another outcome has the same title."
            yield _PlainMistake((*outcome_location, "title"), what, "Put their tasks together, or say how they differ.")
        earlier.setdefault(normalise_text(outcome.title), outcome)
        for action_number, action in enumerate(outcome.actions):
            yield from _task_slips((*outcome_location, "actions", action_number), action)


def _task_slips(location: Location, action: Action) -> Iterator[_PlainMistake]:
    yield from _examples(location, {"title": action.title})
    labels: dict[str, str] = {}
    wordings: set[str] = set()
    for number, task in enumerate(action.tasks):
        task_location = (*location, "tasks", number)
        yield from _examples(task_location, {"task": task.task, "target": task.target})
        if not task.target:
            yield _PlainMistake((*task_location, "target"), "there is no target.", "Say how to tell that it is done.")
        label = task.label.strip("() .").casefold()
        if label and label in labels:
            what = f"another task of this action has the label {task.label.rstrip(')')}): “{labels[label]}”."
            yield _PlainMistake((*task_location, "label"), what, "Give each its own letter.")
        labels.setdefault(label, first_words(task.task))
        if (wording := normalise_text(task.task)) in wordings:
            what = "the same task is in this action already."
            yield _PlainMistake((*task_location, "task"), what, "Delete one, or say how they differ.")
        wordings.add(wording)
