"""A proposed task: its parts, and the outcome that it belongs to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from helpers import projects
from helpers.period_builder import STANDARD
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.returns.reading.proposal import find_outcome, task_from_json, task_to_json
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.sent_workbook import SentWorkbook, from_layout


@pytest.fixture(scope="module")
def workbook() -> SentWorkbook:
    """A workbook with two outcomes of one task each, 2.1a and 2.2a."""
    groups = projects.group("Parks", projects.outcome("2.1"), projects.outcome("2.2"))
    plan = with_keys(Plan.model_validate(projects.plan(groups)))
    return from_layout(lay_out(plan, STANDARD, plan.groups[0], Period(projects.DATE)))


def table(keys: dict[int, str], name: str = "Our sheet", start: int = 3) -> Any:
    """Return a table that starts in this row, with the keys that its rows were matched to."""
    columns = SimpleNamespace(row_range=range(start, 20))
    return SimpleNamespace(columns=columns, matched_keys=keys, sheet=SimpleNamespace(name=name))


@pytest.mark.parametrize(
    ("keys", "name", "outcome"),
    [
        ({5: "2.1a", 7: "2.2a"}, "Our sheet", "2.2"),
        ({5: "2.2a", 6: "", 7: "#new-1"}, "Outcome 2.1", "2.2"),
        ({3: "2.2a"}, "Outcome 2.1", "2.2"),
        ({2: "2.2a"}, "Outcome 2.1", "2.1"),
        ({9: "2.2a"}, "Outcome 2.1", "2.1"),
        ({}, "Outcome 2.2", "2.2"),
        ({}, "Our sheet", ""),
    ],
)
def test_the_outcome_is_that_of_the_nearest_task_above_or_else_of_the_sheet(
    workbook: SentWorkbook, keys: dict[int, str], name: str, outcome: str
) -> None:
    assert find_outcome(table(keys, name), 8, workbook) == outcome


def test_the_parts_of_a_task_are_read_as_they_were_stored() -> None:
    texts = {"task": "Plant “trees” – é", "target": "10"}
    parts = task_to_json(texts, "2.1")
    assert "“trees” – é" in parts
    assert task_from_json(parts) == (texts, "2.1")
    assert task_from_json("") == ({}, "")
