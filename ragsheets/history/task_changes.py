"""What a period takes over from those before it: which tasks it asks about, and what was last reported of each. Pure.

Whoever wants to know which tasks of a plan are still asked about asks here: a task that was completed stays in the plan
as it is written, and leaves the periods that follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ragsheets.history.trend import PastPeriod
from ragsheets.ledger.records import StandingRecord
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Plan, SubGroup, Task
from ragsheets.template.status import StatusScale
from ragsheets.text import normalise_text


class LastStatus(NamedTuple):
    """What was last reported of a task: in which period, the code of its status, and by which sub-group, by its key.

    `period` is None where the task was asked about and never reported; `silent` says that the period before asked about
    it and was told nothing.
    """

    period: Period | None
    status: str = ""
    not_reported_last: bool = False
    group: str = ""


class RemovedTask(NamedTuple):
    """A task of the period before that the plan no longer has: as it stood then, and what was last reported of it."""

    standing: StandingRecord
    last_status: LastStatus


@dataclass(frozen=True)
class TaskChanges:
    """What a period takes over from those before it.

    Attributes:
        before: the period before, None where there is none.
        last: what was last reported of each task of the plan that is still asked about, by its key; new ones have none.
        completed: the same of the tasks that are complete.
        new: the keys of the tasks that no earlier period knew, in the plan's order.
        gone: the tasks of the period before that the plan no longer has.
    """

    previous_period: Period | None = None
    last_statuses: Mapping[str, LastStatus] = field(default_factory=dict)
    completed: Mapping[str, LastStatus] = field(default_factory=dict)
    new: tuple[str, ...] = ()
    removed: tuple[RemovedTask, ...] = ()


def find_task_changes(plan: Plan, past_periods: Iterable[PastPeriod], scale: StatusScale) -> TaskChanges:
    """Tell what a period with this plan takes over.

    Args:
        plan: the whole plan as it is written, every task with its key.
        pasts: the periods before, the latest first; no more of them are asked for than the plan's tasks need.
        scale: today's statuses, of which some say that a task is complete.

    A task is the same as an earlier one where key and wording both agree, or where its key stands in the plan
    (`Past.standing_of`). What counts is the latest period in which it was reported: not to be reported takes nothing
    back. One that was completed and is to be asked about again is given a new key, or its earlier status is corrected.
    """
    tasks = tasks_by_key(plan)
    gone: list[StandingRecord] = []
    sought: dict[tuple[str, str], Task] = {("plan", key): task for key, task in tasks.items()}
    told: dict[tuple[str, str], LastStatus] = {}
    before: PastPeriod | None = None
    for past in past_periods:
        if before is None:
            before = past
            gone = [standing for standing in past.standings if not _has_task(tasks, standing)]
            sought |= {("gone", each.task): _task_of(each) for each in gone}
        for key, task in list(sought.items()):
            standing = past.standing_of(task)
            silent = told[key].not_reported_last if key in told else past is before
            if standing and standing.status:
                told[key] = LastStatus(past.period, standing.status, silent and past is not before, standing.group)
                del sought[key]
            elif standing:
                told[key] = LastStatus(None, not_reported_last=silent)
        if not sought:
            break
    if before is None:
        return TaskChanges()
    done = {code for code, status in scale.by_code.items() if status.done}
    known = {key: told["plan", key] for key in tasks if ("plan", key) in told}
    return TaskChanges(
        previous_period=before.period,
        last_statuses={key: last for key, last in known.items() if last.status not in done},
        completed={key: last for key, last in known.items() if last.status in done},
        new=tuple(key for key in tasks if key not in known),
        removed=tuple(RemovedTask(standing, told["gone", standing.task]) for standing in gone),
    )


def _task_of(standing: StandingRecord) -> Task:
    return Task(task=standing.wording, target="", key=standing.task, key_given=False)


def _has_task(tasks: Mapping[str, Task], standing: StandingRecord) -> bool:
    """Whether a plan has the task that stood so."""
    task = tasks.get(standing.task)
    return task is not None and (task.key_given or normalise_text(task.task) == normalise_text(standing.wording))


def groups_without_tasks(plan: Plan, task_keys: Collection[str]) -> tuple[SubGroup, ...]:
    """The sub-groups of a plan without the tasks of these keys, nor what has no task left then.

    The keys of all other tasks stay as they are. A sub-group on hold stays, whatever is left of it.
    """
    groups = []
    for group in plan.groups:
        outcomes = []
        for outcome in group.outcomes:
            actions = []
            for action in outcome.actions:
                if kept := tuple(task for task in action.tasks if task.key not in task_keys):
                    actions.append(action if kept == action.tasks else action.model_copy(update={"tasks": kept}))
            if actions:
                outcomes.append(outcome.model_copy(update={"actions": tuple(actions)}))
        if outcomes or group.on_hold:
            groups.append(group.model_copy(update={"outcomes": tuple(outcomes)}))
    return tuple(groups)
