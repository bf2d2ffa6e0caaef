"""The returns of a project as they came: listed, shown, given back byte for byte, and erased."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import LedgerError, PlanError, ProjectError, TemplateError
from ragsheets.files import saving
from ragsheets.returns.intake.return_names import SHOWN_DIGITS, matches_return, resolve_returns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ragsheets.ledger import Ledger, OriginalRecord
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project
    from ragsheets.returns.findings import Finding


@dataclass(frozen=True, slots=True)
class ReturnList:
    """The files that have come back for a period, and the names of its sub-groups by their keys.

    `overdue` is how many originals, of all periods, are kept longer than the plan says; none where it cannot be read.
    """

    period: Period
    originals: tuple[OriginalRecord, ...]
    group_names: Mapping[str, str]
    overdue: int


@dataclass(frozen=True, slots=True)
class ReturnDetails:
    """What is known of one file that came back: what it says, by kinds as the ledger has them, and its findings."""

    original: OriginalRecord
    group: str
    parsed_rows: Mapping[str, Sequence[Mapping[str, Any]]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ExtractedReturn:
    """An original that was given back; `path` is where it was written, None where it was not."""

    original: OriginalRecord
    content: bytes
    path: Path | None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ForgottenReturns:
    """What was erased.

    Attributes:
        originals: the erased ones, messages and archives that they came in among them.
        before: those that were meant and had been erased before.
        around: where files with the same bytes, or that hold them, still lie outside the ledger.
    """

    originals: tuple[OriginalRecord, ...]
    already_forgotten: tuple[OriginalRecord, ...]
    remaining_files: tuple[str, ...]


def list_returns(
    project: Project, date: datetime.date | None = None, *, today: datetime.date | None = None
) -> ReturnList:
    """Every file that has come back for a period (the current one by default), the oldest first; raises LedgerError."""
    try:
        months = _retention_months(project)
    except (PlanError, TemplateError):  # what came back can be listed while the plan is being edited
        months = None
    with project.ledger() as ledger:
        record = ledger.period(date)
        names = {group.key: group.name for group in record.plan.groups}
        overdue = len(_originals_received_before(ledger, _months_before(today, months))) if months else 0
        return ReturnList(record.period, tuple(ledger.originals.records(record.period.date)), names, overdue)


def show_return(project: Project, name: str, date: datetime.date | None = None) -> ReturnDetails:
    """What is known of one return of a period (the current one by default).

    Raises LedgerError where there is no such period, and ProjectError where the return cannot be told.
    """
    from ragsheets.returns.assess import assess

    with project.ledger() as ledger:
        record = ledger.period(date)
        (original,) = _find_returns(project, ledger, record.period.date, [name], "FILE")
        assessment = assess(record, ledger.frames(record.period.date))
        names = {group.key: group.name for group in record.plan.groups}
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
    """Give the original of a return back, byte for byte.

    Args:
        project: the project folder.
        name: the return, by its name or the beginning of its SHA-256.
        path: where to write it; by default under its own name, made safe, in `folder`.
        date: the period; the current one by default.
        folder: where it is written by default; the caller's by default.
        force: replace another file that is there already.
        write: write it at all.

    Raises:
        LedgerError: there is no such period, or the ledger has damaged the original.
        ProjectError: the return cannot be told, its original is not kept, or the file cannot be written.
    """
    with project.ledger() as ledger:
        (original,) = _find_returns(project, ledger, ledger.period(date).period.date, [name], "FILE")
        content = ledger.originals.content(original.number)
    _verify_original(original, content)
    if not write:
        return ExtractedReturn(original, content, None)
    path = path or folder / safe_file_name(original.file)
    if not path.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")
    if path.is_file() and path.read_bytes() == content:
        return ExtractedReturn(original, content, path)
    if path.exists() and not force:
        fix = "Name another with -o, or replace it with --force."
        raise ProjectError("is there already and is another file.", where=str(path), fix=fix)
    saving.save(path, content)
    return ExtractedReturn(original, content, path, changed=True)


def forget_returns(
    project: Project,
    names: Sequence[str] = (),
    *,
    reason: str,
    date: datetime.date | None = None,
    received_before: datetime.date | None = None,
    due: bool = False,
    today: datetime.date | None = None,
) -> ForgottenReturns:
    """Erase the originals of returns for good; what they said, their SHA-256 and that they came stays in the ledger.

    With an original go the messages and archives that it came in, and the same bytes in other periods.

    Args:
        project: the project folder.
        names: returns of a period, each by its name or the beginning of its SHA-256.
        reason: why; kept with who did it and when.
        date: the period; the current one by default.
        before: erase besides all that came in before this day, in every period.
        due: erase besides all that are kept longer than the plan says, in every period.
        today: the day by which they are; the clock's by default.

    Raises:
        LedgerError: there is no such period, the ledger cannot be used, or it could not be written afresh.
        ProjectError: a return cannot be told, or the plan does not say how long returns are kept.
    """
    from ragsheets.ledger.originals import compact
    from ragsheets.ledger.provenance import utc_timestamp

    months = _retention_months(project) if due else None
    if due and not months:
        fix = "Add a line such as keep_returns_months = 24, or name a day with --older-than."
        raise ProjectError("does not say how long returns are kept.", where=project.plan_file.name, fix=fix)
    with project.ledger() as ledger:
        meant: list[OriginalRecord] = []
        if names:
            meant += _find_returns(project, ledger, ledger.period(date).period.date, names, "FILE")
        for day in (received_before, _months_before(today, months) if months else None):
            meant += _originals_received_before(ledger, day) if day else []
        erased = _with_containers(ledger, meant)
        ledger.originals.forget({each.sha256 for each in erased}, utc_timestamp())
        for each in erased:
            day = datetime.date.fromisoformat(each.period)
            ledger.log("returns forget", f"{each.file} ({each.sha256[:SHOWN_DIGITS]}): {reason}", day)
        address = ledger.originals.database_url
    compact(address)  # also where nothing was erased now: it may be what an interrupted command has left to do
    return ForgottenReturns(
        tuple(erased), tuple(each for each in meant if each.forgotten), tuple(_find_remaining_files(erased))
    )


def safe_file_name(file: str) -> str:
    """The last part of a return's name as a file name that every system takes."""
    name = Path(file.rsplit("/", 1)[-1])
    suffix = name.suffix if name.suffix[1:].isalnum() else ""
    return files.safe_name(name.name.removesuffix(suffix)) + suffix


# ------------------------------------------------------------------------------------------------- small helpers


def _find_returns(
    project: Project, ledger: Ledger, date: datetime.date, names: Sequence[str], option: str
) -> list[OriginalRecord]:
    """The returns of a period that are meant; raises ProjectError, which names the period of one that is another's."""
    here = {each.sha256: each for each in ledger.originals.records(date)}
    returned = project.period_folder(date) / files.RETURNED_FOLDER
    try:
        meant = resolve_returns(
            {digest: each.file for digest, each in here.items()}, names, option, [returned] if returned.is_dir() else []
        )
    except ProjectError:
        for name in names:
            others = [
                each.period for each in ledger.originals.records() if matches_return(name, each.file, each.sha256)
            ]
            if others and date.isoformat() not in others:
                fix = f"Add --date {others[-1]}."
                raise ProjectError(f"“{name}” is a return of another period.", where=option, fix=fix) from None
        raise
    return [here[digest] for digest in dict.fromkeys(meant)]


def _verify_original(original: OriginalRecord, content: bytes) -> None:
    """Raise where the bytes of an original are not what came."""
    called = f"{original.file} ({original.sha256[:SHOWN_DIGITS]})"
    if original.forgotten:
        what = f"its original was erased on {original.forgotten} (UTC)."
        raise ProjectError(what, where=called, fix="What it said is shown by: ragsheets returns show.")
    if files.sha256(content) == original.sha256:
        return
    if not content:
        raise ProjectError("could not be read when it was met, so that nothing of it is kept.", where=called)
    what = "its bytes are no longer those that came: their SHA-256 is another."
    raise LedgerError(what, where=called, fix="Put a backup of the ledger in its place.")


def _retention_months(project: Project) -> int | None:
    """How many months the plan lets originals be kept; None where it does not say, or there is no plan."""
    return project.plan()[0].keep_returns_months if project.plan_file.exists() else None


def _months_before(today: datetime.date | None, months: int) -> datetime.date:
    from dateutil.relativedelta import relativedelta

    return (today or datetime.datetime.now(datetime.UTC).date()) - relativedelta(months=months)


def _originals_received_before(ledger: Ledger, day: datetime.date) -> list[OriginalRecord]:
    """The kept originals of all periods that came in before a day (UTC)."""
    return [each for each in ledger.originals.records() if not each.forgotten and each.received < day.isoformat()]


def _with_containers(ledger: Ledger, originals: Sequence[OriginalRecord]) -> list[OriginalRecord]:
    """Those of the meant originals that are kept, with every other one that has the same bytes or holds them."""
    from ragsheets.returns.intake.container_search import find_containers

    everything = [each for each in ledger.originals.records() if not each.forgotten]
    digests = {each.sha256 for each in originals}
    digests |= find_containers(ledger, digests, everything)
    while True:
        inside = {
            (each.period, str(place))
            for each in everything
            if each.sha256 in digests
            for place in Path(each.path).parents
        }
        holders = {each.sha256 for each in everything if (each.period, str(Path(each.path))) in inside}
        if holders <= digests:
            return [each for each in everything if each.sha256 in digests]
        digests |= holders


def _find_remaining_files(originals: Iterable[OriginalRecord]) -> list[str]:
    """Where the erased files, or what they came in, still lie."""
    found: Counter[str] = Counter()
    for each in originals:
        for place in (Path(each.path), *Path(each.path).parents):
            if place.is_file():
                found[str(place)] += 1
                break
    return list(found)
