"""ragsheets verify"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ragsheets.cli.options import Date, common_options, project_with_ledger, settings
from ragsheets.cli.output import MAX_QUOTE_LENGTH, print_json, print_line, print_next_step, printable
from ragsheets.dates import command_for_period
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.report.verify.differences import Difference
    from ragsheets.report.verify.verify import Verification


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.docx")
@click.option(
    "--date",
    type=Date(),
    help="The period to compare it with; by default that of the document.",
)
@common_options
def verify(file: Path, date: datetime.date | None) -> None:
    """Read a Word report back and compare every figure and cell.

    FILE.docx is a report that ragsheets wrote, edited since or not, or one made by hand in its layout. Its tables are
    recounted and compared with its own totals and, where there is one, with the ledger. Exits with 1 where it differs.
    Additions are listed, but are not differences: text, tables, text boxes, notes, page headers, pictures, comments and
    tracked changes. What cannot be compared, such as an embedded sheet, is a difference.

    \b
    Example:
        ragsheets verify "2008-09-04/Performance report.docx"
    """
    from ragsheets.project.report import verify_report

    result = verify_report(project_with_ledger(), file, date=date)
    if settings().as_json:
        print_json(result.as_json())
    else:
        show_verification(result)
        print_next_step(_describe_next_step(result, command_for_period("ragsheets report", date)))
    click.get_current_context().exit(0 if result.is_correct else 1)


def show_verification(result: Verification) -> None:
    """Print what was read, what it was compared with, and every addition and difference."""
    from ragsheets.dates import in_words

    parts = (
        pluralise(result.sections, "sub-group"),
        pluralise(result.outcomes, "outcome"),
        pluralise(result.tasks, "task"),
    )
    print_line(f"Read {result.file_name}: {', '.join(parts)}.")
    if result.period:
        print_line(f"Compared with the ledger's period of {in_words(result.period)}.")
    for note in result.notes:
        print_line(note)
    _show_differences(result.additions)
    if result.additions and result.period:
        print_line(f"{pluralise(len(result.additions), 'addition')}, which no figure or answer depends on.")
    _show_differences(result.differences)
    if result.is_correct and result.period:
        print_line("Nothing differs.")
    elif result.is_correct:
        agreement = "The document agrees with itself." if result.has_counts else "None of its figures could be checked."
        print_line(agreement)
    else:
        print_line(f"{pluralise(len(result.differences), 'difference')}.")


def describe_leftovers(result: Verification) -> str:
    """Return how many comments and tracked changes are in a document, and whether hidden words are; "" for none."""
    comments = sum(leftover.kind == "comment" for leftover in result.leftovers)
    changes = len(result.leftovers) - comments
    counts = [pluralise(count, noun) for count, noun in ((comments, "comment"), (changes, "tracked change")) if count]
    counts += ["hidden words"] if result.has_hidden_words else []
    return f"It still has {' and '.join(counts)}." if counts else ""


def _show_differences(differences: Sequence[Difference]) -> None:
    """Print differences, or additions, each with its location."""
    for difference in differences:
        location = f"[bold]{printable(difference.location)}[/bold]: " if difference.location else ""
        print_line(f"  {location}{printable(difference.message, MAX_QUOTE_LENGTH)}", markup=True)


def _steps_before_sending(result: Verification) -> Iterator[str]:
    """Yield what to do about the additions to a document before others get it."""
    kinds = {addition.kind for addition in result.additions}
    if not kinds.isdisjoint(("picture", "linked-picture")):
        yield "look at the pictures, which were not read"
    if "comment" in kinds:
        yield "delete the comments, which the executive would see"
    if any(leftover.kind != "comment" for leftover in result.leftovers):
        yield "accept or reject the tracked changes, which the executive would see"
    if result.has_hidden_words:
        yield "delete the hidden words, which the executive could make visible"


def _describe_next_step(result: Verification, report_command: str) -> str:
    """Return what to do next; `report_command` is the command that writes the report."""
    if result.is_correct:
        if result.sent_out:
            return "this is the report that you sent out; there is nothing to do."
        if result.period is None:
            return "to compare it with returns, verify it in its project's folder, or name its period with --date."
        steps = list(_steps_before_sending(result))
        return f"{'; '.join(steps)}; then send it out." if steps else "send it out."
    if result.sent_out:
        return (
            f"the differences have come in since it was sent out, and belong in a revision; to write one: "
            f"{report_command}"
        )
    if result.period is None:
        return "correct the document in Word."
    return f"correct the document in Word, or write the report again, without what was added: {report_command}"
