"""Folders synchronised by a cloud drive: the drive's own files, conflicting copies, files that are only online."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from pathlib import PurePath

#: Names, in lower case, of the files that cloud drives keep for themselves beside users' files: Google Drive, Dropbox,
#: OneDrive, Nextcloud and ownCloud, Syncthing, macOS.
CLOUD_FILE_NAMES = {
    *("icon\r", ".dropbox", ".dropbox.attr", ".849c9593-d756-4e56-8d6e-42412f2a707b", ".stignore"),
    *(".sync.ffs_db", ".sync_exclude.lst", ".owncloudsync.log", ".nextcloudsync.log"),
}
CLOUD_FILE_PREFIXES = ("~syncthing~", ".syncthing.", ".~tmp", "._sync_", ".sync_", ".csync_")
#: Their folders. Some hold older versions of files, which must not be read as current returns.
CLOUD_FOLDERS = {
    *(".tmp.drivedownload", ".tmp.driveupload", ".dropbox.cache", ".stfolder", ".stversions", ".sync"),
}
#: The suffix of a name when two computers have changed a file. Most drives and Syncthing add words, OneDrive the
#: computer's name, Google Drive and iCloud a number.
_CONFLICT_SUFFIX = re.compile(
    r"(?:[ ._(-].*(?i:confli|konflikt).*"
    r"|-(?=[A-Z0-9-]*[0-9-])(?=[0-9-]*[A-Z])[A-Z0-9-]{4,15}(?:-?\d+| ?\(\d+\))?"
    r"|-[\w-]+-(?:PC|Laptop|Desktop|MacBook|iMac)(?:-\d+)?"
    r"| ?\(\d+\)| \d+)"
)
#: The name that older versions of iCloud give to a file that is not on this computer.
_ICLOUD_PLACEHOLDER = re.compile(r"\.(.+)\.icloud")
#: Windows errors for a file that its drive does not provide (Microsoft, "System Error Codes": ERROR_CLOUD_FILE_…).
_CLOUD_ERRORS = range(358, 405)
#: The flags of a file whose content is not on this computer: offline, recall on open, recall on data access (Windows);
#: dataless (macOS).
_OFFLINE_ATTRIBUTES, _DATALESS_FLAG = 0x1000 | 0x40000 | 0x400000, 0x40000000


def conflicting_copies(names: Iterable[str], name: str) -> list[str]:
    """Return the file names, sorted, that look like a cloud drive's conflicting copies of the file `name`."""
    stem, suffix = PurePath(name).stem.casefold(), PurePath(name).suffix.casefold()
    return sorted(file_name for file_name in names if _is_conflicting_copy(file_name, stem, suffix))


def _is_conflicting_copy(name: str, stem: str, suffix: str) -> bool:
    folded = name.casefold()
    if not (folded.startswith(stem) and folded.endswith(suffix)) or len(folded) <= len(stem) + len(suffix):
        return False
    return _CONFLICT_SUFFIX.fullmatch(name[len(stem) : len(name) - len(suffix)]) is not None


def placeholder_target(name: str) -> str:
    """Return the name of the file, not on this computer, that a placeholder represents; "" if it is no placeholder."""
    match = _ICLOUD_PLACEHOLDER.fullmatch(name)
    return match[1] if match else ""


def is_cloud_only(error: OSError, attributes: int = 0, flags: int = 0) -> bool:
    """Return whether a file cannot be read because its content is only in the cloud.

    Args:
        error: the exception that reading it raised.
        attributes: its attributes, on Windows (`st_file_attributes`).
        flags: its flags, on macOS (`st_flags`).
    """
    if getattr(error, "winerror", None) in _CLOUD_ERRORS:
        return True
    return bool(attributes & _OFFLINE_ATTRIBUTES or flags & _DATALESS_FLAG) and error.errno != errno.ENOENT
