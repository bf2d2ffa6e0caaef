"""`ragsheets --help`, beside a process that does no more than import click."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Comparison, Side, medians

if TYPE_CHECKING:
    from benchmarks.benchmark_project import Workshop

#: At most so many times the time of the other.
WANTED = 3.0
#: A start is so short that it takes more rounds to know it.
_TIMES_THE_ROUNDS = 6


def compare(_: Workshop, rounds: int) -> list[Comparison]:
    """The start of one process beside the start of the other."""
    ours, other = medians(
        [Side(lambda: _start("-m", "ragsheets", "--help")), Side(lambda: _start("-c", "import click"))],
        rounds * _TIMES_THE_ROUNDS,
    )
    return [Comparison("ragsheets --help", 'python -c "import click"', ours, other, at_most=WANTED)]


def _start(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
