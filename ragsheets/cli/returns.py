"""ragsheets returns …"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import confirm, yes_option
from ragsheets.cli.shared import (
    Date,
    common_options,
    console,
    period_option,
    print_json,
    print_next_step,
    printable,
    project_with_ledger,
    settings,
)
from ragsheets.text import pluralise

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
    """List the files that came back, show one, give it back, or erase it.

    A return is named by its file, or by the beginning of the SHA-256 of its bytes.
    """


@returns.command("list")
@period_option
@common_options
def list_(date: datetime.date | None) -> None:
    """List every file that has come back.

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
            overdue_text = pluralise(return_list.overdue, "original")
            console().print(f"{overdue_text} of all periods kept longer than the plan says.")
            print_next_step("ragsheets returns forget --due")


@returns.command()
@click.argument("name", metavar="FILE|SHA")
@period_option
@common_options
def show(name: str, date: datetime.date | None) -> None:
    """Show what is known of one return: where it lay, its answers, and what is to be said about it.

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
    help="Where to write it; - for standard output; by default its own name, here.",
)
@click.option("--force", is_flag=True, help="Replace another file that is there already.")
@period_option
@common_options
def extract(name: str, output: Path | None, force: bool, date: datetime.date | None) -> None:
    """Give the original of a return back, byte for byte, checked by its SHA-256.

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
    message = f"Wrote {extracted.path}" if extracted.changed else f"{extracted.path} is there already, the same"
    console().print(f"{message}: {len(extracted.content):,} bytes, as they came.", markup=False, soft_wrap=True)


@returns.command()
@click.argument("names", nargs=-1, metavar="[FILE|SHA]...")
@click.option("--older-than", "before", type=Date(), help="All that came in before this date, in every period.")
@click.option("--due", is_flag=True, help="All that are kept longer than the plan's keep_returns_months.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is kept in the log. Needed but with --due.")
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
    """Erase the originals of returns for good, as the law may ask for.

    What a return said, the words that findings quote of it, its SHA-256 and that it came stay in the ledger, so that
    reports and totals stay as they are. A message or an archive goes with what is erased of it. Nobody can undo it:
    you are asked first.

    \b
    Examples:
        ragsheets returns forget "Stronger Communities.xlsx" --reason "asked for by its author"
        ragsheets returns forget --due
    """
    from ragsheets.project.returns import forget_returns, returns_to_forget

    if not (names or before or due):
        raise click.UsageError("Name what to erase: returns, --older-than DATE, or --due.")
    if not reason.strip() and (names or before):
        raise click.UsageError("Say why with --reason; it is kept in the log.")
    reason = reason.strip() or "kept longer than the plan says"
    project = project_with_ledger()
    if not yes and (originals := returns_to_forget(project, names, date=date, received_before=before, due=due)):
        listed = [f"  {original.file} (period {original.period})" for original in originals[:_MAX_LISTED]]
        if len(originals) > _MAX_LISTED:
            listed.append(f"  and {len(originals) - _MAX_LISTED:,} more")
        confirm(["The originals of these returns are erased for good:", *listed], "Erase them?")
    result = forget_returns(project, names, reason=reason, date=date, received_before=before, due=due)
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

    out = console()
    originals = return_list.originals
    if not originals:
        out.print(f"Nothing has come back yet for {printable(return_list.period.title)}.")
        return
    columns = [
        TableColumn("File", [printable(original.file) for original in originals], is_name=True),
        TableColumn(
            "Sub-group",
            [
                printable(_shorten(return_list.group_names.get(original.group, original.group)))
                for original in originals
            ],
        ),
        TableColumn("Result", [_RESULT_WORDS.get(original.result, original.result) for original in originals]),
        TableColumn("Received", [_short_date(original.received) for original in originals], drop_order=3),
        TableColumn("Saved", [_short_date(original.saved) for original in originals], drop_order=2),
        TableColumn("SHA-256", [original.sha256[:_SHOWN_DIGITS] for original in originals]),
        TableColumn(
            "Bytes",
            [f"{original.size:,}" if original.size else "" for original in originals],
            is_number=True,
            drop_order=1,
        ),
        TableColumn("Original", ["erased" if original.forgotten else "kept" for original in originals]),
    ]
    out.print(fit_table(out, columns))


def _shorten(name: str) -> str:
    return name if len(name) <= _MAX_NAME_LENGTH else f"{name[: _MAX_NAME_LENGTH - 1]}…"


def _short_date(timestamp: str) -> str:
    from ragsheets.dates import day_of, short

    return short(day_of(timestamp)) if timestamp else ""


def _show_details(details: ReturnDetails) -> None:
    from rich.table import Table

    from ragsheets.cli.tables import findings_grid

    out, original = console(), details.original
    out.print(f"[bold]{printable(original.file)}[/bold]", soft_wrap=True)
    storage_text = (
        f"erased on {original.forgotten[:16]} (UTC)" if original.forgotten else f"kept, {original.size:,} bytes"
    )
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in (
        ("Period", original.period),
        ("Sub-group", details.group or "none"),
        ("Result", _RESULT_WORDS.get(original.result, original.result)),
        ("Received", f"{original.received[:16]} (UTC)"),
        ("Saved", f"{original.saved[:16]} (UTC)" if original.saved else "not known"),
        ("Lay at", original.path),
        ("SHA-256", original.sha256),
        ("Original", storage_text),
    ):
        facts.add_row(f"  {name}", printable(value))
    out.print(facts)
    for heading, rows in (
        ("Answers", [_answer_row(row) for row in details.parsed_rows["answers"]]),
        ("Headlines", [_headline_row(row) for row in details.parsed_rows["headlines"]]),
    ):
        if rows:
            out.print(f"\n[bold]{heading}[/bold]")
            grid = Table.grid(padding=(0, 2, 0, 0))
            for row in rows:
                grid.add_row(
                    *(f"  {printable(cell)}" if not index else printable(cell) for index, cell in enumerate(row))
                )
            out.print(grid)
    if details.findings:
        out.print("\n[bold]Findings[/bold]")
        out.print(findings_grid(details.findings))


def _answer_row(row: Any) -> tuple[str, str, str, str]:
    return str(row["task"]), str(row["column"]), f"{row['sheet']}!{row['cell']}", str(row["value"])


def _headline_row(row: Any) -> tuple[str, str, str]:
    return f"{str(row['kind']).replace('_', ' ')} {row['number']}", f"{row['sheet']}!{row['cell']}", str(row["text"])


def _show_forgotten(result: ForgottenReturns) -> None:
    from ragsheets.files import short_digest

    out = console()
    for original in result.originals:
        name = f"{printable(original.file)} ({short_digest(original.sha256)})"
        out.print(f"  Erased: {name}, period {original.period}", soft_wrap=True)
    for original in result.already_forgotten:
        out.print(f"  Erased before, on {original.forgotten[:10]}: {printable(original.file)}", soft_wrap=True)
    suffix = " What was said in them stays in the ledger." if result.originals else ""
    out.print(f"{pluralise(len(result.originals), 'original')} erased.{suffix}")
    if result.originals or result.already_forgotten:
        for path in result.remaining_files:
            out.print(f"  Still there, outside the ledger: {printable(path)}", soft_wrap=True)
        print_next_step(
            "delete what lies outside the ledger too: files in returned/ and in the post, workbooks in queries/, "
            "and backups of the ledger."
        )


def _original_as_json(original: OriginalRecord, group: str) -> dict[str, Any]:
    from ragsheets.dates import iso_timestamp

    return {
        "file": original.file,
        "group": group,
        "period": original.period,
        "result": original.result,
        "received": iso_timestamp(original.received),
        "saved": iso_timestamp(original.saved),
        "sha256": original.sha256,
        "size": None if original.forgotten else original.size,
        "forgotten": iso_timestamp(original.forgotten),
    }


def _details_as_json(details: ReturnDetails) -> dict[str, Any]:
    from ragsheets.returns.finding import finding_as_json

    rows_by_table = {
        table: [{k: v for k, v in row.items() if k != "return_id"} for row in rows]
        for table, rows in details.parsed_rows.items()
    }
    return {
        **_original_as_json(details.original, details.group),
        "path": details.original.path,
        "answers": rows_by_table["answers"],
        "headlines": rows_by_table["headlines"],
        "totals": rows_by_table["totals"],
        "findings": [finding_as_json(item) for item in details.findings],
    }
