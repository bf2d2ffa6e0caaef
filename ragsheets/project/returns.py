"""The returned files of a project: listed, shown, extracted byte for byte, and erased."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import LedgerError, PlanError, ProjectError, TemplateError
from ragsheets.files import saving
from ragsheets.files.project_paths import path_in_project
from ragsheets.returns.intake.return_names import matches_return, resolve_returns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ragsheets.ledger import Ledger, OriginalRecord
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project
    from ragsheets.returns.finding import Finding


#: The argument of the command line that names returns.
_ARGUMENT = "FILE"


@dataclass(frozen=True, slots=True)
class ReturnList:
    """The returned files of a period, and the names of its sub-groups by their keys.

    `overdue` is how many originals, of all periods, are stored longer than the plan allows; 0 where the plan cannot be
    read.
    """

    period: Period
    originals: tuple[OriginalRecord, ...]
    group_names: Mapping[str, str]
    overdue: int


@dataclass(frozen=True, slots=True)
class ReturnDetails:
    """One returned file: its parsed rows, by table of the ledger, and its findings."""

    original: OriginalRecord
    group: str
    parsed_rows: Mapping[str, Sequence[Mapping[str, Any]]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ExtractedReturn:
    """An extracted original; `path` is where it was written, None where it was not."""

    original: OriginalRecord
    content: bytes
    path: Path | None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ForgottenReturns:
    """The result of erasing originals.

    Attributes:
        originals: the erased ones, including the messages and archives that contained them.
        already_forgotten: the selected ones that had been erased before.
        remaining_files: the files outside the ledger that have, or contain, the same bytes.
    """

    originals: tuple[OriginalRecord, ...]
    already_forgotten: tuple[OriginalRecord, ...]
    remaining_files: tuple[str, ...]


def list_returns(
    project: Project, date: datetime.date | None = None, *, today: datetime.date | None = None
) -> ReturnList:
    """Return all returned files of a period (the current one by default), oldest first; raises LedgerError."""
    try:
        months = _retention_months(project)
    except (PlanError, TemplateError):  # returned files can be listed while the plan is being edited
        months = None
    with project.ledger() as ledger:
        record = ledger.period(date)
        names = record.plan.group_names
        overdue = len(_originals_received_before(ledger, _months_before(today, months))) if months else 0
        return ReturnList(record.period, tuple(ledger.originals.records(record.period.date)), names, overdue)


def show_return(project: Project, name: str, date: datetime.date | None = None) -> ReturnDetails:
    """Return the details of one returned file of a period (the current one by default).

    Raises LedgerError where there is no such period, and ProjectError where the name matches no or several returns.
    """
    from ragsheets.returns.assess import assess_period

    with project.ledger() as ledger:
        record = ledger.period(date)
        (original,) = _find_returns(project, ledger, record.period.date, [name])
        assessment = assess_period(ledger, record)
        names = record.plan.group_names
        return ReturnDetails(
            original=original,
            group=names.get(original.group, original.group),
            parsed_rows={kind: list(rows) for kind, rows in ledger.originals.parsed_rows([original.number]).items()},
            findings=tuple(item for number, item in assessment.findings if number == original.number),
        )


def extract_return(
    project: Project,
    name: str,
    path: Path | None = None,
    *,
    date: datetime.date | None = None,
    folder: Path = Path(),
    force: bool = False,
    write: bool = True,
) -> ExtractedReturn:
    """Extract the original of a return, byte for byte.

    Args:
        project: the project folder.
        name: the return, by its name or the beginning of its SHA-256.
        path: where to write it; by default under its own name, made safe, in `folder`.
        date: the period; the current one by default.
        folder: the folder of the default path; the working directory by default.
        force: replace an existing file that differs.
        write: whether to write a file at all.

    Raises:
        LedgerError: there is no such period, or the original in the ledger is damaged.
        ProjectError: the return cannot be identified, its original is not stored, or the file cannot be written.
    """
    with project.ledger() as ledger:
        (original,) = _find_returns(project, ledger, ledger.period(date).period.date, [name])
        content = ledger.originals.content(original.number)
    _verify_original(original, content)
    if not write:
        return ExtractedReturn(original, content, None)
    path = path or folder / safe_file_name(original.file)
    saving.require_folder_for(path)
    if path.is_file() and path.read_bytes() == content:
        return ExtractedReturn(original, content, path)
    if path.exists() and not force:
        fix = "Name another with -o, or replace it with --force."
        raise ProjectError("already exists and is a different file.", where=str(path), fix=fix)
    saving.save(path, content)
    return ExtractedReturn(original, content, path, changed=True)


@dataclass(frozen=True, slots=True)
class ReturnSelection:
    """The selection of the returns whose originals are to be erased.

    Attributes:
        names: returns of a period, each by its name or the beginning of its SHA-256.
        date: the period; the current one by default.
        received_before: also all that were received before this day, in every period.
        due: also all that are stored longer than the plan allows, in every period.
        today: the day that decides which are; the clock's by default.
    """

    names: Sequence[str] = ()
    date: datetime.date | None = None
    received_before: datetime.date | None = None
    due: bool = False
    today: datetime.date | None = None

    def find(self, project: Project, ledger: Ledger) -> list[OriginalRecord]:
        """Return the selected returns, without the messages and archives that contained them."""
        months = _retention_months(project) if self.due else None
        if self.due and not months:
            fix = "Add a line such as keep_returns_months = 24, or name a day with --older-than."
            raise ProjectError("does not say how long returns are kept.", where=project.plan_file.name, fix=fix)
        selected: list[OriginalRecord] = []
        if self.names:
            selected += _find_returns(project, ledger, ledger.period(self.date).period.date, self.names)
        for day in (self.received_before, _months_before(self.today, months) if months else None):
            selected += _originals_received_before(ledger, day) if day else []
        return selected


def returns_to_forget(project: Project, selection: ReturnSelection) -> tuple[OriginalRecord, ...]:
    """Return the originals that `forget_returns` would erase; nothing is changed. Raises what it does."""
    with project.ledger() as ledger:
        return tuple(_with_containers(ledger, selection.find(project, ledger)))


def forget_returns(project: Project, selection: ReturnSelection, *, reason: str) -> ForgottenReturns:
    """Erase the originals of returns for good; their parsed answers, SHA-256 and dates stay in the ledger.

    The messages and archives that contained an original are erased too, and the same bytes in other periods. The reason
    is logged with the user and the time.

    Raises:
        LedgerError: there is no such period, the ledger cannot be used, or it could not be compacted.
        ProjectError: a return cannot be identified, or the plan does not set how long returns are kept.
    """
    from ragsheets.ledger.originals import compact
    from ragsheets.ledger.provenance import utc_timestamp

    with project.ledger() as ledger:
        selected = selection.find(project, ledger)
        erased = _with_containers(ledger, selected)
        ledger.originals.forget({original.sha256 for original in erased}, utc_timestamp())
        for original in erased:
            day = datetime.date.fromisoformat(original.period)
            ledger.log("returns forget", f"{original.file} ({files.short_digest(original.sha256)}): {reason}", day)
        address = ledger.originals.database_url
    compact(address)  # also where nothing was erased now: an interrupted command may not have compacted the file
    return ForgottenReturns(
        tuple(erased),
        tuple(original for original in selected if original.forgotten),
        tuple(_find_remaining_files(erased, project.folder)),
    )


def safe_file_name(file: str) -> str:
    """Return the last part of a return's name as a file name that is valid on every system."""
    name = Path(file.rsplit("/", 1)[-1])
    suffix = name.suffix if name.suffix[1:].isalnum() else ""
    return files.safe_name(name.name.removesuffix(suffix)) + suffix


# ------------------------------------------------------------------------------------------------- small helpers


def _find_returns(project: Project, ledger: Ledger, date: datetime.date, names: Sequence[str]) -> list[OriginalRecord]:
    """Return the named returns of a period.

    Raises ProjectError, which gives the period of a name that matches a return of another period.
    """
    originals_by_digest = {original.sha256: original for original in ledger.originals.records(date)}
    returned = project.period_folder(date) / files.RETURNED_FOLDER
    try:
        digests = resolve_returns(
            {digest: original.file for digest, original in originals_by_digest.items()},
            names,
            _ARGUMENT,
            [returned] if returned.is_dir() else [],
        )
    except ProjectError:
        for name in names:
            other_periods = [
                original.period
                for original in ledger.originals.records()
                if matches_return(name, original.file, original.sha256)
            ]
            if other_periods and date.isoformat() not in other_periods:
                fix = f"Add --date {other_periods[-1]}."
                raise ProjectError(f"“{name}” is a return of another period.", where=_ARGUMENT, fix=fix) from None
        raise
    return [originals_by_digest[digest] for digest in dict.fromkeys(digests)]


def _verify_original(original: OriginalRecord, content: bytes) -> None:
    """Raise an error where the bytes of an original are not those received."""
    label = f"{original.file} ({files.short_digest(original.sha256)})"
    if original.forgotten:
        message = f"its original was erased on {original.forgotten} (UTC)."
        raise ProjectError(message, where=label, fix="Its answers are shown by: ragsheets returns show")
    if files.sha256(content) == original.sha256:
        return
    if not content:
        raise ProjectError("could not be read when it was received, so nothing of it is stored.", where=label)
    message = "its stored original is no longer the file that was received: its SHA-256 differs."
    raise LedgerError(message, where=label, fix="Put a backup of the ledger in its place.")


def _retention_months(project: Project) -> int | None:
    """Return how many months the plan lets originals be stored; None where it sets no limit, or there is no plan."""
    return project.plan()[0].keep_returns_months if project.plan_file.exists() else None


def _months_before(today: datetime.date | None, months: int) -> datetime.date:
    from dateutil.relativedelta import relativedelta

    return (today or datetime.datetime.now(datetime.UTC).date()) - relativedelta(months=months)


def _originals_received_before(ledger: Ledger, day: datetime.date) -> list[OriginalRecord]:
    """Return the stored originals of all periods that were received before a day (UTC)."""
    return [
        original
        for original in ledger.originals.records()
        if not original.forgotten and original.received < day.isoformat()
    ]


def _with_containers(ledger: Ledger, originals: Sequence[OriginalRecord]) -> list[OriginalRecord]:
    """Return the stored ones of the originals, with all others that have the same bytes or contain them."""
    from ragsheets.returns.intake.stored_copies import find_containers

    stored = [original for original in ledger.originals.records() if not original.forgotten]
    digests = {original.sha256 for original in originals}
    digests |= find_containers(ledger, digests, stored)
    while True:
        container_paths = {
            (original.period, str(parent))
            for original in stored
            if original.sha256 in digests
            for parent in PurePosixPath(original.path).parents
        }
        container_digests = {
            original.sha256 for original in stored if (original.period, original.path) in container_paths
        }
        if container_digests <= digests:
            return [original for original in stored if original.sha256 in digests]
        digests |= container_digests


def _find_remaining_files(originals: Iterable[OriginalRecord], project_folder: Path) -> list[str]:
    """Return the paths where the erased files, or the files that contained them, still exist."""
    remaining = []
    for original in originals:
        file = path_in_project(original.path, project_folder)
        remaining += [str(path) for path in (file, *file.parents) if path.is_file()][:1]
    return list(dict.fromkeys(remaining))
