"""Clutter: what programs leave beside the files that matter, told by its name."""

from __future__ import annotations

from ragsheets.files import cloud
from ragsheets.files.lock_files import LIBREOFFICE_START, OFFICE_START
from ragsheets.files.names import ASIDE_START, LEDGER_FILE

#: What office programs and file managers leave beside the files that matter.
_CLUTTER = {".ds_store", "thumbs.db", "desktop.ini", *cloud.CLUTTER}
#: The ledger, its journals and its copies begin alike: to open and close one would take the lock on it away.
_CLUTTER_STARTS = (OFFICE_START, LIBREOFFICE_START, "._", ASIDE_START, LEDGER_FILE, *cloud.CLUTTER_STARTS)
#: What office programs write into while they save.
_PASSING_START, _PASSING_END = "~", ".tmp"
#: Where macOS keeps its notes on the files of an archive, and cloud drives theirs.
_CLUTTER_FOLDERS = {"__macosx", *cloud.CLUTTER_FOLDERS}


def is_clutter(name: str) -> bool:
    """Whether a file of this name, with "/" between its parts, is what programs leave beside the files that matter."""
    *folders, last = name.casefold().split("/")
    if last in _CLUTTER or last.startswith(_CLUTTER_STARTS) or not _CLUTTER_FOLDERS.isdisjoint(folders):
        return True
    if any(folder.startswith(ASIDE_START) for folder in folders):
        return True
    return last.startswith(_PASSING_START) and last.endswith(_PASSING_END)
