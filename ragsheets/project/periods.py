"""The periods of a project: overview, list and removal; and the log of commands."""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.returns.intake import received_files

if TYPE_CHECKING:
    from ragsheets.history.overview import Overview
    from ragsheets.ledger import EventRecord, Ledger, PeriodCounts
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.received_files import ReceivedFile

#: The suffixes of workbooks, whatever their content; other files may have been ignored without a record.
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods", ".xlsb")


@dataclass(frozen=True, slots=True)
class RemovedPeriod:
    """A removed period: the workbooks that were removed with it, and the files that were not, with the reason."""

    date: datetime.date
    title: str
    workbooks: tuple[Path, ...]
    not_removed: tuple[Problem, ...]


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
    from ragsheets.history.overview import overview_of
    from ragsheets.history.trend import history_of
    from ragsheets.returns.assess import assess

    with project.ledger() as ledger:
        dates = ledger.periods()
        if date is None and not dates:
            return None
        record = ledger.period(date)
        period_date = record.period.date
        return overview_of(
            assess(record, ledger.frames(period_date)),
            history_of(ledger, record.period, 1),
            query_files=ledger.query_files(period_date),
            issued=ledger.tallies.issued_revisions(period_date).get(period_date, ()),
            events=ledger.events(period_date),
            unread=[file.name for file in _unread_files(project, ledger, period_date)],
            today=today or datetime.date.today(),
            is_current=period_date == dates[-1],
        )


def list_periods(project: Project) -> list[PeriodCounts]:
    """Return the counts of every period, earliest first; empty where there is none yet. Raises LedgerError."""
    from ragsheets.returns.period_counts import all_period_counts

    if not project.has_ledger:
        return []
    with project.ledger() as ledger:
        return all_period_counts(ledger)


def list_events(project: Project, date: datetime.date | None = None) -> list[EventRecord]:
    """Return the log of one period, or of all periods and the whole project, oldest first. Raises LedgerError.

    A project without logged commands has no ledger, and none is created.
    """
    if not project.has_ledger:
        return []
    with project.ledger() as ledger:
        return ledger.events(ledger.period(date).period.date if date else None)


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
        period = ledger.period(date).period
        _check_removable(project, ledger, date)
        generated_digests = {book.sha256 for book in ledger.workbooks(date)}
        ledger.remove_period(date)
        ledger.log("period remove", period.title, date)
        # Before the ledger is closed: after an interruption between the two the same command works again.
        removed, not_removed = _remove_generated_workbooks(
            project.period_folder(date) / files.SENT_FOLDER, generated_digests
        )
    for folder in (files.RETURNED_FOLDER, files.SENT_FOLDER, ""):
        with contextlib.suppress(OSError):  # something is in it, or it is not there
            (project.period_folder(date) / folder).rmdir()
    return RemovedPeriod(date, period.title, tuple(removed), tuple(not_removed))


def _check_removable(project: Project, ledger: Ledger, date: datetime.date) -> None:
    """Raise ProjectError with everything that would be lost with the period."""
    where = f"period {date.isoformat()}"
    problems = [
        Problem(where, f"has {what}.", "A period is removed only while nothing has come of it.")
        for what in ledger.removal_blockers(date)
    ]
    if unread := _unread_files(project, ledger, date):
        folder = f"{date.isoformat()}/{files.RETURNED_FOLDER}"
        what = f"holds {unread[0].name}{' and more' if len(unread) > 1 else ''}, which nobody could read any more."
        problems.append(Problem(folder, what, f"Move it out of {folder} first."))
    if problems:
        raise ProjectError("the period cannot be removed", problems=problems)


def _remove_generated_workbooks(folder: Path, generated_digests: set[str]) -> tuple[list[Path], list[Problem]]:
    """Remove the unchanged workbooks; returns their paths, and the files not removed with the reason."""
    removed, not_removed = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith(".ragsheets-"):
            continue
        try:
            if path.is_symlink() or not path.is_file() or files.sha256(path.read_bytes()) not in generated_digests:
                not_removed.append(
                    Problem(str(path), "is not as it was generated.", "Delete it yourself if nobody needs it.")
                )
                continue
            path.unlink()
            removed.append(path)
        except OSError as problem:
            not_removed.append(Problem(str(path), f"cannot be removed ({problem.strerror}).", "Delete it yourself."))
    return removed, not_removed


def _unread_files(project: Project, ledger: Ledger, date: datetime.date) -> list[ReceivedFile]:
    """Return the files in a period's returned/ that no ingest has read yet; no file is opened.

    The ledger does not know the files that were ignored without a record, such as a report written by ragsheets: files
    that are no workbooks by their name count only where they were put there since the last ingest.
    """
    folder = project.period_folder(date) / files.RETURNED_FOLDER
    received = [file for file in received_files.walk_files([folder] if folder.is_dir() else []) if not file.is_ignored]
    if not received:
        return []
    from ragsheets.returns.intake.intake import source_path

    originals = [original for original in ledger.originals.records(date) if original.result != "withdrawn"]
    digests, paths = {original.sha256 for original in originals}, {original.path for original in originals}
    last_ingest = max((event.at for event in ledger.events(date) if event.command == "ingest"), default="")
    unread = []
    for file in received:
        digest = files.file_sha256(file.path)
        is_known = digest in digests if digest else source_path(file) in paths
        is_ignored = file.path.suffix.casefold() not in _WORKBOOK_SUFFIXES and _last_changed(file.path) <= last_ingest
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
