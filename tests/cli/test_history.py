"""ragsheets history"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import periods
from helpers.projects import action, group, outcome, plan, ragsheets, task, write_plan
from ragsheets.project.correct import correct, undo_corrections
from ragsheets.project.folder import Project

DAYS = ("2008-03-04", "2008-06-05", "2008-09-04")


def one_task(**more: Any) -> dict[str, Any]:
    return plan(group("Parks", outcome("2.1", action(task("a", **more)))))


def history(folder: Path, name: str = "2.1a") -> dict[str, Any]:
    done = ragsheets("-C", folder, "history", name, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def stages(folder: Path) -> list[tuple[str, str, str]]:
    return [(each["period"]["date"], each["status"], each["direction"]) for each in history(folder)["periods"]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three periods of one task, which went from RED over AMBER to AMBER."""
    for day, status in zip(DAYS, ("RED", "AMBER", "AMBER"), strict=True):
        periods.hold(tmp_path, day, {"Parks": {"2.1a": status}}, plan=one_task())
    return tmp_path


def test_it_tells_each_period_the_latest_first(project: Path) -> None:
    assert stages(project) == [
        ("2008-09-04", "AMBER", "unchanged"),
        ("2008-06-05", "AMBER", "improved"),
        ("2008-03-04", "RED", "new"),
    ]


def test_of_each_it_tells_what_was_answered_and_where_that_is_written(project: Path) -> None:
    latest = history(project)["periods"][0]
    assert latest == {
        "period": {"date": "2008-09-04", "name": "4th September 2008"},
        "group": "Parks",
        "outcome": "2.1",
        "key": "2.1a",
        "label": "a",
        "task": "Task a",
        "target": "Target a",
        "status": "AMBER",
        "status_found": "AMBER",
        "direction": "unchanged",
        "answers": {"Position": "At 2.1a", "Planned improvement/action needed and deadline": "Go on by May 2009"},
        "file": "Parks.xlsx",
        "sheet": "Outcome 2.1",
        "cell": "G11",
        "corrections": [],
    }


def test_corrections_stand_beside_what_came_those_taken_back_too(project: Path) -> None:
    ledger = Project(project)
    correct(ledger, "2.1a", status="red", reason="Ann rang", date=periods.date("2008-06-05"))
    undo_corrections(ledger, "2.1a", date=periods.date("2008-06-05"))
    correct(ledger, "2.1a", status="green", reason="Ben rang", date=periods.date("2008-06-05"))
    assert stages(project) == [
        ("2008-09-04", "AMBER", "worsened"),
        ("2008-06-05", "GREEN", "improved"),
        ("2008-03-04", "RED", "new"),
    ]
    told = history(project)["periods"][1]
    assert (told["status_found"], told["cell"]) == ("AMBER", "G11")
    assert [(each["value"], each["reason"], bool(each["undone"])) for each in told["corrections"]] == [
        ("GREEN", "Ben rang", False),
        ("RED", "Ann rang", True),
    ]


def test_a_terminal_is_told_the_same_in_words_and_lines_that_fit(project: Path) -> None:
    correct(Project(project), "2.1a", texts=[f"position={'very long words ' * 20}"], reason="Ann rang [bold]")
    done = ragsheets("-C", project, "history", "2.1A", env={"COLUMNS": "60"})
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "2.1a a) Task a"
    assert [line for line in lines if line.startswith(("4th", "5th"))] == [
        "4th September 2008  AMBER  (unchanged)",
        "5th June 2008  AMBER  (improved)",
        "4th March 2008  RED  (new)",
    ]
    assert "  From: Parks.xlsx, Outcome 2.1!G11" in [line.rstrip() for line in lines]
    assert "Ann rang [bold]" in " ".join(done.stdout.split())
    assert max(map(len, lines)) <= 110


def test_a_period_in_which_nothing_came_says_so(tmp_path: Path) -> None:
    periods.hold(tmp_path, DAYS[0], {"Parks": {"2.1a": "Ambr"}})
    periods.hold(tmp_path, DAYS[1], {})
    assert stages(tmp_path) == [("2008-06-05", "", "unknown"), ("2008-03-04", "", "new")]
    told = ragsheets("-C", tmp_path, "history", "2.1a").stdout
    assert "5th June 2008  not reported  (unknown)" in told
    assert "4th March 2008  not reported, returned as “Ambr”  (new)" in told


# ----------------------------------------------------------------------------------------- what is the same task


def test_under_another_wording_the_key_is_another_task_and_how_to_join_them_is_said(project: Path) -> None:
    periods.hold(project, "2008-12-04", {"Parks": {"2.1a": "GREEN"}}, plan=one_task(task="Plant trees"))
    assert stages(project) == [("2008-12-04", "GREEN", "new")]
    assert [each["date"] for each in history(project)["others"]] == [*reversed(DAYS)]
    told = ragsheets("-C", project, "history", "2.1a").stdout
    assert "4th March 2008: the key was another task's, “Task a”." in told
    assert 'give it key = "2.1a" in the plan' in told


def test_a_key_that_stands_in_the_plan_joins_them_and_the_old_words_are_told(project: Path) -> None:
    plan_of_now = one_task(task="Plant trees", key="2.1a")
    periods.hold(project, "2008-12-04", {"Parks": {"2.1a": "GREEN"}}, plan=plan_of_now)
    assert stages(project)[:2] == [("2008-12-04", "GREEN", "improved"), ("2008-09-04", "AMBER", "unchanged")]
    assert history(project)["others"] == []
    told = ragsheets("-C", project, "history", "2.1a").stdout
    assert told.count("Then called: a) Task a") == 1


def test_a_task_that_was_away_for_a_period_came_back_as_new(project: Path) -> None:
    periods.hold(project, "2008-12-04", {}, plan=plan(group("Parks", outcome("2.1", action(task("b"))))))
    periods.hold(project, "2009-03-05", {"Parks": {"2.1a": "GREEN"}}, plan=one_task())
    assert stages(project)[:2] == [("2009-03-05", "GREEN", "new"), ("2008-09-04", "AMBER", "unchanged")]


def test_a_task_that_has_left_the_plan_still_has_its_history(project: Path) -> None:
    periods.hold(project, "2008-12-04", {}, plan=plan(group("Health", outcome("3.1"))))
    assert len(stages(project)) == 3


def test_a_key_of_an_earlier_period_means_its_task_and_not_one_that_has_its_reference_and_label_now(
    project: Path,
) -> None:
    again = one_task(task="Plant trees", key="2.1a-again")
    periods.hold(project, "2008-12-04", {"Parks": {"2.1a-again": "RED"}}, plan=again)
    assert [stage[:2] for stage in stages(project)] == [(DAYS[2], "AMBER"), (DAYS[1], "AMBER"), (DAYS[0], "RED")]
    assert history(project)["key"] == "2.1a"
    assert [each["status"] for each in history(project, "2.1a-again")["periods"]] == ["RED"]


def test_a_reference_and_label_will_do_where_no_period_has_such_a_key(tmp_path: Path) -> None:
    periods.hold(tmp_path, DAYS[0], {"Parks": {"oaks": "RED"}}, plan=one_task(key="oaks"))
    assert history(tmp_path, "2.1a")["key"] == "oaks"


def test_it_names_the_nearest_where_there_is_no_such_task(project: Path) -> None:
    done = ragsheets("-C", project, "history", "2.1x")
    assert done.exit_code == 2
    assert "there is no task “2.1x”. Did you mean “2.1a”?" in done.stderr


def test_a_ledger_without_periods_says_what_to_do(tmp_path: Path) -> None:
    write_plan(tmp_path)
    done = ragsheets("-C", tmp_path, "history", "2.1a")
    assert done.exit_code == 2
    assert "there is no period yet." in done.stderr
