"""From the validating library's errors to problems that a coordinator can act on."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from helpers.projects import group, plan
from ragsheets.errors import Problem
from ragsheets.plan.model import Plan
from ragsheets.validation import known_keys, location_text, problems_of, suggest_nearest


def told(table: dict[str, Any], file: str = "") -> list[Problem]:
    with pytest.raises(ValidationError) as raised:
        Plan.model_validate(table)
    return problems_of(raised.value, Plan, file)


def test_a_place_is_told_as_people_count_from_one() -> None:
    assert location_text(("groups", 0, "outcomes", 2, "ref")) == "groups[1].outcomes[3].ref"
    assert location_text(()) == ""


def test_the_nearest_known_word_is_suggested() -> None:
    assert suggest_nearest("contcat", ["name", "contact"]) == "Did you mean “contact”?"


def test_case_does_not_keep_a_word_from_being_near() -> None:
    assert suggest_nearest("CONTACT", ["name", "contact"]) == "Did you mean “contact”?"


def test_where_none_is_near_all_are_listed() -> None:
    assert suggest_nearest("xyz", ["name", "contact"]) == "Known here: name, contact."


def test_the_keys_known_at_a_place_are_those_of_its_own_table() -> None:
    assert "partnership" in known_keys(Plan, ("x",))
    assert "on_hold" in known_keys(Plan, ("groups", 0, "x"))
    assert "target" in known_keys(Plan, ("groups", 0, "outcomes", 0, "actions", 0, "tasks", 0, "x"))


def test_an_unknown_key_deep_inside_gets_the_nearest_of_that_table() -> None:
    table = plan()
    table["groups"][0]["outcomes"][0]["actions"][0]["tasks"][0]["traget"] = "x"
    (problem,) = told(table)
    assert problem.where == "groups[1].outcomes[1].actions[1].tasks[1].traget"
    assert problem.fix == "Did you mean “target”?"


def test_a_fault_in_one_row_does_not_make_the_table_empty() -> None:
    assert [problem.where for problem in told(plan(group(contact=None)))] == ["groups[1].contact"]


def test_the_file_is_named_where_it_is_given() -> None:
    assert {problem.where for problem in told({"groups": []}, "plan.toml")} == {
        *("plan.toml: title", "plan.toml: partnership", "plan.toml: groups")
    }


def test_no_problem_speaks_the_library_s_language() -> None:
    broken: list[dict[str, Any]] = [
        plan(group(on_hold="maybe")),
        plan(group(contact=3)),
        plan(title=["x"]),
        {**plan(), "groups": {"name": "x"}},
        {**plan(), "groups": [1]},
        plan(group(outcomes="x")),
    ]
    for table in broken:
        for problem in told(table):
            assert not any(
                word in problem.what.casefold() for word in ("pydantic", "input", "model", "tuple", "dict")
            ), problem
