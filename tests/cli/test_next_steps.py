"""What each command says to do next is about the period and the edition that it was run for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.projects import group, outcome, plan, ragsheets, reply, write_plan

OLD, NEW = "2008-06-05", "2008-09-04"
GREEN = {"position": "The oaks are planted.", "status": "GREEN", "planned": "Go on by May 2009"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two periods, in the older of which something is to be settled."""
    write_plan(tmp_path, plan(group("Parks"), group("Health", outcome("3.1"))))
    for date in (OLD, NEW):
        ragsheets("-C", tmp_path, "generate", "--date", date, "--due", "2008-12-31")
    reply(tmp_path, "Parks.xlsx", {"2.1a": GREEN}, to=tmp_path / NEW / "returned")
    ragsheets("-C", tmp_path, "ingest")
    return tmp_path


def step(project: Path, *words: str) -> str:
    """What a command says to do next, on one line."""
    said = ragsheets("-C", project, *words).stdout
    return " ".join(said[said.index("Next:") :].split())


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("ingest",), "ragsheets ingest"),
        (("report",), "ragsheets report"),
        (("report", "--public"), "ragsheets report --public"),
        (("report", "--end-of-year"), "ragsheets report --end-of-year"),
        (("correct", "2.1a", "--status", "red", "--reason", "Ann rang"), "ragsheets report"),
    ],
)
def test_it_names_the_period_that_was_named_and_the_edition(project: Path, words: tuple[str, ...], wanted: str) -> None:
    assert f"--date {OLD}" in step(project, *words, "--date", OLD)
    assert f"{wanted} --date {OLD}" in step(project, *words, "--date", OLD)
    assert wanted in step(project, *words)
    assert "--date" not in step(project, *words)


def test_workbooks_of_an_earlier_period_are_ingested_for_it(project: Path) -> None:
    assert step(project, "generate", "--date", "2008-03-06").endswith("ragsheets ingest --date 2008-03-06")
    assert step(project, "generate", "--date", "2008-12-04").endswith("ragsheets ingest")


def test_what_comes_back_goes_where_replies_go(project: Path) -> None:
    (project / NEW / "returned" / "no workbook.xlsx").write_text("hello", encoding="utf-8")
    assert f"files into {NEW}/returned and run" in step(project, "ingest")


def test_the_due_date_in_json_is_the_period_s_also_where_it_is_not_given_again(project: Path) -> None:
    said = json.loads(ragsheets("-C", project, "generate", "--date", NEW, "--json").stdout)
    assert said["period"]["due"] == "2008-12-31"


def test_a_proposal_taken_over_leaves_a_report_that_was_sent_out_as_it_is(project: Path) -> None:
    from ragsheets.project.folder import Project

    ragsheets("-C", project, "report", "--final")
    assert "begin the next period" in step(project, "status")
    with Project(project).ledger() as ledger:
        ledger.log("plan proposals --accept", "1 proposal", ledger.period().period.date)
    assert "begin the next period" in step(project, "status")


def test_a_report_that_a_revision_has_replaced_is_told_as_such(project: Path) -> None:
    ragsheets("-C", project, "report", "--final")
    first = project / NEW / "Performance report.docx"
    ragsheets("-C", project, "correct", "2.1a", "--status", "red", "--reason", "Ann rang")
    ragsheets("-C", project, "report", "--final")
    said = " ".join(ragsheets("-C", project, "verify", first).stdout.split())
    assert "This is the report that was sent out on" in said
    assert "Revision 1, sent out on" in said
    assert "has taken its place." in said
