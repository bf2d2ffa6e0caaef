"""What happens to a file that ragsheets wrote and somebody has changed since: it is never lost.

A file counts as edited where ragsheets never wrote its bytes, so that somebody's own file does too. A report is then
written beside it, a workbook in sent/ is renamed, and a file that an option names is replaced only with --force. A
report that was sent out is treated in the same way, whoever wrote it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ProjectError
from ragsheets.files.long_paths import openable_path

if TYPE_CHECKING:
    import datetime

    from ragsheets.ledger import Ledger
    from ragsheets.project.folder import Project

#: The name of a workbook that somebody had changed before a new one took its place.
_EDITED_NAME = "{name} (edited)"


def must_be_kept(ledger: Ledger, path: Path, content: bytes) -> bool:
    """Return whether `content` may not replace the file at a path: it was edited, or is a report that was sent out."""
    target = openable_path(path)
    if not os.path.lexists(target) or target.is_dir():  # a folder is never replaced
        return False
    present = files.bytes_of(path)
    if present is None or present == content:
        return present is None
    digest = files.sha256(present)
    return ledger.issued.contains(digest) or not ledger.written_files.contains(digest)


def path_beside_kept(ledger: Ledger, path: Path, content: bytes) -> Path:
    """Return the path to write `content` to: numbered where the file at `path` must be kept."""
    return next(candidate for candidate in files.numbered_paths(path) if not must_be_kept(ledger, candidate, content))


def rename_edited(path: Path) -> Path:
    """Rename an edited file to "… (edited)", numbered where that exists; return its new path."""
    edited_path = path.with_name(f"{_EDITED_NAME.format(name=path.stem)}{path.suffix}")
    new_path = next(
        candidate for candidate in files.numbered_paths(edited_path) if not os.path.lexists(openable_path(candidate))
    )
    try:
        openable_path(path).rename(openable_path(new_path))
    except OSError as error:
        raise ProjectError(
            f"was changed by somebody and cannot be renamed ({error.strerror}).",
            where=str(path),
            fix="Close it in other programs and try again.",
        ) from None
    return new_path


def reject_if_kept(ledger: Ledger, path: Path, content: bytes) -> None:
    """Raise ProjectError where `content` may not replace the file at a path."""
    if must_be_kept(ledger, path, content):
        raise ProjectError(
            "already exists, and ragsheets did not write it, or it has been changed or sent out since.",
            where=str(path),
            fix="Name another file, or replace this one with --force.",
        )


def record_written(project: Project, ledger: Ledger, date: datetime.date, path: Path, content: bytes) -> None:
    """Record in the ledger what is written to a file for a period, so that a later change to it is noticed."""
    ledger.written_files.add(date, relative_path(project, path), files.sha256(content))


def relative_path(project: Project, path: Path) -> str:
    """Return a path relative to the project folder, or the file's name alone where it is outside the folder."""
    absolute, folder = path.parent.resolve() / path.name, project.folder.resolve()
    return absolute.relative_to(folder).as_posix() if absolute.is_relative_to(folder) else path.name
