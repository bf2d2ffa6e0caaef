"""Folders that a cloud drive keeps the same on several computers: what it leaves in them, and what is missing there."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from pathlib import PurePath

#: What cloud drives keep beside people's files for themselves, by its name in small letters: Google Drive, Dropbox,
#: OneDrive, Nextcloud and ownCloud, Syncthing, macOS.
CLOUD_FILE_NAMES = {
    *("icon\r", ".dropbox", ".dropbox.attr", ".849c9593-d756-4e56-8d6e-42412f2a707b", ".stignore"),
    *(".sync.ffs_db", ".sync_exclude.lst", ".owncloudsync.log", ".nextcloudsync.log"),
}
CLOUD_FILE_PREFIXES = ("~syncthing~", ".syncthing.", ".~tmp", "._sync_", ".sync_", ".csync_")
#: Their folders. Older versions of a file lie in some, which are no returns of today.
CLOUD_FOLDERS = {
    *(".tmp.drivedownload", ".tmp.driveupload", ".dropbox.cache", ".stfolder", ".stversions", ".sync"),
}
#: What is added to a name when two computers have changed a file: by most drives in words; by Syncthing; by OneDrive,
#: which adds the computer's name; by Google Drive and iCloud, which number.
_CONFLICT_SUFFIX = re.compile(
    r"(?:[ ._(-].*(?i:confli|konflikt).*"
    r"|-(?=[A-Z0-9-]*[0-9-])(?=[0-9-]*[A-Z])[A-Z0-9-]{4,15}(?:-?\d+| ?\(\d+\))?"
    r"|-[\w-]+-(?:PC|Laptop|Desktop|MacBook|iMac)(?:-\d+)?"
    r"| ?\(\d+\)| \d+)"
)
#: Older iClouds name a file so while it is not on this computer.
_ICLOUD_PLACEHOLDER = re.compile(r"\.(.+)\.icloud")
#: What Windows says of a file that its drive does not give (Microsoft, "System Error Codes": ERROR_CLOUD_FILE_…).
_CLOUD_ERRORS = range(358, 405)
#: The marks of a file whose bytes are not on this computer: offline, recall on open, recall on data access (Windows);
#: dataless (macOS).
_OFFLINE_ATTRIBUTES, _DATALESS_FLAG = 0x1000 | 0x40000 | 0x400000, 0x40000000


def conflicting_copies(names: Iterable[str], name: str) -> list[str]:
    """Those of the names of a folder's files that look like what a cloud drive made of the file `name`."""
    stem, suffix = PurePath(name).stem.casefold(), PurePath(name).suffix.casefold()
    return sorted(each for each in names if _is_conflicting_copy(each, stem, suffix))


def _is_conflicting_copy(name: str, stem: str, suffix: str) -> bool:
    folded = name.casefold()
    if not (folded.startswith(stem) and folded.endswith(suffix)) or len(folded) <= len(stem) + len(suffix):
        return False
    return _CONFLICT_SUFFIX.fullmatch(name[len(stem) : len(name) - len(suffix)]) is not None


def placeholder_target(name: str) -> str:
    """The name of the file that a placeholder stands for while it is not on this computer; "" where it is none."""
    match = _ICLOUD_PLACEHOLDER.fullmatch(name)
    return match[1] if match else ""


def is_cloud_only(error: OSError, attributes: int = 0, flags: int = 0) -> bool:
    """Whether a file cannot be read because its bytes lie in the cloud alone.

    Args:
        error: what reading it raised.
        attributes: its attributes, on Windows (`st_file_attributes`).
        flags: its flags, on macOS (`st_flags`).
    """
    if getattr(error, "winerror", None) in _CLOUD_ERRORS:
        return True
    return bool(attributes & _OFFLINE_ATTRIBUTES or flags & _DATALESS_FLAG) and error.errno != errno.ENOENT
