"""Detect files on a network share, where an SQLite ledger would not be safe.

SQLite relies on file locks to separate concurrent programs, and on a network share those are not reliable
(https://www.sqlite.org/useovernet.html): a ledger there may work for years and is then damaged when two people run a
command at the same moment.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

#: Network file systems, by their names on Linux and macOS; those of FUSE without their "fuse." prefix.
_NETWORK_FILESYSTEMS = (
    *("9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "davfs2", "ftp", "glusterfs", "gvfsd-fuse"),
    *("lustre", "ncp", "ncpfs", "nfs", "nfs3", "nfs4", "rclone", "s3fs", "smb2", "smb3", "smbfs", "sshfs", "webdav"),
)
#: The result of GetDriveTypeW for a network drive (Windows, fileapi.h).
_DRIVE_REMOTE = 4
#: The mount option of the local computer's drives in WSL, which distinguishes them from other shares of the same type.
_WSL_DRIVE_OPTION = "aname=drvfs"


class Mount(NamedTuple):
    """A mounted file system: its mount point, its type and its options."""

    point: str
    filesystem: str
    options: str = ""


def network_share_of(path: Path) -> str:
    """Return the kind of network share that a file is on, in a word or two; "" if it is on this computer."""
    real = os.path.realpath(path)
    if sys.platform == "win32":
        return windows_share(str(path.absolute()), _drive_type) or windows_share(real, _drive_type)
    return network_kind(real, _mounts())


def network_kind(path: str, mounts: Iterable[Mount]) -> str:
    """Return the type of the network file system that contains an absolute path without links; "" for a local one."""
    file_path = PurePosixPath(path)
    containing_mounts = [mount for mount in mounts if file_path.is_relative_to(mount.point)]
    if not containing_mounts:
        return ""
    # The innermost mount applies; of two with the same mount point the later one hides the earlier.
    innermost = max(reversed(containing_mounts), key=lambda mount: len(PurePosixPath(mount.point).parts))
    kind = innermost.filesystem.removeprefix("fuse.").casefold()
    return kind if kind in _NETWORK_FILESYSTEMS and _WSL_DRIVE_OPTION not in innermost.options else ""


def windows_share(path: str, drive_type: Callable[[str], int]) -> str:
    r"""Return the network folder (\\server\share) or network drive of an absolute Windows path; "" for a local one."""
    drive = PureWindowsPath(path).drive
    ordinary_drive = re.sub(r"^\\\\[?.]\\UNC\\", r"\\\\", drive, flags=re.IGNORECASE)
    ordinary_drive = re.sub(r"^\\\\[?.]\\", "", ordinary_drive)
    if ordinary_drive.startswith("\\\\"):
        return f"network folder {ordinary_drive}"
    return (
        f"network drive {ordinary_drive}"
        if ordinary_drive and drive_type(f"{ordinary_drive}\\") == _DRIVE_REMOTE
        else ""
    )


def linux_mounts(mountinfo: str) -> Iterator[Mount]:
    """Parse the mounts in /proc/self/mountinfo (proc(5)), in its order."""
    for line in mountinfo.splitlines():
        mount_text, _, filesystem_text = line.partition(" - ")
        mount_fields, filesystem_fields = mount_text.split(" "), filesystem_text.split(" ")
        if len(mount_fields) > 4 and filesystem_fields[0]:
            yield Mount(_unescaped(mount_fields[4]), filesystem_fields[0], " ".join(filesystem_fields[2:]))


def macos_mounts(mount_output: str) -> Iterator[Mount]:
    """Parse the output of macOS's mount command: "//ann@server/plans on /Volumes/plans (smbfs, nodev)"."""
    for match in re.finditer(r"^.*? on (/.*) \(([\w.]+)(.*)\)$", mount_output, re.MULTILINE):
        yield Mount(*match.groups())


def _mounts() -> list[Mount]:
    """Return the mounts of this computer; none if it does not list them."""
    try:
        if sys.platform == "darwin":
            process = subprocess.run(["/sbin/mount"], capture_output=True, text=True, errors="replace", check=False)
            return list(macos_mounts(process.stdout))
        return list(linux_mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")))
    except OSError:
        return []


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _drive_type(root: str) -> int:
    import ctypes

    kernel: object = getattr(ctypes, "windll", None)
    get_drive_type = getattr(getattr(kernel, "kernel32", None), "GetDriveTypeW", None)
    return int(get_drive_type(root)) if get_drive_type else 0
