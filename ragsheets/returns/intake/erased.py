"""Keep the parsed answers of erased returns when the plan changes.

Their originals cannot be read again, and their answers must not be assigned to another task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.matching import (
    BETWEEN_EDITIONS,
    PlanTask,
    SameTasks,
    find_same_tasks,
    group_tasks,
    normalised_wording,
    plan_tasks,
)
from ragsheets.returns.reading.task_mapping import UNPLACED_CODES, unplaced_task, unplaced_task_facts

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan

#: What identifies an outcome: the key of its sub-group and its own; "" for all outcomes of the sub-group.
_OutcomeId = tuple[str, str]

#: The columns that the tables of answers and of observations share, besides the task.
_SHARED_COLUMNS = ("return_id", "sheet", "cell", "column")


def carry_over_erased_answers(ledger: Ledger, old_record: PeriodRecord, new_record: PeriodRecord) -> tuple[str, ...]:
    """Carry the parsed rows of a period's erased returns over from the old plan to the new one.

    An answer follows its task as one in a return that can be read again does (`ragsheets.plan.matching`); an answer
    whose task is not certain becomes an observation with its text, and an answer again where the plan has its task
    later. The totals that a workbook states for an outcome are dropped where the outcome has other tasks now: they
    would be compared with tasks that the workbook never asked about.

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
    plan = old_record.plan
    same_tasks = _same_tasks_by_group(plan, new_record.plan)
    parsed_rows = ledger.originals.parsed_rows(owners)
    answers, observations = (
        [_with_current_key(row, same_tasks, owners[row["return_id"]]) for row in parsed_rows[name]]
        for name in ("answers", "observations")
    )
    restored, observations = _restore_answers(new_record, owners, observations)
    observations += [
        _observation_row(row, same_tasks[owners[row["return_id"]]], plan)
        for row, answer in zip(parsed_rows["answers"], answers, strict=True)
        if not answer["task"]
    ]
    same_outcomes = _same_outcomes(plan, new_record.plan, same_tasks)
    totals = [row for row in parsed_rows["totals"] if (owners[row["return_id"]], row["outcome"]) in same_outcomes]
    current_answers = [answer for answer in (*answers, *restored) if answer["task"]]
    ledger.originals.replace_parsed_rows("answers", owners, current_answers)
    ledger.originals.replace_parsed_rows("observations", owners, observations)
    ledger.originals.replace_parsed_rows("totals", owners, totals)
    return tuple(record.file for record in records)


def _same_tasks_by_group(old_plan: Plan, new_plan: Plan) -> dict[str, SameTasks]:
    """Return which tasks are the same in both plans, by the keys of the sub-groups of the old one."""
    old_tasks, new_tasks = (group_tasks(plan_tasks(plan), lambda task: task.group) for plan in (old_plan, new_plan))
    return {
        group.key: find_same_tasks(old_tasks.get(group.key, ()), new_tasks.get(group.key, ()), BETWEEN_EDITIONS)
        for group in old_plan.groups
    }


def _current_key(same_tasks: Mapping[str, SameTasks], group: str, key: str) -> str:
    return same_tasks[group].current_keys.get(key, "") if group in same_tasks else ""


def _with_current_key(row: Mapping[str, Any], same_tasks: Mapping[str, SameTasks], group: str) -> dict[str, Any]:
    """Return a row with today's key of its task; without a task it has no column either."""
    key = _current_key(same_tasks, group, row["task"])
    return {**row, "task": key, "column": row["column"] if key or not row["task"] else ""}


def _observation_row(answer: Mapping[str, Any], same_tasks: SameTasks, old_plan: Plan) -> dict[str, Any]:
    """Return an answer whose task is not certain as an observation row for its cell."""
    task = tasks_by_key(old_plan).get(answer["task"])
    code, wanted, parts = unplaced_task_facts(
        answer["task"], task.labelled if task else "", same_tasks.candidates.get(answer["task"], ())
    )
    shared = {name: answer[name] for name in _SHARED_COLUMNS}
    return {**shared, "code": code, "task": "", "found": answer["value"], "wanted": wanted, "parts": parts}


def _restore_answers(
    record: PeriodRecord, owners: Mapping[int, str], observations: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the observations whose tasks are now certain as answers again, and the other observations."""
    columns = {column.key for column in record.template.contact_columns}
    current_tasks = group_tasks(plan_tasks(record.plan), lambda task: task.group)
    answers: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for row in observations:
        is_answer = row["code"] in UNPLACED_CODES and row["column"] in columns
        task = unplaced_task(row["wanted"])
        if is_answer and _is_back(task, current_tasks.get(owners[row["return_id"]], ())):
            answers.append({**{name: row[name] for name in _SHARED_COLUMNS}, "task": task.key, "value": row["found"]})
        else:
            others.append(row)
    return answers, others


def _is_back(task: PlanTask, current_tasks: Sequence[PlanTask]) -> bool:
    """Return whether a task whose target is no longer known is in the plan again: by its key, or key and wording."""
    same_tasks = find_same_tasks([task], current_tasks, BETWEEN_EDITIONS)
    if same_tasks.current_keys.get(task.key) != task.key:
        return False
    same_wording = [other for other in current_tasks if normalised_wording(other) == normalised_wording(task)]
    return same_tasks.current[task.key].key_given or len(same_wording) == 1


def _same_outcomes(old_plan: Plan, new_plan: Plan, same_tasks: Mapping[str, SameTasks]) -> set[_OutcomeId]:
    """Return the outcomes, and the sub-groups, that have the same tasks under the same keys in both plans."""
    old_tasks, new_tasks = _tasks_by_outcome(old_plan), _tasks_by_outcome(new_plan)
    return {
        (group, outcome)
        for (group, outcome), keys in new_tasks.items()
        if old_tasks.get((group, outcome)) == keys and all(_current_key(same_tasks, group, key) == key for key in keys)
    }


def _tasks_by_outcome(plan: Plan) -> dict[_OutcomeId, set[str]]:
    """Return the keys of the tasks of each outcome and each sub-group."""
    keys: dict[_OutcomeId, set[str]] = {}
    for task in plan_tasks(plan):
        for outcome in (task.outcome, ""):
            keys.setdefault((task.group, outcome), set()).add(task.key)
    return keys
