"""Changes of tasks: which tasks a period asks about, and the last status of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import periods, projects
from ragsheets.history.task_changes import (
    LastStatus,
    RemovalReason,
    TaskChanges,
    find_task_changes,
    groups_without_tasks,
    reopened_tasks,
)
from ragsheets.history.trend import PastPeriod, past_periods_before
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Plan, with_keys
from ragsheets.project.correct import correct
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.template.reader import read_template

BRAG = read_template("brag").scale
MARCH, JUNE, SEPTEMBER = (periods.Period(periods.date(day)) for day in ("2008-03-04", "2008-06-05", "2008-09-04"))


def plan_of(*tasks: Any, **more: Any) -> Plan:
    group = projects.group("Parks", projects.outcome("2.1", projects.action(*tasks)), **more)
    return with_keys(Plan.model_validate(projects.plan(group)))


def past(period: periods.Period, **statuses: str) -> PastPeriod:
    """Return a period in which the tasks with these labels had these statuses."""
    return PastPeriod(
        period, plan_of(*map(projects.task, statuses)), {f"2.1{label}": status for label, status in statuses.items()}
    )


def last(period: periods.Period, status: str, key: str, *, silent: bool = False) -> LastStatus:
    return LastStatus(period, status, silent, "Parks", key)


THREE = plan_of(projects.task("a"), projects.task("b"), projects.task("c"))


def test_without_an_earlier_period_there_are_no_changes() -> None:
    assert find_task_changes(THREE, [], BRAG) == TaskChanges()


def test_the_last_status_is_that_of_the_latest_period_with_a_report() -> None:
    pasts = [past(SEPTEMBER, a="GREEN", b=""), past(JUNE, a="RED", b="AMBER"), past(MARCH, b="RED", c="RED")]
    changes = find_task_changes(THREE, pasts, BRAG)
    assert changes.previous_period == SEPTEMBER
    assert changes.last_statuses == {
        "2.1a": last(SEPTEMBER, "GREEN", "2.1a"),
        "2.1b": last(JUNE, "AMBER", "2.1b", silent=True),
        "2.1c": last(MARCH, "RED", "2.1c"),
    }
    assert (changes.completed, changes.new, changes.removed) == ({}, (), ())


def test_a_task_that_was_asked_about_and_never_reported_is_not_new() -> None:
    changes = find_task_changes(THREE, [past(SEPTEMBER, a=""), past(JUNE, a="", b="")], BRAG)
    assert changes.last_statuses == {"2.1a": LastStatus(None, not_reported_last=True), "2.1b": LastStatus(None)}
    assert changes.new == ("2.1c",)


@pytest.mark.parametrize(
    "pasts",
    [
        [past(SEPTEMBER, a="BLUE")],
        [past(SEPTEMBER, b="RED"), past(JUNE, a="BLUE")],
        [past(SEPTEMBER, a=""), past(JUNE, a="BLUE")],
    ],
    ids=["last time", "before, and left out since", "before, and not reported since"],
)
def test_a_completed_task_stays_completed(pasts: list[PastPeriod]) -> None:
    assert set(find_task_changes(THREE, pasts, BRAG).completed) == {"2.1a"}


def test_a_completed_task_reported_with_another_status_since_is_asked_about() -> None:
    changes = find_task_changes(THREE, [past(SEPTEMBER, a="AMBER"), past(JUNE, a="BLUE")], BRAG)
    assert changes.completed == {}
    assert changes.last_statuses["2.1a"] == last(SEPTEMBER, "AMBER", "2.1a")


def test_a_status_no_longer_on_the_scale_does_not_complete_a_task() -> None:
    scale = read_template("standard").scale
    assert find_task_changes(THREE, [past(SEPTEMBER, a="BLUE")], scale).last_statuses["2.1a"] == last(
        SEPTEMBER, "BLUE", "2.1a"
    )


def test_a_task_reworded_under_a_derived_key_is_another_and_under_a_given_key_the_same() -> None:
    reworded = projects.task("a", task="Something else")
    changes = find_task_changes(plan_of(reworded), [past(SEPTEMBER, a="BLUE")], BRAG)
    assert changes.new == ("2.1a",)
    assert [(removed.task.wording, removed.last_status.status) for removed in changes.removed] == [("Task a", "BLUE")]
    with_given_key = find_task_changes(plan_of({**reworded, "key": "2.1a"}), [past(SEPTEMBER, a="BLUE")], BRAG)
    assert (set(with_given_key.completed), with_given_key.new, with_given_key.removed) == ({"2.1a"}, (), ())


def test_a_completed_task_with_a_new_key_is_asked_about_again() -> None:
    changes = find_task_changes(plan_of(projects.task("a", key="map-again")), [past(SEPTEMBER, a="BLUE")], BRAG)
    assert (changes.new, changes.completed) == (("map-again",), {})


def test_a_removed_task_is_listed_with_its_last_status() -> None:
    pasts = [past(SEPTEMBER, a="GREEN", d="", e="AMBER"), past(JUNE, d="RED", f="RED")]
    removed = find_task_changes(plan_of(projects.task("a")), pasts, BRAG).removed
    assert [(task.task.key, task.last_status) for task in removed] == [
        ("2.1d", last(JUNE, "RED", "2.1d", silent=True)),
        ("2.1e", last(SEPTEMBER, "AMBER", "2.1e")),
    ]


def test_the_reason_is_decided_by_the_plan_and_the_last_status() -> None:
    pasts = [past(SEPTEMBER, a="RED", b="BLUE", c="GREEN", d="RED")]
    left_out = plan_of(projects.task("c"), projects.task("d", task="Another"))
    removed = find_task_changes(plan_of(projects.task("a")), pasts, BRAG, left_out).removed
    assert [(task.task.key, task.reason) for task in removed] == [
        ("2.1b", RemovalReason.COMPLETED),
        ("2.1c", RemovalReason.LEFT_OUT),
        ("2.1d", RemovalReason.WITHDRAWN),
    ]


def test_a_task_with_the_words_of_a_new_one_of_its_sub_group_is_not_removed() -> None:
    moved = plan_of(projects.task("a", task="Map the ponds"), projects.task("b", task="Task a"))
    assert find_task_changes(moved, [past(SEPTEMBER, a="RED")], BRAG).removed == ()
    elsewhere = projects.group("Health", projects.outcome("3.1", projects.action(projects.task("a"))))
    other_group = with_keys(Plan.model_validate(projects.plan(elsewhere)))
    (removed,) = find_task_changes(other_group, [past(SEPTEMBER, a="RED")], BRAG).removed
    assert removed.reason is RemovalReason.WITHDRAWN


def test_a_task_with_the_words_of_one_that_older_periods_had_is_removed() -> None:
    twice = plan_of(projects.task("a"), projects.task("b", task="Task c"))
    pasts = [
        past(SEPTEMBER, a="RED", c="RED"),
        PastPeriod(JUNE, plan_of(projects.task("b", task="Task c")), {"2.1b": ""}),
    ]
    (removed,) = find_task_changes(twice, pasts, BRAG).removed
    assert (removed.task.key, removed.reason) == ("2.1c", RemovalReason.WITHDRAWN)


def test_only_as_many_periods_are_read_as_the_tasks_need() -> None:
    read_periods = []

    def pasts() -> Iterator[PastPeriod]:
        for period, statuses in ((SEPTEMBER, {"a": "GREEN", "b": ""}), (JUNE, {"b": "RED"}), (MARCH, {"a": "RED"})):
            read_periods.append(period)
            yield past(period, **statuses)

    find_task_changes(plan_of(projects.task("a"), projects.task("b")), pasts(), BRAG)
    assert read_periods == [SEPTEMBER, JUNE]


# ------------------------------------------------------------------------------------------------ remaining tasks


def test_parts_without_a_remaining_task_are_removed_and_all_keys_stay() -> None:
    parks = projects.group(
        "Parks",
        projects.outcome(
            "2.1",
            projects.action(projects.task("a"), projects.task("a")),
            projects.action(projects.task("b"), title="Other"),
        ),
        projects.outcome("2.2"),
    )
    plan = with_keys(Plan.model_validate(projects.plan(parks, projects.group("Health", projects.outcome("3.1")))))
    (group,) = groups_without_tasks(plan, {"2.1a", "2.1b", "2.2a", "3.1a"})
    assert [(outcome.key, [task.key for task in outcome.tasks]) for outcome in group.outcomes] == [("2.1", ["2.1a-2"])]
    assert len(group.outcomes[0].actions) == 1


def test_without_tasks_to_remove_the_sub_groups_are_unchanged() -> None:
    assert groups_without_tasks(THREE, ()) == THREE.groups


def test_a_sub_group_on_hold_stays_even_without_tasks() -> None:
    (group,) = groups_without_tasks(plan_of(projects.task("a"), on_hold=True), {"2.1a"})
    assert (group.name, group.outcomes) == ("Parks", ())


# ------------------------------------------------------------------------------------------------ periods in a row

PLAN = projects.plan(
    projects.group(
        "Parks",
        projects.outcome("2.1", projects.action(projects.task("a"), projects.task("b"))),
        projects.outcome("2.2"),
    ),
    projects.group("Health", projects.outcome("3.1")),
    template="brag",
)


def asked_task_keys(folder: Path, day: str) -> list[str]:
    """Return the keys of the tasks that a period asks about."""
    with Project(folder).ledger() as ledger:
        return list(tasks_by_key(ledger.period(periods.date(day)).plan))


@pytest.mark.slow
def test_three_periods_in_a_row_ask_about_the_remaining_tasks(tmp_path: Path) -> None:
    periods.hold_period(
        tmp_path, "2008-03-04", {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}, "Health": {"3.1a": "BLUE"}}, plan=PLAN
    )
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1b": "GREEN", "2.2a": "BLUE"}})
    result = ingest(Project(tmp_path), date=periods.date("2008-06-05"))
    assert result.assessment.missing_groups == ()
    assert [(row["outcome"], row["total"]) for row in result.as_json()["totals"]] == [("2.1", 1), ("2.2", 1)]
    generate(Project(tmp_path), periods.date("2008-09-04"))
    assert [asked_task_keys(tmp_path, day) for day in ("2008-03-04", "2008-06-05", "2008-09-04")] == [
        ["2.1a", "2.1b", "2.2a", "3.1a"],
        ["2.1b", "2.2a"],
        ["2.1b"],
    ]
    assert [path.name for path in (tmp_path / "2008-09-04" / "sent").iterdir()] == ["Parks.xlsx"]


@pytest.mark.slow
def test_a_task_is_asked_about_again_when_its_return_was_excluded(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-03-04", {"Parks": {"2.1a": "BLUE"}}, plan=PLAN)
    generate(Project(tmp_path), periods.date("2008-06-05"))
    assert "2.1a" not in asked_task_keys(tmp_path, "2008-06-05")
    ingest(Project(tmp_path), date=periods.date("2008-03-04"), exclude=["Parks.xlsx"])
    generate(Project(tmp_path), periods.date("2008-06-05"), force=True)
    assert "2.1a" in asked_task_keys(tmp_path, "2008-06-05")


@pytest.mark.slow
def test_generating_one_sub_group_again_keeps_the_others_as_they_were_sent(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-03-04", {"Parks": {"2.1a": "BLUE"}}, plan=PLAN)
    generate(Project(tmp_path), periods.date("2008-06-05"))
    ingest(Project(tmp_path), date=periods.date("2008-03-04"), exclude=["Parks.xlsx"])
    generate(Project(tmp_path), periods.date("2008-06-05"), groups=["Health"])
    assert asked_task_keys(tmp_path, "2008-06-05") == ["2.1b", "2.2a", "3.1a"]


def completed_task_keys(folder: Path, day: str) -> list[str]:
    """Return the keys of the tasks that a period does not ask about because they were complete."""
    with Project(folder).ledger() as ledger:
        return list(tasks_by_key(ledger.period(periods.date(day)).completed_plan))


def reopened_task_keys(folder: Path, day: str) -> list[str]:
    with Project(folder).ledger() as ledger:
        past_periods = past_periods_before(ledger, periods.date(day), 9)
        return [path.task.key for path in reopened_tasks(ledger.period(periods.date(day)), past_periods)]


@pytest.mark.slow
def test_a_period_records_the_completed_tasks_that_it_leaves_out(tmp_path: Path) -> None:
    first = {"Parks": {"2.1a": "BLUE", "2.1b": "BLUE"}, "Health": {"3.1a": "BLUE"}}
    periods.hold_period(tmp_path, "2008-03-04", first, plan=PLAN)
    periods.hold_period(tmp_path, "2008-06-05", {})
    assert completed_task_keys(tmp_path, "2008-06-05") == ["2.1a", "2.1b", "3.1a"]
    assert reopened_task_keys(tmp_path, "2008-06-05") == []
    for key in ("2.1b", "3.1a"):
        correct(Project(tmp_path), key, status="green", reason="Ann rang", date=periods.date("2008-03-04"))
    assert reopened_task_keys(tmp_path, "2008-06-05") == ["2.1b", "3.1a"]
    generate(Project(tmp_path), periods.date("2008-06-05"), groups=["Health"])
    assert completed_task_keys(tmp_path, "2008-06-05") == ["2.1a", "2.1b"]
    assert asked_task_keys(tmp_path, "2008-06-05") == ["2.2a", "3.1a"]
