"""Cloud drives: conflicting copies, their own files, placeholders, and files that are only online."""

from __future__ import annotations

import pytest

from helpers.windows import sharing_violation
from ragsheets.files import cloud
from ragsheets.files.ignored_files import is_ignored_file

PLAN, LEDGER = "plan.toml", "ragsheets.db"


@pytest.mark.parametrize(
    ("copy", "name"),
    [
        ("plan (Ann's conflicted copy 2026-01-01).toml", PLAN),
        ("plan (ANN-PC's conflicted copy 2026-01-01 (1)).toml", PLAN),
        ("plan (conflicted copy 2026-01-01 120000).toml", PLAN),
        ("plan (Ann Lee in Konflikt stehende Kopie 2026-01-01).toml", PLAN),
        ("plan_PC7_Ann_Jan-01-120000-2026_Conflict.toml", PLAN),
        ("plan.sync-conflict-20260101-120000-ABCDEF7.toml", PLAN),
        ("plan-DESKTOP-AB12CD3.toml", PLAN),
        ("plan-GCC-LT-0123.toml", PLAN),
        ("plan-LAPTOP-7-2.toml", PLAN),
        ("plan-Ann-PC.toml", PLAN),
        ("plan (1).toml", PLAN),
        ("plan 2.toml", PLAN),
        ("PLAN-DESKTOP-1.TOML", PLAN),
        ("ragsheets-DESKTOP-1.db", LEDGER),
        ("ragsheets (Ann's conflicted copy 2026-01-01).db", LEDGER),
        ("ragsheets (1).db", LEDGER),
    ],
)
def test_a_conflicting_copy_is_recognised(copy: str, name: str) -> None:
    assert cloud.conflicting_copies([name, copy, "other.txt"], name) == [copy]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "plan.toml",
            "plan.xlsx",
            "Plan.toml",
            "planning.toml",
            "plan of action.toml",
            "plan-old.toml",
            "plan - Copy.toml",
        ),
        *(
            "plan for 2009.toml",
            "a plan (1).toml",
            "plan (1).txt",
            "plan (draft).toml",
            "plan.toml~",
            "plan-backup.toml",
        ),
        *("plan-A.toml", "plan-OLD.toml", ".toml", "plan", "plan-2026.toml", "plan-2026-01-02.toml"),
    ],
)
def test_a_file_named_by_a_user_is_no_conflicting_copy(name: str) -> None:
    assert cloud.conflicting_copies([name], PLAN) == []


@pytest.mark.parametrize(
    "name", ["ragsheets.db-journal", "ragsheets.db.schema-1", "ragsheets.db.schema-1-2", "ragsheets-schema-1.db"]
)
def test_the_ledger_s_own_files_are_no_conflicting_copies(name: str) -> None:
    assert cloud.conflicting_copies([name], LEDGER) == []


@pytest.mark.parametrize(
    "name",
    [
        *("desktop.ini", "Desktop.ini", "~$reply.xlsx", ".~lock.reply.xlsx#", "~WRL0001.tmp", "~DF12.TMP"),
        *(".tmp.drivedownload/12345", ".tmp.driveupload/7", ".dropbox", ".dropbox.attr", ".dropbox.cache/x/reply.xlsx"),
        *("Icon\r", ".stversions/reply~20260101-120000.xlsx", ".stfolder/x", "~syncthing~reply.xlsx.tmp"),
        *(
            ".syncthing.reply.xlsx.tmp",
            "._sync_1.db",
            ".sync_abc.db",
            ".owncloudsync.log",
            ".ragsheets-1.part",
            ".ragsheets-1/copy.db",
        ),
    ],
)
def test_files_of_cloud_drives_and_programs_are_ignored(name: str) -> None:
    assert is_ignored_file(name)
    assert is_ignored_file(f"post/{name}")


@pytest.mark.parametrize(
    "name",
    [
        "reply (1).xlsx",
        "reply (Ann's conflicted copy 2026-01-01).xlsx",
        "reply.tmp",
        ".reply.xlsx.icloud",
        "~reply.xlsx",
    ],
)
def test_a_returned_file_is_not_ignored_whatever_its_name(name: str) -> None:
    assert not is_ignored_file(name)


@pytest.mark.parametrize(
    ("name", "file"),
    [(".reply.xlsx.icloud", "reply.xlsx"), ("reply.xlsx.icloud", ""), ("reply.xlsx", ""), (".icloud", "")],
)
def test_a_placeholder_names_its_target(name: str, file: str) -> None:
    assert cloud.placeholder_target(name) == file


def test_a_file_only_in_the_cloud_is_distinguished_from_an_unreadable_one() -> None:
    assert cloud.is_cloud_only(sharing_violation(362))
    assert cloud.is_cloud_only(sharing_violation(404))
    assert cloud.is_cloud_only(OSError(22, "Invalid argument"), attributes=0x400020)
    assert cloud.is_cloud_only(OSError(11, "Resource deadlock avoided"), flags=0x40000000)
    assert not cloud.is_cloud_only(sharing_violation())
    assert not cloud.is_cloud_only(PermissionError(13, "Permission denied"), attributes=0x20)
    assert not cloud.is_cloud_only(FileNotFoundError(2, "No such file"), attributes=0x400000)
