"""Closed periods: what a final report rests on is changed only where somebody has agreed to exactly that change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import periods, projects
from helpers.built_once import built_once
from helpers.projects import assess
from ragsheets.errors import ProjectError
from ragsheets.project.closed_periods import ClosedPeriodError
from ragsheets.project.correct import correct, undo_corrections
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.report import compose_report, write_report
from ragsheets.returns.preview import PeriodComparison

JUNE, SEPTEMBER = "2008-06-05", "2008-09-04"
PLAN = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*map(projects.task, "abcd")))))
ALL_RED = dict.fromkeys(("2.1a", "2.1b", "2.1c", "2.1d"), "RED")

Agreement = PeriodComparison | bool
#: A command that changes June, with what somebody has agreed to.
Command = Callable[[Project, Agreement], object]


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    """A project whose period of June is closed, with a return that was excluded and a correction; September is open."""
    folder = tmp_path / "project"
    periods.hold_period(folder, JUNE, {"Parks": ALL_RED}, plan=PLAN)
    periods.add_returns(folder, JUNE, {"Parks": {"2.1d": "AMBER"}}, "second {group}.xlsx")
    ingest(Project(folder), exclude=["second Parks.xlsx"])
    correct(Project(folder), "2.1a", status="AMBER", reason="Ann rang")
    write_report(Project(folder), final=True)
    periods.hold_period(folder, SEPTEMBER, {})
    return Project(folder)


def late_reply(project: Project, day: str = JUNE, status: str = "GREEN", name: str = "late.xlsx") -> Path:
    """Put a reply to a period's workbook into the period's returned/."""
    answers = {key: {"position": "Done", "status": status, "planned": "No more"} for key in ALL_RED}
    period = periods.period_of(day)
    return projects.reply(project.folder, name, answers, period=period, to=project.folder / day / "returned")


def ingest_late_reply(project: Project, agreed: Agreement) -> object:
    late_reply(project)
    return ingest(project, date=periods.date(JUNE), agreed=agreed)


def exclude(project: Project, agreed: Agreement) -> object:
    return ingest(project, date=periods.date(JUNE), exclude=["Parks.xlsx"], agreed=agreed)


def include(project: Project, agreed: Agreement) -> object:
    return ingest(project, date=periods.date(JUNE), include=["second Parks.xlsx"], agreed=agreed)


def correct_task(project: Project, agreed: Agreement) -> object:
    return correct(project, "2.1b", status="GREEN", reason="Ann rang", date=periods.date(JUNE), agreed=agreed)


def undo(project: Project, agreed: Agreement) -> object:
    return undo_corrections(project, "2.1a", date=periods.date(JUNE), agreed=agreed)


def rename_period(project: Project, agreed: Agreement) -> object:
    return generate(project, periods.date(JUNE), name="Summer", force=True, agreed=agreed)


def generate_with_another_plan(project: Project, agreed: Agreement) -> object:
    tasks = (projects.task("a", task="Plant a hundred trees"), *map(projects.task, "bcd"))
    changed = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))
    projects.write_plan(project.folder, changed)
    return generate(project, periods.date(JUNE), force=True, agreed=agreed)


COMMANDS = (
    *(ingest_late_reply, exclude, include, correct_task, undo),
    *(rename_period, generate_with_another_plan),
)


def state(project: Project) -> tuple[object, ...]:
    """Return what a report of June rests on, and the log."""
    with project.ledger() as ledger:
        record = ledger.period(periods.date(JUNE))
        events = [event for event in ledger.events() if event.command != "report"]
    assessment = assess(project, periods.date(JUNE))
    report = compose_report(project, date=periods.date(JUNE), logged=False).content
    return record, assessment.tasks.to_csv(), [item for _, item in assessment.findings], report, events


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_changed_in_a_closed_period_without_agreement(project: Project, command: Command) -> None:
    def files_of_june() -> dict[str, bytes]:
        found = projects.files_by_name(project.folder / JUNE)
        return {name: content for name, content in found.items() if name != "returned/late.xlsx"}

    before, files_before = state(project), files_of_june()
    with pytest.raises(ClosedPeriodError) as raised:
        command(project, False)
    assert files_of_june() == files_before
    assert state(project) == before
    assert not raised.value.comparison.is_unchanged
    assert "5th June 2008 is final" in str(raised.value)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_the_change_that_was_agreed_to_is_made(project: Project, command: Command) -> None:
    before = state(project)
    with pytest.raises(ClosedPeriodError) as raised:
        command(project, False)
    command(project, raised.value.comparison)
    after = assess(project, periods.date(JUNE))
    expected = raised.value.comparison.after
    assert after.tasks.drop(columns="corrected").equals(expected.tasks.drop(columns="corrected"))
    assert after.totals.equals(expected.totals)
    assert state(project)[3] != before[3]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_an_open_period_is_changed_at_once(tmp_path: Path, command: Command) -> None:
    periods.hold_period(tmp_path, JUNE, {"Parks": ALL_RED}, plan=PLAN)
    periods.add_returns(tmp_path, JUNE, {"Parks": {"2.1d": "AMBER"}}, "second {group}.xlsx")
    ingest(Project(tmp_path), exclude=["second Parks.xlsx"])
    correct(Project(tmp_path), "2.1a", status="AMBER", reason="Ann rang")
    command(Project(tmp_path), False)


def test_four_red_tasks_of_a_closed_period_stay_red(project: Project) -> None:
    with pytest.raises(ClosedPeriodError) as raised:
        ingest_late_reply(project, False)
    comparison = raised.value.comparison
    (before,), (after,) = (frame.to_dict("records") for frame in (comparison.before.totals, comparison.after.totals))
    assert (before["RED"], before["AMBER"], before["GREEN"]) == (3, 1, 0)
    assert after["GREEN"] >= 3
    (stored,) = assess(project, periods.date(JUNE)).totals.to_dict("records")
    assert stored == before


@pytest.mark.slow
def test_a_closed_current_period_is_a_closed_period(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, JUNE, {"Parks": ALL_RED}, plan=PLAN)
    write_report(Project(tmp_path), final=True)
    late_reply(Project(tmp_path))
    with pytest.raises(ClosedPeriodError):
        ingest(Project(tmp_path))


@pytest.mark.slow
def test_running_again_in_a_closed_period_changes_nothing_and_asks_nothing(project: Project) -> None:
    before = state(project)
    ingest(project, date=periods.date(JUNE))
    generate(project, periods.date(JUNE))
    assert state(project)[:4] == before[:4]


def test_a_file_that_adds_no_answer_is_a_change_of_what_the_report_names(project: Project) -> None:
    (project.folder / JUNE / "returned" / "note.txt").write_text("We did well.", encoding="utf-8")
    with pytest.raises(ClosedPeriodError) as raised:
        ingest(project, date=periods.date(JUNE))
    assert raised.value.comparison.changes == ()
    assert [item.found for item in raised.value.comparison.new_findings] == ["We did well."]


@pytest.mark.slow
def test_another_change_than_the_one_agreed_to_is_not_made(project: Project) -> None:
    with pytest.raises(ClosedPeriodError) as raised:
        ingest_late_reply(project, False)
    late_reply(project, status="AMBER", name="later still.xlsx")
    before = state(project)
    with pytest.raises(ProjectError, match="changed in the meantime"):
        ingest(project, date=periods.date(JUNE), agreed=raised.value.comparison)
    assert state(project) == before


def test_accepted_proposals_change_no_closed_period(project: Project) -> None:
    """They change the plan for the next period; a closed period keeps the plan that it was sent with."""
    from ragsheets.project.proposals import accept_proposals

    ingest(project, date=periods.date(JUNE), include=["second Parks.xlsx"], agreed=True)
    before = state(project)
    accept_proposals(project, ["all"], date=periods.date(JUNE))
    assert state(project)[:4] == before[:4]
