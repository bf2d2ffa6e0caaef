"""Keeping the files of a command in step with the ledger while another command runs at the same time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import Problem, ProjectError
from ragsheets.project.written_files import rename_edited

if TYPE_CHECKING:
    from ragsheets.files.saving import StagedFiles
    from ragsheets.ledger import Ledger
    from ragsheets.project.folder import Project


def require_unchanged(ledger: Ledger, date: datetime.date, last_event_number: int) -> None:
    """Raise ProjectError where a command has been logged since the event of this number."""
    if ledger.last_event_number() != last_event_number:
        what = "the ledger was changed by another command while these workbooks were made."
        raise ProjectError(what, where=f"period {date}", fix="Nothing was changed; run it again.")


def put_in_place_if_recorded(
    project: Project,
    date: datetime.date,
    staged_files: StagedFiles,
    digests: Mapping[str, str],
    edited_paths: Iterable[Path] = (),
) -> dict[Path, Path]:
    """Put workbooks in place that the ledger has recorded, while no other command uses it.

    Args:
        project: the project folder.
        date: the period.
        staged_files: the workbooks.
        digests: the SHA-256 of each, by its name.
        edited_paths: the paths where somebody has edited the file, which is renamed first.

    Returns:
        The new path of each edited file, by its path.

    Raises ProjectError where another command has recorded other workbooks since, which are not replaced, and where a
    file cannot be written: the error states how to write what is missing.
    """
    with project.ledger() as ledger:
        recorded_digests = {book.file: book.sha256 for book in ledger.workbooks(date)}
        if not digests.items() <= recorded_digests.items():
            raise ProjectError(
                "another command has made other workbooks for it at the same time, and those count.",
                where=f"period {date}",
                fix="To use yours instead, run it again with --force.",
            )
        try:
            new_paths = {path: rename_edited(path) for path in edited_paths}
            staged_files.put_in_place()
        except ProjectError as error:
            fix = f"Run again: ragsheets generate --date {date} --force"
            recorded_problem = Problem(f"period {date}", "is recorded, but these files are not written.", fix)
            raise ProjectError(error.what, problems=[*error.problems, recorded_problem]) from None
    return new_paths
