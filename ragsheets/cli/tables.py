"""Tables and messages that several commands print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from ragsheets.cli.shared import console, print_next_step, printable, settings
from ragsheets.dates import command_for_period
from ragsheets.errors import LedgerError
from ragsheets.files.names import LETTERS_FILE
from ragsheets.returns.finding import SEVERITY_ORDER, Severity, count_open
from ragsheets.returns.finding_catalogue import finding_kinds
from ragsheets.returns.totals import count_columns, sum_counts
from ragsheets.text import pluralise
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    import datetime

    from ragsheets.returns.finding import Finding
    from ragsheets.returns.ingest import FileResult, IngestResult
    from ragsheets.returns.queries import QueriesResult

#: The style of each severity, which its words show too.
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


#: How many findings of one file, and of all files, are shown so that they fit a screen; further ones are counted.
_MAX_FINDINGS_PER_FILE, _MAX_FINDINGS = 6, 12


#: What became of a file, by its result.
_RESULT_WORDS = {"accepted": "accepted", "duplicate": "read before", "rejected": "rejected", "ignored": "ignored"}
#: The files that hold others, by their suffix.
_CONTAINER_WORDS = {".zip": "zip", ".eml": "email", ".msg": "email"}


def show_ingest(
    result: IngestResult, *, show_next_step: bool = True, show_all: bool = False, date: datetime.date | None = None
) -> None:
    """Print the result and totals of each sub-group, worst first; the findings; and what to do next.

    Of many findings the worst are shown, unless `show_all`; `date` is the period's where one was named.
    """
    out = console()
    assessment = result.assessment
    out.print(f"[bold]{printable(assessment.plan.title)}, {printable(assessment.period.title)}[/bold]\n")
    out.print(groups_table(result))
    _show_findings(result, date, show_all=show_all)
    findings = [item for file in result.files for item in file.findings] + [*result.other_findings]
    notes = 0 if show_all else sum(item.severity is Severity.NOTE for item in findings)
    settled = sum(item.settlement is not None for item in findings)
    status = command_for_period("ragsheets status", date)
    out.print(
        f"\nFiles: {describe_files(result.files)}."
        f"{f' Notes for the record: {notes} (shown by --all).' if notes else ''}"
        f"{f' Settled as they are: {settled} (see {status}).' if settled else ''}"
    )
    _show_missing_files(result)
    show_queries(result.queries, date)
    if show_next_step:
        print_period_step(date)


def _show_findings(result: IngestResult, date: datetime.date | None, *, show_all: bool) -> None:
    """Print the findings to settle or look at, file by file, the worst first."""
    out = console()
    remaining = sum(len(file.findings) for file in result.files) if show_all else _MAX_FINDINGS
    hidden: list[int] = []
    for file in sorted(_distinct_files(result.files), key=_severity_sort_key):
        findings = [item for item in file.findings if show_all or item.settlement is None]
        findings = [item for item in findings if show_all or item.severity is not Severity.NOTE]
        findings.sort(key=lambda item: (SEVERITY_ORDER[item.severity], finding_kinds()[item.code].may_wait))
        limit = remaining if show_all else min(remaining, _MAX_FINDINGS_PER_FILE)
        if findings[:limit]:
            out.print(f"\n[bold]{printable(file.file)}[/bold]{f' ({printable(file.group)})' if file.group else ''}")
            out.print(findings_grid(findings[:limit], hidden_count=len(findings[limit:])))
        hidden += [len(findings[limit:])] if findings[limit:] else []
        remaining -= len(findings[:limit])
    if other_findings := [
        item
        for item in result.other_findings
        if show_all or (item.settlement is None and item.severity is not Severity.NOTE)
    ]:
        out.print("\n[bold]Corrections[/bold]")
        out.print(findings_grid(other_findings))
    if hidden:
        files_text = pluralise(len(hidden), "file")
        ingest_all = command_for_period("ragsheets ingest --all", date)
        out.print(f"\nNot shown: {pluralise(sum(hidden), 'more finding')} in {files_text}; {ingest_all} shows them.")


def _distinct_files(files: Iterable[FileResult]) -> list[FileResult]:
    """Return the files without copies, whose findings are the same."""
    first: dict[str, FileResult] = {}
    for file in files:
        first.setdefault(file.sha256 or file.file, file)
    return list(first.values())


def _show_missing_files(result: IngestResult) -> None:
    """Print the returns whose files have been removed: whoever deletes one may mean that it should no longer count."""
    for file in result.files:
        for item in file.findings:
            if item.code == "no-longer-there":
                console().print(printable(f"{file.file}: {item.message} {item.fix}"), soft_wrap=True)


def show_queries(queries: QueriesResult, date: datetime.date | None = None) -> None:
    """Print which queries were written, which edited files were not replaced, and what could not be written.

    `date` is the period's where one was named.
    """
    out = console()
    if queries.workbooks:
        whom = pluralise(len(queries.workbooks), "sub-group")
        out.print(
            f"Wrote {queries.folder} for {whom}: send each workbook to its contact with its words from {LETTERS_FILE}.",
            markup=False,
            soft_wrap=True,
        )
    for file in queries.edited_files:
        out.print(
            f"Left alone, for somebody has changed it: {file}; the new one lies beside it.",
            markup=False,
            soft_wrap=True,
        )
    for problem in queries.problems:
        out.print(problem, markup=False, soft_wrap=True)
    if queries.problems and not queries.workbooks:
        out.print(
            f"So {queries.folder} is not up to date. All else is recorded; once that is put right, write the queries "
            f"with: {command_for_period('ragsheets ingest', date)}",
            markup=False,
            soft_wrap=True,
        )


def groups_table(result: IngestResult) -> Table:
    """Return the table of sub-groups with result, totals and problems, worst first."""
    assessment = result.assessment
    names = count_columns(assessment.template)
    table = plain_table()
    table.add_column("Sub-group", min_width=12)
    table.add_column("Result", min_width=8)
    for name in names:
        heading = count_heading(name)
        table.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    table.add_column("Problems", min_width=9)
    rows = []
    for group in assessment.plan.groups:
        group_totals = assessment.totals[assessment.totals["group"] == group.key]
        findings = [
            item for file in _distinct_files(result.files) if file.group == group.name for item in file.findings
        ]
        open_counts = count_open(findings)
        errors, warnings = open_counts[Severity.ERROR], open_counts[Severity.WARNING]
        state = "on hold" if group.on_hold else "missing" if group.name in assessment.missing_groups else "returned"
        counts = [str(count) for count in sum_counts(group_totals, names).values()]
        cells = [printable(group.name), state, *counts, _problem_counts(errors, warnings)]
        rows.append((-errors, -warnings, state == "returned", cells))
    for *_, cells in sorted(rows, key=lambda row: row[:3]):
        table.add_row(*cells)
    table.add_section()
    table.add_row("All", "", *(str(count) for count in sum_counts(assessment.totals, names).values()), "", style="bold")
    return table


def _problem_counts(errors: int, warnings: int) -> str:
    parts = []
    if errors:
        parts.append(f"[{SEVERITY_STYLES[Severity.ERROR]}]{errors} to settle[/]")
    if warnings:
        parts.append(f"[{SEVERITY_STYLES[Severity.WARNING]}]{warnings} to look at[/]")
    return ", ".join(parts) or "none"


def plain_table() -> Table:
    """Return an empty table in the style of every command: one line below its headings and no other."""
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def count_heading(name: str) -> str:
    """Return the heading of a column of counts."""
    return {NOT_REPORTED: "No status", TOTAL: "Total"}.get(name, name.capitalize())


def findings_grid(findings: Iterable[Finding], hidden_count: int = 0) -> Table:
    """Return a grid of a file's findings: severity, id, address, message and fix; and the number of hidden ones.

    A settled one has the reason in place of the fix.
    """
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=9)
    grid.add_column(min_width=8)
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for item in findings:
        task = f"Task {printable(item.task)}: " if item.task else ""
        state, style, advice = item.severity.value, SEVERITY_STYLES[item.severity], item.fix
        if item.settlement:
            state, style, advice = "settled", SEVERITY_STYLES[Severity.NOTE], f"Settled: {item.settlement.reason}"
        words = f"{task}{printable(item.message)} [dim]{printable(advice)}[/dim]"
        grid.add_row(f"  [{style}]{state}[/]", f"[dim]{item.id}[/dim]", printable(item.address), words)
    if hidden_count:
        grid.add_row("", "", "", f"[dim]and {hidden_count} more[/dim]")
    return grid


def _severity_sort_key(file: FileResult) -> tuple[bool, int, int, str]:
    severities = count_open(file.findings)
    return (file.result != "rejected", -severities[Severity.ERROR], -severities[Severity.WARNING], file.file)


def describe_files(files: Iterable[FileResult]) -> str:
    """Return how many files there are of each result, in words."""
    tally = Counter(_file_result_words(file) for file in files)
    opened = [f"{tally[words]} {words}" for words in sorted(tally) if words in _CONTAINER_WORDS.values()]
    counts = [f"{tally[words]} {words}" for words in _RESULT_WORDS.values() if tally[words]]
    return ", ".join(counts + ([f"{' and '.join(opened)} opened"] if opened else [])) or "none"


def _file_result_words(file: FileResult) -> str:
    """Return what became of a file; for an archive or a message that was opened, its kind."""
    container = _CONTAINER_WORDS.get(PurePosixPath(file.file).suffix.casefold())
    is_opened = container and file.result == "ignored" and not file.findings
    return container if container and is_opened else _RESULT_WORDS[file.result]


def print_period_step(date: datetime.date | None) -> None:
    """Print what to do next with a period (the current one by default), by its state after the command."""
    from ragsheets.project.periods import period_overview

    try:
        overview = period_overview(settings().project, date)
    except LedgerError:
        # What the command had to do is done; another program has taken the ledger since.
        print_next_step(f"see what to do with: {command_for_period('ragsheets status', date)}")
    else:
        if overview:
            print_next_step(printable(str(overview.step)))
