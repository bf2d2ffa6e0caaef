"""ragsheets report"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    counted,
    next_step,
    period_option,
    print_json,
    project_with_ledger,
    settings,
)


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
    from ragsheets.project import compose_report, write_report

    project = project_with_ledger()
    if str(output) == "-":
        click.echo(compose_report(project, date=date).content, nl=False)
        return
    made = write_report(project, output, date=date)
    if settings().as_json:
        print_json({"report": str(made.path), "missing": list(made.missing), "unsettled": made.unsettled})
    out = console()
    out.print(f"Wrote {made.path}", markup=False, soft_wrap=True)
    if made.missing:
        out.print(f"It says “No update received” for {', '.join(made.missing)}.", markup=False)
    if made.unsettled:
        out.print(f"{counted(made.unsettled, 'finding')} still to settle; see: ragsheets ingest", markup=False)
    if made.missing or made.unsettled:
        next_step("collect the rest and run ragsheets report again, or send it out as it is.")
    else:
        next_step("read it through and send it to the executive.")
