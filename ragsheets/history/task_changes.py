"""Changes of tasks since earlier periods: which tasks a period asks about, and the last status of each. Pure.

This module decides which tasks of a plan are still asked about: a completed task stays in the plan as it is written,
and leaves the periods that follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ragsheets.history.trend import PastPeriod
from ragsheets.ledger.records import StandingRecord
from ragsheets.plan.lookup import TaskPath, task_paths, tasks_by_key
from ragsheets.plan.model import Period, Plan, SubGroup, Task
from ragsheets.template.status import StatusScale
from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger.records import PeriodRecord


class LastStatus(NamedTuple):
    """The last reported status of a task: the period, the status code, and the key of the sub-group.

    `period` is None where the task was asked about and never reported; `not_reported_last` is true where the previous
    period asked about it and got no answer.
    """

    period: Period | None
    status: str = ""
    not_reported_last: bool = False
    group: str = ""


class RemovalReason(Enum):
    """The reason why a task of the previous period is not asked about any more."""

    #: Its last status means so.
    COMPLETED = "completed"
    #: It was complete when the workbooks were made, and its status has been changed since.
    LEFT_OUT = "left out"
    #: The plan no longer has it.
    WITHDRAWN = "withdrawn"


class RemovedTask(NamedTuple):
    """A task of the previous period that is not asked about any more: its record then, its last status, the reason."""

    standing: StandingRecord
    last_status: LastStatus
    reason: RemovalReason


@dataclass(frozen=True)
class TaskChanges:
    """The state of a plan's tasks after the earlier periods.

    Attributes:
        previous_period: the period before, None where there is none.
        last_statuses: the last status of each task that is still asked about, by its key; new tasks have none.
        completed: the last status of each task that is complete, by its key.
        new: the keys of the tasks that no earlier period had, in the plan's order.
        removed: the tasks of the previous period that are not asked about any more, as recorded then.
    """

    previous_period: Period | None = None
    last_statuses: Mapping[str, LastStatus] = field(default_factory=dict)
    completed: Mapping[str, LastStatus] = field(default_factory=dict)
    new: tuple[str, ...] = ()
    removed: tuple[RemovedTask, ...] = ()


def find_task_changes(
    plan: Plan, past_periods: Iterable[PastPeriod], scale: StatusScale, left_out: Iterable[SubGroup] = ()
) -> TaskChanges:
    """Find the changes of tasks between this plan and the earlier periods.

    Args:
        plan: the whole plan as it is written, or without the tasks that were left out, every task with its key.
        past_periods: the periods before, the latest first; only as many are read as the plan's tasks need.
        scale: today's statuses, some of which mean that a task is complete.
        left_out: the sub-groups with the tasks that the plan lacks because they were complete.

    A task is the same as an earlier one where key and wording both agree, or where its key is given in the plan
    (`PastPeriod.standing_of`). The latest period in which it was reported counts: later periods without a report change
    nothing. To ask about a completed task again, give it a new key or correct its earlier status. An earlier task with
    the same wording as one that is new in its sub-group is not removed: it may be the same under another key.
    """
    tasks = tasks_by_key(plan)
    removed_records: list[StandingRecord] = []
    sought: dict[tuple[str, str], Task] = {("plan", key): task for key, task in tasks.items()}
    last_statuses: dict[tuple[str, str], LastStatus] = {}
    previous_period: PastPeriod | None = None
    for past in past_periods:
        if previous_period is None:
            previous_period = past
            removed_records = [standing for standing in past.standings if not _has_task(tasks, standing, past)]
            sought |= {("gone", removed.task): _task_of(removed) for removed in removed_records}
        for key, task in list(sought.items()):
            standing = past.standing_of(task)
            not_reported = last_statuses[key].not_reported_last if key in last_statuses else past is previous_period
            if standing and standing.status:
                last_statuses[key] = LastStatus(
                    past.period, standing.status, not_reported and past is not previous_period, standing.group
                )
                del sought[key]
            elif standing:
                last_statuses[key] = LastStatus(None, not_reported_last=not_reported)
        if not sought:
            break
    if previous_period is None:
        return TaskChanges()
    done_codes = {code for code, status in scale.by_code.items() if status.done}
    known_statuses = {key: last_statuses["plan", key] for key in tasks if ("plan", key) in last_statuses}
    new_keys = tuple(key for key in tasks if key not in known_statuses)
    new_wordings = {
        (group.key, normalise_text(task.task)) for group, task in _grouped_tasks(plan.groups) if task.key in new_keys
    }
    left_out_tasks = {task.key: task for _, task in _grouped_tasks(left_out)}
    removed_tasks = []
    for standing in removed_records:
        if (standing.group, normalise_text(standing.wording)) in new_wordings:
            continue
        last = last_statuses["gone", standing.task]
        if last.status in done_codes:
            reason = RemovalReason.COMPLETED
        else:
            reason = (
                RemovalReason.LEFT_OUT
                if _has_task(left_out_tasks, standing, previous_period)
                else RemovalReason.WITHDRAWN
            )
        removed_tasks.append(RemovedTask(standing, last, reason))
    return TaskChanges(
        previous_period=previous_period.period,
        last_statuses={key: last for key, last in known_statuses.items() if last.status not in done_codes},
        completed={key: last for key, last in known_statuses.items() if last.status in done_codes},
        new=new_keys,
        removed=tuple(removed_tasks),
    )


def reopened_tasks(record: PeriodRecord, past_periods: Iterable[PastPeriod]) -> list[TaskPath]:
    """Return the tasks that a period does not ask about because they were complete, and that no longer are.

    Args:
        record: the period.
        past_periods: the periods before it, the latest first.
    """
    if not record.completed:
        return []
    completed = find_task_changes(record.completed_plan, past_periods, record.template.scale).completed
    return [path for path in task_paths(record.completed_plan) if path.task.key not in completed]


def _task_of(standing: StandingRecord) -> Task:
    return Task(task=standing.wording, target="", key=standing.task, key_given=False)


def _grouped_tasks(groups: Iterable[SubGroup]) -> Iterator[tuple[SubGroup, Task]]:
    """Yield every task with its sub-group."""
    return ((group, task) for group in groups for outcome in group.outcomes for task in outcome.tasks)


def _has_task(tasks: Mapping[str, Task], standing: StandingRecord, past: PastPeriod) -> bool:
    """Return whether a plan has the task of a record of a past period."""
    task = tasks.get(standing.task)
    return task is not None and past.standing_of(task) == standing


def groups_with_tasks(plan: Plan, task_keys: Collection[str]) -> tuple[SubGroup, ...]:
    """Return the sub-groups of a plan with only the tasks of these keys, without parts that then have no task."""
    other_keys = tasks_by_key(plan).keys() - set(task_keys)
    return tuple(group for group in groups_without_tasks(plan, other_keys) if group.outcomes)


def groups_without_tasks(plan: Plan, task_keys: Collection[str]) -> tuple[SubGroup, ...]:
    """Return the sub-groups of a plan without the tasks of these keys, and without parts that then have no task.

    The keys of all other tasks are unchanged. A sub-group on hold is always included.
    """
    groups = []
    for group in plan.groups:
        outcomes = []
        for outcome in group.outcomes:
            actions = []
            for action in outcome.actions:
                if tasks := tuple(task for task in action.tasks if task.key not in task_keys):
                    actions.append(action if tasks == action.tasks else action.model_copy(update={"tasks": tasks}))
            if actions:
                outcomes.append(outcome.model_copy(update={"actions": tuple(actions)}))
        if outcomes or group.on_hold:
            groups.append(group.model_copy(update={"outcomes": tuple(outcomes)}))
    return tuple(groups)
