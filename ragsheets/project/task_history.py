"""The history of one task through all periods of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragsheets.history.task_history import TaskHistory
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.lookup import TaskPath
    from ragsheets.project.folder import Project


def task_history(project: Project, task: str, *, by_key: bool = False) -> TaskHistory:
    """Return the history of one task through all periods.

    Args:
        project: the project folder.
        task: the task by its key, or by its label or reference in the latest plan in which it has one.
        by_key: `task` is a key, whatever other tasks have it as their label.

    Raises:
        LedgerError: there is no period yet, or the ledger cannot be used.
        ProjectError: no period has such a task, or more than one task matches.
    """
    from ragsheets.history.task_history import task_history_of

    with project.ledger() as ledger:
        records = [ledger.period(date) for date in reversed(ledger.periods())] or [ledger.period()]
        task_path, index = _find_task(records, task, by_key)
        return task_history_of(ledger, task_path, records[index:])


def _find_task(records: Sequence[PeriodRecord], name: str, by_key: bool) -> tuple[TaskPath, int]:
    """Return the task that a name means, and the index of the first record that has it.

    A key counts in every period, for a task with a new key has the label of the one that had the old key. A label or
    a reference counts only in the first record in which the name fits a task. Raises ProjectError where the name fits
    no task or several.
    """
    from ragsheets.dates import in_words
    from ragsheets.plan.lookup import (
        ambiguous_name_error,
        described_options,
        find_task_by_key,
        has_key,
        tasks_named,
        unknown_task_error,
    )

    found: dict[str, tuple[TaskPath, int]] = {}
    for index, record in enumerate(records):
        if by_key:
            paths = list(filter(None, [find_task_by_key(record.plan, name)]))
        else:
            paths = [path for path in tasks_named(record.plan, name) if not found or has_key(path, name)]
        for path in paths:
            found.setdefault(path.task.key.casefold(), (path, index))
    if not found:
        raise unknown_task_error(records[0].plan, name)
    if len(found) > 1:
        options: dict[str, str] = {}
        for path, index in found.values():
            remark = f", last asked about on {in_words(records[index].period.date)}" if index else ""
            options |= described_options([path], remark)
        raise ambiguous_name_error(name, options)
    return next(iter(found.values()))
