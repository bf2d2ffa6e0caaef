"""The history of one task through all periods of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragsheets.history.task_history import TaskHistory
    from ragsheets.project.folder import Project


def task_history(project: Project, task: str, *, by_key: bool = False) -> TaskHistory:
    """Return the history of one task through all periods.

    Args:
        project: the project folder.
        task: the task by its key, or by its label or reference in the latest plan in which that fits a task.
        by_key: `task` is a key, whatever other tasks have it as their label.

    Raises:
        LedgerError: there is no period yet, or the ledger cannot be used.
        ProjectError: no period has such a task, or more than one task matches.
    """
    from ragsheets.history.task_history import task_history_of
    from ragsheets.project.find_task import find_task_of_all_periods

    with project.ledger() as ledger:
        records = [ledger.period(date) for date in reversed(ledger.periods())] or [ledger.period()]
        task_path, record = find_task_of_all_periods(records, task, by_key=by_key)
        return task_history_of(ledger, task_path, record.whole_plan, records)
