"""ingest, beside a loop that only reads the same files with pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from benchmarks import jobs
from benchmarks.measure import Comparison, Side, medians

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.benchmark_project import Workshop

#: So many times as fast as the loop with each engine, all checks, recounts and the ledger included.
WANTED = {"openpyxl": 10.0, "calamine": 3.0}


def compare(workshop: Workshop, rounds: int) -> list[Comparison]:
    """The whole stage beside the loop with each engine."""
    folder = workshop.all_returned()
    paths = sorted(workshop.returned.iterdir())
    ours, openpyxl, calamine = medians(
        [
            Side(lambda: jobs.ingest(folder), ready=workshop.all_returned),
            Side(lambda: _read_all(paths, "openpyxl")),
            Side(lambda: _read_all(paths, "calamine")),
        ],
        rounds,
    )
    return [
        Comparison("ingest", "pandas.read_excel, openpyxl", ours, openpyxl, at_least=WANTED["openpyxl"]),
        Comparison("ingest", "pandas.read_excel, calamine", ours, calamine, at_least=WANTED["calamine"]),
    ]


def _read_all(paths: list[Path], engine: Literal["openpyxl", "calamine"]) -> None:
    for path in paths:
        pd.read_excel(path, sheet_name=None, engine=engine)
