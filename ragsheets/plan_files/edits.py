"""Changes to a plan file that leave everything else in it as it is; what they come to is told without the file, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ragsheets.errors import PlanError
from ragsheets.plan.model import Location, Plan, Task


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Another text for one value of a task: where the task stands in the plan, and the value's key there."""

    location: Location
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class NewTask:
    """A further task at the end of an action: where the action stands in the plan, and the task's values by key.

    A value that is "" is not written, but for the target, which every task has.
    """

    location: Location
    texts: Mapping[str, str]

    @property
    def written_texts(self) -> dict[str, str]:
        """The values that are written, in the order in which people write them."""
        first = {key: self.texts.get(key, "") for key in ("label", "task", "target")}
        texts = first | {key: text for key, text in self.texts.items() if key not in first}
        return {key: text for key, text in texts.items() if text or key == "target"}


Edit = TextEdit | NewTask


def apply_edits(plan: Plan, edits: Iterable[Edit]) -> Plan:
    """A plan, as it was written, with these changes made."""
    raw = plan.model_dump(exclude={"groups": {"__all__": _EXCLUDE_KEY_GIVEN}})
    for each in edits:
        part = part_at(raw, each.location)
        if isinstance(each, TextEdit):
            _set_value(part, each.key, each.text)
        else:
            task: dict[str, Any] = {"further": {}}
            for key, text in each.written_texts.items():
                _set_value(task, key, text)
            part["tasks"] = (*part["tasks"], task)
    return Plan.model_validate(raw)


#: Whether a key was given follows from the key.
_EXCLUDE_KEY_GIVEN: Any = {"outcomes": {"__all__": {"actions": {"__all__": {"tasks": {"__all__": {"key_given"}}}}}}}


def tasks_by_location(plan: Plan) -> dict[Location, Task]:
    """Every task of a plan by where it stands."""
    return {
        ("groups", g, "outcomes", o, "actions", a, "tasks", t): task
        for g, group in enumerate(plan.groups)
        for o, outcome in enumerate(group.outcomes)
        for a, action in enumerate(outcome.actions)
        for t, task in enumerate(action.tasks)
    }


def part_at(part: Any, location: Location) -> Any:
    """What stands at a place in the tables of a plan."""
    for step in location:
        part = part[step]
    return part


def _set_value(task: dict[str, Any], key: str, text: str) -> None:
    (task if key in ("label", "task", "target", "key") else task["further"])[key] = text


def uneditable_error(what: str, where: str = "") -> PlanError:
    """The error for a file in which a change cannot be made."""
    return PlanError(what, where=where, fix="Nothing was changed; make this change by hand.")
