"""ragsheets plan …"""

from __future__ import annotations

from pathlib import Path

import click

from ragsheets.cli.shared import common_options, console, counted, next_step, print_json, settings
from ragsheets.errors import PlanError, TemplateError


@click.group()
@common_options
def plan() -> None:
    """Check the plan."""


@plan.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common_options
def check(file: Path | None) -> None:
    """Say everything that is wrong with the plan, and where.

    FILE is another plan than the plan.toml of the project folder.

    \b
    Example:
        ragsheets plan check
    """
    from ragsheets.plans import read_plan_and_template

    try:
        found, template = read_plan_and_template(file) if file else settings().project.plan()
    except (PlanError, TemplateError) as error:
        if settings().as_json:
            print_json({"problems": [{"where": p.where, "what": p.what, "fix": p.fix} for p in error.problems]})
        raise
    tasks = sum(len(tuple(outcome.tasks)) for group in found.groups for outcome in group.outcomes)
    if settings().as_json:
        print_json({"problems": [], "groups": len(found.groups), "tasks": tasks, "template": template.name})
    counts = f"{counted(len(found.groups), 'sub-group')}, {counted(tasks, 'task')}"
    console().print(f"The plan is sound: {counts}, template “{template.name}”.", markup=False)
    next_step("ragsheets generate --date YYYY-MM-DD --due YYYY-MM-DD")
