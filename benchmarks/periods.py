"""status and report of the current period, with twenty periods in the ledger beside the same with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import jobs
from benchmarks.measure import Comparison, Side, medians

if TYPE_CHECKING:
    from benchmarks.benchmark_project import Workshop

#: How many periods there are in all.
PERIODS = 20
#: Each command may take at most so many times what it takes with as many periods as it tells of.
WANTED = 1.2


def compare(workshop: Workshop, rounds: int) -> list[Comparison]:
    """Each command beside itself with the current period alone, and with the few that the report looks back on."""
    from ragsheets.report.write.trend import PERIODS as TOLD

    one, few, all_ = (workshop.with_periods(count) for count in (1, 1 + TOLD, PERIODS))
    status = medians([Side(lambda: jobs.status(one)), Side(lambda: jobs.status(all_))], rounds)
    report = medians([Side(lambda at=at: jobs.report(at)) for at in (one, few, all_)], rounds)
    beside = f"itself, 1 period; {PERIODS} in the ledger"
    return [
        Comparison("status", beside, status[1], status[0], at_most=WANTED),
        Comparison("report", beside, report[2], report[0], at_most=WANTED),
        Comparison("  the same", f"itself, {1 + TOLD} periods", report[2], report[1], at_most=WANTED),
    ]
