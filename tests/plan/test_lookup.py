"""A name fits every task that is called so; a key finds its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from helpers import projects
from ragsheets.plan.lookup import tasks_named
from ragsheets.plan.model import Plan, with_keys

LABELS = st.sampled_from(["a", "b", "c"])
NAMES = ["a", "b", "c", "2.1a", "2.1b", "2.1c", "2.2a", "2.2b", "2.2c"]


@st.composite
def plans_with_mixed_keys(draw: st.DrawFn) -> Plan:
    """Draw a plan of two outcomes, some of whose tasks have keys that look like other tasks' labels."""
    keys = iter(draw(st.permutations(NAMES)))
    outcomes = [
        projects.outcome(
            ref,
            projects.action(
                *(
                    projects.task(label, key=next(keys) if draw(st.booleans()) else None)
                    for label in draw(st.lists(LABELS, min_size=1, max_size=3))
                )
            ),
        )
        for ref in ("2.1", "2.2")
    ]
    return with_keys(Plan.model_validate(projects.plan(projects.group("Parks", *outcomes))))


@given(plans_with_mixed_keys())
def test_a_name_fits_every_task_that_has_it_as_its_key_or_label_in_the_plan_s_order(plan: Plan) -> None:
    for name in NAMES:
        assert tasks_named(plan, name) == [
            path
            for path in plan.task_paths
            if name in (path.task.key, path.task.label, f"{path.outcome.ref}{path.task.label}")
        ]


@given(plans_with_mixed_keys())
def test_a_key_finds_its_task_whatever_the_others_are_called(plan: Plan) -> None:
    paths = list(plan.task_paths)
    assert paths
    assert [tasks_named(plan, f" {path.task.key.upper()} ", by_key=True) for path in paths] == [
        [path] for path in paths
    ]
