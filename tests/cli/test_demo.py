"""ragsheets demo"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from helpers.projects import files_by_name, run_ragsheets


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder and the result of the demonstration, which is run once."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "demo"
    return folder, run_ragsheets("demo", folder)


@pytest.mark.slow
def test_it_exits_with_0_when_both_planted_faults_are_found(demo_run: tuple[Path, Result]) -> None:
    _, result = demo_run
    assert result.exit_code == 0
    assert "Both planted faults were found" in result.stdout


def test_it_prints_both_faults_with_their_cells(demo_run: tuple[Path, Result]) -> None:
    output = " ".join(demo_run[1].stdout.split())
    assert "ask 4.1b: “Ambr” is not a status. Did you mean AMBER?" in output
    assert "The workbook states 3 for Green – on track; counting its statuses gives 2." in output
    assert "Outcome 4.1!D" in output
    assert "Outcome 5.1!" in output


def test_it_prints_the_recounted_totals(demo_run: tuple[Path, Result]) -> None:
    rows = [line.split() for line in demo_run[1].stdout.splitlines()]
    assert ["All", "8", "6", "5", "1", "20"] in rows
    assert any(row[:8] == ["Stronger", "Communities", "returned", "3", "4", "4", "0", "11"] for row in rows)


def test_every_path_that_it_prints_exists(demo_run: tuple[Path, Result]) -> None:
    folder, result = demo_run
    period = folder / "2008-09-04"
    reports = (period / "Performance report.docx", period / "End of year report.docx")
    for path in (folder / "plan.toml", period / "sent", period / "returned", *reports):
        assert str(path) in result.stdout
        assert path.exists()
    assert len(list((period / "sent").iterdir())) == len(list((period / "returned").iterdir())) == 3


def test_its_folder_is_an_ordinary_project(demo_run: tuple[Path, Result], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo_run[0], tmp_path / "demo"))
    second_payload = json.loads(run_ragsheets("-C", folder, "ingest", "--json").stdout)
    assert {file["result"] for file in second_payload["files"]} == {"duplicate"}
    assert run_ragsheets("-C", folder, "plan", "check").exit_code == 0


def test_its_returns_are_in_time_and_its_commands_of_that_period(demo_run: tuple[Path, Result]) -> None:
    folder, _ = demo_run
    status = json.loads(run_ragsheets("-C", folder, "status", "--json").stdout)
    assert [group["late"] for group in status["groups"]] == [False] * 3
    commands = [event["at"] for event in json.loads(run_ragsheets("-C", folder, "log", "--json").stdout)]
    assert commands == sorted(commands)
    assert {at[:4] for at in commands[:4]} == {"2008"}


@pytest.mark.slow
def test_json_gives_the_ingest_and_the_paths(tmp_path: Path) -> None:
    result = run_ragsheets("demo", tmp_path / "d", "--json")
    assert result.exit_code == 0
    payload = json.loads(result.stdout)
    assert Path(payload["report"]).is_file()
    assert Path(payload["year_report"]).is_file()
    assert Path(payload["project"]) == tmp_path / "d"
    assert [file["result"] for file in payload["files"]] == ["accepted"] * 3
    stronger = [row for row in payload["totals"] if row["group"] == "Stronger Communities"]
    assert [(row["outcome"], row["GREEN"], row["AMBER"], row["RED"]) for row in stronger] == [
        ("2.1", 1, 2, 1),
        ("2.2", 2, 2, 2),
        ("3.1", 0, 0, 1),
    ]


@pytest.mark.slow
def test_two_runs_write_the_same_bytes_except_the_ledger(demo_run: tuple[Path, Result], tmp_path: Path) -> None:
    run_ragsheets("demo", tmp_path / "d")
    first_run, second_run = (files_by_name(folder / "2008-09-04") for folder in (demo_run[0], tmp_path / "d"))
    assert first_run == second_run


@pytest.mark.slow
def test_an_empty_folder_is_accepted(tmp_path: Path) -> None:
    assert run_ragsheets("demo", tmp_path).exit_code == 0


@pytest.mark.parametrize("path_kind", ["folder", "file"])
def test_an_existing_path_is_rejected_and_unchanged(tmp_path: Path, path_kind: str) -> None:
    path = tmp_path / "d"
    if path_kind == "folder":
        path.mkdir()
        (path / "mine.txt").write_bytes(b"mine")
    else:
        path.write_bytes(b"mine")
    before = files_by_name(tmp_path)
    result = run_ragsheets("demo", path)
    assert result.exit_code == 2
    assert "already exists" in result.stderr
    assert files_by_name(tmp_path) == before


@pytest.mark.slow
def test_without_a_name_it_uses_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_ragsheets("demo").exit_code == 0
    assert (tmp_path / "ragsheets-demo" / "plan.toml").is_file()
