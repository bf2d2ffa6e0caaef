"""Saving: several files together or none, reverted on a later error, retried on temporary Windows errors."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.projects import files_by_name, problems_of
from helpers.windows import DENIED, SHARING, libreoffice_lock_file, office_lock_file, refuse_access, sharing_violation
from ragsheets.errors import ProjectError
from ragsheets.files import saving
from ragsheets.files.processes import is_running

# --------------------------------------------------------------------------------------------- several files together


def test_files_are_replaced_only_when_put_in_place_without_leftovers(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with saving.staged({tmp_path / "a": b"new", tmp_path / "sub" / "b": b"words"}) as staged:
        assert (tmp_path / "a").read_bytes() == b"old"
        assert not (tmp_path / "sub" / "b").exists()
        staged.put_in_place()
    assert files_by_name(tmp_path) == {"a": b"new", "sub/b": b"words"}


def test_files_not_put_in_place_leave_no_file_and_no_folder(tmp_path: Path) -> None:
    with saving.staged({tmp_path / "deep" / "er" / "a": b"new"}):
        pass
    with pytest.raises(KeyboardInterrupt), saving.staged({tmp_path / "deep" / "er" / "a": b"new"}):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_all_files_that_cannot_be_replaced_are_named_before_any_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"old")
    refuse_access(monkeypatch, {"b", "c"})
    with pytest.raises(ProjectError) as raised, saving.staged(dict.fromkeys((tmp_path / n for n in "abc"), b"new")):
        pytest.fail("it says that all can be replaced")
    assert [problem.where for problem in problems_of(raised)] == [str(tmp_path / "b"), str(tmp_path / "c")]
    assert files_by_name(tmp_path) == dict.fromkeys("abc", b"old")


def test_a_file_opened_at_the_last_moment_is_named_and_the_others_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"old")
    with saving.staged(dict.fromkeys((tmp_path / n for n in "abc"), b"new")) as staged:
        refuse_access(monkeypatch, {"b"})
        with pytest.raises(ProjectError, match="Close it in other programs") as raised:
            staged.put_in_place()
    assert [problem.where for problem in problems_of(raised)] == [str(tmp_path / "b")]
    assert files_by_name(tmp_path) == {"a": b"new", "b": b"old", "c": b"new"}


def test_a_read_only_file_is_reported_and_kept_on_every_system(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(ProjectError, match="a: is marked as read-only"):
        saving.save(tmp_path / "a", b"new")
    assert files_by_name(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.ENOSPC, "There is no space left: delete something"),
        (errno.EDQUOT, "There is no space left: delete something"),
        (errno.EFBIG, "There is no space left: delete something"),
        (errno.EACCES, "You cannot write into"),
        (errno.EROFS, "You cannot write into"),
        (errno.EIO, "Check the folder"),
    ],
)
def test_a_disk_error_is_reported_with_a_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fix: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ProjectError, match=fix) as raised:
        saving.save(tmp_path / "new" / "a", b"words")
    assert str(tmp_path / "new" / "a") in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_reported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    contents = {tmp_path / str(number): b"words" for number in range(100)}
    with pytest.raises(ProjectError) as raised, saving.staged(contents):
        pass
    assert len(problems_of(raised)) == 1


def test_a_file_at_the_path_of_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "returned").write_bytes(b"x")
    with pytest.raises(ProjectError, match="returned: cannot be written"):
        saving.make_folder(tmp_path / "returned")


# -------------------------------------------------------------------------------------------------------- reverted


def test_saved_files_are_reverted_on_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    os.utime(tmp_path / "a", (1_000_000_000, 1_000_000_000))
    with pytest.raises(ValueError, match="later"), saving.revert_on_error() as files:
        files.save(tmp_path / "a", b"new")
        files.save(tmp_path / "a", b"newer")
        files.save(tmp_path / "b", b"words")
        assert files_by_name(tmp_path)["b"] == b"words"
        raise ValueError("later")
    assert files_by_name(tmp_path) == {"a": b"old"}
    assert (tmp_path / "a").stat().st_mtime == 1_000_000_000


def test_saved_files_are_kept_without_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with saving.revert_on_error() as files:
        files.save(tmp_path / "a", b"new")
    assert files_by_name(tmp_path) == {"a": b"new"}


# --------------------------------------------------------------------------------------- files open in other programs


@pytest.mark.parametrize("winerror", [SHARING, DENIED, 33, 1224])
def test_a_temporary_error_is_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int) -> None:
    (tmp_path / "a").write_bytes(b"old")
    errors = iter([sharing_violation(winerror)] * 3)
    original_replace = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if error := next(errors, None):
            raise error
        return original_replace(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    saving.save(tmp_path / "a", b"new")
    assert files_by_name(tmp_path) == {"a": b"new"}


def test_a_temporary_error_that_persists_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")
    attempts = refuse_access(monkeypatch, {"a"})
    with pytest.raises(ProjectError, match=r"being used by another process\)\. Close it in other programs"):
        saving.save(tmp_path / "a", b"new")
    assert len(attempts) > 2
    assert files_by_name(tmp_path) == {"a": b"old"}


def test_a_permanent_error_is_not_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[Path] = []

    def fail(self: Path, _: Path) -> None:
        attempts.append(self)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ProjectError):
        saving.save(tmp_path / "a", b"new")
    assert len(attempts) == 1


@pytest.mark.parametrize(
    ("owner", "content"),
    [
        ("~$Parks.xlsx", office_lock_file("Ann Lee")),
        (".~lock.Parks.xlsx#", libreoffice_lock_file("Ann Lee")),
        (".~lock.Parks.xlsx#", libreoffice_lock_file("", "Ann Lee")),
    ],
)
def test_the_user_who_has_a_file_open_is_named(tmp_path: Path, owner: str, content: bytes) -> None:
    (tmp_path / "Parks.xlsx").write_bytes(b"old")
    (tmp_path / owner).write_bytes(content)
    with pytest.raises(ProjectError) as raised:
        saving.save(tmp_path / "Parks.xlsx", b"new")
    (problem,) = problems_of(raised)
    assert problem.what == "cannot be written: it is open by Ann Lee."
    assert problem.fix == f"Close it there and try again; where nobody has it open, delete “{owner}” beside it."
    assert (tmp_path / "Parks.xlsx").read_bytes() == b"old"


def test_a_lock_file_without_its_file_does_not_prevent_saving(tmp_path: Path) -> None:
    (tmp_path / "~$Parks.xlsx").write_bytes(office_lock_file("Ann Lee"))
    saving.save(tmp_path / "Parks.xlsx", b"new")
    assert (tmp_path / "Parks.xlsx").read_bytes() == b"new"


# ---------------------------------------------------------------------------------------- leftovers of interrupted runs


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(
    "names",
    [
        ("{unknown}abc.part", "{unknown}def"),
        ("{other_computer}abc.part", "{other_computer}def"),
        ("{this_process}abc.part", "{this_process}def"),
    ],
)
def test_leftovers_that_another_run_may_use_are_removed_only_when_they_are_old(
    tmp_path: Path, names: tuple[str, str], old: bool
) -> None:
    prefixes = {
        "unknown": ".ragsheets-",
        "other_computer": f".ragsheets-00000000-{ended_process()}-",
        "this_process": saving.unfinished_prefix(),
    }
    leave_unfinished(tmp_path, *(name.format(**prefixes) for name in names))
    for path in tmp_path.iterdir():
        modified = time.time() - (2 if old else 0.5) * saving.STALE_SECONDS
        os.utime(path, (modified, modified))
    left = {path.name for path in tmp_path.iterdir()}
    saving.save(tmp_path / "a", b"words")
    assert {path.name for path in tmp_path.iterdir()} == {"a", "own.part", *(() if old else left)}


def test_leftovers_of_a_process_that_has_ended_are_removed_at_once(tmp_path: Path) -> None:
    prefix = saving.unfinished_prefix().replace(f"-{os.getpid()}-", f"-{ended_process()}-")
    leave_unfinished(tmp_path, f"{prefix}abc.part", f"{prefix}def")
    saving.save(tmp_path / "a", b"words")
    assert {path.name for path in tmp_path.iterdir()} == {"a", "own.part"}


def ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def leave_unfinished(folder: Path, file: str, directory: str) -> None:
    (folder / file).write_bytes(b"half")
    (folder / directory).mkdir()
    (folder / directory / "copy.db").write_bytes(b"half")
    (folder / "own.part").write_bytes(b"somebody's")


def test_a_process_is_running_until_it_has_ended() -> None:
    assert is_running(os.getpid())
    assert is_running(os.getppid())
    assert not is_running(ended_process())
