"""Where a task stands in the plan, found by what people call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ragsheets.errors import ProjectError
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.validation import join_words, suggest_nearest

#: At most so many keys are listed where a name means no task.
_MAX_LISTED = 8


class TaskPath(NamedTuple):
    """A task with all that it is part of."""

    group: SubGroup
    outcome: Outcome
    action: Action
    task: Task


def task_paths(plan: Plan) -> Iterator[TaskPath]:
    """Every task of a plan in its place, in order."""
    for group in plan.groups:
        for outcome in group.outcomes:
            for action in outcome.actions:
                for task in action.tasks:
                    yield TaskPath(group, outcome, action, task)


def tasks_by_key(plan: Plan) -> Mapping[str, Task]:
    """Every task of a plan by its key."""
    return {task.key: task for group in plan.groups for outcome in group.outcomes for task in outcome.tasks}


def find_task(plan: Plan, name: str) -> TaskPath:
    """The task that somebody means: by its key, its reference and label, or one of them where no other task has it.

    Case does not matter. Raises ProjectError, with the nearest keys, where no task or more than one is meant.
    """
    places = list(task_paths(plan))
    for called in _NAME_FORMS:
        if found := _find_only(places, name, called):
            return found
    raise ProjectError(f"there is no task “{name}”.", where="TASK", fix=_suggestion(name, places))


def find_task_by_key(plan: Plan, key: str) -> TaskPath | None:
    """The task of a key, of which case does not matter; None where there is none.

    Raises ProjectError where case alone tells several of them apart.
    """
    return _find_only(list(task_paths(plan)), key, _NAME_FORMS[0])


def _find_only(paths: list[TaskPath], name: str, name_of: Callable[[TaskPath], str]) -> TaskPath | None:
    """The one task that is called so; raises ProjectError where there are several."""
    wanted = _normalise(name)
    meant = [place for place in paths if wanted and _normalise(name_of(place)) == wanted]
    if len(meant) > 1:
        keys = join_words([place.task.key for place in meant], _MAX_LISTED)
        raise ProjectError(f"“{name}” may be any of {len(meant)} tasks.", where="TASK", fix=f"Give its key: {keys}.")
    return meant[0] if meant else None


#: What a task is called, what is surest first.
_NAME_FORMS: tuple[Callable[[TaskPath], str], ...] = (
    lambda place: place.task.key,
    lambda place: f"{place.outcome.ref}{place.task.label}",
    lambda place: f"{place.action.ref}{place.task.label}" if place.action.ref else "",
    lambda place: place.task.label,
    lambda place: place.outcome.ref,
    lambda place: place.action.ref,
)


def _normalise(text: str) -> str:
    """A key, a reference or a label without the differences that do not matter in it: "2.1 a)" is 2.1a."""
    return "".join(text.split()).rstrip(").").casefold()


def _suggestion(name: str, paths: list[TaskPath]) -> str:
    from rapidfuzz import process

    keys = [place.task.key for place in paths]
    alike = process.extract(name, keys, processor=str.casefold, limit=None)
    return suggest_nearest(name, [key for key, *_ in alike], _MAX_LISTED) if alike else "The plan has no tasks."
