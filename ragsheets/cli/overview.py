"""Printing the overview of one period, or of all, on a terminal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.cli.findings import SEVERITY_STYLES, describe_location
from ragsheets.cli.output import console, print_line, printable
from ragsheets.cli.table_layout import TableColumn, count_heading, fit_table
from ragsheets.history.overview import GroupOverview, Overview, period_totals
from ragsheets.history.trend import Direction
from ragsheets.ledger.records import IssuedRevision
from ragsheets.plan.lookup import described_tasks
from ragsheets.project.editions import EDITION_WORDS
from ragsheets.project.find_task import generate_again_command
from ragsheets.returns.finding import Severity
from ragsheets.text import join_first, pluralise
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodCounts
    from ragsheets.plan.model import Period

#: How many names are listed; further ones are counted.
_MAX_NAMES = 3

#: The words for a task's change of status since the period before.
DIRECTION_WORDS = {
    Direction.IMPROVED: "better",
    Direction.WORSENED: "worse",
    Direction.UNCHANGED: "the same",
    Direction.CHANGED: "changed",
    Direction.NEW: "new",
    Direction.UNKNOWN: "without a status now or last time",
}


def show_overview(overview: Overview) -> None:
    """Print the overview of a period: its sub-groups, those first that need attention, then the totals and files."""
    out = console()
    due = f"; due {dates.in_words(overview.period.due)}" if overview.period.due else ""
    title = f"{printable(overview.assessment.plan.title)}, {printable(overview.period.title)}"
    print_line(f"[bold]{title}[/bold]{due}\n", markup=True)
    out.print(fit_table(out, _group_columns(overview), has_total_row=True))
    print_line()
    for line in (
        _returned_line(overview),
        _changes_line(overview),
        _queries_line(overview),
        *_file_lines(overview),
        *_settled_lines(overview),
        _reopened_line(overview),
        _issued_line(overview.issued),
    ):
        if line:
            print_line(line)


def show_periods(period_counts: Sequence[PeriodCounts]) -> None:
    """Print one line for every period, the latest last."""
    out = console()
    codes = list(dict.fromkeys(code for count in reversed(period_counts) for code in count.codes))
    totals = [period_totals(count) for count in period_counts]
    periods, tallies = [count.period for count in period_counts], [count.tally for count in period_counts]
    names = TableColumn("Name", [printable(period.name) for period in periods], is_name=True, drop_order=3)
    returned = [f"{tally.returned}/{tally.asked}" for tally in tallies]
    columns = [
        TableColumn("Date", [period.date.isoformat() for period in periods]),
        *([names] if any(names.cells) else []),
        TableColumn("Due", [_short_date(period.due, period) for period in periods], drop_order=2),
        TableColumn("Returned", returned, is_number=True),
        *(
            _count_column(name, [str(counts.get(name, "")) for counts in totals])
            for name in (*codes, NOT_REPORTED, TOTAL)
        ),
        _to_settle_column([tally.to_settle for tally in tallies]),
        replace(_to_look_at_column([tally.to_look_at for tally in tallies]), drop_order=1),
        TableColumn("Sent out", [_latest_revision(count.issued) for count in period_counts]),
    ]
    out.print(fit_table(out, columns))


# ------------------------------------------------------------------------------------------------------ the table


def _group_columns(overview: Overview) -> list[TableColumn]:
    """Return the columns of the table of sub-groups, whose last row is their sum."""
    rows = sorted(overview.groups, key=_attention_sort_key)
    change_cells = [*(_change_signs(row.change_counts) for row in rows), _change_signs(overview.change_counts)]
    return [
        TableColumn("Sub-group", [*(printable(row.group.name) for row in rows), "All"], is_name=True),
        TableColumn("Returned", [*(_return_state(row, overview.period) for row in rows), ""]),
        *(
            _count_column(name, [*(str(row.totals[name]) for row in rows), str(total)])
            for name, total in overview.totals.items()
        ),
        *([TableColumn("Moved", change_cells, drop_order=1)] if overview.previous_period else []),
        _to_settle_column([*(row.to_settle for row in rows), overview.to_settle]),
        _to_look_at_column([*(row.to_look_at for row in rows), overview.to_look_at]),
    ]


def _attention_sort_key(group: GroupOverview) -> tuple[bool, ...]:
    """Return the sort key: findings to settle first, then late, missing, findings to look at; on hold last."""
    on_hold, missing = group.state == "on hold", group.state == "missing"
    return on_hold, not group.to_settle, not (missing and group.late), not missing, not group.to_look_at


def _return_state(group: GroupOverview, period: Period) -> str:
    """Return when a sub-group returned, or its state where it has not."""
    if group.first_returned is None:
        return f"[{SEVERITY_STYLES[Severity.ERROR]}]overdue[/]" if group.late else group.state
    day = _short_date(group.first_returned, period)
    return f"{day}, late" if group.late else day


def _short_date(day: datetime.date | None, period: Period) -> str:
    """Return a day in short form: without the year, where it is the period's."""
    if day is None:
        return ""
    return dates.short(day).removesuffix(f" {period.date.year}")


def _count_column(name: str, cells: Sequence[str]) -> TableColumn:
    return TableColumn(count_heading(name), cells, is_number=True)


def _to_settle_column(counts: Sequence[int]) -> TableColumn:
    return _findings_column("To settle", counts, Severity.ERROR)


def _to_look_at_column(counts: Sequence[int]) -> TableColumn:
    return _findings_column("To look at", counts, Severity.WARNING)


def _findings_column(heading: str, counts: Sequence[int], severity: Severity) -> TableColumn:
    styled_counts = [f"[{SEVERITY_STYLES[severity]}]{count}[/]" if count else "0" for count in counts]
    return TableColumn(heading, styled_counts, is_number=True)


def _change_signs(change_counts: Mapping[Direction, int]) -> str:
    """Return how many tasks improved and how many worsened."""
    signs = ((Direction.IMPROVED, "▲"), (Direction.WORSENED, "▼"))
    return (
        " ".join(f"{sign}{change_counts[direction]}" for direction, sign in signs if change_counts.get(direction))
        or "–"
    )


# ------------------------------------------------------------------------------------------------------ the lines


def _returned_line(overview: Overview) -> str:
    """Return the line on how many sub-groups have returned, and how many are late."""
    active = [group for group in overview.groups if group.state != "on hold"]
    returned = sum(group.state == "returned" for group in active)
    late_count = sum(group.late for group in active if group.state == "returned")
    details = [f"{late_count} of them late"] if late_count else []
    missing = [group for group in active if group.state == "missing"]
    if missing:
        details.append(f"{len(missing)} {'overdue' if any(group.late for group in missing) else 'missing'}")
    if on_hold_count := len(overview.groups) - len(active):
        details.append(f"{on_hold_count} on hold")
    return f"Returned: {returned} of {pluralise(len(active), 'sub-group')}{''.join(f', {part}' for part in details)}."


def _changes_line(overview: Overview) -> str:
    """Return the line on how tasks have changed since the period before."""
    if overview.previous_period is None:
        return ""
    counts = ", ".join(
        f"{overview.change_counts[direction]} {word}"
        for direction, word in DIRECTION_WORDS.items()
        if overview.change_counts.get(direction)
    )
    return f"Since {dates.in_words(overview.previous_period.date)}: {counts or 'nothing to compare'}."


def _queries_line(overview: Overview) -> str:
    groups = [group for group in overview.groups if group.query_file]
    if not groups:
        return ""
    path = f"{overview.period.date.isoformat()}/{groups[0].query_file.partition('/')[0]}"
    names = join_first([row.group.name for row in groups], _MAX_NAMES)
    return f"To send back, in {path}: {pluralise(len(groups), 'workbook')} with questions, for {names}."


def _file_lines(overview: Overview) -> list[str]:
    names_by_heading = {
        "Answers outside the workbooks, counted in no figure": _files_with_words(overview),
        "Workbooks of another period": _workbooks_of_other_periods(overview),
        "From an unknown sub-group": overview.unassigned,
        "Rejected": overview.rejected,
        "Not read yet": overview.unread,
    }
    return [f"{heading}: {join_first(names, _MAX_NAMES)}." for heading, names in names_by_heading.items() if names]


def _settled_lines(overview: Overview) -> list[str]:
    """Return a line for each finding that was settled as it is, with the reason."""
    return [
        f"Settled {item.id}: {describe_location(item)}: {item.message} Reason: {item.settlement.reason}"
        for item in overview.settled
        if item.settlement
    ]


def _reopened_line(overview: Overview) -> str:
    """Return the line on the tasks that are not asked about although they are no longer complete."""
    if not overview.reopened:
        return ""
    tasks = [f"{key}: {words}" for key, words in described_tasks(overview.reopened).items()]
    groups = dict.fromkeys(path.group.name for path in overview.reopened)
    command = generate_again_command(overview.period.date, list(groups))
    return f"Not asked about, though no longer complete: {join_first(tasks, _MAX_NAMES, '; ')}. To ask: {command}"


def _files_with_words(overview: Overview) -> list[str]:
    """Return the sub-groups with messages and documents, each with their names."""
    return [
        f"{row.group.name} ({'; '.join(dict.fromkeys(item.file for item in row.words))})"
        for row in overview.groups
        if row.words
    ]


def _workbooks_of_other_periods(overview: Overview) -> list[str]:
    """Return the rejected workbooks of other periods, each with its sub-group and whether that is still missing."""
    return [
        f"{row.group.name} sent that for {item.found} ({item.file})"
        f"{' and nothing yet for this one' if row.state == 'missing' else ''}"
        for row in overview.groups
        for item in row.rejected
        if item.code == "wrong-period"
    ]


def _issued_line(issued: Sequence[IssuedRevision]) -> str:
    """Return the line on the latest revision of each edition that was sent out."""
    latest = {revision.edition: revision.revision for revision in issued}
    reports = [
        f"{EDITION_WORDS[edition]}{f' (revision {number})' if number else ''}" for edition, number in latest.items()
    ]
    return f"Sent out: {', '.join(reports)}." if reports else ""


def _latest_revision(issued: Sequence[IssuedRevision]) -> str:
    """Return the latest revision of all editions, in short form."""
    if not issued:
        return "–"
    latest = max(issued_revision.revision for issued_revision in issued)
    return f"revision {latest}" if latest else "yes"
