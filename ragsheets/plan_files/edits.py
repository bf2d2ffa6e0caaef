"""Changes to a plan that leave everything else in its file unchanged; they can also be applied without the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ragsheets.errors import PlanError
from ragsheets.plan.model import Location, Plan, Task, TaskPath


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A new text for one value of a task: the task's location in the plan, the value's key, and the text."""

    location: Location
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class NewTask:
    """A new task at the end of an action: the action's location in the plan, and the task's values by key.

    A value that is "" is not written, except for the target, which every task has.
    """

    location: Location
    texts: Mapping[str, str]

    @property
    def written_texts(self) -> dict[str, str]:
        """The values to write, in the order that people write them in."""
        leading_texts = {key: self.texts.get(key, "") for key in ("label", "task", "target")}
        texts = leading_texts | {key: text for key, text in self.texts.items() if key not in leading_texts}
        return {key: text for key, text in texts.items() if text or key == "target"}


Edit = TextEdit | NewTask


def apply_edits(plan: Plan, edits: Iterable[Edit]) -> Plan:
    """Return the plan, as it was written, with these edits applied."""
    tables = plan.model_dump(exclude={"groups": {"__all__": _EXCLUDE_KEY_GIVEN}})
    for edit in edits:
        part = part_at(tables, edit.location)
        if isinstance(edit, TextEdit):
            _set_value(part, edit.key, edit.text)
        else:
            task: dict[str, Any] = {"further": {}}
            for key, text in edit.written_texts.items():
                _set_value(task, key, text)
            part["tasks"] = (*part["tasks"], task)
    return Plan.model_validate(tables)


#: `key_given` is derived from the key.
_EXCLUDE_KEY_GIVEN: Any = {"outcomes": {"__all__": {"actions": {"__all__": {"tasks": {"__all__": {"key_given"}}}}}}}


def paths_by_location(plan: Plan) -> dict[Location, TaskPath]:
    """Return every task of a plan, with the parts that contain it, by its location."""
    return {
        ("groups", g, "outcomes", o, "actions", a, "tasks", t): TaskPath(group, outcome, action, task)
        for g, group in enumerate(plan.groups)
        for o, outcome in enumerate(group.outcomes)
        for a, action in enumerate(outcome.actions)
        for t, task in enumerate(action.tasks)
    }


def tasks_by_location(plan: Plan) -> dict[Location, Task]:
    """Return every task of a plan by its location."""
    return {location: path.task for location, path in paths_by_location(plan).items()}


def part_at(part: Any, location: Location) -> Any:
    """Return the part at a location in the tables of a plan."""
    for step in location:
        part = part[step]
    return part


def _set_value(task: dict[str, Any], key: str, text: str) -> None:
    (task if key in ("label", "task", "target", "key") else task["further"])[key] = text


def uneditable_error(what: str, where: str = "") -> PlanError:
    """Return the error for a file where an edit cannot be made."""
    return PlanError(what, where=where, fix="Nothing was changed; make this change by hand.")
