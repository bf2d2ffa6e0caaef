"""The part of a report on tasks and sub-groups that only the period before had."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from helpers import periods, projects
from ragsheets.project.correct import correct
from ragsheets.project.folder import Project
from ragsheets.project.report import verify_report, write_report
from ragsheets.report.write.content import ReportContent, ReportPart

PARKS = projects.group("Parks", projects.outcome("2.1", projects.action(*(projects.task(label) for label in "abcd"))))
FEWER = projects.group("Parks", projects.outcome("2.1", projects.action(*(projects.task(label) for label in "ab"))))
HEALTH = projects.group("Health", projects.outcome("3.1"))
WHOLE = {**projects.plan(PARKS, HEALTH, projects.group("Play", on_hold=True, outcomes=[])), "template": "brag"}
LATER = {**projects.plan(FEWER, HEALTH), "template": "brag"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three periods: two tasks were completed in the first; two were withdrawn from the plan before the second."""
    folder = tmp_path_factory.mktemp("gone")
    statuses = {"2.1a": "BLUE", "2.1b": "AMBER", "2.1c": "RED"}
    periods.hold_period(folder, "2008-06-05", {"Parks": statuses, "Health": {"3.1a": "BLUE"}}, plan=WHOLE)
    periods.hold_period(folder, "2008-09-04", {"Parks": {"2.1b": "GREEN"}}, plan=LATER)
    periods.hold_period(folder, "2008-12-04", {"Parks": {"2.1b": "GREEN"}})
    return folder


def gone(content: ReportContent) -> ReportPart:
    assert content.no_longer_reported is not None
    return content.no_longer_reported


@pytest.mark.slow
def test_each_removed_task_is_listed_with_the_reason(folder: Path) -> None:
    part = gone(periods.report_content(folder, "2008-09-04"))
    assert part.heading == "No longer reported"
    assert periods.table_texts(part.table) == [
        ["Parks", "2.1", "a) Task a", "Completed", "BLUE", "5th June 2008"],
        ["Parks", "2.1", "c) Task c", "Withdrawn from the plan", "RED", "5th June 2008"],
        ["Parks", "2.1", "d) Task d", "Withdrawn from the plan", "Not reported", ""],
        ["Health", "3.1", "a) Task a", "Completed", "BLUE", "5th June 2008"],
    ]


def test_a_sub_group_that_is_wholly_complete_is_named(folder: Path) -> None:
    assert gone(periods.report_content(folder, "2008-09-04")).paragraphs == (
        "These tasks were asked about for 5th June 2008 but are not any more, so the totals no longer count them.",
        "Sub-groups whose tasks are all complete: Health.",
    )


@pytest.mark.slow
def test_a_sub_group_with_a_withdrawn_task_is_not_complete(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "BLUE"}, "Health": {"3.1a": "RED"}}, plan=WHOLE)
    later_plan = {**projects.plan(HEALTH), "template": "brag"}
    periods.hold_period(tmp_path, "2008-09-04", {}, plan=later_plan)
    part = gone(periods.report_content(tmp_path))
    assert len(part.paragraphs) == 1
    assert part.count_text == "1 task completed and 3 tasks withdrawn"


def test_the_first_page_has_their_number_and_a_link(folder: Path) -> None:
    content = periods.report_content(folder, "2008-09-04")
    line = content.attention_summary[-1]
    assert line.text == "No longer reported: 2 tasks completed and 2 tasks withdrawn"
    assert line.target == gone(content).bookmark
    assert line.target not in [part.bookmark for part in content.attention]


def test_they_are_listed_only_once(folder: Path) -> None:
    assert periods.report_content(folder, "2008-12-04").no_longer_reported is None


def test_the_first_period_has_none(folder: Path) -> None:
    content = periods.report_content(folder, "2008-06-05")
    assert content.no_longer_reported is None
    assert not any("No longer reported" in line.text for line in content.attention_summary)


@pytest.mark.slow
def test_a_late_change_of_status_completes_a_task(tmp_path: Path) -> None:
    plan = {**projects.plan(PARKS), "template": "brag"}
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "GREEN", "2.1b": "GREEN"}}, plan=plan)
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1b": "GREEN"}})
    periods.add_returns(tmp_path, "2008-06-05", {"Parks": {"2.1a": "BLUE", "2.1b": "GREEN"}}, "later {group}.xlsx")
    periods.hold_period(tmp_path, "2008-12-04", {})
    assert periods.table_texts(gone(periods.report_content(tmp_path)).table) == [
        ["Parks", "2.1", "a) Task a", "Completed", "BLUE", "5th June 2008"]
    ]


@pytest.mark.slow
def test_the_part_is_printed_and_verified(folder: Path) -> None:
    project = Project(folder)
    path = write_report(project, date=periods.date("2008-09-04")).path
    assert verify_report(project, path).differences == ()
    document = docx.Document(str(path))
    (table,) = (
        document_table for document_table in document.tables if document_table.cell(0, 3).text == "What became of it"
    )
    table.cell(1, 3).text = "Withdrawn from the plan"
    document.save(str(path))
    (difference,) = verify_report(project, path).differences
    assert difference.section == "No longer reported"


# ------------------------------------------------------------------- decided from the plans of both periods


@pytest.mark.slow
def test_a_task_left_out_as_complete_and_corrected_since_is_not_withdrawn(tmp_path: Path) -> None:
    plan = {**projects.plan(PARKS), "template": "brag"}
    statuses = {"2.1a": "BLUE", "2.1b": "RED", "2.1c": "BLUE"}
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": statuses}, plan=plan)
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1b": "GREEN"}})
    correct(Project(tmp_path), "2.1a", status="green", reason="Ann rang", date=periods.date("2008-06-05"))
    part = gone(periods.report_content(tmp_path))
    assert periods.table_texts(part.table) == [
        [
            "Parks",
            "2.1",
            "a) Task a",
            "Not asked about: complete when the workbooks were made",
            "GREEN",
            "5th June 2008",
        ],
        ["Parks", "2.1", "c) Task c", "Completed", "BLUE", "5th June 2008"],
    ]
    assert part.count_text == "1 task completed and 1 task not asked about"
    path = write_report(Project(tmp_path)).path
    assert verify_report(Project(tmp_path), path).differences == ()


@pytest.mark.slow
def test_a_task_that_stands_under_another_key_is_not_listed(tmp_path: Path) -> None:
    """Another task was put in before it, so that its derived key is a new one."""
    first, second = (
        projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))
        for tasks in (
            (projects.task("a", task="Plant oaks"), projects.task("b", task="Mow")),
            (projects.task("a", task="Map the ponds"), projects.task("b", task="Plant oaks")),
        )
    )
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED", "2.1b": "RED"}}, plan=first)
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "RED", "2.1b": "RED"}}, plan=second)
    assert periods.table_texts(gone(periods.report_content(tmp_path)).table) == [
        ["Parks", "2.1", "b) Mow", "Withdrawn from the plan", "RED", "5th June 2008"]
    ]
