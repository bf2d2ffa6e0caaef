"""ragsheets period …"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpers.built_once import built_once
from helpers.periods import hold_period
from helpers.postgresql import direct_connection
from helpers.projects import files_by_name, group, outcome, plan, reply, run_ragsheets, write_plan
from ragsheets.ledger import tables

FIRST, SECOND = "2008-06-05", "2008-09-04"
TWO_GROUPS = plan(group("Parks", outcome("2.1")), group("Health", outcome("3.1")))


def rows(folder: Path) -> dict[str, int]:
    """Return the number of rows in each table of the ledger."""
    with direct_connection(folder) as ledger:
        names = sa.inspect(ledger).get_table_names()
        return {name: ledger.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names}


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with a reported period, and a later one that was only generated."""
    folder = tmp_path / "project"
    hold_period(folder, FIRST, {"Parks": {"2.1a": "GREEN"}}, plan=TWO_GROUPS)
    (folder / "before.json").write_text(json.dumps(rows(folder)), encoding="utf-8")
    hold_period(folder, SECOND, {})
    return folder


@pytest.mark.slow
def test_list_shows_every_period(folder: Path) -> None:
    payload = json.loads(run_ragsheets("-C", folder, "period", "list", "--json").stdout)
    assert [period["date"] for period in payload["periods"]] == [FIRST, SECOND]
    assert payload == json.loads(run_ragsheets("-C", folder, "status", "--all", "--json").stdout)


def test_removing_deletes_the_rows_of_the_period_and_its_workbooks(folder: Path) -> None:
    before = json.loads((folder / "before.json").read_text(encoding="utf-8"))
    result = run_ragsheets("-C", folder, "period", "remove", "--yes", "4 September 2008")
    after = rows(folder)
    assert result.exit_code == 0
    assert "Removed the period of 4th September 2008, and 2 workbooks." in result.stdout
    assert {name: count for name, count in after.items() if name != "events"} == {
        name: count for name, count in before.items() if name != "events"
    }
    assert after["events"] > before["events"]
    assert not (folder / SECOND).exists()
    assert (folder / FIRST / "sent" / "Parks.xlsx").exists()


def test_a_removed_period_can_be_generated_again(folder: Path) -> None:
    sent = files_by_name(folder / SECOND / "sent")
    run_ragsheets("-C", folder, "period", "remove", "--yes", SECOND)
    run_ragsheets("-C", folder, "generate", "--date", SECOND)
    assert files_by_name(folder / SECOND / "sent") == sent


def test_removing_is_logged(folder: Path) -> None:
    run_ragsheets("-C", folder, "period", "remove", "--yes", SECOND)
    (*_, last) = json.loads(run_ragsheets("-C", folder, "log", "--json").stdout)
    assert (last["command"], last["period"]) == ("period remove", SECOND)
    of_the_period = json.loads(run_ragsheets("-C", folder, "log", "--date", SECOND, "--json").stdout)
    assert of_the_period[0]["command"] == "generate"
    assert of_the_period[-1] == last


def test_a_workbook_that_somebody_changed_stays_and_is_named(folder: Path) -> None:
    workbook = folder / SECOND / "sent" / "Parks.xlsx"
    workbook.write_bytes(workbook.read_bytes() + b"changed")
    notes = folder / SECOND / "sent" / "my notes.txt"
    notes.write_text("mine", encoding="utf-8")
    result = run_ragsheets("-C", folder, "period", "remove", "--yes", SECOND, "--json")
    payload = json.loads(result.stdout)
    assert payload["workbooks"] == [f"{SECOND}/sent/Health.xlsx"]
    assert [Path(problem["where"]).name for problem in payload["left"]] == ["Parks.xlsx", "my notes.txt"]
    assert workbook.exists()
    assert notes.exists()
    assert "Parks.xlsx" in result.stderr


@pytest.mark.parametrize(
    ("table", "columns", "reason"),
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
def test_a_period_with_a_correction_or_a_sent_report_stays(
    folder: Path, table: str, columns: dict[str, object], reason: str
) -> None:
    values = {"period": SECOND, **columns}
    with direct_connection(folder) as ledger:
        ledger.execute(tables.metadata.tables[table].insert().values(values))
    assert_not_removable(folder, reason)


@pytest.mark.slow
def test_an_undone_correction_does_not_stop_removal(folder: Path) -> None:
    assert run_ragsheets("-C", folder, "correct", "2.1a", "--status", "RED", "--reason", "rang").exit_code == 0
    assert_not_removable(folder, "1 correction.")
    assert run_ragsheets("-C", folder, "correct", "2.1a", "--undo").exit_code == 0
    assert run_ragsheets("-C", folder, "period", "remove", "--yes", SECOND).exit_code == 0
    assert rows(folder)["corrections"] == 0


def test_a_period_with_an_excluded_return_stays(folder: Path) -> None:
    run_ragsheets("-C", folder, "ingest", "--date", FIRST, "--exclude", "Parks.xlsx")
    before = files_by_name(folder)
    result = run_ragsheets("-C", folder, "period", "remove", "--yes", FIRST)
    assert (result.exit_code, "has 1 return." in result.stderr) == (2, True)
    assert files_by_name(folder) == before


def test_a_period_with_unread_replies_stays(folder: Path) -> None:
    reply(folder, "Parks.xlsx", {}, to=folder / SECOND / "returned")
    assert_not_removable(folder, "holds Parks.xlsx")


@pytest.mark.slow
def test_a_rejected_file_that_was_deleted_does_not_stop_removal(folder: Path) -> None:
    odd = folder / SECOND / "returned" / "odd.xlsx"
    odd.write_bytes(b"no workbook")
    run_ragsheets("-C", folder, "ingest")
    assert_not_removable(folder, "has 1 return.")
    odd.unlink()
    run_ragsheets("-C", folder, "ingest")
    assert run_ragsheets("-C", folder, "period", "remove", "--yes", SECOND).exit_code == 0
    assert not (folder / SECOND).exists()


def test_a_missing_period_is_an_error(folder: Path) -> None:
    result = run_ragsheets("-C", folder, "period", "remove", "2001-01-01")
    assert (result.exit_code, "there is no period 2001-01-01" in result.stderr) == (2, True)


def test_a_project_without_periods_lists_none(tmp_path: Path) -> None:
    write_plan(tmp_path, TWO_GROUPS)
    assert json.loads(run_ragsheets("-C", tmp_path, "period", "list", "--json").stdout) == {"periods": []}


def test_a_workbook_that_could_not_be_removed_is_removed_by_the_same_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = folder / SECOND / "sent" / "Parks.xlsx"
    unlink = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self == workbook:
            raise PermissionError(13, "Permission denied")
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        result = run_ragsheets("-C", folder, "period", "remove", SECOND, "--yes")
    assert (result.exit_code, workbook.exists()) == (1, True)
    assert "Parks.xlsx: cannot be removed (Permission denied). Close it in other programs, and run again: " in (
        result.stdout
    )
    assert f"ragsheets period remove {SECOND}" in result.stdout
    result = run_ragsheets("-C", folder, "period", "remove", SECOND, "--yes")
    assert (result.exit_code, (folder / SECOND).exists()) == (0, False)
    assert run_ragsheets("-C", folder, "period", "remove", SECOND, "--yes").exit_code == 2


def test_a_workbook_changed_after_its_period_was_removed_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = folder / SECOND / "sent" / "Parks.xlsx"
    with monkeypatch.context() as patch:
        patch.setattr("ragsheets.project.folder.Project.reopened_ledger", lambda *_: pytest.fail("interrupted"))
        with pytest.raises(pytest.fail.Exception):
            run_ragsheets("-C", folder, "period", "remove", SECOND, "--yes")
    workbook.write_bytes(workbook.read_bytes() + b"changed")
    result = run_ragsheets("-C", folder, "period", "remove", SECOND, "--yes")
    assert (result.exit_code, workbook.exists()) == (0, True)
    assert "and 1 workbook." in result.stdout
    assert "Parks.xlsx: has been changed since it was generated" in result.stdout


def assert_not_removable(folder: Path, message: str) -> None:
    before = files_by_name(folder)
    result = run_ragsheets("-C", folder, "period", "remove", "--yes", SECOND)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert files_by_name(folder) == before
