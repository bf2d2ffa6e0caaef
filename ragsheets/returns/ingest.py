"""Read returned files into the ledger, and report answers, findings and totals of the whole period."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pandas as pd

from ragsheets.files import short_digest
from ragsheets.files.project_paths import relative_to_project
from ragsheets.ledger import Ledger, PeriodRecord
from ragsheets.ledger.provenance import utc_timestamp
from ragsheets.returns.assess import Assessment, with_commands_of_period
from ragsheets.returns.finding import Finding, FindingKind, Severity, finding_as_json
from ragsheets.returns.finding_catalogue import make_finding
from ragsheets.returns.frames import iter_rows, with_group_names
from ragsheets.returns.intake import intake, received_files
from ragsheets.returns.intake.intake import ProgressCallback
from ragsheets.returns.intake.received_files import ReceivedFile
from ragsheets.returns.intake.reply_groups import assign_reply_groups
from ragsheets.returns.intake.worker import WorkerPool
from ragsheets.returns.period_counts import reassess_period
from ragsheets.returns.precedence import NO_RETURN
from ragsheets.returns.queries import QueriesResult
from ragsheets.returns.settlements import with_ids
from ragsheets.returns.totals import totals_as_json
from ragsheets.text import pluralise

ResultCode = Literal["accepted", "duplicate", "rejected", "ignored"]

KINDS = {
    "no-longer-there": FindingKind(
        Severity.NOTE,
        "This return is no longer in the folder; it still counts.",
        'To take it out: ragsheets ingest --exclude "{wanted}".',
    ),
}


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result for one file: its name relative to the folder scanned, with "/", and its findings."""

    file: str
    sha256: str
    result: ResultCode
    group: str
    findings: tuple[Finding, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether any of its findings is not settled; a file without findings is open."""
        return not self.findings or any(item.settlement is None for item in self.findings)


@dataclass(frozen=True)
class IngestResult:
    """The result of an ingest. Findings and totals are those of the whole period after it.

    Attributes:
        files: every file found, also ignored ones, then the period's other returns.
        assessment: the state of the period.
        other_findings: findings about no file: corrections that no return has a cell for.
        queries: the workbooks to send back to the contacts.
    """

    files: tuple[FileResult, ...]
    assessment: Assessment
    other_findings: tuple[Finding, ...] = ()
    queries: QueriesResult = field(default_factory=QueriesResult)

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """A row per task of the plan with the name of its sub-group; see `Assessment`."""
        return with_group_names(self.assessment.tasks, self.assessment.plan)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """A row per outcome with the name of its sub-group and its recounted totals; see `Assessment`."""
        return with_group_names(self.assessment.totals, self.assessment.plan)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """A row per finding: file, group, code, severity, sheet, cell, task, found, message, fix, id, settled.

        `group` is the name of its sub-group; `settled` is the coordinator's reason for closing it, "" while it is open.
        """
        names = self.assessment.plan.group_names
        fields = ["code", "severity", "sheet", "cell", "task", "found", "message", "fix", "id"]
        rows = [
            [
                item.file,
                names.get(item.group, item.group),
                *(getattr(item, name) for name in fields),
                item.settlement.reason if item.settlement else "",
            ]
            for item in self._all_findings
        ]
        return pd.DataFrame(rows, columns=["file", "group", *fields, "settled"], dtype=object)

    @property
    def needs_attention(self) -> bool:
        """Whether the coordinator has something to settle: an open finding of severity error, a rejected file with an
        open finding, or a problem with the queries."""
        return (
            bool(self.queries.problems)
            or any(file.result == "rejected" and file.is_open for file in self.files)
            or any(item.must_be_settled for item in self._all_findings)
        )

    @property
    def _all_findings(self) -> Iterator[Finding]:
        yield from (item for file in self.files for item in file.findings)
        yield from self.other_findings

    def as_json(self) -> dict[str, Any]:
        """Return the result in the JSON form of the contract."""
        assessment = self.assessment
        return {
            "period": {"date": assessment.period.date.isoformat(), "name": assessment.period.title},
            "files": [
                {
                    "file": file.file,
                    "sha256": file.sha256,
                    "result": file.result,
                    "group": file.group,
                    "findings": [finding_as_json(item) for item in file.findings],
                }
                for file in self.files
            ],
            "totals": totals_as_json(assessment.totals, assessment.plan, assessment.template),
            "missing": list(assessment.missing_groups),
            "findings": [finding_as_json(item) for item in self.other_findings],
            "queries": [asdict(workbook) for workbook in self.queries.workbooks],
        }


def ingest(
    ledger: Ledger,
    record: PeriodRecord,
    paths: Iterable[Path],
    workers: WorkerPool,
    *,
    as_this_period: Collection[str] = (),
    progress: ProgressCallback | None = None,
) -> IngestResult:
    """Read returned workbooks into the ledger, and assess the period with them.

    Args:
        ledger: an open ledger that holds the period.
        record: the period (`Ledger.period`).
        paths: folders and files to read.
        workers: open the files, each within its limits.
        as_this_period: the SHA-256 of the workbooks of other periods that are used for this one.
        progress: called after each file with the number of files done and the number of all files.

    Raises:
        LedgerError: the ledger cannot be used.
        ProjectError: a path does not exist.

    A file that cannot be read raises nothing: it has a finding in the result.
    """
    date, paths = record.period.date, list(paths)
    files = list(received_files.walk_files(paths))
    batch = intake.Intake(ledger, record, utc_timestamp("microseconds"), workers, as_this_period)
    with _without_garbage_collection():
        batch.read_files(files, progress)
        assign_reply_groups(ledger, record, batch.file_results, batch.reply_clues)
        digests_by_path = {file.source_path(ledger.project_folder): digest for file, digest, _ in batch.file_results}
        ledger.withdraw_resolved(date, digests_by_path)
        assessment = reassess_period(ledger, record)
    accepted_count = sum(result == "accepted" for _, _, result in batch.file_results)
    what = f"{pluralise(len(batch.file_results), 'file')}, {pluralise(accepted_count, 'new return')}"
    ledger.log("ingest", what, date)
    folders = [relative_to_project(path, ledger.project_folder) for path in paths if path.is_dir()]
    removed_files = with_ids(list(_removed_files(batch, assessment.returns, folders)), assessment.returns)
    findings = [*assessment.findings, *with_commands_of_period(ledger, date, removed_files)]
    other_findings = tuple(item for number, item in assessment.findings if number == NO_RETURN)
    return IngestResult(_results(batch.file_results, assessment, findings), assessment, other_findings)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause garbage collection: reading creates hundreds of thousands of small values and no reference cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _removed_files(
    batch: intake.Intake, returns: pd.DataFrame, folders: Collection[str]
) -> Iterator[tuple[int, Finding]]:
    """Yield a finding and the number of each accepted return that is no longer in one of these folders.

    `folders` are relative to the project folder, as the paths of the returns.
    """
    seen = {digest for _, digest, _ in batch.file_results}
    # A container that cannot be opened now may still hold the file.
    closed = {
        file.source_path(batch.ledger.project_folder)
        for file, _, result in batch.file_results
        if result in ("rejected", "excluded")
    }
    names = Counter([*returns["file"], *(file.storable_name for file, _, _ in batch.file_results)])
    for row in iter_rows(returns[returns["result"] == "accepted"]):
        path_and_parents = {row.path, *map(str, PurePosixPath(row.path).parents)}
        if row.sha256 in seen or path_and_parents & closed or not path_and_parents.intersection(folders):
            continue
        name = row.file if names[row.file] == 1 else short_digest(row.sha256)
        yield row.id, make_finding("no-longer-there", file=row.file, group=row.group, wanted=name)


def _results(
    file_results: Sequence[tuple[ReceivedFile, str, intake.FileResult]],
    assessment: Assessment,
    findings: Iterable[tuple[int, Finding]],
) -> tuple[FileResult, ...]:
    """Return the result of every file found, then those of the period's other returns."""
    names = assessment.plan.group_names
    findings_by_return: dict[int, list[Finding]] = {}
    for number, item in findings:
        findings_by_return.setdefault(number, []).append(item)
    by_digest = {row.sha256: row for row in iter_rows(assessment.returns)}

    def result_of(name: str, digest: str, result: intake.FileResult) -> FileResult:
        row = by_digest.get(digest)
        shown_result = "ignored" if result == "excluded" else result
        if row is None:
            return FileResult(name, digest, shown_result, "")
        return FileResult(
            name, digest, shown_result, names.get(row.group, ""), tuple(findings_by_return.get(row.id, ()))
        )

    found = [result_of(file.storable_name, digest, result) for file, digest, result in file_results]
    found_digests = {digest for _, digest, _ in file_results}
    others = [row for row in by_digest.values() if row.sha256 not in found_digests]
    return (*found, *(result_of(row.file, row.sha256, row.result) for row in others))
