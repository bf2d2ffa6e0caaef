"""The model of a plan: frozen values and their validation rules."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from ragsheets import dates
from ragsheets.text import clean_for_office, email_addresses, has_forbidden_characters


def _require_text(text: str) -> str:
    """Return `text` if an Office file can hold any of it; raises PydanticCustomError otherwise."""
    if not clean_for_office(text).strip():
        raise PydanticCustomError("no_words", "holds only characters that Office files cannot hold")
    return text


def _parse_months(months: object) -> object:
    """Return `months` as a whole number of at least 1; raises PydanticCustomError otherwise."""
    text = str(months).strip()
    if isinstance(months, bool) or not text.isdecimal() or int(text) < 1:
        raise PydanticCustomError("months", "must be a whole number of months, such as 24")
    return int(text)


Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_require_text)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]

Months = Annotated[int, BeforeValidator(_parse_months)]

#: Prefix of the keys of workbook rows that belong to no task of the plan.
RESERVED_PREFIX = "#"


class _FrozenModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_FrozenModel):
    """A task: what is to be done, and its measure of success.

    Attributes:
        label: the letter of the task, printed as "a)". With the outcome's reference it makes the task's key.
        task: what is to be done.
        target: how everybody can see that it has been done, and by when.
        key: the key by which the task's answers are kept, such as `2.1a`; made from reference and label. Give one only
            where `ragsheets plan check` asks for it, or to ask about a completed task again.
        key_given: whether the key is given in the plan and was not derived. It then keeps the task's history together
            however its wording changes.
        further: what the plan has for the column of this key that the template adds to the plan.
    """

    label: Text = ""
    task: Line
    target: Text
    key: Text = ""
    key_given: bool = False
    further: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _set_key_given(cls, raw: Any) -> Any:
        """Mark a key as given where the task is created with one; derived keys are added later."""
        return {"key_given": bool(raw.get("key")), **raw} if isinstance(raw, Mapping) else raw

    @property
    def labelled(self) -> str:
        """The task as it is printed: "a) Map the services"."""
        return f"{self.label.rstrip(')')}) {self.task}" if self.label else self.task


class Action(_FrozenModel):
    """A piece of work towards an outcome.

    Attributes:
        ref: the reference of the action, as it is printed.
        title: what the action is.
        key: a name for the action that stays the same if its wording changes.
        tasks: the tasks of the action, in the order in which they are printed.
    """

    ref: Text = ""
    title: Text
    key: Text = ""
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]


class Outcome(_FrozenModel):
    """A result that the sub-group wants to achieve.

    Attributes:
        ref: the reference of the outcome. It is in quotation marks, so that "2.10" stays 2.10.
        title: what the sub-group wants to achieve.
        key: a name for the outcome that stays the same if its wording changes.
        actions: the actions of the outcome, in the order in which they are printed.
    """

    ref: Text = ""
    title: Line
    key: Text = ""
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]

    @property
    def heading(self) -> str:
        """The outcome as it is printed: "2.1: Title"."""
        return f"{self.ref}: {self.title}" if self.ref else self.title

    @property
    def tasks(self) -> Iterator[Task]:
        """Every task of the outcome, in order."""
        return (task for action in self.actions for task in action.tasks)


class SubGroup(_FrozenModel):
    """A thematic sub-group, with its contact.

    Attributes:
        name: the name of the sub-group, which its workbook and its section of the report have.
        contact: the person who fills in the workbook.
        email: the address that the workbook is sent to. It also shows whose reply a message is.
        on_hold: whether the sub-group is paused. No reply is then expected from it.
        key: a name for the sub-group that stays the same if its wording changes.
        outcomes: the outcomes of the sub-group, in the order in which they are printed. A sub-group that is on hold
            may have none.
    """

    name: Line
    contact: Text
    email: Text = ""
    on_hold: bool = False
    key: Text = ""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def task_paths(self) -> Iterator[TaskPath]:
        """Every task with the parts of the plan that contain it, in order."""
        return (
            TaskPath(self, outcome, action, task)
            for outcome in self.outcomes
            for action in outcome.actions
            for task in action.tasks
        )

    @property
    def tasks(self) -> Iterator[Task]:
        """Every task of the sub-group, in order."""
        return (path.task for path in self.task_paths)

    @property
    def addresses(self) -> set[str]:
        """The email addresses of its contact, in lower case."""
        return email_addresses(f"{self.email} {self.contact}")


class TaskPath(NamedTuple):
    """A task with the parts of the plan that contain it."""

    group: SubGroup
    outcome: Outcome
    action: Action
    task: Task


class Plan(_FrozenModel):
    """The whole plan of a partnership.

    Attributes:
        title: what is reported, as workbooks and report print it.
        partnership: the name of the partnership, as it is printed.
        template: what is asked and how it looks: the name of a template of ragsheets or of a file beside the plan.
        ledger: the address of the ledger as a database URL, if it is not `ragsheets.db` beside the plan, such as
            `sqlite:///ours.db`. A file named without a folder is beside the plan.
        keep_returns_months: the number of months that the originals of returned files are kept before `ragsheets
            returns forget --due` erases them. Without it they are kept for good.
        groups: the sub-groups, in the order in which they are printed.
    """

    title: Line
    partnership: Line
    template: Line = "standard"
    ledger: Line | None = None
    keep_returns_months: Months | None = None
    groups: Annotated[tuple[SubGroup, ...], Field(min_length=1)]

    @property
    def identity(self) -> str:
        """A short fingerprint of title and partnership (8 hexadecimal digits) that identifies a workbook's plan."""
        return hashlib.sha256(f"{self.partnership}\n{self.title}".encode()).hexdigest()[:8]

    @property
    def task_paths(self) -> Iterator[TaskPath]:
        """Every task with the parts of the plan that contain it, in order."""
        return (path for group in self.groups for path in group.task_paths)

    @property
    def group_names(self) -> dict[str, str]:
        """The names of the sub-groups by their keys, in order."""
        return {group.key: group.name for group in self.groups}

    def group(self, key: str) -> SubGroup:
        """Return the sub-group with this key; raises KeyError where there is none."""
        for group in self.groups:
            if group.key == key:
                return group
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting round, identified by its date."""

    date: datetime.date
    name: str = ""
    due: datetime.date | None = None

    @property
    def title(self) -> str:
        """The name of the period, or its date in words."""
        return self.name or dates.in_words(self.date)


def with_keys(plan: Plan) -> Plan:
    """Return `plan` with a key for every sub-group, outcome, action and task that has none.

    A sub-group's key is its name; an outcome's its reference or its title; a task's its outcome's reference and its own
    label ("2.1a"), numbered from the second on where that is in use, and always where it has no label ("3.1-1").
    Keys given in the plan are unchanged and never used for another task.
    """
    given_keys = {path.task.key for path in plan.task_paths if path.task.key}
    used_keys: set[str] = {key.casefold() for key in given_keys}
    groups = []
    for group in plan.groups:
        outcomes = [_outcome_with_keys(outcome, number, used_keys) for number, outcome in enumerate(group.outcomes, 1)]
        groups.append(group.model_copy(update={"key": group.key or group.name, "outcomes": tuple(outcomes)}))
    return plan.model_copy(update={"groups": tuple(groups)})


def _outcome_with_keys(outcome: Outcome, number: int, used_keys: set[str]) -> Outcome:
    reference = clean_for_office(outcome.ref or outcome.key).lstrip(RESERVED_PREFIX) or str(number)
    actions = []
    for count, action in enumerate(outcome.actions, 1):
        tasks = [
            task if task.key else task.model_copy(update={"key": _free_key(reference, task.label, used_keys)})
            for task in action.tasks
        ]
        key = action.key or action.ref or f"{reference}-{count}"
        actions.append(action.model_copy(update={"key": key, "tasks": tuple(tasks)}))
    key = outcome.key or outcome.ref or outcome.title
    return outcome.model_copy(update={"key": key, "actions": tuple(actions)})


def _free_key(reference: str, label: str, used_keys: set[str]) -> str:
    base = f"{reference}{clean_for_office(label)}"
    number = 2 if label else 1
    key = base if label else f"{base}-{number}"
    while key.casefold() in used_keys:
        number += 1 if key != base else 0
        key = f"{base}-{number}"
    used_keys.add(key.casefold())
    return key


#: The path of a value in the plan as it was written: ("groups", 0, "outcomes", 1, "title").
Location = tuple[int | str, ...]
#: Returns the readable name of such a location.
LocationNamer = Callable[[Location], str]


def find_invalid_characters(plan: Plan) -> list[str]:
    """Return the parts of the plan with characters that Office files cannot hold, which are left out when written."""
    invalid_parts = []
    for part, texts in _texts_by_part(plan):
        if any(has_forbidden_characters(text) for text in texts):
            invalid_parts.append(clean_for_office(part))
    return invalid_parts


def _texts_by_part(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every part of the plan with its own texts."""
    yield "the plan's title and partnership", (plan.title, plan.partnership)
    for group in plan.groups:
        yield group.name, (group.name, group.contact)
        for outcome in group.outcomes:
            outcome_name = f"{group.name}, outcome {outcome.ref or outcome.title}"
            yield (
                outcome_name,
                (outcome.ref, outcome.title, *(f"{action.ref}{action.title}" for action in outcome.actions)),
            )
            for task in outcome.tasks:
                yield f"{outcome_name}, task {task.key}", (task.label, task.task, task.target, *task.further.values())
