"""Ingesting the files returned in a period: read into the ledger, with the queries to send back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from ragsheets import files
from ragsheets.files import saving
from ragsheets.returns.intake.return_names import resolve_returns

if TYPE_CHECKING:
    from ragsheets.formats.limits import Limits
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project.folder import Project
    from ragsheets.project.queries import QueriesFolder
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.returns.intake.intake import ProgressCallback
    from ragsheets.returns.intake.worker import WorkerPool
    from ragsheets.returns.preview import PeriodComparison


class IngestOptions(TypedDict, total=False):
    """The options of reading returns, for an ingest and its preview alike.

    Attributes:
        date: the period; the current one by default.
        exclude: returns to exclude, each by its name or the beginning of its SHA-256.
        include: excluded returns to include again.
        as_this_period: workbooks of other periods whose answers are used for this one, task by task: returns as in
            `exclude`, or paths.
        limits: the limits on a file's size and content; the usual limits by default.
        progress: called after each file with the number done and the total.
        today: the day on which queries are sent; a due day before it is not named in them. The clock's day by default.
    """

    date: datetime.date | None
    exclude: Sequence[str]
    include: Sequence[str]
    as_this_period: Sequence[str]
    limits: Limits | None
    progress: ProgressCallback | None
    today: datetime.date | None


def ingest(
    project: Project,
    paths: Iterable[Path] = (),
    *,
    agreed: PeriodComparison | bool = False,
    **options: Unpack[IngestOptions],
) -> IngestResult:
    """Read returned workbooks, check and recount them, store them in the ledger, and write the queries.

    Args:
        project: the project folder.
        paths: folders and files to look in; the period's returned/ by default.
        agreed: the change of the period that somebody has agreed to (`preview_ingest`); True for any. Without it a
            closed period is not changed.
        options: see `IngestOptions`.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: a path does not exist, a return to exclude or include cannot be identified, or a workbook cannot
            be used for this period; or the change would not be the one agreed to.
        ClosedPeriodError: it would change a period whose report is final, and nobody has agreed to that.
    """
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(options.get("limits") or Limits()) as workers, project.ledger() as ledger:
        from ragsheets.project.closed_periods import assess_before, check_agreed

        record = ledger.period(options.get("date"))
        before = assess_before(ledger, record, agreed)
        sources = list(paths)
        result, queries = read_returns(project, ledger, record, workers, sources, options)
        check_agreed(ledger, before, result.assessment, agreed)
        if not sources:
            saving.make_folder(project.period_folder(record.period.date) / files.RETURNED_FOLDER)
    return replace(result, queries=queries.write())


def read_returns(
    project: Project,
    ledger: Ledger,
    record: PeriodRecord,
    workers: WorkerPool,
    paths: Sequence[Path],
    options: IngestOptions,
) -> tuple[IngestResult, QueriesFolder]:
    """Read returns into the open ledger and prepare the queries, without a file or a folder being written."""
    from ragsheets.project.other_periods import check_taken, find_workbooks
    from ragsheets.project.queries import QueriesFolder
    from ragsheets.returns.ingest import ingest as ingest_files

    date = record.period.date
    returned = project.period_folder(date) / files.RETURNED_FOLDER
    received = [returned] if returned.is_dir() else []
    sources = list(paths) or received
    search_folders = [*sources, *received]
    for option, names, update_ledger in (
        ("--exclude", options.get("exclude"), ledger.exclude),
        ("--include", options.get("include"), ledger.include),
    ):
        if names:
            file_names = ledger.return_file_names(date)
            digests = resolve_returns(file_names, names, option, search_folders)
            update_ledger(date, digests)
            for digest in digests:
                ledger.log(f"ingest {option}", f"{file_names[digest]} ({files.short_digest(digest)})", date)
    found = find_workbooks(ledger, date, options.get("as_this_period", ()), search_folders)
    result = ingest_files(
        ledger,
        record,
        [*sources, *found.paths],
        workers,
        as_this_period=found.digests,
        progress=options.get("progress"),
    )
    check_taken(ledger, result, found)
    queries = QueriesFolder(project, record, options.get("today"))
    queries.prepare(ledger, result.assessment)
    return result, queries
