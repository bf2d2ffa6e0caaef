"""Rejected and ignored files that somebody has dealt with: they were moved, deleted or replaced."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from ragsheets.files.project_paths import is_outside_project, path_in_project
from ragsheets.ledger.rows import of_period
from ragsheets.ledger.tables import returns


def withdraw_resolved(
    connection: sa.Connection, date: datetime.date, digests_by_path: Mapping[str, str], project_folder: Path
) -> None:
    """Withdraw the rejected and ignored files that somebody has dealt with; see `Ledger.withdraw_resolved`."""
    is_pending = returns.c.result.in_(("rejected", "ignored"))
    query = sa.select(returns.c.id, returns.c.path, returns.c.sha256).where(of_period(returns, date), is_pending)
    resolved_ids = [
        row.id
        for row in connection.execute(query)
        if not _is_still_there(row.path, row.sha256, digests_by_path, project_folder)
    ]
    if resolved_ids:
        connection.execute(returns.update().where(returns.c.id.in_(resolved_ids)).values(result="withdrawn"))


def _is_still_there(path: str, sha256: str, digests_by_path: Mapping[str, str], project_folder: Path) -> bool:
    """Return whether a file is still at its path; one in an archive or a message is where its container is.

    A file outside the project folder counts as there where this computer has no such folder: it is another computer's.
    `path` is relative to the project folder, as the keys of `digests_by_path`.
    """
    folder = PurePosixPath(path).parent
    for candidate in map(str, (PurePosixPath(path), folder, *folder.parents)):
        if candidate in digests_by_path:
            return candidate == path and digests_by_path[candidate] == sha256
        file = path_in_project(candidate, project_folder)
        if os.path.lexists(file) and (candidate == path or not file.is_dir()):
            return True
        if file.is_dir():
            is_on_other_computer = _has_name(folder) and not _has_name(PurePosixPath(candidate))
            return is_outside_project(path) and is_on_other_computer
    return is_outside_project(path)


def _has_name(folder: PurePosixPath) -> bool:
    """Return whether a folder is more than a root or a way upwards ("../..")."""
    return folder.name not in ("", "..")
