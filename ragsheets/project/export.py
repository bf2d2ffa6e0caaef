"""Exports from the ledger: the answers as a table for other programs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import LedgerError, ProjectError
from ragsheets.files import saving
from ragsheets.project.written_files import record_written, reject_if_kept

if TYPE_CHECKING:
    from ragsheets.history.trend import PastPeriod
    from ragsheets.ledger import Ledger
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True, slots=True)
class Export:
    """Answers as a file.

    Attributes:
        form: one of `ragsheets.export.FILE_FORMATS`.
        content: the bytes of the file.
        path: where it was written; None where it was not.
        periods: the dates of the periods that it holds.
        columns: the names of its columns; see `ragsheets.export.rows`.
        rows: how many rows it has.
        left_out: the cells with characters that the form cannot hold, which were dropped.
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
    """Return the answers of a period as a file of one of the forms of `ragsheets.export`; nothing is written.

    Args:
        project: the project folder.
        form: "xlsx", "csv", "json" or "parquet".
        date: the period; the current one by default.
        every_period: all periods instead, the earliest first.

    Raises:
        LedgerError: there is no such period, it has no tasks, or the ledger cannot be used.
        ProjectError: a library that the form needs is not installed.
    """
    from ragsheets.export import export_file
    from ragsheets.export.rows import tidy_table_of

    with project.ledger() as ledger:
        dates: list[datetime.date] = ledger.periods() if every_period else []
        assessments = [_assess_with_previous(ledger, date_in_ledger) for date_in_ledger in dates] or [
            _assess_with_previous(ledger, date)
        ]
    tidy = tidy_table_of(assessments)
    if not tidy.rows:
        raise LedgerError("there are no tasks to export.", where="ledger", fix="Put tasks into the plan first.")
    exported = export_file(tidy, form)
    return Export(
        form=form,
        content=exported.content,
        path=None,
        periods=tuple(assessment.period.date for assessment, _ in assessments),
        columns=tuple(field.name for field in tidy.columns),
        rows=len(tidy.rows),
        left_out=exported.cells_with_dropped_characters,
    )


def write_export(
    project: Project,
    path: Path,
    *,
    date: datetime.date | None = None,
    every_period: bool = False,
    force: bool = False,
) -> Export:
    """Write the answers of a period to a file, in the form of its suffix.

    An existing file that ragsheets did not write, or that somebody has changed since, is replaced only with `force`.

    Raises as `compose_export`, and ProjectError where the file cannot be written or has the name of the plan.
    """
    from ragsheets.export import FILE_FORMATS

    form = path.suffix.casefold().removeprefix(".")
    if form not in FILE_FORMATS:
        fix = f"Give a name that ends in {', '.join(f'.{file_format}' for file_format in FILE_FORMATS)}."
        raise ProjectError("is not a kind of file to export answers to.", where=str(path), fix=fix)
    saving.require_folder_for(path)
    if path.name.casefold() in files.PLAN_FILES and path.parent.resolve() == project.folder.resolve():
        raise ProjectError("is the name of the plan.", where=str(path), fix="Choose another name.")
    export = compose_export(project, form, date=date, every_period=every_period)
    with saving.revert_on_error() as saved, project.ledger() as ledger:
        if not force:
            reject_if_kept(ledger, path, export.content)
        saved.save(path, export.content)
        record_written(project, ledger, export.periods[-1], path, export.content)
    return replace(export, path=path)


def _assess_with_previous(ledger: Ledger, date: datetime.date | None) -> tuple[Assessment, PastPeriod | None]:
    """Return the assessment of a period, and the period before it."""
    from ragsheets.history.trend import history_of
    from ragsheets.returns.assess import assess_period

    record = ledger.period(date)
    assessment = assess_period(ledger, record)
    return assessment, history_of(ledger, record, 1).previous
