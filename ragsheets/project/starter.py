"""The plans that a new project starts with, and what is left of them in a plan."""

from __future__ import annotations

from pathlib import Path

from ragsheets import files
from ragsheets.errors import Problem
from ragsheets.plan.model import Plan
from ragsheets.plan_files.forms import read_plan


def starter_plan_file(*, as_xlsx: bool) -> Path:
    """Return the plan.toml of the plan that a new project starts with, as plan.toml or as plan.xlsx."""
    return files.shipped_folder("examples") / ("starter" if as_xlsx else "gloucester") / files.PLAN_FILE


def find_starter_tasks(plan: Plan) -> list[Problem]:
    """Return a warning if tasks of a plan are still those of a starter plan."""
    starter_plans = [read_plan(starter_plan_file(as_xlsx=as_xlsx)) for as_xlsx in (False, True)]
    starter_tasks = {path.task.task for starter_plan in starter_plans for path in starter_plan.task_paths}
    tasks = [path.task for path in plan.task_paths]
    count = sum(task.task in starter_tasks for task in tasks)
    if not count:
        return []
    what = f"{count} of {len(tasks)} tasks {'is' if count == 1 else 'are'} still of the example that a new plan holds."
    return [Problem("the plan", what, "Put your own in their place.")]
