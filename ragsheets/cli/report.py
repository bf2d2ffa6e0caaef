"""ragsheets report"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.shared import (
    command_for_period,
    common_options,
    console,
    period_option,
    pluralise,
    print_json,
    print_next_step,
    project_with_ledger,
    settings,
)

if TYPE_CHECKING:
    from ragsheets.project.editions import Report


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to write it; - for standard output.",
)
@click.option(
    "--end-of-year",
    is_flag=True,
    help="The end-of-year report: the report of the year that the period closes.",
)
@click.option("--final", is_flag=True, help="Keep that this is the report that is sent out.")
@click.option("--public", is_flag=True, help="Leave out the names of contacts and of the files that came back.")
@click.option(
    "--style",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A Word document of your own to take fonts, colours, headings, headers, footers and page from.",
)
@period_option
@common_options
def report(
    output: Path | None,
    end_of_year: bool,
    final: bool,
    public: bool,
    style: Path | None,
    date: datetime.date | None,
) -> None:
    """Write the combined Word report of the period.

    Once a report was sent out (--final), a later one that differs is a numbered revision under its own name, and says
    on its first page what has changed.

    With --end-of-year it is the report of the year that the period closes: an introduction, the headline successes of
    each sub-group, the next steps, and the totals of each period. The headlines come from the returned workbooks, the
    other words from narrative.toml in the period's folder, which is put there to be filled in. Where a sub-group gave
    no headline successes, lines are drafted from its tasks that improved, and marked as drafts to be edited.

    \b
    Examples:
        ragsheets report --final
        ragsheets report --end-of-year
        ragsheets report --style "House style.docx"
    """
    from ragsheets.project.report import compose_report, write_report

    project = project_with_ledger()
    if str(output) == "-":
        if final:
            raise click.UsageError("--final needs a file: leave out -o -, or name one.")
        result = compose_report(project, date=date, public=public, end_of_year=end_of_year, style=style)
        for warning in result.warnings:
            click.echo(warning, err=True)
        click.echo(result.content, nl=False)
        return
    result = write_report(project, output, date=date, public=public, final=final, end_of_year=end_of_year, style=style)
    if settings().as_json:
        print_json(_as_json(result))
    _show_report(result)
    options = (" --end-of-year" if end_of_year else "") + (" --public" if public else "")
    print_next_step(_describe_next_step(result, command_for_period(f"ragsheets report{options}", date)))


def _as_json(result: Report) -> dict[str, Any]:
    names = ["missing", "unsettled", "revision", "changes", "issued", "warnings"]
    further = {}
    if result.narrative_file:
        names += ["drafts", "gaps", "started"]
        further["narrative"] = str(result.narrative_file)
    return {"report": str(result.path), **{name: getattr(result, name) for name in names}, **further}


def _show_report(result: Report) -> None:
    """Print what was written, and what in it is still open."""
    out = console()
    out.print(f"Wrote {result.path}", markup=False, soft_wrap=True)
    for warning in result.warnings:
        out.print(warning, markup=False)
    if result.revision:
        changes_text = f"{pluralise(result.changes, 'cell')} changed since the report was sent out"
        out.print(f"It is revision {result.revision}: {changes_text}.", markup=False)
    if result.started:
        out.print(f"Wrote {result.narrative_file}, to be filled in", markup=False, soft_wrap=True)
    if result.gaps:
        out.print(
            f"Still to be written: {', '.join(result.gaps)}; see {result.narrative_file}", markup=False, soft_wrap=True
        )
    if result.drafts:
        out.print(f"Drafts to edit for: {', '.join(result.drafts)}", markup=False, soft_wrap=True)
    if result.missing and not result.narrative_file:
        out.print(f"It says “No update received” for {', '.join(result.missing)}.", markup=False)
    elif result.missing:
        out.print(f"No return of this period from {', '.join(result.missing)}.", markup=False)
    if result.unsettled:
        out.print(f"{pluralise(result.unsettled, 'finding')} still to settle; see: ragsheets ingest", markup=False)


def _describe_next_step(result: Report, report_command: str) -> str:
    """Return what to do next; `report_command` is the command that writes this report."""
    if result.issued:
        unfinished = " It holds words that are still to be written or edited." if result.gaps or result.drafts else ""
        return f"send it to the executive; what changes from now on gives a numbered revision.{unfinished}"
    if result.gaps and result.narrative_file:
        return f"fill in {result.narrative_file.name} and run {report_command} again."
    if result.drafts:
        return "edit the drafts in the document, which are marked, and send it to the executive."
    if result.missing or result.unsettled:
        return f"collect the rest and run {report_command} again, or send it out as it is."
    return f"read it through, run {report_command} --final, and send it to the executive."
