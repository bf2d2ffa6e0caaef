"""What ragsheets does in each stage, on a project folder that is ready for it. Imports as little as the stage itself.

`python -m benchmarks.jobs STAGE FOLDER` does one in a process of its own and prints the most memory it took, in KiB.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

DATE = datetime.date(2008, 9, 4)
DUE = datetime.date(2008, 9, 18)


def generate(folder: Path) -> None:
    """Make every workbook, and record the period in the ledger."""
    from ragsheets import Project
    from ragsheets import generate as make

    make(Project(folder), DATE, due=DUE)


def ingest(folder: Path) -> None:
    """Read, check, recount and keep every return."""
    from ragsheets import Project
    from ragsheets import ingest as read

    read(Project(folder))


def report(folder: Path) -> None:
    """Write the report of what the ledger holds."""
    from ragsheets import Project, write_report

    write_report(Project(folder))


def status(folder: Path) -> None:
    """Say where the current period stands."""
    _run_silently("-C", str(folder), "status")


def help_(_: Path) -> None:
    """Say how ragsheets is used."""
    _run_silently("--help")


def _run_silently(*arguments: str) -> None:
    """Run a command whose output nobody reads."""
    import contextlib
    import io

    from ragsheets.cli import main

    with contextlib.redirect_stdout(io.StringIO()):
        main(list(arguments), prog_name="ragsheets", standalone_mode=False)


STAGE_RUNNERS = {"generate": generate, "ingest": ingest, "report": report, "help": help_, "periods": status}


def peak_memory_kib() -> int:
    """The most memory that this process took so far, in KiB; 0 where the system does not say."""
    # Linux lets a process begin with the peak of the one that started it, but not in this place.
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        if "VmHWM" in lines:
            return int(lines["VmHWM"].split()[0])
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


if __name__ == "__main__":
    STAGE_RUNNERS[sys.argv[1]](Path(sys.argv[2]))
    print(peak_memory_kib())
