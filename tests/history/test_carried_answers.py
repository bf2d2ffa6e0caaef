"""What a workbook takes over, looked up in the ledger: only in the periods that are needed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from helpers import periods
from helpers import projects as made
from ragsheets.ledger import Ledger
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate

PLAN = made.plan(
    made.group("Parks", made.outcome("2.1", made.action(made.task("a"), made.task("b"), made.task("c")))),
    made.group("Health", made.outcome("3.1")),
    template="brag",
)


def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, frozenset[str] | None]]:
    """The periods whose returns are looked into from now on, each with the sub-groups whose they are."""
    asked: list[tuple[str, frozenset[str] | None]] = []
    frames = Ledger.frames

    def noted(self: Ledger, date: datetime.date, groups: frozenset[str] | None = None) -> object:
        asked.append((date.isoformat(), None if groups is None else frozenset(groups)))
        return frames(self, date, groups)

    monkeypatch.setattr(Ledger, "frames", noted)
    return asked


def test_only_the_periods_in_which_a_task_was_last_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parks = {"2.1a": "BLUE", "2.1b": "RED", "2.1c": "RED"}
    periods.hold(tmp_path, "2008-03-04", {"Parks": parks, "Health": {"3.1a": "GREEN"}}, plan=PLAN)
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1b": "AMBER", "2.1c": "AMBER"}})
    periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1b": "GREEN", "2.1c": "BLUE"}})
    asked = looked_into(monkeypatch)
    generate(Project(tmp_path), periods.date("2008-12-04"))
    assert sorted(asked, key=lambda pair: pair[0]) == [
        ("2008-03-04", frozenset({"Health"})),
        ("2008-09-04", frozenset({"Parks"})),
    ]


def test_of_the_sub_groups_that_are_wanted_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "GREEN"}}, plan=PLAN)
    asked = looked_into(monkeypatch)
    generate(Project(tmp_path), periods.date("2008-12-04"), groups=["Health"])
    assert asked == [("2008-06-05", frozenset({"Health"}))]


def test_a_first_period_looks_into_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.write_plan(tmp_path, PLAN)
    asked = looked_into(monkeypatch)
    generate(Project(tmp_path), periods.date("2008-12-04"), carry_forward=True)
    assert asked == []


def test_a_task_that_moved_to_another_sub_group_under_its_own_key_is_told(tmp_path: Path) -> None:
    """Who it was reported by then is no matter: it is the same task."""
    one, other = made.task("a", key="map", task="Map the services"), made.task("b")
    before = made.plan(
        made.group("Parks", made.outcome("2.1", made.action(one, other))), made.group("Health", made.outcome("3.1"))
    )
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"map": "RED"}}, plan=before)
    after = made.plan(
        made.group("Parks", made.outcome("2.1", made.action(other))),
        made.group("Health", made.outcome("3.1", made.action(made.task("a"), one))),
    )
    made.write_plan(tmp_path, after)
    generate(Project(tmp_path), periods.date("2008-09-04"))
    sent = made.sent_to(Project(tmp_path), periods.date("2008-09-04"), "Health")
    assert sent
    texts = sent[1].tasks["map"]
    assert (texts["#last-status"], texts["#last-position"]) == ("RED", "At map")
