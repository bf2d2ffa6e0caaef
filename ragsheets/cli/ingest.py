"""ragsheets ingest"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    period_option,
    print_json,
    printable,
    progress,
    project_with_ledger,
    settings,
)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path(path_type=Path))
@click.option("--exclude", multiple=True, metavar="FILE|SHA", help="Take a return out again.")
@click.option("--include", multiple=True, metavar="FILE|SHA", help="Put a return back that was taken out.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=NUMBER",
    help="Allow files more (or less) than the guard does, say parts=8000; the names are in the README.",
)
@click.option("--all", "everything", is_flag=True, help="Show every finding, however many there are.")
@period_option
@common_options
def ingest(
    paths: tuple[Path, ...],
    exclude: tuple[str, ...],
    include: tuple[str, ...],
    limits: tuple[str, ...],
    everything: bool,
    date: datetime.date | None,
) -> None:
    """Read returned workbooks, check and recount them.

    PATH is a folder or a file; the period's returned/ by default. Exits with 1 where something needs the coordinator.
    The number beside a finding is for ragsheets settle, which closes one that may stay as it is.

    \b
    Examples:
        ragsheets ingest
        ragsheets ingest "Downloads/RE workbook.xlsx"
        ragsheets ingest --exclude "second thoughts.xlsx"
    """
    from ragsheets.cli.tables import show_ingest
    from ragsheets.formats.limits import parse_limits
    from ragsheets.project.ingest import ingest as ingest_returns

    project = project_with_ledger()
    with progress("Reading returns") as advance:
        result = ingest_returns(
            project,
            paths,
            date=date,
            exclude=exclude,
            include=include,
            limits=parse_limits(limits),
            progress=advance,
        )
    if settings().as_json:
        print_json(result.as_json())
    else:
        for words, names in (("Taken out", exclude), ("Put back", include)):
            if names:
                console().print(f"{words}: {printable(', '.join(names))}.")
        show_ingest(result, show_all=everything, date=date)
    click.get_current_context().exit(1 if result.needs_attention else 0)
