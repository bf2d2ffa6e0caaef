"""Lock files (Word's "owner files"): written by office programs beside a file that is open, with the user's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ragsheets.files.long_paths import openable_path

#: The prefixes of the lock file names of Microsoft's programs and of LibreOffice.
OFFICE_PREFIX, LIBREOFFICE_PREFIX = "~$", ".~lock."
#: A lock file is smaller than this.
_MAX_BYTES = 4096
#: Offsets of the second user name, in UTF-16, in the lock files of Word and Excel; the first is in the old code page.
_UTF16_OFFSETS = (54, 55)


@dataclass(frozen=True, slots=True)
class LockFile:
    """A lock file and the name of the user who has the file open; "" if the name cannot be read."""

    path: Path
    user_name: str


def find_lock_file(path: Path) -> LockFile | None:
    """Return the lock file beside `path`, with the user's name; None if there is none."""
    for name in _lock_file_names(path):
        file = path.with_name(name)
        if openable_path(file).is_file():
            return LockFile(file, _user_name_in(file))
    return None


def _lock_file_names(path: Path) -> Iterator[str]:
    """Yield the possible lock file names of a file: Excel's, Word's (which cuts longer names) and LibreOffice's."""
    yield OFFICE_PREFIX + path.name
    cut = min(max(len(path.stem) - 6, 0), 2)
    if cut:
        yield OFFICE_PREFIX + path.name[cut:]
    yield f"{LIBREOFFICE_PREFIX}{path.name}#"


def _user_name_in(file: Path) -> str:
    try:
        with openable_path(file).open("rb") as opened:
            content = opened.read(_MAX_BYTES)
    except OSError:  # the program that has the file open may lock its lock file too
        return ""
    is_office = file.name.startswith(OFFICE_PREFIX)
    return " ".join((_office_user_name(content) if is_office else _libreoffice_user_name(content)).split())


def _office_user_name(content: bytes) -> str:
    length = content[0] if content else 0
    for offset in _UTF16_OFFSETS:
        start = offset + 2
        if int.from_bytes(content[offset:start], "little") == length and len(content) >= start + 2 * length:
            return content[start : start + 2 * length].decode("utf-16-le", "replace")
    return content[1 : 1 + length].decode("cp1252", "replace")


def _libreoffice_user_name(content: bytes) -> str:
    """Return the user name set in LibreOffice, else the system's."""
    fields = re.split(r"(?<!\\),", content.decode("utf-8", "replace"))
    return next((field.replace("\\,", ",") for field in fields[:2] if field.strip()), "")
