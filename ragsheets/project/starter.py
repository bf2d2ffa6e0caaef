"""The plans that a new project starts with, and what remains of them in a plan."""

from __future__ import annotations

from pathlib import Path

from ragsheets import files
from ragsheets.errors import Problem
from ragsheets.plan.model import Plan, with_keys
from ragsheets.plan_files.forms import read_plan


def starter_plan_file(*, as_xlsx: bool) -> Path:
    """Return the plan.toml of the plan that a new project starts with, as plan.toml or as plan.xlsx."""
    return files.shipped_folder("examples") / ("starter" if as_xlsx else "gloucester") / files.PLAN_FILE


def find_starter_tasks(plan: Plan, *, in_use: bool) -> list[Problem]:
    """Return a warning if tasks of a plan are still those of a starter plan.

    Args:
        plan: the plan, with keys.
        in_use: whether a period was made already. A plan that is then still the whole example is meant to be, as in a
            project of `ragsheets demo`.
    """
    starter_plans = [with_keys(read_plan(starter_plan_file(as_xlsx=as_xlsx))) for as_xlsx in (False, True)]
    if in_use and any((plan.identity, plan.groups) == (starter.identity, starter.groups) for starter in starter_plans):
        return []
    starter_tasks = {path.task.task for starter in starter_plans for path in starter.task_paths}
    tasks = [path.task for path in plan.task_paths]
    count = sum(task.task in starter_tasks for task in tasks)
    if not count:
        return []
    verb = "is" if count == 1 else "are"
    what = f"{count} of {len(tasks)} tasks {verb} still from the example that a new project starts with."
    return [Problem("the plan", what, "Put your own in their place.")]
