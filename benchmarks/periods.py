"""status and report of the current period, with twenty periods in the ledger beside the same with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import jobs
from benchmarks.measure import Comparison, TimedRun, median_seconds

if TYPE_CHECKING:
    from benchmarks.benchmark_project import BenchmarkProject

#: How many periods there are in all.
PERIOD_COUNT = 20
#: Each command may take at most so many times what it takes with as many periods as it tells of.
MAX_RATIO = 1.2


def compare(project: BenchmarkProject, rounds: int) -> list[Comparison]:
    """Each command beside itself with the current period alone, and with the few that the report looks back on."""
    from ragsheets.report.write.trend import EARLIER_PERIODS as TOLD

    one, few, all_ = (project.prepare_periods(count) for count in (1, 1 + TOLD, PERIOD_COUNT))
    status = median_seconds([TimedRun(lambda: jobs.status(one)), TimedRun(lambda: jobs.status(all_))], rounds)
    report = median_seconds([TimedRun(lambda at=at: jobs.report(at)) for at in (one, few, all_)], rounds)
    beside = f"itself, 1 period; {PERIOD_COUNT} in the ledger"
    return [
        Comparison("status", beside, status[1], status[0], max_ratio=MAX_RATIO),
        Comparison("report", beside, report[2], report[0], max_ratio=MAX_RATIO),
        Comparison("  the same", f"itself, {1 + TOLD} periods", report[2], report[1], max_ratio=MAX_RATIO),
    ]
