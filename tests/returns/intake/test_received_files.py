"""The folder of replies, where a cloud drive keeps it: what lies there for the drive alone, and what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.projects import reply
from helpers.queries import FULL, PARKS, started
from helpers.windows import refusal
from ragsheets.files import long_paths
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.intake import received_files


@pytest.fixture
def parks(tmp_path: Path) -> Project:
    return started(tmp_path / "project", PARKS)


def said(project: Project) -> dict[str, tuple[str, list[str]]]:
    """What became of each file, and the codes of what is said of it."""
    return {file.file: (file.result, [item.code for item in file.findings]) for file in ingest(project).files}


def test_what_a_drive_keeps_for_itself_is_passed_over_without_a_word(parks: Project) -> None:
    path = reply(parks.folder, "reply.xlsx", FULL)
    for name in (
        ".tmp.drivedownload/1",
        ".stversions/reply~1.xlsx",
        ".dropbox.cache/x.xlsx",
        "~$reply.xlsx",
        "desktop.ini",
    ):
        (path.parent / name).parent.mkdir(exist_ok=True)
        (path.parent / name).write_bytes(b"not ours")
    found = said(parks)
    assert found.pop("reply.xlsx") == ("accepted", [])
    assert len(found) == 5
    assert set(map(str, found.values())) == {str(("ignored", []))}


def test_a_second_copy_of_a_reply_counts_once_and_another_one_too(parks: Project) -> None:
    path = reply(parks.folder, "reply.xlsx", FULL)
    path.with_name("reply (1).xlsx").write_bytes(path.read_bytes())
    reply(parks.folder, "reply (Ann's conflicted copy 2026-01-01).xlsx", {"2.1a": {"planned": "More."}})
    results = [result for result, _ in said(parks).values()]
    assert sorted(results) == ["accepted", "accepted", "duplicate"]


def test_a_reply_that_lies_in_the_cloud_alone_is_said_with_what_to_do(
    parks: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply(parks.folder, "here.xlsx", FULL)
    away = reply(parks.folder, "away.xlsx", FULL)
    away.with_name(".other.xlsx.icloud").write_bytes(b"bplist00")
    real = Path.read_bytes

    def read(self: Path) -> bytes:
        if self.name == "away.xlsx":
            error = refusal(362)
            error.strerror = "The cloud file provider is not running"
            raise error
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read)
    result = ingest(parks)
    findings = {file.file: file.findings for file in result.files if file.result == "rejected"}
    assert {name: [item.code for item in each] for name, each in findings.items()} == {
        ".other.xlsx.icloud": ["online-only"],
        "away.xlsx": ["online-only"],
    }
    assert "is not on this computer: The cloud file provider is not running" in findings["away.xlsx"][0].message
    assert "Always keep on this device" in findings["away.xlsx"][0].fix
    monkeypatch.undo()
    away.with_name(".other.xlsx.icloud").unlink()
    assert said(parks)["away.xlsx"] == ("duplicate", [])


def test_a_folder_s_files_are_named_from_it_also_where_it_is_looked_through_by_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which is told of a folder by its whole path."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.xlsx").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(received_files, "openable_folder", lambda folder: Path(folder).absolute())
    (met,) = received_files.walk_files([Path("a")])
    assert (met.name, met.path) == ("b/c.xlsx", Path("a/b/c.xlsx"))
    assert long_paths.openable_path(met.path) == met.path
