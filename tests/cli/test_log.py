"""ragsheets log"""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import ragsheets as package
from helpers.built_once import built_once
from helpers.periods import hold_period
from helpers.postgresql import direct_connection
from helpers.projects import group, outcome, plan, run_ragsheets, write_plan
from ragsheets.ledger import tables

FIRST, SECOND = "2008-06-05", "2008-09-04"
TWO_GROUPS = plan(group("Parks", outcome("2.1")), group("Health", outcome("3.1")))


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN"}}, plan=TWO_GROUPS)
    return tmp_path


def log(folder: Path, *words: str) -> list[dict[str, Any]]:
    payload: list[dict[str, Any]] = json.loads(run_ragsheets("-C", folder, "log", *words, "--json").stdout)
    return payload


def commands(folder: Path, *words: str) -> list[str]:
    return [event["command"] for event in log(folder, *words)]


@pytest.mark.slow
def test_commands_that_change_something_or_write_a_report_are_logged_once(folder: Path) -> None:
    for words in (
        ("ingest", "--exclude", "Parks.xlsx"),
        ("ingest", "--include", "Parks.xlsx"),
        ("report",),
        ("report", "-o", "-"),
        ("report", "--final", "--yes"),
        ("report", "--final", "--yes"),
        ("report", "--end-of-year", "--public"),
    ):
        assert run_ragsheets("-C", folder, *words).exit_code == 0
    assert commands(folder) == [
        "generate",
        "ingest",
        *("ingest --exclude", "ingest"),
        *("ingest --include", "ingest"),
        *("report", "report"),
        *("report --final", "report --final"),
        "report",
    ]
    assert [event["what"].partition(" (")[0] for event in log(folder, "-n", "2")] == [
        "report written, and sent out",
        "public end-of-year report written",
    ]


def test_commands_that_only_read_are_not_logged(folder: Path) -> None:
    before = log(folder)
    for words in (("status",), ("status", "--all"), ("log",), ("returns", "list"), ("period", "list")):
        run_ragsheets("-C", folder, *words)
    assert log(folder) == before


def test_a_failed_command_is_not_logged(folder: Path) -> None:
    before = log(folder)
    assert run_ragsheets("-C", folder, "ingest", "--exclude", "nobody.xlsx").exit_code == 2
    assert log(folder) == before


def test_json_gives_user_time_version_and_period(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann.lee")
    begun = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    run_ragsheets("-C", folder, "ingest")
    (*_, event) = log(folder)
    at = datetime.datetime.fromisoformat(event.pop("at"))
    assert begun <= at <= datetime.datetime.now(datetime.UTC)
    assert event == {
        "user": "ann.lee",
        "version": package.__version__,
        "command": "ingest",
        "period": SECOND,
        "what": "1 file, 0 new returns",
    }


def test_date_and_last_select_events(folder: Path) -> None:
    hold_period(folder, FIRST, {})
    assert commands(folder, "--date", FIRST) == ["generate", "ingest"]
    assert commands(folder, "--last", "3") == ["ingest", "generate", "ingest"]
    assert commands(folder, "-n", "1000") == commands(folder)
    assert run_ragsheets("-C", folder, "log", "-n", "0").exit_code == 2
    assert run_ragsheets("-C", folder, "log", "--date", "2001-01-01").exit_code == 2


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set here")
def test_times_are_shown_in_the_local_time_zone_with_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _set_first_event_time(folder, "2008-07-01 12:00:00")
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        output = run_ragsheets("-C", folder, "log", "--last", "2").stdout
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "2008-07-01 13:00:00" in output
    assert "BST" in output
    assert log(folder)[0]["at"] == "2008-07-01T12:00:00Z"


def test_logged_text_is_never_read_as_markup(folder: Path) -> None:
    with direct_connection(folder) as ledger:
        ledger.execute(tables.events.update().values(what="[red]bold[/red] \x1b[2J"))
    output = run_ragsheets("-C", folder, "log").stdout
    assert "[red]bold[/red] <001B>[2J" in " ".join(output.split())


def test_an_unused_project_has_no_log_and_no_ledger(tmp_path: Path) -> None:
    write_plan(tmp_path, TWO_GROUPS)
    assert log(tmp_path) == []
    assert "Nothing has been done yet." in run_ragsheets("-C", tmp_path, "log").stdout
    assert not (tmp_path / "ragsheets.db").exists()


def _set_first_event_time(folder: Path, at: str) -> None:
    """Change the time of the first logged event."""
    with direct_connection(folder) as ledger:
        first = sa.select(sa.func.min(tables.events.c.id)).scalar_subquery()
        ledger.execute(tables.events.update().where(tables.events.c.id == first).values(at=at))
