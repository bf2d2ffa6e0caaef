"""ragsheets verify"""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

import ragsheets as library
from helpers.projects import group, outcome, plan, ragsheets, reply, snapshot, write_plan
from helpers.word_reports import by_hand, put

GREEN = {"position": "The oaks are planted.", "status": "GREEN"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a return of Parks, none of Health, and its report."""
    folder = tmp_path / "project"
    write_plan(folder, plan(group("Parks"), group("Health", outcome("3.1"))))
    ragsheets("-C", folder, "generate", "--date", "2008-09-04")
    reply(folder, "Parks.xlsx", {"2.1a": GREEN})
    ragsheets("-C", folder, "ingest")
    ragsheets("-C", folder, "report")
    return folder


@pytest.fixture
def report(project: Path) -> Path:
    return project / "2008-09-04" / "Performance report.docx"


def edit(path: Path) -> None:
    """Turn the one Green into a Red."""
    document = docx.Document(str(path))
    next(table for table in document.tables if table.cell(0, 0).text == "Tasks").cell(1, 3).text = "RED"
    document.save(str(path))


def test_a_report_that_is_right_exits_with_0(project: Path, report: Path) -> None:
    done = ragsheets("-C", project, "verify", report)
    assert done.exit_code == 0
    assert "2 sub-groups, 2 outcomes, 2 tasks" in done.stdout
    assert "4th September 2008" in done.stdout
    assert "Nothing differs." in done.stdout
    assert "Next: " in done.stdout


def test_one_that_differs_exits_with_1_and_says_where(project: Path, report: Path) -> None:
    edit(report)
    done = ragsheets("-C", project, "verify", report)
    assert done.exit_code == 1
    line = next(line for line in done.stdout.splitlines() if "Parks" in line)
    for part in ("outcome 2.1", "row 1", "a) Task a", "Status", "“RED”", "“GREEN”"):
        assert part in line
    assert "1 difference." in done.stdout


def test_json_says_the_same(project: Path, report: Path) -> None:
    edit(report)
    done = ragsheets("-C", project, "verify", report, "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    (difference,) = said.pop("differences")
    assert said == {
        "report": "Performance report.docx",
        "period": "2008-09-04",
        "compared_with": ["itself", "ledger"],
        "sections": 2,
        "outcomes": 2,
        "tasks": 2,
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


def test_it_changes_nothing(project: Path, report: Path) -> None:
    before = snapshot(project)
    ragsheets("-C", project, "verify", report)
    assert snapshot(project) == before


def test_a_report_made_by_hand_is_compared_with_itself_in_any_folder(tmp_path: Path) -> None:
    path = put(tmp_path, by_hand("one table"))
    done = ragsheets("-C", tmp_path, "verify", path)
    assert done.exit_code == 0
    assert "compared with itself only" in done.stdout
    assert json.loads(ragsheets("-C", tmp_path, "verify", path, "--json").stdout)["compared_with"] == ["itself"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"words", "is not a Word document"), (b"", "is not a Word document"), (b"PK\x03\x04", "damaged")],
)
def test_what_is_no_report_exits_with_2_and_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    done = ragsheets("-C", tmp_path, "verify", put(tmp_path, content))
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert ragsheets("-C", tmp_path, "verify", tmp_path / "gone.docx").exit_code == 2


def test_a_period_that_is_not_there_exits_with_2(project: Path, report: Path) -> None:
    done = ragsheets("-C", project, "verify", report, "--date", "2001-01-01")
    assert done.exit_code == 2
    assert "no period 2001-01-01" in done.stderr


def test_markup_in_a_document_is_only_text(project: Path, report: Path) -> None:
    document = docx.Document(str(report))
    found = next(table for table in document.tables if table.cell(0, 0).text == "Tasks")
    found.cell(1, 2).text = "[red]so[/red] \x1b[31m".replace("\x1b", "")
    document.save(str(report))
    assert "[red]so[/red]" in ragsheets("-C", project, "verify", report).stdout


def test_the_library_does_the_same(project: Path, report: Path) -> None:
    assert library.verify_report(library.Project(project), report).is_correct


def test_an_end_of_year_report_is_refused_by_its_name(project: Path) -> None:
    ragsheets("-C", project, "report", "--end-of-year")
    done = ragsheets("-C", project, "verify", project / "2008-09-04" / "End of year report.docx")
    assert done.exit_code == 2
    assert "is an end-of-year report" in done.stderr


def test_a_report_that_was_sent_out_before_a_late_return_is_told_as_that(project: Path, report: Path) -> None:
    ragsheets("-C", project, "report", "--final")
    assert "sent out as it is" in ragsheets("-C", project, "verify", report).stdout
    reply(project, "Health.xlsx", {"3.1a": GREEN}, of="Health")
    ragsheets("-C", project, "ingest")
    done = ragsheets("-C", project, "verify", report)
    assert done.exit_code == 1
    assert "This is the report that was sent out on" in done.stdout
    assert "what differs has come in since" in done.stdout.replace("\n", " ")
