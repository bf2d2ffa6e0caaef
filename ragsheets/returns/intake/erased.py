"""Returns whose original was erased, when the plan changes: they cannot be read again, and what they said must not land
on another task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.text import plain

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan

#: By what a task is known here: the keys of its sub-group and its own.
_Key = tuple[str, str]

#: What is observed of an answer whose task is another by now.
_GONE = "task-gone"


def keep_what_they_said(ledger: Ledger, before: PeriodRecord, after: PeriodRecord) -> tuple[str, ...]:
    """Keep what the erased returns of a period said, where its plan was changed from one to the other.

    An answer stays with its task where key and wording both agree, or where the key stands in the plan, as history is
    joined; of any other its words are kept, to be said. The totals that a workbook states of an outcome are dropped
    where the outcome has other tasks by now: they would be compared with what it never asked.

    Gives the names of these returns.
    """
    records = [
        each
        for each in ledger.originals.listed(after.period.date)
        if each.forgotten and each.result in ("accepted", "excluded")
    ]
    if not records:
        return ()
    owners = {each.number: each.group for each in records}
    same = _same_tasks(before.plan, after.plan)
    said = ledger.originals.said(owners)
    stay: list[Mapping[str, Any]] = []
    gone: list[Mapping[str, Any]] = []
    for row in said["answers"]:
        (stay if (owners[row["return_id"]], row["task"]) in same else gone).append(row)
    observed = [
        row if (owners[row["return_id"]], row["task"]) in same else {**row, "task": ""} for row in said["observations"]
    ]
    whole = _same_outcomes(before.plan, after.plan, same)
    ledger.originals.say_instead("answers", owners, stay)
    ledger.originals.say_instead("observations", owners, [*observed, *map(_observed, gone)])
    ledger.originals.say_instead(
        "totals", owners, [row for row in said["totals"] if (owners[row["return_id"]], row["outcome"]) in whole]
    )
    return tuple(each.file for each in records)


def _observed(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The words of an answer that has lost its task, as an observation of the place where they stood."""
    return {
        "return_id": answer["return_id"],
        "code": _GONE,
        "sheet": answer["sheet"],
        "cell": answer["cell"],
        "task": "",
        "found": answer["value"],
        "wanted": "",
        "parts": "",
    }


def _same_tasks(before: Plan, after: Plan) -> set[_Key]:
    """The tasks that are the same in both plans."""
    wording = {
        (group.key, task.key): plain(task.task)
        for group in before.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    return {
        (group.key, task.key)
        for group in after.groups
        for outcome in group.outcomes
        for task in outcome.tasks
        if (group.key, task.key) in wording and (task.key_given or wording[group.key, task.key] == plain(task.task))
    }


def _same_outcomes(before: Plan, after: Plan, same: set[_Key]) -> set[_Key]:
    """The outcomes, by the keys of sub-group and outcome, that have the same tasks in both plans; a sub-group, with ""
    for the outcome, where all of its are."""
    asked, asking = _outcomes(before), _outcomes(after)
    return {place for place, tasks in asking.items() if asked.get(place) == tasks and tasks <= same}


def _outcomes(plan: Plan) -> dict[_Key, set[_Key]]:
    """The tasks of each outcome, and with "" of each sub-group."""
    found: dict[_Key, set[_Key]] = {}
    for group in plan.groups:
        for outcome in group.outcomes:
            tasks = {(group.key, task.key) for task in outcome.tasks}
            found[group.key, outcome.key] = tasks
            found.setdefault((group.key, ""), set()).update(tasks)
    return found
