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
from helpers.periods import hold
from helpers.postgresql import tampering
from helpers.projects import group, outcome, plan, ragsheets, write_plan
from ragsheets.ledger import tables

FIRST, SECOND = "2008-06-05", "2008-09-04"
TWO = plan(group("Parks", outcome("2.1")), group("Health", outcome("3.1")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hold(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN"}}, plan=TWO)
    return tmp_path


def log(folder: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ragsheets("-C", folder, "log", *words, "--json").stdout)
    return found


def commands(folder: Path, *words: str) -> list[str]:
    return [event["command"] for event in log(folder, *words)]


def test_each_command_that_changes_something_or_makes_a_report_is_on_record_once(folder: Path) -> None:
    for words in (
        ("ingest", "--exclude", "Parks.xlsx"),
        ("ingest", "--include", "Parks.xlsx"),
        ("report",),
        ("report", "-o", "-"),
        ("report", "--final"),
        ("report", "--final"),
        ("report", "--end-of-year", "--public"),
    ):
        assert ragsheets("-C", folder, *words).exit_code == 0
    assert commands(folder) == [
        "generate",
        "ingest",
        *("ingest --exclude", "ingest"),
        *("ingest --include", "ingest"),
        *("report", "report"),
        *("report --final", "report --final"),
        "report",
    ]
    assert [event["what"].partition(",")[0] for event in log(folder, "-n", "2")] == ["edition full", "edition year"]


def test_a_look_is_not_on_record(folder: Path) -> None:
    before = log(folder)
    for words in (("status",), ("status", "--all"), ("log",), ("returns", "list"), ("period", "list")):
        ragsheets("-C", folder, *words)
    assert log(folder) == before


def test_a_command_that_failed_is_not_on_record(folder: Path) -> None:
    before = log(folder)
    assert ragsheets("-C", folder, "ingest", "--exclude", "nobody.xlsx").exit_code == 2
    assert log(folder) == before


def test_json_says_who_when_with_which_version_and_to_which_period(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ann.lee")
    begun = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    ragsheets("-C", folder, "ingest")
    (*_, event) = log(folder)
    at = datetime.datetime.fromisoformat(event.pop("at"))
    assert begun <= at <= datetime.datetime.now(datetime.UTC)
    assert event == {
        "user": "ann.lee",
        "version": package.__version__,
        "command": "ingest",
        "period": SECOND,
        "what": "1 files, 0 new returns",
    }


def test_date_and_last_leave_out_the_rest(folder: Path) -> None:
    hold(folder, FIRST, {})
    assert commands(folder, "--date", FIRST) == ["generate", "ingest"]
    assert commands(folder, "--last", "3") == ["ingest", "generate", "ingest"]
    assert commands(folder, "-n", "1000") == commands(folder)
    assert ragsheets("-C", folder, "log", "-n", "0").exit_code == 2
    assert ragsheets("-C", folder, "log", "--date", "2001-01-01").exit_code == 2


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set here")
def test_times_are_shown_in_the_time_zone_of_the_computer_which_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first_at(folder, "2008-07-01 12:00:00")
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        shown = ragsheets("-C", folder, "log", "--last", "2").stdout
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "2008-07-01 13:00:00" in shown
    assert "BST" in shown
    assert log(folder)[0]["at"] == "2008-07-01T12:00:00Z"


def test_what_people_typed_is_text(folder: Path) -> None:
    with tampering(folder) as ledger:
        ledger.execute(tables.events.update().values(what="[red]bold[/red] \x1b[2J"))
    shown = ragsheets("-C", folder, "log").stdout
    assert "[red]bold[/red] <001B>[2J" in " ".join(shown.split())


def test_where_nothing_was_done_nothing_is_on_record_and_no_ledger_is_made(tmp_path: Path) -> None:
    write_plan(tmp_path, TWO)
    assert log(tmp_path) == []
    assert "Nothing is on record yet." in ragsheets("-C", tmp_path, "log").stdout
    assert not (tmp_path / "ragsheets.db").exists()


def _first_at(folder: Path, at: str) -> None:
    """Have the first thing on record be done at this time."""
    with tampering(folder) as ledger:
        first = sa.select(sa.func.min(tables.events.c.id)).scalar_subquery()
        ledger.execute(tables.events.update().where(tables.events.c.id == first).values(at=at))
