"""ragsheets ingest"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import can_ask, yes_option
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

if TYPE_CHECKING:
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.returns.preview import PeriodComparison


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--exclude", multiple=True, metavar="FILE|SHA", help="Take a return out again.")
@click.option("--include", multiple=True, metavar="FILE|SHA", help="Put a return back that was taken out.")
@click.option(
    "--as-this-period",
    multiple=True,
    metavar="FILE|SHA",
    help="Take the answers of another period's workbook for this one, task by task; --exclude undoes it.",
)
@click.option("--preview", is_flag=True, help="Show every answer old beside new, and change nothing.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=NUMBER",
    help="Allow files more (or less) than the guard does, say parts=8000; the names are in the README.",
)
@click.option("--all", "everything", is_flag=True, help="Show every finding, however many there are.")
@yes_option
@period_option
@common_options
def ingest(
    paths: tuple[Path, ...],
    exclude: tuple[str, ...],
    include: tuple[str, ...],
    as_this_period: tuple[str, ...],
    preview: bool,
    limits: tuple[str, ...],
    everything: bool,
    yes: bool,
    date: datetime.date | None,
) -> None:
    """Read returned workbooks, check and recount them.

    PATH is a folder or a file; the period's returned/ by default. Exits with 1 where something needs the coordinator.
    The number beside a finding is for ragsheets settle, which closes one that may stay as it is.
    Where the report of the period is final, what would change is shown first, and nothing is changed unasked. --preview
    shows that for any period; on a terminal it ends with the question whether to take the answers.

    \b
    Examples:
        ragsheets ingest
        ragsheets ingest "Downloads/RE workbook.xlsx"
        ragsheets ingest --preview
        ragsheets ingest --exclude "second thoughts.xlsx"
    """
    from ragsheets.cli.preview import show_preview, with_agreement
    from ragsheets.cli.tables import show_ingest
    from ragsheets.formats.limits import parse_limits
    from ragsheets.project.ingest import ingest as ingest_returns
    from ragsheets.project.preview import preview_ingest

    if preview and yes:
        raise click.UsageError("--preview changes nothing; leave out --yes, or --preview.")
    project = project_with_ledger()
    options: dict[str, Any] = {
        "date": date,
        "exclude": exclude,
        "include": include,
        "as_this_period": as_this_period,
        "limits": parse_limits(limits),
    }

    def run(agreed: PeriodComparison | bool) -> IngestResult:
        with progress("Reading returns") as advance:
            return ingest_returns(project, paths, agreed=agreed, progress=advance, **options)

    if preview:
        with progress("Reading returns") as advance:
            shown = preview_ingest(project, paths, progress=advance, **options)
        if settings().as_json:
            print_json(shown.as_json())
        else:
            show_preview(shown, show_all=everything)
        is_asked = can_ask() and not settings().as_json and not shown.comparison.is_unchanged
        if not (is_asked and click.confirm("Take these answers?", err=True)):
            click.get_current_context().exit(1 if shown.result.needs_attention else 0)
        result = run(shown.comparison)
    else:
        result = with_agreement(run, yes=yes)
    if settings().as_json:
        print_json(result.as_json())
    else:
        for words, names in (
            ("Taken out", exclude),
            ("Put back", include),
            ("Taken for this period", as_this_period),
        ):
            if names:
                console().print(f"{words}: {printable(', '.join(names))}.")
        show_ingest(result, show_all=everything, date=date)
    click.get_current_context().exit(1 if result.needs_attention else 0)
