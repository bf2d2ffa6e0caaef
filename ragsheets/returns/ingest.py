"""Many returned files → answers, findings and totals of the whole period."""

from __future__ import annotations

import datetime
import gc
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ragsheets import dates, files
from ragsheets.errors import ReturnError
from ragsheets.ledger import Ledger, PeriodRecord, ReturnRecord
from ragsheets.returns.assess import Assessment, assess
from ragsheets.returns.findings import WORST_FIRST, Finding, Severity
from ragsheets.returns.frames import rows
from ragsheets.returns.prefilled import compare
from ragsheets.returns.queries import Queries
from ragsheets.returns.totals import count_names
from ragsheets.workbook import containers, guard, identity, layout, read, sent

if TYPE_CHECKING:
    from ragsheets.plan import SubGroup
    from ragsheets.workbook.containers import MetFile

Result = Literal["accepted", "duplicate", "rejected", "ignored"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: its name relative to the folder scanned, with "/", and everything to say about it."""

    file: str
    sha256: str
    result: Result
    group: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class IngestResult:
    """What an ingest came to. Findings and totals are those of the whole period after it.

    Attributes:
        files: every file met, then the period's other returns.
        assessment: where the period stands.
        queries: what there is to send back to the contacts.
    """

    files: tuple[FileResult, ...]
    assessment: Assessment
    queries: Queries = field(default_factory=Queries)

    @property
    def tasks(self) -> pd.DataFrame:
        """A row per task of the plan; see `Assessment`."""
        return self.assessment.tasks

    @property
    def totals(self) -> pd.DataFrame:
        """A row per outcome with its recounted totals; see `Assessment`."""
        return self.assessment.totals

    @cached_property
    def findings(self) -> pd.DataFrame:
        """A row per finding: file, group, code, severity, sheet, cell, task, found, message, fix."""
        columns = ["file", "group", "code", "severity", "sheet", "cell", "task", "found", "message", "fix"]
        rows = [[getattr(item, name) for name in columns] for file in self.files for item in file.findings]
        return pd.DataFrame(rows, columns=columns, dtype=object)

    @property
    def needs_attention(self) -> bool:
        """Whether the coordinator has something to settle: a finding of severity error, or a rejected file."""
        return bool(self.queries.faults) or any(
            file.result == "rejected" or any(item.severity is Severity.ERROR for item in file.findings)
            for file in self.files
        )

    def as_json(self) -> dict[str, Any]:
        """The result as the contract gives it in JSON."""
        assessment = self.assessment
        counts = count_names(assessment.template)
        return {
            "period": {"date": assessment.period.date.isoformat(), "name": assessment.period.title},
            "files": [
                {
                    "file": file.file,
                    "sha256": file.sha256,
                    "result": file.result,
                    "group": file.group,
                    "findings": [_finding_as_json(item) for item in file.findings],
                }
                for file in self.files
            ],
            "totals": [
                {
                    "group": row["group"],
                    "outcome": row["outcome"],
                    **{name: int(row[name]) for name in counts},
                }
                for row in self.totals.to_dict("records")
            ],
            "missing": list(assessment.missing),
            "queries": [asdict(workbook) for workbook in self.queries.workbooks],
        }


def _finding_as_json(item: Finding) -> dict[str, str]:
    names = ("code", "severity", "sheet", "cell", "task", "found", "message", "fix")
    values = asdict(item)
    return {name: str(values[name]) for name in names}


def ingest(
    ledger: Ledger,
    record: PeriodRecord,
    paths: Iterable[Path],
    *,
    progress: Progress | None = None,
    now: datetime.datetime | None = None,
) -> IngestResult:
    """Read returned workbooks into the ledger, and assess the period with them.

    Args:
        ledger: an open ledger that holds the period.
        record: the period (`Ledger.period`).
        paths: folders and files to look in.
        progress: called after each file with how many are done and how many there are.
        now: the time of arrival (UTC); the clock's by default.

    Raises:
        LedgerError: the ledger cannot be used.
        ProjectError: a path does not exist.

    Files that cannot be read are no errors: each has its finding in the result.
    """
    arrival = (now or datetime.datetime.now(datetime.UTC)).replace(tzinfo=None).isoformat(" ", "microseconds")
    desk = _Desk(ledger, record, arrival)
    met = list(containers.walk(paths))
    with _without_collection():
        for done, file in enumerate(met, 1):
            desk.take(file)
            if progress:
                progress(done, len(met))
        return _stored_and_assessed(desk, len(met))


def reread(ledger: Ledger, record: PeriodRecord) -> None:
    """Read a period's kept returns again, after its plan or template was changed.

    What was read before was told by the tasks as they were then; joined by key alone it could land on another task that
    has taken the key.
    """
    desk = _Desk(ledger, record, "")
    kept = ledger.kept_returns(record.period.date)
    for old in kept:
        file = containers.MetFile(old.file, Path(old.path))
        try:
            desk._accept(file, old.sha256, old.content)
        except ReturnError as error:
            desk._reject(file, old.sha256, old.content, error)
    ledger.add_returns(
        record.period.date, [replace(desk.new[old.sha256], path=old.path, received=old.received) for old in kept]
    )


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause the search for reference cycles: reading makes hundreds of thousands of small values and no cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _stored_and_assessed(desk: _Desk, met: int) -> IngestResult:
    ledger, record = desk.ledger, desk.record
    numbers = ledger.add_returns(record.period.date, list(desk.new.values()))
    ledger.withdraw_rejected(record.period.date, {_path_of(file): digest for file, digest, _ in desk.met})
    frames = ledger.frames(record.period.date)
    assessment = assess(record, frames)
    accepted = sum(new.result == "accepted" for new in desk.new.values())
    ledger.log(f"ingest {record.period.date}: {met} files, {accepted} new returns")
    return IngestResult(_results(desk, numbers, frames["returns"], assessment), assessment)


class _Desk:
    """Takes the files one by one and remembers what became of each."""

    def __init__(self, ledger: Ledger, record: PeriodRecord, arrival: str) -> None:
        self.ledger = ledger
        self.record = record
        self.arrival = arrival
        self.groups = {group.key: group for group in record.plan.groups}
        self.known = ledger.known_returns(record.period.date)
        self.by_reference = {workbook.reference: workbook for workbook in ledger.workbooks(record.period.date)}
        self.ours = {workbook.sha256 for workbook in self.by_reference.values()}
        self.met: list[tuple[MetFile, str, Result]] = []
        self.new: dict[str, ReturnRecord] = {}

    def take(self, file: MetFile) -> None:
        """Read one file, unless it is known already."""
        letters = file.path.parent.name == files.QUERIES_FOLDER and file.path.suffix == files.LETTERS_SUFFIX
        if file.is_clutter or letters:
            self.met.append((file, "", "ignored"))
            return
        try:
            content = _bytes_of(file.path)
        except ReturnError as error:
            digest = files.sha256(f"unreadable {file.name}".encode("utf-8", "surrogateescape"))
            self._reject(file, digest, b"", error)
            return
        digest = files.sha256(content)
        if digest in self.ours and file.path.parent.name in (files.SENT_FOLDER, files.QUERIES_FOLDER):
            self.met.append((file, digest, "ignored"))
            return
        if digest in self.known or digest in self.new:
            self.met.append((file, digest, "duplicate"))
            return
        try:
            self._accept(file, digest, content)
        except ReturnError as error:
            self._reject(file, digest, content, error)

    def _accept(self, file: MetFile, digest: str, content: bytes) -> None:
        sheets, saved = read.open_workbook(content)
        group, edition = self._workbook_of(sheets)
        template = self.record.template
        if edition is not None and sent.is_current(edition, group, template):
            result = read.read_sheets(sheets, edition, template)
            compare(result, edition, template)
        else:
            now = self._sent_now(group)
            result = read.read_sheets(sheets, edition or now, template, now)
            compare(result, edition or now, template)
            result.observations.insert(0, read.Observation("other-edition", "", "", "", ""))
        said: dict[str, Sequence[Any]] = {
            "answers": result.answers,
            "headlines": result.headlines,
            "totals": result.totals,
            "observations": result.observations,
        }
        # A workbook that names the time it was sent with was saved by a program that keeps no time.
        sent_at = datetime.datetime.combine(self.record.period.date, datetime.time())
        when = saved.isoformat(" ") if saved and saved != sent_at else ""
        self._keep(file, digest, content, "accepted", group.key, when, said)

    def _sent_now(self, group: SubGroup) -> sent.Sent:
        """What the sub-group would be sent today."""
        plan, template = self.record.plan, self.record.template
        laid_out = layout.lay_out(plan, template, group, self.record.period)
        return sent.sent_of(laid_out, [column.key for column in template.columns])

    def _workbook_of(self, sheets: read.Sheets) -> tuple[SubGroup, sent.Sent | None]:
        """Whose workbook these sheets are, and what it was sent with, where that is known."""
        facts = identity.find_facts(sheets)
        plan, period = self.record.plan, self.record.period
        if facts is None:
            raise ReturnError("not-ours")
        if facts.contract > identity.CONTRACT:
            raise ReturnError("newer-contract")
        groups = self.groups
        if (workbook := self.by_reference.get(facts.reference)) is not None:
            if workbook.group not in groups:
                raise ReturnError("unknown-group", found=facts.group_name or workbook.group)
            return groups[workbook.group], sent.from_json(workbook.sent)
        elsewhere = facts.period or str(self.ledger.period_of(facts.reference) or "")
        if facts.plan and facts.plan != plan.identity:
            raise ReturnError("wrong-plan", found=facts.plan_title, wanted=plan.title)
        if elsewhere and elsewhere != period.date.isoformat():
            day = dates.read_date(elsewhere)
            raise ReturnError(
                "wrong-period",
                found=dates.in_words(day) if day else elsewhere,
                wanted=dates.in_words(period.date),
            )
        if facts.group not in groups:
            raise ReturnError("unknown-group" if facts.group else "not-ours", found=facts.group_name)
        return groups[facts.group], None

    def _reject(self, file: MetFile, digest: str, content: bytes, error: ReturnError) -> None:
        found, wanted = error.facts.get("found", ""), error.facts.get("wanted", "")
        observation = read.Observation(error.code, "", "", "", found, wanted)
        self._keep(file, digest, content, "rejected", "", "", {"observations": [observation]})

    def _keep(
        self,
        file: MetFile,
        digest: str,
        content: bytes,
        result: Result,
        group: str,
        saved: str,
        said: Mapping[str, Sequence[Any]],
    ) -> None:
        name, path = _storable(file.name), _path_of(file)
        record = ReturnRecord(digest, name, path, result, group, saved, self.arrival, content, said)
        self.new.setdefault(digest, record)
        self.met.append((file, digest, result))


def _bytes_of(path: Path) -> bytes:
    """The bytes of an ordinary file; links, pipes and devices are never opened."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise ReturnError("unreadable", found="it is a link, a closed folder, a pipe or a device, not a file")
        guard.check_size(status.st_size)
        return path.read_bytes()
    except OSError as error:
        raise ReturnError("unreadable", found=error.strerror or "the system refused") from None


def _path_of(file: MetFile) -> str:
    """Where a file lies, as the ledger keeps it; the folder's links are resolved, the file itself is not followed."""
    return _storable(str(_resolved(file.path.parent) / file.path.name))


@lru_cache(maxsize=1024)
def _resolved(folder: Path) -> Path:
    return folder.resolve()


def _storable(name: str) -> str:
    """A file's name as text that a database takes, also where its bytes are no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _results(
    desk: _Desk, numbers: dict[str, int], returns: pd.DataFrame, assessment: Assessment
) -> tuple[FileResult, ...]:
    """What became of every file met, then the period's other returns with theirs."""
    names = {group.key: group.name for group in assessment.plan.groups}
    said: dict[int, list[Finding]] = {}
    for number, item in assessment.findings:
        said.setdefault(number, []).append(item)
    by_digest = {row.sha256: row for row in rows(returns)}
    results = []
    for file, digest, result in desk.met:
        row = by_digest.get(digest)
        group = names.get(row.group, "") if row is not None else ""
        findings = said.get(row.id, []) if row is not None else []
        results.append(FileResult(_storable(file.name), digest, result, group, tuple(_sorted(findings))))
    met = {digest for _, digest, _ in desk.met}
    for row in rows(returns):
        if row.sha256 not in met:
            results.append(
                FileResult(
                    row.file,
                    row.sha256,
                    row.result,
                    names.get(row.group, ""),
                    tuple(_sorted(said.get(row.id, []))),
                )
            )
    return tuple(results)


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda item: WORST_FIRST[item.severity])
