"""The preview of an ingest shows exactly what the ingest then does, and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import periods, projects
from helpers.built_once import built_once
from helpers.projects import assess
from ragsheets.errors import ProjectError
from ragsheets.project.correct import correct
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.preview import preview_ingest
from ragsheets.returns.preview import ChangedAnswer

DAY = projects.DATE.isoformat()
PLAN = projects.plan(
    projects.group("Parks", projects.outcome("2.1", projects.action(*map(projects.task, "abc"))), key="green spaces"),
    projects.group("Health", projects.outcome("3.1")),
)


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    """A project in whose period Parks has returned all tasks as red; a second return of it was excluded."""
    folder = tmp_path / "project"
    periods.hold_period(folder, DAY, {"Parks": dict.fromkeys(("2.1a", "2.1b", "2.1c"), "RED")}, plan=PLAN)
    periods.add_returns(folder, DAY, {"Parks": {"2.1c": "AMBER"}}, "second {group}.xlsx")
    ingest(Project(folder), exclude=["second Parks.xlsx"])
    return Project(folder)


def new_reply(project: Project, status: str = "GREEN", name: str = "new.xlsx") -> Path:
    """Put a new reply of Parks to task 2.1a into returned/."""
    answers = {"2.1a": {"position": "Done", "status": status, "planned": "Go on by May 2009"}}
    return projects.reply(project.folder, name, answers, successes=["Trees everywhere"])


def everything(project: Project) -> dict[str, bytes]:
    return projects.files_by_name(project.folder)


def folders(project: Project) -> list[Path]:
    return sorted(path for path in project.folder.rglob("*") if path.is_dir())


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"exclude": ["Parks.xlsx"]},
        {"include": ["second Parks.xlsx"]},
        {"exclude": ["Parks.xlsx"], "include": ["second Parks.xlsx"]},
        {"date": projects.DATE},
    ],
    ids=lambda options: " ".join(options) or "plain",
)
def test_a_preview_shows_what_the_ingest_does(project: Project, options: dict[str, Any]) -> None:
    new_reply(project, "Ambr")
    (project.folder / DAY / "returned" / "broken.xlsx").write_bytes(b"no workbook")
    before, files_before, folders_before = assess(project), everything(project), folders(project)
    preview = preview_ingest(project, today=projects.DATE, **options)
    assert (everything(project), folders(project)) == (files_before, folders_before)
    result = ingest(project, today=projects.DATE, **options)
    assert preview.result.as_json() == result.as_json()
    assert preview.result.needs_attention == result.needs_attention
    assert preview.comparison.before.tasks.equals(before.tasks)
    assert preview.comparison.after.tasks.equals(result.assessment.tasks)


def test_no_folder_is_made(project: Project) -> None:
    generate(project, periods.date("2008-12-04"))
    (project.folder / "2008-12-04" / "returned").rmdir()
    assert preview_ingest(project).comparison.is_unchanged
    assert not (project.folder / "2008-12-04" / "returned").exists()


def test_each_answer_is_shown_before_and_after_with_its_cell(project: Project) -> None:
    new_reply(project)
    assert preview_ingest(project).comparison.changes == (
        ChangedAnswer("Parks", "2.1a", "position", "At 2.1a", "Done", "new.xlsx", "Outcome 2.1", "C11"),
        ChangedAnswer("Parks", "2.1a", "status", "RED", "GREEN", "new.xlsx", "Outcome 2.1", "D11"),
        ChangedAnswer("Parks", "", "success 1", "", "Trees everywhere", "new.xlsx", "Headlines", "B5"),
    )


def test_a_status_that_becomes_not_reported_is_shown_as_it_was_typed(project: Project) -> None:
    new_reply(project, "Ambr")
    (change,) = (item for item in preview_ingest(project).comparison.changes if item.column == "status")
    assert (change.before, change.after) == ("RED", "Ambr")


def test_answers_that_there_would_be_no_more_are_shown_with_their_last_cell(project: Project) -> None:
    comparison = preview_ingest(project, exclude=["Parks.xlsx"]).comparison
    assert {change.after for change in comparison.changes} == {""}
    assert len(comparison.changes) == 9
    (status,) = (item for item in comparison.changes if (item.task, item.column) == ("2.1b", "status"))
    assert (status.before, status.file, status.cell) == ("RED", "Parks.xlsx", "D12")
    assert comparison.after.missing_groups == ("Parks", "Health")


def test_an_overtaken_correction_is_shown_as_such(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("ragsheets.ledger.provenance.utc_timestamp", lambda _="": "2008-10-01 12:00:00.000000")
        correct(project, "2.1a", status="AMBER", reason="Ann rang")
    path = new_reply(project)
    openpyxl.load_workbook(path).save(path)  # saved now
    changes = {item.column: item for item in preview_ingest(project).comparison.changes}
    assert (changes["status"].before, changes["status"].after) == ("AMBER", "GREEN")
    assert {name: item.overtakes_correction for name, item in changes.items()} == {
        "position": False,
        "status": True,
        "success 1": False,
    }


def test_new_findings_and_those_that_there_would_be_no_more_are_told_apart(project: Project) -> None:
    broken = project.folder / DAY / "returned" / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    ingest(project)
    broken.unlink()
    new_reply(project, "Ambr")
    comparison = preview_ingest(project).comparison
    assert {item.code for item in comparison.gone_findings} == {"not-a-workbook"}
    assert "unknown-status" in {item.code for item in comparison.new_findings}


def test_a_run_that_changes_nothing_is_unchanged(project: Project) -> None:
    assert preview_ingest(project).comparison.is_unchanged
    (project.folder / DAY / "returned" / "~$Parks.xlsx").write_bytes(b"lock")
    assert preview_ingest(project).comparison.is_unchanged


def test_a_workbook_of_another_period_is_previewed(project: Project) -> None:
    generate(project, periods.date("2008-12-04"))
    path = new_reply(project)
    preview = preview_ingest(project, as_this_period=[str(path)])
    assert [(item.task, item.column, item.after) for item in preview.comparison.changes] == [
        *(("2.1a", "position", "Done"), ("2.1a", "status", "GREEN"), ("2.1a", "planned", "Go on by May 2009")),
        ("", "success 1", "Trees everywhere"),
    ]
    with project.ledger() as ledger:
        assert ledger.originals.records(periods.date("2008-12-04")) == []


@pytest.mark.slow
def test_the_preview_that_was_agreed_to_is_what_is_ingested(project: Project) -> None:
    path = new_reply(project)
    preview = preview_ingest(project)
    new_reply(project, "AMBER")
    with pytest.raises(ProjectError, match="changed in the meantime"):
        ingest(project, agreed=preview.comparison)
    assert assess(project).tasks.equals(preview.comparison.before.tasks)
    path.unlink()
    new_reply(project)
    result = ingest(project, agreed=preview.comparison)
    assert result.assessment.tasks.equals(preview.comparison.after.tasks)


def test_the_json_form_is_that_of_the_ingest_with_the_changes(project: Project) -> None:
    new_reply(project)
    preview = preview_ingest(project)
    payload = preview.as_json()
    assert payload["preview"] is True
    assert payload.items() >= preview.result.as_json().items()
    assert payload["changes"][1] == {
        "group": "Parks",
        "task": "2.1a",
        "column": "status",
        "before": "RED",
        "after": "GREEN",
        "file": "new.xlsx",
        "sheet": "Outcome 2.1",
        "cell": "D11",
        "overtakes_correction": False,
    }
    assert (payload["totals_before"][0]["RED"], payload["totals"][0]["RED"]) == (3, 2)
    assert {item["file"] for item in payload["new_findings"]} == {"new.xlsx"}
