"""Long paths: how Windows is told of one, and how long Excel takes them."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

#: Whether this is Windows, whose programs take paths of up to 260 characters unless told otherwise (Microsoft,
#: "Maximum Path Length Limitation").
ON_WINDOWS = os.name == "nt"
#: What makes a path one of any length, on this computer and on another; and how the others begin.
_EXTENDED_PREFIX, _EXTENDED_SHARE_PREFIX, _SHARE_PREFIX, _DEVICE_PREFIX = "\\\\?\\", "\\\\?\\UNC\\", "\\\\", "\\\\.\\"
#: From this length on a path is told so: below 260, for a file is written under another name first.
_EXTEND_FROM_LENGTH = 200
#: Excel opens no file whose path, with its name, is longer (Microsoft, "Excel specifications and limits").
EXCEL_PATH_LIMIT = 218


def openable_path(path: Path, *, windows: bool = ON_WINDOWS) -> Path:
    """`path` as the system takes it, however long it is; only to open it with, never to show or to keep."""
    if not windows:
        return path
    whole = ntpath.abspath(path)
    return Path(extended_length_path(whole)) if _utf16_length(whole) >= _EXTEND_FROM_LENGTH else path


def openable_folder(folder: Path, *, windows: bool = ON_WINDOWS) -> Path:
    """`folder` as the system takes it for everything in it, however deep; only to open it with."""
    return Path(extended_length_path(ntpath.abspath(folder))) if windows else folder


def extended_length_path(path: str) -> str:
    r"""An absolute path of Windows as one of any length: `\\?\C:\…`, or `\\?\UNC\server\share\…`."""
    if path.startswith((_EXTENDED_PREFIX, _DEVICE_PREFIX)):
        return path
    plain = ntpath.normpath(path)
    return (
        _EXTENDED_SHARE_PREFIX + plain[len(_SHARE_PREFIX) :]
        if plain.startswith(_SHARE_PREFIX)
        else _EXTENDED_PREFIX + plain
    )


def is_too_long_for_excel(path: Path) -> bool:
    """Whether Excel cannot open the file at `path` where it lies."""
    return _utf16_length(str(path.absolute())) > EXCEL_PATH_LIMIT


def _utf16_length(text: str) -> int:
    """The length of a text as Windows and Excel count it, in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
