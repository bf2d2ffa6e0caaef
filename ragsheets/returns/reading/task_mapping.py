"""Map the tasks that an older edition of a workbook was sent with to those of the current plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from ragsheets.plan.matching import BETWEEN_EDITIONS, PlanTask, SameTasks, find_same_tasks
from ragsheets.workbook.sent_workbook import SentWorkbook

#: The codes of the observations for a text entered for an earlier task that may be one of today's, or is gone.
UNPLACED_CODES = ("task-uncertain", "task-gone")
#: The label before a task's wording, as the plan prints it; it changes where tasks are added or removed.
_LABEL = re.compile(r"[^\s)]{1,12}\)\s+")


class TaskMapping:
    """The mapping between a workbook as sent and the workbook that would be sent today.

    Which tasks are the same is decided by `ragsheets.plan.matching`.
    """

    def __init__(
        self, sent_workbook: SentWorkbook, current_workbook: SentWorkbook, explicit_keys: Collection[str]
    ) -> None:
        self.sent_workbook, self.current_workbook, self.explicit_keys = sent_workbook, current_workbook, explicit_keys
        self.is_older = current_workbook is not sent_workbook

    @cached_property
    def _same_tasks(self) -> SameTasks:
        return find_same_tasks(
            _tasks_of(self.sent_workbook, ()),
            _tasks_of(self.current_workbook, self.explicit_keys),
            BETWEEN_EDITIONS,
        )

    @property
    def current_keys(self) -> Mapping[str, str]:
        """The key that a task has today, by the key that it was sent with; tasks that are not certain are left out."""
        return self._same_tasks.current_keys

    @property
    def candidates(self) -> Mapping[str, tuple[PlanTask, ...]]:
        """Today's tasks that each other task as sent may be, by its key as sent; none where it is gone."""
        return self._same_tasks.candidates

    @cached_property
    def _sent_keys(self) -> Mapping[str, str]:
        return {current_key: sent_key for sent_key, current_key in self.current_keys.items()}

    def sent_key(self, current_key: str) -> str:
        """Return the key that a current task was sent with, or "" where it was not sent."""
        return self._sent_keys.get(current_key, "") if self.is_older else current_key

    def sent_texts(self, current_key: str, columns: Iterable[str], plan_columns: Collection[str]) -> Mapping[str, str]:
        """Return the texts in the row of a current task when it was sent, by column.

        For a task that was not sent the columns `plan_columns` have today's texts.
        """
        texts = self.sent_workbook.tasks.get(self.sent_key(current_key))
        if texts is None:
            texts = {
                column: text
                for column, text in self.current_workbook.tasks[current_key].items()
                if column in plan_columns
            }
        return {column: texts.get(column, "") for column in columns}


def unplaced_task_facts(key: str, wording: str, candidates: Sequence[PlanTask]) -> tuple[str, str, str]:
    """Return what is observed of a text entered for an earlier task that is not certain to be in today's plan.

    Args:
        key, wording: the earlier task's.
        candidates: today's tasks that it may be; none where it is gone.

    Returns:
        The code of the observation, and its facts `wanted` and `parts`.
    """
    return (
        UNPLACED_CODES[not candidates],
        f"{key}, “{wording}”",
        " or ".join(f"{task.key}, “{task.wording}”" for task in candidates),
    )


def unplaced_task(wanted: str) -> PlanTask:
    """Return the earlier task that an observation with this fact `wanted` is about; see `unplaced_task_facts`."""
    key, _, wording = wanted.partition(", “")
    return PlanTask(key, _LABEL.sub("", wording.removesuffix("”"), count=1))


def _tasks_of(workbook: SentWorkbook, explicit_keys: Collection[str]) -> list[PlanTask]:
    """Return the tasks of a workbook as they were sent, without their labels."""
    return [
        PlanTask(
            key,
            _LABEL.sub("", texts["task"], count=1),
            workbook.group,
            workbook.outcome_by_task[key],
            target=texts["target"],
            key_given=key in explicit_keys,
            place=workbook.place_by_task[key],
        )
        for key, texts in workbook.tasks.items()
    ]
