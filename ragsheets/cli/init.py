"""ragsheets init"""

from __future__ import annotations

from pathlib import Path

import click

from ragsheets.cli.shared import common_options, console, next_step, print_json, settings


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@common_options
def init(folder: Path) -> None:
    """Make a new project folder DIR with a starter plan.

    \b
    Example:
        ragsheets init "Our partnership"
    """
    from rich.markup import escape

    from ragsheets.project import start

    plan_file = start(folder)
    if settings().as_json:
        print_json({"project": str(folder), "plan": str(plan_file)})
    console().print(
        f"Made {plan_file}: the plan of an example. Put your own sub-groups, outcomes and tasks in it.", markup=False
    )
    next_step(escape(f'ragsheets -C "{folder}" plan check'))
