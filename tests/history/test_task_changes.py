"""Succession: which tasks a period asks about, and what was last reported of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import periods
from helpers import projects as made
from ragsheets.history.task_changes import LastStatus, TaskChanges, find_task_changes, groups_without_tasks
from ragsheets.history.trend import PastPeriod, StandingRecord
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Plan, with_keys
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.template.model import read_template

BRAG = read_template("brag").scale
MARCH, JUNE, SEPTEMBER = (periods.Period(periods.date(day)) for day in ("2008-03-04", "2008-06-05", "2008-09-04"))


def plan_of(*tasks: Any, **more: Any) -> Plan:
    group = made.group("Parks", made.outcome("2.1", made.action(*tasks)), **more)
    return with_keys(Plan.model_validate(made.plan(group)))


def past(period: periods.Period, **statuses: str) -> PastPeriod:
    """A period in which the tasks with these labels had these statuses."""
    standings = (
        StandingRecord("Parks", "2.1", f"2.1{label}", f"Task {label}", status) for label, status in statuses.items()
    )
    return PastPeriod(period, tuple(standings))


def last(period: periods.Period, status: str, *, silent: bool = False) -> LastStatus:
    return LastStatus(period, status, silent, "Parks")


THREE = plan_of(made.task("a"), made.task("b"), made.task("c"))


def test_without_an_earlier_period_there_is_nothing_to_take_over() -> None:
    assert find_task_changes(THREE, [], BRAG) == TaskChanges()


def test_what_was_last_reported_is_that_of_the_latest_period_that_was_told() -> None:
    pasts = [past(SEPTEMBER, a="GREEN", b=""), past(JUNE, a="RED", b="AMBER"), past(MARCH, b="RED", c="RED")]
    made_of = find_task_changes(THREE, pasts, BRAG)
    assert made_of.previous_period == SEPTEMBER
    assert made_of.last_statuses == {
        "2.1a": last(SEPTEMBER, "GREEN"),
        "2.1b": last(JUNE, "AMBER", silent=True),
        "2.1c": last(MARCH, "RED"),
    }
    assert (made_of.completed, made_of.new, made_of.removed) == ({}, (), ())


def test_a_task_that_was_only_asked_about_was_never_reported_and_is_not_new() -> None:
    made_of = find_task_changes(THREE, [past(SEPTEMBER, a=""), past(JUNE, a="", b="")], BRAG)
    assert made_of.last_statuses == {"2.1a": LastStatus(None, not_reported_last=True), "2.1b": LastStatus(None)}
    assert made_of.new == ("2.1c",)


@pytest.mark.parametrize(
    "pasts",
    [
        [past(SEPTEMBER, a="BLUE")],
        [past(SEPTEMBER, b="RED"), past(JUNE, a="BLUE")],
        [past(SEPTEMBER, a=""), past(JUNE, a="BLUE")],
    ],
    ids=["last time", "before, and left out since", "before, and not reported since"],
)
def test_a_task_that_was_completed_stays_so(pasts: list[PastPeriod]) -> None:
    assert set(find_task_changes(THREE, pasts, BRAG).completed) == {"2.1a"}


def test_a_task_that_was_completed_and_reported_otherwise_since_is_asked_about() -> None:
    made_of = find_task_changes(THREE, [past(SEPTEMBER, a="AMBER"), past(JUNE, a="BLUE")], BRAG)
    assert made_of.completed == {}
    assert made_of.last_statuses["2.1a"] == last(SEPTEMBER, "AMBER")


def test_a_status_that_the_scale_no_longer_has_completes_nothing() -> None:
    scale = read_template("standard").scale
    assert find_task_changes(THREE, [past(SEPTEMBER, a="BLUE")], scale).last_statuses["2.1a"] == last(SEPTEMBER, "BLUE")


def test_a_task_reworded_under_a_derived_key_is_another_and_one_under_its_own_key_is_the_same() -> None:
    reworded = made.task("a", task="Something else")
    made_of = find_task_changes(plan_of(reworded), [past(SEPTEMBER, a="BLUE")], BRAG)
    assert made_of.new == ("2.1a",)
    assert [(gone.standing.wording, gone.last_status.status) for gone in made_of.removed] == [("Task a", "BLUE")]
    same = find_task_changes(plan_of({**reworded, "key": "2.1a"}), [past(SEPTEMBER, a="BLUE")], BRAG)
    assert (set(same.completed), same.new, same.removed) == ({"2.1a"}, (), ())


def test_a_completed_task_with_a_new_key_is_asked_about_again() -> None:
    made_of = find_task_changes(plan_of(made.task("a", key="map-again")), [past(SEPTEMBER, a="BLUE")], BRAG)
    assert (made_of.new, made_of.completed) == (("map-again",), {})


def test_what_is_gone_is_told_with_what_was_last_reported_of_it() -> None:
    pasts = [past(SEPTEMBER, a="GREEN", d="", e="AMBER"), past(JUNE, d="RED", f="RED")]
    gone = find_task_changes(plan_of(made.task("a")), pasts, BRAG).removed
    assert [(each.standing.task, each.last_status) for each in gone] == [
        ("2.1d", last(JUNE, "RED", silent=True)),
        ("2.1e", last(SEPTEMBER, "AMBER")),
    ]


def test_no_more_periods_are_looked_into_than_the_tasks_need() -> None:
    asked = []

    def pasts() -> Iterator[PastPeriod]:
        for period, said in ((SEPTEMBER, {"a": "GREEN", "b": ""}), (JUNE, {"b": "RED"}), (MARCH, {"a": "RED"})):
            asked.append(period)
            yield past(period, **said)

    find_task_changes(plan_of(made.task("a"), made.task("b")), pasts(), BRAG)
    assert asked == [SEPTEMBER, JUNE]


# ---------------------------------------------------------------------------------------------------- what is left


def test_what_has_no_task_left_goes_with_it_and_all_keys_stay() -> None:
    parks = made.group(
        "Parks",
        made.outcome("2.1", made.action(made.task("a"), made.task("a")), made.action(made.task("b"), title="Other")),
        made.outcome("2.2"),
    )
    plan = with_keys(Plan.model_validate(made.plan(parks, made.group("Health", made.outcome("3.1")))))
    (left,) = groups_without_tasks(plan, {"2.1a", "2.1b", "2.2a", "3.1a"})
    assert [(outcome.key, [task.key for task in outcome.tasks]) for outcome in left.outcomes] == [("2.1", ["2.1a-2"])]
    assert len(left.outcomes[0].actions) == 1


def test_without_nothing_the_sub_groups_are_as_they_were() -> None:
    assert groups_without_tasks(THREE, ()) == THREE.groups


def test_a_sub_group_on_hold_stays_whatever_is_left() -> None:
    (left,) = groups_without_tasks(plan_of(made.task("a"), on_hold=True), {"2.1a"})
    assert (left.name, left.outcomes) == ("Parks", ())


# ------------------------------------------------------------------------------------------------ periods in a row

PLAN = made.plan(
    made.group("Parks", made.outcome("2.1", made.action(made.task("a"), made.task("b"))), made.outcome("2.2")),
    made.group("Health", made.outcome("3.1")),
    template="brag",
)


def held(folder: Path, day: str) -> list[str]:
    """The keys of the tasks that a period asks about."""
    with Project(folder).ledger() as ledger:
        return list(tasks_by_key(ledger.period(periods.date(day)).plan))


def test_three_periods_in_a_row_ask_for_what_is_left(tmp_path: Path) -> None:
    periods.hold(
        tmp_path, "2008-03-04", {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}, "Health": {"3.1a": "BLUE"}}, plan=PLAN
    )
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1b": "GREEN", "2.2a": "BLUE"}})
    result = ingest(Project(tmp_path), date=periods.date("2008-06-05"))
    assert result.assessment.missing_groups == ()
    assert [(row["outcome"], row["total"]) for row in result.as_json()["totals"]] == [("2.1", 1), ("2.2", 1)]
    generate(Project(tmp_path), periods.date("2008-09-04"))
    assert [held(tmp_path, day) for day in ("2008-03-04", "2008-06-05", "2008-09-04")] == [
        ["2.1a", "2.1b", "2.2a", "3.1a"],
        ["2.1b", "2.2a"],
        ["2.1b"],
    ]
    assert [path.name for path in (tmp_path / "2008-09-04" / "sent").iterdir()] == ["Parks.xlsx"]


def test_a_task_comes_back_when_its_return_was_taken_out(tmp_path: Path) -> None:
    periods.hold(tmp_path, "2008-03-04", {"Parks": {"2.1a": "BLUE"}}, plan=PLAN)
    generate(Project(tmp_path), periods.date("2008-06-05"))
    assert "2.1a" not in held(tmp_path, "2008-06-05")
    ingest(Project(tmp_path), date=periods.date("2008-03-04"), exclude=["Parks.xlsx"])
    generate(Project(tmp_path), periods.date("2008-06-05"), force=True)
    assert "2.1a" in held(tmp_path, "2008-06-05")


def test_one_sub_group_made_again_leaves_the_others_as_they_were_sent(tmp_path: Path) -> None:
    periods.hold(tmp_path, "2008-03-04", {"Parks": {"2.1a": "BLUE"}}, plan=PLAN)
    generate(Project(tmp_path), periods.date("2008-06-05"))
    ingest(Project(tmp_path), date=periods.date("2008-03-04"), exclude=["Parks.xlsx"])
    generate(Project(tmp_path), periods.date("2008-06-05"), groups=["Health"])
    assert held(tmp_path, "2008-06-05") == ["2.1b", "2.2a", "3.1a"]
