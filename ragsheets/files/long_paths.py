"""Long paths: how Windows is told of one, and how long Excel takes them."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

#: Whether this is Windows, whose programs take paths of up to 260 characters unless told otherwise (Microsoft,
#: "Maximum Path Length Limitation").
ON_WINDOWS = os.name == "nt"
#: What makes a path one of any length, on this computer and on another; and how the others begin.
_EXTENDED, _EXTENDED_SHARE, _SHARE, _DEVICE = "\\\\?\\", "\\\\?\\UNC\\", "\\\\", "\\\\.\\"
#: From this length on a path is told so: below 260, for a file is written under another name first.
_LONG = 200
#: Excel opens no file whose path, with its name, is longer (Microsoft, "Excel specifications and limits").
EXCEL_LIMIT = 218


def reach(path: Path, *, windows: bool = ON_WINDOWS) -> Path:
    """`path` as the system takes it, however long it is; only to open it with, never to show or to keep."""
    if not windows:
        return path
    whole = ntpath.abspath(path)
    return Path(extended(whole)) if _units(whole) >= _LONG else path


def whole_reach(folder: Path, *, windows: bool = ON_WINDOWS) -> Path:
    """`folder` as the system takes it for everything in it, however deep; only to open it with."""
    return Path(extended(ntpath.abspath(folder))) if windows else folder


def extended(path: str) -> str:
    r"""An absolute path of Windows as one of any length: `\\?\C:\…`, or `\\?\UNC\server\share\…`."""
    if path.startswith((_EXTENDED, _DEVICE)):
        return path
    plain = ntpath.normpath(path)
    return _EXTENDED_SHARE + plain[len(_SHARE) :] if plain.startswith(_SHARE) else _EXTENDED + plain


def is_too_long_for_excel(path: Path) -> bool:
    """Whether Excel cannot open the file at `path` where it lies."""
    return _units(str(path.absolute())) > EXCEL_LIMIT


def _units(text: str) -> int:
    """The length of a text as Windows and Excel count it, in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
