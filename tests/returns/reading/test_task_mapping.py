"""Workbooks that were sent before the plan was changed: an answer follows the task that it was sent for, or is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers import later_periods as later
from helpers import periods
from helpers import projects as made
from helpers.projects import ragsheets, task
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import IngestResult

#: Two tasks that are alike but for a sign, and one that is like neither.
PHASE = "Plant a hundred trees along the canal with the school, phase "
TASKS = (task("a", task=f"{PHASE}1"), task("b", task=f"{PHASE}2"), task("c", task="Give talks"))
YOUNG = "Look after the young trees"


def plan_of(*tasks: dict[str, Any]) -> dict[str, Any]:
    return made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))))


def changed(folder: Path, typed: dict[tuple[str, str], str], *tasks: dict[str, Any]) -> IngestResult:
    """What comes of a return once the plan has these tasks instead."""
    made.write_plan(folder, plan_of(*TASKS))
    date = periods.date(later.SEPTEMBER)
    generate(Project(folder), date)
    later.returned(folder, typed)
    ingest(Project(folder))
    made.write_plan(folder, plan_of(*tasks))
    generate(Project(folder), date, force=True)
    return ingest(Project(folder))


def said(result: IngestResult) -> dict[str, str]:
    """The position of each task that has one, by its words."""
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
def test_the_answer_of_a_task_that_is_gone_lands_on_no_other(tmp_path: Path, tasks: tuple[dict[str, Any], ...]) -> None:
    result = changed(tmp_path, {("2.1a", "position"): "Phase one done.", ("2.1a", "status"): "GREEN"}, *tasks)
    assert said(result) == {}
    gone = [item for file in result.files for item in file.findings if item.code == "task-gone"]
    assert {item.found for item in gone} == {"Phase one done.", "GREEN"}
    assert "row-missing" not in later.codes(result)


def test_a_key_that_stands_in_the_plan_keeps_the_answer_whatever_the_words_become(tmp_path: Path) -> None:
    result = changed(tmp_path, {("2.1a", "position"): "Done."}, task("a", task=YOUNG, key="2.1a"), *TASKS[1:])
    assert said(result) == {YOUNG: "Done."}
    assert not {"stray-text", "row-missing", "wording-changed"} & set(later.codes(result))


def test_tasks_that_change_places_take_their_answers_along(tmp_path: Path) -> None:
    swapped = ({**TASKS[1], "label": "a"}, {**TASKS[0], "label": "b"}, TASKS[2])
    result = changed(tmp_path, {("2.1a", "position"): "One.", ("2.1b", "position"): "Two."}, *swapped)
    assert said(result) == {f"{PHASE}1": "One.", f"{PHASE}2": "Two."}


def test_a_task_that_came_into_the_plan_later_is_not_missing_from_an_older_workbook(tmp_path: Path) -> None:
    result = changed(tmp_path, {("2.1a", "position"): "One."}, *TASKS, task("d", task="Count the birds"))
    assert "row-missing" not in later.codes(result)


def test_words_of_the_plan_that_nobody_touched_are_no_proposal(tmp_path: Path) -> None:
    reworded = task("a", task=YOUNG, target="All of them alive", key="2.1a")
    result = changed(tmp_path, {("2.1a", "position"): "Done."}, reworded, *TASKS[1:])
    assert "wording-changed" not in later.codes(result)
    before = (tmp_path / "plan.toml").read_bytes()
    assert "0 proposals" in ragsheets("-C", tmp_path, "plan", "proposals", "--accept", "all").stdout
    assert (tmp_path / "plan.toml").read_bytes() == before


def test_a_proposal_that_is_in_the_plan_by_now_is_told_as_such(tmp_path: Path) -> None:
    proposed = task("a", task=YOUNG, key="2.1a")
    result = changed(tmp_path, {("2.1a", "task"): f"a) {YOUNG}"}, proposed, *TASKS[1:])
    notes = [item for file in result.files for item in file.findings if item.code == "wording-adopted"]
    assert [(item.found, item.wanted) for item in notes] == [(f"a) {YOUNG}", f"a) {PHASE}1")]
    assert not {"nothing-filled-in", "wording-changed"} & set(later.codes(result))
