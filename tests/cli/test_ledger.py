"""ragsheets ledger check: its output in words and as JSON, and its exit status."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import reply, run_ragsheets, write_plan


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with one return in its ledger."""
    write_plan(tmp_path)
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    reply(tmp_path, "[bold]Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    assert run_ragsheets("-C", tmp_path, "ingest").exit_code == 0
    return tmp_path


def damage(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "ragsheets.db", isolation_level=None)) as ledger:
        ledger.execute("UPDATE returns SET content = x'00'")


def test_a_sound_ledger_exits_with_0(folder: Path) -> None:
    result = run_ragsheets("-C", folder, "ledger", "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Checked 1 period, 1 workbook (those with queries too) and 1 returned file." in result.stdout
    assert "The ledger is sound." in result.stdout


def test_a_sound_ledger_as_json(folder: Path) -> None:
    result = run_ragsheets("-C", folder, "ledger", "check", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "sound": True,
        "periods": 1,
        "returns": 1,
        "forgotten": 0,
        "workbooks": 1,
        "faults": [],
    }


@pytest.mark.sqlite
def test_faults_are_named_and_exit_with_1(folder: Path) -> None:
    damage(folder)
    result = run_ragsheets("-C", folder, "ledger", "check")
    assert result.exit_code == 1
    assert "period 2008-09-04, return [bold]Parks.xlsx (" in result.stdout
    assert "its stored original is not the file that was received" in result.stdout
    assert "1 fault." in result.stdout
    assert "Next: make a copy of the ledger as it is" in result.stdout


@pytest.mark.sqlite
def test_faults_as_json(folder: Path) -> None:
    damage(folder)
    result = run_ragsheets("-C", folder, "ledger", "check", "--json")
    (fault,) = json.loads(result.stdout)["faults"]
    assert result.exit_code == 1
    assert set(fault) == {"where", "what", "fix"}
    assert all(fault.values())


def test_a_folder_without_a_project_is_an_error(tmp_path: Path) -> None:
    result = run_ragsheets("-C", tmp_path, "ledger", "check")
    assert (result.exit_code, "ragsheets init" in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_project_without_a_ledger_is_an_error_and_none_is_made(tmp_path: Path) -> None:
    write_plan(tmp_path)
    result = run_ragsheets("-C", tmp_path, "ledger", "check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no ledger in this folder yet. It is made by: ragsheets generate" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]
