"""The conflicts between the parts of a plan: names and keys used twice, sub-groups with nothing to report."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.projects import action, group, outcome, plan, task
from ragsheets.plan_files.conflicts import find_conflicts


def test_a_sub_group_on_hold_needs_no_outcome() -> None:
    assert find_conflicts(plan(group("Parks", on_hold=True, outcomes=[]))) == []
    assert [problem.where for problem in find_conflicts(plan(group("Parks", outcomes=[])))] == ["Parks"]


@pytest.mark.parametrize("broken", [{}, {"groups": None}, {"groups": "Parks"}, {"groups": [1, {"name": 2}]}])
def test_conflicts_are_searched_in_any_raw_plan(broken: dict[str, Any]) -> None:
    assert isinstance(find_conflicts(broken), list)


def test_a_given_key_with_a_control_character_is_a_problem() -> None:
    tasks = [{"key": "a\x07b"}, {"key": "ok"}]
    raw = {"groups": [{"name": "G", "outcomes": [{"ref": "1", "actions": [{"tasks": tasks}]}]}]}
    assert [str(problem) for problem in find_conflicts(raw)] == [
        "G, “”: the key “ab” holds characters that Office files cannot hold. Leave them out."
    ]


def messages(*groups: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in find_conflicts(plan(*groups))]


def test_names_used_twice_are_listed_with_the_parts_that_have_them() -> None:
    twice = [
        outcome("2.1", title="Grow"),
        outcome("2.1", title="Mow"),
        outcome("", title="Dig"),
        outcome("", title="DIG"),
    ]
    assert messages(group("Parks", *twice), group("Health"), group("parks")) == [
        "two sub-groups have the name “Parks”: number 1, number 3. Give each its own.",
        "Parks: two outcomes have the number “2.1”: “Grow”, “Mow”. Give each its own.",
        "Parks: two outcomes have the title “Dig”: “Dig”, “DIG”. Give each its own.",
    ]


def test_keys_used_twice_are_listed_with_the_parts_that_have_them() -> None:
    keyed = action(task("a", key="k", task="Plant"), task("b", key="K", task="Mow"), task("c", key="k", task="Dig"))
    assert messages(group("Parks", outcome("2.1", keyed), key="p"), group("Health", key="P")) == [
        "two sub-groups have the key “p”: Parks, Health. Give each its own.",
        "three tasks have the key “k”: Parks, “Plant”, Parks, “Mow”, Parks, “Dig”. Give each its own.",
    ]


def test_a_sub_groups_key_cannot_be_the_name_of_another() -> None:
    assert messages(group("Parks", key="health"), group("Health")) == [
        "Parks: the key “health” is the name of another sub-group. Choose another key."
    ]


def test_an_outcome_is_not_known_by_what_another_is_known_by() -> None:
    mixed = [outcome("9.9", key="2.1", title="Grow"), outcome("2.1", title="Mow"), outcome("", title="2.1")]
    assert messages(group("Parks", *mixed), group("Health", outcome("2.1"))) == [
        "Parks: the number “2.1” is the title of another outcome. Choose another number.",
        "Parks: the key “2.1” is the number of another outcome. Choose another key.",
    ]
