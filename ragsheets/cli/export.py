"""ragsheets export"""

from __future__ import annotations

import codecs
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.messages import print_message
from ragsheets.cli.options import common_options, period_option, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_line, print_next_step
from ragsheets.export import TEXT_FORMATS
from ragsheets.text import join_first, pluralise

if TYPE_CHECKING:
    from ragsheets.project.export import Export

#: How many cells with dropped characters are shown; further ones are counted.
_MAX_CELLS = 5


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write it: a name that ends in .xlsx, .csv, .json or .parquet; - for standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE even if ragsheets did not write it.")
@click.option("--format", "form", type=click.Choice(TEXT_FORMATS), help="What to write to standard output.")
@click.option("--all", "every_period", is_flag=True, help="Write every period instead of one.")
@period_option
@common_options
def export(output: Path, force: bool, form: str | None, every_period: bool, date: datetime.date | None) -> None:
    """Write the answers as a table for other programs.

    There is a row for each task (in .json a list of objects), with these columns, which keep their names:

    period, group, outcome, action, key, label, task, target; each column that the template adds to the plan, by its
    key; each answer, by its column's key: position, status (a code), planned; status_found, as typed in the return;
    last_status, of the period before; file, sheet and cell of the answer; received, when the return was received;
    corrected, when the task was corrected by ragsheets correct.

    In .csv a text that a spreadsheet could mistake for a formula has an apostrophe before it.

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
            raise click.UsageError(f"-o - needs --format: {' or '.join(TEXT_FORMATS)}.")
        result = compose_export(project, form, date=date, every_period=every_period)
        if line := _describe_dropped_characters(result):
            print_message(line)
        # A program that reads standard output needs no byte order mark.
        click.echo(result.content.removeprefix(codecs.BOM_UTF8), nl=False)
        return
    if form:
        raise click.UsageError("--format goes with -o -; for a file, the end of its name gives the format.")
    result = write_export(project, output, date=date, every_period=every_period, force=force)
    if settings().as_json:
        print_json(_as_json(result))
    counts = f"{pluralise(result.rows, 'task')} of {pluralise(len(result.periods), 'period')}"
    print_line(f"Wrote {result.path}: {counts}.")
    if line := _describe_dropped_characters(result):
        print_line(line)
    print_next_step("open it in a spreadsheet; what is in each column: ragsheets export --help")


def _as_json(result: Export) -> dict[str, Any]:
    return {
        "export": str(result.path),
        "periods": [date.isoformat() for date in result.periods],
        "columns": list(result.columns),
        "rows": result.rows,
        "left_out": list(result.left_out),
    }


def _describe_dropped_characters(result: Export) -> str:
    """Return the message about characters that the form cannot hold; "" where it holds them all."""
    cells = join_first(result.left_out, _MAX_CELLS, "; ")
    return f"Left out characters that .{result.form} cannot hold: {cells}." if cells else ""
