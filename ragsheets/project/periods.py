"""The periods of a project: each at a glance, all of them in a line, one undone; and who did what."""

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
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.received_files import ReceivedFile

#: How files end that are workbooks, whatever they say; what else came may have been passed over without a word.
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods", ".xlsb")


@dataclass(frozen=True, slots=True)
class RemovedPeriod:
    """A period that was undone: the workbooks that went with it, and what was left where it lies, with the reason."""

    date: datetime.date
    title: str
    workbooks: tuple[Path, ...]
    not_removed: tuple[Problem, ...]


def period_overview(
    project: Project, date: datetime.date | None = None, *, today: datetime.date | None = None
) -> Overview | None:
    """A period (the current one by default) at a glance, from the ledger alone; None where there is no period yet.

    Only whether its returned/ holds files that no ingest has read yet is looked for there.

    Args:
        project: the project folder.
        date: the period.
        today: the day by which somebody is late; the clock's by default.

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
        day = record.period.date
        return overview_of(
            assess(record, ledger.frames(day)),
            history_of(ledger, record.period, 1),
            query_files=ledger.query_files(day),
            issued=ledger.tallies.issued_revisions(day).get(day, ()),
            events=ledger.events(day),
            unread=[file.name for file in _unread_files(project, ledger, day)],
            today=today or datetime.date.today(),
            is_current=day == dates[-1],
        )


def list_periods(project: Project) -> list[PeriodCounts]:
    """Every period in counts, earliest first; empty where there is none yet. Raises LedgerError."""
    from ragsheets.returns.period_counts import all_period_counts

    if not project.has_ledger:
        return []
    with project.ledger() as ledger:
        return all_period_counts(ledger)


def list_events(project: Project, date: datetime.date | None = None) -> list[EventRecord]:
    """Who did what, in one period or in all and beside them, the oldest first. Raises LedgerError.

    A project in which nothing was done yet has no ledger, and none is made.
    """
    if not project.has_ledger:
        return []
    with project.ledger() as ledger:
        return ledger.events(ledger.period(date).period.date if date else None)


def remove_period(project: Project, date: datetime.date) -> RemovedPeriod:
    """Undo a period that nothing has come back for; `generate` makes it again.

    Its workbooks in sent/ go with it where they are as they were generated. One that somebody has changed, or that
    cannot be removed, is left.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: it has returns, corrections, or a report that was sent out, or its returned/ holds files. Nothing
            is changed then.
    """
    with project.ledger() as ledger:
        period = ledger.period(date).period
        _check_removable(project, ledger, date)
        ours = {book.sha256 for book in ledger.workbooks(date)}
        ledger.remove_period(date)
        ledger.log("period remove", period.title, date)
        # Before the ledger is closed: whoever is interrupted between the two gives the same command again.
        removed, left = _remove_generated_workbooks(project.period_folder(date) / files.SENT_FOLDER, ours)
    for folder in (files.RETURNED_FOLDER, files.SENT_FOLDER, ""):
        with contextlib.suppress(OSError):  # something is in it, or it is not there
            (project.period_folder(date) / folder).rmdir()
    return RemovedPeriod(date, period.title, tuple(removed), tuple(left))


def _check_removable(project: Project, ledger: Ledger, date: datetime.date) -> None:
    """Raise ProjectError with everything that only the period can hold."""
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
    """Remove the workbooks that are as they were generated; gives them, and what was left with the reason."""
    removed, left = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.startswith(".ragsheets-"):
            continue
        try:
            if path.is_symlink() or not path.is_file() or files.sha256(path.read_bytes()) not in generated_digests:
                left.append(Problem(str(path), "is not as it was generated.", "Delete it yourself if nobody needs it."))
                continue
            path.unlink()
            removed.append(path)
        except OSError as problem:
            left.append(Problem(str(path), f"cannot be removed ({problem.strerror}).", "Delete it yourself."))
    return removed, left


def _unread_files(project: Project, ledger: Ledger, date: datetime.date) -> list[ReceivedFile]:
    """The files in a period's returned/ that no ingest has read yet, by a quick look: nothing is opened.

    What was passed over without a word, a report of ragsheets' own say, is not known to the ledger: of what is no
    workbook by its name, only what lies there since the last ingest is told.
    """
    folder = project.period_folder(date) / files.RETURNED_FOLDER
    met = [file for file in received_files.walk_files([folder] if folder.is_dir() else []) if not file.is_ignored]
    if not met:
        return []
    from ragsheets.returns.intake.intake import source_path

    known = [each for each in ledger.originals.records(date) if each.result != "withdrawn"]
    digests, places = {each.sha256 for each in known}, {each.path for each in known}
    last = max((event.at for event in ledger.events(date) if event.command == "ingest"), default="")
    unread = []
    for file in met:
        digest = files.file_sha256(file.path)
        is_known = digest in digests if digest else source_path(file) in places
        is_passed_over = file.path.suffix.casefold() not in _WORKBOOK_SUFFIXES and _last_changed(file.path) <= last
        if not (is_known or is_passed_over):
            unread.append(file)
    return unread


def _last_changed(path: Path) -> str:
    """When a file was put where it lies or last changed, UTC, as the ledger writes times; "" where that is unknown."""
    try:
        status = path.lstat()
    except OSError:
        return ""
    latest = max(status.st_mtime, status.st_ctime)
    return datetime.datetime.fromtimestamp(latest, datetime.UTC).replace(tzinfo=None).isoformat(" ", "seconds")
