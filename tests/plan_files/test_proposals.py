"""Proposals: the changes to the plan that returns propose, and whether they can be accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from helpers import projects as made
from helpers.projects import DATE, action, group, outcome, task
from ragsheets.ledger import Ledger, PeriodRecord, ReturnRecord
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan_files.accept import edits_for, next_label
from ragsheets.plan_files.edits import NewTask, TextEdit, apply_edits
from ragsheets.plan_files.parse import PlanFile
from ragsheets.plan_files.proposals import Proposal, ProposalState, find_proposals
from ragsheets.returns.reading.model import Observation
from ragsheets.returns.reading.proposal import task_to_json
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

STANDARD, BRAG = read_template("standard"), read_template("brag")
OAKS, MOW = task("a", task="Plant oaks", target="Ten"), task("b", task="Mow the meadow", target="Twice")


def plan(*tasks: Mapping[str, Any], **options: Any) -> Plan:
    return Plan.model_validate(
        made.plan(group("Parks", outcome("2.1", action(*map(dict, tasks or (OAKS, MOW))))), **options)
    )


def change(column: str, new_text: str, sent_text: str, key: str = "2.1a", cell: str = "A5") -> Observation:
    return Observation("wording-changed", "Outcome 2.1", cell, key, new_text, sent_text, column=column)


def new(words: Mapping[str, str], outcome: str = "2.1", cell: str = "A9") -> Observation:
    return Observation(
        "proposed-task", "Outcome 2.1", cell, "", " | ".join(words.values()), parts=task_to_json(words, outcome)
    )


def proposed(
    *returns: Sequence[Observation],
    sent: Plan | None = None,
    now: Plan | None = None,
    accepted: Sequence[str] = (),
    template: Template = STANDARD,
) -> list[Proposal]:
    """Return the proposals in returns, oldest first, to a plan that was sent and may have changed since."""
    sent = sent or plan()
    record = PeriodRecord(Period(DATE), with_keys(sent), template)
    with Ledger.open("sqlite://") as ledger:
        ledger.save_period(record, [])
        for number, observations in enumerate(returns):
            saved, file = f"2008-09-0{number + 1} 12:00:00", f"{number}.xlsx"
            parsed_rows = {"observations": observations}
            ledger.add_returns(
                DATE, [ReturnRecord(file, file, file, "accepted", "Parks", saved, saved, b"", parsed_rows)]
            )
        frames = ledger.frames(DATE)
    return list(find_proposals(record, frames, PlanFile(now or sent, template), accepted))


def only(*observations: Observation, **options: Any) -> Proposal:
    (proposal,) = proposed(observations, **options)
    return proposal


# ----------------------------------------------------------------------------------------------- changed wording


def test_a_new_wording_is_proposed_without_its_label() -> None:
    proposal = only(change("task", "a) Plant elms", "a) Plant oaks"))
    assert (proposal.task, proposal.column, proposal.before, proposal.after) == (
        "2.1a",
        "task",
        "Plant oaks",
        "Plant elms",
    )
    assert (proposal.state, proposal.file, proposal.sheet, proposal.cell) == (
        ProposalState.OPEN,
        "0.xlsx",
        "Outcome 2.1",
        "A5",
    )
    assert len(proposal.number) == 6


def test_a_missing_label_stays_and_a_changed_one_is_a_separate_proposal() -> None:
    assert only(change("task", "Plant elms", "a) Plant oaks")).after == "Plant elms"
    proposal = only(change("task", "c) Plant oaks", "a) Plant oaks"))
    assert (proposal.column, proposal.before, proposal.after) == ("label", "a", "c")
    both = proposed([change("task", "c) Plant elms", "a) Plant oaks")])
    assert [(proposal.column, proposal.after) for proposal in both] == [("label", "c"), ("task", "Plant elms")]


def test_brackets_in_the_wording_are_not_a_label() -> None:
    sent = plan(task("", task="Plant oaks"))
    assert only(change("task", "a) Plant elms", "Plant oaks", "2.1-1"), sent=sent).after == "a) Plant elms"
    assert only(change("task", "(some) elms", "a) Plant oaks")).after == "(some) elms"


def test_deleted_text_is_not_a_proposal() -> None:
    assert proposed([change("target", "", "Ten")]) == []


def test_a_proposal_has_the_same_number_in_every_return_and_is_listed_once() -> None:
    first = change("target", "Twelve", "Ten", cell="B5")
    again = change("target", "Twelve", "Ten", cell="B7")
    (proposal,) = proposed([first], [again])
    assert (proposal.file, proposal.cell) == ("1.xlsx", "B7")
    assert proposal.number == only(first).number


def test_two_different_proposals_for_the_same_value_conflict() -> None:
    proposals = proposed([change("target", "Twelve", "Ten")], [change("target", "Nine", "Ten")])
    assert [(proposal.after, proposal.state) for proposal in proposals] == [
        ("Nine", ProposalState.CONFLICTING),
        ("Twelve", ProposalState.CONFLICTING),
    ]
    assert proposals[0].number != proposals[1].number


@pytest.mark.parametrize("new_text", ["Twelve", "Twelve ", " Twelve"])
def test_a_proposal_that_the_plan_already_contains_is_accepted(new_text: str) -> None:
    now = plan({**OAKS, "target": "Twelve"}, MOW)
    assert only(change("target", new_text, "Ten"), now=now).state is ProposalState.ACCEPTED


def test_a_proposal_for_text_that_the_plan_no_longer_has_is_outdated() -> None:
    changed_target = only(change("target", "Twelve", "Ten"), now=plan({**OAKS, "target": "Eleven"}, MOW))
    assert (changed_target.state, changed_target.why) == (
        ProposalState.OUTDATED,
        "the plan has changed since then; the text is now “Eleven”.",
    )
    removed_task = only(change("target", "Twelve", "Ten"), now=plan(MOW))
    assert (removed_task.state, removed_task.why) == (ProposalState.OUTDATED, "the plan no longer has this task.")


def test_accepting_one_of_two_conflicting_proposals_makes_the_other_outdated() -> None:
    rivals = [change("target", "Twelve", "Ten")], [change("target", "Nine", "Ten")]
    now = plan({**OAKS, "target": "Nine"}, MOW)
    assert [proposal.state for proposal in proposed(*rivals, now=now)] == [
        ProposalState.ACCEPTED,
        ProposalState.OUTDATED,
    ]


def test_an_accepted_proposal_stays_accepted_after_further_edits_of_the_plan() -> None:
    number = only(change("target", "Twelve", "Ten")).number
    now = plan({**OAKS, "target": "Twelve oaks"}, MOW)
    assert only(change("target", "Twelve", "Ten"), now=now, accepted=[number]).state is ProposalState.ACCEPTED


def test_a_proposal_follows_its_task_to_its_current_location() -> None:
    now = plan(MOW, {**OAKS, "label": "c"})
    proposal = only(change("target", "Twelve", "Ten"), now=now)
    assert (proposal.task, proposal.location[-1], proposal.state) == ("2.1c", 1, ProposalState.OPEN)
    wording_proposal = only(change("task", "a) Plant elms", "a) Plant oaks"), now=now)
    assert (wording_proposal.state, wording_proposal.why) == (
        ProposalState.MANUAL,
        "give the task its key first; ragsheets plan check names it.",
    )


def test_a_value_of_a_template_column_is_normalised_as_in_the_plan() -> None:
    sent = plan({**OAKS, "further": {"due": "2009-03-05"}}, template="brag")
    proposal = only(change("due", "1 May 2009", "5th March 2009"), sent=sent, template=BRAG)
    assert (proposal.state, proposal.after) == (ProposalState.OPEN, "2009-05-01")
    assert only(change("due", "2009-03-05", "5th March 2009"), sent=sent, template=BRAG).state is ProposalState.ACCEPTED
    wrong = only(change("due", "soon", "5th March 2009"), sent=sent, template=BRAG)
    assert (wrong.state, "“soon” is not a date" in wrong.why) == (ProposalState.MANUAL, True)


def test_proposals_that_an_older_version_stored_without_parts_are_listed_for_manual_acceptance() -> None:
    old = Observation("wording-changed", "Outcome 2.1", "A5", "2.1a", "Twelve", "Ten")
    task = Observation("proposed-task", "Outcome 2.1", "A9", "", "Sing | GREEN")
    proposals = proposed([old, task])
    assert [(proposal.is_new, proposal.state) for proposal in proposals] == [
        (False, ProposalState.MANUAL),
        (True, ProposalState.MANUAL),
    ]
    assert list(proposals[1].words.values()) == ["Sing | GREEN"]


# ----------------------------------------------------------------------------------------------------- new tasks


def test_a_new_task_is_proposed_with_its_plan_columns_only() -> None:
    proposal = only(new({"task": "Sing", "target": "Daily", "status": "GREEN"}))
    assert (proposal.is_new, proposal.outcome, proposal.words, proposal.state) == (
        True,
        "2.1",
        {"task": "Sing", "target": "Daily"},
        ProposalState.OPEN,
    )


@pytest.mark.parametrize("task_text", ["c) Sing", "C. Sing", " 3) Sing"])
def test_a_label_typed_before_a_new_task_is_removed(task_text: str) -> None:
    assert only(new({"task": task_text})).after == "Sing"
    assert only(new({"task": task_text}), sent=plan(task(""))).after == task_text


def test_a_new_task_that_the_plan_already_contains_is_accepted() -> None:
    assert only(new({"task": "mow the  meadow."})).state is ProposalState.ACCEPTED


@pytest.mark.slow
def test_a_new_task_without_wording_or_outcome_needs_manual_acceptance() -> None:
    assert only(new({"target": "Daily"})).state is ProposalState.MANUAL
    two = Plan.model_validate(made.plan(group("Parks", outcome("2.1"), outcome("2.2"))))
    proposal = only(new({"task": "Sing"}, outcome=""), sent=two)
    assert (proposal.state, proposal.why) == (
        ProposalState.MANUAL,
        "it is not clear which outcome it belongs to; write it into the plan yourself.",
    )
    assert only(new({"task": "Sing"}, outcome="")).state is ProposalState.OPEN


def test_a_new_task_of_a_removed_outcome_is_outdated() -> None:
    now = Plan.model_validate(made.plan(group("Parks", outcome("9.9"))))
    assert only(new({"task": "Sing"}), now=now).state is ProposalState.OUTDATED


def test_two_new_tasks_with_the_same_wording_and_different_targets_conflict() -> None:
    proposals = proposed([new({"task": "Sing", "target": "Daily"})], [new({"task": "sing", "target": "Weekly"})])
    assert [proposal.state for proposal in proposals] == [ProposalState.CONFLICTING, ProposalState.CONFLICTING]


# ------------------------------------------------------------------------------------------- edits of the plan


def test_a_new_wording_adds_the_derived_key_and_a_new_target_does_not() -> None:
    proposals = proposed([change("task", "c) Plant elms", "a) Plant oaks"), change("target", "Twelve", "Ten")])
    location = ("groups", 0, "outcomes", 0, "actions", 0, "tasks", 0)
    assert edits_for(plan(), proposals) == [
        TextEdit(location, "label", "c"),
        TextEdit(location, "key", "2.1a"),
        TextEdit(location, "target", "Twelve"),
        TextEdit(location, "task", "Plant elms"),
    ]
    keyed = plan({**OAKS, "key": "oaks"}, MOW)
    proposals = proposed([change("task", "Plant elms", "a) Plant oaks", "oaks")], sent=keyed)
    assert edits_for(keyed, proposals) == [TextEdit(location, "task", "Plant elms")]


def test_new_tasks_get_the_next_labels_in_the_last_action_and_no_key() -> None:
    sent = Plan.model_validate(made.plan(group("Parks", outcome("2.1", action(OAKS), action(task("a"), task("b"))))))
    proposals = proposed([new({"task": "Sing", "target": "Daily"}), new({"task": "Dance"}, cell="A10")], sent=sent)
    location = ("groups", 0, "outcomes", 0, "actions", 1)
    assert edits_for(sent, proposals) == [
        NewTask(location, {"label": "c", "task": "Sing", "target": "Daily"}),
        NewTask(location, {"label": "d", "task": "Dance"}),
    ]


def test_a_new_task_does_not_get_another_task_s_key() -> None:
    """Two sub-groups whose outcomes have no reference number their tasks in one sequence: "1-1", "1-2"."""
    nameless = action(task(task="Plant oaks"))
    parks, health = (group(name, outcome("", nameless, title=name)) for name in ("Parks", "Health"))
    sent = Plan.model_validate(made.plan(parks, health))
    (edit,) = edits_for(sent, proposed([new({"task": "Sing"}, outcome="Parks")], sent=sent))
    assert isinstance(edit, NewTask)
    assert edit.texts["key"] == "1-2-2"
    after = with_keys(apply_edits(sent, [edit]))
    assert [plan_task.key for group in after.groups for o in group.outcomes for plan_task in o.tasks] == [
        "1-1",
        "1-2-2",
        "1-2",
    ]


@pytest.mark.parametrize(
    ("labels", "label"),
    [
        (["a", "b"], "c"),
        (["a)", "b)"], "c)"),
        (["1", "9"], "10"),
        (["(A)", "(B)"], "(C)"),
        (["c", "b"], "d"),
        (["a", "C", "b"], "d"),
        (["", ""], ""),
        (["a", ""], ""),
        (["y", "z"], ""),
        (["i", "ii"], ""),
        (["first"], ""),
    ],
)
def test_the_next_label_has_the_style_of_the_others(labels: list[str], label: str) -> None:
    assert next_label(labels) == label
