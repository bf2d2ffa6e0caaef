"""Telling a file on a network share, where an SQLite ledger would not be safe.

Two programs keep out of each other's way in an SQLite file by the locks of its file system, and on a share those do not
hold (https://www.sqlite.org/useovernet.html): a ledger there works for years and is damaged on the day on which two
people press Enter together.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

#: File systems that lie on another computer, as Linux and macOS call them; those of FUSE without their "fuse.".
_NETWORK_FILESYSTEMS = (
    *("9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "davfs2", "ftp", "glusterfs", "gvfsd-fuse"),
    *("lustre", "ncp", "ncpfs", "nfs", "nfs3", "nfs4", "rclone", "s3fs", "smb2", "smb3", "smbfs", "sshfs", "webdav"),
)
#: What GetDriveTypeW says of a drive that stands for a folder of another computer (Windows, fileapi.h).
_DRIVE_REMOTE = 4
#: What tells the drives of the very computer that Windows' own Linux runs on from other shares of their kind.
_WSL_DRIVE_OPTION = "aname=drvfs"


class Mount(NamedTuple):
    """A file system, where it is hung into the tree, and the options it was given."""

    point: str
    filesystem: str
    options: str = ""


def network_share_of(path: Path) -> str:
    """What kind of network share a file lies on, in a word or two; "" where it lies on this computer."""
    real = os.path.realpath(path)
    if sys.platform == "win32":
        return windows_share(str(path.absolute()), _drive_type) or windows_share(real, _drive_type)
    return network_kind(real, _mounts())


def network_kind(path: str, mounts: Iterable[Mount]) -> str:
    """The kind of the network file system that an absolute path without links lies on; "" for any other kind."""
    here = PurePosixPath(path)
    around = [mount for mount in mounts if here.is_relative_to(mount.point)]
    if not around:
        return ""
    # The innermost one counts; of two in the same place the one that was hung there last hides the other.
    innermost = max(reversed(around), key=lambda mount: len(PurePosixPath(mount.point).parts))
    kind = innermost.filesystem.removeprefix("fuse.").casefold()
    return kind if kind in _NETWORK_FILESYSTEMS and _WSL_DRIVE_OPTION not in innermost.options else ""


def windows_share(path: str, drive_type: Callable[[str], int]) -> str:
    r"""The same for an absolute path of Windows: \\server\share, or a letter that stands for one."""
    drive = PureWindowsPath(path).drive
    plain = re.sub(r"^\\\\[?.]\\UNC\\", r"\\\\", drive, flags=re.IGNORECASE)
    plain = re.sub(r"^\\\\[?.]\\", "", plain)
    if plain.startswith("\\\\"):
        return f"network folder {plain}"
    return f"network drive {plain}" if plain and drive_type(f"{plain}\\") == _DRIVE_REMOTE else ""


def linux_mounts(mountinfo: str) -> Iterator[Mount]:
    """What /proc/self/mountinfo lists (proc(5)), in its order."""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        places, kinds = before.split(" "), after.split(" ")
        if len(places) > 4 and kinds[0]:
            yield Mount(_unescaped(places[4]), kinds[0], " ".join(kinds[2:]))


def macos_mounts(mount_output: str) -> Iterator[Mount]:
    """What the command mount of macOS lists: "//ann@server/plans on /Volumes/plans (smbfs, nodev)"."""
    for found in re.finditer(r"^.*? on (/.*) \(([\w.]+)(.*)\)$", mount_output, re.MULTILINE):
        yield Mount(*found.groups())


def _mounts() -> list[Mount]:
    """What is hung into the tree of this computer; nothing where it does not say."""
    try:
        if sys.platform == "darwin":
            done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, errors="replace", check=False)
            return list(macos_mounts(done.stdout))
        return list(linux_mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")))
    except OSError:
        return []


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _drive_type(root: str) -> int:
    import ctypes

    kernel: object = getattr(ctypes, "windll", None)
    get = getattr(getattr(kernel, "kernel32", None), "GetDriveTypeW", None)
    return int(get(root)) if get else 0
