"""Which of today's tasks an earlier edition of the plan asked about: certain, possible or gone."""

from __future__ import annotations

import pytest

from ragsheets.plan.matching import BETWEEN_EDITIONS, PlanTask, find_same_tasks

MAP, SHOPS, YOUTH = "Map the services in the ward", "Map the shops in the ward", "Map the youth services in the ward"
EVENT = "Hold an open day"


def tasks(*rows: tuple[str, ...]) -> list[PlanTask]:
    """Return tasks from key, wording and target, with a place where there are four."""
    return [
        PlanTask(key, wording, "Parks", "2.1", target=target, place=place[0] if place else "")
        for key, wording, target, *place in rows
    ]


@pytest.mark.parametrize(
    ("before", "now", "current_keys", "candidates"),
    [
        pytest.param(
            [("2.1a", MAP, "June"), ("2.1b", "Plant a hedge", "One")],
            [("2.1a", SHOPS, "June"), ("2.1b", YOUTH, "June"), ("2.1c", "Plant a hedge", "One")],
            {"2.1b": "2.1c"},
            {"2.1a": ["2.1b", "2.1a"]},
            id="a task before it, a word added",
        ),
        pytest.param(
            [("2.1a", MAP, "June")],
            [("2.1a", SHOPS, "May"), ("2.1b", YOUTH, "June")],
            {},
            {"2.1a": ["2.1b", "2.1a"]},
            id="a task with another target before it, a word added",
        ),
        pytest.param([("2.1a", MAP, "June")], [("2.1a", YOUTH, "June")], {"2.1a": "2.1a"}, {}, id="a word added"),
        pytest.param(
            [("2.1a", MAP, "June")], [("2.1a", YOUTH, "May")], {}, {"2.1a": ["2.1a"]}, id="a word and another target"
        ),
        pytest.param([("2.1a", MAP, "June")], [("2.1a", MAP, "May")], {"2.1a": "2.1a"}, {}, id="another target"),
        pytest.param(
            [("2.1a", EVENT, "In May")],
            [("2.1a", EVENT, "In June"), ("2.1b", EVENT, "In May")],
            {"2.1a": "2.1b"},
            {},
            id="the same wording with another target before it",
        ),
        pytest.param(
            [("2.1a", EVENT, "In May"), ("2.1b", EVENT, "In June")],
            [("2.1a", EVENT, "In July"), ("2.1b", EVENT, "In June")],
            {"2.1b": "2.1b"},
            {"2.1a": ["2.1a"]},
            id="another target for one of two with the same wording",
        ),
        pytest.param(
            [("2.1a", EVENT, "In May")],
            [("2.1b", EVENT, "In June")],
            {},
            {"2.1a": ["2.1b"]},
            id="the same wording with another key and target",
        ),
        pytest.param(
            [("2.1a", MAP, "June"), ("2.1b", YOUTH, "June")],
            [("2.1a", YOUTH, "June"), ("2.1b", MAP, "June")],
            {"2.1a": "2.1b", "2.1b": "2.1a"},
            {},
            id="swapped",
        ),
        pytest.param(
            [("2.1a", f"{MAP}, phase 1", "June"), ("2.1b", f"{MAP}, phase 2", "June")],
            [("2.1a", f"{MAP}, phase 1 now", "June"), ("2.1b", f"{MAP}, phase 2", "June")],
            {"2.1b": "2.1b"},
            {"2.1a": ["2.1a"]},
            id="one of two that are almost the same, reworded",
        ),
        pytest.param(
            [("2.1a", f"{MAP}, phase 1", "June"), ("2.1b", f"{MAP}, phase 2", "June")],
            [("2.1a", f"{MAP}, phase 2", "June")],
            {"2.1b": "2.1a"},
            {"2.1a": []},
            id="one of two that are almost the same, withdrawn",
        ),
        pytest.param(
            [("2.1-1", EVENT, "", "First"), ("2.1-2", EVENT, "", "Second")],
            [("2.1-1", EVENT, "", "Second"), ("2.1-2", EVENT, "", "First")],
            {"2.1-1": "2.1-2", "2.1-2": "2.1-1"},
            {},
            id="the same texts without a label, in two places that are swapped",
        ),
        pytest.param(
            [("2.1-1", EVENT, "", "First")],
            [("2.1-1", EVENT, "", "First"), ("2.1-2", EVENT, "", "First")],
            {},
            {"2.1-1": ["2.1-1", "2.1-2"]},
            id="the same texts once more in one place",
        ),
        pytest.param(
            [("2.1-1", EVENT, "", "First"), ("2.1-2", EVENT, "", "First")],
            [("2.1-1", EVENT, "", "First"), ("2.1-2", EVENT, "", "First"), ("2.1-3", MAP, "")],
            {"2.1-1": "2.1-1", "2.1-2": "2.1-2"},
            {},
            id="twice the same texts, untouched",
        ),
        pytest.param(
            [("2.1a", MAP, "June")], [("2.1a", "Plant a hedge", "June")], {}, {"2.1a": []}, id="another in its place"
        ),
    ],
)
def test_a_task_is_the_same_where_no_other_can_be_meant(
    before: list[tuple[str, ...]],
    now: list[tuple[str, ...]],
    current_keys: dict[str, str],
    candidates: dict[str, list[str]],
) -> None:
    result = find_same_tasks(tasks(*before), tasks(*now), BETWEEN_EDITIONS)
    assert result.current_keys == current_keys
    assert {key: [task.key for task in found] for key, found in result.candidates.items()} == candidates
    # The order of the tasks makes no difference.
    assert find_same_tasks(tasks(*before[::-1]), tasks(*now[::-1]), BETWEEN_EDITIONS).current_keys == current_keys


def test_a_stated_key_decides() -> None:
    now = [*tasks(("2.1a-2", SHOPS, "June")), tasks(("2.1a", YOUTH, "May"))[0]._replace(key_given=True)]
    assert find_same_tasks(tasks(("2.1a", MAP, "June")), now, BETWEEN_EDITIONS).current_keys == {"2.1a": "2.1a"}


def test_a_key_stated_for_a_still_earlier_plan_does_not_move_answers_from_its_last_task() -> None:
    """Between the two editions the key was derived for another task."""
    now = [*tasks(("2.1a-2", SHOPS, "June")), tasks(("2.1a", YOUTH, "June"))[0]._replace(key_given=True)]
    between = tasks(("2.1a", SHOPS, "June"), ("2.1b", YOUTH, "June"))
    assert find_same_tasks(between, now, BETWEEN_EDITIONS).current_keys == {"2.1a": "2.1a-2", "2.1b": "2.1a"}
