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
from ragsheets.files.long_paths import reach
from ragsheets.returns.letters import letters
from ragsheets.returns.queries import Asking, Queries, Query, QueryFile, queries_of

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord, WorkbookRecord
    from ragsheets.plan.model import Plan
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.wording import Wording
    from ragsheets.workbook.layout import Workbook

#: The end of the letters: by it they are known again, and told from those that somebody has changed.
_SEAL = "\n<!-- ragsheets {digest} -->\n"
_SEALED = re.compile(rb"(.*)\n<!-- ragsheets ([0-9a-f]{64}) -->\n", re.DOTALL)


@dataclass(frozen=True)
class _Made:
    """A workbook to send back; `content` is None where it is known to lie in its place already."""

    query: Query
    layout: Workbook
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
        self._made: list[_Made] = []
        self._ours: set[str] = set()

    def make(self, ledger: Ledger, assessment: Assessment) -> None:
        """Make the workbooks to send back, and record them in the ledger with those that were sent."""
        from ragsheets.ledger import WorkbookRecord
        from ragsheets.workbook.sent_workbook import sent_of, to_json

        template, date = self.record.template, self.record.period.date
        known = {workbook.reference: workbook for workbook in ledger.workbooks(date)}
        asking = _Asking(list(known.values()), [column.key for column in template.columns])
        names = _names(self.record.plan, template.wording)
        self._made = [
            self._workbook(query, names[query.group.key], {key: book.sha256 for key, book in known.items()})
            for query in queries_of(assessment, self.record, asking.of)
        ]
        new = [
            WorkbookRecord(
                made.layout.reference,
                made.query.group.key,
                f"{files.QUERIES_FOLDER}/{made.name}",
                made.sha256,
                to_json(sent_of(made.layout)),
            )
            for made in self._made
            if made.layout.reference not in known or known[made.layout.reference].sha256 != made.sha256
        ]
        ledger.add_workbooks(date, new)
        self._ours = {workbook.sha256 for workbook in (*known.values(), *new) if files.is_query(workbook.file)}

    def _workbook(self, query: Query, name: str, known: dict[str, str]) -> _Made:
        from ragsheets.workbook.compose import lay_out
        from ragsheets.workbook.writer import to_xlsx

        record = self.record
        given = (query.answers, query.questions, query.background)
        layout = lay_out(record.plan, record.template, query.group, record.period, *given)
        digest = known.get(layout.reference, "")
        if digest and files.sha256(files.bytes_of(self.folder / name) or b"") == digest:
            return _Made(query, layout, name, digest, None)
        content = to_xlsx(layout, record.template, record.period.date)
        return _Made(query, layout, name, files.sha256(content), content)

    def write(self) -> Queries:
        """Put what was made into the folder, and take away what is settled.

        A file that somebody has changed is left alone; what would take its place is written beside it. Where one file
        cannot be written the folder stays as it was, so that letters and workbooks go together. Where there is nothing
        to ask there is no folder.
        """
        places: list[Path] = []
        for made in self._made:
            places.append(self._place(made.name, places))
        contents = {path: made.content for made, path in zip(self._made, places, strict=True)}
        if self._made:
            letter = self._place(files.LETTERS_FILE, places)
            contents[letter] = _sealed(
                letters(
                    [made.query for made in self._made],
                    [made.layout for made in self._made],
                    [path.name for path in places],
                    self.record,
                )
            )
        try:
            self._save(contents)
        except ProjectError as error:
            return Queries(self._shown(self.folder), faults=tuple(str(problem) for problem in error.problems))
        wanted = [*(made.name for made in self._made), *([files.LETTERS_FILE] if self._made else [])]
        return Queries(
            folder=self._shown(self.folder),
            workbooks=tuple(
                QueryFile(made.query.group.name, self._shown(path), len(made.query.questions))
                for made, path in zip(self._made, places, strict=True)
            ),
            kept=tuple(
                self._shown(self.folder / name)
                for name, path in zip(wanted, contents, strict=True)
                if path.name != name
            ),
            faults=tuple(self._without_the_rest(contents)),
        )

    def _place(self, name: str, taken: Collection[Path]) -> Path:
        """Where a file of this name goes: under it, or the next one that is not taken or somebody's own."""
        return next(
            path
            for path in _numbered(self.folder / name)
            if path not in taken and (not os.path.lexists(reach(path)) or self._is_ours(path))
        )

    def _save(self, contents: Mapping[Path, bytes | None]) -> None:
        changed = {
            path: content
            for path, content in contents.items()
            if content is not None and files.bytes_of(path) != content
        }
        with saving.staged(changed) as staged:
            staged.put_in_place()

    def _is_ours(self, path: Path) -> bool:
        """Whether a file is as ragsheets wrote it."""
        content = files.bytes_of(path)
        return content is not None and (files.sha256(content) in self._ours or _is_sealed(content))

    def _without_the_rest(self, written: Collection[Path]) -> list[str]:
        """Remove what ragsheets wrote before and is settled by now; gives what could not be removed."""
        faults = []
        if not self.folder.is_dir():
            return []
        saving.sweep(self.folder)
        for path in sorted(self.folder.iterdir()):
            if path not in written and self._is_ours(path):
                try:
                    reach(path).unlink()
                except OSError as problem:
                    faults.append(
                        f"{self._shown(path)}: cannot be removed ({problem.strerror}); its questions are settled."
                    )
        with contextlib.suppress(OSError):  # somebody's own files are in it
            self.folder.rmdir()
        return faults

    def _shown(self, path: Path) -> str:
        """A path as it is told: relative to the project folder."""
        return path.relative_to(self.folder.parent.parent).as_posix()


class _Asking:
    """What each sub-group was sent, opened when it is asked for."""

    def __init__(self, workbooks: Sequence[WorkbookRecord], columns: Sequence[str]) -> None:
        self.workbooks = [book for book in reversed(workbooks) if not files.is_query(book.file)]
        self.columns = columns

    def of(self, group: str) -> Asking:
        """What a sub-group was sent last; what was carried forward is that of the latest workbook that did so."""
        from ragsheets.workbook.sent_workbook import from_json

        editions = [from_json(book.sent) for book in self.workbooks if book.group == group]
        if not editions:
            return Asking(self.columns)
        latest = editions[0]
        carrying = next((edition for edition in editions if edition.carried is not None), latest)
        carried = None
        if carrying.carried is not None:
            carried = {
                task: {column: carrying.tasks[task][column] for column in columns}
                for task, columns in carrying.carried.items()
            }
        return Asking(latest.columns, latest.background, carried)


def _names(plan: Plan, wording: Wording) -> dict[str, str]:
    """The name of each sub-group's file, by its key: distinct over the whole plan, as those of the workbooks are."""
    groups = files.distinct([files.safe_name(group.name) for group in plan.groups], 100)
    names = files.distinct([files.safe_name(wording.query_file.format(group=name), 120) for name in groups], 120)
    return {group.key: f"{name}.xlsx" for group, name in zip(plan.groups, names, strict=True)}


def _numbered(path: Path) -> Iterator[Path]:
    """The path, then the same with a number to its name, from 2 on."""
    yield path
    yield from (path.with_name(f"{path.stem} {number}{path.suffix}") for number in itertools.count(2))


def _sealed(text: str) -> bytes:
    body = text.encode()
    return body + _SEAL.format(digest=files.sha256(body)).encode()


def _is_sealed(content: bytes) -> bool:
    match = _SEALED.fullmatch(content)
    return match is not None and files.sha256(match[1]).encode() == match[2]
