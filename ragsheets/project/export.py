"""Looking back into the ledger: its answers as a table for other programs, and one task through time."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import LedgerError, ProjectError
from ragsheets.files import saving

if TYPE_CHECKING:
    from ragsheets.history.task_history import TaskHistory
    from ragsheets.history.trend import PastPeriod
    from ragsheets.ledger import Ledger
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True, slots=True)
class Export:
    """Answers as a file.

    Attributes:
        form: one of `ragsheets.export.FORMS`.
        content: its bytes.
        path: where it was written; None where it was not.
        periods: the dates of the periods that it holds.
        columns: the names of its columns; see `ragsheets.export.rows`.
        rows: how many it has.
        left_out: the cells of which characters were left out, since the form cannot hold them.
    """

    form: str
    content: bytes
    path: Path | None
    periods: tuple[datetime.date, ...]
    columns: tuple[str, ...]
    rows: int
    left_out: tuple[str, ...]


def compose_export(
    project: Project, form: str, *, date: datetime.date | None = None, every_period: bool = False
) -> Export:
    """The answers of a period as a file of one of the forms of `ragsheets.export`; nothing is written.

    Args:
        project: the project folder.
        form: "xlsx", "csv", "json" or "parquet".
        date: the period; the current one by default.
        every_period: all periods instead, the earliest first.

    Raises:
        LedgerError: there is no such period, it has no tasks, or the ledger cannot be used.
        ProjectError: a program library that the form needs is not installed.
    """
    from ragsheets.export import export_file
    from ragsheets.export.rows import tidy_table_of

    with project.ledger() as ledger:
        every: list[datetime.date] = ledger.periods() if every_period else []
        told = [_assess_with_previous(ledger, each) for each in every] or [_assess_with_previous(ledger, date)]
    tidy = tidy_table_of(told)
    if not tidy.rows:
        raise LedgerError("there are no tasks to export.", where="ledger", fix="Put tasks into the plan first.")
    made = export_file(tidy, form)
    return Export(
        form=form,
        content=made.content,
        path=None,
        periods=tuple(assessment.period.date for assessment, _ in told),
        columns=tuple(field.name for field in tidy.columns),
        rows=len(tidy.rows),
        left_out=made.cells_with_dropped_characters,
    )


def write_export(
    project: Project, path: Path, *, date: datetime.date | None = None, every_period: bool = False
) -> Export:
    """Write the answers of a period to a file, in the form that its suffix says; raises as `compose_export`, and
    ProjectError where it cannot be written, or would take the place of the plan."""
    from ragsheets.export import FILE_FORMATS

    form = path.suffix.casefold().removeprefix(".")
    if form not in FILE_FORMATS:
        known = ", ".join(f".{each}" for each in FILE_FORMATS)
        raise ProjectError("is no form to export to.", where=str(path), fix=f"Give a name that ends in {known}.")
    if not path.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")
    if path.name.casefold() in files.PLAN_FILES and path.parent.resolve() == project.folder.resolve():
        raise ProjectError("is the name of the plan.", where=str(path), fix="Take another name.")
    made = compose_export(project, form, date=date, every_period=every_period)
    saving.save(path, made.content)
    return replace(made, path=path)


def task_history(project: Project, task: str) -> TaskHistory:
    """One task through all periods.

    Args:
        project: the project folder.
        task: the task by its key, or, where no period has such a key, by its reference and label; of the latest plan
            that has it.

    Raises:
        LedgerError: there is no period yet, or the ledger cannot be used.
        ProjectError: no period has such a task, or several tasks are meant.
    """
    from ragsheets.history.task_history import task_history_of
    from ragsheets.plan.lookup import find_task, find_task_by_key

    with project.ledger() as ledger:
        records = [ledger.period(date) for date in reversed(ledger.periods())] or [ledger.period()]
        # A task that was given a new key has the reference and label of the one that had the old key.
        for place, record in enumerate(records):
            if keyed := find_task_by_key(record.plan, task):
                return task_history_of(ledger, keyed, records[place:])
        problem: ProjectError | None = None
        for place, record in enumerate(records):
            try:
                found = find_task(record.plan, task)
            except ProjectError as error:
                problem = problem or error
            else:
                return task_history_of(ledger, found, records[place:])
        raise problem or ProjectError("there is no task.", where="TASK")


def _assess_with_previous(ledger: Ledger, date: datetime.date | None) -> tuple[Assessment, PastPeriod | None]:
    """Where a period stands, and what the one before it came to."""
    from ragsheets.history.trend import history_of
    from ragsheets.returns.assess import assess

    record = ledger.period(date)
    assessment = assess(record, ledger.frames(record.period.date))
    return assessment, history_of(ledger, record.period, 1).previous
