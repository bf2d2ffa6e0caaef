"""The printed results: plain tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from benchmarks import plans
from benchmarks.measure import MAX_MEMORY_MIB, Comparison, PeakMemory

if TYPE_CHECKING:
    from benchmarks.benchmark_project import BenchmarkProject

_PACKAGES = ("openpyxl", "pandas", "python-calamine", "python-docx", "click")


def heading(project: BenchmarkProject, rounds: int) -> str:
    """Return what is measured, with what, and where."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    tasks = plans.ACTIONS * plans.TASKS
    return (
        f"{project.group_count} sub-groups × {plans.OUTCOMES} outcomes × {tasks} tasks; medians of {rounds} rounds\n"
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} processors; {packages}"
    )


def comparison_table(comparisons: Sequence[Comparison]) -> str:
    """Return the table of times."""
    rows = [["stage", "ours", "beside", "its time", "ratio", "wanted", "ok?"]]
    for item in comparisons:
        unit = "its time" if item.min_speedup is None else "as fast"
        rows.append(
            [
                item.stage,
                _duration_text(item.our_seconds),
                item.baseline,
                _duration_text(item.baseline_seconds),
                f"{item.ratio:.2f} × {unit}",
                _limit_text(item),
                _yes_or_no(item.passes),
            ]
        )
    return _align_columns(rows)


def peak_memory_table(peak_memory: Sequence[PeakMemory]) -> str:
    """Return the table of peak memory."""
    rows = [["stage", "peak memory", "wanted", "ok?"]]
    for item in peak_memory:
        amount = f"{item.mebibytes:.0f} MiB" if item.mebibytes else "not known here"
        rows.append([item.stage, amount, f"< {MAX_MEMORY_MIB} MiB", _yes_or_no(item.passes)])
    return _align_columns(rows)


def _limit_text(comparison: Comparison) -> str:
    if comparison.min_speedup is not None:
        return f"≥ {comparison.min_speedup:g} ×"
    return "" if comparison.max_ratio is None else f"≤ {comparison.max_ratio:g} ×"


def _duration_text(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _yes_or_no(passes: bool | None) -> str:
    return "" if passes is None else "yes" if passes else "NO"


def _align_columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
