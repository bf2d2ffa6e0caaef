"""How periods at a glance look on a terminal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.cli.shared import console, counted, shown
from ragsheets.cli.table_layout import Column, fitted
from ragsheets.cli.tables import INK, label
from ragsheets.history.overview import GroupOverview, Overview, totals_of
from ragsheets.history.trend import Direction
from ragsheets.ledger.records import IssuedMark
from ragsheets.returns.findings import Severity
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodCounts
    from ragsheets.plan.model import Period

#: Files that are named before it is only said how many more there are.
_MOST_NAMED = 3

_MOVED = {
    Direction.IMPROVED: "better",
    Direction.WORSENED: "worse",
    Direction.UNCHANGED: "the same",
    Direction.CHANGED: "changed",
    Direction.NEW: "new",
    Direction.UNKNOWN: "cannot be told",
}


def show_overview(found: Overview) -> None:
    """A period at a glance: its sub-groups, those first that need somebody, and what is to be said of all."""
    out = console()
    due = f"; due {dates.in_words(found.period.due)}" if found.period.due else ""
    title = f"[bold]{shown(found.assessment.plan.title)}, {shown(found.period.title)}[/bold]{due}\n"
    out.print(title, soft_wrap=not out.is_terminal)
    out.print(fitted(out, _columns(found), has_sum=True))
    out.print("")
    for line in (_returned(found), _moved(found), _queries(found), *_files(found), _issued(found.issued)):
        if line:
            out.print(line, soft_wrap=not out.is_terminal)


def show_periods(found: Sequence[PeriodCounts]) -> None:
    """Every period in a line, the latest last."""
    out = console()
    codes = list(dict.fromkeys(code for each in reversed(found) for code in each.codes))
    totals = [totals_of(each) for each in found]
    named = any(each.period.name for each in found)
    columns = [
        Column("Date", [each.period.date.isoformat() for each in found]),
        *([Column("Name", [shown(each.period.name) for each in found], is_name=True, gives_way=3)] if named else []),
        Column("Due", [_day(each.period.due, each.period) for each in found], gives_way=2),
        Column("Came back", [f"{each.tally.returned}/{each.tally.asked}" for each in found], is_number=True),
        *(_counts(name, [str(counts.get(name, "")) for counts in totals]) for name in (*codes, NOT_REPORTED, TOTAL)),
        _to_settle([each.tally.to_settle for each in found]),
        replace(_to_look_at([each.tally.to_look_at for each in found]), gives_way=1),
        Column("Sent out", [_latest(each.issued) for each in found]),
    ]
    out.print(fitted(out, columns))


# ------------------------------------------------------------------------------------------------------ the table


def _columns(found: Overview) -> list[Column]:
    """The columns of the table of sub-groups, the last row of which is their sum."""
    groups = sorted(found.groups, key=_need)
    moved = [*(_signs(each.change) for each in groups), _signs(found.change)]
    return [
        Column("Sub-group", [*(shown(each.group.name) for each in groups), "All"], is_name=True),
        Column("Returned", [*(_state(each, found.period) for each in groups), ""]),
        *(
            _counts(name, [*(str(each.totals[name]) for each in groups), str(total)])
            for name, total in found.totals.items()
        ),
        *([Column("Moved", moved, gives_way=1)] if found.since else []),
        _to_settle([*(each.to_settle for each in groups), found.to_settle]),
        _to_look_at([*(each.to_look_at for each in groups), found.to_look_at]),
    ]


def _need(each: GroupOverview) -> tuple[bool, ...]:
    """What comes first: something to settle, who is late, who is missing, something to look at; who is on hold last."""
    on_hold, missing = each.state == "on hold", each.state == "missing"
    return on_hold, not each.to_settle, not (missing and each.late), not missing, not each.to_look_at


def _state(each: GroupOverview, period: Period) -> str:
    """When a sub-group returned, or that it has not."""
    if each.returned is None:
        return f"[{INK[Severity.ERROR]}]overdue[/]" if each.late else each.state
    day = _day(each.returned, period)
    return f"{day}, late" if each.late else day


def _day(day: datetime.date | None, period: Period) -> str:
    """A day where there is little room: without the year, where it is the period's."""
    if day is None:
        return ""
    return dates.short(day).removesuffix(f" {period.date.year}")


def _counts(name: str, cells: Sequence[str]) -> Column:
    return Column(label(name), cells, is_number=True)


def _to_settle(counts: Sequence[int]) -> Column:
    return _of_findings("To settle", counts, Severity.ERROR)


def _to_look_at(counts: Sequence[int]) -> Column:
    return _of_findings("To look at", counts, Severity.WARNING)


def _of_findings(heading: str, counts: Sequence[int], severity: Severity) -> Column:
    inked = [f"[{INK[severity]}]{count}[/]" if count else "0" for count in counts]
    return Column(heading, inked, is_number=True)


def _signs(change: Mapping[Direction, int]) -> str:
    """How many tasks have got better and how many worse."""
    told = ((Direction.IMPROVED, "▲"), (Direction.WORSENED, "▼"))
    return " ".join(f"{sign}{change[way]}" for way, sign in told if change.get(way)) or "–"


# ------------------------------------------------------------------------------------------------------ the lines


def _returned(found: Overview) -> str:
    """How many have returned, and who is late."""
    asked = [each for each in found.groups if each.state != "on hold"]
    back = sum(each.state == "returned" for each in asked)
    late = sum(each.late for each in asked if each.state == "returned")
    rest = [f"{late} of them late"] if late else []
    missing = [each for each in asked if each.state == "missing"]
    if missing:
        rest.append(f"{len(missing)} {'overdue' if any(each.late for each in missing) else 'missing'}")
    if held := len(found.groups) - len(asked):
        rest.append(f"{held} on hold")
    return f"Returned: {back} of {counted(len(asked), 'sub-group')}{''.join(f', {part}' for part in rest)}."


def _moved(found: Overview) -> str:
    """How all tasks have moved."""
    if found.since is None:
        return ""
    told = ", ".join(f"{found.change[way]} {word}" for way, word in _MOVED.items() if found.change.get(way))
    return f"Since {dates.in_words(found.since.date)}: {told or 'nothing to compare'}."


def _queries(found: Overview) -> str:
    asked = [each for each in found.groups if each.query]
    if not asked:
        return ""
    folder = f"{found.period.date.isoformat()}/{asked[0].query.partition('/')[0]}"
    whom = ", ".join(shown(each.group.name) for each in asked[:_MOST_NAMED])
    return f"To send back, in {folder}: {counted(len(asked), 'workbook')} with questions, for {whom}{_more(asked)}."


def _files(found: Overview) -> list[str]:
    said = []
    for what, names in (("Rejected", found.rejected), ("Not read yet", found.unread)):
        if names:
            said.append(f"{what}: {shown(', '.join(names[:_MOST_NAMED]))}{_more(names)}.")
    return said


def _more(names: Sequence[object]) -> str:
    more = len(names) - _MOST_NAMED
    return f" and {more} more" if more > 0 else ""


def _issued(issued: Sequence[IssuedMark]) -> str:
    return f"Report sent out: {_editions(issued)}." if issued else ""


def _editions(issued: Sequence[IssuedMark]) -> str:
    """The latest revision of each edition that was sent out."""
    latest = {mark.edition: mark.revision for mark in issued}
    return ", ".join(f"{name}, revision {number}" if number else name for name, number in latest.items())


def _latest(issued: Sequence[IssuedMark]) -> str:
    """The latest revision of all, where there is little room."""
    if not issued:
        return "–"
    revision = max(mark.revision for mark in issued)
    return f"revision {revision}" if revision else "yes"
