"""Intake of returned files: each file is opened by a worker; results are recorded in the order received."""

from __future__ import annotations

import datetime
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ragsheets import files
from ragsheets.errors import ReturnError
from ragsheets.files.project_paths import path_in_project
from ragsheets.formats.limits import MIB
from ragsheets.ledger import Ledger, PeriodRecord, ReturnRecord
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.container_time import ContainerTime
from ragsheets.returns.intake.erased import carry_over_erased_answers
from ragsheets.returns.intake.open_container import OpenedContainer
from ragsheets.returns.intake.open_file import NO_FACTS, OpenedFile, OpenedWorkbook, SavingFacts
from ragsheets.returns.intake.other_period import OtherPeriodReader
from ragsheets.returns.intake.period_context import reading_context_of
from ragsheets.returns.intake.received_files import ReceivedFile, read_bytes
from ragsheets.returns.intake.reply_groups import ReplyClues
from ragsheets.returns.intake.worker import WorkerPool
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Observation
from ragsheets.returns.reading.prefilled import compare_with_sent

FileResult = Literal["accepted", "duplicate", "rejected", "ignored", "excluded"]
ProgressCallback = Callable[[int, int], None]

#: How many files, and MiB of them, are opened ahead of the file whose result is awaited.
_MAX_FILES_AHEAD, _MAX_MIB_AHEAD = 12, 32
#: How many returns, and MiB of them, are written to the ledger at a time.
_BATCH_SIZE, _BATCH_MIB = 40, 16

KINDS = {
    "too-deep": FindingKind(
        Severity.ERROR,
        "Archives and messages are nested {found} deep here; at most {wanted} are opened.",
        "Unpack it and put the files in it into the folder.",
    ),
}


@dataclass(frozen=True, slots=True)
class _PendingFile:
    """A submitted file: the future for its contents, or its result where that is known at once; and its bytes."""

    file: ReceivedFile
    digest: str
    opened: Future[OpenedFile] | FileResult
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a file is recorded as: its result, the parsed rows of each table, and what a workbook states besides."""

    result: FileResult
    rows_by_table: Mapping[str, Sequence[Any]]
    group: str = ""
    facts: SavingFacts = NO_FACTS
    other_period: str = ""


def _ignored(observations: Sequence[Observation]) -> _Outcome:
    return _Outcome("ignored", {"observations": observations})


class Intake:
    """Processes received files in order, stores their contents in the ledger and records the result of each."""

    def __init__(
        self,
        ledger: Ledger,
        record: PeriodRecord,
        arrival_time: str,
        workers: WorkerPool,
        as_this_period: Collection[str] = (),
    ) -> None:
        self.ledger = ledger
        self.record = record
        self.arrival_time = arrival_time
        self.workers = workers
        self.limits = workers.limits
        self.container_time = ContainerTime(workers.limits.container)
        self.known_results = ledger.return_results(record.period.date)
        self.stored_digests = ledger.return_file_names(record.period.date).keys()
        for digest in as_this_period:
            self.known_results.pop(digest, None)
        self.other_periods = OtherPeriodReader(ledger, record, as_this_period, workers)
        self.sent_digests = {workbook.sha256 for workbook in ledger.workbooks(record.period.date)}
        self.report_digests = (ledger.written_files.report_digests() | ledger.issued.digests()) - self.sent_digests
        #: One entry per file received, in order: the file, the SHA-256 of its bytes, the result.
        self.file_results: list[tuple[ReceivedFile, str, FileResult]] = []
        #: The results of all files stored in this run, by digest, and the batch that is not in the ledger yet.
        self.new_results: dict[str, FileResult] = {}
        self.batch: list[ReturnRecord] = []
        #: When bytes inside a container had been erased, by the digest of the container.
        self.erased_by_container: dict[str, str] = {}
        #: How many files each file in the folder contains, including those in nested archives.
        self.member_counts: Counter[Path] = Counter()
        self.reply_clues = ReplyClues()

    def read_files(self, received_files: Sequence[ReceivedFile], progress: ProgressCallback | None = None) -> None:
        """Process files, and the files inside them."""
        if received_files or self.other_periods.digests:
            self.workers.start_workers(self.reading_context, len(received_files))
        self._read_in_order(received_files, progress)
        self._read_in_order(self._stored_files_to_take())
        self._flush()

    def _stored_files_to_take(self) -> list[ReceivedFile]:
        """Return the stored workbooks to use for this period that are not among the files received."""
        missing = set(self.other_periods.digests) - {digest for _, digest, _ in self.file_results}
        return [
            ReceivedFile(
                original.file,
                path_in_project(original.path, self.ledger.project_folder),
                content,
                received=original.received,
            )
            for original in (self.ledger.originals.records(self.record.period.date) if missing else ())
            if original.sha256 in missing and (content := self.ledger.originals.content(original.number))
        ]

    @cached_property
    def reading_context(self) -> ReadingContext:
        """The period as the workers that open its files need it."""
        return reading_context_of(self.ledger, self.record)

    # ------------------------------------------------------------------------------------------------ file by file

    def _read_in_order(self, received_files: Sequence[ReceivedFile], progress: ProgressCallback | None = None) -> None:
        pending_files: deque[_PendingFile] = deque()
        pending_bytes = 0
        for number, file in enumerate(received_files, 1):
            pending_files.append(self._submit(file))
            pending_bytes += len(pending_files[-1].content)
            while (
                len(pending_files) > _MAX_FILES_AHEAD
                or (pending_files and pending_bytes > _MAX_MIB_AHEAD * MIB)
                or (pending_files and number == len(received_files))
            ):
                pending_bytes -= len(pending_files[0].content)
                self._finish_file(pending_files.popleft())
                if progress:
                    progress(number - len(pending_files), len(received_files))

    def _submit(self, file: ReceivedFile) -> _PendingFile:
        """Check a file and, where it has to be opened, submit it to a worker."""
        is_letter = file.path.parent.name == files.QUERIES_FOLDER and file.path.suffix == files.LETTERS_SUFFIX
        if file.is_ignored or is_letter or self.ledger.owns_file(file.path):
            return _PendingFile(file, "", "ignored")
        try:
            content = read_bytes(file, self.limits)
        except ReturnError as error:
            digest = files.sha256(f"unreadable {file.name}".encode("utf-8", "surrogateescape"))
            problem: Future[OpenedFile] = Future()
            problem.set_exception(error)
            return _PendingFile(file, digest, problem)
        digest = files.sha256(content)
        is_sent_workbook = digest in self.sent_digests and file.path.parent.name in files.OUTPUT_FOLDERS
        if is_sent_workbook or digest in self.report_digests:
            return _PendingFile(file, digest, "ignored")
        if previous_result := self.known_results.get(digest):
            return _PendingFile(file, digest, "duplicate" if previous_result == "accepted" else "excluded")
        if self.container_time.skips(file):
            return _PendingFile(file, digest, "ignored")
        return _PendingFile(file, digest, self.workers.submit(file.name, content), content)

    def _finish_file(self, pending: _PendingFile) -> None:
        """Record the result of a file, waiting until it is open."""
        if isinstance(pending.opened, str):
            self.file_results.append((pending.file, pending.digest, pending.opened))
            return
        if self.container_time.skips(pending.file, pending.opened):
            self.file_results.append((pending.file, pending.digest, "ignored"))
            return
        if previous_result := self.new_results.get(pending.digest):
            result = "duplicate" if previous_result == "accepted" else previous_result
            self.file_results.append((pending.file, pending.digest, result))
            return
        try:
            opened, other_period = self._await_opened(pending, pending.opened)
        except ReturnError as error:
            self._reject(pending, error)
            return
        if isinstance(opened, OpenedWorkbook):
            self._finish_workbook(pending, opened, other_period)
        elif isinstance(opened, OpenedContainer):
            self._finish_container(pending, opened)
        else:
            self.reply_clues.texts[pending.digest] = opened.found
            self._store(pending, _ignored([opened]))

    def _await_opened(self, pending: _PendingFile, future: Future[OpenedFile]) -> tuple[OpenedFile, str]:
        """Return a file once it is open, and the other period (ISO) whose workbook it is, "" for none."""
        try:
            return future.result(), ""
        except ReturnError as error:
            return self.other_periods.read(pending.digest, pending.file.name, pending.content, error)

    def _finish_workbook(self, pending: _PendingFile, opened: OpenedWorkbook, other_period: str) -> None:
        if opened.prefilled_reference:
            edition = self.reading_context.sent_workbook_by_current_keys(opened.prefilled_reference)
            is_copy = pending.digest in self.sent_digests
            compare_with_sent(opened.result, edition, self.record.template, is_copy=is_copy)
        rows_by_table = {
            name: getattr(opened.result, name) for name in ("answers", "headlines", "totals", "observations")
        }
        self._store(pending, _Outcome("accepted", rows_by_table, opened.group, opened.facts, other_period))

    def _finish_container(self, pending: _PendingFile, opened: OpenedContainer) -> None:
        """Process the files inside a container, then store the container.

        Only then is it known whether it contains erased bytes.
        """
        if opened.message is not None:
            self.reply_clues.add_message(pending.file, opened.message)
        member_digests = {files.sha256(member.content) for member in opened.files}
        if problem := self._limit_error(pending.file, len(opened.files)):
            self._note_erased_members(pending, member_digests)
            self._reject(pending, problem)
            return
        is_stored = self._list_file(pending, _ignored(opened.observations))
        member_start = len(self.file_results)
        members = [pending.file.member_file(member, opened.sent) for member in opened.files]
        with self.container_time.measure(pending.file):
            if opened.holds_no_return:
                self.file_results += [(member, files.sha256(member.content or b""), "ignored") for member in members]
            else:
                self._read_in_order(members)
        unread = self.container_time.observations(pending.file)
        self._note_erased_members(
            pending, member_digests | {digest for _, digest, _ in self.file_results[member_start:]}
        )
        # Where it was stored in an earlier run, that record is replaced: what it reported may be settled.
        if is_stored or unread or pending.digest in self.stored_digests:
            self._add_to_batch(pending, _ignored([*opened.observations, *unread]))

    def _note_erased_members(self, pending: _PendingFile, digests: Set[str]) -> None:
        """Note when files with these digests were erased, for a container that holds some of them."""
        erased_times = self.ledger.originals.forgotten_times(digests) | self.erased_by_container
        if times := [erased_times[digest] for digest in digests & erased_times.keys()]:
            self.erased_by_container[pending.digest] = max(times)

    def _limit_error(self, file: ReceivedFile, member_count: int) -> ReturnError | None:
        """Return the error where the files inside a container exceed a limit, or None."""
        if file.depth >= self.limits.depth:
            return ReturnError("too-deep", found=str(file.depth + 1), wanted=str(self.limits.depth))
        self.member_counts[file.path] += member_count
        if self.member_counts[file.path] > self.limits.parts:
            return ReturnError(
                "too-large", found=f"{self.member_counts[file.path]} files", wanted=f"at most {self.limits.parts}"
            )
        return None

    def _reject(self, pending: _PendingFile, error: ReturnError) -> None:
        self.reply_clues.add_rejection(pending.file, pending.digest, error)
        found, wanted = error.facts.get("found", ""), error.facts.get("wanted", "")
        if error.code == "damaged":
            found = found.rstrip(".") or "its parts do not fit together"
        observation = Observation(error.code, "", "", "", found, wanted)
        self._store(pending, _Outcome("rejected", {"observations": [observation]}))

    def _store(self, pending: _PendingFile, outcome: _Outcome) -> None:
        """Store a file and its parsed rows; a file without anything to report is only listed."""
        if self._list_file(pending, outcome):
            self._add_to_batch(pending, outcome)

    def _list_file(self, pending: _PendingFile, outcome: _Outcome) -> bool:
        """List a file with its result; return whether it is to be stored."""
        self.file_results.append((pending.file, pending.digest, outcome.result))
        if outcome.result == "ignored" and not outcome.rows_by_table["observations"]:
            return False
        self.new_results[pending.digest] = outcome.result
        return True

    def _add_to_batch(self, pending: _PendingFile, outcome: _Outcome) -> None:
        file, facts = pending.file, outcome.facts
        erased_at = self.erased_by_container.get(pending.digest, "")
        self.batch.append(
            ReturnRecord(
                sha256=pending.digest,
                file=file.storable_name,
                path=file.source_path(self.ledger.project_folder),
                result=outcome.result,
                group=outcome.group,
                saved=facts.saved,
                received=file.received or self.arrival_time,
                content=b"" if erased_at else pending.content,
                parsed_rows=outcome.rows_by_table,
                forgotten=erased_at,
                message_sent=file.sent,
                program=facts.program,
                reference=facts.reference,
                other_period=outcome.other_period,
            )
        )
        if len(self.batch) >= _BATCH_SIZE or sum(len(record.content) for record in self.batch) > _BATCH_MIB * MIB:
            self._flush()

    def _flush(self) -> None:
        self.ledger.add_returns(self.record.period.date, self.batch)
        self.batch = []


def reread_returns(
    ledger: Ledger, record: PeriodRecord, previous_record: PeriodRecord, workers: WorkerPool
) -> tuple[str, ...]:
    """Read the stored returns of a period again after its plan or template was changed.

    The rows read before were matched to the tasks of `previous_record`; joined by key alone they could be assigned to
    another task that has the key now.

    Returns:
        The file names of the returns that cannot be read again, since their originals were erased.
    """
    unreadable_files = carry_over_erased_answers(ledger, previous_record, record)
    stored_returns = ledger.stored_returns(record.period.date)
    other_periods = {stored.sha256 for stored in stored_returns if stored.other_period}
    intake = Intake(ledger, record, datetime.datetime.max.isoformat(" "), workers, other_periods)
    excluded = {digest for digest, result in intake.known_results.items() if result == "excluded"}
    intake.known_results = {}
    intake.read_files(
        [
            ReceivedFile(
                stored.file,
                path_in_project(stored.path, ledger.project_folder),
                stored.content,
                stored.message_sent,
                stored.received,
            )
            for stored in stored_returns
        ]
    )
    ledger.exclude(record.period.date, excluded)
    return unreadable_files
