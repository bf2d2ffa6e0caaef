"""ragsheets report"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import confirm, yes_option
from ragsheets.cli.shared import (
    common_options,
    console,
    period_option,
    print_json,
    print_message,
    print_next_step,
    project_with_ledger,
    settings,
)
from ragsheets.dates import command_for_period
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.project.editions import Report
    from ragsheets.project.folder import Project
    from ragsheets.report.verify.verify import Verification


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
@click.option(
    "--final/--not-final",
    default=None,
    help="Keep that this is the report that is sent out; or take that back, until something builds on it.",
)
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --final: the report that is sent out is this one, which was edited in Word.",
)
@click.option("--public", is_flag=True, help="Leave out the names of contacts and of the files that came back.")
@click.option(
    "--style",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A Word document of your own to take fonts, colours, headings, headers, footers and page from.",
)
@click.option("--force", is_flag=True, help="Replace the FILE of -o even where ragsheets did not write it.")
@yes_option
@period_option
@common_options
def report(
    output: Path | None,
    end_of_year: bool,
    final: bool | None,
    document: Path | None,
    public: bool,
    style: Path | None,
    force: bool,
    yes: bool,
    date: datetime.date | None,
) -> None:
    """Write the combined Word report of the period.

    What you write into narrative.toml in the period's folder is printed at its start. A document that somebody has
    changed since it was written is never replaced: the new one is written beside it under a numbered name.

    Once a report was sent out (--final), a later one that differs is a numbered revision under its own name, and says
    on its first page what has changed. --final asks first where something is still open. With --document it keeps the
    document that you have edited, provided that nothing in it differs from the ledger but what you have added.

    With --end-of-year it is the report of the year that the period closes: an introduction, the headline successes of
    each sub-group, the next steps, and the totals of each period. The headlines come from the returned workbooks, the
    other words from narrative.toml. Where a sub-group gave no headline successes, lines are drafted from its tasks that
    improved, and marked as drafts to be edited.

    \b
    Examples:
        ragsheets report --final
        ragsheets report --final --document "2008-09-04/Performance report.docx"
        ragsheets report --end-of-year
        ragsheets report --style "House style.docx"
    """
    from ragsheets.project.report import compose_report, write_report

    _reject_conflicts(final=final, document=document, output=output, style=style, end_of_year=end_of_year)
    project = project_with_ledger()
    options = (" --end-of-year" if end_of_year else "") + (" --public" if public else "")
    command = command_for_period(f"ragsheets report{options}", date)
    if final is False:
        _withdraw(project, date, public=public, end_of_year=end_of_year, yes=yes)
        return
    if document:
        _issue_document(project, document, date, public=public, yes=yes)
        return
    if str(output) == "-":
        result = compose_report(project, date=date, public=public, end_of_year=end_of_year, style=style)
        for warning in result.warnings:
            print_message(warning)
        click.echo(result.content, nl=False)
        return
    if final and not yes:
        _ask_about_open_points(project, date, public=public, end_of_year=end_of_year, style=style)
    result = write_report(
        project,
        output,
        date=date,
        public=public,
        final=bool(final),
        end_of_year=end_of_year,
        style=style,
        force=force,
    )
    if settings().as_json:
        print_json(_as_json(result))
    _show_report(result, date, end_of_year=end_of_year)
    print_next_step(_describe_next_step(result, command, end_of_year=end_of_year))


def _reject_conflicts(
    *, final: bool | None, document: Path | None, output: Path | None, style: Path | None, end_of_year: bool
) -> None:
    """Raise UsageError for options that cannot be given together."""
    if final and str(output) == "-":
        raise click.UsageError("--final needs a file: leave out -o -, or name one.")
    if document and not final:
        raise click.UsageError("--document goes with --final.")
    if document and end_of_year:
        raise click.UsageError("--document takes a combined report; the end-of-year report has no tables to verify.")
    if (document or final is False) and (output or style):
        raise click.UsageError("No report is written then: leave out -o and --style.")


def _ask_about_open_points(
    project: Project,
    date: datetime.date | None,
    *,
    public: bool,
    end_of_year: bool,
    style: Path | None = None,
    verification: Verification | None = None,
) -> None:
    """Ask whether a report in which something is still open is the one that is sent out."""
    from ragsheets.cli.verify import describe_leftovers
    from ragsheets.project.report import compose_report

    draft = compose_report(project, date=date, public=public, end_of_year=end_of_year, style=style, logged=False)
    open_points = list(_open_points(draft, date, end_of_year=end_of_year))
    if verification and (leftovers := describe_leftovers(verification)):
        open_points.append(leftovers)
    if open_points and not draft.issued:
        confirm(open_points, "Keep it as the report that is sent out, all the same?")


def _withdraw(project: Project, date: datetime.date | None, *, public: bool, end_of_year: bool, yes: bool) -> None:
    """Take back that a report was sent out."""
    from ragsheets import dates
    from ragsheets.project.withdrawal import report_to_withdraw, withdraw_report
    from ragsheets.report.verify.verify import issued_name

    date, issued = report_to_withdraw(project, date=date, public=public, end_of_year=end_of_year)
    name = f"{issued_name(issued)} (period of {dates.in_words(date)})"
    if not yes:
        confirm([f"This takes back {name}. The log keeps that it was sent out."], "Take it back?")
    issued = withdraw_report(project, date=date, public=public, end_of_year=end_of_year)
    if settings().as_json:
        names = ("edition", "revision", "sha256", "path")
        print_json({"withdrawn": {"period": date.isoformat(), **{key: getattr(issued, key) for key in names}}})
    console().print(f"Taken back: {name}.", markup=False)
    if issued.path:
        console().print(f"Its file stays where it is: {issued.path}", markup=False, soft_wrap=True)
    print_next_step("ragsheets status")


def _issue_document(project: Project, document: Path, date: datetime.date | None, *, public: bool, yes: bool) -> None:
    """Keep an edited document as the report that is sent out, or show why it cannot be."""
    from ragsheets.cli.verify import show_verification
    from ragsheets.project.report import issue_document, verify_report

    verification, result = verify_report(project, document, date=date), None
    if verification.is_correct:
        if verification.period and not yes:
            _ask_about_open_points(
                project, verification.period, public=public, end_of_year=False, verification=verification
            )
        verification, result = issue_document(project, document, date=date, public=public)
    if settings().as_json:
        report_json = {**_as_json(result), "report": str(document)} if result else {"report": None}
        print_json({**report_json, "verification": verification.as_json()})
    show_verification(verification)
    if result:
        console().print(f"Kept as the report that is sent out: {document}", markup=False, soft_wrap=True)
        print_next_step("send it to the executive; what changes from now on gives a numbered revision.")
    else:
        console().print("It was not kept as the report that is sent out: it may only be added to.")
        print_next_step("put right what differs, by the lines above, and run the command again.")
    click.get_current_context().exit(0 if result else 1)


def _as_json(result: Report) -> dict[str, Any]:
    names = ("missing", "unsettled", "revision", "changes", "issued", "warnings", "drafts", "gaps", "started")
    return {
        "report": str(result.path),
        **{name: getattr(result, name) for name in names},
        "narrative": str(result.narrative_file),
        "kept": str(result.kept_file) if result.kept_file else None,
    }


def _show_report(result: Report, date: datetime.date | None, *, end_of_year: bool) -> None:
    """Print what was written, and what in it is still open."""
    out = console()
    out.print(f"Wrote {result.path}", markup=False, soft_wrap=True)
    if result.kept_file:
        what = "was sent out" if result.kept_file_issued else "was changed since ragsheets wrote it"
        out.print(
            f"{result.kept_file} {what}, and stays as it is; the report as ragsheets writes it is {result.path.name}.",
            markup=False,
            soft_wrap=True,
        )
    for warning in result.warnings:
        out.print(warning, markup=False)
    if result.revision:
        changes_text = f"{pluralise(result.changes, 'cell')} changed since the report was sent out"
        out.print(f"It is revision {result.revision}: {changes_text}.", markup=False)
    if result.started and end_of_year:
        out.print(f"Wrote {result.narrative_file}, to be filled in", markup=False, soft_wrap=True)
    elif result.started:
        out.print(
            f"Wrote {result.narrative_file}: words of your own for the first page go there, under report_introduction",
            markup=False,
            soft_wrap=True,
        )
    for line in _open_points(result, date, end_of_year=end_of_year):
        out.print(line, markup=False, soft_wrap=True)


def _open_points(result: Report, date: datetime.date | None, *, end_of_year: bool) -> Iterator[str]:
    """Yield a line for each thing that is still open in a report."""
    if result.gaps:
        yield f"Still to be written: {', '.join(result.gaps)}; see {result.narrative_file}"
    if result.drafts:
        yield f"Drafts to edit for: {', '.join(result.drafts)}"
    if result.missing and end_of_year:
        yield f"No return of this period from {', '.join(result.missing)}."
    elif result.missing:
        yield f"It says “No update received” for {', '.join(result.missing)}."
    if result.unsettled:
        ingest = command_for_period("ragsheets ingest", date)
        yield f"{pluralise(result.unsettled, 'finding')} still to settle; see: {ingest}"


def _describe_next_step(result: Report, report_command: str, *, end_of_year: bool) -> str:
    """Return what to do next; `report_command` is the command that writes this report."""
    if result.kept_file and not result.kept_file_issued and end_of_year:
        return (
            f'send out "{result.kept_file}" as it is; only {result.path.name} can be recorded as sent out, for an '
            "end-of-year report that somebody has changed cannot be compared with the ledger."
        )
    if result.kept_file and not result.kept_file_issued:
        take_back = f"{report_command} --not-final, then " if result.issued else ""
        return f'to send out the changed one: {take_back}{report_command} --final --document "{result.kept_file}"'
    if result.kept_file and result.issued:
        return f"{result.kept_file.name} is the report that you sent out; there is nothing to do."
    if result.issued:
        unfinished = " It holds words that are still to be written or edited." if result.gaps or result.drafts else ""
        return f"send it to the executive; what changes from now on gives a numbered revision.{unfinished}"
    if result.gaps:
        return f"fill in {result.narrative_file.name} and run {report_command} again."
    if result.drafts:
        return "edit the drafts in the document, which are marked, and send it to the executive."
    if result.missing or result.unsettled:
        return f"collect the rest and run {report_command} again, or send it out as it is."
    return f"read it through, run {report_command} --final, and send it to the executive."
