"""Files to ignore, recognised by name: leftovers of office programs, file managers, cloud drives and ragsheets."""

from __future__ import annotations

from ragsheets.files import cloud
from ragsheets.files.lock_files import LIBREOFFICE_PREFIX, OFFICE_PREFIX
from ragsheets.files.names import LEDGER_FILE, UNFINISHED_PREFIX

#: Files that office programs and file managers leave beside users' files.
_IGNORED_NAMES = {".ds_store", "thumbs.db", "desktop.ini", *cloud.CLOUD_FILE_NAMES}
#: The ledger, its journals and its copies share a prefix. Opening and closing one would release the lock on it.
_IGNORED_PREFIXES = (
    OFFICE_PREFIX,
    LIBREOFFICE_PREFIX,
    "._",
    UNFINISHED_PREFIX,
    LEDGER_FILE,
    *cloud.CLOUD_FILE_PREFIXES,
)
#: The temporary files that office programs write while they save.
_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = "~", ".tmp"
#: The folders where macOS keeps metadata of the files of an archive, and cloud drives theirs.
_IGNORED_FOLDERS = {"__macosx", *cloud.CLOUD_FOLDERS}


def is_ignored_file(name: str) -> bool:
    """Return whether a file is to be ignored; `name` has "/" between its parts."""
    *folders, last = name.casefold().split("/")
    if last in _IGNORED_NAMES or last.startswith(_IGNORED_PREFIXES) or not _IGNORED_FOLDERS.isdisjoint(folders):
        return True
    if any(folder.startswith(UNFINISHED_PREFIX) for folder in folders):
        return True
    return last.startswith(_TEMPORARY_PREFIX) and last.endswith(_TEMPORARY_SUFFIX)
