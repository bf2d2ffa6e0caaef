"""ragsheets demo"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from helpers.projects import ragsheets, snapshot


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The demonstration, run once: its folder and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "demo"
    return folder, ragsheets("demo", folder)


def test_it_ends_well_when_it_finds_what_was_planted(shown: tuple[Path, Result]) -> None:
    _, done = shown
    assert done.exit_code == 0
    assert "Both planted faults were found" in done.stdout


def test_it_shows_both_faults_with_their_places(shown: tuple[Path, Result]) -> None:
    said = " ".join(shown[1].stdout.split())
    assert "ask 4.1b: “Ambr” is not a status. Did you mean AMBER?" in said
    assert "The workbook states 3 for Green – on track; its statuses come to 2." in said
    assert "Outcome 4.1!D" in said
    assert "Outcome 5.1!" in said


def test_it_shows_the_recounted_totals(shown: tuple[Path, Result]) -> None:
    rows = [line.split() for line in shown[1].stdout.splitlines()]
    assert ["All", "8", "6", "5", "1", "20"] in rows
    assert any(row[:8] == ["Stronger", "Communities", "returned", "3", "4", "4", "0", "11"] for row in rows)


def test_every_place_that_it_names_is_there(shown: tuple[Path, Result]) -> None:
    folder, done = shown
    period = folder / "2008-09-04"
    reports = (period / "Performance report.docx", period / "End of year report.docx")
    for path in (folder / "plan.toml", period / "sent", period / "returned", *reports):
        assert str(path) in done.stdout
        assert path.exists()
    assert len(list((period / "sent").iterdir())) == len(list((period / "returned").iterdir())) == 3


def test_what_it_made_is_a_project_like_any_other(shown: tuple[Path, Result]) -> None:
    folder, _ = shown
    again = json.loads(ragsheets("-C", folder, "ingest", "--json").stdout)
    assert {file["result"] for file in again["files"]} == {"duplicate"}
    assert ragsheets("-C", folder, "plan", "check").exit_code == 0


def test_json_gives_the_ingest_and_the_places(tmp_path: Path) -> None:
    done = ragsheets("demo", tmp_path / "d", "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert Path(said["report"]).is_file()
    assert Path(said["year_report"]).is_file()
    assert Path(said["project"]) == tmp_path / "d"
    assert [file["result"] for file in said["files"]] == ["accepted"] * 3
    stronger = [row for row in said["totals"] if row["group"] == "Stronger Communities"]
    assert [(row["outcome"], row["GREEN"], row["AMBER"], row["RED"]) for row in stronger] == [
        ("2.1", 1, 2, 1),
        ("2.2", 2, 2, 2),
        ("3.1", 0, 0, 1),
    ]


def test_run_twice_it_makes_the_same_bytes_but_for_the_ledger(shown: tuple[Path, Result], tmp_path: Path) -> None:
    ragsheets("demo", tmp_path / "d")
    one, other = (snapshot(folder / "2008-09-04") for folder in (shown[0], tmp_path / "d"))
    assert one == other


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert ragsheets("demo", tmp_path).exit_code == 0


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_there_already_is_refused_and_left_alone(tmp_path: Path, what: str) -> None:
    place = tmp_path / "d"
    if what == "folder":
        place.mkdir()
        (place / "mine.txt").write_bytes(b"mine")
    else:
        place.write_bytes(b"mine")
    before = snapshot(tmp_path)
    done = ragsheets("demo", place)
    assert done.exit_code == 2
    assert "is there already" in done.stderr
    assert snapshot(tmp_path) == before


def test_without_a_name_it_is_made_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert ragsheets("demo").exit_code == 0
    assert (tmp_path / "ragsheets-demo" / "plan.toml").is_file()
