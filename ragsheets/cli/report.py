"""ragsheets report"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ragsheets.cli.shared import common_options, console, next_step, period_option, print_json, settings


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to write it; - for standard output.",
)
@period_option
@common_options
def report(output: Path | None, date: datetime.date | None) -> None:
    """Write the combined Word report of the period.

    \b
    Example:
        ragsheets report
    """
    from ragsheets.project import report_bytes, write_report

    if str(output) == "-":
        click.echo(report_bytes(settings().project, date=date)[1], nl=False)
        return
    path = write_report(settings().project, output, date=date)
    if settings().as_json:
        print_json({"report": str(path)})
    console().print(f"Wrote {path}", markup=False)
    next_step("read it through and send it to the executive.")
