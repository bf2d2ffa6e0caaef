"""ragsheets ingest"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import can_ask, yes_option
from ragsheets.cli.options import common_options, period_option, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_line, progress

if TYPE_CHECKING:
    from ragsheets.project.folder import Project
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.returns.preview import PeriodComparison


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--exclude", multiple=True, metavar="FILE|SHA", help="Take a return out: it no longer counts.")
@click.option("--include", multiple=True, metavar="FILE|SHA", help="Put back a return that was taken out.")
@click.option(
    "--as-this-period",
    multiple=True,
    metavar="FILE|SHA",
    help="Use the answers of another period's workbook for this period, task by task; --exclude undoes it.",
)
@click.option("--preview", is_flag=True, help="Show each answer that would change, old beside new; change nothing.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=NUMBER",
    help="Change a limit on the files that are read, such as parts=8000; docs/reference/limits.md lists them.",
)
@click.option("--all", "everything", is_flag=True, help="Show every finding, with notes and settled ones.")
@yes_option
@period_option
@common_options
def ingest(
    paths: tuple[Path, ...], preview: bool, limits: tuple[str, ...], everything: bool, yes: bool, **options: Any
) -> None:
    """Read returned workbooks, check and recount them.

    PATH is a folder or a file; the period's folder returned/ by default. Exits with 1 where something needs the
    coordinator. Beside each finding is its number; ragsheets settle closes a finding that needs no change.

    If the report of the period is final, the command first shows what would change, and asks. --preview shows that for
    any period; on a terminal it then asks whether to use the answers.

    \b
    Examples:
        ragsheets ingest
        ragsheets ingest "Downloads/RE workbook.xlsx"
        ragsheets ingest --preview
        ragsheets ingest --exclude "second thoughts.xlsx"
    """
    from ragsheets.cli.ingest_result import show_ingest
    from ragsheets.cli.preview import with_agreement
    from ragsheets.formats.limits import parse_limits
    from ragsheets.project.ingest import ingest as ingest_returns

    if preview and yes:
        raise click.UsageError("--preview changes nothing; leave out --yes, or --preview.")
    project = project_with_ledger()
    options["limits"] = parse_limits(limits)

    def run(agreed: PeriodComparison | bool) -> IngestResult:
        with progress("Reading returns") as advance:
            return ingest_returns(project, paths, agreed=agreed, progress=advance, **options)

    if preview:
        result = run(_agreed_preview(project, paths, options, show_all=everything))
    else:
        result = with_agreement(run, yes=yes)
    if settings().as_json:
        print_json(result.as_json())
    else:
        _show_choices(options)
        show_ingest(result, show_all=everything, date=options["date"])
    click.get_current_context().exit(1 if result.needs_attention else 0)


def _agreed_preview(
    project: Project, paths: Sequence[Path], options: Mapping[str, Any], *, show_all: bool
) -> PeriodComparison:
    """Show what an ingest would change; return the change where the user agrees to it, else end the command."""
    from ragsheets.cli.preview import show_preview
    from ragsheets.project.preview import preview_ingest

    with progress("Reading returns") as advance:
        preview = preview_ingest(project, paths, progress=advance, **options)
    if settings().as_json:
        print_json(preview.as_json())
    else:
        show_preview(preview, show_all=show_all)
    is_asked = can_ask() and not settings().as_json and not preview.comparison.is_unchanged
    if not (is_asked and click.confirm("Use these answers?", err=True)):
        click.get_current_context().exit(1 if preview.result.needs_attention else 0)
    return preview.comparison


def _show_choices(options: Mapping[str, Any]) -> None:
    """Print which returns were taken out, put back, or used for this period."""
    for words, option in (
        ("Taken out", "exclude"),
        ("Put back", "include"),
        ("Used for this period", "as_this_period"),
    ):
        if names := options[option]:
            print_line(f"{words}: {', '.join(names)}.")
