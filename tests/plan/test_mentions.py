"""Tasks and sub-groups that a text written by hand names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import projects
from ragsheets.plan.mentions import find_mentioned_tasks, find_named_groups
from ragsheets.plan.model import Plan, with_keys


def plan_of(*groups: projects.Table) -> Plan:
    return with_keys(Plan.model_validate(projects.plan(*groups)))


TWO_TASKS = projects.action(projects.task("a"), projects.task("b"))
PLAN = plan_of(
    projects.group("Stronger Communities", projects.outcome("1.5", TWO_TASKS)),
    projects.group("Communities", projects.outcome("Outcome 2.1", TWO_TASKS)),
    projects.group("IT", projects.outcome("4.1", projects.action(projects.task("a", key="survey")))),
    projects.group("Health & Care", projects.outcome("5.1", projects.action(projects.task("")))),
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1.5a is really RED", ["1.5a"]),
        ("1.5A: Red. 1.5b, Green", ["1.5a", "1.5b"]),
        ("1.5 a) and 1.5 (b)", ["1.5a", "1.5b"]),
        ("1.5.b and 1.5-a", ["1.5a", "1.5b"]),
        ("1.5 a: Red", ["1.5a"]),
        ("1.5 a – Red", ["1.5a"]),
        ("1.5 b is Red", ["1.5b"]),
        ("2.1a", ["Outcome 2.1a"]),
        ("4.1a", ["survey"]),
        ("5.1-1 is Green", ["5.1-1"]),
        ("(1.5a)", ["1.5a"]),
        ("1.5a/b", ["1.5a"]),
    ],
)
def test_tasks_are_found_by_key_and_by_reference_and_label(text: str, keys: list[str]) -> None:
    assert [path.task.key for path in find_mentioned_tasks(PLAN.groups, text)] == keys


@pytest.mark.parametrize(
    "text",
    ["", "For 1.5 a meeting was held", "£1.5a", "11.5a", "1.5ab", "di@1.5a", "our survey", "5.1", "1.5", "a)", "1.6a"],
)
def test_other_words_and_numbers_name_no_task(text: str) -> None:
    assert find_mentioned_tasks(PLAN.groups, text) == []


def test_a_name_that_two_tasks_have_gives_both() -> None:
    actions = [projects.action(projects.task("a", task=text)) for text in ("Map", "Count")]
    plan = plan_of(projects.group("Parks", projects.outcome("2.1", *actions)))
    paths = find_mentioned_tasks(plan.groups, "2.1a is Red")
    assert [path.task.task for path in paths] == ["Map", "Count"]


@given(st.sampled_from([task.key for group in PLAN.groups for o in group.outcomes for task in o.tasks]), st.text())
def test_a_key_with_a_digit_is_found_between_any_other_lines(key: str, text: str) -> None:
    expected = any(map(str.isdecimal, key)) and key.split()[-1]
    paths = find_mentioned_tasks(PLAN.groups, f"{text}\n{key}\n{text}")
    assert not expected or key in [path.task.key for path in paths]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("RE: stronger communities, September", ["Stronger Communities"]),
        ("Stronger_Communities (2).docx", ["Stronger Communities"]),
        ("Communities and Stronger Communities", ["Stronger Communities", "Communities"]),
        ("HEALTH AND CARE", []),
        ("health-care.pdf", ["Health & Care"]),
        ("IT workbook", ["IT"]),
        ("can it wait for communities", []),
        ("Return", []),
    ],
)
def test_sub_groups_are_found_by_their_whole_name(text: str, names: list[str]) -> None:
    assert [group.name for group in find_named_groups(PLAN.groups, text)] == names
