"""Changes of tasks since earlier periods: which tasks a period asks about, and the last status of each. Pure.

This module decides which tasks of a plan are still asked about: a completed task stays in the plan as it is written,
and leaves the periods that follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ragsheets.history.trend import PastPeriod
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.matching import PlanTask, normalised_wording, plan_tasks
from ragsheets.plan.model import Period, Plan, SubGroup, TaskPath
from ragsheets.template.status import StatusScale

if TYPE_CHECKING:
    from ragsheets.ledger.records import PeriodRecord


class LastStatus(NamedTuple):
    """The last reported status of a task: the period, the status code, and the keys of sub-group and task in its plan.

    `period` is None where the task was asked about and never reported; `not_reported_last` is true where the previous
    period asked about it and got no answer.
    """

    period: Period | None
    status: str = ""
    not_reported_last: bool = False
    group: str = ""
    key: str = ""


class RemovalReason(Enum):
    """The reason why a task of the previous period is not asked about any more."""

    #: Its last status means so.
    COMPLETED = "completed"
    #: It was complete when the workbooks were made, and its status has been changed since.
    LEFT_OUT = "left out"
    #: The plan no longer has it.
    WITHDRAWN = "withdrawn"


class RemovedTask(NamedTuple):
    """A task of the previous period that is not asked about any more, as it was then: its last status, the reason."""

    task: PlanTask
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
        removed: the tasks of the previous period that are not asked about any more, as they were then.
    """

    previous_period: Period | None = None
    last_statuses: Mapping[str, LastStatus] = field(default_factory=dict)
    completed: Mapping[str, LastStatus] = field(default_factory=dict)
    new: tuple[str, ...] = ()
    removed: tuple[RemovedTask, ...] = ()


def find_task_changes(
    plan: Plan, past_periods: Iterable[PastPeriod], scale: StatusScale, left_out: Plan | None = None
) -> TaskChanges:
    """Find the changes of tasks between this plan and the earlier periods.

    Args:
        plan: the whole plan as it is written, or without the tasks that were left out, every task with its key.
        past_periods: the periods before, the latest first; only as many are read as the plan's tasks need.
        scale: today's statuses, some of which mean that a task is complete.
        left_out: the plan of the tasks that `plan` lacks because they were complete.

    Which earlier task is the same is decided by `ragsheets.plan.matching`. The latest period in which it was reported
    counts: later periods without a report change nothing. To ask about a completed task again, give it a new key or
    correct its earlier status. An earlier task with the same wording as one that is new in its sub-group is not
    removed: it may be the same under another key.
    """
    past_periods = iter(past_periods)
    previous = next(past_periods, None)
    if previous is None:
        return TaskChanges()
    tasks = plan_tasks(plan)
    removed_tasks = _tasks_not_in(previous, tasks)
    own, removed = _LastStatusFinder(tasks, tasks), _LastStatusFinder(previous.tasks, removed_tasks)
    for past in chain((previous,), past_periods):
        for finder in (own, removed):
            finder.search(past, is_previous=past is previous)
        if not (own.sought or removed.sought):
            break
    last_statuses = {task.key: own.found[task.key] for task in tasks if task.key in own.found}
    new_tasks = [task for task in tasks if task.key not in last_statuses]
    new_texts = {(task.group, normalised_wording(task)) for task in new_tasks}
    withdrawn_keys = {task.key for task in _tasks_not_in(previous, plan_tasks(left_out) if left_out else ())}
    done_codes = {code for code, status in scale.by_code.items() if status.done}

    def reason_of(task: PlanTask) -> RemovalReason:
        if removed.found[task.key].status in done_codes:
            return RemovalReason.COMPLETED
        return RemovalReason.WITHDRAWN if task.key in withdrawn_keys else RemovalReason.LEFT_OUT

    return TaskChanges(
        previous_period=previous.period,
        last_statuses={key: last for key, last in last_statuses.items() if last.status not in done_codes},
        completed={key: last for key, last in last_statuses.items() if last.status in done_codes},
        new=tuple(task.key for task in new_tasks),
        removed=tuple(
            RemovedTask(task, removed.found[task.key], reason_of(task))
            for task in removed_tasks
            if (task.group, normalised_wording(task)) not in new_texts
        ),
    )


def _tasks_not_in(past: PastPeriod, tasks: Iterable[PlanTask]) -> list[PlanTask]:
    """Return the tasks of a past period that are not among the tasks of a later plan."""
    earlier_keys = {task.key for task in past.earlier_tasks(tasks).values()}
    return [task for task in past.tasks if task.key not in earlier_keys]


class _LastStatusFinder:
    """Finds the last status of some tasks of a plan, searching the periods before it, the latest first.

    Args:
        tasks: all tasks of the plan.
        sought: those of them that are sought.
    """

    def __init__(self, tasks: Iterable[PlanTask], sought: Iterable[PlanTask]) -> None:
        self.tasks = tuple(tasks)
        self.sought = {task.key for task in sought}
        self.found: dict[str, LastStatus] = {}

    def search(self, past: PastPeriod, *, is_previous: bool) -> None:
        """Search one period for the tasks that are still sought."""
        earlier_tasks = past.earlier_tasks(self.tasks) if self.sought else {}
        for key in self.sought & earlier_tasks.keys():
            earlier = earlier_tasks[key]
            not_reported = self.found[key].not_reported_last if key in self.found else is_previous
            if status := past.statuses[earlier.key]:
                self.found[key] = LastStatus(
                    past.period, status, not_reported and not is_previous, earlier.group, earlier.key
                )
                self.sought.remove(key)
            else:
                self.found[key] = LastStatus(None, not_reported_last=not_reported)


def reopened_tasks(record: PeriodRecord, past_periods: Iterable[PastPeriod]) -> list[TaskPath]:
    """Return the tasks that a period does not ask about because they were complete, and that no longer are.

    Args:
        record: the period.
        past_periods: the periods before it, the latest first.
    """
    if not record.completed:
        return []
    completed = find_task_changes(record.completed_plan, past_periods, record.template.scale).completed
    return [path for path in record.completed_plan.task_paths if path.task.key not in completed]


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
