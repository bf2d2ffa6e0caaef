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


# ---------------------------------------------------------------------------------------------------- which ledger


def test_a_file_that_the_plan_names_lies_in_the_plan_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    project = started(tmp_path / "p", {"ledger": "sqlite:///x.db", **PARKS})
    assert (tmp_path / "p" / "x.db").is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()
    assert not any((tmp_path / "elsewhere").iterdir())
    monkeypatch.chdir(tmp_path)
    reply(project.folder, "r.xlsx", FULL)
    assert ingest(Project(Path("p"))).assessment.missing == ("Health",)


def test_one_named_on_the_command_line_lies_in_the_caller_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    started(tmp_path / "p", {"ledger": "sqlite:///x.db", **PARKS}, "--ledger", "sqlite:///y.db")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["y.db"]
    assert not list((tmp_path / "p").glob("*.db"))


def test_a_file_named_with_its_whole_way_lies_there(tmp_path: Path) -> None:
    started(tmp_path / "p", {"ledger": f"sqlite:///{(tmp_path / 'far.db').as_posix()}", **PARKS})
    assert (tmp_path / "far.db").is_file()
