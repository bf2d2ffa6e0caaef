"""Compare ingest with a loop that only reads the same files with pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from benchmarks import jobs
from benchmarks.measure import Comparison, TimedRun, median_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.benchmark_project import BenchmarkProject

#: Minimum speed-up over the loop with each engine, including all checks, recounts and the ledger.
MIN_SPEEDUP = {"openpyxl": 10.0, "calamine": 3.0}


def compare(project: BenchmarkProject, rounds: int) -> list[Comparison]:
    """Compare the whole stage with the loop, for each engine."""
    folder = project.prepare_returned()
    paths = sorted(project.returned_folder.iterdir())
    ours, openpyxl, calamine = median_seconds(
        [
            TimedRun(lambda: jobs.ingest(folder), prepare=project.prepare_returned),
            TimedRun(lambda: _read_all(paths, "openpyxl")),
            TimedRun(lambda: _read_all(paths, "calamine")),
        ],
        rounds,
    )
    return [
        Comparison("ingest", "pandas.read_excel, openpyxl", ours, openpyxl, min_speedup=MIN_SPEEDUP["openpyxl"]),
        Comparison("ingest", "pandas.read_excel, calamine", ours, calamine, min_speedup=MIN_SPEEDUP["calamine"]),
    ]


def _read_all(paths: list[Path], engine: Literal["openpyxl", "calamine"]) -> None:
    for path in paths:
        pd.read_excel(path, sheet_name=None, engine=engine)
