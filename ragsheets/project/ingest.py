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
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.returns.intake.intake import ProgressCallback


def ingest(
    project: Project,
    paths: Iterable[Path] = (),
    *,
    date: datetime.date | None = None,
    exclude: Sequence[str] = (),
    include: Sequence[str] = (),
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
        limits: the limits on a file's size and content; the usual limits by default.
        progress: called after each file with the number done and the total.
        today: the day on which queries are sent; a due day before it is not named in them. The clock's day by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: a path does not exist, or a return to exclude or include cannot be identified.
    """
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(limits or Limits()) as workers, project.ledger() as ledger:
        from ragsheets.project.queries import QueriesFolder
        from ragsheets.returns.ingest import ingest as ingest_files

        record = ledger.period(date)
        returned = project.period_folder(record.period.date) / files.RETURNED_FOLDER
        sources = list(paths)
        if not sources:
            sources = [returned]
            saving.make_folder(returned)
        search_folders = [*sources, returned] if returned.is_dir() else sources
        period_date = record.period.date
        for option, names, update_ledger in (
            ("--exclude", exclude, ledger.exclude),
            ("--include", include, ledger.include),
        ):
            if names:
                file_names = ledger.return_file_names(period_date)
                digests = resolve_returns(file_names, names, option, search_folders)
                update_ledger(period_date, digests)
                for digest in digests:
                    ledger.log(f"ingest {option}", f"{file_names[digest]} ({digest[:12]})", period_date)
        result = ingest_files(ledger, record, sources, workers, progress=progress)
        queries = QueriesFolder(project, record, today)
        queries.prepare(ledger, result.assessment)
    return replace(result, queries=queries.write())


def assess(project: Project, date: datetime.date | None = None) -> Assessment:
    """Return the assessment of a period (the current one by default), from the ledger alone."""
    from ragsheets.returns.assess import assess as assess_record

    with project.ledger() as ledger:
        record = ledger.period(date)
        return assess_record(record, ledger.frames(record.period.date))
