"""Look up tasks of a plan by their key, reference or label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ragsheets.errors import ProjectError
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.validation import join_words, suggest_nearest

#: The most keys that are listed where a name matches no single task.
_MAX_LISTED = 8


class TaskPath(NamedTuple):
    """A task with the parts of the plan that contain it."""

    group: SubGroup
    outcome: Outcome
    action: Action
    task: Task


def task_paths(plan: Plan) -> Iterator[TaskPath]:
    """Yield the path of every task of a plan, in order."""
    for group in plan.groups:
        for outcome in group.outcomes:
            for action in outcome.actions:
                for task in action.tasks:
                    yield TaskPath(group, outcome, action, task)


def tasks_by_key(plan: Plan) -> Mapping[str, Task]:
    """Return every task of a plan by its key."""
    return {task.key: task for group in plan.groups for outcome in group.outcomes for task in outcome.tasks}


def explicit_keys(plan: Plan) -> frozenset[str]:
    """Return the keys of tasks that the plan states, as opposed to derived keys."""
    return frozenset(key for key, task in tasks_by_key(plan).items() if task.key_given)


def find_task(plan: Plan, name: str) -> TaskPath:
    """Return the task with this name: its key, its reference and label, or one of them where no other task has it.

    Case does not matter. Raises ProjectError, with the nearest keys, where no task or more than one matches.
    """
    paths = list(task_paths(plan))
    for name_of in _NAME_FORMS:
        if path := _find_only(paths, name, name_of):
            return path
    raise ProjectError(f"there is no task “{name}”.", where="TASK", fix=_suggestion(name, paths))


def find_task_by_key(plan: Plan, key: str) -> TaskPath | None:
    """Return the task with this key, in any case; None where there is none.

    Raises ProjectError where several keys differ only in case.
    """
    return _find_only(list(task_paths(plan)), key, _NAME_FORMS[0])


def _find_only(paths: list[TaskPath], name: str, name_of: Callable[[TaskPath], str]) -> TaskPath | None:
    """Return the only task with this name; raises ProjectError where there are several."""
    normalised_name = _normalise(name)
    matches = [path for path in paths if normalised_name and _normalise(name_of(path)) == normalised_name]
    if len(matches) > 1:
        keys = join_words([path.task.key for path in matches], _MAX_LISTED)
        raise ProjectError(f"“{name}” may be any of {len(matches)} tasks.", where="TASK", fix=f"Give its key: {keys}.")
    return matches[0] if matches else None


#: The names of a task, the most specific first.
_NAME_FORMS: tuple[Callable[[TaskPath], str], ...] = (
    lambda path: path.task.key,
    lambda path: f"{path.outcome.ref}{path.task.label}",
    lambda path: f"{path.action.ref}{path.task.label}" if path.action.ref else "",
    lambda path: path.task.label,
    lambda path: path.outcome.ref,
    lambda path: path.action.ref,
)


def _normalise(text: str) -> str:
    """Return a key, a reference or a label without insignificant differences: "2.1 a)" becomes 2.1a."""
    return "".join(text.split()).rstrip(").").casefold()


def _suggestion(name: str, paths: list[TaskPath]) -> str:
    from rapidfuzz import process

    keys = [path.task.key for path in paths]
    similar_keys = process.extract(name, keys, processor=str.casefold, limit=None)
    return (
        suggest_nearest(name, [key for key, *_ in similar_keys], _MAX_LISTED)
        if similar_keys
        else "The plan has no tasks."
    )
