"""status and report of the current period, with twenty periods in the ledger beside the same with one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks import jobs
from benchmarks.measure import Comparison, Side, medians

if TYPE_CHECKING:
    import pandas as pd

    from benchmarks.workshop import Workshop
    from ragsheets.ledger import Ledger

#: How many periods there are in all, and how far apart they are.
PERIODS, APART = 20, datetime.timedelta(days=91)
#: Each command may take at most so many times what it takes with as many periods as it tells of.
WANTED = 1.2


def compare(workshop: Workshop, rounds: int) -> list[Comparison]:
    """Each command beside itself with the current period alone, and with the few that the report looks back on."""
    from ragsheets.report.travel import PERIODS as TOLD

    one, few, all_ = (workshop.with_periods(count) for count in (1, 1 + TOLD, PERIODS))
    status = medians([Side(lambda: jobs.status(one)), Side(lambda: jobs.status(all_))], rounds)
    report = medians([Side(lambda at=at: jobs.report(at)) for at in (one, few, all_)], rounds)
    beside = f"itself, 1 period; {PERIODS} in the ledger"
    return [
        Comparison("status", beside, status[1], status[0], at_most=WANTED),
        Comparison("report", beside, report[2], report[0], at_most=WANTED),
        Comparison("  the same", f"itself, {1 + TOLD} periods", report[2], report[1], at_most=WANTED),
    ]


def put_before(ledger: Ledger, date: datetime.date, count: int) -> None:
    """Put so many periods before one, each with the same workbooks, returns and answers as it has.

    Done by the ledger's own means, past the making and reading of workbooks, which would take minutes.
    """
    record, standings = ledger.period(date), ledger.standings(date)
    workbooks, kept, said = ledger.workbooks(date), ledger.kept_returns(date), _said(ledger.frames(date))
    for number in range(1, count + 1):
        day = date - number * APART
        period = replace(record.period, date=day, due=day + datetime.timedelta(days=14))
        sent = [replace(book, reference=f"{book.reference}-{number}") for book in workbooks]
        ledger.record_period(replace(record, period=period), sent)
        ledger.add_returns(day, [replace(each, said=said[each.sha256]) for each in kept])
        ledger.keep_standings(day, standings)


def _said(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Sequence[Any]]]:
    """What each return said, by its SHA-256, as the reader's named tuples."""
    digests = dict(zip(frames["returns"]["id"], frames["returns"]["sha256"], strict=True))
    said: dict[str, dict[str, Sequence[Any]]] = {digest: {} for digest in digests.values()}
    for name in ("answers", "headlines", "totals", "observations"):
        for number, rows in frames[name].groupby("return_id"):
            said[digests[number]][name] = list(rows.drop(columns="return_id").itertuples(index=False))
    return said
