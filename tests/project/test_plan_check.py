"""A plan is compared with the last period, and with older periods for the tasks that the last one lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers import projects
from helpers.periods import date, hold_period
from helpers.projects import action, group, outcome, task
from ragsheets.ledger import Ledger, PeriodRecord, StandingRecord
from ragsheets.plan.change import ChangeKind, PlanChanges
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan_files.convert import convert
from ragsheets.project.folder import Project, create_project
from ragsheets.project.generate import generate
from ragsheets.project.plan_check import changes_since, check_plan
from ragsheets.template.reader import read_template

OAKS, MOW = task("a", task="Plant oaks along the river"), task("b", task="Mow the meadow twice a year")


def plan(*tasks: dict[str, Any]) -> dict[str, Any]:
    return projects.plan(group("Parks", outcome("2.1", action(*tasks))))


def test_without_a_ledger_a_plan_is_not_compared_and_no_ledger_is_created(tmp_path: Path) -> None:
    projects.write_plan(tmp_path)
    checked = check_plan(Project(tmp_path))
    assert (checked.since, checked.changes.changes) == (None, ())
    assert list(projects.files_by_name(tmp_path)) == ["plan.toml"]


@pytest.mark.slow
def test_a_task_missing_from_the_last_period_is_compared_with_an_older_one(tmp_path: Path) -> None:
    """A completed task does so: it may stay in the plan for ever, and is not a new task."""
    hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=plan(OAKS, MOW))
    hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1b": "AMBER"}}, plan=plan(MOW))
    hold_period(tmp_path, "2008-12-04", {"Parks": {"2.1b": "AMBER"}})
    projects.write_plan(tmp_path, plan(OAKS, MOW))
    checked = check_plan(Project(tmp_path))
    assert checked.since == Period(date("2008-12-04"))
    assert checked.changes.changes == ()
    assert checked.changes.new_history_keys == ()


def test_a_task_is_compared_with_the_newest_period_that_had_it() -> None:
    with Ledger.open("sqlite://") as ledger:
        template = read_template("standard")
        for day, *more in (("2008-03-06", task("a", task="Plant elms")), ("2008-06-05", OAKS), ("2008-09-04",)):
            period_plan = keyed(plan(*more, MOW))
            ledger.save_period(PeriodRecord(Period(date(day)), period_plan, template), [])
            ledger.replace_standings(
                date(day),
                [
                    StandingRecord("Parks", "2.1", key, item.task, "GREEN")
                    for key, item in tasks_by_key(period_plan).items()
                ],
            )
        period, changes = changes_since(ledger, keyed(plan(OAKS, MOW)))
        assert (period, changes.changes) == (Period(date("2008-09-04")), ())
        (change,) = changes_since(ledger, keyed(plan(task("a", task="Plant elms"), MOW)))[1].changes
        assert (change.kind, change.before) == (ChangeKind.TASK_REPLACED, "Plant oaks along the river")


@pytest.mark.slow
def test_completed_tasks_still_in_the_plan_are_no_change_in_later_periods(tmp_path: Path) -> None:
    """Health is complete and is removed as a whole; one task was completed and then moved in the plan."""
    walk = task("a", task="Walk the old railway", key="walk")
    sing, health = task("a", task="Sing in the square"), group("Health", outcome("3.1", action(walk)))
    first_plan = brag_plan(
        group("Parks", outcome("2.1", action(OAKS, MOW, {**sing, "key": "sing", "label": "c"}))), health
    )
    statuses = {"Parks": {"2.1a": "RED", "2.1b": "RED", "sing": "BLUE"}, "Health": {"walk": "BLUE"}}
    hold_period(tmp_path, "2008-03-06", statuses, plan=first_plan)
    moved_outcome = outcome("2.2", action({**sing, "key": "sing"}))
    later_plan = brag_plan(group("Parks", outcome("2.1", action(OAKS, MOW)), moved_outcome), health)
    for day in ("2008-06-05", "2008-09-04"):
        hold_period(tmp_path, day, {"Parks": {"2.1a": "RED", "2.1b": "RED"}}, plan=later_plan)
        checked = check_plan(Project(tmp_path))
        assert (checked.since, checked.changes.changes) == (Period(date(day)), ())


@pytest.mark.slow
def test_a_withdrawn_task_that_returns_in_another_outcome_is_a_change(tmp_path: Path) -> None:
    sing = task("c", task="Sing in the square", key="sing")
    hold_period(tmp_path, "2008-03-06", {"Parks": {"sing": "RED"}}, plan=plan(MOW, sing))
    hold_period(tmp_path, "2008-06-05", {}, plan=plan(MOW))
    projects.write_plan(tmp_path, brag_plan(group("Parks", outcome("2.1", action(MOW)), outcome("2.2", action(sing)))))
    kinds = [change.kind for change in check_plan(Project(tmp_path)).changes.changes]
    assert kinds == [ChangeKind.OUTCOME_ADDED, ChangeKind.TASK_MOVED]


def brag_plan(*groups: dict[str, Any]) -> dict[str, Any]:
    """Return a plan whose template has a status for completed tasks."""
    return projects.plan(*groups, template="brag")


def test_only_periods_before_the_date_are_compared() -> None:
    with Ledger.open("sqlite://") as ledger:
        record = PeriodRecord(Period(date("2008-09-04")), keyed(plan(MOW)), read_template("standard"))
        ledger.save_period(record, [])
        assert changes_since(ledger, keyed(plan(OAKS)), date("2008-09-04")) == (None, PlanChanges())
        assert changes_since(ledger, keyed(plan(OAKS)), date("2008-09-05"))[0] == Period(date("2008-09-04"))


def test_dates_that_have_passed_are_named_in_new_tasks_only(tmp_path: Path) -> None:
    late, soon = task("a", task="Sow", due="2008-12-01"), task("b", task="Reap", due="2009-09-01")
    projects.write_plan(tmp_path, brag_plan(group("Parks", outcome("2.1", action(late, soon)))))
    (warning,) = check_plan(Project(tmp_path), today=date("2009-01-01")).warnings
    assert str(warning) == (
        "Parks, task 2.1a: Due date: 1st December 2008 has passed. Check the day, the month and the year."
    )
    assert check_plan(Project(tmp_path), today=date("2008-12-01")).warnings == ()
    hold_period(tmp_path, "2008-09-04", {})
    assert check_plan(Project(tmp_path), today=date("2009-01-01")).warnings == ()


@pytest.mark.parametrize("as_xlsx", [False, True], ids=["plan.toml", "plan.xlsx"])
def test_tasks_of_the_starter_plan_are_counted(tmp_path: Path, as_xlsx: bool) -> None:
    create_project(tmp_path, as_xlsx=as_xlsx)
    warning = check_plan(Project(tmp_path)).warnings[-1]
    assert "tasks are still from the example that a new project starts with." in str(warning)
    result = generate(Project(tmp_path), date("2008-09-04"))
    assert [problem.what for problem in result.warnings] == [warning.what]


@pytest.mark.slow
def test_the_whole_example_in_use_is_meant_to_be_the_example(tmp_path: Path) -> None:
    """As in the project of a demo; but tasks that are left over in a plan of one's own are named."""
    create_project(tmp_path)
    project, plan_file = Project(tmp_path), tmp_path / "plan.toml"
    generate(project, date("2008-09-04"))
    assert check_plan(project).warnings == check_plan(project, plan_file).warnings == ()
    assert generate(project, date("2009-03-05")).warnings == ()
    plan_file.write_text(plan_file.read_text("utf-8").replace("Gloucester Partnership", "Our Partnership"), "utf-8")
    (warning,) = check_plan(project).warnings
    assert warning.what.startswith("20 of 20 tasks are still from the example")


@pytest.mark.slow
def test_a_key_that_generate_asked_for_is_not_called_unknown(tmp_path: Path) -> None:
    """The recorded plan has other keys until the workbooks are generated again."""
    oaks, mow = task(task="Plant oaks along the river"), task(task="Mow the meadow")
    project, period = Project(tmp_path), date("2008-09-04")
    projects.write_plan(tmp_path, plan(oaks, mow))
    generate(project, period)
    reworded = task(task="Plant oaks by the old river")
    projects.write_plan(tmp_path, plan(task(task="Draw a map"), reworded, mow))
    (unplaced,) = generate(project, period, force=True).recorded.unplaced
    projects.write_plan(tmp_path, plan(task(task="Draw a map"), {**reworded, "key": unplaced.key}, mow))
    checked = check_plan(project)
    (change,) = (change for change in checked.changes.changes if change.key == unplaced.key)
    assert change.kind is ChangeKind.TASK_KEY_RESTORED
    assert str(checked.problem_of(change)) == (
        "task 2.1-1: has the key again that it had in an earlier workbook of 4th September 2008. "
        "Its history continues from there; make the workbooks of that period again, with generate and --force."
    )
    generate(project, period, force=True)
    assert check_plan(project).changes.changes == ()


def test_a_key_of_another_task_is_not_an_earlier_one(tmp_path: Path) -> None:
    oaks, mow = task(task="Plant oaks along the river"), task(task="Mow the meadow")
    hold_period(tmp_path, "2008-09-04", {}, plan=plan(oaks, mow))
    projects.write_plan(tmp_path, plan({**oaks, "key": "2.1-2"}, mow))
    kinds = [change.kind for change in check_plan(Project(tmp_path)).changes.changes]
    assert ChangeKind.TASK_KEY_UNKNOWN in kinds
    assert ChangeKind.TASK_KEY_RESTORED not in kinds


def test_in_a_plan_workbook_the_cell_for_a_key_is_named(tmp_path: Path) -> None:
    hold_period(tmp_path, "2008-09-04", {}, plan=plan(task(task="Plant oaks"), task(task="Mow")))
    projects.write_plan(tmp_path, plan(task(task="Sing"), task(task="Plant oaks"), task(task="Mow")))
    convert(tmp_path / "plan.toml", tmp_path / "plan.xlsx")
    (tmp_path / "plan.toml").unlink()
    checked = check_plan(Project(tmp_path))
    fixes = [checked.problem_of(change).fix for change in checked.changes.changes if change.needs_key]
    assert fixes == [
        "Give it the key 2.1-1 (in the cell Tasks!I3) to keep its history.",
        "Give it the key 2.1-2 (in the cell Tasks!I4) to keep its history.",
    ]


def keyed(table: dict[str, Any]) -> Plan:
    return with_keys(Plan.model_validate(table))
