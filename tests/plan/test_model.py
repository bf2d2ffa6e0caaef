"""The model of a plan: names and keys of its parts, and validation."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from helpers.projects import action, group, outcome, plan, run_ragsheets, task, write_plan
from ragsheets.plan.model import (
    RESERVED_PREFIX,
    Outcome,
    Period,
    Plan,
    Task,
    find_invalid_characters,
    with_keys,
)
from ragsheets.template.reader import read_template
from ragsheets.workbook.compose import lay_out


def keyed(*groups: dict[str, Any]) -> Plan:
    return with_keys(Plan.model_validate(plan(*groups)))


def task_keys(keyed_plan: Plan) -> list[str]:
    return [task.key for group in keyed_plan.groups for outcome in group.outcomes for task in outcome.tasks]


def keys_of(*groups: dict[str, Any]) -> list[str]:
    return task_keys(keyed(*groups))


# ------------------------------------------------------------------------------------------------------- keys


def test_the_key_of_a_task_is_reference_and_label() -> None:
    assert keys_of(group("Parks", outcome("2.1", action(task("a"), task("b"))))) == ["2.1a", "2.1b"]


def test_the_reference_is_text_so_that_a_zero_at_its_end_stays() -> None:
    assert keys_of(group("Parks", outcome("2.10", action(task("a"))))) == ["2.10a"]


def test_labels_that_continue_in_the_next_action_need_no_number() -> None:
    parks = group("Parks", outcome("2.1", action(task("a"), task("b")), action(task("c"))))
    assert keys_of(parks) == ["2.1a", "2.1b", "2.1c"]


def test_labels_that_restart_in_the_next_action_are_numbered_from_the_second_on() -> None:
    parks = group("Parks", outcome("2.1", *(action(task("a"), task("b")) for _ in range(3))))
    assert keys_of(parks) == ["2.1a", "2.1b", "2.1a-2", "2.1b-2", "2.1a-3", "2.1b-3"]


def test_tasks_without_a_label_are_numbered_from_the_first_on() -> None:
    parks = group("Parks", outcome("3.1", action(task(), task("a"), task())))
    assert keys_of(parks) == ["3.1-1", "3.1a", "3.1-2"]


def test_a_reference_in_two_sub_groups_still_gives_unique_keys() -> None:
    assert keys_of(group("Parks"), group("Health")) == ["2.1a", "2.1a-2"]


def test_an_outcome_without_a_reference_is_numbered_in_its_sub_group() -> None:
    assert keys_of(group("Parks", outcome(""), outcome("", title="Second"))) == ["1a", "2a"]


def test_keys_that_differ_only_in_case_count_as_the_same_key() -> None:
    assert keys_of(group("Parks", outcome("2.1", action(task("a"), task("A"))))) == ["2.1a", "2.1A-2"]


def test_a_key_given_in_the_plan_is_unchanged() -> None:
    assert keys_of(group("Parks", outcome("2.1", action(task("a", key="walks"))))) == ["walks"]


def test_a_key_given_in_the_plan_is_never_used_for_a_task_before_or_after_it() -> None:
    parks = group("Parks", outcome("2.1", action(task("a"), task("b", key="2.1a"), task("a"))))
    assert keys_of(parks) == ["2.1a-2", "2.1a", "2.1a-3"]


def test_a_derived_key_skips_a_number_that_is_in_use() -> None:
    parks = group("Parks", outcome("2.1", action(task("a"), task("a"), task("b", key="2.1A-2"))))
    assert keys_of(parks) == ["2.1a", "2.1a-3", "2.1A-2"]


def test_the_key_of_a_sub_group_is_its_name_and_of_an_outcome_its_reference_or_title() -> None:
    keyed_plan = keyed(group("Parks", outcome("2.1"), outcome("", title="Green city")), group("Health", key="h"))
    assert [group.key for group in keyed_plan.groups] == ["Parks", "h"]
    assert [outcome.key for outcome in keyed_plan.groups[0].outcomes] == ["2.1", "Green city"]


def test_a_derived_key_never_begins_with_the_reserved_prefix() -> None:
    parks = group("Parks", outcome("#new-1", action(task(), task("a"))))
    assert not [key for key in keys_of(parks) if key.startswith(RESERVED_PREFIX)]


LABELS = st.sampled_from(["", "a", "b", "A", "1", "-1", "a-2"])
REFS = st.sampled_from(["", "2", "2.1", "2.1a", "2.10", "x", "X"])
KEYS = st.sampled_from(["2.1a", "2.1A-2", "2.1-1", "k", "1a", "2a"])
TASKS = st.builds(task, LABELS)
ACTIONS = st.lists(TASKS, min_size=1, max_size=4).map(lambda tasks: action(*tasks))
OUTCOMES = st.builds(
    lambda ref, actions: outcome(ref, *actions, title="T"), REFS, st.lists(ACTIONS, min_size=1, max_size=3)
)
GROUPS = st.lists(OUTCOMES, min_size=1, max_size=3).map(lambda outcomes: group("G", *outcomes))
PLANS = st.lists(GROUPS, min_size=1, max_size=3)


@given(PLANS, st.lists(KEYS, unique_by=str.casefold), st.randoms())
@settings(deadline=None)
def test_every_task_of_every_plan_has_a_unique_key(
    groups: list[dict[str, Any]], given_keys: list[str], chance: Any
) -> None:
    tasks = [t for g in groups for o in g["outcomes"] for a in o["actions"] for t in a["tasks"]]
    chosen = chance.sample(tasks, min(len(tasks), len(given_keys)))
    for task_table, key in zip(chosen, given_keys, strict=False):
        task_table["key"] = key
    keys = keys_of(*groups)
    assert all(keys)
    assert len({key.casefold() for key in keys}) == len(keys)
    assert [key for key, task_table in zip(keys, tasks, strict=True) if "key" in task_table] == [
        task_table["key"] for task_table in tasks if "key" in task_table
    ]


@given(PLANS, GROUPS)
@settings(deadline=None)
def test_a_sub_group_added_at_the_end_changes_no_key(groups: list[dict[str, Any]], last: dict[str, Any]) -> None:
    before = keys_of(*groups)
    assert keys_of(*groups, last)[: len(before)] == before


@given(PLANS)
@settings(deadline=None)
def test_adding_keys_twice_changes_nothing_more(groups: list[dict[str, Any]]) -> None:
    once = keyed(*groups)
    assert with_keys(once) == once


# ----------------------------------------------------------------------------------------------------------- names


def test_the_heading_of_an_outcome_has_its_reference_where_it_has_one() -> None:
    fields = {"title": "Green city", "actions": [action()]}
    assert Outcome.model_validate({"ref": "2.1", **fields}).heading == "2.1: Green city"
    assert Outcome.model_validate(fields).heading == "Green city"


def test_a_task_is_printed_with_its_label_where_it_has_one() -> None:
    assert Task(label="a", task="Plant trees", target="").labelled == "a) Plant trees"
    assert Task(task="Plant trees", target="").labelled == "Plant trees"


def test_the_title_of_a_period_is_its_name_or_its_date_in_words() -> None:
    date = datetime.date(2008, 9, 4)
    assert Period(date).title == "4th September 2008"
    assert Period(date, "Second quarter").title == "Second quarter"


def test_the_identity_of_a_plan_depends_only_on_title_and_partnership() -> None:
    model = Plan.model_validate(plan())
    assert model.identity == Plan.model_validate(plan(group("Health"))).identity
    assert model.identity != Plan.model_validate(plan(title="Other")).identity
    assert model.identity != Plan.model_validate(plan(partnership="Other")).identity


def test_a_sub_group_is_found_by_its_key() -> None:
    keyed_plan = keyed(group("Parks"), group("Health", key="h"))
    assert keyed_plan.group("h").name == "Health"
    with pytest.raises(KeyError):
        keyed_plan.group("Health")


@pytest.mark.parametrize("title", ["front", "headlines", "facts"])
def test_an_outcome_with_the_name_of_a_sheet_does_not_replace_that_sheet(title: str) -> None:
    keyed_plan = keyed(group("Parks", outcome("", title=title)))
    layout = lay_out(keyed_plan, read_template("standard"), keyed_plan.groups[0], Period(datetime.date(2008, 9, 4)))
    assert [sheet.name for sheet in layout.sheets] == ["Start here", "Outcome 1", "Headlines", "ragsheets"]


# ------------------------------------------------------------------------------------------------------ invariants


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(plan()).title = "Other"  # type: ignore[misc]


def test_blanks_around_a_text_are_removed() -> None:
    keyed_plan = Plan.model_validate(plan(group("  Parks ", outcome(" 2.1 "))))
    assert (keyed_plan.groups[0].name, keyed_plan.groups[0].outcomes[0].ref) == ("Parks", "2.1")


# ------------------------------------------------------------------------- characters that Office files cannot hold


def test_a_valid_plan_has_no_invalid_characters() -> None:
    sound = group("Parks", outcome("2.1", action(task("a", target="One\ntwo\tthree – “four” 😀\r\nfive"))))
    assert find_invalid_characters(keyed(sound)) == []


def test_a_task_with_an_invalid_character_is_named() -> None:
    parks = group("Parks", outcome("2.1", action(task("a", task="Ring\x07"), task("b"))))
    assert find_invalid_characters(keyed(parks)) == ["Parks, outcome 2.1, task 2.1a"]


@pytest.mark.parametrize(
    "bad",
    [
        group("Par\x07ks"),
        group("Parks", contact="An\x07n"),
        group("Parks", outcome("2.1", title="Gre\x07en")),
        group("Parks", outcome("2.\x071")),
        group("Parks", outcome("2.1", action(title="Pla\x07nt"))),
        group("Parks", outcome("2.1", action(ref="1\x07"))),
        group("Parks", outcome("2.1", action(task("a\x07", task="Plant", target="")))),
    ],
    ids=["group name", "contact", "outcome title", "outcome ref", "action title", "action ref", "task label"],
)
def test_an_invalid_character_anywhere_else_in_a_sub_group_is_reported_too(bad: dict[str, Any]) -> None:
    assert find_invalid_characters(keyed(bad))


def test_a_bracket_after_the_label_is_not_repeated() -> None:
    assert Task(label="a)", task="Map it", target="").labelled == "a) Map it"


@pytest.mark.parametrize(
    ("table", "where"),
    [
        (
            plan(group("Parks", outcome("2.1", action(task("a", task="\x1b\x07"))))),
            "Parks, outcome 2.1, action Act, task a: task",
        ),
        (
            plan(group("Parks", outcome("2.1", action(task("a", task="\x1b \x07"))))),
            "Parks, outcome 2.1, action Act, task a: task",
        ),
        (plan(group("Parks", outcome("2.1", title="\x00"))), "Parks, outcome 2.1: title"),
        (plan(group("\x1b")), "plan.toml: number 1: name"),
        (plan(partnership="\ufffe"), "partnership"),
    ],
)
def test_a_text_with_only_invalid_characters_is_reported_with_its_location(
    tmp_path: Path, table: dict[str, Any], where: str
) -> None:
    write_plan(tmp_path, table)
    result = run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 2
    assert f"{where}: holds only characters that Office files cannot hold." in line


@pytest.mark.parametrize(
    "parks",
    [
        group("Parks", contact="\x1b"),
        group("Parks", outcome("2.1", action(title="\x1b"))),
        group("Parks", outcome("2.1", action(ref="\x1b"))),
        group("Parks", outcome("\x1b")),
        group("Parks", outcome("2.1", action(task("\x1b", target="\x1b")))),
    ],
)
def test_an_optional_text_with_only_invalid_characters_becomes_empty(tmp_path: Path, parks: dict[str, Any]) -> None:
    write_plan(tmp_path, plan(parks))
    result = run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    assert result.exit_code == 0
    openpyxl.load_workbook(tmp_path / "2008-09-04" / "sent" / "Parks.xlsx")
