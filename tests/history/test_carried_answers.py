"""Carried answers: read from the ledger, only from the periods that are needed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from helpers import periods, projects
from ragsheets.ledger import Ledger
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate

PLAN = projects.plan(
    projects.group(
        "Parks", projects.outcome("2.1", projects.action(projects.task("a"), projects.task("b"), projects.task("c")))
    ),
    projects.group("Health", projects.outcome("3.1")),
    template="brag",
)


def record_reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, frozenset[str] | None]]:
    """Record the periods whose returns are read from now on, each with the sub-groups of these returns."""
    reads: list[tuple[str, frozenset[str] | None]] = []
    frames = Ledger.frames

    def recorded_frames(self: Ledger, date: datetime.date, groups: frozenset[str] | None = None) -> object:
        reads.append((date.isoformat(), None if groups is None else frozenset(groups)))
        return frames(self, date, groups)

    monkeypatch.setattr(Ledger, "frames", recorded_frames)
    return reads


@pytest.mark.slow
def test_only_the_periods_in_which_a_task_was_last_reported_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parks = {"2.1a": "BLUE", "2.1b": "RED", "2.1c": "RED"}
    periods.hold_period(tmp_path, "2008-03-04", {"Parks": parks, "Health": {"3.1a": "GREEN"}}, plan=PLAN)
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1b": "AMBER", "2.1c": "AMBER"}})
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1b": "GREEN", "2.1c": "BLUE"}})
    reads = record_reads(monkeypatch)
    generate(Project(tmp_path), periods.date("2008-12-04"))
    assert sorted(reads, key=lambda pair: pair[0]) == [
        ("2008-03-04", frozenset({"Health"})),
        ("2008-09-04", frozenset({"Parks"})),
    ]


@pytest.mark.slow
def test_only_returns_of_the_requested_sub_groups_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "GREEN"}}, plan=PLAN)
    reads = record_reads(monkeypatch)
    generate(Project(tmp_path), periods.date("2008-12-04"), groups=["Health"])
    assert reads == [("2008-06-05", frozenset({"Health"}))]


def test_a_first_period_reads_no_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    projects.write_plan(tmp_path, PLAN)
    reads = record_reads(monkeypatch)
    generate(Project(tmp_path), periods.date("2008-12-04"), carry_forward=True)
    assert reads == []


@pytest.mark.slow
def test_a_task_that_moved_to_another_sub_group_under_its_own_key_is_shown(tmp_path: Path) -> None:
    """Which sub-group reported it does not matter: it is the same task."""
    moved_task, remaining_task = projects.task("a", key="map", task="Map the services"), projects.task("b")
    before = projects.plan(
        projects.group("Parks", projects.outcome("2.1", projects.action(moved_task, remaining_task))),
        projects.group("Health", projects.outcome("3.1")),
    )
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"map": "RED"}}, plan=before)
    after = projects.plan(
        projects.group("Parks", projects.outcome("2.1", projects.action(remaining_task))),
        projects.group("Health", projects.outcome("3.1", projects.action(projects.task("a"), moved_task))),
    )
    projects.write_plan(tmp_path, after)
    generate(Project(tmp_path), periods.date("2008-09-04"))
    sent = projects.latest_sent_workbook(Project(tmp_path), periods.date("2008-09-04"), "Health")
    assert sent
    texts = sent[1].tasks["map"]
    assert (texts["#last-status"], texts["#last-position"]) == ("RED", "At map")
