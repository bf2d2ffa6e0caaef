"""Keep the parsed answers of erased returns when the plan changes.

Their originals cannot be read again, and their answers must not be assigned to another task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan

#: What identifies a task in this module: the key of its sub-group and its own key.
_PlanKey = tuple[str, str]

#: The code of the observation for an answer whose task has been replaced.
_TASK_REMOVED = "task-gone"


def carry_over_erased_answers(ledger: Ledger, old_record: PeriodRecord, new_record: PeriodRecord) -> tuple[str, ...]:
    """Carry the parsed rows of a period's erased returns over from the old plan to the new one.

    An answer stays with its task where key and wording are both unchanged, or where the plan states the key, as for
    history; any other answer becomes an observation with its text. The totals that a workbook states for an outcome are
    dropped where the outcome has other tasks now: they would be compared with tasks that the workbook never asked
    about.

    Returns:
        The file names of these returns.
    """
    records = [
        record
        for record in ledger.originals.records(new_record.period.date)
        if record.forgotten and record.result in ("accepted", "excluded")
    ]
    if not records:
        return ()
    owners = {record.number: record.group for record in records}
    same_tasks = _same_tasks(old_record.plan, new_record.plan)
    parsed_rows = ledger.originals.parsed_rows(owners)
    matched_answers: list[Mapping[str, Any]] = []
    unmatched_answers: list[Mapping[str, Any]] = []
    for row in parsed_rows["answers"]:
        (matched_answers if (owners[row["return_id"]], row["task"]) in same_tasks else unmatched_answers).append(row)
    observation_rows = [
        row if (owners[row["return_id"]], row["task"]) in same_tasks else {**row, "task": ""}
        for row in parsed_rows["observations"]
    ]
    same_outcomes = _same_outcomes(old_record.plan, new_record.plan, same_tasks)
    ledger.originals.replace_parsed_rows("answers", owners, matched_answers)
    ledger.originals.replace_parsed_rows(
        "observations", owners, [*observation_rows, *map(_observation_row, unmatched_answers)]
    )
    ledger.originals.replace_parsed_rows(
        "totals",
        owners,
        [row for row in parsed_rows["totals"] if (owners[row["return_id"]], row["outcome"]) in same_outcomes],
    )
    return tuple(record.file for record in records)


def _observation_row(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that has lost its task as an observation row for its cell."""
    return {
        "return_id": answer["return_id"],
        "code": _TASK_REMOVED,
        "sheet": answer["sheet"],
        "cell": answer["cell"],
        "task": "",
        "found": answer["value"],
        "wanted": "",
        "parts": "",
    }


def _same_tasks(old_plan: Plan, new_plan: Plan) -> set[_PlanKey]:
    """Return the tasks that are the same in both plans."""
    wording_by_task = {
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
        if (group.key, task.key) in wording_by_task
        and (task.key_given or wording_by_task[group.key, task.key] == normalise_text(task.task))
    }


def _same_outcomes(old_plan: Plan, new_plan: Plan, same_tasks: set[_PlanKey]) -> set[_PlanKey]:
    """Return the outcomes that have the same tasks in both plans.

    An outcome is identified by the keys of sub-group and outcome; a sub-group whose outcomes are all unchanged is
    included with "" for the outcome.
    """
    old_tasks, new_tasks = _tasks_by_outcome(old_plan), _tasks_by_outcome(new_plan)
    return {
        outcome_key
        for outcome_key, tasks in new_tasks.items()
        if old_tasks.get(outcome_key) == tasks and tasks <= same_tasks
    }


def _tasks_by_outcome(plan: Plan) -> dict[_PlanKey, set[_PlanKey]]:
    """Return the tasks of each outcome, and with "" for the outcome those of each sub-group."""
    tasks_by_outcome: dict[_PlanKey, set[_PlanKey]] = {}
    for group in plan.groups:
        for outcome in group.outcomes:
            tasks = {(group.key, task.key) for task in outcome.tasks}
            tasks_by_outcome[group.key, outcome.key] = tasks
            tasks_by_outcome.setdefault((group.key, ""), set()).update(tasks)
    return tasks_by_outcome
