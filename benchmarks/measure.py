"""Measure alternating runs and compare their medians, and measure a stage's peak memory in its own process."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.benchmark_project import BenchmarkProject

#: The folder from which a started process can import `benchmarks`.
ROOT = Path(__file__).parent.parent

#: Maximum memory of a stage, in MiB.
MAX_MEMORY_MIB = 200


@dataclass(frozen=True)
class TimedRun:
    """One side of a comparison: what is timed, and what is prepared, untimed, before each run."""

    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Comparison:
    """ragsheets and a baseline, in seconds; the limit is `max_ratio` (of times) or `min_speedup`."""

    stage: str
    baseline: str
    our_seconds: float
    baseline_seconds: float
    max_ratio: float | None = None
    min_speedup: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as fast as the baseline if a speed-up is required; else how many times its time."""
        return (
            self.our_seconds / self.baseline_seconds
            if self.min_speedup is None
            else self.baseline_seconds / self.our_seconds
        )

    @property
    def passes(self) -> bool | None:
        """Whether the requirement is met; None if there is none."""
        if self.min_speedup is not None:
            return self.ratio >= self.min_speedup
        return None if self.max_ratio is None else self.ratio <= self.max_ratio


@dataclass(frozen=True)
class PeakMemory:
    """The peak memory of a stage, in MiB; 0 if the system does not provide it."""

    stage: str
    mebibytes: float

    @property
    def passes(self) -> bool | None:
        """Whether the requirement is met; None if the peak is unknown."""
        return self.mebibytes < MAX_MEMORY_MIB if self.mebibytes else None


def median_seconds(timed_runs: Sequence[TimedRun], rounds: int) -> list[float]:
    """Return each side's median time in seconds, all run in turn (A B A B); a first warm-up round does not count."""
    times: list[list[float]] = [[] for _ in timed_runs]
    for number in range(rounds + 1):
        for side, side_times in zip(timed_runs, times, strict=True):
            side.prepare()
            _flush()
            start = time.perf_counter()
            side.run()
            seconds = time.perf_counter() - start
            if number:
                side_times.append(seconds)
    return [median(side_times) for side_times in times]


def _flush() -> None:
    """Collect garbage and write pending data to disk, so that no side pays for what ran before it."""
    gc.collect()
    if hasattr(os, "sync"):
        os.sync()


def measure_peak_memory(stage: str, project: BenchmarkProject) -> PeakMemory:
    """Return the peak memory of a stage, run in its own process on a folder prepared for it."""
    folder = project.prepare_stage(stage)
    command = [sys.executable, "-m", "benchmarks.jobs", stage, str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return PeakMemory(stage, int(result.stdout.split()[-1]) / 1024)
