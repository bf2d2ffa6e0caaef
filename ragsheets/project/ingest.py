"""Ingesting the files returned in a period: read into the ledger, with the queries to send back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.files import saving
from ragsheets.returns.intake.return_names import resolve_returns

if TYPE_CHECKING:
    from ragsheets.formats.limits import Limits
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.returns.intake.intake import ProgressCallback
    from ragsheets.returns.intake.worker import WorkerPool
    from ragsheets.returns.preview import PeriodComparison


def ingest(
    project: Project,
    paths: Iterable[Path] = (),
    *,
    date: datetime.date | None = None,
    exclude: Sequence[str] = (),
    include: Sequence[str] = (),
    as_this_period: Sequence[str] = (),
    agreed: PeriodComparison | bool = False,
    limits: Limits | None = None,
    progress: ProgressCallback | None = None,
    today: datetime.date | None = None,
) -> IngestResult:
    """Read returned workbooks, check and recount them, store them in the ledger, and write the queries.

    Args:
        project: the project folder.
        paths: folders and files to look in; the period's returned/ by default.
        date: the period; the current one by default.
        exclude: returns to exclude, each by its name or the beginning of its SHA-256.
        include: excluded returns to include again.
        as_this_period: workbooks of other periods whose answers are taken for this one, task by task: returns as in
            `exclude`, or paths.
        agreed: the change of the period that somebody has agreed to (`preview_ingest`); True for any. Without it a
            closed period is not changed.
        limits: the limits on a file's size and content; the usual limits by default.
        progress: called after each file with the number done and the total.
        today: the day on which queries are sent; a due day before it is not named in them. The clock's day by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: a path does not exist, a return to exclude or include cannot be identified, or a workbook cannot
            be taken for this period; or there would be another change than the one agreed to.
        ClosedPeriodError: it would change a period whose report is final, and nobody has agreed to that.
    """
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(limits or Limits()) as workers, project.ledger() as ledger:
        from ragsheets.project.closed_periods import assess_before, check_agreed
        from ragsheets.project.queries import QueriesFolder

        record = ledger.period(date)
        before = assess_before(ledger, record, agreed)
        sources = list(paths)
        result = read_returns(
            project,
            ledger,
            record,
            workers,
            sources,
            exclude=exclude,
            include=include,
            as_this_period=as_this_period,
            progress=progress,
        )
        check_agreed(ledger, before, result.assessment, agreed)
        if not sources:
            saving.make_folder(project.period_folder(record.period.date) / files.RETURNED_FOLDER)
        queries = QueriesFolder(project, record, today)
        queries.prepare(ledger, result.assessment)
    return replace(result, queries=queries.write())


def read_returns(
    project: Project,
    ledger: Ledger,
    record: PeriodRecord,
    workers: WorkerPool,
    paths: Sequence[Path],
    *,
    exclude: Sequence[str],
    include: Sequence[str],
    as_this_period: Sequence[str],
    progress: ProgressCallback | None,
) -> IngestResult:
    """Read returns into the open ledger, without a file or a folder being written; see `ingest`."""
    from ragsheets.project.other_periods import check_taken, find_workbooks
    from ragsheets.returns.ingest import ingest as ingest_files

    date = record.period.date
    returned = project.period_folder(date) / files.RETURNED_FOLDER
    received = [returned] if returned.is_dir() else []
    sources = list(paths) or received
    search_folders = [*sources, *received]
    for option, names, update_ledger in (
        ("--exclude", exclude, ledger.exclude),
        ("--include", include, ledger.include),
    ):
        if names:
            file_names = ledger.return_file_names(date)
            digests = resolve_returns(file_names, names, option, search_folders)
            update_ledger(date, digests)
            for digest in digests:
                ledger.log(f"ingest {option}", f"{file_names[digest]} ({files.short_digest(digest)})", date)
    found = find_workbooks(ledger, date, as_this_period, search_folders)
    result = ingest_files(
        ledger, record, [*sources, *found.paths], workers, as_this_period=found.digests, progress=progress
    )
    check_taken(ledger, result, found)
    return result


def assess(project: Project, date: datetime.date | None = None) -> Assessment:
    """Return the assessment of a period (the current one by default), from the ledger alone."""
    from ragsheets.returns.assess import assess_period

    with project.ledger() as ledger:
        record = ledger.period(date)
        return assess_period(ledger, record)
