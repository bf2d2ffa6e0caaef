"""Compare status and report of the current period with twenty periods in the ledger and with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import jobs
from benchmarks.measure import Comparison, TimedRun, median_seconds

if TYPE_CHECKING:
    from benchmarks.benchmark_project import BenchmarkProject

#: The total number of periods.
PERIOD_COUNT = 20
#: Maximum ratio of each command's time to its time with only the periods that it reports on.
MAX_RATIO = 1.2


def compare(project: BenchmarkProject, rounds: int) -> list[Comparison]:
    """Compare each command with itself on the current period alone, and on the few periods that the report covers."""
    from ragsheets.report.write.trend import EARLIER_PERIODS as REPORTED_PERIODS

    current, few, every = (project.prepare_periods(count) for count in (1, 1 + REPORTED_PERIODS, PERIOD_COUNT))
    status = median_seconds([TimedRun(lambda: jobs.status(current)), TimedRun(lambda: jobs.status(every))], rounds)
    report = median_seconds(
        [TimedRun(lambda folder=folder: jobs.report(folder)) for folder in (current, few, every)], rounds
    )
    baseline = f"itself, 1 period; {PERIOD_COUNT} in the ledger"
    return [
        Comparison("status", baseline, status[1], status[0], max_ratio=MAX_RATIO),
        Comparison("report", baseline, report[2], report[0], max_ratio=MAX_RATIO),
        Comparison("  the same", f"itself, {1 + REPORTED_PERIODS} periods", report[2], report[1], max_ratio=MAX_RATIO),
    ]
