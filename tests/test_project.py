"""The project folder: which return a name means when it is to be taken out or put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from plans_made import reply
from queries_made import FULL, GREEN, PARKS, answers, started

from ragsheets.errors import ProjectError
from ragsheets.project import Project, ingest


@pytest.fixture
def parks(tmp_path: Path) -> Project:
    """A project whose workbooks are sent, of the sub-groups Parks (2.1a, b, c) and Health (3.1a)."""
    return started(tmp_path / "project", PARKS)


@pytest.fixture
def first(parks: Project) -> Path:
    """A sound return that was ingested."""
    path = reply(parks.folder, "first.xlsx", FULL)
    ingest(parks)
    return path


@pytest.mark.parametrize("given", ["copy.xlsx", "by post/copy.xlsx"])
def test_a_copy_is_taken_out_and_put_back_by_its_own_name(parks: Project, first: Path, given: str) -> None:
    before = answers(parks)
    (first.parent / "by post").mkdir()
    (first.parent / "by post" / "copy.xlsx").write_bytes(first.read_bytes())
    assert [file.result for file in ingest(parks).files] == ["duplicate", "duplicate"]
    out = ingest(parks, exclude=[given])
    assert [file.result for file in out.files] == ["ignored", "ignored"]
    assert "Parks" in out.assessment.missing
    ingest(parks, include=[given])
    assert answers(parks) == before


def test_a_renamed_file_is_known_by_its_new_name_also_when_another_folder_is_read(
    parks: Project, first: Path, tmp_path: Path
) -> None:
    first.rename(first.with_name("renamed [1].xlsx"))
    health = reply(parks.folder, "h.xlsx", {"3.1a": GREEN}, of="Health", to=tmp_path)
    assert "Parks" in ingest(parks, [health], exclude=["renamed [1].xlsx"]).assessment.missing


def test_a_name_that_is_two_returns_by_now_takes_out_neither(parks: Project, first: Path) -> None:
    other = reply(parks.folder, "other.xlsx", {**FULL, "2.1c": {**GREEN, "position": "Another."}})
    ingest(parks)
    before = answers(parks)
    first.unlink()
    other.rename(first)
    with pytest.raises(ProjectError, match=r"several returns are called “first\.xlsx”"):
        ingest(parks, exclude=["first.xlsx"])
    assert answers(parks) == before
