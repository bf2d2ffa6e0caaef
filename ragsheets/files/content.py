"""File contents, their SHA-256, and reproducible zip archives."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ragsheets.files.long_paths import openable_path

#: The earliest time that a zip entry can have; every entry has it, so that the same input gives the same bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_SHOWN_DIGITS = 12


def bytes_of(path: Path) -> bytes | None:
    """Return the content of a regular file; None if there is none, it is a link, or it cannot be read."""
    target = openable_path(path)
    try:
        return target.read_bytes() if target.is_file() and not target.is_symlink() else None
    except OSError:
        return None


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    import hashlib

    return hashlib.sha256(content).hexdigest()


def short_digest(digest: str) -> str:
    """Return as many digits of a SHA-256 as people are shown to identify a file by."""
    return digest[:_SHOWN_DIGITS]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content; "" if it is not a file or cannot be read. Links are not followed."""
    import hashlib

    target = openable_path(path)
    if target.is_symlink() or not target.is_file():
        return ""
    try:
        with target.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # reported when the file is read together with the others
        return ""


class ReproducibleZip(zipfile.ZipFile):
    """A zip archive whose entries all have the same time, so that the same parts give the same bytes."""

    def add_entry(self, name: str, content: bytes | str) -> None:
        """Add one entry."""
        entry = zipfile.ZipInfo(name, date_time=ZIP_EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        entry.create_system = 3
        super().writestr(entry, content, zipfile.ZIP_DEFLATED)
