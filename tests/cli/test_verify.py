"""ragsheets verify"""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

import ragsheets as library
from helpers.built_once import built_once
from helpers.projects import files_by_name, group, outcome, plan, reply, run_ragsheets, write_plan
from helpers.word_reports import handmade_report, save_report

GREEN = {"position": "The oaks are planted.", "status": "GREEN"}


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with a return of Parks, none of Health, and its report."""
    folder = tmp_path / "project"
    write_plan(folder, plan(group("Parks"), group("Health", outcome("3.1"))))
    run_ragsheets("-C", folder, "generate", "--date", "2008-09-04")
    reply(folder, "Parks.xlsx", {"2.1a": GREEN})
    run_ragsheets("-C", folder, "ingest")
    run_ragsheets("-C", folder, "report")
    return folder


@pytest.fixture
def report(project: Path) -> Path:
    return project / "2008-09-04" / "Performance report.docx"


def edit(path: Path) -> None:
    """Change the only Green to Red."""
    document = docx.Document(str(path))
    next(table for table in document.tables if table.cell(0, 0).text == "Tasks").cell(1, 3).text = "RED"
    document.save(str(path))


@pytest.mark.slow
def test_a_correct_report_exits_with_0(project: Path, report: Path) -> None:
    result = run_ragsheets("-C", project, "verify", report)
    assert result.exit_code == 0
    assert "2 sub-groups, 2 outcomes, 2 tasks" in result.stdout
    assert "4th September 2008" in result.stdout
    assert "Nothing differs." in result.stdout
    assert "Next: " in result.stdout


def test_a_report_that_differs_exits_with_1_and_names_the_cell(project: Path, report: Path) -> None:
    edit(report)
    result = run_ragsheets("-C", project, "verify", report)
    assert result.exit_code == 1
    line = next(line for line in result.stdout.splitlines() if "Parks" in line)
    for part in ("outcome 2.1", "row 1", "a) Task a", "Status", "“RED”", "“GREEN”"):
        assert part in line
    assert "1 difference." in result.stdout


def test_json_lists_the_same_difference(project: Path, report: Path) -> None:
    edit(report)
    result = run_ragsheets("-C", project, "verify", report, "--json")
    assert result.exit_code == 1
    payload = json.loads(result.stdout)
    (difference,) = payload.pop("differences")
    assert payload == {
        "report": "Performance report.docx",
        "period": "2008-09-04",
        "compared_with": ["itself", "ledger"],
        "sections": 2,
        "outcomes": 2,
        "tasks": 2,
        "additions": [],
        "notes": [],
        "sent_out": False,
    }
    assert {key: difference[key] for key in ("kind", "section", "outcome", "column", "found", "wanted")} == {
        "kind": "cell",
        "section": "Parks",
        "outcome": "2.1",
        "column": "Status",
        "found": "RED",
        "wanted": "GREEN",
    }


def test_verifying_changes_nothing(project: Path, report: Path) -> None:
    before = files_by_name(project)
    run_ragsheets("-C", project, "verify", report)
    assert files_by_name(project) == before


def test_a_hand_made_report_is_compared_with_itself_in_any_folder(tmp_path: Path) -> None:
    path = save_report(tmp_path, handmade_report("one table"))
    result = run_ragsheets("-C", tmp_path, "verify", path)
    assert result.exit_code == 0
    assert "compared with itself only" in result.stdout
    assert json.loads(run_ragsheets("-C", tmp_path, "verify", path, "--json").stdout)["compared_with"] == ["itself"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"words", "is a text file, not a Word document"),
        (b"", "is an empty file, not a Word document"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_a_file_that_is_no_report_exits_with_2_and_the_reason(tmp_path: Path, content: bytes, message: str) -> None:
    result = run_ragsheets("-C", tmp_path, "verify", save_report(tmp_path, content))
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    assert run_ragsheets("-C", tmp_path, "verify", tmp_path / "gone.docx").exit_code == 2


def test_a_missing_period_exits_with_2(project: Path, report: Path) -> None:
    result = run_ragsheets("-C", project, "verify", report, "--date", "2001-01-01")
    assert result.exit_code == 2
    assert "no period 2001-01-01" in result.stderr


def test_text_of_a_document_is_never_read_as_markup(project: Path, report: Path) -> None:
    document = docx.Document(str(report))
    task_table = next(table for table in document.tables if table.cell(0, 0).text == "Tasks")
    task_table.cell(1, 2).text = "[red]so[/red] \x1b[31m".replace("\x1b", "")
    document.save(str(report))
    assert "[red]so[/red]" in run_ragsheets("-C", project, "verify", report).stdout


def test_the_library_verifies_a_report(project: Path, report: Path) -> None:
    assert library.verify_report(library.Project(project), report).is_correct


@pytest.mark.slow
def test_an_end_of_year_report_is_rejected_by_name(project: Path) -> None:
    run_ragsheets("-C", project, "report", "--end-of-year")
    result = run_ragsheets("-C", project, "verify", project / "2008-09-04" / "End of year report.docx")
    assert result.exit_code == 2
    assert "is an end-of-year report" in result.stderr


@pytest.mark.slow
def test_a_report_sent_out_before_a_late_return_is_identified(project: Path, report: Path) -> None:
    run_ragsheets("-C", project, "report", "--final", "--yes")
    assert "this is the report that you sent out" in run_ragsheets("-C", project, "verify", report).stdout
    reply(project, "Health.xlsx", {"3.1a": GREEN}, of="Health")
    run_ragsheets("-C", project, "ingest", "--yes")
    result = run_ragsheets("-C", project, "verify", report)
    assert result.exit_code == 1
    assert "This is the report that was sent out on" in result.stdout
    assert "the differences have come in since" in result.stdout.replace("\n", " ")
