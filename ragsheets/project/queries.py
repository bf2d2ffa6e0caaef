"""The folder of queries: workbooks to send back and the letters to send with them, updated after each ingest."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import LedgerError, ProjectError, RagsheetsError
from ragsheets.files import saving
from ragsheets.files.long_paths import openable_path
from ragsheets.returns.letters import compose_letters
from ragsheets.returns.queries import QueriesResult, Query, QueryFile, SentDetails, queries_of, without_past_due_date

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord, WorkbookRecord
    from ragsheets.plan.model import Plan
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.wording import Wording
    from ragsheets.workbook.layout import WorkbookLayout

#: The last line of the letters: it identifies letters that nobody has changed.
_CHECKSUM_LINE = "\n<!-- ragsheets {digest} -->\n"
_TEXT_WITH_CHECKSUM = re.compile(rb"(.*)\n<!-- ragsheets ([0-9a-f]{64}) -->\n", re.DOTALL)


@dataclass(frozen=True)
class _QueryWorkbook:
    """A workbook to send back; `content` is None where an identical file is in the folder already."""

    query: Query
    layout: WorkbookLayout
    name: str
    sha256: str
    content: bytes | None


class QueriesFolder:
    """The folder of queries of one period.

    Preparing and writing are two steps, in two transactions of the ledger: a workbook is in the folder only once the
    ledger knows it, since the answers of an unknown one would be mistaken for the contact's own. A workbook that the
    ledger does not know is somebody's own and is never replaced.
    """

    def __init__(self, project: Project, record: PeriodRecord, today: datetime.date | None) -> None:
        self.project = project
        self.folder = project.period_folder(record.period.date) / files.QUERIES_FOLDER
        self.today = today or datetime.date.today()
        self.record = without_past_due_date(record, self.today)
        self._query_workbooks: list[_QueryWorkbook] = []
        self._own_digests: set[str] = set()
        self._last_event_number = 0

    def prepare(self, ledger: Ledger, assessment: Assessment) -> None:
        """Build the workbooks to send back, and record them in the ledger with those that were sent."""
        from ragsheets.ledger import WorkbookRecord
        from ragsheets.plan.lookup import explicit_keys
        from ragsheets.workbook.sent_workbook import from_layout, to_json

        template, date = self.record.template, self.record.period.date
        recorded = {workbook.reference: workbook for workbook in ledger.workbooks(date)}
        sent_lookup = _SentLookup(list(recorded.values()), explicit_keys(self.record.plan))
        names = _file_names(self.record.plan, template.wording)
        self._query_workbooks = [
            self._prepare_workbook(query, names[query.group.key], recorded)
            for query in queries_of(assessment, self.record, sent_lookup.latest_for)
        ]
        new_records = [
            WorkbookRecord(
                prepared.layout.reference,
                prepared.query.group.key,
                f"{files.QUERIES_FOLDER}/{prepared.name}",
                prepared.sha256,
                to_json(from_layout(prepared.layout)),
            )
            for prepared in self._query_workbooks
            if prepared.layout.reference not in recorded
            or recorded[prepared.layout.reference].sha256 != prepared.sha256
        ]
        ledger.add_workbooks(date, new_records)
        self._own_digests = {
            workbook.sha256 for workbook in (*recorded.values(), *new_records) if files.is_query_workbook(workbook.file)
        }
        self._last_event_number = ledger.last_event_number()

    def _prepare_workbook(self, query: Query, name: str, recorded: Mapping[str, WorkbookRecord]) -> _QueryWorkbook:
        from ragsheets.workbook.compose import lay_out
        from ragsheets.workbook.writer import to_xlsx

        record = self.record
        query_parts = (query.answers, query.questions, query.last_period)
        layout = lay_out(record.plan, record.template, query.group, record.period, *query_parts)
        known = recorded.get(layout.reference)
        if known and files.sha256(files.bytes_of(self.folder / name) or b"") == known.sha256:
            return _QueryWorkbook(query, layout, name, known.sha256, None)
        content = to_xlsx(layout, record.template, record.period.date)
        return _QueryWorkbook(query, layout, name, files.sha256(content), content)

    @property
    def prepared(self) -> QueriesResult:
        """The prepared workbooks under their usual names; none is written yet."""
        return self._result([self.folder / prepared.name for prepared in self._query_workbooks])

    def _result(self, paths: Sequence[Path], **more: Any) -> QueriesResult:
        """Return the result with the prepared workbooks under these paths."""
        workbooks = tuple(
            QueryFile(prepared.query.group.name, self._relative_path(path), len(prepared.query.questions))
            for prepared, path in zip(self._query_workbooks, paths, strict=True)
        )
        return QueriesResult(self._relative_path(self.folder), workbooks, **more)

    def write(self) -> QueriesResult:
        """Write the prepared files into the folder, and remove the settled ones, while other commands wait.

        Where another command was logged since they were prepared, they are prepared again first, since its answers
        belong in the folder too. A problem is part of the result, not an error: the change that the queries are about
        is already in the ledger.
        """
        from ragsheets.returns.assess import assess_period

        date = self.record.period.date
        try:
            while True:
                with self.project.reopened_ledger("") as ledger:
                    if ledger.last_event_number() == self._last_event_number:
                        return self._write_files()
                    record = ledger.period(date)
                    self.record = without_past_due_date(record, self.today)
                    self.prepare(ledger, assess_period(ledger, record))
        except LedgerError as error:
            return self._failed(error)

    def _write_files(self) -> QueriesResult:
        """Write the prepared files into the folder, and remove the settled ones.

        A file that somebody has changed is left unchanged; its replacement is written beside it. Where one file cannot
        be written the folder stays as it was, so that letters and workbooks match. Where there are no queries there is
        no folder.
        """
        paths: list[Path] = []
        for prepared in self._query_workbooks:
            paths.append(self._free_path(prepared.name, paths))
        contents = {path: prepared.content for prepared, path in zip(self._query_workbooks, paths, strict=True)}
        if self._query_workbooks:
            letters_path = self._free_path(files.LETTERS_FILE, paths)
            contents[letters_path] = _with_checksum(
                compose_letters(
                    [prepared.query for prepared in self._query_workbooks],
                    [prepared.layout for prepared in self._query_workbooks],
                    [path.name for path in paths],
                    self.record,
                )
            )
        try:
            self._save(contents)
        except ProjectError as error:
            return self._failed(error)
        file_names = [*(prepared.name for prepared in self._query_workbooks), files.LETTERS_FILE]
        edited_files = [
            self._relative_path(self.folder / name)
            for name, path in zip(file_names, contents, strict=False)  # without queries there are no letters
            if path.name != name
        ]
        problems = self._remove_settled(contents)
        return self._result(paths, edited_files=tuple(edited_files), problems=tuple(problems))

    def _failed(self, error: RagsheetsError) -> QueriesResult:
        return QueriesResult(self._relative_path(self.folder), problems=tuple(map(str, error.problems)))

    def _free_path(self, name: str, used_paths: Collection[Path]) -> Path:
        """Return the path for a file name, numbered where the path is used already or somebody's own file."""
        return next(
            path
            for path in files.numbered_paths(self.folder / name)
            if path not in used_paths and (not os.path.lexists(openable_path(path)) or self._is_own_file(path))
        )

    def _save(self, contents: Mapping[Path, bytes | None]) -> None:
        changed = {
            path: content
            for path, content in contents.items()
            if content is not None and files.bytes_of(path) != content
        }
        with saving.staged(changed) as staged:
            staged.put_in_place()

    def _is_own_file(self, path: Path) -> bool:
        """Return whether a file is unchanged since ragsheets wrote it."""
        content = files.bytes_of(path)
        return content is not None and (files.sha256(content) in self._own_digests or _has_valid_checksum(content))

    def _remove_settled(self, written_paths: Collection[Path]) -> list[str]:
        """Remove settled files that ragsheets wrote before; returns a message for each that could not be removed."""
        problems = []
        if not self.folder.is_dir():
            return []
        saving.remove_stale_files(self.folder)
        for path in sorted(self.folder.iterdir()):
            if path not in written_paths and self._is_own_file(path):
                try:
                    openable_path(path).unlink()
                except OSError as problem:
                    problems.append(
                        f"{self._relative_path(path)}: cannot be removed ({problem.strerror}); "
                        "its questions are settled."
                    )
        with contextlib.suppress(OSError):  # somebody's own files are in it
            self.folder.rmdir()
        return problems

    def _relative_path(self, path: Path) -> str:
        """Return a path relative to the project folder, for messages."""
        return path.relative_to(self.folder.parent.parent).as_posix()


def reassess(
    project: Project, ledger: Ledger, record: PeriodRecord, today: datetime.date | None
) -> tuple[Assessment, QueriesFolder]:
    """Assess a period that has changed, store its counts, and prepare its queries."""
    from ragsheets.returns.period_counts import reassess_period

    assessment = reassess_period(ledger, record)
    queries = QueriesFolder(project, record, today)
    queries.prepare(ledger, assessment)
    return assessment, queries


class _SentLookup:
    """The details of the workbooks that each sub-group was sent, parsed when asked for."""

    def __init__(self, workbooks: Sequence[WorkbookRecord], explicit_keys: Collection[str]) -> None:
        self.workbooks = [book for book in reversed(workbooks) if not files.is_query_workbook(book.file)]
        self.explicit_keys = explicit_keys

    def latest_for(self, group: str) -> SentDetails:
        """Return the details of a sub-group's latest workbook; carried answers are those of the latest that has any."""
        from ragsheets.returns.reading.task_mapping import TaskMapping
        from ragsheets.workbook.sent_workbook import from_json

        editions = [from_json(book.sent) for book in self.workbooks if book.group == group]
        if not editions:
            return SentDetails()
        latest = editions[0]
        latest_with_carried = next((edition for edition in editions if edition.carried_columns is not None), latest)
        if latest_with_carried is not latest:
            mapping = TaskMapping(latest_with_carried, latest, self.explicit_keys)
            latest_with_carried = latest_with_carried.with_task_keys(mapping.current_keys)
        carried = None
        if latest_with_carried.carried_columns is not None:
            carried = {
                task: {column: latest_with_carried.tasks[task][column] for column in columns}
                for task, columns in latest_with_carried.carried_columns.items()
            }
        return SentDetails(latest.last_period, carried)


def _file_names(plan: Plan, wording: Wording) -> dict[str, str]:
    """Return the name of each sub-group's query file by group key: distinct over the plan, like the workbooks'."""
    groups = files.distinct_names([files.safe_name(group.name) for group in plan.groups], 100)
    names = files.distinct_names([files.safe_name(wording.query_file.format(group=name), 120) for name in groups], 120)
    return {group.key: f"{name}.xlsx" for group, name in zip(plan.groups, names, strict=True)}


def _with_checksum(text: str) -> bytes:
    body = text.encode()
    return body + _CHECKSUM_LINE.format(digest=files.sha256(body)).encode()


def _has_valid_checksum(content: bytes) -> bool:
    match = _TEXT_WITH_CHECKSUM.fullmatch(content)
    return match is not None and files.sha256(match[1]).encode() == match[2]
