"""Look up tasks of a plan by their key, reference or label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ragsheets.errors import ProjectError
from ragsheets.plan.model import Plan, Task, TaskPath
from ragsheets.text import first_words, nearest_texts

#: The most tasks that are listed where a name fits not just one.
_MAX_LISTED = 8


def paths_by_key(plan: Plan) -> Mapping[str, TaskPath]:
    """Return every task of a plan with the parts that contain it, by its key."""
    return {path.task.key: path for path in plan.task_paths}


def tasks_by_key(plan: Plan) -> Mapping[str, Task]:
    """Return every task of a plan by its key."""
    return {path.task.key: path.task for path in plan.task_paths}


def explicit_keys(plan: Plan) -> frozenset[str]:
    """Return the keys of tasks that the plan states, as opposed to derived keys."""
    return frozenset(key for key, task in tasks_by_key(plan).items() if task.key_given)


def tasks_named(plan: Plan, name: str, *, by_key: bool = False) -> list[TaskPath]:
    """Return every task that a name fits, in the plan's order: by its key, its label, its reference, or the last two.

    A key does not take precedence over a label: a key that was given to keep a task's history may be the same as
    another task's label that is printed now. With `by_key` the name is exactly a key, in any case.
    """
    if by_key:
        return [path for path in plan.task_paths if path.task.key.casefold() == name.strip().casefold()]
    normalised_name = _normalise(name)
    return [path for path in plan.task_paths if normalised_name and normalised_name in map(_normalise, _names(path))]


def has_key(path: TaskPath, name: str) -> bool:
    """Return whether a name is the key of a task, apart from case, spaces and a closing bracket."""
    return _normalise(path.task.key) == _normalise(name)


def ambiguous_name_error(name: str, tasks: Mapping[str, str]) -> ProjectError:
    """Return the error for a name that fits several tasks.

    Args:
        name: the name.
        tasks: the words that describe each task, by the options that name it on the command line.
    """
    lines = [f"{options}: {words}" for options, words in tasks.items()]
    what = f"“{name}” fits {len(lines)} tasks. Say which one you mean, by its key:"
    return ProjectError(f"{what}{list_lines(lines)}", where="TASK")


def unknown_task_error(plan: Plan, name: str) -> ProjectError:
    """Return the error for a name that fits no task, with the tasks of the nearest keys, else those of the plan."""
    tasks = described_tasks(plan.task_paths)
    what = f"there is no task “{name}”."
    nearest = [f"{key}: {tasks[key]}" for key in nearest_texts(name, tasks)]
    if len(nearest) == 1:
        return ProjectError(what, where="TASK", fix=f"Did you mean {nearest[0]}?")
    if nearest:
        return ProjectError(what, where="TASK", fix=f"Did you mean one of these?{list_lines(nearest)}")
    lines = [f"{key}: {words}" for key, words in tasks.items()]
    return ProjectError(f"{what} The plan has:{list_lines(lines)}", where="TASK")


def described_tasks(paths: Iterable[TaskPath]) -> dict[str, str]:
    """Return the words that tasks are listed with, by their keys: label, first words and sub-group."""
    return {path.task.key: f"{first_words(path.task.labelled)} ({path.group.name})" for path in paths}


def described_options(paths: Iterable[TaskPath], remark: str = "") -> dict[str, str]:
    """Return the words that tasks are listed with and a remark, by the options that name them on the command line."""
    return {key_option(key): f"{words}{remark}" for key, words in described_tasks(paths).items()}


def key_option(key: str) -> str:
    """Return the option that names a task by its key on the command line."""
    return f'--key "{key}"' if " " in key else f"--key {key}"


def _names(path: TaskPath) -> tuple[str, ...]:
    """Return all names of a task."""
    outcome, action, task = path.outcome, path.action, path.task
    return (
        task.key,
        f"{outcome.ref}{task.label}",
        f"{action.ref}{task.label}" if action.ref else "",
        task.label,
        outcome.ref,
        action.ref,
    )


def _normalise(text: str) -> str:
    """Return a key, a reference or a label without insignificant differences: "2.1 a)" becomes 2.1a."""
    return "".join(text.split()).rstrip(").").casefold()


def list_lines(lines: Sequence[str]) -> str:
    """Return lines below one another, the first of them only where there are many, and the number of the rest."""
    more = len(lines) - _MAX_LISTED
    shown = [*lines[:_MAX_LISTED], f"and {more} more"] if more > 0 else lines
    return "".join(f"\n  {line}" for line in shown)
