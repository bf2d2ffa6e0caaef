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

#: Each stage's comparison by name; it takes a project and the number of rounds.
STAGES: dict[str, Callable[[BenchmarkProject, int], list[Comparison]]] = {
    "generate": generate.compare,
    "ingest": ingest.compare,
    "report": report.compare,
    "periods": periods.compare,
    "help": startup.compare,
}


def main() -> None:
    """Run the requested stages, all by default, and print the results."""
    arguments = _parse_arguments()
    # As an installer does; else each started process would compile the package again where bytecode may not be
    # written (PYTHONDONTWRITEBYTECODE).
    compileall.compile_dir(ROOT / "ragsheets", quiet=1)
    comparisons: list[Comparison] = []
    peaks: list[PeakMemory] = []
    with tempfile.TemporaryDirectory(prefix="ragsheets-benchmarks-") as folder:
        project = BenchmarkProject(Path(folder), arguments.groups)
        print(tables.heading(project, arguments.rounds), flush=True)
        for stage in arguments.stages or list(STAGES):
            print(f"  {stage} …", flush=True)
            comparisons += STAGES[stage](project, arguments.rounds)
            peaks.append(measure_peak_memory(stage, project))
    print()
    print(tables.comparison_table(comparisons))
    print()
    print(tables.peak_memory_table(peaks))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"any of {', '.join(STAGES)}; all by default")
    parser.add_argument("--groups", type=int, default=200, metavar="N", help="sub-groups of the plan (200)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds that count (5)")
    arguments = parser.parse_args()
    if unknown_stages := set(arguments.stages) - set(STAGES):
        parser.error(f"there is no stage {', '.join(sorted(unknown_stages))}; choose from {', '.join(STAGES)}")
    if arguments.groups < 10 or arguments.rounds < 1:
        parser.error("at least 10 sub-groups and 1 round are needed")
    return arguments


if __name__ == "__main__":
    main()
