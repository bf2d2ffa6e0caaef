"""The result of an ingest, and what several commands print of it: queries, and the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ragsheets.cli.findings import MAX_FINDINGS_PER_FILE, SEVERITY_STYLES, findings_to_show, print_findings
from ragsheets.cli.options import settings
from ragsheets.cli.output import console, print_line, print_next_step, printable
from ragsheets.cli.table_layout import count_heading, plain_table
from ragsheets.dates import command_for_period
from ragsheets.errors import LedgerError
from ragsheets.files.names import LETTERS_FILE
from ragsheets.returns.finding import Severity, count_open
from ragsheets.returns.totals import count_columns, sum_counts
from ragsheets.text import pluralise

if TYPE_CHECKING:
    import datetime

    from rich.table import Table

    from ragsheets.returns.ingest import FileResult, IngestResult
    from ragsheets.returns.queries import QueriesResult

#: How many findings of all files are shown so that they fit a screen; further ones are counted.
_MAX_FINDINGS = 12
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
    assessment = result.assessment
    title = f"{printable(assessment.plan.title)}, {printable(assessment.period.title)}"
    print_line(f"[bold]{title}[/bold]\n", markup=True)
    console().print(groups_table(result))
    _show_findings(result, date, show_all=show_all)
    findings = [item for file in result.files for item in file.findings] + [*result.other_findings]
    notes = 0 if show_all else sum(item.severity is Severity.NOTE for item in findings)
    settled = sum(item.settlement is not None for item in findings)
    status = command_for_period("ragsheets status", date)
    print_line(
        f"\nFiles: {describe_files(result.files)}."
        f"{f' Notes for the record: {notes} (shown by --all).' if notes else ''}"
        f"{f' Settled: {settled} (see {status}).' if settled else ''}"
    )
    # Somebody who deletes the file of a return may mean that it should no longer count.
    for item in findings:
        if item.code == "no-longer-there":
            print_line(f"{item.file}: {item.message} {item.fix}")
    show_queries(result.queries, date)
    if show_next_step:
        print_period_step(date)


def _show_findings(result: IngestResult, date: datetime.date | None, *, show_all: bool) -> None:
    """Print the findings to settle or look at, file by file, the worst first."""
    remaining = _MAX_FINDINGS
    hidden: list[int] = []
    for file in sorted(_distinct_files(result.files), key=_severity_sort_key):
        findings = findings_to_show(file.findings, show_all=show_all)
        limit = len(findings) if show_all else min(remaining, MAX_FINDINGS_PER_FILE)
        group = f" ({printable(file.group)})" if file.group else ""
        hidden.append(print_findings(f"\n[bold]{printable(file.file)}[/bold]{group}", findings, limit))
        remaining -= len(findings[:limit])
    print_findings("\n[bold]Corrections[/bold]", findings_to_show(result.other_findings, show_all=show_all))
    if counts := list(filter(None, hidden)):
        what = f"{pluralise(sum(counts), 'more finding')} in {pluralise(len(counts), 'file')}"
        print_line(f"\nNot shown: {what}; {command_for_period('ragsheets ingest --all', date)} shows them.")


def _distinct_files(files: Iterable[FileResult]) -> list[FileResult]:
    """Return the files without copies, whose findings are the same."""
    first: dict[str, FileResult] = {}
    for file in files:
        first.setdefault(file.sha256 or file.file, file)
    return list(first.values())


def show_queries(queries: QueriesResult, date: datetime.date | None = None) -> None:
    """Print which queries were written, which edited files were not replaced, and what could not be written.

    `date` is the period's where one was named.
    """
    if queries.workbooks:
        groups = pluralise(len(queries.workbooks), "sub-group")
        letters = f"the letter for it in {LETTERS_FILE}"
        print_line(f"Wrote {queries.folder} for {groups}: send each workbook to its contact with {letters}.")
    for file in queries.edited_files:
        print_line(f"Not replaced, since somebody has changed it: {file}; the new one is beside it.")
    for problem in queries.problems:
        print_line(problem)
    if queries.problems and not queries.workbooks:
        print_line(
            f"So {queries.folder} is not up to date. Everything else is recorded; once that is put right, write the "
            f"queries with: {command_for_period('ragsheets ingest', date)}"
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
            print_next_step(str(overview.step))
