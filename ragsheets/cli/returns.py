"""ragsheets returns …"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets import dates
from ragsheets.cli.confirm import confirm, yes_option
from ragsheets.cli.options import Date, common_options, period_option, project_with_ledger, settings
from ragsheets.cli.output import console, print_json, print_line, print_next_step, printable
from ragsheets.text import pluralise, shorten

if TYPE_CHECKING:
    from ragsheets.ledger import OriginalRecord
    from ragsheets.project.returns import ForgottenReturns, ReturnDetails, ReturnList

#: How many digits of a SHA-256, and how many characters of a sub-group's name, a list shows.
_SHOWN_DIGITS, _MAX_NAME_LENGTH = 8, 20
#: How many originals are named before they are erased; the others are counted.
_MAX_LISTED = 20
#: The words for the results in the ledger of a file that no longer counts.
_RESULT_WORDS = {"withdrawn": "dealt with", "excluded": "taken out"}


@click.group()
@common_options
def returns() -> None:
    """List the returned files, show one, write its original to a file, or erase it.

    A return is named by its file, or by the beginning of the SHA-256 of its bytes.
    """


@returns.command("list")
@period_option
@common_options
def list_(date: datetime.date | None) -> None:
    """List every returned file of a period.

    \b
    Example:
        ragsheets returns list
    """
    from ragsheets.project.returns import list_returns

    return_list = list_returns(project_with_ledger(), date)
    if settings().as_json:
        rows = [
            _original_as_json(original, return_list.group_names.get(original.group, original.group))
            for original in return_list.originals
        ]
        print_json({"period": return_list.period.date.isoformat(), "returns": rows, "overdue": return_list.overdue})
    else:
        _show_list(return_list)
        if return_list.overdue:
            print_line(
                f"Kept longer than the plan allows: {pluralise(return_list.overdue, 'original')} of all periods."
            )
            print_next_step("ragsheets returns forget --due")


@returns.command()
@click.argument("name", metavar="FILE|SHA")
@period_option
@common_options
def show(name: str, date: datetime.date | None) -> None:
    """Show what was read from one return: its answers and findings.

    \b
    Example:
        ragsheets returns show "Stronger Communities.xlsx"
    """
    from ragsheets.project.returns import show_return

    details = show_return(project_with_ledger(), name, date)
    if settings().as_json:
        print_json(_details_as_json(details))
    else:
        _show_details(details)


@returns.command()
@click.argument("name", metavar="FILE|SHA")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write it; - for standard output; by default its own name in the current folder.",
)
@click.option("--force", is_flag=True, help="Replace a different file of that name.")
@period_option
@common_options
def extract(name: str, output: Path | None, force: bool, date: datetime.date | None) -> None:
    """Write the original of a return to a file, byte for byte, checked by its SHA-256.

    \b
    Examples:
        ragsheets returns extract "Stronger Communities.xlsx"
        ragsheets returns extract 3f9a0c -o original.xlsx
    """
    from ragsheets.project.returns import extract_return

    to_stdout = str(output) == "-"
    path = None if to_stdout else output
    extracted = extract_return(project_with_ledger(), name, path, date=date, force=force, write=not to_stdout)
    if extracted.path is None:
        click.echo(extracted.content, nl=False)
        return
    if settings().as_json:
        print_json({"file": str(extracted.path), "sha256": extracted.original.sha256, "changed": extracted.changed})
    message = f"Wrote {extracted.path}" if extracted.changed else f"{extracted.path} is already there, unchanged"
    print_line(f"{message}: {len(extracted.content):,} bytes, exactly as received.")


@returns.command()
@click.argument("names", nargs=-1, metavar="[FILE|SHA]...")
@click.option("--older-than", "before", type=Date(), help="All returns received before this date, in every period.")
@click.option("--due", is_flag=True, help="All returns kept longer than the plan's keep_returns_months.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is kept in the log. Not needed with --due.")
@yes_option
@period_option
@common_options
def forget(
    names: tuple[str, ...],
    before: datetime.date | None,
    due: bool,
    reason: str,
    yes: bool,
    date: datetime.date | None,
) -> None:
    """Erase the originals of returns for good, as the law may require.

    The answers of a return, the words that findings quote from it, its SHA-256 and the record that it was received stay
    in the ledger, so that reports and totals do not change. A message or an archive that holds it is erased with it.
    This cannot be undone: you are asked first.

    \b
    Examples:
        ragsheets returns forget "Stronger Communities.xlsx" --reason "asked for by its author"
        ragsheets returns forget --due
    """
    from ragsheets.project.returns import ReturnSelection, forget_returns, returns_to_forget

    if not (names or before or due):
        raise click.UsageError("Name what to erase: returns, --older-than DATE, or --due.")
    if not reason.strip() and (names or before):
        raise click.UsageError("Say why with --reason; it is kept in the log.")
    reason = reason.strip() or "kept longer than the plan allows"
    project = project_with_ledger()
    selection = ReturnSelection(names, date, before, due)
    if not yes and (originals := returns_to_forget(project, selection)):
        listed = [f"  {original.file} (period {original.period})" for original in originals[:_MAX_LISTED]]
        if len(originals) > _MAX_LISTED:
            listed.append(f"  and {len(originals) - _MAX_LISTED:,} more")
        confirm(["The originals of these returns are erased for good:", *listed], "Erase them?")
    result = forget_returns(project, selection, reason=reason)
    if settings().as_json:
        print_json(
            {
                "forgotten": [_original_as_json(original, original.group) for original in result.originals],
                "before": [original.sha256 for original in result.already_forgotten],
                "around": list(result.remaining_files),
            }
        )
    _show_forgotten(result)


# ------------------------------------------------------------------------------------------------ printing


def _show_list(return_list: ReturnList) -> None:
    from ragsheets.cli.table_layout import TableColumn, fit_table

    originals = return_list.originals
    if not originals:
        print_line(f"Nothing has been returned yet for {return_list.period.title}.")
        return
    groups = [return_list.group_names.get(original.group, original.group) for original in originals]
    sizes = [f"{original.size:,}" if original.size else "" for original in originals]
    columns = [
        TableColumn("File", [printable(original.file) for original in originals], is_name=True),
        TableColumn("Sub-group", [printable(shorten(group, _MAX_NAME_LENGTH)) for group in groups]),
        TableColumn("Result", [_RESULT_WORDS.get(original.result, original.result) for original in originals]),
        TableColumn("Received", [_short_date(original.received) for original in originals], drop_order=3),
        TableColumn("Saved", [_short_date(original.saved) for original in originals], drop_order=2),
        TableColumn("SHA-256", [original.sha256[:_SHOWN_DIGITS] for original in originals]),
        TableColumn("Bytes", sizes, is_number=True, drop_order=1),
        TableColumn("Original", ["erased" if original.forgotten else "kept" for original in originals]),
    ]
    out = console()
    out.print(fit_table(out, columns))


def _short_date(timestamp: str) -> str:
    return dates.short(dates.day_of(timestamp)) if timestamp else ""


def _show_details(details: ReturnDetails) -> None:
    from ragsheets.cli.findings import findings_to_show, print_findings

    original = details.original
    print_line(f"[bold]{printable(original.file)}[/bold]", markup=True)
    kept = f"erased on {original.forgotten[:16]} (UTC)" if original.forgotten else f"kept, {original.size:,} bytes"
    _print_grid(
        [
            ("Period", original.period),
            ("Sub-group", details.group or "none"),
            ("Result", _RESULT_WORDS.get(original.result, original.result)),
            ("Received", f"{original.received[:16]} (UTC)"),
            ("Saved", f"{original.saved[:16]} (UTC)" if original.saved else "not known"),
            ("Read from", original.path),
            ("SHA-256", original.sha256),
            ("Original", kept),
        ]
    )
    for heading, rows in (
        ("Answers", [_answer_row(row) for row in details.parsed_rows["answers"]]),
        ("Headlines", [_headline_row(row) for row in details.parsed_rows["headlines"]]),
    ):
        if rows:
            print_line(f"\n[bold]{heading}[/bold]", markup=True)
            _print_grid(rows)
    print_findings("\n[bold]Findings[/bold]", findings_to_show(details.findings, show_all=True))


def _print_grid(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows of texts in columns without headings."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    for first, *others in rows:
        grid.add_row(f"  {printable(first)}", *map(printable, others))
    console().print(grid)


def _answer_row(row: Any) -> tuple[str, str, str, str]:
    return str(row["task"]), str(row["column"]), f"{row['sheet']}!{row['cell']}", str(row["value"])


def _headline_row(row: Any) -> tuple[str, str, str]:
    return f"{str(row['kind']).replace('_', ' ')} {row['number']}", f"{row['sheet']}!{row['cell']}", str(row["text"])


def _show_forgotten(result: ForgottenReturns) -> None:
    from ragsheets.files import short_digest

    for original in result.originals:
        print_line(f"  Erased: {original.file} ({short_digest(original.sha256)}), period {original.period}")
    for original in result.already_forgotten:
        print_line(f"  Erased before, on {original.forgotten[:10]}: {original.file}")
    suffix = " The answers stay in the ledger." if result.originals else ""
    print_line(f"{pluralise(len(result.originals), 'original')} erased.{suffix}")
    if result.originals or result.already_forgotten:
        for path in result.remaining_files:
            print_line(f"  A copy outside the ledger: {path}")
        print_next_step(
            "delete the copies outside the ledger too: files in returned/, emails, workbooks in queries/, and backups "
            "of the ledger."
        )


def _original_as_json(original: OriginalRecord, group: str) -> dict[str, Any]:
    return {
        "file": original.file,
        "group": group,
        "period": original.period,
        "result": original.result,
        "received": dates.iso_timestamp(original.received),
        "saved": dates.iso_timestamp(original.saved),
        "sha256": original.sha256,
        "size": None if original.forgotten else original.size,
        "forgotten": dates.iso_timestamp(original.forgotten),
    }


def _details_as_json(details: ReturnDetails) -> dict[str, Any]:
    from ragsheets.returns.finding import finding_as_json

    parsed_rows = {
        table: [{key: value for key, value in row.items() if key != "return_id"} for row in details.parsed_rows[table]]
        for table in ("answers", "headlines", "totals")
    }
    return {
        **_original_as_json(details.original, details.group),
        "path": details.original.path,
        **parsed_rows,
        "findings": [finding_as_json(item) for item in details.findings],
    }
