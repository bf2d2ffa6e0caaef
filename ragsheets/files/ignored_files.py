"""Clutter: what programs leave beside the files that matter, told by its name."""

from __future__ import annotations

from ragsheets.files import cloud
from ragsheets.files.lock_files import LIBREOFFICE_PREFIX, OFFICE_PREFIX
from ragsheets.files.names import LEDGER_FILE, UNFINISHED_PREFIX

#: What office programs and file managers leave beside the files that matter.
_IGNORED_NAMES = {".ds_store", "thumbs.db", "desktop.ini", *cloud.CLOUD_FILE_NAMES}
#: The ledger, its journals and its copies begin alike: to open and close one would take the lock on it away.
_IGNORED_PREFIXES = (
    OFFICE_PREFIX,
    LIBREOFFICE_PREFIX,
    "._",
    UNFINISHED_PREFIX,
    LEDGER_FILE,
    *cloud.CLOUD_FILE_PREFIXES,
)
#: What office programs write into while they save.
_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = "~", ".tmp"
#: Where macOS keeps its notes on the files of an archive, and cloud drives theirs.
_IGNORED_FOLDERS = {"__macosx", *cloud.CLOUD_FOLDERS}


def is_ignored_file(name: str) -> bool:
    """Whether a file of this name, with "/" between its parts, is what programs leave beside the files that matter."""
    *folders, last = name.casefold().split("/")
    if last in _IGNORED_NAMES or last.startswith(_IGNORED_PREFIXES) or not _IGNORED_FOLDERS.isdisjoint(folders):
        return True
    if any(folder.startswith(UNFINISHED_PREFIX) for folder in folders):
        return True
    return last.startswith(_TEMPORARY_PREFIX) and last.endswith(_TEMPORARY_SUFFIX)
