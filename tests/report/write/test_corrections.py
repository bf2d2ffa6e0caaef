"""Corrections in the reports: listed among the sources, and a reason for a revision of a report that was sent out."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from helpers import periods, projects, years
from helpers.built_once import built_once
from ragsheets.ledger import provenance
from ragsheets.project.correct import correct, undo_corrections
from ragsheets.project.folder import Project
from ragsheets.project.report import verify_report, write_report

DAY = "2008-09-04"
PARKS = projects.outcome("2.1", projects.action(projects.task("a"), projects.task("b")))
TWO = projects.plan(projects.group("Parks", PARKS), projects.group("Health", projects.outcome("3.1")))


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    """A period in which Parks returned 2.1a and 2.1b, and Health returned nothing."""
    periods.hold_period(tmp_path, DAY, {"Parks": {"2.1a": "RED", "2.1b": "GREEN"}}, plan=TWO)
    return Project(tmp_path)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections by Jo Archer."""
    monkeypatch.setattr(provenance, "current_user", lambda: "Jo Archer")


def tables(path: Path) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables]


@pytest.mark.slow
@pytest.mark.usefixtures("known")
def test_each_correction_is_listed_with_its_details(project: Project) -> None:
    correct(project, "3.1a", status="amber", reason="=HYPERLINK(1)")
    correct(project, "2.1a", status="green", reason="Ann rang")
    part = periods.report_content(project.folder).corrections
    assert part is not None
    *first, on, by, why = periods.table_texts(part.table)[0]
    assert first == ["Parks", "2.1", "a) Task a", "Status", "RED", "GREEN"]
    assert on.endswith(str(provenance.datetime.date.today().year))
    assert (by, why) == ("Jo Archer", "Ann rang")
    assert [row[0] for row in periods.table_texts(part.table)] == ["Parks", "Health"]


@pytest.mark.usefixtures("known")
def test_the_public_edition_leaves_out_user_and_reason(project: Project) -> None:
    correct(project, "2.1a", status="green", reason="Ann rang")
    path = write_report(project, public=True).path
    assert tables(path)[-1][1][:6] == ["Parks", "2.1", "a) Task a", "Status", "RED", "GREEN"]
    full = str(tables(write_report(project).path))
    for private_text in ("Jo Archer", "Ann rang"):
        assert private_text not in str(tables(path))
        assert private_text in full


def test_without_corrections_there_is_no_list(project: Project) -> None:
    correct(project, "2.1a", status="green", reason="Ann rang")
    undo_corrections(project, "2.1a")
    assert periods.report_content(project.folder).corrections is None


@pytest.mark.slow
def test_a_correction_superseded_by_a_newer_return_is_not_listed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "utc_timestamp", lambda *_: "2008-01-01 10:00:00.000000")
    correct(project, "2.1a", status="green", reason="Ann rang")
    correct(project, "3.1a", status="green", reason="Ann rang")
    monkeypatch.undo()
    periods.add_returns(project.folder, projects.DATE.isoformat(), {"Parks": {"2.1a": "RED"}}, "newer {group}.xlsx")
    part = periods.report_content(project.folder).corrections
    assert part is not None
    assert [row[0] for row in periods.table_texts(part.table)] == ["Health"]


@pytest.mark.slow
@pytest.mark.parametrize("public", [False, True])
def test_an_unchanged_report_with_corrections_has_no_differences(project: Project, public: bool) -> None:
    correct(project, "2.1a", status="green", texts=["position=* One\n* =2+2", "planned="], reason="Ann rang")
    correct(project, "3.1a", status="amber", reason="Ben rang, on [bold]Monday[/bold]")
    verification = verify_report(project, write_report(project, public=public).path)
    assert verification.differences == ()


@pytest.mark.slow
def test_an_edited_correction_in_the_report_is_detected(project: Project) -> None:
    correct(project, "2.1a", status="green", reason="Ann rang")
    path = write_report(project).path
    document = docx.Document(str(path))
    document.tables[-1].rows[1].cells[-1].text = "Nobody rang"
    document.save(str(path))
    (difference,) = verify_report(project, path).differences
    assert (difference.section, difference.found, difference.wanted) == (
        "Corrected without a return",
        "Nobody rang",
        "Ann rang",
    )


@pytest.mark.slow
def test_a_correction_of_a_sent_report_makes_a_numbered_revision(project: Project) -> None:
    write_report(project, final=True)
    correct(project, "2.1a", status="green", reason="Ann rang", agreed=True)
    revision = write_report(project)
    assert (revision.revision, revision.changes) == (1, 1)
    assert revision.path.name == "Performance report (revision 1).docx"
    assert verify_report(project, revision.path).differences == ()
    undo_corrections(project, "2.1a", agreed=True)
    assert write_report(project).revision == 0


def test_a_correction_does_not_remove_the_remark_on_a_missing_return(project: Project) -> None:
    correct(project, "3.1a", status="amber", reason="Ben rang")
    section = periods.report_content(project.folder).sections[1]
    assert section.remark == "No update received from this sub-group."
    assert [cell.text for cell in section.outcomes[0].actions[0].rows[0]][3] == "AMBER"


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "words"), [(("2.1a",), "One of the answers was"), (("2.1a", "3.1a"), "2 of the")])
def test_the_report_of_the_year_counts_the_corrections(tmp_path: Path, tasks: tuple[str, ...], words: str) -> None:
    years.hold_period(tmp_path, years.JUNE, {"Parks": years.GroupReply("RED"), "Health": years.GroupReply("RED")})
    years.hold_period(tmp_path, years.SEPTEMBER, {"Parks": years.GroupReply("RED")})
    assert not any("put right" in text for text in years.content_in(tmp_path).sources.paragraphs)
    for task in tasks:
        correct(Project(tmp_path), task, status="green", reason="Ann rang", date=years.JUNE)
    assert years.content_in(tmp_path).sources.paragraphs[1].startswith(words)
