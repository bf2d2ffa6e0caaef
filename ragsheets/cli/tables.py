"""How results look on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from ragsheets.cli.shared import console, counted, next_step, of_period, shown
from ragsheets.files.names import LETTERS_FILE, RETURNED_FOLDER
from ragsheets.returns.findings import WORST_FIRST, Severity
from ragsheets.returns.totals import count_names, sums
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    import datetime

    from ragsheets.returns.findings import Finding
    from ragsheets.returns.ingest import FileResult, IngestResult
    from ragsheets.returns.queries import Queries

#: How each severity looks; its words say it too.
INK = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


#: More findings of one file, and of all files, than this are counted, not shown: what matters is to fit a screen.
_MOST_OF_A_FILE, _MOST_IN_ALL = 6, 12


#: Warnings that change nothing in the report; they come after those that may.
_CAN_WAIT = ("total-mismatch", "wording-changed", "wording-deleted", "half-filled", "row-missing")


def show_ingest(
    result: IngestResult, *, hint: bool = True, everything: bool = False, date: datetime.date | None = None
) -> None:
    """Per sub-group its result, totals and problems, worst first; the findings; a hint at what to do next.

    Of many findings the worst are shown, unless it is to be `everything`; `date` is the period's where it was named.
    """
    out = console()
    assessment = result.assessment
    out.print(f"[bold]{shown(assessment.plan.title)}, {shown(assessment.period.title)}[/bold]\n")
    out.print(groups_table(result))
    _show_findings(result, everything=everything)
    counts = ", ".join(f"{count} {name}" for name, count in _tally(result.files).items() if count)
    told = [item for file in result.files for item in file.findings] + [*result.others]
    notes = sum(item.severity is Severity.NOTE for item in told)
    out.print(f"\nFiles: {counts or 'none'}.{f' Notes for the record: {notes} (see --json).' if notes else ''}")
    _show_gone(result)
    show_queries(result.queries)
    if hint:
        _what_next(result, date)


def _show_findings(result: IngestResult, *, everything: bool) -> None:
    """What is to be settled or looked at, a file after the other, the worst first."""
    out = console()
    room = sum(len(file.findings) for file in result.files) if everything else _MOST_IN_ALL
    hidden: list[int] = []
    for file in sorted(_distinct(result.files), key=_worst):
        told = [item for item in file.findings if item.severity is not Severity.NOTE]
        told.sort(key=lambda item: (WORST_FIRST[item.severity], item.code in _CAN_WAIT))
        most = room if everything else min(room, _MOST_OF_A_FILE)
        if told[:most]:
            out.print(f"\n[bold]{shown(file.file)}[/bold]{f' ({shown(file.group)})' if file.group else ''}")
            out.print(finding_rows(told[:most], more=len(told[most:])))
        hidden += [len(told[most:])] if told[most:] else []
        room -= len(told[:most])
    if others := [item for item in result.others if item.severity is not Severity.NOTE]:
        out.print("\n[bold]Corrections[/bold]")
        out.print(finding_rows(others))
    if hidden:
        where = counted(len(hidden), "file")
        out.print(f"\nNot shown: {counted(sum(hidden), 'more finding')} in {where}; ragsheets ingest --all shows them.")


def _distinct(files: Iterable[FileResult]) -> list[FileResult]:
    """The files without further copies of the same, of which the same is to be said."""
    first: dict[str, FileResult] = {}
    for file in files:
        first.setdefault(file.sha256 or file.file, file)
    return list(first.values())


def _show_gone(result: IngestResult) -> None:
    """The returns whose files have been taken away: whoever deletes one may mean that it should count no more."""
    for file in result.files:
        for item in file.findings:
            if item.code == "no-longer-there":
                console().print(shown(f"{file.file}: {item.message} {item.fix}"), soft_wrap=True)


def show_queries(queries: Queries) -> None:
    """What was written to send back, what was left alone, and what could not be written."""
    out = console()
    if queries.workbooks:
        whom = counted(len(queries.workbooks), "sub-group")
        out.print(
            f"Wrote {queries.folder} for {whom}: send each workbook to its contact with its words from {LETTERS_FILE}.",
            markup=False,
            soft_wrap=True,
        )
    for file in queries.kept:
        out.print(
            f"Left alone, for somebody has changed it: {file}; the new one lies beside it.",
            markup=False,
            soft_wrap=True,
        )
    for fault in queries.faults:
        out.print(fault, markup=False, soft_wrap=True)
    if queries.faults and not queries.workbooks:
        out.print(f"So {queries.folder} stays as it was; run ragsheets ingest again.", markup=False, soft_wrap=True)


def groups_table(result: IngestResult) -> Table:
    """Each sub-group with its result, its totals and its problems, worst first."""
    assessment = result.assessment
    names = count_names(assessment.template)
    table = plain_table()
    table.add_column("Sub-group", min_width=12)
    table.add_column("Result", min_width=8)
    for name in names:
        heading = label(name)
        table.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    table.add_column("Problems", min_width=9)
    rows = []
    for group in assessment.plan.groups:
        mine = assessment.totals[assessment.totals["group"] == group.name]
        findings = [item for file in _distinct(result.files) if file.group == group.name for item in file.findings]
        errors = sum(item.severity is Severity.ERROR for item in findings)
        warnings = sum(item.severity is Severity.WARNING for item in findings)
        state = "on hold" if group.on_hold else "missing" if group.name in assessment.missing else "returned"
        counts = [str(count) for count in sums(mine, names).values()]
        cells = [shown(group.name), state, *counts, _problems(errors, warnings)]
        rows.append((-errors, -warnings, state == "returned", cells))
    for *_, cells in sorted(rows, key=lambda row: row[:3]):
        table.add_row(*cells)
    table.add_section()
    table.add_row("All", "", *(str(count) for count in sums(assessment.totals, names).values()), "", style="bold")
    return table


def _problems(errors: int, warnings: int) -> str:
    parts = []
    if errors:
        parts.append(f"[{INK[Severity.ERROR]}]{errors} to settle[/]")
    if warnings:
        parts.append(f"[{INK[Severity.WARNING]}]{warnings} to look at[/]")
    return ", ".join(parts) or "none"


def plain_table() -> Table:
    """A table as every command shows them: a line below its headings and no other."""
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def label(name: str) -> str:
    """The heading of a column of counts."""
    return {NOT_REPORTED: "No status", TOTAL: "Total"}.get(name, name.capitalize())


def finding_rows(findings: Iterable[Finding], more: int = 0) -> Table:
    """Findings of a file, one under the other: how severe, where, what, and what to do; and how many more there are."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=9)
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for item in findings:
        task = f"Task {shown(item.task)}: " if item.task else ""
        words = f"{task}{shown(item.message)} [dim]{shown(item.fix)}[/dim]"
        grid.add_row(f"  [{INK[item.severity]}]{item.severity}[/]", shown(item.place), words)
    if more:
        grid.add_row("", "", f"[dim]and {more} more[/dim]")
    return grid


def _worst(file: FileResult) -> tuple[bool, int, int, str]:
    severities = Counter(item.severity for item in file.findings)
    return (file.result != "rejected", -severities[Severity.ERROR], -severities[Severity.WARNING], file.file)


def _tally(files: Iterable[FileResult]) -> dict[str, int]:
    tally = dict.fromkeys(("accepted", "duplicate", "rejected", "ignored"), 0)
    for file in files:
        tally[file.result] += 1
    return tally


def _what_next(result: IngestResult, date: datetime.date | None) -> None:
    """Say what to do next; `date` is the period's where it was named."""
    queries = result.queries
    ingest, report = of_period("ragsheets ingest", date), of_period("ragsheets report", date)
    replies = f"{result.assessment.period.date.isoformat()}/{RETURNED_FOLDER}"
    if result.needs_attention and queries.workbooks:
        next_step(
            f"settle what is marked error: send out {shown(queries.folder)}, put what comes back and other mended "
            f"files into {replies} and run: {ingest}"
        )
    elif result.needs_attention:
        next_step(f"settle what is marked error, put the mended files into {replies} and run: {ingest}")
    elif result.assessment.missing:
        missing = ", ".join(shown(name) for name in result.assessment.missing)
        next_step(f"ask for the returns of {missing}; then run: {ingest}")
    elif queries.workbooks:
        next_step(f"{report}; or send out {shown(queries.folder)} first")
    else:
        next_step(report)
