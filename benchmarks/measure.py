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
    from benchmarks.benchmark_project import Workshop

#: Where `benchmarks` is found by a process that is started.
ROOT = Path(__file__).parent.parent

#: The most memory that a stage may take, in MiB.
MOST_MEMORY = 200


@dataclass(frozen=True)
class Side:
    """One of the sides that are compared: what is timed, and what is made ready, untimed, before each time."""

    run: Callable[[], object]
    ready: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Comparison:
    """Ours beside another, in seconds: `at_most` so many times its time, or `at_least` so many times as fast."""

    stage: str
    beside: str
    ours: float
    other: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as fast as the other, where that is wanted; else how many times its time."""
        return self.ours / self.other if self.at_least is None else self.other / self.ours

    @property
    def ok(self) -> bool | None:
        """Whether it is as wanted; None where nothing is."""
        if self.at_least is not None:
            return self.ratio >= self.at_least
        return None if self.at_most is None else self.ratio <= self.at_most


@dataclass(frozen=True)
class Peak:
    """The most memory that a stage took, in MiB; 0 where the system does not say."""

    stage: str
    mebibytes: float

    @property
    def ok(self) -> bool | None:
        """Whether it is as wanted; None where it is not known."""
        return self.mebibytes < MOST_MEMORY if self.mebibytes else None


def medians(sides: Sequence[Side], rounds: int) -> list[float]:
    """The median time in seconds of each side, all run in turn: A B A B. A first round warms up and does not count."""
    times: list[list[float]] = [[] for _ in sides]
    for number in range(rounds + 1):
        for side, taken in zip(sides, times, strict=True):
            side.ready()
            _settle()
            start = time.perf_counter()
            side.run()
            seconds = time.perf_counter() - start
            if number:
                taken.append(seconds)
    return [median(taken) for taken in times]


def _settle() -> None:
    """Leave no rubbish to collect and nothing to write to the disk, so that no side pays for what went before it."""
    gc.collect()
    if hasattr(os, "sync"):
        os.sync()


def peak_of(stage: str, workshop: Workshop) -> Peak:
    """The peak memory of a stage, run in a process of its own on a folder that is ready for it."""
    folder = workshop.ready_for(stage)
    command = [sys.executable, "-m", "benchmarks.jobs", stage, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Peak(stage, int(done.stdout.split()[-1]) / 1024)
