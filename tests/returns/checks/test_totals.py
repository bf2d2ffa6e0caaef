"""Stated totals are compared with the statuses of their own workbook, and with no other sub-group's."""

from __future__ import annotations

from pathlib import Path

from helpers.projects import DATE, action, group, outcome, plan, reply, task, write_plan
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest


def test_outcomes_of_two_sub_groups_may_have_the_same_key(tmp_path: Path) -> None:
    """Each sub-group counts its own tasks: one has two, the other three, and each has one without an answer."""
    parks = group("Parks", outcome("2.1", action(task("a"), task("b"))))
    roads = group("Roads", outcome("2.1", action(task("a", key="r1"), task("b", key="r2"), task("c", key="r3"))))
    write_plan(tmp_path, plan(parks, roads))
    generate(Project(tmp_path), DATE)
    answer = {"position": "Done.", "status": "GREEN"}
    reply(tmp_path, "parks.xlsx", {"2.1a": answer}, of="Parks")
    reply(tmp_path, "roads.xlsx", {"r1": answer, "r2": {**answer, "status": "Amber"}}, of="Roads")
    result = ingest(Project(tmp_path))
    codes = [item.code for file in result.files for item in file.findings]
    assert "total-mismatch" not in codes
    assert result.totals[["group", "outcome", "GREEN", "AMBER", "not_reported", "total"]].values.tolist() == [
        ["Parks", "2.1", 1, 0, 1, 2],
        ["Roads", "2.1", 1, 1, 1, 3],
    ]


def test_a_total_that_counts_another_sub_groups_tasks_is_reported(tmp_path: Path) -> None:
    parks = group("Parks", outcome("2.1", action(task("a"), task("b"))))
    roads = group("Roads", outcome("2.1", action(task("a", key="r1"), task("b", key="r2"))))
    write_plan(tmp_path, plan(parks, roads))
    generate(Project(tmp_path), DATE)
    overtyped = [{"outcome": "2.1", "line": "not_reported", "value": 3}]
    reply(tmp_path, "parks.xlsx", {"2.1a": {"position": "Done.", "status": "GREEN"}}, overtyped=overtyped)
    (file,) = ingest(Project(tmp_path)).files
    mismatches = [(item.code, item.found, item.wanted) for item in file.findings if item.code == "total-mismatch"]
    assert mismatches == [("total-mismatch", "3", "1")]
