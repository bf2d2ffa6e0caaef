"""Long paths: the extended-length form for Windows, and Excel's limit."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

#: Whether this is Windows, where paths are limited to 260 characters unless written in extended form (Microsoft,
#: "Maximum Path Length Limitation").
ON_WINDOWS = os.name == "nt"
#: Prefixes of paths: extended-length on this computer and on a share, ordinary share, device.
_EXTENDED_PREFIX, _EXTENDED_SHARE_PREFIX, _SHARE_PREFIX, _DEVICE_PREFIX = "\\\\?\\", "\\\\?\\UNC\\", "\\\\", "\\\\.\\"
#: Paths are extended from this length on: less than 260, because a file is first written under a longer temporary name.
_EXTEND_FROM_LENGTH = 200
#: Excel opens no file whose path, with its name, is longer (Microsoft, "Excel specifications and limits").
EXCEL_PATH_LIMIT = 218


def openable_path(path: Path, *, windows: bool = ON_WINDOWS) -> Path:
    """Return `path` in a form that the system can open whatever its length; never show or store the result."""
    if not windows:
        return path
    whole = ntpath.abspath(path)
    return Path(extended_length_path(whole)) if _utf16_length(whole) >= _EXTEND_FROM_LENGTH else path


def openable_folder(folder: Path, *, windows: bool = ON_WINDOWS) -> Path:
    """Return `folder` in a form that lets everything in it be opened, however deep; only for opening."""
    return Path(extended_length_path(ntpath.abspath(folder))) if windows else folder


def extended_length_path(path: str) -> str:
    r"""Return an absolute Windows path in extended-length form: `\\?\C:\…`, or `\\?\UNC\server\share\…`."""
    if path.startswith((_EXTENDED_PREFIX, _DEVICE_PREFIX)):
        return path
    plain = ntpath.normpath(path)
    return (
        _EXTENDED_SHARE_PREFIX + plain[len(_SHARE_PREFIX) :]
        if plain.startswith(_SHARE_PREFIX)
        else _EXTENDED_PREFIX + plain
    )


def is_too_long_for_excel(path: Path) -> bool:
    """Return whether the path is too long for Excel to open the file."""
    return _utf16_length(str(path.absolute())) > EXCEL_PATH_LIMIT


def _utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units, as Windows and Excel count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
