"""Saving: several files together or none, taken back where what follows fails, patient with Windows."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from helpers.projects import problems, snapshot
from helpers.windows import DENIED, SHARING, hold, libreoffice_owner, office_owner, refusal
from ragsheets.errors import ProjectError
from ragsheets.files import saving

# --------------------------------------------------------------------------------------------- several files together


def test_nothing_is_in_place_before_it_is_put_there_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with saving.staged({tmp_path / "a": b"new", tmp_path / "sub" / "b": b"words"}) as staged:
        assert (tmp_path / "a").read_bytes() == b"old"
        assert not (tmp_path / "sub" / "b").exists()
        staged.put_in_place()
    assert snapshot(tmp_path) == {"a": b"new", "sub/b": b"words"}


def test_what_is_not_put_in_place_leaves_no_file_and_no_folder(tmp_path: Path) -> None:
    with saving.staged({tmp_path / "deep" / "er" / "a": b"new"}):
        pass
    with pytest.raises(KeyboardInterrupt), saving.staged({tmp_path / "deep" / "er" / "a": b"new"}):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_all_that_cannot_be_replaced_is_named_before_anything_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"old")
    hold(monkeypatch, {"b", "c"})
    with pytest.raises(ProjectError) as raised, saving.staged(dict.fromkeys((tmp_path / n for n in "abc"), b"new")):
        pytest.fail("it says that all can be replaced")
    assert [problem.where for problem in problems(raised)] == [str(tmp_path / "b"), str(tmp_path / "c")]
    assert snapshot(tmp_path) == dict.fromkeys("abc", b"old")


def test_one_that_is_opened_in_the_last_moment_is_named_and_the_others_are_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"old")
    with saving.staged(dict.fromkeys((tmp_path / n for n in "abc"), b"new")) as staged:
        hold(monkeypatch, {"b"})
        with pytest.raises(ProjectError, match="Close it in other programs") as raised:
            staged.put_in_place()
    assert [problem.where for problem in problems(raised)] == [str(tmp_path / "b")]
    assert snapshot(tmp_path) == {"a": b"new", "b": b"old", "c": b"new"}


def test_a_file_marked_as_read_only_is_told_on_every_system_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o444)
    with pytest.raises(ProjectError, match="a: is marked as read-only"):
        saving.save(tmp_path / "a", b"new")
    assert snapshot(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "There is no room: delete something"),
        (errno.EDQUOT, "There is no room: delete something"),
        (errno.EFBIG, "There is no room: delete something"),
        (errno.EACCES, "You may not write into"),
        (errno.EROFS, "You may not write into"),
        (errno.EIO, "Check the folder"),
    ],
)
def test_a_disk_that_refuses_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ProjectError, match=said) as raised:
        saving.save(tmp_path / "new" / "a", b"words")
    assert str(tmp_path / "new" / "a") in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    many = {tmp_path / str(number): b"words" for number in range(100)}
    with pytest.raises(ProjectError) as raised, saving.staged(many):
        pass
    assert len(problems(raised)) == 1


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "returned").write_bytes(b"x")
    with pytest.raises(ProjectError, match="returned: cannot be written"):
        saving.make_folder(tmp_path / "returned")


# ------------------------------------------------------------------------------------------------------ taken back


def test_what_follows_may_fail_and_all_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    os.utime(tmp_path / "a", (1_000_000_000, 1_000_000_000))
    with pytest.raises(ValueError, match="later"), saving.revert_on_error() as saved:
        saved.save(tmp_path / "a", b"new")
        saved.save(tmp_path / "a", b"newer")
        saved.save(tmp_path / "b", b"words")
        assert snapshot(tmp_path)["b"] == b"words"
        raise ValueError("later")
    assert snapshot(tmp_path) == {"a": b"old"}
    assert (tmp_path / "a").stat().st_mtime == 1_000_000_000


def test_where_nothing_fails_it_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with saving.revert_on_error() as saved:
        saved.save(tmp_path / "a", b"new")
    assert snapshot(tmp_path) == {"a": b"new"}


# -------------------------------------------------------------------------------------------- what another program does


@pytest.mark.parametrize("winerror", [SHARING, DENIED, 33, 1224])
def test_a_refusal_that_passes_is_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int) -> None:
    (tmp_path / "a").write_bytes(b"old")
    refusals = iter([refusal(winerror)] * 3)
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if error := next(refusals, None):
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    saving.save(tmp_path / "a", b"new")
    assert snapshot(tmp_path) == {"a": b"new"}


def test_one_that_does_not_pass_is_told_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")
    asked = hold(monkeypatch, {"a"})
    with pytest.raises(ProjectError, match=r"being used by another process\)\. Close it in other programs"):
        saving.save(tmp_path / "a", b"new")
    assert len(asked) > 2
    assert snapshot(tmp_path) == {"a": b"old"}


def test_what_no_waiting_mends_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def refuse(self: Path, _: Path) -> None:
        asked.append(self)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ProjectError):
        saving.save(tmp_path / "a", b"new")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("owner", "content"),
    [
        ("~$Parks.xlsx", office_owner("Ann Lee")),
        (".~lock.Parks.xlsx#", libreoffice_owner("Ann Lee")),
        (".~lock.Parks.xlsx#", libreoffice_owner("", "Ann Lee")),
    ],
)
def test_whoever_has_a_file_open_is_named(tmp_path: Path, owner: str, content: bytes) -> None:
    (tmp_path / "Parks.xlsx").write_bytes(b"old")
    (tmp_path / owner).write_bytes(content)
    with pytest.raises(ProjectError) as raised:
        saving.save(tmp_path / "Parks.xlsx", b"new")
    (problem,) = problems(raised)
    assert problem.what == "cannot be written: it is open by Ann Lee."
    assert problem.fix == f"Close it there and try again; where nobody has it open, delete “{owner}” beside it."
    assert (tmp_path / "Parks.xlsx").read_bytes() == b"old"


def test_an_owner_file_whose_file_is_gone_keeps_nobody(tmp_path: Path) -> None:
    (tmp_path / "~$Parks.xlsx").write_bytes(office_owner("Ann Lee"))
    saving.save(tmp_path / "Parks.xlsx", b"new")
    assert (tmp_path / "Parks.xlsx").read_bytes() == b"new"


# --------------------------------------------------------------------------------------- what interrupted runs leave


@pytest.mark.parametrize("old", [False, True])
def test_what_was_left_is_removed_only_once_nobody_can_be_at_it(tmp_path: Path, old: bool) -> None:
    (tmp_path / ".ragsheets-abc.part").write_bytes(b"half")
    (tmp_path / ".ragsheets-def").mkdir()
    (tmp_path / ".ragsheets-def" / "copy.db").write_bytes(b"half")
    (tmp_path / "own.part").write_bytes(b"somebody's")
    for path in tmp_path.iterdir():
        then = time.time() - (2 if old else 0.5) * saving.STALE_SECONDS
        os.utime(path, (then, then))
    saving.save(tmp_path / "a", b"words")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"a", "own.part", *(() if old else (".ragsheets-abc.part", ".ragsheets-def"))}
