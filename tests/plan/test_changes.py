"""What changed in a plan: told by key and wording together, and asked where the two do not agree."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import projects as made
from helpers.plan_strategies import plans
from helpers.projects import action, group, outcome, task
from ragsheets.plan.changes import ChangeKind, PlanChange, PlanChanges, compare_plans
from ragsheets.plan.matching import PlanTask
from ragsheets.plan.model import Plan, with_keys

OAKS, MOW, SING = "Plant oaks along the river", "Mow the meadow twice a year", "Sing in the square at noon"


def plan(*groups: Mapping[str, Any]) -> Plan:
    return with_keys(Plan.model_validate(made.plan(*map(dict, groups))))


def parks(*tasks: Mapping[str, Any], ref: str = "2.1", **more: Any) -> dict[str, Any]:
    return group("Parks", outcome(ref, action(*map(dict, tasks))), **more)


def changed(before: Plan, now: Plan, *older: PlanTask) -> list[PlanChange]:
    return list(compare_plans(before, now, older).changes)


def only(before: Plan, now: Plan, *older: PlanTask) -> PlanChange:
    (change,) = changed(before, now, *older)
    return change


def kinds(before: Plan, now: Plan, *older: PlanTask) -> list[ChangeKind]:
    return [change.kind for change in changed(before, now, *older)]


A, B = task("a", task=OAKS), task("b", task=MOW)

# -------------------------------------------------------------------------------------------------------- one task


def test_a_task_with_other_words_under_its_derived_key_asks_for_a_key() -> None:
    change = only(plan(parks(A)), plan(parks(task("a", task=f"{OAKS}s"))))
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


def test_a_key_that_stands_in_the_plan_keeps_a_reworded_task_and_nothing_is_asked() -> None:
    now = plan(parks(task("a", task=f"{OAKS}s", key="2.1a")))
    found = compare_plans(plan(parks(A)), now)
    assert [(change.kind, change.needs_key) for change in found.changes] == [(ChangeKind.TASK_REWORDED, False)]
    assert found.new_history_keys == ()
    assert "give it" not in str(found.changes[0].problem)


@pytest.mark.parametrize("words", ["plant OAKS along the river.", "Plant  oaks – along the river"])
def test_words_that_differ_in_nothing_that_matters_are_the_same(words: str) -> None:
    assert changed(plan(parks(A)), plan(parks(task("a", task=words)))) == []


def test_a_relabelled_task_is_asked_for_its_key() -> None:
    change = only(plan(parks(A)), plan(parks(task("c", task=OAKS))))
    assert (change.kind, change.key, change.earlier_keys) == (ChangeKind.TASK_RELABELLED, "2.1c", ("2.1a",))
    said = 'its label was “a” and is “c” now. Give it key = "2.1a" to keep its history.'
    assert str(change.problem) == f"task 2.1c: {said}"


def test_a_task_put_in_before_others_shifts_their_numbers_and_each_is_told() -> None:
    first, second = task(task=OAKS), task(task=MOW)
    found = changed(plan(parks(first, second)), plan(parks(task(task=SING), first, second)))
    assert [(change.kind, change.key, change.earlier_keys) for change in found] == [
        (ChangeKind.TASK_ADDED, "2.1-1", ()),
        (ChangeKind.TASK_RENUMBERED, "2.1-2", ("2.1-1",)),
        (ChangeKind.TASK_RENUMBERED, "2.1-3", ("2.1-2",)),
    ]


def test_the_keys_asked_for_settle_it() -> None:
    before = plan(parks(task(task=OAKS), task(task=MOW)))
    now = plan(parks(task(task=SING), task(task=OAKS, key="2.1-1"), task(task=MOW, key="2.1-2")))
    found = compare_plans(before, now)
    assert [(change.kind, change.key) for change in found.changes] == [(ChangeKind.TASK_ADDED, "2.1-3")]
    assert found.keys_needed == 0


def test_labels_that_were_exchanged_are_told_by_the_words() -> None:
    found = changed(plan(parks(A, B)), plan(parks(task("a", task=MOW), task("b", task=OAKS))))
    assert [(change.kind, change.key, change.earlier_keys) for change in found] == [
        (ChangeKind.TASK_RELABELLED, "2.1a", ("2.1b",)),
        (ChangeKind.TASK_RELABELLED, "2.1b", ("2.1a",)),
    ]


def test_quite_other_words_under_the_same_derived_key_ask_too() -> None:
    change = only(plan(parks(A)), plan(parks(task("a", task=SING))))
    assert (change.kind, change.before, change.now, change.needs_key) == (ChangeKind.TASK_REPLACED, OAKS, SING, True)


def test_quite_other_words_under_a_key_that_stands_in_the_plan_are_said_and_not_asked() -> None:
    change = only(plan(parks(A)), plan(parks(task("a", task=SING, key="2.1a"))))
    assert (change.kind, change.needs_key) == (ChangeKind.TASK_REKEYED, False)


def test_a_key_that_was_never_known_at_words_that_were_is_said() -> None:
    change = only(plan(parks(A)), plan(parks(task("a", task=OAKS, key="2.1x"))))
    assert (change.kind, change.earlier_keys, change.needs_key) == (ChangeKind.TASK_KEY_UNKNOWN, ("2.1a",), False)


def test_a_key_of_its_own_says_that_it_is_another_task() -> None:
    found = changed(plan(parks(A)), plan(parks(task("a", task=f"{OAKS}s", key="new"))))
    assert [(change.kind, change.needs_key) for change in found] == [
        (ChangeKind.TASK_ADDED, False),
        (ChangeKind.TASK_WITHDRAWN, False),
    ]


def test_a_key_that_was_taken_out_of_the_plan_is_asked_for() -> None:
    change = only(plan(parks(task("a", task=OAKS, key="oaks"))), plan(parks(A)))
    assert (change.kind, change.earlier_keys, change.needs_key) == (ChangeKind.TASK_RENUMBERED, ("oaks",), True)


def test_a_task_reworded_and_relabelled_at_once_is_told_by_its_likeness() -> None:
    change = only(plan(parks(A, B)), plan(parks(task("b", task=MOW), task("d", task=f"{OAKS}s"))))
    assert (change.kind, change.key, change.earlier_keys) == (ChangeKind.TASK_SIMILAR, "2.1d", ("2.1a",))


def test_long_words_that_begin_alike_are_quoted_whole() -> None:
    long = "Work with every school in the county " * 4
    change = only(plan(parks(task("a", task=f"{long}by May"))), plan(parks(task("a", task=f"{long}by June"))))
    assert "by May”" in str(change.problem)
    assert "by June”" in str(change.problem)


def test_words_with_braces_are_only_words() -> None:
    assert "“{key} {0} {” of" not in str(only(plan(parks(A)), plan(parks(task("a", task="{key} {0} {")))).problem)
    assert "“{key} {0} {”" in str(only(plan(parks(A)), plan(parks(task("a", task="{key} {0} {")))).problem)


# --------------------------------------------------------------------------------------------- tasks with equal words


def test_twins_are_told_apart_by_outcome_target_and_label() -> None:
    one, other = task("a", task=OAKS, target="By May"), task("b", task=OAKS, target="By June")
    before = plan(parks(one, other))
    found = changed(before, plan(parks({**other, "label": "c"}, {**one, "label": "d"})))
    assert [(change.key, change.earlier_keys) for change in found] == [("2.1c", ("2.1b",)), ("2.1d", ("2.1a",))]


def test_twins_that_nothing_tells_apart_are_asked_with_both_keys() -> None:
    twin = task(task=OAKS, target="")
    before = plan(group("Parks", outcome("2.1", action(twin, twin)), outcome("2.2", action(B))))
    found = changed(before, plan(group("Parks", outcome("2.1", action(B)), outcome("2.2", action(twin, twin)))))
    unclear = [change for change in found if change.kind is ChangeKind.TASK_AMBIGUOUS]
    assert [change.earlier_keys for change in unclear] == [("2.1-1", "2.1-2")] * 2
    assert 'Give it the right one: key = "2.1-1" or key = "2.1-2".' in str(unclear[0].problem)
    assert not any(change.kind is ChangeKind.TASK_WITHDRAWN for change in found)


def test_of_two_tasks_with_the_words_of_one_neither_is_guessed() -> None:
    found = changed(plan(parks(A)), plan(parks(task("b", task=OAKS), task("c", task=OAKS))))
    assert [(change.kind, change.earlier_keys) for change in found] == [(ChangeKind.TASK_AMBIGUOUS, ("2.1a",))] * 2


# ------------------------------------------------------------------------------------ moved, new and withdrawn


def test_a_task_moved_to_another_outcome_is_told_with_both() -> None:
    second = outcome("2.2", action(task("a", task=SING)))
    before = plan(group("Parks", outcome("2.1", action(A, B)), second))
    now = plan(
        group("Parks", outcome("2.1", action(B)), outcome("2.2", action(task("a", task=SING), A | {"label": "b"})))
    )
    moved, relabelled = changed(before, now)[0], changed(before, now)[1:]
    assert (moved.kind, moved.key, moved.earlier_keys) == (ChangeKind.TASK_MOVED, "2.2b", ("2.1a",))
    assert "stood under outcome 2.1 and stands under outcome 2.2 now" in str(moved.problem)
    assert relabelled == []


def test_a_task_moved_with_its_key_goes_on() -> None:
    health = group("Health", outcome("3.1", action(task("a", task=SING))))
    before = plan(parks(A, B), health)
    now = plan(
        parks(B), group("Health", outcome("3.1", action(task("a", task=SING), {**A, "label": "b", "key": "2.1a"})))
    )
    found = changed(before, now)
    assert [(change.kind, change.needs_key) for change in found] == [
        (ChangeKind.TASK_MOVED, False),
        (ChangeKind.TASK_RELABELLED, False),
    ]
    assert "stood under Parks, outcome 2.1 and stands under Health, outcome 3.1 now" in str(found[0].problem)


def test_what_is_new_and_what_is_withdrawn_is_told_in_the_words_of_the_plan() -> None:
    found = changed(plan(parks(A)), plan(parks(task("b", task=SING))))
    assert [str(change.problem) for change in found] == [
        f"task 2.1b: is new: “{SING}”.",
        f"task 2.1a: is gone: “{OAKS}”.",
    ]


def test_an_outcome_or_a_sub_group_that_is_gone_or_new_is_told_once_with_its_tasks() -> None:
    health = group("Health", outcome("3.1", action(task("a", task=SING))))
    before = plan(group("Parks", outcome("2.1", action(A)), outcome("2.2", action(B))), health)
    now = plan(
        group("Parks", outcome("2.1", action(A)), outcome("2.3", action(task("a", task="Dig a pond")))),
        group("Culture", outcome("9.1", action(task("a", task="Open the museum on Sundays"), task("b", task="Paint")))),
    )
    assert [str(change.problem) for change in changed(before, now)] == [
        "sub-group Culture: is new, with 2 tasks.",
        "Parks, outcome 2.3: is new, with 1 task.",
        "sub-group Health: is gone, with 1 task.",
        "Parks, outcome 2.2: is gone, with 1 task.",
    ]


def test_a_renamed_sub_group_is_told_by_its_tasks_and_asked_for_its_key() -> None:
    now = group("Green Spaces", outcome("2.1", action(A, B)))
    change = only(plan(parks(A, B)), plan(now))
    assert (change.kind, change.earlier_keys, change.needs_key) == (ChangeKind.GROUP_RENAMED, ("Parks",), True)
    assert only(plan(parks(A, B)), plan({**now, "key": "Parks"})).needs_key is False


def test_an_outcome_with_another_title_or_another_reference_is_the_same_one() -> None:
    retitled = group("Parks", outcome("2.1", action(A, B), title="Greener"))
    change = only(plan(parks(A, B)), plan(retitled))
    assert (change.kind, change.before, change.now) == (
        ChangeKind.OUTCOME_RENAMED,
        "2.1: Title 2.1",
        "2.1: Greener",
    )
    found = changed(plan(parks(A, B)), plan(parks(A, B, ref="2.9")))
    assert [(change.kind, change.earlier_keys) for change in found] == [
        (ChangeKind.OUTCOME_RENAMED, ()),
        (ChangeKind.TASK_RENUMBERED, ("2.1a",)),
        (ChangeKind.TASK_RENUMBERED, ("2.1b",)),
    ]


def test_an_outcome_that_goes_to_another_sub_group_is_told_once() -> None:
    singing = outcome("3.1", action(task("a", task=SING)))
    before = plan(parks(A, B), group("Health", singing))
    pond = outcome("2.9", action(task("a", task="Dig a pond")))
    now = plan(group("Parks", pond), group("Health", singing, outcome("2.1", action(A, B))))
    assert kinds(before, now) == [ChangeKind.OUTCOME_ADDED, ChangeKind.OUTCOME_MOVED]


# --------------------------------------------------------------------------------------- tasks of older periods


def test_a_task_that_the_last_plan_lacks_is_told_by_where_it_last_stood() -> None:
    older = PlanTask("2.1a", OAKS, "Parks", "2.1")
    assert changed(plan(parks(B)), plan(parks(A, B)), older) == []
    assert compare_plans(plan(parks(B)), plan(parks(A, B)), [older]).new_history_keys == ()
    change = only(plan(parks(B)), plan(parks(task("a", task=f"{OAKS}s"), B)), older)
    assert (change.kind, change.needs_key) == (ChangeKind.TASK_REWORDED, True)


def completed(before: Plan, now: Plan, *older: PlanTask) -> list[tuple[ChangeKind, str]]:
    """What is told where all the older tasks were complete."""
    found = compare_plans(before, now, older, [task.key for task in older])
    return [(change.kind, change.key) for change in found.changes]


def test_a_sub_group_or_an_outcome_whose_tasks_are_all_complete_is_not_new() -> None:
    sing = PlanTask("3.1a", SING, "Health", "3.1")
    health = group("Health", outcome("3.1", action(task("a", task=SING))))
    assert completed(plan(parks(A)), plan(parks(A), health), sing) == []
    beside = group("Parks", outcome("2.1", action(A)), outcome("2.2", action(task("a", task=MOW))))
    assert completed(plan(parks(A)), plan(beside), PlanTask("2.2a", MOW, "Parks", "2.2")) == []


def test_what_is_new_beside_completed_tasks_is_told_by_itself() -> None:
    sing = PlanTask("3.1a", SING, "Health", "3.1")
    actions = action(task("a", task=SING), task("b", task="Walk the old railway"))
    health = group("Health", outcome("3.1", actions), outcome("3.2"))
    assert completed(plan(parks(A)), plan(parks(A), health), sing) == [
        (ChangeKind.OUTCOME_ADDED, "3.2"),
        (ChangeKind.TASK_ADDED, "3.1b"),
    ]


def test_of_a_completed_task_it_is_not_told_again_that_it_moved_or_has_other_words() -> None:
    elsewhere = PlanTask("2.1a", OAKS, "Health", "3.1")
    assert completed(plan(parks(B)), plan(parks(A, B)), elsewhere) == []
    assert kinds(plan(parks(B)), plan(parks(A, B)), elsewhere) == [ChangeKind.TASK_MOVED]
    given = task("a", task="Plant elms", key="2.1a")
    assert completed(plan(parks(B)), plan(parks(given, B)), elsewhere) == []


def test_other_words_under_the_derived_key_of_a_completed_task_are_told() -> None:
    other = plan(parks(task("a", task=SING), B))
    assert completed(plan(parks(B)), other, PlanTask("2.1a", OAKS, "Parks", "2.1")) == [
        (ChangeKind.TASK_REPLACED, "2.1a")
    ]


def test_a_task_that_is_gone_since_long_is_told_no_more() -> None:
    assert changed(plan(parks(B)), plan(parks(B)), PlanTask("2.1a", OAKS, "Parks", "2.1")) == []


def test_the_label_and_the_target_of_an_older_task_are_not_known_and_not_told() -> None:
    older = PlanTask("2.1a", OAKS, "Parks", "2.1")
    change = only(plan(parks(B)), plan(parks(B, task("c", task=OAKS))), older)
    assert (change.kind, change.earlier_keys) == (ChangeKind.TASK_RENUMBERED, ("2.1a",))


# ----------------------------------------------------------------------------------------------------- properties


@settings(max_examples=60, deadline=None)
@given(plans())
def test_a_plan_has_not_changed_from_itself(made: Plan) -> None:
    keyed = with_keys(made)
    found = compare_plans(keyed, keyed)
    assert found == PlanChanges(current_keys={key: key for key in _keys(keyed)}, joined_keys=frozenset(_keys(keyed)))


@settings(max_examples=60, deadline=None)
@given(plans(), st.randoms(use_true_random=False))
def test_a_plan_in_another_order_has_no_task_that_is_new_or_gone_or_has_other_words(
    made: Plan, order: random.Random
) -> None:
    before, now = with_keys(made), with_keys(_shuffled(made, order))
    found = compare_plans(before, now)
    allowed = {"TASK_MOVED", "TASK_RELABELLED", "TASK_RENUMBERED", "TASK_AMBIGUOUS"}
    assert {change.kind.name for change in found.changes} <= allowed
    assert set(found.new_history_keys) == {change.key for change in found.changes if change.needs_key}


@settings(max_examples=60, deadline=None)
@given(plans(), plans())
def test_between_any_two_plans_every_task_is_accounted_for_and_every_change_can_be_said(one: Plan, other: Plan) -> None:
    before, now = with_keys(one), with_keys(other)
    found = compare_plans(before, now)
    assert set(found.new_history_keys) | found.joined_keys == set(_keys(now))
    assert not set(found.new_history_keys) & found.joined_keys
    assert set(found.current_keys) <= set(_keys(before))
    assert set(found.current_keys.values()) <= set(_keys(now))
    for change in found.changes:
        assert change.problem.where
        assert change.problem.what.endswith(".")
        assert not change.needs_key or "key = " in change.problem.fix


def _keys(plan: Plan) -> list[str]:
    return [task.key for group in plan.groups for outcome in group.outcomes for task in outcome.tasks]


def _shuffled(plan: Plan, order: random.Random) -> Plan:
    """The plan with every list in it in another order."""

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
