"""ragsheets ledger check: what it says, in words and as JSON, and its exit status."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from helpers.projects import ragsheets, reply, write_plan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one return in its ledger."""
    write_plan(tmp_path)
    assert ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    reply(tmp_path, "[bold]Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    assert ragsheets("-C", tmp_path, "ingest").exit_code == 0
    return tmp_path


def spoil(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "ragsheets.db", isolation_level=None)) as ledger:
        ledger.execute("UPDATE returns SET content = x'00'")


def test_a_sound_one_is_said_to_be_so(folder: Path) -> None:
    done = ragsheets("-C", folder, "ledger", "check")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Looked at 1 period, 1 workbook, 1 return." in done.stdout
    assert "The ledger is sound." in done.stdout


def test_a_sound_one_as_json(folder: Path) -> None:
    done = ragsheets("-C", folder, "ledger", "check", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "sound": True,
        "periods": 1,
        "returns": 1,
        "forgotten": 0,
        "workbooks": 1,
        "faults": [],
    }


@pytest.mark.sqlite
def test_one_that_is_not_has_its_faults_named_and_exits_with_1(folder: Path) -> None:
    spoil(folder)
    done = ragsheets("-C", folder, "ledger", "check")
    assert done.exit_code == 1
    assert "period 2008-09-04, return [bold]Parks.xlsx (" in done.stdout
    assert "its kept original is not the file that came" in done.stdout
    assert "1 fault." in done.stdout
    assert "Next: copy the ledger away as it is" in done.stdout


@pytest.mark.sqlite
def test_its_faults_as_json(folder: Path) -> None:
    spoil(folder)
    done = ragsheets("-C", folder, "ledger", "check", "--json")
    (fault,) = json.loads(done.stdout)["faults"]
    assert done.exit_code == 1
    assert set(fault) == {"where", "what", "fix"}
    assert all(fault.values())


def test_where_there_is_no_project_that_is_said(tmp_path: Path) -> None:
    done = ragsheets("-C", tmp_path, "ledger", "check")
    assert (done.exit_code, "ragsheets init" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
