"""The history of one task through all periods of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragsheets.errors import ProjectError

if TYPE_CHECKING:
    from ragsheets.history.task_history import TaskHistory
    from ragsheets.project.folder import Project


def task_history(project: Project, task: str) -> TaskHistory:
    """Return the history of one task through all periods.

    Args:
        project: the project folder.
        task: the task by its key, or, where no period has such a key, by its reference and label in the latest plan
            that has it.

    Raises:
        LedgerError: there is no period yet, or the ledger cannot be used.
        ProjectError: no period has such a task, or more than one task matches.
    """
    from ragsheets.history.task_history import task_history_of
    from ragsheets.plan.lookup import find_task, find_task_by_key

    with project.ledger() as ledger:
        records = [ledger.period(date) for date in reversed(ledger.periods())] or [ledger.period()]
        # A task with a new key has the reference and label of the one that had the old key.
        for index, record in enumerate(records):
            if keyed_path := find_task_by_key(record.plan, task):
                return task_history_of(ledger, keyed_path, records[index:])
        problem: ProjectError | None = None
        for index, record in enumerate(records):
            try:
                task_path = find_task(record.plan, task)
            except ProjectError as error:
                problem = problem or error
            else:
                return task_history_of(ledger, task_path, records[index:])
        raise problem or ProjectError("there is no task.", where="TASK")
