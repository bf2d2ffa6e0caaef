"""The periods of a project: overview, list and removal; and the log of commands."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.files import saving
from ragsheets.formats.file_names import WORKBOOK_SUFFIXES
from ragsheets.returns.intake import received_files

if TYPE_CHECKING:
    from ragsheets.history.overview import Overview
    from ragsheets.ledger import EventRecord, Ledger, PeriodCounts
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.received_files import ReceivedFile

#: The command that the ledger logs for a removed period, and for each workbook that is removed with it.
_REMOVE_COMMAND = "period remove"


@dataclass(frozen=True, slots=True)
class RemovedPeriod:
    """A removed period.

    Attributes:
        date, title: the period's date and title.
        workbooks: the workbooks that were removed with it.
        not_removed: the files that were not, with the reason.
        is_complete: whether every workbook that was to be removed could be.
    """

    date: datetime.date
    title: str
    workbooks: tuple[Path, ...]
    not_removed: tuple[Problem, ...]
    is_complete: bool


def period_overview(
    project: Project, date: datetime.date | None = None, *, today: datetime.date | None = None
) -> Overview | None:
    """Return the overview of a period (the current one by default), from the ledger; None where there is no period yet.

    Outside the ledger only the period's returned/ is searched, for files that no ingest has read yet.

    Args:
        project: the project folder.
        date: the period.
        today: the day that decides who is late; the clock's by default.

    Raises LedgerError where there is no period of that date, or the ledger cannot be used.
    """
    if date is None and not project.has_ledger:
        return None
    from ragsheets.history.overview import Overview
    from ragsheets.history.task_changes import reopened_tasks
    from ragsheets.history.trend import history_of, past_periods_before
    from ragsheets.returns.assess import assess_period

    with project.ledger() as ledger:
        dates = ledger.periods()
        if date is None and not dates:
            return None
        record = ledger.period(date)
        period_date = record.period.date
        return Overview(
            assessment=assess_period(ledger, record),
            history=history_of(ledger, record, 1),
            query_files=ledger.query_files(period_date),
            issued=ledger.issued.revisions(period_date).get(period_date, ()),
            events=ledger.events(period_date),
            unread=[file.name for file in _unread_files(project, ledger, period_date)],
            today=today or datetime.date.today(),
            is_current=period_date == dates[-1],
            reopened=reopened_tasks(record, past_periods_before(ledger, period_date, len(dates))),
        )


def list_periods(project: Project) -> list[PeriodCounts]:
    """Return the counts of every period, earliest first; empty where there is none yet. Raises LedgerError."""
    from ragsheets.returns.period_counts import all_period_counts

    if not project.has_ledger:
        return []
    with project.ledger() as ledger:
        return all_period_counts(ledger)


def list_events(project: Project, date: datetime.date | None = None) -> list[EventRecord]:
    """Return the log of one period, also a removed one, or of the whole project, oldest first. Raises LedgerError.

    A project without logged commands has no ledger, and none is created.
    """
    if not project.has_ledger:
        return []
    with project.ledger() as ledger:
        events = ledger.events(date)
        if date and not events:
            ledger.period(date)  # raises where there never was one
        return events


def period_to_remove(project: Project, date: datetime.date) -> Period:
    """Return a period that can be removed; nothing is changed. Raises as `remove_period`."""
    with project.ledger() as ledger:
        period = ledger.period(date).period
        _check_removable(project, ledger, date)
    return period


def remove_period(project: Project, date: datetime.date) -> RemovedPeriod:
    """Remove a period without returns; `generate` makes it again.

    Its workbooks in sent/ are removed where they are unchanged since they were generated. A workbook that somebody has
    changed, or that cannot be removed, stays.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: it has returns, corrections, or a report that was sent out, or its returned/ holds files. Nothing
            is changed then.
    """
    with project.ledger() as ledger:
        # Where an interrupted command has removed it from the ledger already, only its files are left to remove.
        if date in ledger.periods() or not (_removal_log(ledger, date) and project.period_folder(date).is_dir()):
            period = ledger.period(date).period
            _check_removable(project, ledger, date)
            workbooks = _generated_workbooks(project, ledger, date)
            ledger.remove_period(date)
            for line in (period.title, *workbooks):
                ledger.log(_REMOVE_COMMAND, line, date)
        title = _removal_log(ledger, date)[0]
    with project.reopened_ledger(
        f"The period is removed from the ledger, but not its workbooks; run: ragsheets period remove {date}"
    ) as ledger:
        sent = project.period_folder(date) / files.SENT_FOLDER
        removed, changed, not_removed = _remove_workbooks(sent, _removal_log(ledger, date))
    for folder in (files.RETURNED_FOLDER, files.SENT_FOLDER, ""):
        with contextlib.suppress(OSError):  # something is in it, or it is not there
            (project.period_folder(date) / folder).rmdir()
    return RemovedPeriod(date, title, tuple(removed), (*changed, *not_removed), is_complete=not not_removed)


def _removal_log(ledger: Ledger, date: datetime.date) -> list[str]:
    """Return what was logged when the period was removed; empty if it was made again since, or never removed."""
    events = ledger.events(date) if date not in ledger.periods() else []
    removal_events = takewhile(lambda event: event.command == _REMOVE_COMMAND, reversed(events))
    return [event.what for event in removal_events][::-1]


def _check_removable(project: Project, ledger: Ledger, date: datetime.date) -> None:
    """Raise ProjectError with everything that would be lost with the period."""
    where = f"period {date.isoformat()}"
    problems = [
        Problem(where, f"has {what}.", "Only a period without any of these can be removed.")
        for what in ledger.removal_blockers(date)
    ]
    if unread := _unread_files(project, ledger, date):
        folder = f"{date.isoformat()}/{files.RETURNED_FOLDER}"
        what = f"holds {unread[0].name}{' and more' if len(unread) > 1 else ''}, which could no longer be read."
        problems.append(Problem(folder, what, f"Move it out of {folder} first."))
    if problems:
        raise ProjectError("the period cannot be removed", problems=problems)


def _generated_workbooks(project: Project, ledger: Ledger, date: datetime.date) -> list[str]:
    """Return a line of the log for each workbook in sent/ that is unchanged since it was generated."""
    generated_digests = {book.sha256 for book in ledger.workbooks(date)}
    folder = project.period_folder(date) / files.SENT_FOLDER
    digests = {path: files.file_sha256(path) for path in (sorted(folder.iterdir()) if folder.is_dir() else [])}
    return [_log_line(path, digest) for path, digest in digests.items() if digest in generated_digests]


def _log_line(workbook: Path, digest: str) -> str:
    return f"{files.SENT_FOLDER}/{workbook.name} ({files.short_digest(digest)})"


def _remove_workbooks(folder: Path, log_lines: Collection[str]) -> tuple[list[Path], list[Problem], list[Problem]]:
    """Remove the workbooks that these lines of the log name, unless they have been changed since.

    Returns their paths, the changed files, and those that cannot be removed, with the reason.
    """
    removed, changed, not_removed = [], [], []
    saving.remove_stale_files(folder)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith(files.UNFINISHED_PREFIX):
            continue
        if _log_line(path, files.file_sha256(path)) not in log_lines:
            problem = Problem(
                str(path), "has been changed since it was generated.", "Delete it yourself if nobody needs it."
            )
            changed.append(problem)
            continue
        try:
            path.unlink()
            removed.append(path)
        except OSError as error:
            fix = f"Close it in other programs, and run again: ragsheets period remove {folder.parent.name}"
            not_removed.append(Problem(str(path), f"cannot be removed ({error.strerror}).", fix))
    return removed, changed, not_removed


def _unread_files(project: Project, ledger: Ledger, date: datetime.date) -> list[ReceivedFile]:
    """Return the files in a period's returned/ that no ingest has read yet; no file is opened.

    The ledger does not know the files that were ignored without a record, such as a report written by ragsheets: files
    that are not workbooks by their names count only if they were put there since the last ingest.
    """
    folder = project.period_folder(date) / files.RETURNED_FOLDER
    received = [file for file in received_files.walk_files([folder] if folder.is_dir() else []) if not file.is_ignored]
    if not received:
        return []

    originals = [original for original in ledger.originals.records(date) if original.result != "withdrawn"]
    digests, paths = {original.sha256 for original in originals}, {original.path for original in originals}
    last_ingest = max((event.at for event in ledger.events(date) if event.command == "ingest"), default="")
    unread = []
    for file in received:
        digest = files.file_sha256(file.path)
        is_known = digest in digests if digest else file.source_path(project.folder) in paths
        # Files without the name of a workbook may have been ignored without a record.
        is_ignored = file.path.suffix.casefold() not in WORKBOOK_SUFFIXES and _last_changed(file.path) <= last_ingest
        if not (is_known or is_ignored):
            unread.append(file)
    return unread


def _last_changed(path: Path) -> str:
    """Return when a file was put into its folder or last changed, in UTC as the ledger writes times; "" if unknown."""
    try:
        status = path.lstat()
    except OSError:
        return ""
    latest = max(status.st_mtime, status.st_ctime)
    return datetime.datetime.fromtimestamp(latest, datetime.UTC).replace(tzinfo=None).isoformat(" ", "seconds")
