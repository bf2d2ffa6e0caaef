"""The folder of queries: workbooks to send back, and the words to send them with, as they stand after each ingest."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ProjectError
from ragsheets.files import saving
from ragsheets.files.long_paths import openable_path
from ragsheets.returns.letters import compose_letters
from ragsheets.returns.queries import QueriesResult, Query, QueryFile, SentDetails, queries_of

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord, WorkbookRecord
    from ragsheets.plan.model import Plan
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.wording import Wording
    from ragsheets.workbook.layout import WorkbookLayout

#: The end of the letters: by it they are known again, and told from those that somebody has changed.
_CHECKSUM_LINE = "\n<!-- ragsheets {digest} -->\n"
_TEXT_WITH_CHECKSUM = re.compile(rb"(.*)\n<!-- ragsheets ([0-9a-f]{64}) -->\n", re.DOTALL)


@dataclass(frozen=True)
class _QueryWorkbook:
    """A workbook to send back; `content` is None where it is known to lie in its place already."""

    query: Query
    layout: WorkbookLayout
    name: str
    sha256: str
    content: bytes | None


class QueriesFolder:
    """The folder of queries of one period.

    Making and writing are two steps, so that the ledger knows every workbook before it lies in the folder: one that it
    does not know is somebody's own and is never replaced.
    """

    def __init__(self, folder: Path, record: PeriodRecord) -> None:
        self.folder = folder
        self.record = record
        self._query_workbooks: list[_QueryWorkbook] = []
        self._own_digests: set[str] = set()

    def prepare(self, ledger: Ledger, assessment: Assessment) -> None:
        """Make the workbooks to send back, and record them in the ledger with those that were sent."""
        from ragsheets.ledger import WorkbookRecord
        from ragsheets.workbook.sent_workbook import from_layout, to_json

        template, date = self.record.template, self.record.period.date
        known = {workbook.reference: workbook for workbook in ledger.workbooks(date)}
        asking = _SentLookup(list(known.values()), [column.key for column in template.columns])
        names = _file_names(self.record.plan, template.wording)
        self._query_workbooks = [
            self._prepare_workbook(query, names[query.group.key], {key: book.sha256 for key, book in known.items()})
            for query in queries_of(assessment, self.record, asking.latest_for)
        ]
        new = [
            WorkbookRecord(
                made.layout.reference,
                made.query.group.key,
                f"{files.QUERIES_FOLDER}/{made.name}",
                made.sha256,
                to_json(from_layout(made.layout)),
            )
            for made in self._query_workbooks
            if made.layout.reference not in known or known[made.layout.reference].sha256 != made.sha256
        ]
        ledger.add_workbooks(date, new)
        self._own_digests = {
            workbook.sha256 for workbook in (*known.values(), *new) if files.is_query_workbook(workbook.file)
        }

    def _prepare_workbook(self, query: Query, name: str, digests_by_reference: dict[str, str]) -> _QueryWorkbook:
        from ragsheets.workbook.compose import lay_out
        from ragsheets.workbook.writer import to_xlsx

        record = self.record
        given = (query.answers, query.questions, query.last_period)
        layout = lay_out(record.plan, record.template, query.group, record.period, *given)
        digest = digests_by_reference.get(layout.reference, "")
        if digest and files.sha256(files.bytes_of(self.folder / name) or b"") == digest:
            return _QueryWorkbook(query, layout, name, digest, None)
        content = to_xlsx(layout, record.template, record.period.date)
        return _QueryWorkbook(query, layout, name, files.sha256(content), content)

    def write(self) -> QueriesResult:
        """Put what was made into the folder, and take away what is settled.

        A file that somebody has changed is left alone; what would take its place is written beside it. Where one file
        cannot be written the folder stays as it was, so that letters and workbooks go together. Where there is nothing
        to ask there is no folder.
        """
        places: list[Path] = []
        for made in self._query_workbooks:
            places.append(self._free_path(made.name, places))
        contents = {path: made.content for made, path in zip(self._query_workbooks, places, strict=True)}
        if self._query_workbooks:
            letter = self._free_path(files.LETTERS_FILE, places)
            contents[letter] = _with_checksum(
                compose_letters(
                    [made.query for made in self._query_workbooks],
                    [made.layout for made in self._query_workbooks],
                    [path.name for path in places],
                    self.record,
                )
            )
        try:
            self._save(contents)
        except ProjectError as error:
            return QueriesResult(
                self._relative_path(self.folder), problems=tuple(str(problem) for problem in error.problems)
            )
        wanted = [
            *(made.name for made in self._query_workbooks),
            *([files.LETTERS_FILE] if self._query_workbooks else []),
        ]
        return QueriesResult(
            folder=self._relative_path(self.folder),
            workbooks=tuple(
                QueryFile(made.query.group.name, self._relative_path(path), len(made.query.questions))
                for made, path in zip(self._query_workbooks, places, strict=True)
            ),
            edited_files=tuple(
                self._relative_path(self.folder / name)
                for name, path in zip(wanted, contents, strict=True)
                if path.name != name
            ),
            problems=tuple(self._remove_settled(contents)),
        )

    def _free_path(self, name: str, used_paths: Collection[Path]) -> Path:
        """Where a file of this name goes: under it, or the next one that is not taken or somebody's own."""
        return next(
            path
            for path in _numbered_paths(self.folder / name)
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
        """Whether a file is as ragsheets wrote it."""
        content = files.bytes_of(path)
        return content is not None and (files.sha256(content) in self._own_digests or _has_valid_checksum(content))

    def _remove_settled(self, written_paths: Collection[Path]) -> list[str]:
        """Remove what ragsheets wrote before and is settled by now; gives what could not be removed."""
        faults = []
        if not self.folder.is_dir():
            return []
        saving.remove_stale_files(self.folder)
        for path in sorted(self.folder.iterdir()):
            if path not in written_paths and self._is_own_file(path):
                try:
                    openable_path(path).unlink()
                except OSError as problem:
                    faults.append(
                        f"{self._relative_path(path)}: cannot be removed ({problem.strerror}); "
                        "its questions are settled."
                    )
        with contextlib.suppress(OSError):  # somebody's own files are in it
            self.folder.rmdir()
        return faults

    def _relative_path(self, path: Path) -> str:
        """A path as it is told: relative to the project folder."""
        return path.relative_to(self.folder.parent.parent).as_posix()


class _SentLookup:
    """What each sub-group was sent, opened when it is asked for."""

    def __init__(self, workbooks: Sequence[WorkbookRecord], columns: Sequence[str]) -> None:
        self.workbooks = [book for book in reversed(workbooks) if not files.is_query_workbook(book.file)]
        self.columns = columns

    def latest_for(self, group: str) -> SentDetails:
        """What a sub-group was sent last; what was carried forward is that of the latest workbook that did so."""
        from ragsheets.workbook.sent_workbook import from_json

        editions = [from_json(book.sent) for book in self.workbooks if book.group == group]
        if not editions:
            return SentDetails(self.columns)
        latest = editions[0]
        carrying = next((edition for edition in editions if edition.carried_columns is not None), latest)
        carried = None
        if carrying.carried_columns is not None:
            carried = {
                task: {column: carrying.tasks[task][column] for column in columns}
                for task, columns in carrying.carried_columns.items()
            }
        return SentDetails(latest.columns, latest.last_period, carried)


def _file_names(plan: Plan, wording: Wording) -> dict[str, str]:
    """The name of each sub-group's file, by its key: distinct over the whole plan, as those of the workbooks are."""
    groups = files.distinct_names([files.safe_name(group.name) for group in plan.groups], 100)
    names = files.distinct_names([files.safe_name(wording.query_file.format(group=name), 120) for name in groups], 120)
    return {group.key: f"{name}.xlsx" for group, name in zip(plan.groups, names, strict=True)}


def _numbered_paths(path: Path) -> Iterator[Path]:
    """The path, then the same with a number to its name, from 2 on."""
    yield path
    yield from (path.with_name(f"{path.stem} {number}{path.suffix}") for number in itertools.count(2))


def _with_checksum(text: str) -> bytes:
    body = text.encode()
    return body + _CHECKSUM_LINE.format(digest=files.sha256(body)).encode()


def _has_valid_checksum(content: bytes) -> bool:
    match = _TEXT_WITH_CHECKSUM.fullmatch(content)
    return match is not None and files.sha256(match[1]).encode() == match[2]
