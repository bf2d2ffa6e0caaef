"""The project folder: which return a name means when it is excluded or included, and which ledger is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import reply, run_ragsheets
from helpers.queries import FULL, GREEN, PARKS, current_answers, start_project
from ragsheets.errors import ProjectError
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    """A project with sent workbooks of the sub-groups Parks (2.1a, b, c) and Health (3.1a)."""
    return start_project(tmp_path / "project", PARKS)


@pytest.fixture
def first(parks: Project) -> Path:
    """A valid return that was ingested."""
    path = reply(parks.folder, "first.xlsx", FULL)
    ingest(parks)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["copy.xlsx", "by post/copy.xlsx"])
def test_a_copy_is_excluded_and_included_by_its_own_name(parks: Project, first: Path, name: str) -> None:
    before = current_answers(parks)
    (first.parent / "by post").mkdir()
    (first.parent / "by post" / "copy.xlsx").write_bytes(first.read_bytes())
    assert [file.result for file in ingest(parks).files] == ["duplicate", "duplicate"]
    result = ingest(parks, exclude=[name])
    assert [file.result for file in result.files] == ["ignored", "ignored"]
    assert "Parks" in result.assessment.missing_groups
    ingest(parks, include=[name])
    assert current_answers(parks) == before


def test_a_renamed_file_is_identified_by_its_new_name_in_another_folder_too(
    parks: Project, first: Path, tmp_path: Path
) -> None:
    first.rename(first.with_name("renamed [1].xlsx"))
    health = reply(parks.folder, "h.xlsx", {"3.1a": GREEN}, of="Health", to=tmp_path)
    assert "Parks" in ingest(parks, [health], exclude=["renamed [1].xlsx"]).assessment.missing_groups


@pytest.mark.slow
def test_a_name_of_two_returns_excludes_neither(parks: Project, first: Path) -> None:
    other = reply(parks.folder, "other.xlsx", {**FULL, "2.1c": {**GREEN, "position": "Another."}})
    ingest(parks)
    before = current_answers(parks)
    first.unlink()
    other.rename(first)
    with pytest.raises(ProjectError, match=r"several returns are called “first\.xlsx”"):
        ingest(parks, exclude=["first.xlsx"])
    assert current_answers(parks) == before


# ---------------------------------------------------------------------------------------------------- which ledger


def test_a_ledger_file_named_in_the_plan_is_in_the_folder_of_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    project = start_project(tmp_path / "p", {"ledger": "sqlite:///x.db", **PARKS})
    assert (tmp_path / "p" / "x.db").is_file()
    assert not (tmp_path / "p" / "ragsheets.db").exists()
    assert not any((tmp_path / "elsewhere").iterdir())
    monkeypatch.chdir(tmp_path)
    reply(project.folder, "r.xlsx", FULL)
    assert ingest(Project(Path("p"))).assessment.missing_groups == ("Health",)


def test_a_ledger_file_named_on_the_command_line_is_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    start_project(tmp_path / "p", {"ledger": "sqlite:///x.db", **PARKS}, "--ledger", "sqlite:///y.db")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["y.db"]
    assert not list((tmp_path / "p").glob("*.db"))


def test_a_ledger_file_with_an_absolute_path_is_there(tmp_path: Path) -> None:
    start_project(tmp_path / "p", {"ledger": f"sqlite:///{(tmp_path / 'far.db').as_posix()}", **PARKS})
    assert (tmp_path / "far.db").is_file()


BROKEN = [
    b'title = "Progress\n',
    b"title = \n# ledger = 'sqlite:///x.db'\n",
    'title = "Überblick"'.encode("cp1252"),
    'title = "Progress"'.encode("utf-16"),
    b'title = "Progress\n\n[[groups]]\nname = "The ledger of trees"\n',
]


@pytest.mark.parametrize("broken", BROKEN)
def test_an_unreadable_plan_without_a_ledger_name_stops_no_return(parks: Project, first: Path, broken: bytes) -> None:
    parks.plan_file.write_bytes(broken)
    for command in (["ingest", "--json"], ["report"]):
        result = run_ragsheets("-C", parks.folder, *command)
        assert result.exit_code == 0
        (line,) = [line for line in result.stderr.splitlines() if "plan.toml" in line]
        assert line.endswith("It names no other ledger, so ragsheets.db is used.")
    assert current_answers(parks)["2.1a"]["status_found"] == "GREEN"


@pytest.mark.parametrize(
    "broken",
    [
        b'title = "Progress\nledger = "sqlite:///x.db"\n',
        b'template = "standard" ledger = "sqlite:///x.db"\n',
        b'title = \n"ledger" "sqlite:///x.db"\n',
        b"title = \n  LEDGER: sqlite:///x.db\n",
        b'title = "Progress\n\'ledger\' = "sqlite:///x.db"\n',
        'ledger = "sqlite:///x.db"\n'.encode("utf-16"),
    ],
)
def test_an_unreadable_plan_that_may_name_a_ledger_stops_every_command(
    parks: Project, first: Path, broken: bytes
) -> None:
    parks.plan_file.write_bytes(broken)
    before = (parks.folder / "ragsheets.db").read_bytes()
    for command in ("ingest", "report"):
        result = run_ragsheets("-C", parks.folder, command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "plan.toml" in result.stderr
    assert (parks.folder / "ragsheets.db").read_bytes() == before


def test_no_ledger_is_created_for_an_unreadable_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(BROKEN[0])
    assert run_ragsheets("-C", tmp_path, "ingest").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


@pytest.mark.sqlite
def test_a_readable_plan_gives_no_warning_and_a_named_ledger_needs_no_plan(parks: Project, first: Path) -> None:
    assert parks.ledger_warning == ""
    parks.plan_file.write_bytes(BROKEN[0])
    url = f"sqlite:///{(parks.folder / 'ragsheets.db').as_posix()}"
    result = run_ragsheets("-C", parks.folder, "ingest", "--ledger", url)
    assert (result.exit_code, result.stderr) == (0, "")
