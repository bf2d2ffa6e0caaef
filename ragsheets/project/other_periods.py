"""Workbooks of other periods that the coordinator uses for this one: found by name, and checked after reading."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.returns.frames import iter_values
from ragsheets.returns.intake.return_names import resolve_returns

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.returns.ingest import IngestResult

OPTION = "--as-this-period"


@dataclass(frozen=True, slots=True)
class FoundWorkbooks:
    """The workbooks that were named.

    Attributes:
        names: their file names by their SHA-256.
        digests: the SHA-256 of those that do not count yet.
        paths: those that are in no folder that is read.
    """

    names: dict[str, str]
    digests: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()


def find_workbooks(
    ledger: Ledger, date: datetime.date, names: Sequence[str], folders: Sequence[Path]
) -> FoundWorkbooks:
    """Find named workbooks: among the returns of a period, in folders, or by their path.

    Raises ProjectError where a name does not identify exactly one file.
    """
    from ragsheets.returns.intake.received_files import walk_files

    if not names:
        return FoundWorkbooks({})
    in_folders = {files.file_sha256(received.path): received.name for received in walk_files(folders)}
    known = {digest: name for digest, name in in_folders.items() if digest} | ledger.return_file_names(date)
    found: dict[str, str] = {}
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        if digest := files.file_sha256(path) if path.is_file() else "":
            found[digest] = known.get(digest, path.name)
            paths += [path] if digest not in in_folders else []
        else:
            found |= {digest: known[digest] for digest in resolve_returns(known, [name], OPTION, folders)}
    results = ledger.return_results(date)
    return FoundWorkbooks(found, tuple(digest for digest in found if results.get(digest) != "accepted"), tuple(paths))


def check_taken(ledger: Ledger, result: IngestResult, found: FoundWorkbooks) -> None:
    """Log the workbooks that were used for this period; raise ProjectError where a named one was not."""
    returns = result.assessment.returns
    periods = {
        digest: period
        for digest, result_code, period in iter_values(returns, "sha256", "result", "other_period")
        if result_code == "accepted"
    }
    problems = []
    for digest, name in found.names.items():
        if digest not in periods:
            reasons = [item.message for file in result.files if file.sha256 == digest for item in file.findings]
            what = " ".join(["cannot be used for this period.", *reasons[:1]])
            problems.append(Problem(name, what, "Name a workbook of another period that a sub-group has filled in."))
        elif not periods[digest]:
            problems.append(
                Problem(name, "is a workbook of this period.", f"Leave out {OPTION}: it counts without it.")
            )
        elif digest in found.digests:
            what = f"{name} ({files.short_digest(digest)}), the workbook of {periods[digest]}"
            ledger.log(f"ingest {OPTION}", what, result.assessment.period.date)
    if problems:
        raise ProjectError("workbooks that cannot be used for this period", problems=problems)
