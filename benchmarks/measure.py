"""Measuring: sides run in turn, their medians compared, and the peak memory of a stage in a process of its own."""

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

#: Where `benchmarks` is found by a process that is started.
ROOT = Path(__file__).parent.parent

#: The most memory that a stage may take, in MiB.
MAX_MEMORY_MIB = 200


@dataclass(frozen=True)
class TimedRun:
    """One of the sides that are compared: what is timed, and what is made ready, untimed, before each time."""

    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Comparison:
    """Ours beside another, in seconds: `at_most` so many times its time, or `at_least` so many times as fast."""

    stage: str
    baseline: str
    our_seconds: float
    baseline_seconds: float
    max_ratio: float | None = None
    min_speedup: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as fast as the other, where that is wanted; else how many times its time."""
        return (
            self.our_seconds / self.baseline_seconds
            if self.min_speedup is None
            else self.baseline_seconds / self.our_seconds
        )

    @property
    def passes(self) -> bool | None:
        """Whether it is as wanted; None where nothing is."""
        if self.min_speedup is not None:
            return self.ratio >= self.min_speedup
        return None if self.max_ratio is None else self.ratio <= self.max_ratio


@dataclass(frozen=True)
class PeakMemory:
    """The most memory that a stage took, in MiB; 0 where the system does not say."""

    stage: str
    mebibytes: float

    @property
    def passes(self) -> bool | None:
        """Whether it is as wanted; None where it is not known."""
        return self.mebibytes < MAX_MEMORY_MIB if self.mebibytes else None


def median_seconds(timed_runs: Sequence[TimedRun], rounds: int) -> list[float]:
    """The median time in seconds of each side, all run in turn: A B A B. A first round warms up and does not count."""
    times: list[list[float]] = [[] for _ in timed_runs]
    for number in range(rounds + 1):
        for side, taken in zip(timed_runs, times, strict=True):
            side.prepare()
            _flush()
            start = time.perf_counter()
            side.run()
            seconds = time.perf_counter() - start
            if number:
                taken.append(seconds)
    return [median(taken) for taken in times]


def _flush() -> None:
    """Leave no rubbish to collect and nothing to write to the disk, so that no side pays for what went before it."""
    gc.collect()
    if hasattr(os, "sync"):
        os.sync()


def measure_peak_memory(stage: str, project: BenchmarkProject) -> PeakMemory:
    """The peak memory of a stage, run in a process of its own on a folder that is ready for it."""
    folder = project.prepare_stage(stage)
    command = [sys.executable, "-m", "benchmarks.jobs", stage, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return PeakMemory(stage, int(done.stdout.split()[-1]) / 1024)
