"""Returns whose original was erased, when the plan changes: they cannot be read again, and what they said must not land
on another task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan

#: By what a task is known here: the keys of its sub-group and its own.
_PlanKey = tuple[str, str]

#: What is observed of an answer whose task is another by now.
_TASK_GONE = "task-gone"


def keep_erased_answers(ledger: Ledger, old_record: PeriodRecord, new_record: PeriodRecord) -> tuple[str, ...]:
    """Keep what the erased returns of a period said, where its plan was changed from one to the other.

    An answer stays with its task where key and wording both agree, or where the key stands in the plan, as history is
    joined; of any other its words are kept, to be said. The totals that a workbook states of an outcome are dropped
    where the outcome has other tasks by now: they would be compared with what it never asked.

    Gives the names of these returns.
    """
    records = [
        each
        for each in ledger.originals.records(new_record.period.date)
        if each.forgotten and each.result in ("accepted", "excluded")
    ]
    if not records:
        return ()
    owners = {each.number: each.group for each in records}
    same = _same_tasks(old_record.plan, new_record.plan)
    said = ledger.originals.parsed_rows(owners)
    stay: list[Mapping[str, Any]] = []
    gone: list[Mapping[str, Any]] = []
    for row in said["answers"]:
        (stay if (owners[row["return_id"]], row["task"]) in same else gone).append(row)
    observed = [
        row if (owners[row["return_id"]], row["task"]) in same else {**row, "task": ""} for row in said["observations"]
    ]
    whole = _same_outcomes(old_record.plan, new_record.plan, same)
    ledger.originals.replace_parsed_rows("answers", owners, stay)
    ledger.originals.replace_parsed_rows("observations", owners, [*observed, *map(_observation_row, gone)])
    ledger.originals.replace_parsed_rows(
        "totals", owners, [row for row in said["totals"] if (owners[row["return_id"]], row["outcome"]) in whole]
    )
    return tuple(each.file for each in records)


def _observation_row(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The words of an answer that has lost its task, as an observation of the place where they stood."""
    return {
        "return_id": answer["return_id"],
        "code": _TASK_GONE,
        "sheet": answer["sheet"],
        "cell": answer["cell"],
        "task": "",
        "found": answer["value"],
        "wanted": "",
        "parts": "",
    }


def _same_tasks(old_plan: Plan, new_plan: Plan) -> set[_PlanKey]:
    """The tasks that are the same in both plans."""
    wording = {
        (group.key, task.key): normalise_text(task.task)
        for group in old_plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    return {
        (group.key, task.key)
        for group in new_plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
        if (group.key, task.key) in wording
        and (task.key_given or wording[group.key, task.key] == normalise_text(task.task))
    }


def _same_outcomes(old_plan: Plan, new_plan: Plan, same_tasks: set[_PlanKey]) -> set[_PlanKey]:
    """The outcomes, by the keys of sub-group and outcome, that have the same tasks in both plans; a sub-group, with ""
    for the outcome, where all of its are."""
    asked, asking = _tasks_by_outcome(old_plan), _tasks_by_outcome(new_plan)
    return {place for place, tasks in asking.items() if asked.get(place) == tasks and tasks <= same_tasks}


def _tasks_by_outcome(plan: Plan) -> dict[_PlanKey, set[_PlanKey]]:
    """The tasks of each outcome, and with "" of each sub-group."""
    found: dict[_PlanKey, set[_PlanKey]] = {}
    for group in plan.groups:
        for outcome in group.outcomes:
            tasks = {(group.key, task.key) for task in outcome.tasks}
            found[group.key, outcome.key] = tasks
            found.setdefault((group.key, ""), set()).update(tasks)
    return found
