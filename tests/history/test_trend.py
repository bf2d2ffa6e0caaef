"""History: how tasks have moved, told only where key and wording both agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import periods
from helpers import projects as made
from ragsheets.history.trend import Direction, History, PastPeriod, StandingRecord, history_of
from ragsheets.plan.model import Period, Task
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.template.model import read_template

SCALE = read_template("standard").scale
MAP = Task(label="a", task="Map the services", target="", key="2.1a", key_given=False)


def past(status: str, wording: str = "Map the services", key: str = "2.1a") -> PastPeriod:
    return PastPeriod(Period(periods.date("2008-06-05")), (StandingRecord("Parks", "2.1", key, wording, status),))


@pytest.mark.parametrize(
    ("before", "now", "direction"),
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
def test_a_task_moves_along_the_scale(before: str, now: str, direction: Direction) -> None:
    assert History((past(before),)).direction(MAP, now, SCALE) is direction


@pytest.mark.parametrize(
    ("before", "now", "direction"),
    [
        ("GREY", "GREY", Direction.UNCHANGED),
        ("GREY", "RED", Direction.CHANGED),
        ("RED", "GREY", Direction.CHANGED),
        ("RED", "BLUE", Direction.IMPROVED),
    ],
)
def test_what_is_no_step_of_the_scale_is_neither_better_nor_worse(before: str, now: str, direction: Direction) -> None:
    assert History((past(before),)).direction(MAP, now, read_template("brag").scale) is direction


def test_without_an_earlier_period_a_task_is_new() -> None:
    assert History().direction(MAP, "GREEN", SCALE) is Direction.NEW


@pytest.mark.parametrize("other", [past("RED", wording="Map the parks"), past("RED", key="2.1b")])
def test_neither_the_key_nor_the_wording_alone_joins_two_periods(other: PastPeriod) -> None:
    assert History((other,)).direction(MAP, "GREEN", SCALE) is Direction.NEW


def test_a_key_that_stands_in_the_plan_joins_them_whatever_the_words_have_become() -> None:
    reworded = MAP.model_copy(update={"task": "Map the services and the parks", "key_given": True})
    assert History((past("RED"),)).direction(reworded, "GREEN", SCALE) is Direction.IMPROVED
    assert History((past("RED", key="2.1b"),)).direction(reworded, "GREEN", SCALE) is Direction.NEW


def test_case_and_blanks_part_no_wording() -> None:
    assert History((past("RED", wording="map  the services."),)).direction(MAP, "GREEN", SCALE) is Direction.IMPROVED


def test_only_the_period_before_gives_a_direction() -> None:
    """What stood two periods ago, and was not there in the last one, is new."""
    history = History((past("RED", key="9.9"), past("RED")))
    assert history.direction(MAP, "GREEN", SCALE) is Direction.NEW


# ----------------------------------------------------------------------------------------------------- the ledger


def statuses(folder: Path, day: str, most: int = 3) -> list[str | None]:
    with Project(folder).ledger() as ledger:
        history = history_of(ledger, Period(periods.date(day)), most)
    return [each.status_of(Task(task="Task a", target="", key="2.1a")) for each in history.past_periods]


def test_the_latest_period_comes_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    for day, status in (("2008-03-04", "RED"), ("2008-06-05", "AMBER"), ("2008-09-04", "GREEN")):
        periods.hold(tmp_path, day, {"Parks": {"2.1a": status}})
    assert statuses(tmp_path, "2008-12-04") == ["GREEN", "AMBER", "RED"]
    assert statuses(tmp_path, "2008-12-04", most=2) == ["GREEN", "AMBER"]
    assert statuses(tmp_path, "2008-06-05") == ["RED"]


def test_a_return_taken_out_no_longer_stands(tmp_path: Path) -> None:
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}})
    ingest(Project(tmp_path), exclude=["Parks.xlsx"])
    assert statuses(tmp_path, "2008-09-04") == [""]


def test_a_period_that_was_never_ingested_is_told_as_not_reported(tmp_path: Path) -> None:
    made.write_plan(tmp_path)
    made.ragsheets("-C", tmp_path, "generate", "--date", "2008-06-05")
    assert statuses(tmp_path, "2008-09-04") == [""]


def test_what_was_put_down_gives_way_when_the_plan_of_the_period_does(tmp_path: Path) -> None:
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}})
    made.write_plan(tmp_path, made.plan(made.group("Parks", made.outcome("2.1", made.action(made.task("z"))))))
    made.ragsheets("-C", tmp_path, "generate", "--date", "2008-06-05", "--force")
    assert statuses(tmp_path, "2008-09-04") == [None]
