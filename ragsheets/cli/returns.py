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
    counted,
    next_step,
    period_option,
    print_json,
    project_with_ledger,
    settings,
    shown,
)

if TYPE_CHECKING:
    from ragsheets.ledger import OriginalRecord
    from ragsheets.project.returns import Forgotten, Listed, Shown

#: How many digits of a SHA-256, and how many characters of a sub-group's name, there is room for in a list.
_DIGITS, _LONGEST_NAME = 8, 20
#: What the ledger calls a file that was refused or passed over and has been dealt with.
_RESULTS = {"withdrawn": "dealt with", "excluded": "taken out"}


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
        rows = [_as_json(each, found.names.get(each.group, each.group)) for each in found.originals]
        print_json({"period": found.period.date.isoformat(), "returns": rows, "overdue": found.overdue})
    else:
        _show_list(found)
        if found.overdue:
            kept = counted(found.overdue, "original")
            console().print(f"{kept} of all periods kept longer than the plan says.")
            next_step("ragsheets returns forget --due")


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
        print_json(_shown_as_json(found))
    else:
        _show_one(found)


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
    done = forget_returns(project_with_ledger(), names, reason=reason, date=date, before=before, due=due)
    if settings().as_json:
        print_json(
            {
                "forgotten": [_as_json(each, each.group) for each in done.originals],
                "before": [each.sha256 for each in done.before],
                "around": list(done.around),
            }
        )
    _show_forgotten(done)


# ------------------------------------------------------------------------------------------------ how they are shown


def _show_list(found: Listed) -> None:
    from ragsheets.cli.table_layout import Column, fitted

    out = console()
    originals = found.originals
    if not originals:
        out.print(f"Nothing has come back yet for {shown(found.period.title)}.")
        return
    columns = [
        Column("File", [shown(each.file) for each in originals], is_name=True),
        Column("Sub-group", [shown(_cut(found.names.get(each.group, each.group))) for each in originals]),
        Column("Result", [_RESULTS.get(each.result, each.result) for each in originals]),
        Column("Received", [_day(each.received) for each in originals], gives_way=3),
        Column("Saved", [_day(each.saved) for each in originals], gives_way=2),
        Column("SHA-256", [each.sha256[:_DIGITS] for each in originals]),
        Column("Bytes", [f"{each.size:,}" if each.size else "" for each in originals], is_number=True, gives_way=1),
        Column("Original", ["erased" if each.forgotten else "kept" for each in originals]),
    ]
    out.print(fitted(out, columns))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _day(at: str) -> str:
    from ragsheets.dates import short

    return short(datetime.date.fromisoformat(at[:10])) if at else ""


def _show_one(found: Shown) -> None:
    from rich.table import Table

    from ragsheets.cli.tables import finding_rows

    out, each = console(), found.original
    out.print(f"[bold]{shown(each.file)}[/bold]", soft_wrap=True)
    kept = f"erased on {each.forgotten[:16]} (UTC)" if each.forgotten else f"kept, {each.size:,} bytes"
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, value in (
        ("Period", each.period),
        ("Sub-group", found.group or "none"),
        ("Result", _RESULTS.get(each.result, each.result)),
        ("Received", f"{each.received[:16]} (UTC)"),
        ("Saved", f"{each.saved[:16]} (UTC)" if each.saved else "not known"),
        ("Lay at", each.path),
        ("SHA-256", each.sha256),
        ("Original", kept),
    ):
        facts.add_row(f"  {name}", shown(value))
    out.print(facts)
    for heading, rows in (
        ("Answers", [_answer(row) for row in found.said["answers"]]),
        ("Headlines", [_headline(row) for row in found.said["headlines"]]),
    ):
        if rows:
            out.print(f"\n[bold]{heading}[/bold]")
            grid = Table.grid(padding=(0, 2, 0, 0))
            for row in rows:
                grid.add_row(*(f"  {shown(cell)}" if not place else shown(cell) for place, cell in enumerate(row)))
            out.print(grid)
    if found.findings:
        out.print("\n[bold]Findings[/bold]")
        out.print(finding_rows(found.findings))


def _answer(row: Any) -> tuple[str, str, str, str]:
    return str(row["task"]), str(row["column"]), f"{row['sheet']}!{row['cell']}", str(row["value"])


def _headline(row: Any) -> tuple[str, str, str]:
    return f"{str(row['kind']).replace('_', ' ')} {row['number']}", f"{row['sheet']}!{row['cell']}", str(row["text"])


def _show_forgotten(done: Forgotten) -> None:
    out = console()
    for each in done.originals:
        out.print(f"  Erased: {shown(each.file)} ({each.sha256[:12]}), period {each.period}", soft_wrap=True)
    for each in done.before:
        out.print(f"  Erased before, on {each.forgotten[:10]}: {shown(each.file)}", soft_wrap=True)
    stays = " What was said in them stays in the ledger." if done.originals else ""
    out.print(f"{counted(len(done.originals), 'original')} erased.{stays}")
    if done.originals or done.before:
        for place in done.around:
            out.print(f"  Still there, outside the ledger: {shown(place)}", soft_wrap=True)
        next_step(
            "delete what lies outside the ledger too: files in returned/ and in the post, workbooks in queries/, "
            "and backups of the ledger."
        )


def _as_json(each: OriginalRecord, group: str) -> dict[str, Any]:
    from ragsheets.history.overview import moment

    return {
        "file": each.file,
        "group": group,
        "period": each.period,
        "result": each.result,
        "received": moment(each.received),
        "saved": moment(each.saved),
        "sha256": each.sha256,
        "size": None if each.forgotten else each.size,
        "forgotten": moment(each.forgotten),
    }


def _shown_as_json(found: Shown) -> dict[str, Any]:
    from ragsheets.returns.ingest import finding_as_json

    said = {
        kind: [{k: v for k, v in row.items() if k != "return_id"} for row in rows] for kind, rows in found.said.items()
    }
    return {
        **_as_json(found.original, found.group),
        "path": found.original.path,
        "answers": said["answers"],
        "headlines": said["headlines"],
        "totals": said["totals"],
        "findings": [finding_as_json(item) for item in found.findings],
    }
