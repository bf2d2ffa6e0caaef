"""What is printed: plain tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from benchmarks import plans
from benchmarks.measure import MOST_MEMORY, Comparison, Peak

if TYPE_CHECKING:
    from benchmarks.benchmark_project import Workshop

_PACKAGES = ("openpyxl", "pandas", "python-calamine", "python-docx", "click")


def heading(workshop: Workshop, rounds: int) -> str:
    """What is measured, with what, and where."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    tasks = plans.ACTIONS * plans.TASKS
    return (
        f"{workshop.groups} sub-groups × {plans.OUTCOMES} outcomes × {tasks} tasks; medians of {rounds} rounds\n"
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} processors; {packages}"
    )


def of_comparisons(comparisons: Sequence[Comparison]) -> str:
    """The table of times."""
    rows = [["stage", "ours", "beside", "its time", "ratio", "wanted", "ok?"]]
    for item in comparisons:
        unit = "its time" if item.at_least is None else "as fast"
        rows.append(
            [
                item.stage,
                _seconds(item.ours),
                item.beside,
                _seconds(item.other),
                f"{item.ratio:.2f} × {unit}",
                _wanted(item),
                _yes(item.ok),
            ]
        )
    return _aligned(rows)


def of_peaks(peaks: Sequence[Peak]) -> str:
    """The table of peak memory."""
    rows = [["stage", "peak memory", "wanted", "ok?"]]
    for item in peaks:
        amount = f"{item.mebibytes:.0f} MiB" if item.mebibytes else "not known here"
        rows.append([item.stage, amount, f"< {MOST_MEMORY} MiB", _yes(item.ok)])
    return _aligned(rows)


def _wanted(item: Comparison) -> str:
    if item.at_least is not None:
        return f"≥ {item.at_least:g} ×"
    return "" if item.at_most is None else f"≤ {item.at_most:g} ×"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _yes(ok: bool | None) -> str:
    return "" if ok is None else "yes" if ok else "NO"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
