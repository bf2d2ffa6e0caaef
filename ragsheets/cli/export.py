"""ragsheets export"""

from __future__ import annotations

import codecs
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    shown,
)
from ragsheets.export import TEXTS

if TYPE_CHECKING:
    from ragsheets.project.export import Export

#: More places than this of what was left out are counted, not shown.
_MOST_PLACES = 5


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write it: a name that ends in .xlsx, .csv, .json or .parquet; - for standard output.",
)
@click.option("--format", "form", type=click.Choice(TEXTS), help="What to write to standard output.")
@click.option("--all", "every_period", is_flag=True, help="Every period instead of one.")
@period_option
@common_options
def export(output: Path, form: str | None, every_period: bool, date: datetime.date | None) -> None:
    """Write the answers as a table for other programs.

    There is a row for each task (in .json a list of objects), with these columns, whose names stay as they are:

    period, group, outcome, action, key, label, task, target; each column that the template adds to the plan, by its
    key; each answer, by its column's key: position, status (a code), planned; status_found, as the return has it;
    last_status, of the period before; file, sheet and cell of the answer; received, when its return came; corrected,
    when the task was corrected by ragsheets correct.

    Text stays text: in .csv a text that a spreadsheet could take for a formula has an apostrophe before it.

    \b
    Examples:
        ragsheets export -o answers.xlsx
        ragsheets export --all -o answers.csv
        ragsheets export -o - --format json
    """
    from ragsheets.project.export import compose_export, write_export

    if every_period and date:
        raise click.UsageError("--all is every period; leave out --date.")
    project = project_with_ledger()
    if str(output) == "-":
        form = form or ("json" if settings().as_json else None)
        if form is None:
            raise click.UsageError(f"-o - needs --format: {' or '.join(TEXTS)}.")
        made = compose_export(project, form, date=date, every_period=every_period)
        for line in _left_out(made):
            click.echo(line, err=True)
        # Another program that reads it needs no mark of what it is.
        click.echo(made.content.removeprefix(codecs.BOM_UTF8), nl=False)
        return
    if form:
        raise click.UsageError("--format is for -o -; a file's name says what it is.")
    made = write_export(project, output, date=date, every_period=every_period)
    if settings().as_json:
        print_json(_as_json(made))
    out = console()
    out.print(f"Wrote {made.path}", markup=False, soft_wrap=True)
    out.print(f"{counted(made.rows, 'task')} of {counted(len(made.periods), 'period')}.")
    for line in _left_out(made):
        out.print(shown(line), soft_wrap=True)
    next_step("open it in a spreadsheet, or read it by the names of its columns; see: ragsheets export --help")


def _as_json(made: Export) -> dict[str, Any]:
    return {
        "export": str(made.path),
        "periods": [date.isoformat() for date in made.periods],
        "columns": list(made.columns),
        "rows": made.rows,
        "left_out": list(made.left_out),
    }


def _left_out(made: Export) -> list[str]:
    """What is said of characters that the form cannot hold."""
    if not made.left_out:
        return []
    places = "; ".join(made.left_out[:_MOST_PLACES])
    more = len(made.left_out) - _MOST_PLACES
    return [f"Left out characters that .{made.form} cannot hold: {places}{f'; and {more} more' if more > 0 else ''}."]
