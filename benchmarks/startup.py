"""`ragsheets --help`, beside a process that does no more than import click."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Comparison, TimedRun, median_seconds

if TYPE_CHECKING:
    from benchmarks.benchmark_project import BenchmarkProject

#: At most so many times the time of the other.
MAX_RATIO = 3.0
#: A start is so short that it takes more rounds to know it.
_ROUNDS_FACTOR = 6


def compare(_: BenchmarkProject, rounds: int) -> list[Comparison]:
    """The start of one process beside the start of the other."""
    ours, other = median_seconds(
        [
            TimedRun(lambda: _run_python("-m", "ragsheets", "--help")),
            TimedRun(lambda: _run_python("-c", "import click")),
        ],
        rounds * _ROUNDS_FACTOR,
    )
    return [Comparison("ragsheets --help", 'python -c "import click"', ours, other, max_ratio=MAX_RATIO)]


def _run_python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
