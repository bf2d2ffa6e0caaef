"""ragsheets returns …"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.shared import (
    Date,
    common_options,
    console,
    period_option,
    pluralise,
    print_json,
    print_next_step,
    printable,
    project_with_ledger,
    settings,
)

if TYPE_CHECKING:
    from ragsheets.ledger import OriginalRecord
    from ragsheets.project.returns import ForgottenReturns, ReturnDetails, ReturnList

#: How many digits of a SHA-256, and how many characters of a sub-group's name, there is room for in a list.
_SHOWN_DIGITS, _MAX_NAME_LENGTH = 8, 20
#: What the ledger calls a file that was refused or passed over and has been dealt with.
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

    found = list_returns(project_with_ledger(), date)
    if settings().as_json:
        rows = [_original_as_json(each, found.group_names.get(each.group, each.group)) for each in found.originals]
        print_json({"period": found.period.date.isoformat(), "returns": rows, "overdue": found.overdue})
    else:
        _show_list(found)
        if found.overdue:
            kept = pluralise(found.overdue, "original")
            console().print(f"{kept} of all periods kept longer than the plan says.")
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

    found = show_return(project_with_ledger(), name, date)
    if settings().as_json:
        print_json(_details_as_json(found))
    else:
        _show_details(found)


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

    streams = str(output) == "-"
    path = None if streams else output
    made = extract_return(project_with_ledger(), name, path, date=date, force=force, write=not streams)
    if made.path is None:
        click.echo(made.content, nl=False)
        return
    if settings().as_json:
        print_json({"file": str(made.path), "sha256": made.original.sha256, "changed": made.changed})
    said = f"Wrote {made.path}" if made.changed else f"{made.path} is there already, the same"
    console().print(f"{said}: {len(made.content):,} bytes, as they came.", markup=False, soft_wrap=True)


@returns.command()
@click.argument("names", nargs=-1, metavar="[FILE|SHA]…")
@click.option("--older-than", "before", type=Date(), help="All that came in before this date, in every period.")
@click.option("--due", is_flag=True, help="All that are kept longer than the plan's keep_returns_months.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is kept in the log. Needed but with --due.")
@period_option
@common_options
def forget(
    names: tuple[str, ...], before: datetime.date | None, due: bool, reason: str, date: datetime.date | None
) -> None:
    """Erase the originals of returns for good, as the law may ask for.

    What a return said, the words that findings quote of it, its SHA-256 and that it came stay in the ledger, so that
    reports and totals stay as they are. A message or an archive goes with what is erased of it. Nobody can undo it,
    and nothing is asked.

    \b
    Examples:
        ragsheets returns forget "Stronger Communities.xlsx" --reason "asked for by its author"
        ragsheets returns forget --due
    """
    from ragsheets.project.returns import forget_returns

    if not (names or before or due):
        raise click.UsageError("Name what to erase: returns, --older-than DATE, or --due.")
    if not reason.strip() and (names or before):
        raise click.UsageError("Say why with --reason; it is kept in the log.")
    reason = reason.strip() or "kept longer than the plan says"
    done = forget_returns(project_with_ledger(), names, reason=reason, date=date, received_before=before, due=due)
    if settings().as_json:
        print_json(
            {
                "forgotten": [_original_as_json(each, each.group) for each in done.originals],
                "before": [each.sha256 for each in done.already_forgotten],
                "around": list(done.remaining_files),
            }
        )
    _show_forgotten(done)


# ------------------------------------------------------------------------------------------------ how they are shown


def _show_list(return_list: ReturnList) -> None:
    from ragsheets.cli.table_layout import TableColumn, fit_table

    out = console()
    originals = return_list.originals
    if not originals:
        out.print(f"Nothing has come back yet for {printable(return_list.period.title)}.")
        return
    columns = [
        TableColumn("File", [printable(each.file) for each in originals], is_name=True),
        TableColumn(
            "Sub-group",
            [printable(_shorten(return_list.group_names.get(each.group, each.group))) for each in originals],
        ),
        TableColumn("Result", [_RESULT_WORDS.get(each.result, each.result) for each in originals]),
        TableColumn("Received", [_short_date(each.received) for each in originals], drop_order=3),
        TableColumn("Saved", [_short_date(each.saved) for each in originals], drop_order=2),
        TableColumn("SHA-256", [each.sha256[:_SHOWN_DIGITS] for each in originals]),
        TableColumn(
            "Bytes", [f"{each.size:,}" if each.size else "" for each in originals], is_number=True, drop_order=1
        ),
        TableColumn("Original", ["erased" if each.forgotten else "kept" for each in originals]),
    ]
    out.print(fit_table(out, columns))


def _shorten(name: str) -> str:
    return name if len(name) <= _MAX_NAME_LENGTH else f"{name[: _MAX_NAME_LENGTH - 1]}…"


def _short_date(at: str) -> str:
    from ragsheets.dates import short

    return short(datetime.date.fromisoformat(at[:10])) if at else ""


def _show_details(details: ReturnDetails) -> None:
    from rich.table import Table

    from ragsheets.cli.tables import findings_grid

    out, each = console(), details.original
    out.print(f"[bold]{printable(each.file)}[/bold]", soft_wrap=True)
    kept = f"erased on {each.forgotten[:16]} (UTC)" if each.forgotten else f"kept, {each.size:,} bytes"
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in (
        ("Period", each.period),
        ("Sub-group", details.group or "none"),
        ("Result", _RESULT_WORDS.get(each.result, each.result)),
        ("Received", f"{each.received[:16]} (UTC)"),
        ("Saved", f"{each.saved[:16]} (UTC)" if each.saved else "not known"),
        ("Lay at", each.path),
        ("SHA-256", each.sha256),
        ("Original", kept),
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
                    *(f"  {printable(cell)}" if not place else printable(cell) for place, cell in enumerate(row))
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
    out = console()
    for each in result.originals:
        out.print(f"  Erased: {printable(each.file)} ({each.sha256[:12]}), period {each.period}", soft_wrap=True)
    for each in result.already_forgotten:
        out.print(f"  Erased before, on {each.forgotten[:10]}: {printable(each.file)}", soft_wrap=True)
    stays = " What was said in them stays in the ledger." if result.originals else ""
    out.print(f"{pluralise(len(result.originals), 'original')} erased.{stays}")
    if result.originals or result.already_forgotten:
        for place in result.remaining_files:
            out.print(f"  Still there, outside the ledger: {printable(place)}", soft_wrap=True)
        print_next_step(
            "delete what lies outside the ledger too: files in returned/ and in the post, workbooks in queries/, "
            "and backups of the ledger."
        )


def _original_as_json(original: OriginalRecord, group: str) -> dict[str, Any]:
    from ragsheets.history.overview import iso_timestamp

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
    from ragsheets.returns.ingest import finding_as_json

    said = {
        kind: [{k: v for k, v in row.items() if k != "return_id"} for row in rows]
        for kind, rows in details.parsed_rows.items()
    }
    return {
        **_original_as_json(details.original, details.group),
        "path": details.original.path,
        "answers": said["answers"],
        "headlines": said["headlines"],
        "totals": said["totals"],
        "findings": [finding_as_json(item) for item in details.findings],
    }
