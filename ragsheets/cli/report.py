"""ragsheets report"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ragsheets.cli.shared import common_options, console, counted, next_step, period_option, print_json, settings


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to write it; - for standard output.",
)
@click.option(
    "--style",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A Word document of your own to take fonts, colours, headings, headers, footers and page from.",
)
@period_option
@common_options
def report(output: Path | None, style: Path | None, date: datetime.date | None) -> None:
    """Write the combined Word report of the period.

    \b
    Examples:
        ragsheets report
        ragsheets report --style "House style.docx"
    """
    from ragsheets.project import compose_report, write_report

    if str(output) == "-":
        composed = compose_report(settings().project, date=date, style=style)
        for warning in composed.warnings:
            click.echo(warning, err=True)
        click.echo(composed.content, nl=False)
        return
    made = write_report(settings().project, output, date=date, style=style)
    if settings().as_json:
        print_json(
            {
                "report": str(made.path),
                "missing": list(made.missing),
                "unsettled": made.unsettled,
                "warnings": list(made.warnings),
            }
        )
    out = console()
    out.print(f"Wrote {made.path}", markup=False, soft_wrap=True)
    for warning in made.warnings:
        out.print(warning, markup=False)
    if made.missing:
        out.print(f"It says “No update received” for {', '.join(made.missing)}.", markup=False)
    if made.unsettled:
        out.print(f"{counted(made.unsettled, 'finding')} still to settle; see: ragsheets ingest", markup=False)
    if made.missing or made.unsettled:
        next_step("collect the rest and run ragsheets report again, or send it out as it is.")
    else:
        next_step("read it through and send it to the executive.")
