"""ragsheets ingest"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ragsheets.cli.shared import common_options, period_option, print_json, progress, settings


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path(path_type=Path))
@period_option
@common_options
def ingest(paths: tuple[Path, ...], date: datetime.date | None) -> None:
    """Read returned workbooks, check and recount them.

    PATH is a folder or a file; the period's returned/ by default. Exits with 1 where something needs the coordinator.

    \b
    Examples:
        ragsheets ingest
        ragsheets ingest "Downloads/RE workbook.xlsx"
    """
    from ragsheets.cli.tables import show_ingest
    from ragsheets.project import ingest as read

    with progress("Reading returns") as advance:
        result = read(settings().project, paths, date=date, progress=advance)
    if settings().as_json:
        print_json(result.as_json())
    else:
        show_ingest(result)
    click.get_current_context().exit(1 if result.needs_attention else 0)
