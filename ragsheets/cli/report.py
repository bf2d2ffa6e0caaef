"""ragsheets report"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import confirm, yes_option
from ragsheets.cli.messages import print_message
from ragsheets.cli.options import common_options, period_option, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_line, print_next_step
from ragsheets.dates import command_for_period
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.project.editions import Report
    from ragsheets.project.folder import Project
    from ragsheets.report.verify.verify import Verification


#: The next step with a report that is recorded as sent out.
_SEND_STEP = "send it to the executive; a report written after a later change is a numbered revision."


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
    help="Write the end-of-year report, for the year that ends with the period.",
)
@click.option(
    "--final/--not-final",
    default=None,
    help="Record that this report is the one that is sent out, or take that back.",
)
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --final: the version that is sent out, which you have edited in Word.",
)
@click.option("--public", is_flag=True, help="Leave out the names of contacts and of their files.")
@click.option(
    "--style",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A Word document of your own whose fonts, colours, headings, headers, footers and page size are used.",
)
@click.option("--force", is_flag=True, help="Replace the FILE of -o even if ragsheets did not write it.")
@yes_option
@period_option
@common_options
def report(
    output: Path | None, final: bool | None, document: Path | None, force: bool, yes: bool, **edition_options: Any
) -> None:
    """Write the combined Word report of the period.

    What you write into narrative.toml in the period's folder is printed at its start. A document that somebody has
    changed is never replaced: the new one is written beside it under a numbered name.

    --final records that the report was sent out; it asks first where something is still open. A later report that
    differs is a numbered revision with its own name, and lists on its first page what has changed. --final --document
    records a document that you have edited, if it differs from the ledger only by what you have added.
    --not-final takes the record back, unless a later report depends on it.

    With --end-of-year it is the report of the year that ends with the period: an introduction, the headline successes
    of each sub-group, the next steps, and the totals of each period. The headlines come from the returned workbooks,
    the other words from narrative.toml. Where a sub-group gave no headline successes, lines are drafted from its tasks
    that improved, and marked as drafts to be edited.

    \b
    Examples:
        ragsheets report --final
        ragsheets report --final --document "2008-09-04/Performance report.docx"
        ragsheets report --end-of-year
        ragsheets report --style "House style.docx"
    """
    edition = _Edition(project_with_ledger(), **edition_options)
    _reject_conflicts(edition, final=final, document=document, output=output)
    if final is False:
        _withdraw(edition, yes=yes)
    elif document:
        _issue_document(edition, document, yes=yes)
    elif str(output) == "-":
        result = edition.compose()
        for warning in result.warnings:
            print_message(warning)
        click.echo(result.content, nl=False)
    else:
        if final and not yes:
            _ask_about_open_points(edition)
        _write(edition, output, final=bool(final), force=force)


@dataclass(frozen=True)
class _Edition:
    """Which report of a project the command is about; see the options."""

    project: Project
    date: datetime.date | None
    public: bool
    end_of_year: bool
    style: Path | None

    @property
    def command(self) -> str:
        """The command that writes this report."""
        options = (" --end-of-year" if self.end_of_year else "") + (" --public" if self.public else "")
        return command_for_period(f"ragsheets report{options}", self.date)

    def compose(self, *, logged: bool = True) -> Report:
        """Compose this report without writing it."""
        from ragsheets.project.report import compose_report

        return compose_report(
            self.project,
            date=self.date,
            public=self.public,
            end_of_year=self.end_of_year,
            style=self.style,
            logged=logged,
        )


def _reject_conflicts(edition: _Edition, *, final: bool | None, document: Path | None, output: Path | None) -> None:
    """Raise UsageError for options that cannot be given together."""
    if final and str(output) == "-":
        raise click.UsageError("--final needs a file: leave out -o -, or name one.")
    if document and not final:
        raise click.UsageError("--document goes with --final.")
    if document and edition.end_of_year:
        raise click.UsageError("--document takes a combined report; the end-of-year report has no tables to verify.")
    if (document or final is False) and (output or edition.style):
        raise click.UsageError("No report is written then: leave out -o and --style.")


def _write(edition: _Edition, output: Path | None, *, final: bool, force: bool) -> None:
    """Write a report and print what is still open in it, and what to do next."""
    from ragsheets.project.report import write_report

    result = write_report(
        edition.project,
        output,
        date=edition.date,
        public=edition.public,
        final=final,
        end_of_year=edition.end_of_year,
        style=edition.style,
        force=force,
    )
    if settings().as_json:
        print_json(_as_json(result))
    _show_report(result, edition)
    print_next_step(_describe_next_step(result, edition))


def _ask_about_open_points(edition: _Edition, verification: Verification | None = None) -> None:
    """Ask whether to send out a report although something in it is still open."""
    from ragsheets.cli.verify import describe_leftovers

    draft = edition.compose(logged=False)
    open_points = list(_open_points(draft, edition))
    if verification and (leftovers := describe_leftovers(verification)):
        open_points.append(leftovers)
    if open_points and not draft.issued:
        confirm(open_points, "Record it as the report that is sent out, all the same?")


def _withdraw(edition: _Edition, *, yes: bool) -> None:
    """Take back that a report was sent out."""
    from ragsheets import dates
    from ragsheets.project.withdrawal import report_to_withdraw, withdraw_report
    from ragsheets.report.verify.verify import issued_name

    which = {"public": edition.public, "end_of_year": edition.end_of_year}
    date, issued = report_to_withdraw(edition.project, date=edition.date, **which)
    name = f"{issued_name(issued)} (period of {dates.in_words(date)})"
    if not yes:
        confirm([f"This takes back {name}. The log keeps that it was sent out."], "Take it back?")
    issued = withdraw_report(edition.project, date=date, **which)
    if settings().as_json:
        names = ("edition", "revision", "sha256", "path")
        print_json({"withdrawn": {"period": date.isoformat(), **{key: getattr(issued, key) for key in names}}})
    print_line(f"Taken back: {name}.")
    if issued.path:
        print_line(f"Its file is kept: {issued.path}")
    print_next_step("ragsheets status")


def _issue_document(edition: _Edition, document: Path, *, yes: bool) -> None:
    """Record an edited document as the report that is sent out, or show why it cannot be."""
    from ragsheets.cli.verify import show_verification
    from ragsheets.project.report import issue_document, verify_report

    verification, result = verify_report(edition.project, document, date=edition.date), None
    if verification.is_correct:
        if verification.period and not yes:
            _ask_about_open_points(replace(edition, date=verification.period), verification)
        verification, result = issue_document(edition.project, document, date=edition.date, public=edition.public)
    if settings().as_json:
        report_json = {**_as_json(result), "report": str(document)} if result else {"report": None}
        print_json({**report_json, "verification": verification.as_json()})
    show_verification(verification)
    if result:
        print_line(f"Recorded as the report that is sent out: {document}")
        print_next_step(_SEND_STEP)
    else:
        print_line(
            "It was not recorded as the report that is sent out: you may add to a report, but not change or remove "
            "what is in it."
        )
        print_next_step("put right the differences listed above, and run the command again.")
    click.get_current_context().exit(0 if result else 1)


def _as_json(result: Report) -> dict[str, Any]:
    names = ("missing", "unsettled", "revision", "changes", "issued", "warnings", "drafts", "gaps", "started")
    return {
        "report": str(result.path),
        **{name: getattr(result, name) for name in names},
        "narrative": str(result.narrative_file),
        "kept": str(result.kept_file) if result.kept_file else None,
    }


def _show_report(result: Report, edition: _Edition) -> None:
    """Print what was written, and what in it is still open."""
    print_line(f"Wrote {result.path}")
    if result.kept_file:
        what = "was sent out" if result.kept_file_issued else "was changed since ragsheets wrote it"
        print_line(f"{result.kept_file} {what}, so it is kept; the new report is {result.path.name}.")
    for warning in result.warnings:
        print_line(warning)
    if result.revision:
        changes = f"{pluralise(result.changes, 'cell')} changed since the report was sent out"
        print_line(f"It is revision {result.revision}: {changes}.")
    if result.started:
        purpose = (
            "fill in the words of the end-of-year report there"
            if edition.end_of_year
            else "words of your own for the first page go there, under report_introduction"
        )
        print_line(f"Wrote {result.narrative_file}: {purpose}")
    for line in _open_points(result, edition):
        print_line(line)


def _open_points(result: Report, edition: _Edition) -> Iterator[str]:
    """Yield a line for each thing that is still open in a report."""
    if result.gaps:
        yield f"Still to be written: {', '.join(result.gaps)}; see {result.narrative_file}"
    if result.drafts:
        yield f"Drafts to edit for: {', '.join(result.drafts)}"
    if result.missing and edition.end_of_year:
        yield f"No return of this period from {', '.join(result.missing)}."
    elif result.missing:
        yield f"It says “No update received” for {', '.join(result.missing)}."
    if result.unsettled:
        ingest = command_for_period("ragsheets ingest", edition.date)
        yield f"{pluralise(result.unsettled, 'finding')} still to settle; to list them again: {ingest}"


def _describe_next_step(result: Report, edition: _Edition) -> str:
    """Return what to do next."""
    command = edition.command
    if result.kept_file and not result.kept_file_issued and edition.end_of_year:
        return (
            f'send out "{result.kept_file}" as it is; only {result.path.name} can be recorded as sent out, for an '
            "end-of-year report that somebody has changed cannot be compared with the ledger."
        )
    if result.kept_file and not result.kept_file_issued:
        take_back = f"{command} --not-final, then " if result.issued else ""
        return f'to send out the changed one: {take_back}{command} --final --document "{result.kept_file}"'
    if result.kept_file and result.issued:
        return f"{result.kept_file.name} is the report that you sent out; there is nothing to do."
    if result.issued:
        unfinished = " It holds words that are still to be written or edited." if result.gaps or result.drafts else ""
        return f"{_SEND_STEP}{unfinished}"
    if result.gaps:
        return f"fill in {result.narrative_file.name} and run {command} again."
    if result.drafts:
        return "edit the drafts in the document, which are marked, and send it to the executive."
    open_steps = (("settle the findings", result.unsettled), ("wait for the missing returns", result.missing))
    if steps := [step for step, is_open in open_steps if is_open]:
        as_it_is = f"send it out as it is, and record that: {command} --final"
        return f"{' and '.join(steps)}, then run {command} again; or {as_it_is}"
    return f"read it through, run {command} --final, and send it to the executive."
