"""The work of ragsheets in each stage, on a project folder prepared for it. Imports as little as the stage itself.

`python -m benchmarks.jobs STAGE FOLDER` runs one in its own process and prints that process's peak memory in KiB.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

DATE = datetime.date(2008, 9, 4)
DUE = datetime.date(2008, 9, 18)


def generate(folder: Path) -> None:
    """Write every workbook, and record the period in the ledger."""
    from ragsheets import Project
    from ragsheets import generate as make

    make(Project(folder), DATE, due=DUE)


def ingest(folder: Path) -> None:
    """Read, check, recount and store every return."""
    from ragsheets import Project
    from ragsheets import ingest as read

    read(Project(folder))


def report(folder: Path) -> None:
    """Write the report from the ledger."""
    from ragsheets import Project, write_report

    write_report(Project(folder))


def status(folder: Path) -> None:
    """Print the status of the current period."""
    _run_silently("-C", str(folder), "status")


def help_(_: Path) -> None:
    """Print the help text."""
    _run_silently("--help")


def _run_silently(*arguments: str) -> None:
    """Run a command and discard its output."""
    import contextlib
    import io

    from ragsheets.cli import main

    with contextlib.redirect_stdout(io.StringIO()):
        main(list(arguments), prog_name="ragsheets", standalone_mode=False)


STAGE_RUNNERS = {"generate": generate, "ingest": ingest, "report": report, "help": help_, "periods": status}


def peak_memory_kib() -> int:
    """Return the peak memory of this process so far in KiB; 0 if the system does not provide it."""
    # On Linux, ru_maxrss starts at the peak of the parent process; VmHWM does not.
    status_file = Path("/proc/self/status")
    if status_file.exists():
        lines = dict(line.split(":", 1) for line in status_file.read_text(encoding="ascii").splitlines())
        if "VmHWM" in lines:
            return int(lines["VmHWM"].split()[0])
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    STAGE_RUNNERS[sys.argv[1]](Path(sys.argv[2]))
    print(peak_memory_kib())
