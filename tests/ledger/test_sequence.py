"""Returns, corrections and workbooks are numbered in the order in which they entered the ledger."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helpers.built_once import built_once
from helpers.projects import DATE, action, group, outcome, plan, reply, run_ragsheets, task, write_plan
from ragsheets.ledger import Ledger, tables

SCHEMA_2 = Path(__file__).parent.parent / "project" / "project-e1fa839.zip"


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with a return, a correction, and a return after it."""
    write_plan(tmp_path)
    assert run_ragsheets("-C", tmp_path, "generate", "--date", DATE).exit_code == 0
    reply(tmp_path, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    run_ragsheets("-C", tmp_path, "ingest")
    done = run_ragsheets("-C", tmp_path, "correct", "2.1a", "--status", "RED", "--reason", "by telephone")
    assert done.exit_code == 0, done.stderr
    reply(tmp_path, "Parks again.xlsx", {"2.1a": {"position": "Under way", "status": "GREEN"}})
    run_ragsheets("-C", tmp_path, "ingest")
    return tmp_path


def numbers(file: Path) -> dict[str, list[int]]:
    with closing(sqlite3.connect(file)) as raw:
        return {
            name: [row[0] for row in raw.execute(f"SELECT sequence FROM {name} ORDER BY id")]
            for name in ("workbooks", "returns", "corrections")
        }


@pytest.mark.slow
def test_the_order_of_arrival_is_that_of_the_numbers(folder: Path) -> None:
    found = numbers(folder / "ragsheets.db")
    first, second = found["returns"]
    assert max(found["workbooks"][:1]) < first < found["corrections"][0] < second


def test_what_is_read_or_made_again_keeps_its_number(folder: Path) -> None:
    before = numbers(folder / "ragsheets.db")
    write_plan(folder, plan(group("Parks", outcome("2.1", action(task("a", target="Another target"))))))
    assert run_ragsheets("-C", folder, "generate", "--date", DATE, "--force").exit_code == 0
    after = numbers(folder / "ragsheets.db")
    assert (after["returns"], after["corrections"]) == (before["returns"], before["corrections"])


def test_an_older_ledger_is_numbered_in_the_order_of_its_times(tmp_path: Path) -> None:
    with zipfile.ZipFile(SCHEMA_2) as archive:
        archive.extractall(tmp_path)
    with Ledger.open(tmp_path / "ragsheets.db"):
        pass
    with closing(sqlite3.connect(tmp_path / "ragsheets.db")) as raw:
        rows: list[Any] = raw.execute(
            "SELECT sequence, received FROM returns UNION ALL SELECT sequence, at FROM corrections ORDER BY 1"
        ).fetchall()
        version = json.loads(raw.execute("SELECT value FROM about WHERE name = 'schema'").fetchone()[0])
    assert version == tables.SCHEMA_VERSION
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    assert [time for _, time in rows] == sorted(time for _, time in rows)
    assert len(rows) > 2
