"""`python -m benchmarks [STAGE]… [--groups N] [--rounds N]`: measure the stages and print two tables."""

from __future__ import annotations

import argparse
import compileall
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import generate, ingest, periods, report, startup, tables
from benchmarks.benchmark_project import BenchmarkProject
from benchmarks.measure import ROOT, Comparison, PeakMemory, measure_peak_memory

#: Each stage by its name: what it is measured against, given a workshop and how many rounds to run.
STAGES: dict[str, Callable[[BenchmarkProject, int], list[Comparison]]] = {
    "generate": generate.compare,
    "ingest": ingest.compare,
    "report": report.compare,
    "periods": periods.compare,
    "help": startup.compare,
}


def main() -> None:
    """Run the stages that are asked for, all by default, and print what they came to."""
    wanted = _parse_arguments()
    # As an installer does; else each process that is started would compile the package again where nothing may be
    # written while it runs (PYTHONDONTWRITEBYTECODE).
    compileall.compile_dir(ROOT / "ragsheets", quiet=1)
    comparisons: list[Comparison] = []
    peaks: list[PeakMemory] = []
    with tempfile.TemporaryDirectory(prefix="ragsheets-benchmarks-") as folder:
        workshop = BenchmarkProject(Path(folder), wanted.groups)
        print(tables.heading(workshop, wanted.rounds), flush=True)
        for stage in wanted.stages or list(STAGES):
            print(f"  {stage} …", flush=True)
            comparisons += STAGES[stage](workshop, wanted.rounds)
            peaks.append(measure_peak_memory(stage, workshop))
    print()
    print(tables.comparison_table(comparisons))
    print()
    print(tables.peak_memory_table(peaks))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"any of {', '.join(STAGES)}; all by default")
    parser.add_argument("--groups", type=int, default=200, metavar="N", help="sub-groups of the plan (200)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds that count (5)")
    wanted = parser.parse_args()
    if unknown := set(wanted.stages) - set(STAGES):
        parser.error(f"there is no stage {', '.join(sorted(unknown))}; choose from {', '.join(STAGES)}")
    if wanted.groups < 10 or wanted.rounds < 1:
        parser.error("at least 10 sub-groups and 1 round are needed")
    return wanted


if __name__ == "__main__":
    main()
