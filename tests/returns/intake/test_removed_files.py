"""Returns whose files are deleted: a finding states that they still count."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import reply, run_ragsheets
from helpers.queries import FULL, GREEN, PARKS, current_answers, period_folder, start_project
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding
from ragsheets.returns.ingest import IngestResult


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    """A project with generated workbooks for the sub-groups Parks (2.1a, b, c) and Health (3.1a)."""
    return start_project(tmp_path / "project", PARKS)


@pytest.fixture
def first(parks: Project) -> Path:
    """A sound return that was ingested."""
    path = reply(parks.folder, "first.xlsx", FULL)
    assert missing_file_findings(ingest(parks)) == {}
    return path


def missing_file_findings(result: IngestResult) -> dict[str, Finding]:
    return {file.file: item for file in result.files for item in file.findings if item.code == "no-longer-there"}


@pytest.mark.slow
def test_a_return_whose_file_was_deleted_still_counts_and_is_reported(parks: Project, first: Path) -> None:
    answers_before = current_answers(parks)
    first.unlink()
    for _ in range(2):
        result = ingest(parks)
        (item,) = missing_file_findings(result).values()
        assert (item.file, item.severity, item.group) == ("first.xlsx", "note", "Parks")
        assert item.message == "This return is no longer in the folder; it still counts."
        assert item.fix == 'To take it out: ragsheets ingest --exclude "first.xlsx".'
        assert not result.needs_attention
        assert current_answers(parks) == answers_before
    output = " ".join(run_ragsheets("-C", parks.folder, "ingest").stdout.split())
    assert "first.xlsx: This return is no longer in the folder; it still counts. To take it out:" in output
    excluded = ingest(parks, exclude=["first.xlsx"])
    assert missing_file_findings(excluded) == {}
    assert excluded.assessment.missing_groups == ("Parks", "Health")


@pytest.mark.slow
def test_nothing_is_reported_where_its_folder_was_not_scanned(parks: Project, first: Path, tmp_path: Path) -> None:
    first.unlink()
    health = reply(parks.folder, "h.xlsx", {"3.1a": GREEN}, of="Health", to=tmp_path)
    assert missing_file_findings(ingest(parks, [health])) == {}
    assert set(missing_file_findings(ingest(parks, [period_folder(parks)]))) == {"first.xlsx"}


def test_a_deleted_return_from_another_folder_is_not_reported(parks: Project, tmp_path: Path) -> None:
    path = reply(parks.folder, "r.xlsx", FULL, to=tmp_path / "Downloads")
    ingest(parks, [path])
    path.unlink()
    assert missing_file_findings(ingest(parks)) == {}


def test_a_renamed_or_moved_file_is_not_reported(parks: Project, first: Path) -> None:
    (first.parent / "old").mkdir()
    first.rename(first.parent / "old" / "renamed.xlsx")
    assert missing_file_findings(ingest(parks)) == {}


@pytest.mark.slow
def test_a_file_replaced_under_its_name_is_identified_by_its_digest(parks: Project, first: Path) -> None:
    digest = next(file.sha256 for file in ingest(parks).files)
    reply(parks.folder, "first.xlsx", {**FULL, "2.1c": {**GREEN, "position": "Done now."}})
    (item,) = missing_file_findings(ingest(parks)).values()
    assert f'--exclude "{digest[:12]}"' in item.fix
    assert missing_file_findings(ingest(parks, exclude=[digest[:12]])) == {}


def test_a_file_that_cannot_be_read_now_is_reported_as_unreadable_not_as_deleted(parks: Project, first: Path) -> None:
    first.unlink()
    first.symlink_to(parks.plan_file)
    result = ingest(parks)
    assert {file.result for file in result.files} == {"rejected", "accepted"}
    assert missing_file_findings(result) == {}


def test_a_return_in_an_archive_is_removed_with_it(parks: Project) -> None:
    path = reply(parks.folder, "r.xlsx", FULL)
    archive = path.with_name("all.zip")
    with zipfile.ZipFile(archive, "w") as zip_file:
        zip_file.write(path, "Parks.xlsx")
    path.unlink()
    assert missing_file_findings(ingest(parks)) == {}
    assert missing_file_findings(ingest(parks)) == {}
    archive.unlink()
    assert set(missing_file_findings(ingest(parks))) == {"all.zip/Parks.xlsx"}
