"""Reports that are sent out: a report that was sent out is never changed without a revision."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest

from helpers import house_documents, periods
from helpers import projects as projects
from helpers.built_once import built_once
from ragsheets.project.editions import Report
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report

DAY = "2008-09-04"


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    plan = projects.plan(
        projects.group(
            "Parks", projects.outcome("2.1", projects.action(*(projects.task(label) for label in "abcdefgh")))
        )
    )
    periods.hold_period(folder, DAY, {"Parks": {f"2.1{label}": "AMBER" for label in "abcdefgh"}}, plan=plan)
    return folder


def write(folder: Path, *, final: bool = False, public: bool = False) -> Report:
    return write_report(Project(folder), final=final, public=public)


def paragraphs_of(report: Report) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(report.content)).paragraphs]


def table_of(report: Report, heading: str) -> list[list[str]]:
    document = docx.Document(io.BytesIO(report.content))
    captions = [table._tbl.xpath("w:tblPr/w:tblCaption/@w:val")[0] for table in document.tables]
    (matched_table,) = (table for table, caption in zip(document.tables, captions, strict=True) if caption == heading)
    return [[cell.text for cell in row.cells] for row in matched_table.rows]


@pytest.mark.slow
def test_a_report_has_the_same_bytes_before_and_after_it_is_sent_out(project: Path) -> None:
    before = write(project)
    sent = write(project, final=True)
    after = write(project)
    assert before.content == sent.content == after.content
    assert (before.issued, sent.issued, after.issued) == (False, True, True)
    assert sent.path.name == "Performance report.docx"


def test_a_report_sent_out_twice_is_recorded_once(project: Path) -> None:
    assert write(project, final=True).content == write(project, final=True).content
    with Project(project).ledger() as ledger:
        (record,) = ledger.issued.of_edition(periods.date(DAY), "full")
    assert record.revision == 0


def test_a_later_return_gives_a_revision_that_lists_its_changes(project: Path) -> None:
    first = write(project, final=True)
    periods.add_returns(project, DAY, {"Parks": {"2.1a": "GREEN"}}, "later {group}.xlsx")
    revised = write(project)
    assert (revised.revision, revised.changes, revised.issued) == (1, 1, False)
    assert revised.path.name == "Performance report (revision 1).docx"
    assert first.path.read_bytes() == first.content
    paragraphs = paragraphs_of(revised)
    assert any(text.startswith("Revision 1, which replaces the report sent out on ") for text in paragraphs)
    assert "Parks, a) Task a, Status: was “AMBER”, is now “GREEN”" in paragraphs


@pytest.mark.slow
def test_many_changes_are_listed_in_full_after_the_first_page(project: Path) -> None:
    write(project, final=True)
    periods.add_returns(project, DAY, {"Parks": {f"2.1{label}": "RED" for label in "abcdefgh"}}, "later {group}.xlsx")
    report = write(project)
    (heading,) = (text for text in paragraphs_of(report) if text.startswith("What changed since"))
    assert f"And 2 more, listed under “{heading}”." in paragraphs_of(report)
    rows = table_of(report, heading)
    assert rows[0] == ["Sub-group", "Task", "What", "Was", "Is now"]
    assert [row[1:] for row in rows[1:]] == [[f"{x}) Task {x}", "Status", "AMBER", "RED"] for x in "abcdefgh"]


@pytest.mark.slow
def test_a_later_first_return_is_one_line_of_changes(tmp_path: Path) -> None:
    two_groups = projects.plan(projects.group("Parks"), projects.group("Health", projects.outcome("3.1")))
    periods.hold_period(tmp_path, DAY, {"Parks": {"2.1a": "GREEN"}}, plan=two_groups)
    write(tmp_path, final=True)
    periods.add_returns(tmp_path, DAY, {"Health": {"3.1a": "RED"}})
    periods.add_returns(tmp_path, DAY, {"Parks": {"2.1a": "AMBER"}}, "later {group}.xlsx")
    paragraphs = paragraphs_of(write(tmp_path))
    first = next(index for index, text in enumerate(paragraphs) if text.startswith("Revision 1, "))
    assert paragraphs[first + 1 : first + 4] == [
        "Health: no longer says “No update received from this sub-group.”",
        "Parks, a) Task a, Status: was “GREEN”, is now “AMBER”",
        f"And 3 more, listed under “{next(text for text in paragraphs if text.startswith('What changed since'))}”.",
    ]


@pytest.mark.slow
def test_an_empty_cell_is_described_and_not_quoted(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, DAY, {"Parks": {"2.1a": ("AMBER", "")}}, plan=projects.plan(projects.group("Parks")))
    write(tmp_path, final=True)
    periods.add_returns(tmp_path, DAY, {"Parks": {"2.1a": ("AMBER", "Meet")}}, "later {group}.xlsx")
    heading = "Planned improvement/action needed and deadline"
    assert f"Parks, a) Task a, {heading}: was empty, is now “Meet”" in paragraphs_of(write(tmp_path))


@pytest.mark.slow
def test_revisions_count_up_and_compare_with_the_one_before(project: Path) -> None:
    write(project, final=True)
    periods.add_returns(project, DAY, {"Parks": {"2.1a": "GREEN"}}, "later {group}.xlsx")
    assert write(project, final=True).revision == 1
    # Unchanged since, it is the revision that was sent out.
    assert (write(project).revision, write(project).issued) == (1, True)
    periods.add_returns(project, DAY, {"Parks": {"2.1b": "RED"}}, "latest {group}.xlsx")
    second = write(project, final=True)
    assert (second.revision, second.changes) == (2, 1)
    assert "Parks, b) Task b, Status: was “AMBER”, is now “RED”" in paragraphs_of(second)


@pytest.mark.slow
def test_a_report_that_changed_outside_its_tables_is_a_revision(project: Path) -> None:
    """The same answers saved once more are another return: the report names it, and no cell differs."""
    write(project, final=True)
    returned = project / DAY / "returned"
    book = openpyxl.load_workbook(returned / "Parks.xlsx")
    book.save(returned / "Parks again.xlsx")
    ingest(Project(project), agreed=True)
    assert write(project).changes == 0
    revised = write(project, final=True)
    assert (revised.revision, revised.changes) == (1, 0)
    assert any(text.endswith("Nothing in its tables has changed since.") for text in paragraphs_of(revised))


def test_each_edition_is_sent_out_separately(project: Path) -> None:
    write(project, final=True)
    public = write(project, public=True)
    assert not public.issued
    assert public.path.name == "Performance report (public).docx"
    assert "Ann" not in "\n".join(text for row in table_of(public, "Outcome: 2.1: Title 2.1 – Summary") for text in row)
    assert write(project, final=True, public=True).issued


def test_a_report_that_cannot_be_written_was_not_sent_out(project: Path) -> None:
    (project / DAY / "Performance report.docx").mkdir()
    result = projects.run_ragsheets("-C", project, "report", "--final")
    assert result.exit_code == 2
    with Project(project).ledger() as ledger:
        assert ledger.issued.of_edition(periods.date(DAY), "full") == []


@pytest.mark.slow
def test_the_command_line_names_the_revision(project: Path) -> None:
    assert "revision" in projects.run_ragsheets("-C", project, "report", "--final").stdout
    periods.add_returns(project, DAY, {"Parks": {"2.1a": "GREEN"}}, "later {group}.xlsx")
    result = projects.run_ragsheets("-C", project, "report", "--json")
    payload = json.loads(result.stdout)
    assert (payload["revision"], payload["changes"], payload["issued"]) == (1, 1, False)
    assert "It is revision 1: 1 cell changed since the report was sent out." in projects.run_ragsheets(
        "-C", project, "report"
    ).stdout.replace("\n", " ")


def test_a_final_report_needs_a_file(project: Path) -> None:
    assert projects.run_ragsheets("-C", project, "report", "--final", "-o", "-").exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
def test_a_house_document_page_is_turned_where_the_task_tables_need_it(project: Path, landscape: bool) -> None:
    house = project / "house.docx"
    house.write_bytes(house_documents.python_docx_document(landscape=landscape))
    periods.hold_period(project, "2008-12-04", {"Parks": {"2.1a": "GREEN"}})
    report = write_report(Project(project), style=house)
    section = docx.Document(io.BytesIO(report.content)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert ("is too narrow for the task tables" in " ".join(report.warnings)) is not landscape
    # The end-of-year report is prose, and keeps its orientation.
    year = write_report(Project(project), style=house, end_of_year=True)
    assert docx.Document(io.BytesIO(year.content)).sections[0].orientation == int(landscape)
