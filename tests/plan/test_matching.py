"""Which of today's tasks an earlier edition of the plan asked about: certain, possible or gone."""

from __future__ import annotations

import pytest

from helpers import projects
from ragsheets.plan.matching import (
    BETWEEN_EDITIONS,
    BETWEEN_PERIODS,
    PlanTask,
    clear_match,
    find_same_tasks,
    plan_tasks,
    rank_by_similarity,
    similarity,
)
from ragsheets.plan.model import Plan, with_keys

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
        pytest.param(
            [("2.1a", MAP, "June")],
            [("2.1a", "Map the services in a ward", "June"), ("2.1b", SHOPS, "June")],
            {},
            {"2.1a": ["2.1a", "2.1b"]},
            id="a word changed, beside one that is nearly as similar",
        ),
        pytest.param(
            [("2.1a", MAP, "June")],
            [("2.1a", "Map the services in a ward", "June"), ("2.1b", SHOPS, "May")],
            {"2.1a": "2.1a"},
            {},
            id="a word changed, beside one that is nearly as similar and has another target",
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


# --------------------------------------------------------------------------------------------- between two periods


@pytest.mark.parametrize(
    ("before", "now", "is_same"),
    [
        pytest.param([("2.1a", EVENT, "May")], [("2.1a", EVENT, "June")], True, id="another target"),
        pytest.param([("2.1a", EVENT, "May")], [("2.1a", f" {EVENT.upper()}.", "May")], True, id="other case"),
        pytest.param([("2.1a", EVENT, "May")], [("2.1a", f"{EVENT} now", "May")], False, id="a word added"),
        pytest.param([("2.1a", EVENT, "May")], [("2.1b", EVENT, "May")], False, id="another key"),
        pytest.param(
            [("2.1a", EVENT, "May")],
            [("2.1a", EVENT, "June"), ("2.1b", EVENT, " May ")],
            False,
            id="another task has its former target",
        ),
        pytest.param(
            [("2.1a", EVENT, "May")],
            [("2.1a", EVENT, "June"), ("2.1b", EVENT, "July")],
            True,
            id="another task has a third target",
        ),
        pytest.param(
            [("2.1a", EVENT, "May")],
            [("2.1a", EVENT, " May"), ("2.1b", EVENT, "May")],
            True,
            id="another task has the same target too",
        ),
    ],
)
def test_history_goes_on_where_key_and_wording_agree(
    before: list[tuple[str, ...]], now: list[tuple[str, ...]], is_same: bool
) -> None:
    result = find_same_tasks(tasks(*before), tasks(*now), BETWEEN_PERIODS)
    assert result.current_keys == ({"2.1a": "2.1a"} if is_same else {})


@pytest.mark.parametrize("unknown", ["before", "now"])
def test_a_target_that_is_not_known_is_no_other_target(unknown: str) -> None:
    before, now = tasks(("2.1a", EVENT, "May")), tasks(("2.1a", EVENT, "June"), ("2.1b", EVENT, "May"))
    if unknown == "before":
        before = [before[0]._replace(target=None)]
    else:
        now[0] = now[0]._replace(target=None)
    assert find_same_tasks(before, now, BETWEEN_PERIODS).current_keys == {"2.1a": "2.1a"}


def test_where_a_target_is_not_known_an_edition_is_compared_by_wording_alone() -> None:
    before = [task._replace(target=None) for task in tasks(("2.1a", EVENT, ""), ("2.1b", MAP, "June"))]
    now = tasks(("2.1a", EVENT, "May"), ("2.1c", MAP, "June"))
    assert find_same_tasks(before, now, BETWEEN_EDITIONS).current_keys == {"2.1a": "2.1a", "2.1b": "2.1c"}
    reworded = tasks(("2.1b", f"{MAP} now", "June"))
    assert find_same_tasks(before[1:], reworded, BETWEEN_EDITIONS).current_keys == {}


# ------------------------------------------------------------------------------------------------- similar wordings


def test_at_most_three_tasks_are_named_that_one_may_be_and_none_that_another_is() -> None:
    before = tasks(("2.1a", EVENT, "May"), ("2.1b", f"{EVENT} 5", "May"))
    now = tasks(*((f"2.2{letter}", f"{EVENT} {'x' * number}", "No") for number, letter in enumerate("edcba", 1)))
    result = find_same_tasks(before, [*now, *tasks(("2.1c", f"{EVENT} 5", "May"))], BETWEEN_EDITIONS)
    assert result.current_keys == {"2.1b": "2.1c"}
    assert [task.key for task in result.candidates["2.1a"]] == ["2.2e", "2.2d", "2.2c"]


def test_wordings_are_ranked_by_similarity_whatever_their_case_and_punctuation() -> None:
    wordings = {1: "Plant a hedge", 2: f"{EVENT.upper()}!", 3: f"{EVENT} in May"}
    ranked = rank_by_similarity(f"{EVENT}.", wordings)
    assert [key for key, _ in ranked] == [2, 3, 1]
    assert (ranked[0][1], ranked[1][1]) == (100.0, similarity(EVENT, wordings[3]))
    assert [key for key, _ in rank_by_similarity(EVENT, wordings, 60.0)] == [2, 3]
    assert rank_by_similarity(EVENT, {}) == []


@pytest.mark.parametrize(
    ("ranked", "key"),
    [
        ([], None),
        ([("a", 80.0)], "a"),
        ([("a", 79.9)], None),
        ([("a", 95.0), ("b", 85.0)], "a"),
        ([("a", 95.0), ("b", 85.1)], None),
        ([("a", 95.0), ("b", 60.0), ("c", 59.0)], "a"),
    ],
)
def test_a_match_is_clear_where_it_is_similar_and_leads(ranked: list[tuple[str, float]], key: str | None) -> None:
    assert clear_match(ranked) == key
    assert clear_match([("a", 60.0)], 60.0) == "a"


def test_the_tasks_of_a_plan_have_the_keys_and_headings_of_their_parts() -> None:
    action = projects.action(projects.task("a", task=EVENT, target="May", key="x"), ref="7", title="Act")
    groups = projects.group("Parks", projects.outcome("2.1", action, title="Green"), key="p")
    assert plan_tasks(with_keys(Plan.model_validate(projects.plan(groups)))) == [
        PlanTask("x", EVENT, "p", "2.1", "a", "May", key_given=True, place="2.1: Green\n7\nAct")
    ]
