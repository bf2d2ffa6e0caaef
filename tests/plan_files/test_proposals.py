"""Proposals: what returns propose for the plan, and whether it may be taken over."""

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
from ragsheets.returns.reading.proposal import change_to_json, task_to_json
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

STANDARD, BRAG = read_template("standard"), read_template("brag")
OAKS, MOW = task("a", task="Plant oaks", target="Ten"), task("b", task="Mow the meadow", target="Twice")


def plan(*tasks: Mapping[str, Any], **more: Any) -> Plan:
    return Plan.model_validate(
        made.plan(group("Parks", outcome("2.1", action(*map(dict, tasks or (OAKS, MOW))))), **more)
    )


def change(column: str, found: str, wanted: str, key: str = "2.1a", cell: str = "A5") -> Observation:
    return Observation("wording-changed", "Outcome 2.1", cell, key, found, wanted, change_to_json(column))


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
    """What returns, the oldest first, propose for a plan that was sent and is, perhaps, another one now."""
    sent = sent or plan()
    record = PeriodRecord(Period(DATE), with_keys(sent), template)
    with Ledger.open("sqlite://") as ledger:
        ledger.save_period(record, [])
        for number, said in enumerate(returns):
            at, file = f"2008-09-0{number + 1} 12:00:00", f"{number}.xlsx"
            kept = {"observations": said}
            ledger.add_returns(DATE, [ReturnRecord(file, file, file, "accepted", "Parks", at, at, b"", kept)])
        frames = ledger.frames(DATE)
    return list(find_proposals(record, frames, PlanFile(now or sent, template), accepted))


def only(*said: Observation, **more: Any) -> Proposal:
    (found,) = proposed(said, **more)
    return found


# ------------------------------------------------------------------------------------------------- changed words


def test_other_words_are_proposed_without_the_label_that_stands_before_them() -> None:
    found = only(change("task", "a) Plant elms", "a) Plant oaks"))
    assert (found.task, found.column, found.before, found.after) == ("2.1a", "task", "Plant oaks", "Plant elms")
    assert (found.state, found.file, found.sheet, found.cell) == (ProposalState.OPEN, "0.xlsx", "Outcome 2.1", "A5")
    assert len(found.number) == 6


def test_a_label_that_was_dropped_stays_and_one_that_was_changed_is_a_proposal_of_its_own() -> None:
    assert only(change("task", "Plant elms", "a) Plant oaks")).after == "Plant elms"
    found = only(change("task", "c) Plant oaks", "a) Plant oaks"))
    assert (found.column, found.before, found.after) == ("label", "a", "c")
    both = proposed([change("task", "c) Plant elms", "a) Plant oaks")])
    assert [(each.column, each.after) for each in both] == [("label", "c"), ("task", "Plant elms")]


def test_brackets_in_words_are_no_label() -> None:
    sent = plan(task("", task="Plant oaks"))
    assert only(change("task", "a) Plant elms", "Plant oaks", "2.1-1"), sent=sent).after == "a) Plant elms"
    assert only(change("task", "(some) elms", "a) Plant oaks")).after == "(some) elms"


def test_words_that_were_deleted_propose_nothing() -> None:
    assert proposed([change("target", "", "Ten")]) == []


def test_a_proposal_has_the_same_number_in_whatever_return_it_stands_and_is_told_once() -> None:
    first = change("target", "Twelve", "Ten", cell="B5")
    again = change("target", "Twelve", "Ten", cell="B7")
    (found,) = proposed([first], [again])
    assert (found.file, found.cell) == ("1.xlsx", "B7")
    assert found.number == only(first).number


def test_two_that_say_something_else_of_the_same_conflict() -> None:
    found = proposed([change("target", "Twelve", "Ten")], [change("target", "Nine", "Ten")])
    assert [(each.after, each.state) for each in found] == [
        ("Nine", ProposalState.CONFLICTING),
        ("Twelve", ProposalState.CONFLICTING),
    ]
    assert found[0].number != found[1].number


@pytest.mark.parametrize("said", ["Twelve", "Twelve ", " Twelve"])
def test_what_the_plan_says_already_is_taken_over(said: str) -> None:
    now = plan({**OAKS, "target": "Twelve"}, MOW)
    assert only(change("target", said, "Ten"), now=now).state is ProposalState.ACCEPTED


def test_what_was_made_for_words_that_the_plan_no_longer_has_is_outdated() -> None:
    found = only(change("target", "Twelve", "Ten"), now=plan({**OAKS, "target": "Eleven"}, MOW))
    assert (found.state, found.why) == (ProposalState.OUTDATED, "the plan says “Eleven” by now.")
    gone = only(change("target", "Twelve", "Ten"), now=plan(MOW))
    assert (gone.state, gone.why) == (ProposalState.OUTDATED, "the plan no longer has this task.")


def test_of_two_rivals_the_one_that_was_taken_makes_the_other_outdated() -> None:
    rivals = [change("target", "Twelve", "Ten")], [change("target", "Nine", "Ten")]
    now = plan({**OAKS, "target": "Nine"}, MOW)
    assert [each.state for each in proposed(*rivals, now=now)] == [ProposalState.ACCEPTED, ProposalState.OUTDATED]


def test_one_that_was_accepted_is_taken_over_though_the_plan_was_edited_since() -> None:
    number = only(change("target", "Twelve", "Ten")).number
    now = plan({**OAKS, "target": "Twelve oaks"}, MOW)
    assert only(change("target", "Twelve", "Ten"), now=now, accepted=[number]).state is ProposalState.ACCEPTED


def test_a_proposal_follows_its_task_to_where_it_stands_now() -> None:
    now = plan(MOW, {**OAKS, "label": "c"})
    found = only(change("target", "Twelve", "Ten"), now=now)
    assert (found.task, found.location[-1], found.state) == ("2.1c", 1, ProposalState.OPEN)
    words = only(change("task", "a) Plant elms", "a) Plant oaks"), now=now)
    assert (words.state, words.why) == (ProposalState.MANUAL, "give the task its key first: ragsheets plan check")


def test_a_value_of_the_template_s_own_columns_is_taken_as_the_plan_holds_it() -> None:
    sent = plan({**OAKS, "further": {"due": "2009-03-05"}}, template="brag")
    found = only(change("due", "1 May 2009", "5th March 2009"), sent=sent, template=BRAG)
    assert (found.state, found.after) == (ProposalState.OPEN, "2009-05-01")
    assert only(change("due", "2009-03-05", "5th March 2009"), sent=sent, template=BRAG).state is ProposalState.ACCEPTED
    wrong = only(change("due", "soon", "5th March 2009"), sent=sent, template=BRAG)
    assert (wrong.state, "“soon” is not a date" in wrong.why) == (ProposalState.MANUAL, True)


def test_what_an_older_ragsheets_kept_without_its_parts_is_listed_to_be_taken_over_by_hand() -> None:
    old = Observation("wording-changed", "Outcome 2.1", "A5", "2.1a", "Twelve", "Ten")
    task = Observation("proposed-task", "Outcome 2.1", "A9", "", "Sing | GREEN")
    found = proposed([old, task])
    assert [(each.is_new, each.state) for each in found] == [
        (False, ProposalState.MANUAL),
        (True, ProposalState.MANUAL),
    ]
    assert list(found[1].words.values()) == ["Sing | GREEN"]


# ----------------------------------------------------------------------------------------------------- new tasks


def test_a_new_task_is_proposed_with_the_words_that_belong_to_the_plan() -> None:
    found = only(new({"task": "Sing", "target": "Daily", "status": "GREEN"}))
    assert (found.is_new, found.outcome, found.words, found.state) == (
        True,
        "2.1",
        {"task": "Sing", "target": "Daily"},
        ProposalState.OPEN,
    )


@pytest.mark.parametrize("said", ["c) Sing", "C. Sing", " 3) Sing"])
def test_a_label_that_the_contact_wrote_before_a_new_task_gives_way_to_the_next_one(said: str) -> None:
    assert only(new({"task": said})).after == "Sing"
    assert only(new({"task": said}), sent=plan(task(""))).after == said


def test_a_new_task_that_the_plan_has_already_is_taken_over() -> None:
    assert only(new({"task": "mow the  meadow."})).state is ProposalState.ACCEPTED


def test_a_new_task_without_words_or_without_an_outcome_is_only_listed() -> None:
    assert only(new({"target": "Daily"})).state is ProposalState.MANUAL
    two = Plan.model_validate(made.plan(group("Parks", outcome("2.1"), outcome("2.2"))))
    found = only(new({"task": "Sing"}, outcome=""), sent=two)
    assert (found.state, found.why) == (ProposalState.MANUAL, "its outcome cannot be told; write it into the plan.")
    assert only(new({"task": "Sing"}, outcome="")).state is ProposalState.OPEN


def test_a_new_task_of_an_outcome_that_is_gone_is_outdated() -> None:
    now = Plan.model_validate(made.plan(group("Parks", outcome("9.9"))))
    assert only(new({"task": "Sing"}), now=now).state is ProposalState.OUTDATED


def test_two_new_tasks_with_the_same_words_and_other_targets_conflict() -> None:
    found = proposed([new({"task": "Sing", "target": "Daily"})], [new({"task": "sing", "target": "Weekly"})])
    assert [each.state for each in found] == [ProposalState.CONFLICTING, ProposalState.CONFLICTING]


# ----------------------------------------------------------------------------------- what is changed in the plan


def test_other_words_bring_the_derived_key_with_them_and_another_target_does_not() -> None:
    found = proposed([change("task", "c) Plant elms", "a) Plant oaks"), change("target", "Twelve", "Ten")])
    at = ("groups", 0, "outcomes", 0, "actions", 0, "tasks", 0)
    assert edits_for(plan(), found) == [
        TextEdit(at, "label", "c"),
        TextEdit(at, "key", "2.1a"),
        TextEdit(at, "target", "Twelve"),
        TextEdit(at, "task", "Plant elms"),
    ]
    keyed = plan({**OAKS, "key": "oaks"}, MOW)
    found = proposed([change("task", "Plant elms", "a) Plant oaks", "oaks")], sent=keyed)
    assert edits_for(keyed, found) == [TextEdit(at, "task", "Plant elms")]


def test_new_tasks_get_the_next_labels_in_the_last_action_and_no_key() -> None:
    sent = Plan.model_validate(made.plan(group("Parks", outcome("2.1", action(OAKS), action(task("a"), task("b"))))))
    found = proposed([new({"task": "Sing", "target": "Daily"}), new({"task": "Dance"}, cell="A10")], sent=sent)
    at = ("groups", 0, "outcomes", 0, "actions", 1)
    assert edits_for(sent, found) == [
        NewTask(at, {"label": "c", "task": "Sing", "target": "Daily"}),
        NewTask(at, {"label": "d", "task": "Dance"}),
    ]


def test_a_new_task_takes_no_other_task_s_key() -> None:
    """Two sub-groups whose outcomes have no reference count their tasks on together: "1-1", "1-2"."""
    nameless = action(task(task="Plant oaks"))
    parks, health = (group(name, outcome("", nameless, title=name)) for name in ("Parks", "Health"))
    sent = Plan.model_validate(made.plan(parks, health))
    (edit,) = edits_for(sent, proposed([new({"task": "Sing"}, outcome="Parks")], sent=sent))
    assert isinstance(edit, NewTask)
    assert edit.texts["key"] == "1-2-2"
    after = with_keys(apply_edits(sent, [edit]))
    assert [each.key for group in after.groups for o in group.outcomes for each in o.tasks] == ["1-1", "1-2-2", "1-2"]


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
def test_the_next_label_is_written_as_the_others_are(labels: list[str], label: str) -> None:
    assert next_label(labels) == label
