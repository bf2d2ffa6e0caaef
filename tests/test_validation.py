"""Pydantic's validation errors as problems that a coordinator can act on."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from helpers.projects import group, plan
from ragsheets.errors import Problem
from ragsheets.plan.model import Plan
from ragsheets.validation import known_keys, location_text, problems_of, suggest_nearest


def validation_problems(table: dict[str, Any], file: str = "") -> list[Problem]:
    with pytest.raises(ValidationError) as raised:
        Plan.model_validate(table)
    return problems_of(raised.value, Plan, file)


def test_a_location_is_counted_from_one() -> None:
    assert location_text(("groups", 0, "outcomes", 2, "ref")) == "groups[1].outcomes[3].ref"
    assert location_text(()) == ""


def test_the_nearest_known_word_is_suggested() -> None:
    assert suggest_nearest("contcat", ["name", "contact"]) == "Did you mean “contact”?"


def test_case_is_ignored_when_suggesting_a_word() -> None:
    assert suggest_nearest("CONTACT", ["name", "contact"]) == "Did you mean “contact”?"


def test_all_known_words_are_listed_if_none_is_near() -> None:
    assert suggest_nearest("xyz", ["name", "contact"]) == "Known here: name, contact."


def test_many_known_words_are_cut_short() -> None:
    assert suggest_nearest("xyz", [f"word {number}" for number in range(25)]).endswith("word 19 and 5 more.")


def test_known_keys_are_those_of_the_location_s_table() -> None:
    assert "partnership" in known_keys(Plan, ("x",))
    assert "on_hold" in known_keys(Plan, ("groups", 0, "x"))
    assert "target" in known_keys(Plan, ("groups", 0, "outcomes", 0, "actions", 0, "tasks", 0, "x"))


def test_an_unknown_nested_key_gets_the_nearest_key_of_its_table() -> None:
    table = plan()
    table["groups"][0]["outcomes"][0]["actions"][0]["tasks"][0]["traget"] = "x"
    (problem,) = validation_problems(table)
    assert problem.where == "groups[1].outcomes[1].actions[1].tasks[1].traget"
    assert problem.fix == "Did you mean “target”?"


def test_an_error_in_one_row_does_not_report_an_empty_table() -> None:
    assert [problem.where for problem in validation_problems(plan(group(contact=None)))] == ["groups[1].contact"]


def test_the_file_is_named_if_given() -> None:
    assert {problem.where for problem in validation_problems({"groups": []}, "plan.toml")} == {
        *("plan.toml: title", "plan.toml: partnership", "plan.toml: groups")
    }


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (plan(title=7), "title: must be text, not 7. Put it in quotation marks, so that 2.10 stays 2.10."),
        (plan(title=["x"]), "title: must be text, not a list. Write one text, in quotation marks."),
        ({**plan(), "groups": {"name": "x"}}, "groups: must be a list, not a table. Begin each with [[groups]]."),
        ({**plan(), "groups": []}, "groups: is empty. Add at least one."),
        (
            plan(group(outcomes="x")),
            "groups[1].outcomes: must be a list, not “x”. Begin each with [[groups.outcomes]].",
        ),
        (
            plan(group(on_hold="maybe")),
            "groups[1].on_hold: must be true or false, not “maybe”. Write it without quotation marks.",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_is_wanted(table: dict[str, Any], text: str) -> None:
    assert list(map(str, validation_problems(table))) == [text]


def test_two_names_that_are_equally_near_are_both_suggested() -> None:
    assert suggest_nearest("Pork", ["Park", "Port"]) == "Did you mean “Park” or “Port”?"


def test_no_message_uses_words_of_the_library() -> None:
    broken: list[dict[str, Any]] = [
        plan(group(on_hold="maybe")),
        plan(group(contact=3)),
        plan(title=["x"]),
        {**plan(), "groups": {"name": "x"}},
        {**plan(), "groups": [1]},
        plan(group(outcomes="x")),
    ]
    for table in broken:
        problems = validation_problems(table)
        assert problems
        for problem in problems:
            assert not any(
                word in problem.what.casefold() for word in ("pydantic", "input", "model", "tuple", "dict")
            ), problem
