"""The folder of replies on a cloud drive: files of the drive itself, and files that are not on this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import reply
from helpers.queries import FULL, PARKS, start_project
from helpers.windows import sharing_violation
from ragsheets.files import long_paths
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.intake import received_files


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    return start_project(tmp_path / "project", PARKS)


def codes_by_file(project: Project) -> dict[str, tuple[str, list[str]]]:
    """Return the result of each file and the codes of its findings."""
    return {file.file: (file.result, [item.code for item in file.findings]) for file in ingest(project).files}


def test_files_of_the_drive_itself_are_ignored_without_a_finding(parks: Project) -> None:
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
    results = codes_by_file(parks)
    assert results.pop("reply.xlsx") == ("accepted", [])
    assert len(results) == 5
    assert set(map(str, results.values())) == {str(("ignored", []))}


def test_an_identical_copy_is_a_duplicate_and_a_conflicted_copy_is_read(parks: Project) -> None:
    path = reply(parks.folder, "reply.xlsx", FULL)
    path.with_name("reply (1).xlsx").write_bytes(path.read_bytes())
    reply(parks.folder, "reply (Ann's conflicted copy 2026-01-01).xlsx", {"2.1a": {"planned": "More."}})
    results = [result for result, _ in codes_by_file(parks).values()]
    assert sorted(results) == ["accepted", "accepted", "duplicate"]


def test_a_reply_stored_only_in_the_cloud_is_reported_with_a_fix(
    parks: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply(parks.folder, "here.xlsx", FULL)
    cloud_only = reply(parks.folder, "away.xlsx", FULL)
    cloud_only.with_name(".other.xlsx.icloud").write_bytes(b"bplist00")
    read_bytes = Path.read_bytes

    def read_or_refuse(self: Path) -> bytes:
        if self.name == "away.xlsx":
            error = sharing_violation(362)
            error.strerror = "The cloud file provider is not running"
            raise error
        return read_bytes(self)

    monkeypatch.setattr(Path, "read_bytes", read_or_refuse)
    result = ingest(parks)
    findings = {file.file: file.findings for file in result.files if file.result == "rejected"}
    assert {name: [item.code for item in file_findings] for name, file_findings in findings.items()} == {
        ".other.xlsx.icloud": ["online-only"],
        "away.xlsx": ["online-only"],
    }
    assert "is not on this computer: The cloud file provider is not running" in findings["away.xlsx"][0].message
    assert "Always keep on this device" in findings["away.xlsx"][0].fix
    monkeypatch.undo()
    cloud_only.with_name(".other.xlsx.icloud").unlink()
    assert codes_by_file(parks)["away.xlsx"] == ("duplicate", [])


def test_names_are_relative_to_the_folder_even_where_it_is_opened_by_another_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where the folder is opened by its absolute path."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.xlsx").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(received_files, "openable_folder", lambda folder: Path(folder).absolute())
    (received,) = received_files.walk_files([Path("a")])
    assert (received.name, received.path) == ("b/c.xlsx", Path("a/b/c.xlsx"))
    assert long_paths.openable_path(received.path) == received.path
