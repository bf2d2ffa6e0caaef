"""Owner files: what office programs lay beside a file that somebody has open, and the name in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ragsheets.files.long_paths import openable_path

#: How the names begin that Microsoft's programs and LibreOffice give to owner files.
OFFICE_PREFIX, LIBREOFFICE_PREFIX = "~$", ".~lock."
#: An owner file is smaller than this.
_MAX_BYTES = 4096
#: Where the second, the UTF-16 name stands in those of Word and of Excel; before it the same in the old code page.
_UTF16_OFFSETS = (54, 55)


@dataclass(frozen=True, slots=True)
class LockFile:
    """Who has a file open: the owner file, and the name in it, "" where it cannot be read."""

    path: Path
    user_name: str


def find_lock_file(path: Path) -> LockFile | None:
    """Who has the file at `path` open, as the owner file beside it says; None where there is no such file."""
    for name in _lock_file_names(path):
        file = path.with_name(name)
        if openable_path(file).is_file():
            return LockFile(file, _user_name_in(file))
    return None


def _lock_file_names(path: Path) -> Iterator[str]:
    """What the owner files of a file are called: Excel's, Word's, which cuts longer names, and LibreOffice's."""
    yield OFFICE_PREFIX + path.name
    cut = min(max(len(path.stem) - 6, 0), 2)
    if cut:
        yield OFFICE_PREFIX + path.name[cut:]
    yield f"{LIBREOFFICE_PREFIX}{path.name}#"


def _user_name_in(file: Path) -> str:
    try:
        with openable_path(file).open("rb") as opened:
            content = opened.read(_MAX_BYTES)
    except OSError:  # the program that has the file open may keep its owner file to itself
        return ""
    is_office = file.name.startswith(OFFICE_PREFIX)
    return " ".join((_office_user_name(content) if is_office else _libreoffice_user_name(content)).split())


def _office_user_name(content: bytes) -> str:
    length = content[0] if content else 0
    for place in _UTF16_OFFSETS:
        start = place + 2
        if int.from_bytes(content[place:start], "little") == length and len(content) >= start + 2 * length:
            return content[start : start + 2 * length].decode("utf-16-le", "replace")
    return content[1 : 1 + length].decode("cp1252", "replace")


def _libreoffice_user_name(content: bytes) -> str:
    """The name given in LibreOffice, or the system's."""
    fields = re.split(r"(?<!\\),", content.decode("utf-8", "replace"))
    return next((field.replace("\\,", ",") for field in fields[:2] if field.strip()), "")
