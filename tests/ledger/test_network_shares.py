"""An SQLite ledger on a network share is detected on every system, and a local disk is never reported as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.projects import files_by_name, run_ragsheets, write_plan
from ragsheets.ledger import connection
from ragsheets.ledger.network_shares import (
    Mount,
    linux_mounts,
    macos_mounts,
    network_kind,
    network_share_of,
    windows_share,
)

LINUX = r"""
21 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
22 21 0:20 / /proc rw,nosuid - proc proc rw
30 21 0:41 / /srv/plans rw,relatime shared:16 - nfs4 files:/plans rw,vers=4.2
31 21 0:42 / /mnt/Team\040share rw,relatime - cifs //files/team rw,vers=3.1.1
32 21 0:43 / /home/ann/far rw,nosuid - fuse.sshfs ann@far:/home rw,user_id=1000
33 21 0:44 / /mnt/c rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;path=C:\;uid=1000
34 21 0:45 / /mnt/host rw,noatime - 9p host rw,trans=virtio
35 30 8:3 / /srv/plans/local rw - ext4 /dev/sdb1 rw
36 21 0:46 / /media/stick rw - fuseblk /dev/sdc1 rw
37 21 0:47 / /once rw - ext4 /dev/sdd1 rw
38 21 0:48 / /once rw - smb3 //files/once rw
39 21 0:49 / /then rw - nfs files:/then rw
40 21 0:50 / /then rw - tmpfs tmpfs rw

not a line of it
"""

ON_LINUX = {
    "/home/ann/plans/ragsheets.db": "",
    "/srv/plans/2008/ragsheets.db": "nfs4",
    "/srv/plans": "nfs4",
    "/srv/plans of ours/ragsheets.db": "",
    "/srv/plans/local/ragsheets.db": "",
    "/mnt/Team share/ragsheets.db": "cifs",
    "/home/ann/far/x.db": "sshfs",
    "/mnt/c/Users/ann/x.db": "",
    "/mnt/host/x.db": "9p",
    "/media/stick/x.db": "",
    "/once/x.db": "smb3",
    "/then/x.db": "",
}

MACOS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ann@files.example.org/Team%20plans on /Volumes/Team plans (smbfs, nodev, nosuid, mounted by ann)
files:/old on /Volumes/old (nfs)
/dev/disk4s1 on /Volumes/Stick (on it) (msdos, local, nodev)
"""


@pytest.mark.parametrize(("path", "kind"), ON_LINUX.items(), ids=ON_LINUX)
def test_linux_mounts_give_the_kind_of_a_path(path: str, kind: str) -> None:
    assert network_kind(path, list(linux_mounts(LINUX))) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/Users/ann/x.db", ""),
        ("/Volumes/Team plans/x.db", "smbfs"),
        ("/Volumes/old/x.db", "nfs"),
        ("/Volumes/Stick (on it)/x.db", ""),
    ],
)
def test_macos_mounts_give_the_kind_of_a_path(path: str, kind: str) -> None:
    assert network_kind(path, list(macos_mounts(MACOS))) == kind


@pytest.mark.parametrize("kind", ["nfs", "NFS", "fuse.sshfs", "fuse.rclone", "afpfs", "webdav", "smbfs", "ceph"])
def test_network_file_systems_are_recognised(kind: str) -> None:
    assert network_kind("/x/y", [Mount("/", "ext4"), Mount("/x", kind)])


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "apfs", "tmpfs", "overlay", "fuseblk", "ntfs3"])
def test_local_file_systems_are_not_network_shares(kind: str) -> None:
    assert network_kind("/x/y", [Mount("/", "nfs"), Mount("/x", kind)]) == ""


def test_without_a_list_of_mounts_no_path_is_rejected() -> None:
    assert network_kind("/x/y", []) == ""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (r"C:\plans\x.db", ""),
        (r"P:\plans\x.db", "network drive P:"),
        ("P:/plans/x.db", "network drive P:"),
        (r"\\files\team\plans\x.db", r"network folder \\files\team"),
        ("//files/team/plans/x.db", r"network folder \\files\team"),
        (r"\\?\UNC\files\team\x.db", r"network folder \\files\team"),
        (r"\\?\C:\plans\x.db", ""),
        (r"\\?\P:\plans\x.db", "network drive P:"),
        (r"\\wsl.localhost\Debian\home\x.db", r"network folder \\wsl.localhost\Debian"),
    ],
)
def test_windows_paths_give_the_kind_of_share(path: str, kind: str) -> None:
    assert windows_share(path, {"C:\\": 3, "P:\\": 4}.__getitem__) == kind


def test_the_folder_of_the_tests_is_not_a_share(tmp_path: Path) -> None:
    assert network_share_of(tmp_path / "x.db") == ""


@pytest.mark.parametrize("is_named", [False, True], ids=["in the project folder", "named"])
def test_a_ledger_on_a_share_is_rejected_with_the_reason_and_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_named: bool
) -> None:
    write_plan(tmp_path)
    before = files_by_name(tmp_path)
    monkeypatch.setattr(connection, "network_share_of", lambda path: "cifs" if path.is_relative_to(tmp_path) else "")
    ledger = ["--ledger", f"sqlite:///{(tmp_path / 'x.db').as_posix()}"] if is_named else []
    result = run_ragsheets("-C", tmp_path, *ledger, "generate", "--date", "2008-09-04")
    assert (result.exit_code, result.stdout) == (2, "")
    for expected_text in (
        "is on a network share (cifs)",
        "SQLite",
        "Move the project folder",
        "postgresql+psycopg://",
    ):
        assert expected_text in result.stderr
    assert files_by_name(tmp_path) == before


def test_a_ledger_on_a_server_is_never_on_a_share(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "network_share_of", lambda path: "cifs")
    with connection.open_connection(database) as database_connection:
        assert database_connection.dialect.name == "postgresql"
