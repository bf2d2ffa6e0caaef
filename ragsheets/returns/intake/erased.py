"""Keep the parsed answers of erased returns when the plan changes.

Their originals cannot be read again, and their answers must not be assigned to another task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.plan.matching import plan_tasks
from ragsheets.plan.same_tasks import find_same_tasks

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan

#: What identifies a task in this module: the key of its sub-group and its own key.
_PlanKey = tuple[str, str]

#: The code of the observation for an answer whose task has been replaced.
_TASK_REMOVED = "task-gone"


def carry_over_erased_answers(ledger: Ledger, old_record: PeriodRecord, new_record: PeriodRecord) -> tuple[str, ...]:
    """Carry the parsed rows of a period's erased returns over from the old plan to the new one.

    An answer follows its task as one in a return that can be read again does (`ragsheets.plan.same_tasks`); an answer
    whose task is not certain becomes an observation with its text. The totals that a workbook states for an outcome are
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
    current_keys = _current_keys(old_record.plan, new_record.plan)
    parsed_rows = ledger.originals.parsed_rows(owners)
    answer_rows, observation_rows = (
        [
            {**row, "task": current_keys.get((owners[row["return_id"]], row["task"]), "")}
            for row in parsed_rows[table_name]
        ]
        for table_name in ("answers", "observations")
    )
    matched_answers = [row for row in answer_rows if row["task"]]
    unmatched_answers = [row for row in answer_rows if not row["task"]]
    same_outcomes = _same_outcomes(old_record.plan, new_record.plan, current_keys)
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
        "column": "",
    }


def _current_keys(old_plan: Plan, new_plan: Plan) -> dict[_PlanKey, str]:
    """Return the key in the new plan of each task of the old one that is certain to be in the new one."""
    old_tasks, new_tasks = plan_tasks(old_plan), plan_tasks(new_plan)
    return {
        (group.key, old_key): new_key
        for group in old_plan.groups
        for old_key, new_key in find_same_tasks(
            [task for task in old_tasks if task.group == group.key],
            [task for task in new_tasks if task.group == group.key],
        ).current_keys.items()
    }


def _same_outcomes(old_plan: Plan, new_plan: Plan, current_keys: Mapping[_PlanKey, str]) -> set[_PlanKey]:
    """Return the outcomes that have the same tasks in both plans.

    An outcome is identified by the keys of sub-group and outcome; a sub-group whose outcomes are all unchanged is
    included with "" for the outcome.
    """
    old_tasks, new_tasks = _tasks_by_outcome(old_plan), _tasks_by_outcome(new_plan)
    same_tasks = {task for task, current_key in current_keys.items() if task[1] == current_key}
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
