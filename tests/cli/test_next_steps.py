"""The next step that a command prints is for the period and the edition that it was run for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import group, outcome, plan, reply, run_ragsheets, write_plan

OLD, NEW = "2008-06-05", "2008-09-04"
GREEN = {"position": "The oaks are planted.", "status": "GREEN", "planned": "Go on by May 2009"}


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with two periods; the older one has findings to settle."""
    write_plan(tmp_path, plan(group("Parks"), group("Health", outcome("3.1"))))
    for date in (OLD, NEW):
        run_ragsheets("-C", tmp_path, "generate", "--date", date, "--due", "2008-12-31")
    reply(tmp_path, "Parks.xlsx", {"2.1a": GREEN}, to=tmp_path / NEW / "returned")
    run_ragsheets("-C", tmp_path, "ingest")
    return tmp_path


def step(project: Path, *words: str) -> str:
    """Return the next step that a command prints, on one line."""
    output = run_ragsheets("-C", project, *words).stdout
    return " ".join(output[output.index("Next:") :].split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("ingest",), "ragsheets ingest"),
        (("report",), "ragsheets report"),
        (("report", "--public"), "ragsheets report --public"),
        (("report", "--end-of-year"), "ragsheets report --end-of-year"),
        (("correct", "2.1a", "--status", "red", "--reason", "Ann rang"), "ragsheets ingest"),
    ],
)
def test_the_next_step_names_the_given_period_and_edition(project: Path, words: tuple[str, ...], command: str) -> None:
    assert f"--date {OLD}" in step(project, *words, "--date", OLD)
    assert f"{command} --date {OLD}" in step(project, *words, "--date", OLD)
    assert command in step(project, *words)
    assert "--date" not in step(project, *words)


def test_the_next_step_of_an_earlier_period_names_its_date(project: Path) -> None:
    assert step(project, "generate", "--date", "2008-03-06").endswith("ragsheets ingest --date 2008-03-06")
    assert step(project, "generate", "--date", "2008-12-04").endswith("ragsheets ingest")


def test_the_next_step_names_the_folder_of_replies(project: Path) -> None:
    (project / NEW / "returned" / "no workbook.xlsx").write_text("hello", encoding="utf-8")
    assert f"files into {NEW}/returned and run" in step(project, "ingest")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("ingest",),
        ("correct", "2.1a", "--status", "red", "--reason", "Ann rang"),
        ("settle", "FINDING", "--reason", "As agreed"),
        ("settle", "FINDING", "--undo"),
    ],
)
def test_the_next_step_is_that_of_status(project: Path, words: tuple[str, ...]) -> None:
    reply(project, "Parks again.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}}, to=project / NEW / "returned")
    payload = json.loads(run_ragsheets("-C", project, "ingest", "--json").stdout)
    first_id = next(item["id"] for file in payload["files"] for item in file["findings"])
    words = tuple(first_id if word == "FINDING" else word for word in words)
    if "--undo" in words:
        run_ragsheets("-C", project, "settle", first_id, "--reason", "As agreed")
    assert step(project, *words) == step(project, "status")


def test_the_due_date_in_json_is_the_recorded_one(project: Path) -> None:
    payload = json.loads(run_ragsheets("-C", project, "generate", "--date", NEW, "--json").stdout)
    assert payload["period"]["due"] == "2008-12-31"


def test_an_accepted_proposal_does_not_affect_a_report_that_was_sent_out(project: Path) -> None:
    from ragsheets.project.folder import Project

    run_ragsheets("-C", project, "report", "--final", "--yes")
    assert "begin the next period" in step(project, "status")
    with Project(project).ledger() as ledger:
        ledger.log("plan proposals --accept", "1 proposal", ledger.period().period.date)
    assert "begin the next period" in step(project, "status")


@pytest.mark.slow
def test_a_report_replaced_by_a_revision_is_identified(project: Path) -> None:
    run_ragsheets("-C", project, "report", "--final", "--yes")
    first = project / NEW / "Performance report.docx"
    run_ragsheets("-C", project, "correct", "2.1a", "--status", "red", "--reason", "Ann rang", "--yes")
    run_ragsheets("-C", project, "report", "--final", "--yes")
    output = " ".join(run_ragsheets("-C", project, "verify", first).stdout.split())
    assert "This is the report that was sent out on" in output
    assert "Revision 1, sent out on" in output
    assert "has taken its place." in output
