"""ragsheets period …"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpers.periods import hold
from helpers.postgresql import tampering
from helpers.projects import group, outcome, plan, ragsheets, reply, snapshot, write_plan
from ragsheets.ledger import tables

FIRST, SECOND = "2008-06-05", "2008-09-04"
TWO = plan(group("Parks", outcome("2.1")), group("Health", outcome("3.1")))


def rows(folder: Path) -> dict[str, int]:
    """How many rows each table of the ledger has."""
    with tampering(folder) as ledger:
        names = sa.inspect(ledger).get_table_names()
        return {name: ledger.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a period that was held, and a later one that was only generated."""
    folder = tmp_path / "project"
    hold(folder, FIRST, {"Parks": {"2.1a": "GREEN"}}, plan=TWO)
    (folder / "before.json").write_text(json.dumps(rows(folder)), encoding="utf-8")
    hold(folder, SECOND, {})
    return folder


def test_list_says_every_period(folder: Path) -> None:
    said = json.loads(ragsheets("-C", folder, "period", "list", "--json").stdout)
    assert [each["date"] for each in said["periods"]] == [FIRST, SECOND]
    assert said == json.loads(ragsheets("-C", folder, "status", "--all", "--json").stdout)


def test_removing_takes_the_period_s_rows_from_every_table_and_its_workbooks_from_the_folder(folder: Path) -> None:
    before = json.loads((folder / "before.json").read_text(encoding="utf-8"))
    done = ragsheets("-C", folder, "period", "remove", "4 September 2008")
    after = rows(folder)
    assert done.exit_code == 0
    assert "Removed the period of 4th September 2008, and 2 workbooks." in done.stdout
    assert {name: count for name, count in after.items() if name != "events"} == {
        name: count for name, count in before.items() if name != "events"
    }
    assert after["events"] > before["events"]
    assert not (folder / SECOND).exists()
    assert (folder / FIRST / "sent" / "Parks.xlsx").exists()


def test_it_is_made_again_as_it_was(folder: Path) -> None:
    sent = snapshot(folder / SECOND / "sent")
    ragsheets("-C", folder, "period", "remove", SECOND)
    ragsheets("-C", folder, "generate", "--date", SECOND)
    assert snapshot(folder / SECOND / "sent") == sent


def test_it_is_on_record(folder: Path) -> None:
    ragsheets("-C", folder, "period", "remove", SECOND)
    (*_, last) = json.loads(ragsheets("-C", folder, "log", "--json").stdout)
    assert (last["command"], last["period"]) == ("period remove", SECOND)


def test_a_workbook_that_somebody_changed_stays_and_is_named(folder: Path) -> None:
    mine = folder / SECOND / "sent" / "Parks.xlsx"
    mine.write_bytes(mine.read_bytes() + b"changed")
    notes = folder / SECOND / "sent" / "my notes.txt"
    notes.write_text("mine", encoding="utf-8")
    done = ragsheets("-C", folder, "period", "remove", SECOND, "--json")
    said = json.loads(done.stdout)
    assert said["workbooks"] == [f"{SECOND}/sent/Health.xlsx"]
    assert [Path(each["where"]).name for each in said["left"]] == ["Parks.xlsx", "my notes.txt"]
    assert mine.exists()
    assert notes.exists()
    assert "Parks.xlsx" in done.stderr


@pytest.mark.parametrize(
    ("table", "columns", "what"),
    [
        (
            "corrections",
            {"task": "2.1a", "wording": "", "column": "status", "value": "RED", "reason": "", "at": "", "user": ""},
            "1 correction.",
        ),
        (
            "issued",
            {"edition": "full", "revision": 0, "at": "", "sha256": "", "cells": "{}"},
            "1 report that was sent out.",
        ),
    ],
)
def test_a_period_with_a_correction_or_a_report_that_went_out_stays(
    folder: Path, table: str, columns: dict[str, object], what: str
) -> None:
    values = {"period": SECOND, **columns}
    with tampering(folder) as ledger:
        ledger.execute(tables.metadata.tables[table].insert().values(values))
    refused(folder, what)


def test_a_correction_that_was_taken_back_keeps_no_period(folder: Path) -> None:
    assert ragsheets("-C", folder, "correct", "2.1a", "--status", "RED", "--reason", "rang").exit_code == 0
    refused(folder, "1 correction.")
    assert ragsheets("-C", folder, "correct", "2.1a", "--undo").exit_code == 0
    assert ragsheets("-C", folder, "period", "remove", SECOND).exit_code == 0
    assert rows(folder)["corrections"] == 0


def test_a_period_with_a_return_stays_also_where_that_was_taken_out(folder: Path) -> None:
    ragsheets("-C", folder, "ingest", "--date", FIRST, "--exclude", "Parks.xlsx")
    before = snapshot(folder)
    done = ragsheets("-C", folder, "period", "remove", FIRST)
    assert (done.exit_code, "has 1 return." in done.stderr) == (2, True)
    assert snapshot(folder) == before


def test_a_period_whose_replies_nobody_has_read_yet_stays(folder: Path) -> None:
    reply(folder, "Parks.xlsx", {}, to=folder / SECOND / "returned")
    refused(folder, "holds Parks.xlsx")


def test_a_file_that_was_refused_and_taken_away_keeps_no_period(folder: Path) -> None:
    odd = folder / SECOND / "returned" / "odd.xlsx"
    odd.write_bytes(b"no workbook")
    ragsheets("-C", folder, "ingest")
    refused(folder, "has 1 return.")
    odd.unlink()
    ragsheets("-C", folder, "ingest")
    assert ragsheets("-C", folder, "period", "remove", SECOND).exit_code == 0
    assert not (folder / SECOND).exists()


def test_a_period_that_is_not_there_is_said(folder: Path) -> None:
    done = ragsheets("-C", folder, "period", "remove", "2001-01-01")
    assert (done.exit_code, "there is no period 2001-01-01" in done.stderr) == (2, True)


def test_a_project_without_periods_lists_none(tmp_path: Path) -> None:
    write_plan(tmp_path, TWO)
    assert json.loads(ragsheets("-C", tmp_path, "period", "list", "--json").stdout) == {"periods": []}


def refused(folder: Path, what: str) -> None:
    before = snapshot(folder)
    done = ragsheets("-C", folder, "period", "remove", SECOND)
    assert (done.exit_code, what in done.stderr) == (2, True), done.stderr
    assert snapshot(folder) == before
