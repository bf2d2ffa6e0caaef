"""What a period takes over from those before it: which tasks it asks about, and what was last reported of each. Pure.

Whoever wants to know which tasks of a plan are still asked about asks here: a task that was completed stays in the plan
as it is written, and leaves the periods that follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ragsheets.history.trend import Past
from ragsheets.ledger.records import Standing
from ragsheets.plan.lookup import tasks_of
from ragsheets.plan.model import Period, Plan, SubGroup, Task
from ragsheets.template.status import StatusScale
from ragsheets.text import plain


class Last(NamedTuple):
    """What was last reported of a task: in which period, the code of its status, and by which sub-group, by its key.

    `period` is None where the task was asked about and never reported; `silent` says that the period before asked about
    it and was told nothing.
    """

    period: Period | None
    status: str = ""
    silent: bool = False
    group: str = ""


class Gone(NamedTuple):
    """A task of the period before that the plan no longer has: as it stood then, and what was last reported of it."""

    standing: Standing
    last: Last


@dataclass(frozen=True)
class Succession:
    """What a period takes over from those before it.

    Attributes:
        before: the period before, None where there is none.
        last: what was last reported of each task of the plan that is still asked about, by its key; new ones have none.
        completed: the same of the tasks that are complete.
        new: the keys of the tasks that no earlier period knew, in the plan's order.
        gone: the tasks of the period before that the plan no longer has.
    """

    before: Period | None = None
    last: Mapping[str, Last] = field(default_factory=dict)
    completed: Mapping[str, Last] = field(default_factory=dict)
    new: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()


def succeed(plan: Plan, pasts: Iterable[Past], scale: StatusScale) -> Succession:
    """Tell what a period with this plan takes over.

    Args:
        plan: the whole plan as it is written, every task with its key.
        pasts: the periods before, the latest first; no more of them are asked for than the plan's tasks need.
        scale: today's statuses, of which some say that a task is complete.

    A task is the same as an earlier one where key and wording both agree, or where its key stands in the plan
    (`Past.standing_of`). What counts is the latest period in which it was reported: not to be reported takes nothing
    back. One that was completed and is to be asked about again is given a new key, or its earlier status is corrected.
    """
    tasks = tasks_of(plan)
    gone: list[Standing] = []
    sought: dict[tuple[str, str], Task] = {("plan", key): task for key, task in tasks.items()}
    told: dict[tuple[str, str], Last] = {}
    before: Past | None = None
    for past in pasts:
        if before is None:
            before = past
            gone = [standing for standing in past.standings if not _is_in(tasks, standing)]
            sought |= {("gone", each.task): _task_of(each) for each in gone}
        for key, task in list(sought.items()):
            standing = past.standing_of(task)
            silent = told[key].silent if key in told else past is before
            if standing and standing.status:
                told[key] = Last(past.period, standing.status, silent and past is not before, standing.group)
                del sought[key]
            elif standing:
                told[key] = Last(None, silent=silent)
        if not sought:
            break
    if before is None:
        return Succession()
    done = {code for code, status in scale.by_code.items() if status.done}
    known = {key: told["plan", key] for key in tasks if ("plan", key) in told}
    return Succession(
        before=before.period,
        last={key: last for key, last in known.items() if last.status not in done},
        completed={key: last for key, last in known.items() if last.status in done},
        new=tuple(key for key in tasks if key not in known),
        gone=tuple(Gone(standing, told["gone", standing.task]) for standing in gone),
    )


def _task_of(standing: Standing) -> Task:
    return Task(task=standing.wording, target="", key=standing.task, key_given=False)


def _is_in(tasks: Mapping[str, Task], standing: Standing) -> bool:
    """Whether a plan has the task that stood so."""
    task = tasks.get(standing.task)
    return task is not None and (task.key_given or plain(task.task) == plain(standing.wording))


def without(plan: Plan, tasks: Collection[str]) -> tuple[SubGroup, ...]:
    """The sub-groups of a plan without the tasks of these keys, nor what has no task left then.

    The keys of all other tasks stay as they are. A sub-group on hold stays, whatever is left of it.
    """
    groups = []
    for group in plan.groups:
        outcomes = []
        for outcome in group.outcomes:
            actions = []
            for action in outcome.actions:
                if kept := tuple(task for task in action.tasks if task.key not in tasks):
                    actions.append(action if kept == action.tasks else action.model_copy(update={"tasks": kept}))
            if actions:
                outcomes.append(outcome.model_copy(update={"actions": tuple(actions)}))
        if outcomes or group.on_hold:
            groups.append(group.model_copy(update={"outcomes": tuple(outcomes)}))
    return tuple(groups)
