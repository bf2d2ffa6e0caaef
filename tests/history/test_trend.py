"""Directions of tasks: joined only where key and wording both agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import periods, projects
from helpers.projects import run_ragsheets
from ragsheets.history.trend import Direction, History, PastPeriod, history_of, past_periods_before
from ragsheets.plan.changes import compare_plans
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.template.reader import read_template

MAP = "Map the services"


def _plan(*tasks: dict[str, Any]) -> dict[str, Any]:
    return projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))


def plan_with(wording: str = MAP, key: str = "2.1a", *, key_given: bool = False) -> Plan:
    """Return a plan of one task."""
    task = projects.task(task=wording, key=key)
    plan = Plan.model_validate(_plan({**task, "key_given": key_given}))
    return with_keys(plan)


def past(status: str, wording: str = MAP, key: str = "2.1a") -> PastPeriod:
    return PastPeriod(Period(periods.date("2008-06-05")), plan_with(wording, key), {key: status})


def direction(past_periods: tuple[PastPeriod, ...], status: str, template: str = "standard", **task: Any) -> Direction:
    """Return the direction of the task 2.1a, which has this status now."""
    return History(plan_with(**task), past_periods).direction("2.1a", status, read_template(template).scale)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("RED", "AMBER", Direction.IMPROVED),
        ("AMBER", "GREEN", Direction.IMPROVED),
        ("GREEN", "RED", Direction.WORSENED),
        ("AMBER", "AMBER", Direction.UNCHANGED),
        ("", "GREEN", Direction.UNKNOWN),
        ("GREEN", "", Direction.UNKNOWN),
        ("BLUE", "GREEN", Direction.UNKNOWN),
    ],
)
def test_a_task_moves_along_the_scale(before: str, now: str, expected: Direction) -> None:
    assert direction((past(before),), now) is expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("GREY", "GREY", Direction.UNCHANGED),
        ("GREY", "RED", Direction.CHANGED),
        ("RED", "GREY", Direction.CHANGED),
        ("RED", "BLUE", Direction.IMPROVED),
    ],
)
def test_a_status_that_is_not_ranked_is_neither_better_nor_worse(before: str, now: str, expected: Direction) -> None:
    assert direction((past(before),), now, "brag") is expected


def test_without_an_earlier_period_a_task_is_new() -> None:
    assert direction((), "GREEN") is Direction.NEW


@pytest.mark.parametrize("past_period", [past("RED", wording="Map the parks"), past("RED", key="2.1b")])
def test_neither_the_key_nor_the_wording_alone_joins_two_periods(past_period: PastPeriod) -> None:
    assert direction((past_period,), "GREEN") is Direction.NEW


def test_a_given_key_joins_two_periods_even_where_the_task_is_reworded() -> None:
    reworded = {"wording": "Map the services and the parks", "key_given": True}
    assert direction((past("RED"),), "GREEN", **reworded) is Direction.IMPROVED
    assert direction((past("RED", key="2.1b"),), "GREEN", **reworded) is Direction.NEW


def test_case_and_blanks_do_not_make_another_wording() -> None:
    assert direction((past("RED", wording="map  the services."),), "GREEN") is Direction.IMPROVED


def test_only_the_period_before_gives_a_direction() -> None:
    """A task of two periods ago that the last period did not have is new."""
    assert direction((past("RED", key="9.9"), past("RED")), "GREEN") is Direction.NEW


# ----------------------------------------------------------------------------------------------------- the ledger


def statuses(folder: Path, day: str, most: int = 3) -> list[str | None]:
    with Project(folder).ledger() as ledger:
        past_periods = list(past_periods_before(ledger, periods.date(day), most))
    plan = plan_with("Task a")
    return [past_period.statuses_of(plan).get("2.1a") for past_period in past_periods]


@pytest.mark.slow
def test_the_latest_period_comes_first_and_the_limit_is_kept(tmp_path: Path) -> None:
    for day, status in (("2008-03-04", "RED"), ("2008-06-05", "AMBER"), ("2008-09-04", "GREEN")):
        periods.hold_period(tmp_path, day, {"Parks": {"2.1a": status}})
    assert statuses(tmp_path, "2008-12-04") == ["GREEN", "AMBER", "RED"]
    assert statuses(tmp_path, "2008-12-04", most=2) == ["GREEN", "AMBER"]
    assert statuses(tmp_path, "2008-06-05") == ["RED"]


@pytest.mark.slow
def test_an_excluded_return_no_longer_counts(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}})
    ingest(Project(tmp_path), exclude=["Parks.xlsx"])
    assert statuses(tmp_path, "2008-09-04") == [""]


def test_a_period_that_was_never_ingested_is_not_reported(tmp_path: Path) -> None:
    projects.write_plan(tmp_path)
    projects.run_ragsheets("-C", tmp_path, "generate", "--date", "2008-06-05")
    assert statuses(tmp_path, "2008-09-04") == [""]


def test_stored_statuses_are_replaced_when_the_plan_of_the_period_changes(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}})
    projects.write_plan(
        tmp_path, projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(projects.task("z")))))
    )
    projects.run_ragsheets("-C", tmp_path, "generate", "--date", "2008-06-05", "--force")
    assert statuses(tmp_path, "2008-09-04") == [None]


@pytest.mark.slow
def test_a_given_key_joins_no_period_in_which_another_task_had_it(tmp_path: Path) -> None:
    """Given for the sake of a still earlier period, it had been derived for another task between the two."""
    shops, youth = projects.task("a", task="Map the shops"), projects.task("b", task="Map the youth services")
    periods.hold_period(
        tmp_path, "2008-03-04", {"Parks": {"2.1a": "RED"}}, plan=_plan(projects.task("a", task="Map the services"))
    )
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "GREEN", "2.1b": "AMBER"}}, plan=_plan(shops, youth))
    plan = _plan(shops, {**youth, "key": "2.1a"})
    projects.write_plan(tmp_path, plan)
    generate(Project(tmp_path), periods.date("2008-09-04"), carry_forward=True)
    with Project(tmp_path).ledger() as ledger:
        record = ledger.period()
        history = history_of(ledger, record, 2)
        previous_plan = ledger.period(periods.date("2008-06-05")).plan
    assert [statuses.get("2.1a") for statuses in history.statuses] == [None, "RED"]
    sent = projects.latest_sent_workbook(Project(tmp_path), record.period.date, "Parks")
    assert sent
    assert sent[1].tasks["2.1a"]["status"] == "RED"
    assert compare_plans(previous_plan, record.plan).joined_keys == frozenset()
    entries = run_ragsheets("-C", tmp_path, "history", "--key", "2.1a", "--json")
    assert [entry["status"] for entry in json.loads(entries.stdout)["periods"]] == ["", "RED"]
