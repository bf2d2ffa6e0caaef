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
@click.option("--final", is_flag=True, help="Keep that this is the report that is sent out.")
@click.option("--public", is_flag=True, help="Leave out the names of contacts and of the files that came back.")
@period_option
@common_options
def report(output: Path | None, final: bool, public: bool, date: datetime.date | None) -> None:
    """Write the combined Word report of the period.

    Once a report was sent out (--final), a later one that differs is a numbered revision under its own name, and says
    on its first page what has changed.

    \b
    Example:
        ragsheets report --final
    """
    from ragsheets.project import compose_report, write_report

    project = project_with_ledger()
    if str(output) == "-":
        if final:
            raise click.UsageError("--final needs a file: leave out -o -, or name one.")
        click.echo(compose_report(project, date=date, public=public).content, nl=False)
        return
    made = write_report(project, output, date=date, public=public, final=final)
    if settings().as_json:
        names = ("missing", "unsettled", "revision", "changes", "issued")
        print_json({"report": str(made.path), **{name: getattr(made, name) for name in names}})
    out = console()
    out.print(f"Wrote {made.path}", markup=False, soft_wrap=True)
    if made.revision:
        what = f"{counted(made.changes, 'cell')} changed since the report was sent out"
        out.print(f"It is revision {made.revision}: {what}.", markup=False)
    if made.missing:
        out.print(f"It says “No update received” for {', '.join(made.missing)}.", markup=False)
    if made.unsettled:
        out.print(f"{counted(made.unsettled, 'finding')} still to settle; see: ragsheets ingest", markup=False)
    if made.issued:
        next_step("send it to the executive; what changes from now on gives a numbered revision.")
    elif made.missing or made.unsettled:
        next_step("collect the rest and run ragsheets report again, or send it out as it is.")
    else:
        next_step("read it through, run ragsheets report --final, and send it to the executive.")
