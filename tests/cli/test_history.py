"""ragsheets history"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import periods, projects
from helpers.built_once import built_once
from helpers.projects import action, group, outcome, plan, run_ragsheets, task, write_plan
from ragsheets.project.correct import correct, undo_corrections
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest

DAYS = ("2008-03-04", "2008-06-05", "2008-09-04")


def one_task(**fields: Any) -> dict[str, Any]:
    return plan(group("Parks", outcome("2.1", action(task("a", **fields)))))


def history(folder: Path, *name: str) -> dict[str, Any]:
    result = run_ragsheets("-C", folder, "history", *(name or ("2.1a",)), "--json")
    assert result.exit_code == 0, result.stderr
    payload: dict[str, Any] = json.loads(result.stdout)
    return payload


def stages(folder: Path) -> list[tuple[str, str, str]]:
    return [(stage["period"]["date"], stage["status"], stage["direction"]) for stage in history(folder)["periods"]]


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project of three periods and one task, whose status was RED, AMBER, AMBER."""
    for day, status in zip(DAYS, ("RED", "AMBER", "AMBER"), strict=True):
        periods.hold_period(tmp_path, day, {"Parks": {"2.1a": status}}, plan=one_task())
    return tmp_path


@pytest.mark.slow
def test_periods_are_listed_latest_first(project: Path) -> None:
    assert stages(project) == [
        ("2008-09-04", "AMBER", "unchanged"),
        ("2008-06-05", "AMBER", "improved"),
        ("2008-03-04", "RED", "new"),
    ]


def test_each_period_has_its_answers_and_their_cell(project: Path) -> None:
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
        "sources": {
            heading: {"file": "Parks.xlsx", "sheet": "Outcome 2.1", "cell": cell}
            for heading, cell in (
                ("Position", "F11"),
                ("Status", "G11"),
                ("Planned improvement/action needed and deadline", "H11"),
            )
        },
        "corrections": [],
    }


@pytest.mark.slow
def test_an_answer_from_another_file_than_the_status_names_it(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-09-04", {})
    for name, answers in (("1.xlsx", {"position": "Begun."}), ("2.xlsx", {"status": "RED"})):
        projects.reply(tmp_path, name, {"2.1a": answers})
    ingest(Project(tmp_path))
    (period,) = history(tmp_path)["periods"]
    assert {heading: source["file"] for heading, source in period["sources"].items()} == {
        "Position": "1.xlsx",
        "Status": "2.xlsx",
    }
    output = " ".join(run_ragsheets("-C", tmp_path, "history", "2.1a").output.split())
    assert "From: 2.xlsx, Outcome 2.1!D" in output
    assert "Position from: 1.xlsx, Outcome 2.1!C" in output


@pytest.mark.slow
def test_corrections_are_listed_beside_the_answers_including_undone_ones(project: Path) -> None:
    ledger = Project(project)
    correct(ledger, "2.1a", status="red", reason="Ann rang", date=periods.date("2008-06-05"))
    undo_corrections(ledger, "2.1a", date=periods.date("2008-06-05"))
    correct(ledger, "2.1a", status="green", reason="Ben rang", date=periods.date("2008-06-05"))
    assert stages(project) == [
        ("2008-09-04", "AMBER", "worsened"),
        ("2008-06-05", "GREEN", "improved"),
        ("2008-03-04", "RED", "new"),
    ]
    payload = history(project)["periods"][1]
    assert (payload["status_found"], payload["cell"]) == ("AMBER", "G11")
    assert [
        (correction["value"], correction["reason"], bool(correction["undone"])) for correction in payload["corrections"]
    ] == [
        ("GREEN", "Ben rang", False),
        ("RED", "Ann rang", True),
    ]


def test_a_terminal_shows_the_same_in_lines_that_fit(project: Path) -> None:
    correct(Project(project), "2.1a", texts=[f"position={'very long words ' * 20}"], reason="Ann rang [bold]")
    result = run_ragsheets("-C", project, "history", "2.1A", env={"COLUMNS": "60"})
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "2.1a a) Task a"
    assert [line for line in lines if line.startswith(("4th", "5th"))] == [
        "4th September 2008  AMBER  (the same)",
        "5th June 2008  AMBER  (better)",
        "4th March 2008  RED  (new)",
    ]
    assert "  From: Parks.xlsx, Outcome 2.1!G11" in [line.rstrip() for line in lines]
    assert "Ann rang [bold]" in " ".join(result.stdout.split())
    assert max(map(len, lines)) <= 110


@pytest.mark.slow
def test_a_period_without_a_return_is_not_reported(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, DAYS[0], {"Parks": {"2.1a": "Ambr"}})
    periods.hold_period(tmp_path, DAYS[1], {})
    assert stages(tmp_path) == [("2008-06-05", "", "unknown"), ("2008-03-04", "", "new")]
    output = run_ragsheets("-C", tmp_path, "history", "2.1a").stdout
    assert "5th June 2008  not reported  (without a status now or last time)" in output
    assert "4th March 2008  not reported, returned as “Ambr”  (new)" in output


@pytest.mark.slow
def test_a_period_that_left_the_task_out_as_complete_is_named(tmp_path: Path) -> None:
    two_tasks = plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), template="brag")
    periods.hold_period(tmp_path, DAYS[0], {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}}, plan=two_tasks)
    periods.hold_period(tmp_path, DAYS[1], {"Parks": {"2.1b": "RED"}})
    correct(Project(tmp_path), "2.1a", status="green", reason="Ann rang", date=periods.date(DAYS[0]))
    assert history(tmp_path)["not_asked"] == [DAYS[1]]
    assert stages(tmp_path) == [(DAYS[0], "GREEN", "new")]
    output = run_ragsheets("-C", tmp_path, "history", "2.1a").stdout
    assert "5th June 2008: not asked about; it was complete when the workbooks were made." in output


# ----------------------------------------------------------------------------------------- what is the same task


@pytest.mark.slow
def test_a_key_with_another_wording_is_another_task_with_a_hint(project: Path) -> None:
    periods.hold_period(project, "2008-12-04", {"Parks": {"2.1a": "GREEN"}}, plan=one_task(task="Plant trees"))
    assert stages(project) == [("2008-12-04", "GREEN", "new")]
    assert [use["date"] for use in history(project)["others"]] == [*reversed(DAYS)]
    output = run_ragsheets("-C", project, "history", "2.1a").stdout
    assert "4th March 2008: another task had this key, “Task a”; its answers are not shown." in output
    assert 'give it key = "2.1a" in the plan' in output


@pytest.mark.slow
def test_a_key_in_the_plan_joins_the_histories_and_shows_the_old_wording(project: Path) -> None:
    plan_of_now = one_task(task="Plant trees", key="2.1a")
    periods.hold_period(project, "2008-12-04", {"Parks": {"2.1a": "GREEN"}}, plan=plan_of_now)
    assert stages(project)[:2] == [("2008-12-04", "GREEN", "improved"), ("2008-09-04", "AMBER", "unchanged")]
    assert history(project)["others"] == []
    output = run_ragsheets("-C", project, "history", "2.1a").stdout
    assert output.count("Then called: a) Task a") == 1


@pytest.mark.slow
def test_a_task_absent_for_a_period_returns_as_new(project: Path) -> None:
    periods.hold_period(project, "2008-12-04", {}, plan=plan(group("Parks", outcome("2.1", action(task("b"))))))
    periods.hold_period(project, "2009-03-05", {"Parks": {"2.1a": "GREEN"}}, plan=one_task())
    assert stages(project)[:2] == [("2009-03-05", "GREEN", "new"), ("2008-09-04", "AMBER", "unchanged")]


def test_a_task_removed_from_the_plan_still_has_its_history(project: Path) -> None:
    periods.hold_period(project, "2008-12-04", {}, plan=plan(group("Health", outcome("3.1"))))
    assert len(stages(project)) == 3


@pytest.mark.slow
def test_the_key_of_an_earlier_period_and_the_label_of_a_new_task_fit_two_tasks(project: Path) -> None:
    later_plan = one_task(task="Plant trees", key="2.1a-again")
    periods.hold_period(project, "2008-12-04", {"Parks": {"2.1a-again": "RED"}}, plan=later_plan)
    result = run_ragsheets("-C", project, "history", "2.1a")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "ragsheets: TASK: “2.1a” fits 2 tasks. Say which one you mean, by its key:",
        "  --key 2.1a-again: a) Plant trees (Parks)",
        "  --key 2.1a: a) Task a (Parks), last asked about on 4th September 2008",
    ]
    statuses = [(entry["period"]["date"], entry["status"]) for entry in history(project, "--key", "2.1a")["periods"]]
    assert statuses == [(DAYS[2], "AMBER"), (DAYS[1], "AMBER"), (DAYS[0], "RED")]
    assert [entry["status"] for entry in history(project, "2.1a-again")["periods"]] == ["RED"]


@pytest.mark.slow
def test_a_name_that_fits_two_tasks_of_the_latest_plan_is_not_looked_up_in_an_older_one(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, DAYS[0], {"Parks": {"2.1a": "RED"}}, plan=one_task())
    two_outcomes = plan(group("Parks", outcome("2.1"), outcome("2.2")))
    periods.hold_period(tmp_path, DAYS[1], {}, plan=two_outcomes)
    result = run_ragsheets("-C", tmp_path, "history", "a")
    assert (result.exit_code, "“a” fits 2 tasks" in result.stderr) == (2, True)


def test_a_reference_and_label_match_where_no_period_has_such_a_key(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, DAYS[0], {"Parks": {"oaks": "RED"}}, plan=one_task(key="oaks"))
    assert history(tmp_path, "2.1a")["key"] == "oaks"


def test_an_unknown_task_is_an_error_with_a_suggestion(project: Path) -> None:
    result = run_ragsheets("-C", project, "history", "2.1x")
    assert result.exit_code == 2
    assert "there is no task “2.1x”. Did you mean 2.1a: a) Task a (Parks)?" in result.stderr


def test_a_ledger_without_periods_is_an_error(tmp_path: Path) -> None:
    write_plan(tmp_path)
    result = run_ragsheets("-C", tmp_path, "history", "2.1a")
    assert result.exit_code == 2
    assert "there is no period yet." in result.stderr
