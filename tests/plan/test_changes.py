"""Changes of a plan: matched by key and wording together, and asked about where these do not agree."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import projects
from helpers.plan_strategies import plans
from helpers.projects import action, group, outcome, task
from ragsheets.plan.change import ChangeKind, PlanChange, PlanChanges
from ragsheets.plan.changes import compare_plans
from ragsheets.plan.matching import PlanTask
from ragsheets.plan.model import Plan, with_keys

OAKS, MOW, SING = "Plant oaks along the river", "Mow the meadow twice a year", "Sing in the square at noon"


def plan(*groups: Mapping[str, Any]) -> Plan:
    return with_keys(Plan.model_validate(projects.plan(*map(dict, groups))))


def parks(*tasks: Mapping[str, Any], ref: str = "2.1", **more: Any) -> dict[str, Any]:
    return group("Parks", outcome(ref, action(*map(dict, tasks))), **more)


def changes_between(before: Plan, now: Plan, *older: PlanTask) -> list[PlanChange]:
    return list(compare_plans(before, now, older).changes)


def only_change(before: Plan, now: Plan, *older: PlanTask) -> PlanChange:
    (change,) = changes_between(before, now, *older)
    return change


def kinds(before: Plan, now: Plan, *older: PlanTask) -> list[ChangeKind]:
    return [change.kind for change in changes_between(before, now, *older)]


A, B = task("a", task=OAKS), task("b", task=MOW)

# -------------------------------------------------------------------------------------------------------- one task


def test_a_task_reworded_under_its_derived_key_needs_a_key() -> None:
    change = only_change(plan(parks(A)), plan(parks(task("a", task=f"{OAKS}s"))))
    assert (change.kind, change.key, change.earlier_keys, change.needs_key) == (
        ChangeKind.TASK_REWORDED,
        "2.1a",
        ("2.1a",),
        True,
    )
    assert str(change.problem) == (
        f"task 2.1a: its words changed from “{OAKS}” to “{OAKS}s”. If it is the same task, give it "
        'key = "2.1a"; if it is another one, give it a key of its own.'
    )


def test_a_task_reworded_under_a_given_key_keeps_its_history() -> None:
    now = plan(parks(task("a", task=f"{OAKS}s", key="2.1a")))
    changes = compare_plans(plan(parks(A)), now)
    assert [(change.kind, change.needs_key) for change in changes.changes] == [(ChangeKind.TASK_REWORDED, False)]
    assert changes.new_history_keys == ()
    assert "give it" not in str(changes.changes[0].problem)


@pytest.mark.parametrize("words", ["plant OAKS along the river.", "Plant  oaks – along the river"])
def test_wordings_with_insignificant_differences_are_the_same(words: str) -> None:
    assert changes_between(plan(parks(A)), plan(parks(task("a", task=words)))) == []


def test_a_relabelled_task_needs_its_key() -> None:
    change = only_change(plan(parks(A)), plan(parks(task("c", task=OAKS))))
    assert (change.kind, change.key, change.earlier_keys) == (ChangeKind.TASK_RELABELLED, "2.1c", ("2.1a",))
    message = 'its label was “a” and is now “c”. Give it key = "2.1a" to keep its history.'
    assert str(change.problem) == f"task 2.1c: {message}"


#: The tasks of one action in two plans, and the changes: kind, key, the earlier keys, and whether a key is needed.
ONE_ACTION: dict[str, tuple[list[Any], list[Any], list[tuple[str, str, tuple[str, ...], bool]]]] = {
    "a task inserted before others shifts their numbers": (
        [task(task=OAKS), task(task=MOW)],
        [task(task=SING), task(task=OAKS), task(task=MOW)],
        [
            ("task-added", "2.1-1", (), False),
            ("task-renumbered", "2.1-2", ("2.1-1",), True),
            ("task-renumbered", "2.1-3", ("2.1-2",), True),
        ],
    ),
    "labels exchanged": (
        [A, B],
        [task("a", task=MOW), task("b", task=OAKS)],
        [("task-relabelled", "2.1a", ("2.1b",), True), ("task-relabelled", "2.1b", ("2.1a",), True)],
    ),
    "other words under the same derived key": (
        [A],
        [task("a", task=SING)],
        [("task-replaced", "2.1a", ("2.1a",), True)],
    ),
    "other words under a given key": ([A], [task("a", task=SING, key="2.1a")], [("task-rekeyed", "2.1a", (), False)]),
    "an unknown given key with known words": (
        [A],
        [task("a", task=OAKS, key="2.1x")],
        [("task-key-unknown", "2.1x", ("2.1a",), False)],
    ),
    "a given key that another task had, with known words": (
        [task("a", task=SING), task("b", task=OAKS)],
        [task("a", task=SING), task("b", task=OAKS, key="2.1a")],
        [("task-renumbered", "2.1a-2", (), False), ("task-key-unknown", "2.1a", ("2.1b",), False)],
    ),
    "a new given key with similar words": (
        [A],
        [task("a", task=f"{OAKS}s", key="new")],
        [("task-added", "new", (), False), ("task-withdrawn", "2.1a", (), False)],
    ),
    "a given key removed": ([task("a", task=OAKS, key="oaks")], [A], [("task-renumbered", "2.1a", ("oaks",), True)]),
    "reworded and relabelled at once": (
        [A, B],
        [task("b", task=MOW), task("d", task=f"{OAKS}s")],
        [("task-like", "2.1d", ("2.1a",), True)],
    ),
    "two tasks with the words of one": (
        [A],
        [task("b", task=OAKS), task("c", task=OAKS)],
        [("task-unclear", "2.1b", ("2.1a",), True), ("task-unclear", "2.1c", ("2.1a",), True)],
    ),
    "new and withdrawn": (
        [A],
        [task("b", task=SING)],
        [("task-added", "2.1b", (), False), ("task-withdrawn", "2.1a", (), False)],
    ),
}


@pytest.mark.parametrize(("before", "now", "expected"), ONE_ACTION.values(), ids=list(ONE_ACTION))
def test_the_tasks_of_one_action_are_matched_by_key_and_wording(
    before: list[Any], now: list[Any], expected: list[tuple[str, str, tuple[str, ...], bool]]
) -> None:
    changes = changes_between(plan(parks(*before)), plan(parks(*now)))
    assert [(change.kind.value, change.key, change.earlier_keys, change.needs_key) for change in changes] == expected


def test_new_withdrawn_and_replaced_tasks_are_described_by_their_wording() -> None:
    changes = changes_between(plan(parks(A)), plan(parks(task("b", task=SING))))
    assert [str(change.problem) for change in changes] == [
        f"task 2.1b: is new: “{SING}”.",
        f"task 2.1a: is no longer in the plan: “{OAKS}”.",
    ]
    replaced = only_change(plan(parks(A)), plan(parks(task("a", task=SING))))
    assert (replaced.before, replaced.now) == (OAKS, SING)


def test_giving_the_keys_asked_for_leaves_no_change() -> None:
    before = plan(parks(task(task=OAKS), task(task=MOW)))
    now = plan(parks(task(task=SING), task(task=OAKS, key="2.1-1"), task(task=MOW, key="2.1-2")))
    changes = compare_plans(before, now)
    assert [(change.kind, change.key) for change in changes.changes] == [(ChangeKind.TASK_ADDED, "2.1-3")]
    assert changes.keys_needed == 0


def test_a_task_much_like_another_one_of_today_is_asked_about_with_that_one() -> None:
    """The new task stands at the old one's key; the old task has a word more and another label."""
    now = plan(parks(task("a", task=f"{OAKS} bank and road"), task("b", task=f"Now {OAKS}"), task("c", task=MOW)))
    changes = changes_between(plan(parks(A, B)), now)
    assert [(change.key, change.earlier_keys) for change in changes if change.needs_key] == [
        ("2.1b", ("2.1a",)),
        ("2.1c", ("2.1b",)),
    ]


def test_the_same_wording_with_another_target_before_a_task_does_not_take_its_history() -> None:
    before = plan(parks(task("a", task=SING, target="In May")))
    now = plan(parks(task("a", task=SING, target="In June"), task("b", task=SING, target="In May")))
    changes = compare_plans(before, now)
    assert [(change.key, change.earlier_keys) for change in changes.changes if change.needs_key] == [
        ("2.1b", ("2.1a",))
    ]
    assert changes.joined_keys == frozenset()


def test_long_wordings_with_the_same_beginning_are_quoted_in_full() -> None:
    long = "Work with every school in the county " * 4
    change = only_change(plan(parks(task("a", task=f"{long}by May"))), plan(parks(task("a", task=f"{long}by June"))))
    assert "by May”" in str(change.problem)
    assert "by June”" in str(change.problem)


def test_braces_in_a_wording_are_plain_text() -> None:
    assert "“{key} {0} {” of" not in str(
        only_change(plan(parks(A)), plan(parks(task("a", task="{key} {0} {")))).problem
    )
    assert "“{key} {0} {”" in str(only_change(plan(parks(A)), plan(parks(task("a", task="{key} {0} {")))).problem)


# --------------------------------------------------------------------------------------------- tasks with equal words


def test_tasks_with_the_same_wording_are_matched_by_outcome_target_and_label() -> None:
    first, second = task("a", task=OAKS, target="By May"), task("b", task=OAKS, target="By June")
    before = plan(parks(first, second))
    changes = changes_between(before, plan(parks({**second, "label": "c"}, {**first, "label": "d"})))
    assert [(change.key, change.earlier_keys) for change in changes] == [("2.1c", ("2.1b",)), ("2.1d", ("2.1a",))]


def test_identical_tasks_are_asked_about_with_both_keys() -> None:
    twin = task(task=OAKS, target="")
    before = plan(group("Parks", outcome("2.1", action(twin, twin)), outcome("2.2", action(B))))
    changes = changes_between(
        before, plan(group("Parks", outcome("2.1", action(B)), outcome("2.2", action(twin, twin))))
    )
    ambiguous = [change for change in changes if change.kind is ChangeKind.TASK_AMBIGUOUS]
    assert [change.earlier_keys for change in ambiguous] == [("2.1-1", "2.1-2")] * 2
    assert 'Give it the right one: key = "2.1-1" or key = "2.1-2".' in str(ambiguous[0].problem)
    assert not any(change.kind is ChangeKind.TASK_WITHDRAWN for change in changes)


# ------------------------------------------------------------------------------------ moved, new and withdrawn


def test_a_task_moved_to_another_outcome_is_reported_with_both_outcomes() -> None:
    second = outcome("2.2", action(task("a", task=SING)))
    before = plan(group("Parks", outcome("2.1", action(A, B)), second))
    now = plan(
        group("Parks", outcome("2.1", action(B)), outcome("2.2", action(task("a", task=SING), A | {"label": "b"})))
    )
    moved, relabelled = changes_between(before, now)[0], changes_between(before, now)[1:]
    assert (moved.kind, moved.key, moved.earlier_keys) == (ChangeKind.TASK_MOVED, "2.2b", ("2.1a",))
    assert "was moved from outcome 2.1 to outcome 2.2" in str(moved.problem)
    assert relabelled == []


def test_a_task_moved_with_its_key_keeps_its_history() -> None:
    health = group("Health", outcome("3.1", action(task("a", task=SING))))
    before = plan(parks(A, B), health)
    now = plan(
        parks(B), group("Health", outcome("3.1", action(task("a", task=SING), {**A, "label": "b", "key": "2.1a"})))
    )
    changes = changes_between(before, now)
    assert [(change.kind, change.needs_key) for change in changes] == [
        (ChangeKind.TASK_MOVED, False),
        (ChangeKind.TASK_RELABELLED, False),
    ]
    assert "was moved from Parks, outcome 2.1 to Health, outcome 3.1" in str(changes[0].problem)


def test_a_removed_or_new_outcome_or_sub_group_is_reported_once_with_its_task_count() -> None:
    health = group("Health", outcome("3.1", action(task("a", task=SING))))
    before = plan(group("Parks", outcome("2.1", action(A)), outcome("2.2", action(B))), health)
    now = plan(
        group("Parks", outcome("2.1", action(A)), outcome("2.3", action(task("a", task="Dig a pond")))),
        group("Culture", outcome("9.1", action(task("a", task="Open the museum on Sundays"), task("b", task="Paint")))),
    )
    assert [str(change.problem) for change in changes_between(before, now)] == [
        "sub-group Culture: is new, with 2 tasks.",
        "Parks, outcome 2.3: is new, with 1 task.",
        "sub-group Health: is no longer in the plan, with 1 task.",
        "Parks, outcome 2.2: is no longer in the plan, with 1 task.",
    ]


def test_a_renamed_sub_group_is_recognised_by_its_tasks_and_needs_its_key() -> None:
    now = group("Green Spaces", outcome("2.1", action(A, B)))
    change = only_change(plan(parks(A, B)), plan(now))
    assert (change.kind, change.earlier_keys, change.needs_key) == (ChangeKind.GROUP_RENAMED, ("Parks",), True)
    assert only_change(plan(parks(A, B)), plan({**now, "key": "Parks"})).needs_key is False


def test_an_outcome_with_another_title_or_reference_is_the_same_outcome() -> None:
    retitled = group("Parks", outcome("2.1", action(A, B), title="Greener"))
    change = only_change(plan(parks(A, B)), plan(retitled))
    assert (change.kind, change.before, change.now) == (
        ChangeKind.OUTCOME_RENAMED,
        "2.1: Title 2.1",
        "2.1: Greener",
    )
    changes = changes_between(plan(parks(A, B)), plan(parks(A, B, ref="2.9")))
    assert [(change.kind, change.earlier_keys) for change in changes] == [
        (ChangeKind.OUTCOME_RENAMED, ()),
        (ChangeKind.TASK_RENUMBERED, ("2.1a",)),
        (ChangeKind.TASK_RENUMBERED, ("2.1b",)),
    ]


def test_an_outcome_moved_to_another_sub_group_is_reported_once() -> None:
    singing = outcome("3.1", action(task("a", task=SING)))
    before = plan(parks(A, B), group("Health", singing))
    pond = outcome("2.9", action(task("a", task="Dig a pond")))
    now = plan(group("Parks", pond), group("Health", singing, outcome("2.1", action(A, B))))
    assert kinds(before, now) == [ChangeKind.OUTCOME_ADDED, ChangeKind.OUTCOME_MOVED]


# --------------------------------------------------------------------------------------- tasks of older periods


def test_a_task_that_the_last_plan_lacks_is_matched_with_an_older_plan() -> None:
    older = PlanTask("2.1a", OAKS, "Parks", "2.1")
    assert changes_between(plan(parks(B)), plan(parks(A, B)), older) == []
    assert compare_plans(plan(parks(B)), plan(parks(A, B)), [older]).new_history_keys == ()
    change = only_change(plan(parks(B)), plan(parks(task("a", task=f"{OAKS}s"), B)), older)
    assert (change.kind, change.needs_key) == (ChangeKind.TASK_REWORDED, True)


def changes_with_completed(before: Plan, now: Plan, *older: PlanTask) -> list[tuple[ChangeKind, str]]:
    """Return the changes where all the older tasks were complete, each as kind and key."""
    changes = compare_plans(before, now, older, [task.key for task in older])
    return [(change.kind, change.key) for change in changes.changes]


def test_a_sub_group_or_an_outcome_whose_tasks_are_all_complete_is_not_new() -> None:
    sing = PlanTask("3.1a", SING, "Health", "3.1")
    health = group("Health", outcome("3.1", action(task("a", task=SING))))
    assert changes_with_completed(plan(parks(A)), plan(parks(A), health), sing) == []
    beside = group("Parks", outcome("2.1", action(A)), outcome("2.2", action(task("a", task=MOW))))
    assert changes_with_completed(plan(parks(A)), plan(beside), PlanTask("2.2a", MOW, "Parks", "2.2")) == []


def test_new_parts_beside_completed_tasks_are_reported_separately() -> None:
    sing = PlanTask("3.1a", SING, "Health", "3.1")
    actions = action(task("a", task=SING), task("b", task="Walk the old railway"))
    health = group("Health", outcome("3.1", actions), outcome("3.2"))
    assert changes_with_completed(plan(parks(A)), plan(parks(A), health), sing) == [
        (ChangeKind.OUTCOME_ADDED, "3.2"),
        (ChangeKind.TASK_ADDED, "3.1b"),
    ]


def test_a_completed_task_that_moved_or_was_reworded_is_not_reported_again() -> None:
    elsewhere = PlanTask("2.1a", OAKS, "Health", "3.1")
    assert changes_with_completed(plan(parks(B)), plan(parks(A, B)), elsewhere) == []
    assert kinds(plan(parks(B)), plan(parks(A, B)), elsewhere) == [ChangeKind.TASK_MOVED]
    reworded = task("a", task="Plant elms", key="2.1a")
    assert changes_with_completed(plan(parks(B)), plan(parks(reworded, B)), elsewhere) == []


def test_a_different_wording_under_the_derived_key_of_a_completed_task_is_reported() -> None:
    now = plan(parks(task("a", task=SING), B))
    assert changes_with_completed(plan(parks(B)), now, PlanTask("2.1a", OAKS, "Parks", "2.1")) == [
        (ChangeKind.TASK_REPLACED, "2.1a")
    ]


def test_a_task_removed_before_the_last_plan_is_not_reported() -> None:
    assert changes_between(plan(parks(B)), plan(parks(B)), PlanTask("2.1a", OAKS, "Parks", "2.1")) == []


def test_the_unknown_label_and_target_of_an_older_task_are_not_reported() -> None:
    older = PlanTask("2.1a", OAKS, "Parks", "2.1")
    change = only_change(plan(parks(B)), plan(parks(B, task("c", task=OAKS))), older)
    assert (change.kind, change.earlier_keys) == (ChangeKind.TASK_RENUMBERED, ("2.1a",))


# ----------------------------------------------------------------------------------------------------- properties


@settings(deadline=None)
@given(plans())
def test_a_plan_has_no_changes_from_itself(raw_plan: Plan) -> None:
    keyed = with_keys(raw_plan)
    changes = compare_plans(keyed, keyed)
    assert changes == PlanChanges(current_keys={key: key for key in _keys(keyed)}, joined_keys=frozenset(_keys(keyed)))


@settings(deadline=None)
@given(plans(), st.randoms(use_true_random=False))
def test_a_reordered_plan_has_no_new_removed_or_reworded_task(raw_plan: Plan, order: random.Random) -> None:
    before, now = with_keys(raw_plan), with_keys(_shuffled(raw_plan, order))
    changes = compare_plans(before, now)
    allowed_kinds = {"TASK_MOVED", "TASK_RELABELLED", "TASK_RENUMBERED", "TASK_AMBIGUOUS"}
    assert {change.kind.name for change in changes.changes} <= allowed_kinds
    assert set(changes.new_history_keys) == {change.key for change in changes.changes if change.needs_key}


@settings(deadline=None)
@given(plans(), plans())
def test_between_any_two_plans_every_task_is_accounted_for_and_every_change_has_a_message(
    first: Plan, second: Plan
) -> None:
    before, now = with_keys(first), with_keys(second)
    changes = compare_plans(before, now)
    assert set(changes.new_history_keys) | changes.joined_keys == set(_keys(now))
    assert not set(changes.new_history_keys) & changes.joined_keys
    assert set(changes.current_keys) <= set(_keys(before))
    assert set(changes.current_keys.values()) <= set(_keys(now))
    for change in changes.changes:
        assert change.problem.where
        assert change.problem.what.endswith(".")
        assert not change.needs_key or "key = " in change.problem.fix


def _keys(plan: Plan) -> list[str]:
    return [task.key for group in plan.groups for outcome in group.outcomes for task in outcome.tasks]


def _shuffled(plan: Plan, order: random.Random) -> Plan:
    """Return the plan with every list in it shuffled."""

    def shuffle(part: Any) -> Any:
        update = {}
        for name in type(part).model_fields:
            rows = getattr(part, name)
            if isinstance(rows, tuple):
                rows = [shuffle(row) for row in rows]
                order.shuffle(rows)
                update[name] = tuple(rows)
        return part.model_copy(update=update)

    shuffled: Plan = shuffle(plan)
    return shuffled
