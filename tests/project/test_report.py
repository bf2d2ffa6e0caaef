"""Sending reports out: what was sent out once is never silently another."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest

from helpers import house_documents, periods
from helpers import projects as made
from ragsheets.project.editions import Report
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report

DAY = "2008-09-04"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    plan = made.plan(made.group("Parks", made.outcome("2.1", made.action(*(made.task(label) for label in "abcdefgh")))))
    periods.hold(folder, DAY, {"Parks": {f"2.1{label}": "AMBER" for label in "abcdefgh"}}, plan=plan)
    return folder


def written(folder: Path, *, final: bool = False, public: bool = False) -> Report:
    return write_report(Project(folder), final=final, public=public)


def words(report: Report) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(report.content)).paragraphs]


def table_of(report: Report, heading: str) -> list[list[str]]:
    document = docx.Document(io.BytesIO(report.content))
    captions = [table._tbl.xpath("w:tblPr/w:tblCaption/@w:val")[0] for table in document.tables]
    (found,) = (table for table, caption in zip(document.tables, captions, strict=True) if caption == heading)
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_what_is_sent_out_is_what_is_written_before_and_after(project: Path) -> None:
    before = written(project)
    sent = written(project, final=True)
    after = written(project)
    assert before.content == sent.content == after.content
    assert (before.issued, sent.issued, after.issued) == (False, True, True)
    assert sent.path.name == "Performance report.docx"


def test_sent_out_twice_it_is_kept_once(project: Path) -> None:
    assert written(project, final=True).content == written(project, final=True).content
    with Project(project).ledger() as ledger:
        (kept,) = ledger.issued_reports(periods.date(DAY), "full")
    assert kept.revision == 0


def test_a_return_after_that_gives_a_revision_that_says_what_changed(project: Path) -> None:
    first = written(project, final=True)
    periods.again(project, DAY, {"Parks": {"2.1a": "GREEN"}}, "later {group}.xlsx")
    made_again = written(project)
    assert (made_again.revision, made_again.changes, made_again.issued) == (1, 1, False)
    assert made_again.path.name == "Performance report (revision 1).docx"
    assert first.path.read_bytes() == first.content
    said = words(made_again)
    assert any(text.startswith("Revision 1, which replaces the report sent out on ") for text in said)
    assert "Parks, a) Task a, Status: was “AMBER”, is now “GREEN”" in said


def test_many_changes_are_listed_in_full_behind_the_first_page(project: Path) -> None:
    written(project, final=True)
    periods.again(project, DAY, {"Parks": {f"2.1{label}": "RED" for label in "abcdefgh"}}, "later {group}.xlsx")
    report = written(project)
    (heading,) = (text for text in words(report) if text.startswith("What changed since"))
    assert f"And 2 more, listed under “{heading}”." in words(report)
    rows = table_of(report, heading)
    assert rows[0] == ["Sub-group", "Task", "What", "Was", "Is now"]
    assert [row[1:] for row in rows[1:]] == [[f"{x}) Task {x}", "Status", "AMBER", "RED"] for x in "abcdefgh"]


def test_a_first_return_after_that_is_told_in_a_line(tmp_path: Path) -> None:
    two = made.plan(made.group("Parks"), made.group("Health", made.outcome("3.1")))
    periods.hold(tmp_path, DAY, {"Parks": {"2.1a": "GREEN"}}, plan=two)
    written(tmp_path, final=True)
    periods.again(tmp_path, DAY, {"Health": {"3.1a": "RED"}})
    periods.again(tmp_path, DAY, {"Parks": {"2.1a": "AMBER"}}, "later {group}.xlsx")
    said = words(written(tmp_path))
    first = next(place for place, text in enumerate(said) if text.startswith("Revision 1, "))
    assert said[first + 1 : first + 4] == [
        "Health: no longer says “No update received from this sub-group.”",
        "Parks, a) Task a, Status: was “GREEN”, is now “AMBER”",
        f"And 3 more, listed under “{next(text for text in said if text.startswith('What changed since'))}”.",
    ]


def test_what_stood_empty_is_said_and_not_quoted(tmp_path: Path) -> None:
    periods.hold(tmp_path, DAY, {"Parks": {"2.1a": ("AMBER", "")}}, plan=made.plan(made.group("Parks")))
    written(tmp_path, final=True)
    periods.again(tmp_path, DAY, {"Parks": {"2.1a": ("AMBER", "Meet")}}, "later {group}.xlsx")
    heading = "Planned improvement/action needed and deadline"
    assert f"Parks, a) Task a, {heading}: was empty, is now “Meet”" in words(written(tmp_path))


def test_revisions_count_on_and_compare_with_the_one_before(project: Path) -> None:
    written(project, final=True)
    periods.again(project, DAY, {"Parks": {"2.1a": "GREEN"}}, "later {group}.xlsx")
    assert written(project, final=True).revision == 1
    # Untouched since, it is the revision that was sent out.
    assert (written(project).revision, written(project).issued) == (1, True)
    periods.again(project, DAY, {"Parks": {"2.1b": "RED"}}, "latest {group}.xlsx")
    second = written(project, final=True)
    assert (second.revision, second.changes) == (2, 1)
    assert "Parks, b) Task b, Status: was “AMBER”, is now “RED”" in words(second)


def test_a_report_that_changed_beside_its_tables_is_a_revision_too(project: Path) -> None:
    """The same answers saved once more are another return: the report names it, and no cell is another."""
    written(project, final=True)
    returned = project / DAY / "returned"
    book = openpyxl.load_workbook(returned / "Parks.xlsx")
    book.save(returned / "Parks again.xlsx")
    ingest(Project(project))
    assert written(project).changes == 0
    again = written(project, final=True)
    assert (again.revision, again.changes) == (1, 0)
    assert any(text.endswith("Nothing in its tables has changed since.") for text in words(again))


def test_each_edition_is_sent_out_for_itself(project: Path) -> None:
    written(project, final=True)
    public = written(project, public=True)
    assert not public.issued
    assert public.path.name == "Performance report (public).docx"
    assert "Ann" not in "\n".join(text for row in table_of(public, "Outcome: 2.1: Title 2.1 – Summary") for text in row)
    assert written(project, final=True, public=True).issued


def test_a_report_that_cannot_be_written_was_not_sent_out(project: Path) -> None:
    (project / DAY / "Performance report.docx").mkdir()
    done = made.ragsheets("-C", project, "report", "--final")
    assert done.exit_code == 2
    with Project(project).ledger() as ledger:
        assert ledger.issued_reports(periods.date(DAY), "full") == []


def test_the_command_line_says_that_it_is_a_revision(project: Path) -> None:
    assert "revision" in made.ragsheets("-C", project, "report", "--final").stdout
    periods.again(project, DAY, {"Parks": {"2.1a": "GREEN"}}, "later {group}.xlsx")
    done = made.ragsheets("-C", project, "report", "--json")
    said = json.loads(done.stdout)
    assert (said["revision"], said["changes"], said["issued"]) == (1, 1, False)
    assert "It is revision 1: 1 cell changed since the report was sent out." in made.ragsheets(
        "-C", project, "report"
    ).stdout.replace("\n", " ")


def test_what_is_sent_out_needs_a_file(project: Path) -> None:
    assert made.ragsheets("-C", project, "report", "--final", "-o", "-").exit_code == 2


@pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
def test_the_page_of_a_house_document_is_turned_where_the_task_tables_need_more(project: Path, landscape: bool) -> None:
    house = project / "house.docx"
    house.write_bytes(house_documents.by_python_docx(landscape=landscape))
    periods.hold(project, "2008-12-04", {"Parks": {"2.1a": "GREEN"}})
    report = write_report(Project(project), style=house)
    section = docx.Document(io.BytesIO(report.content)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert ("is too narrow for the task tables" in " ".join(report.warnings)) is not landscape
    # The report of the year is prose, and stays upright.
    year = write_report(Project(project), style=house, end_of_year=True)
    assert docx.Document(io.BytesIO(year.content)).sections[0].orientation == int(landscape)
