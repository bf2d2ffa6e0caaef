"""ragsheets plan …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    counted,
    next_step,
    print_json,
    print_remarks,
    problem_json,
    settings,
)
from ragsheets.errors import PlanError, TemplateError

if TYPE_CHECKING:
    from ragsheets.plan import Plan


@click.group()
@common_options
def plan() -> None:
    """Check the plan, or convert it."""


@plan.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common_options
def check(file: Path | None) -> None:
    """Say everything that is wrong with the plan, and where.

    FILE is another plan than that of the project folder.

    \b
    Example:
        ragsheets plan check
    """
    from ragsheets.plans import read_plan_file

    try:
        found = read_plan_file(file) if file else settings().project.plan_as_written()
    except (PlanError, TemplateError) as error:
        if settings().as_json:
            print_json({"problems": problem_json(error.problems)})
        raise
    groups, tasks = _size(found.plan)
    if settings().as_json:
        said = {"groups": groups, "tasks": tasks, "template": found.template.name}
        print_json({"problems": [], **said, "remarks": problem_json(found.remarks)})
    counts = f"{counted(groups, 'sub-group')}, {counted(tasks, 'task')}"
    console().print(f"The plan is sound: {counts}, template “{found.template.name}”.", markup=False)
    print_remarks(found.remarks)
    next_step("ragsheets generate --date YYYY-MM-DD --due YYYY-MM-DD")


@plan.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT where it is there already.")
@common_options
def convert(source: Path, target: Path, force: bool) -> None:
    """Write the plan IN in another form, OUT, and say what that form cannot hold.

    Each is a .toml, an .xlsx or a .docx: a report, as OUT one in which nothing is reported yet.

    \b
    Example:
        ragsheets plan convert plan.toml plan.xlsx
    """
    from rich.markup import escape

    from ragsheets.plans.convert import convert as write

    made = write(source, target, force=force)
    groups, tasks = _size(made.source.plan)
    if settings().as_json:
        print_json({"plan": str(made.path), "groups": groups, "tasks": tasks, "remarks": problem_json(made.remarks)})
    counts = f"{counted(groups, 'sub-group')}, {counted(tasks, 'task')}"
    console().print(f"Wrote {made.path}: {counts}.", markup=False, soft_wrap=True)
    print_remarks(made.remarks)
    next_step(escape(f'ragsheets plan check "{made.path}"'))


def _size(plan: Plan) -> tuple[int, int]:
    """How many sub-groups and how many tasks a plan has."""
    return len(plan.groups), sum(len(tuple(outcome.tasks)) for group in plan.groups for outcome in group.outcomes)
