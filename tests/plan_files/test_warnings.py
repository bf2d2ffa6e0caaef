"""The plain mistakes in a valid plan: allowed values that are mostly slips."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from helpers.projects import Table, action, group, outcome, plan, task, toml
from ragsheets.plan.model import Plan
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.plan_files.locations import describe_location
from ragsheets.plan_files.warnings import find_warnings


def warnings_of(*groups: Table) -> list[str]:
    raw = plan(*groups)
    return [str(warning) for warning in find_warnings(Plan.model_validate(raw), partial(describe_location, raw))]


def test_a_plan_without_slips_has_no_warnings() -> None:
    two_actions = outcome("2.1", action(task("a"), task("b")), action(task("a", task="Dig")))
    two_groups = group("Parks", two_actions, email="ann@example.org"), group("Health", outcome("3.1"))
    assert warnings_of(*two_groups) == []


@pytest.mark.parametrize(
    "email",
    [
        *("di@example.org", "Di Robinson <di@example.org>", "a@example.org, b@example.org; c@sub.example.org"),
        *("d.o'neill+x@example.org", ""),
    ],
)
def test_addresses_of_every_usual_form_are_accepted(email: str) -> None:
    assert warnings_of(group("Parks", email=email)) == []


@pytest.mark.parametrize(
    ("email", "what"),
    [
        ("di.example.org", "“di.example.org” has no @."),
        ("di@example", "“di@example” is not complete, or holds something else."),
        ("di@@example.org", "“di@@example.org” is not complete"),
        ("di@example..org", "“di@example..org” is not complete"),
        ("di robinson@example.org", "“di robinson@example.org” is not complete"),
        ("a@example.org b@example.org", "is not complete, or holds something else."),
        ("a@example.org, bexample.org", "“bexample.org” has no @."),
        ("ask Di", "“ask Di” has no @."),
        ("<di@example.org", "is not complete"),
    ],
)
def test_an_address_that_cannot_be_one_is_named(email: str, what: str) -> None:
    (warning,) = warnings_of(group("Parks", email=email))
    assert warning.startswith("Parks: email: the email address ")
    assert what in warning


def test_missing_contacts_and_targets_are_named_together() -> None:
    tasks = action(task("a", target=""), task("b", target=""))
    assert warnings_of(group("Parks", outcome("2.1", tasks), contact=""), group("Health", contact=" ")) == [
        "Parks: contact; Health: contact: there is no contact. Say who fills in the workbook.",
        (
            "Parks, outcome 2.1, action Act, task a: target; Parks, outcome 2.1, action Act, task b: target: "
            "there is no target. Say how to tell that it is done."
        ),
    ]


def test_two_tasks_with_one_label_in_an_action_are_named() -> None:
    tasks = action(task("a", task="Plant oaks"), task("A)", task="Mow"), task(task="Dig"), task(task="Sow"))
    (warning,) = warnings_of(group("Parks", outcome("2.1", tasks)))
    assert warning == (
        "Parks, outcome 2.1, action Act, task A): label: another task of this action has the label A): "
        "“Plant oaks”. Give each its own letter."
    )


def test_a_task_that_is_there_twice_is_named() -> None:
    tasks = action(task("a", task="Plant oaks"), task("b", task="Plant  oaks."))
    (warning,) = warnings_of(group("Parks", outcome("2.1", tasks)))
    assert "task b: task: the same task is in this action already." in warning


def test_two_outcomes_with_one_title_are_named() -> None:
    (warning,) = warnings_of(group("Parks", outcome("2.1", title="Grow"), outcome("2.2", title="grow")))
    assert warning.startswith("Parks, outcome 2.2: title: outcome 2.1 has the same title.")


@pytest.mark.parametrize(("one", "other"), [("Healthy City", "Healthy-City"), ("Parks: North", "Parks / North")])
def test_sub_groups_that_differ_in_signs_only_are_named(one: str, other: str) -> None:
    (warning,) = warnings_of(group(one), group(other))
    assert f"{other}: name: the name is almost the same as “{one}”" in warning


def test_examples_of_the_starter_are_named() -> None:
    tasks = action(task("a", task="Example: Plant", target="Example: By May"))
    (warning,) = warnings_of(group("Parks", outcome("2.1", tasks), contact="Example: Di"))
    assert "Parks: contact; Parks, outcome 2.1, action Act, task a: task; " in warning
    assert "still an example of the starter plan." in warning


def test_a_plan_file_has_the_warnings_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(toml(plan(group("Parks", contact=""))), encoding="utf-8")
    assert [str(warning) for warning in read_plan_file(path).warnings] == [
        "plan.toml: Parks: contact: there is no contact. Say who fills in the workbook."
    ]
