"""How periods at a glance look on a terminal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.cli.shared import console, pluralise, printable
from ragsheets.cli.table_layout import TableColumn, fit_table
from ragsheets.cli.tables import SEVERITY_STYLES, count_heading
from ragsheets.history.overview import GroupOverview, Overview, period_totals
from ragsheets.history.trend import Direction
from ragsheets.ledger.records import IssuedRevision
from ragsheets.returns.findings import Severity
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodCounts
    from ragsheets.plan.model import Period

#: Files that are named before it is only said how many more there are.
_MAX_NAMES = 3

_DIRECTION_WORDS = {
    Direction.IMPROVED: "better",
    Direction.WORSENED: "worse",
    Direction.UNCHANGED: "the same",
    Direction.CHANGED: "changed",
    Direction.NEW: "new",
    Direction.UNKNOWN: "cannot be told",
}


def show_overview(overview: Overview) -> None:
    """A period at a glance: its sub-groups, those first that need somebody, and what is to be said of all."""
    out = console()
    due = f"; due {dates.in_words(overview.period.due)}" if overview.period.due else ""
    title = f"[bold]{printable(overview.assessment.plan.title)}, {printable(overview.period.title)}[/bold]{due}\n"
    out.print(title, soft_wrap=not out.is_terminal)
    out.print(fit_table(out, _group_columns(overview), has_total_row=True))
    out.print("")
    for line in (
        _returned_line(overview),
        _changes_line(overview),
        _queries_line(overview),
        *_file_lines(overview),
        _issued_line(overview.issued),
    ):
        if line:
            out.print(line, soft_wrap=not out.is_terminal)


def show_periods(period_counts: Sequence[PeriodCounts]) -> None:
    """Every period in a line, the latest last."""
    out = console()
    codes = list(dict.fromkeys(code for each in reversed(period_counts) for code in each.codes))
    totals = [period_totals(each) for each in period_counts]
    named = any(each.period.name for each in period_counts)
    columns = [
        TableColumn("Date", [each.period.date.isoformat() for each in period_counts]),
        *(
            [TableColumn("Name", [printable(each.period.name) for each in period_counts], is_name=True, drop_order=3)]
            if named
            else []
        ),
        TableColumn("Due", [_short_date(each.period.due, each.period) for each in period_counts], drop_order=2),
        TableColumn(
            "Came back", [f"{each.tally.returned}/{each.tally.asked}" for each in period_counts], is_number=True
        ),
        *(
            _count_column(name, [str(counts.get(name, "")) for counts in totals])
            for name in (*codes, NOT_REPORTED, TOTAL)
        ),
        _to_settle_column([each.tally.to_settle for each in period_counts]),
        replace(_to_look_at_column([each.tally.to_look_at for each in period_counts]), drop_order=1),
        TableColumn("Sent out", [_latest_revision(each.issued) for each in period_counts]),
    ]
    out.print(fit_table(out, columns))


# ------------------------------------------------------------------------------------------------------ the table


def _group_columns(overview: Overview) -> list[TableColumn]:
    """The columns of the table of sub-groups, the last row of which is their sum."""
    groups = sorted(overview.groups, key=_attention_sort_key)
    moved = [*(_change_signs(each.change_counts) for each in groups), _change_signs(overview.change_counts)]
    return [
        TableColumn("Sub-group", [*(printable(each.group.name) for each in groups), "All"], is_name=True),
        TableColumn("Returned", [*(_return_state(each, overview.period) for each in groups), ""]),
        *(
            _count_column(name, [*(str(each.totals[name]) for each in groups), str(total)])
            for name, total in overview.totals.items()
        ),
        *([TableColumn("Moved", moved, drop_order=1)] if overview.previous_period else []),
        _to_settle_column([*(each.to_settle for each in groups), overview.to_settle]),
        _to_look_at_column([*(each.to_look_at for each in groups), overview.to_look_at]),
    ]


def _attention_sort_key(group: GroupOverview) -> tuple[bool, ...]:
    """What comes first: something to settle, who is late, who is missing, something to look at; who is on hold last."""
    on_hold, missing = group.state == "on hold", group.state == "missing"
    return on_hold, not group.to_settle, not (missing and group.late), not missing, not group.to_look_at


def _return_state(group: GroupOverview, period: Period) -> str:
    """When a sub-group returned, or that it has not."""
    if group.first_returned is None:
        return f"[{SEVERITY_STYLES[Severity.ERROR]}]overdue[/]" if group.late else group.state
    day = _short_date(group.first_returned, period)
    return f"{day}, late" if group.late else day


def _short_date(day: datetime.date | None, period: Period) -> str:
    """A day where there is little room: without the year, where it is the period's."""
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
    inked = [f"[{SEVERITY_STYLES[severity]}]{count}[/]" if count else "0" for count in counts]
    return TableColumn(heading, inked, is_number=True)


def _change_signs(change: Mapping[Direction, int]) -> str:
    """How many tasks have got better and how many worse."""
    told = ((Direction.IMPROVED, "▲"), (Direction.WORSENED, "▼"))
    return " ".join(f"{sign}{change[way]}" for way, sign in told if change.get(way)) or "–"


# ------------------------------------------------------------------------------------------------------ the lines


def _returned_line(overview: Overview) -> str:
    """How many have returned, and who is late."""
    asked = [each for each in overview.groups if each.state != "on hold"]
    back = sum(each.state == "returned" for each in asked)
    late = sum(each.late for each in asked if each.state == "returned")
    rest = [f"{late} of them late"] if late else []
    missing = [each for each in asked if each.state == "missing"]
    if missing:
        rest.append(f"{len(missing)} {'overdue' if any(each.late for each in missing) else 'missing'}")
    if held := len(overview.groups) - len(asked):
        rest.append(f"{held} on hold")
    return f"Returned: {back} of {pluralise(len(asked), 'sub-group')}{''.join(f', {part}' for part in rest)}."


def _changes_line(overview: Overview) -> str:
    """How all tasks have moved."""
    if overview.previous_period is None:
        return ""
    told = ", ".join(
        f"{overview.change_counts[way]} {word}"
        for way, word in _DIRECTION_WORDS.items()
        if overview.change_counts.get(way)
    )
    return f"Since {dates.in_words(overview.previous_period.date)}: {told or 'nothing to compare'}."


def _queries_line(overview: Overview) -> str:
    asked = [each for each in overview.groups if each.query_file]
    if not asked:
        return ""
    folder = f"{overview.period.date.isoformat()}/{asked[0].query_file.partition('/')[0]}"
    whom = ", ".join(printable(each.group.name) for each in asked[:_MAX_NAMES])
    return (
        f"To send back, in {folder}: {pluralise(len(asked), 'workbook')} with questions, for {whom}{_and_more(asked)}."
    )


def _file_lines(overview: Overview) -> list[str]:
    said = []
    for what, names in (("Rejected", overview.rejected), ("Not read yet", overview.unread)):
        if names:
            said.append(f"{what}: {printable(', '.join(names[:_MAX_NAMES]))}{_and_more(names)}.")
    return said


def _and_more(names: Sequence[object]) -> str:
    more = len(names) - _MAX_NAMES
    return f" and {more} more" if more > 0 else ""


def _issued_line(issued: Sequence[IssuedRevision]) -> str:
    return f"Report sent out: {_latest_revisions(issued)}." if issued else ""


def _latest_revisions(issued: Sequence[IssuedRevision]) -> str:
    """The latest revision of each edition that was sent out."""
    latest = {mark.edition: mark.revision for mark in issued}
    return ", ".join(f"{name}, revision {number}" if number else name for name, number in latest.items())


def _latest_revision(issued: Sequence[IssuedRevision]) -> str:
    """The latest revision of all, where there is little room."""
    if not issued:
        return "–"
    revision = max(mark.revision for mark in issued)
    return f"revision {revision}" if revision else "yes"
