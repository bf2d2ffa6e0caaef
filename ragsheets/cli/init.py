"""ragsheets init"""

from __future__ import annotations

from pathlib import Path

import click

from ragsheets.cli.options import common_options, settings
from ragsheets.cli.output import print_json, print_line, print_next_step, print_warnings, problems_as_json


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Start from this plan: a .toml, an .xlsx, or last year's report as .docx.",
)
@click.option("--xlsx", "as_xlsx", is_flag=True, help="Make the plan an Excel workbook, plan.xlsx, to be filled in.")
@common_options
def init(folder: Path, source: Path | None, as_xlsx: bool) -> None:
    """Make a new project folder DIR with a starter plan, or with the plan in FILE.

    \b
    Examples:
        ragsheets init "Our partnership"
        ragsheets init "Our partnership" --xlsx
        ragsheets init "Our partnership" --from "Report 2008.docx"
    """
    from ragsheets.project.folder import create_project

    created = create_project(folder, source, as_xlsx=as_xlsx)
    if settings().as_json:
        print_json(
            {"project": str(folder), "plan": str(created.plan_file), "remarks": problems_as_json(created.warnings)}
        )
    example = "the plan of an example. Put your own sub-groups, outcomes and tasks in it."
    print_line(f"Made {created.plan_file}: {f'the plan in {source}.' if source else example}")
    print_warnings(created.warnings)
    print_next_step(f'ragsheets -C "{folder}" plan check')
