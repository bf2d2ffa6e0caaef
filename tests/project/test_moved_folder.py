"""A project folder may be moved, and computers may share its ledger: no path in it depends on the folder's place."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helpers.built_once import built_once
from helpers.projects import DATE, action, group, outcome, plan, reply, run_ragsheets, task, write_plan

pytestmark = pytest.mark.sqlite

SCHEMA_2 = Path(__file__).parent / "project-e1fa839.zip"
RETURNED = f"{DATE}/returned"


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with a return, another one in an archive, and a rejected file, moved after their ingest."""
    first = tmp_path / "first place" / "project"
    write_plan(first)
    assert run_ragsheets("-C", first, "generate", "--date", DATE).exit_code == 0
    reply(first, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    reply(first, "zipped.xlsx", {"2.1a": {"position": "Under way", "status": "AMBER"}})
    with zipfile.ZipFile(first / RETURNED / "all.zip", "w") as archive:
        archive.write(first / RETURNED / "zipped.xlsx", "inside/zipped.xlsx")
    (first / RETURNED / "zipped.xlsx").unlink()
    (first / RETURNED / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert run_ragsheets("-C", first, "ingest").exit_code == 1
    moved = tmp_path / "second place" / "moved"
    moved.parent.mkdir()
    first.rename(moved)
    shutil.rmtree(tmp_path / "first place")
    return moved


def ingest(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run_ragsheets("-C", folder, "ingest", *arguments, "--json").stdout)
    return result


def codes(result: dict[str, Any]) -> dict[str, list[str]]:
    return {file["file"]: [finding["code"] for finding in file["findings"]] for file in result["files"]}


def stored_texts(database: Path) -> list[str]:
    """Every text in a ledger."""
    with closing(sqlite3.connect(database)) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in names for row in raw.execute(f'SELECT * FROM "{name}"')]
    return [value for row in rows for value in row if isinstance(value, str)]


@pytest.mark.slow
def test_the_ledger_holds_no_path_outside_the_folder(folder: Path, tmp_path: Path) -> None:
    assert not [text for text in stored_texts(folder / "ragsheets.db") if str(tmp_path) in text]
    assert f"{RETURNED}/all.zip/inside/zipped.xlsx" in stored_texts(folder / "ragsheets.db")


def test_a_moved_folder_is_as_before(folder: Path) -> None:
    result = ingest(folder)
    assert {file["file"]: file["result"] for file in result["files"]} == {
        "Parks.xlsx": "duplicate",
        "all.zip": "ignored",
        "all.zip/inside/zipped.xlsx": "duplicate",
        "broken.xlsx": "rejected",
    }
    assert not [name for name, found in codes(result).items() if "no-longer-there" in found]


def test_a_return_deleted_after_the_move_is_reported(folder: Path) -> None:
    (folder / RETURNED / "Parks.xlsx").unlink()
    (folder / RETURNED / "all.zip").unlink()
    found = codes(ingest(folder))
    assert found["Parks.xlsx"] == ["no-longer-there"]
    assert "no-longer-there" in found["all.zip/inside/zipped.xlsx"]


def test_a_rejected_file_deleted_after_the_move_counts_no_more(folder: Path) -> None:
    (folder / RETURNED / "broken.xlsx").unlink()
    assert "broken.xlsx" not in codes(ingest(folder))


def test_forget_names_the_copies_in_the_moved_folder(folder: Path) -> None:
    done = run_ragsheets("-C", folder, "returns", "forget", "zipped.xlsx", "--reason", "asked to", "--yes", "--json")
    assert done.exit_code == 0, done.stderr
    assert [Path(name) for name in json.loads(done.stdout)["around"]] == [folder / RETURNED / "all.zip"]


@pytest.mark.slow
def test_a_file_of_another_folder_is_stored_relative_to_the_project(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "Downloads" / "late.xlsx"
    outside.parent.mkdir()
    outside.write_bytes(b"PK\x03\x04 no workbook either")
    assert codes(ingest(folder, outside))["late.xlsx"] == ["damaged"]
    assert "../../Downloads/late.xlsx" in stored_texts(folder / "ragsheets.db")
    # Another computer has no such folder: there nobody can say that the file is gone.
    other_computer = tmp_path / "other" / "deep" / "down" / "project"
    shutil.copytree(folder, other_computer)
    assert "late.xlsx" in codes(ingest(other_computer))
    outside.unlink()
    assert "late.xlsx" not in codes(ingest(folder))


def test_the_paths_stay_when_returns_are_read_again_from_another_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(text for text in stored_texts(folder / "ragsheets.db") if text.startswith((RETURNED, "..")))
    write_plan(folder, plan(group("Parks", outcome("2.1", action(task("a", target="More"), task("b"))))))
    monkeypatch.chdir(tmp_path)
    assert run_ragsheets("-C", folder, "generate", "--date", DATE, "--force").exit_code == 0
    texts = stored_texts(folder / "ragsheets.db")
    assert sorted({text for text in texts if text.startswith((RETURNED, ".."))}) == sorted(set(before))
    (folder / RETURNED / "Parks.xlsx").unlink()
    assert "no-longer-there" in codes(ingest(folder))["Parks.xlsx"]


@pytest.mark.slow
def test_two_computers_share_a_ledger(folder: Path, tmp_path: Path) -> None:
    other_computer = tmp_path / "other computer" / "project"
    shutil.copytree(folder, other_computer)
    (other_computer / "ragsheets.db").unlink()
    ledger = ("--ledger", f"sqlite:///{(folder / 'ragsheets.db').as_posix()}")
    assert codes(ingest(other_computer, *ledger)) == codes(ingest(folder, *ledger))
    (other_computer / RETURNED / "Parks.xlsx").unlink()
    assert codes(ingest(other_computer, *ledger))["Parks.xlsx"] == ["no-longer-there"]


def test_the_paths_of_an_older_ledger_become_relative(tmp_path: Path) -> None:
    project = tmp_path / "project"
    with zipfile.ZipFile(SCHEMA_2) as archive:
        archive.extractall(project)
    ingest(project)
    with closing(sqlite3.connect(project / "ragsheets.db")) as raw:
        paths = sorted(row[0] for row in raw.execute("SELECT path FROM returns"))
    assert paths
    assert all((project / path).exists() for path in paths), paths
    assert not [text for text in stored_texts(project / "ragsheets.db") if str(tmp_path) in text]
