"""Workbooks sent before the plan was changed: an answer follows its task, or is reported if the task is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers import later_periods, periods, projects
from helpers.projects import run_ragsheets, task
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import IngestResult

#: Two tasks that differ in one character, and one that is similar to neither.
PHASE = "Plant a hundred trees along the canal with the school, phase "
TASKS = (task("a", task=f"{PHASE}1"), task("b", task=f"{PHASE}2"), task("c", task="Give talks"))
YOUNG = "Look after the young trees"


def plan_of(*tasks: dict[str, Any]) -> dict[str, Any]:
    return projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))


def ingest_after_change(folder: Path, answers: dict[tuple[str, str], str], *tasks: dict[str, Any]) -> IngestResult:
    """Return the result for a return after the plan was changed to these tasks."""
    projects.write_plan(folder, plan_of(*TASKS))
    date = periods.date(later_periods.SEPTEMBER)
    generate(Project(folder), date)
    later_periods.return_workbook(folder, answers)
    ingest(Project(folder))
    projects.write_plan(folder, plan_of(*tasks))
    generate(Project(folder), date, force=True)
    return ingest(Project(folder))


def positions(result: IngestResult) -> dict[str, str]:
    """Return the position of each task that has one, by its wording."""
    return {row["task"]: row["position"] for row in result.tasks.to_dict("records") if row["position"]}


@pytest.mark.parametrize(
    "tasks",
    [
        ({**TASKS[1], "label": "a"}, {**TASKS[2], "label": "b"}),
        ({**TASKS[1], "key": "2.1b"}, {**TASKS[2], "key": "2.1c"}),
        (task("a", task=YOUNG), *TASKS[1:]),
    ],
    ids=["withdrawn, the others move up", "withdrawn, the others keep their keys", "another in its place"],
)
def test_the_answer_of_a_removed_task_is_not_assigned_to_another(
    tmp_path: Path, tasks: tuple[dict[str, Any], ...]
) -> None:
    result = ingest_after_change(
        tmp_path, {("2.1a", "position"): "Phase one done.", ("2.1a", "status"): "GREEN"}, *tasks
    )
    assert positions(result) == {}
    removed_task_findings = [item for file in result.files for item in file.findings if item.code == "task-gone"]
    assert {item.found for item in removed_task_findings} == {"Phase one done.", "GREEN"}
    assert "row-missing" not in later_periods.finding_codes(result)


def test_a_key_stated_in_the_plan_keeps_the_answer_whatever_the_wording(tmp_path: Path) -> None:
    result = ingest_after_change(
        tmp_path, {("2.1a", "position"): "Done."}, task("a", task=YOUNG, key="2.1a"), *TASKS[1:]
    )
    assert positions(result) == {YOUNG: "Done."}
    assert not {"stray-text", "row-missing", "wording-changed"} & set(later_periods.finding_codes(result))


def test_tasks_that_swap_positions_keep_their_answers(tmp_path: Path) -> None:
    swapped = ({**TASKS[1], "label": "a"}, {**TASKS[0], "label": "b"}, TASKS[2])
    result = ingest_after_change(tmp_path, {("2.1a", "position"): "One.", ("2.1b", "position"): "Two."}, *swapped)
    assert positions(result) == {f"{PHASE}1": "One.", f"{PHASE}2": "Two."}


def test_a_task_added_later_is_not_missing_from_an_older_workbook(tmp_path: Path) -> None:
    result = ingest_after_change(tmp_path, {("2.1a", "position"): "One."}, *TASKS, task("d", task="Count the birds"))
    assert "row-missing" not in later_periods.finding_codes(result)


def test_unchanged_text_of_the_plan_is_not_a_proposal(tmp_path: Path) -> None:
    reworded = task("a", task=YOUNG, target="All of them alive", key="2.1a")
    result = ingest_after_change(tmp_path, {("2.1a", "position"): "Done."}, reworded, *TASKS[1:])
    assert "wording-changed" not in later_periods.finding_codes(result)
    plan_before = (tmp_path / "plan.toml").read_bytes()
    assert "0 proposals" in run_ragsheets("-C", tmp_path, "plan", "proposals", "--accept", "all").stdout
    assert (tmp_path / "plan.toml").read_bytes() == plan_before


def test_a_proposal_already_in_the_plan_is_reported_as_adopted(tmp_path: Path) -> None:
    proposed = task("a", task=YOUNG, key="2.1a")
    result = ingest_after_change(tmp_path, {("2.1a", "task"): f"a) {YOUNG}"}, proposed, *TASKS[1:])
    notes = [item for file in result.files for item in file.findings if item.code == "wording-adopted"]
    assert [(item.found, item.wanted) for item in notes] == [(f"a) {YOUNG}", f"a) {PHASE}1")]
    assert not {"nothing-filled-in", "wording-changed"} & set(later_periods.finding_codes(result))
