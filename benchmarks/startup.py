"""Compare `ragsheets --help` with a process that only imports click."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Comparison, TimedRun, median_seconds

if TYPE_CHECKING:
    from benchmarks.benchmark_project import BenchmarkProject

#: Maximum ratio to the time of the other process.
MAX_RATIO = 3.0
#: A start is so short that measuring it takes more rounds.
_ROUNDS_FACTOR = 6


def compare(_: BenchmarkProject, rounds: int) -> list[Comparison]:
    """Compare the start of ragsheets with the start of the other process."""
    ours, baseline = median_seconds(
        [
            TimedRun(lambda: _run_python("-m", "ragsheets", "--help")),
            TimedRun(lambda: _run_python("-c", "import click")),
        ],
        rounds * _ROUNDS_FACTOR,
    )
    return [Comparison("ragsheets --help", 'python -c "import click"', ours, baseline, max_ratio=MAX_RATIO)]


def _run_python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
