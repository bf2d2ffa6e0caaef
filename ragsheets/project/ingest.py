"""The inbox: what came back in a period, read into the ledger, and what is to be sent back about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import LedgerError
from ragsheets.files import saving
from ragsheets.returns.intake.return_names import resolve_returns

if TYPE_CHECKING:
    from ragsheets.formats.limits import Limits
    from ragsheets.project.folder import Project
    from ragsheets.project.queries import QueriesFolder
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.returns.intake.intake import ProgressCallback
    from ragsheets.returns.queries import QueriesResult


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
    """Read returned workbooks, check and recount them, keep them in the ledger, and write what to send back.

    Args:
        project: the project folder.
        paths: folders and files to look in; the period's returned/ by default.
        date: the period; the current one by default.
        exclude: returns to take out again, each by its name or the beginning of its SHA-256.
        include: returns to put back that were taken out.
        limits: what a file may cost; the usual limits by default.
        progress: called after each file with how many are done and how many there are.
        today: the day on which queries are sent, which ask for nothing by a day that is past; the clock's by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: a path does not exist, or a return to take out or put back cannot be told.
    """
    from ragsheets.formats.limits import Limits
    from ragsheets.returns.intake.worker import WorkerPool

    with WorkerPool(limits or Limits()) as workers, project.ledger() as ledger:
        from ragsheets.project.queries import QueriesFolder
        from ragsheets.returns.ingest import ingest as ingest_files
        from ragsheets.returns.queries import without_past_due_date

        record = ledger.period(date)
        returned = project.period_folder(record.period.date) / files.RETURNED_FOLDER
        where = list(paths)
        if not where:
            where = [returned]
            saving.make_folder(returned)
        around = [*where, returned] if returned.is_dir() else where
        day = record.period.date
        for option, names, settle in (("--exclude", exclude, ledger.exclude), ("--include", include, ledger.include)):
            if names:
                known = ledger.return_file_names(day)
                meant = resolve_returns(known, names, option, around)
                settle(day, meant)
                for digest in meant:
                    ledger.log(f"ingest {option}", f"{known[digest]} ({digest[:12]})", day)
        result = ingest_files(ledger, record, where, workers, progress=progress)
        folder = project.period_folder(record.period.date) / files.QUERIES_FOLDER
        today = today or datetime.date.today()
        queries = QueriesFolder(folder, without_past_due_date(record, today))
        queries.prepare(ledger, result.assessment)
        done = ledger.last_event_number()
    return replace(result, queries=_write_queries(project, queries, done, today))


def _write_queries(
    project: Project, queries: QueriesFolder, last_event_number: int, today: datetime.date
) -> QueriesResult:
    """Put what is to be sent back in place, now that the ledger knows it, while others wait.

    Where somebody else has done something since the event `done`, what they took in belongs into the folder too.
    """
    from ragsheets.project.queries import QueriesFolder
    from ragsheets.returns.assess import assess as assess_record
    from ragsheets.returns.queries import QueriesResult, without_past_due_date

    try:
        with project.ledger() as ledger:
            if ledger.last_event_number() != last_event_number:
                record = ledger.period(queries.record.period.date)
                queries = QueriesFolder(queries.folder, without_past_due_date(record, today))
                queries.prepare(ledger, assess_record(record, ledger.frames(record.period.date)))
            return queries.write()
    except LedgerError as error:
        return QueriesResult(problems=(f"the queries are not written; run ragsheets ingest again: {error}",))


def assess(project: Project, date: datetime.date | None = None) -> Assessment:
    """Where a period stands (the current one by default), from the ledger alone."""
    from ragsheets.returns.assess import assess as assess_record

    with project.ledger() as ledger:
        record = ledger.period(date)
        return assess_record(record, ledger.frames(record.period.date))
