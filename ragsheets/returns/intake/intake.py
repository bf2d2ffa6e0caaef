"""The desk where returned files are taken in: each is opened by a worker, in the order in which they were met."""

from __future__ import annotations

import datetime
import stat
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from ragsheets import files
from ragsheets.errors import ReturnError
from ragsheets.files import cloud
from ragsheets.files.long_paths import reach
from ragsheets.formats import guard
from ragsheets.formats.limits import MIB, Limits
from ragsheets.ledger import Ledger, PeriodRecord, ReturnRecord
from ragsheets.plan.lookup import tasks_of
from ragsheets.returns.intake.erased import keep_what_they_said
from ragsheets.returns.intake.open_file import Contents, Opened, Reading
from ragsheets.returns.intake.received_files import MetFile
from ragsheets.returns.intake.worker import Workers
from ragsheets.returns.reading.context import Collection
from ragsheets.returns.reading.model import Observation
from ragsheets.returns.reading.prefilled import compare
from ragsheets.returns.reading.template import form_of
from ragsheets.workbook import compose, sent_workbook

Result = Literal["accepted", "duplicate", "rejected", "ignored", "excluded"]
Progress = Callable[[int, int], None]

#: How many files, and MiB of them, are opened ahead of the one that is waited for.
_AHEAD, _MIB_AHEAD = 12, 32
#: How many returns, and MiB of them, are put into the ledger at a time.
_BATCH, _MIB_BATCH = 40, 16


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file that was begun: its bytes, and where its contents will be, unless it was settled at once."""

    file: MetFile
    digest: str
    content: bytes = b""
    future: Future[Opened] | None = None
    result: Result | None = None
    problem: ReturnError | None = None


class Desk:
    """Takes files one by one, keeps what they say in the ledger and remembers what became of each."""

    def __init__(self, ledger: Ledger, record: PeriodRecord, arrival: str, workers: Workers) -> None:
        self.ledger = ledger
        self.record = record
        self.arrival = arrival
        self.workers = workers
        self.limits = workers.limits
        self.known = ledger.known_returns(record.period.date)
        self.workbooks = ledger.workbooks(record.period.date)
        self.ours = {workbook.sha256 for workbook in self.workbooks}
        #: What became of each file met, in order: the file, the SHA-256 of its bytes, the result.
        self.met: list[tuple[MetFile, str, Result]] = []
        #: The results of all that was kept in this run, by digest, and the batch that is not in the ledger yet.
        self.new: dict[str, Result] = {}
        self.batch: list[ReturnRecord] = []
        self.accepted = 0
        #: The containers, by digest, in which bytes were met that had been erased, and when those were.
        self.holding: dict[str, str] = {}
        #: How many files each file in the folder held, those in archives inside it too.
        self.inside: Counter[Path] = Counter()

    def take_all(self, met: Sequence[MetFile], progress: Progress | None = None) -> None:
        """Take in files, and those inside them."""
        if met:
            self.workers.begin(self.collection, len(met))
        self._take(met, progress)
        self._flush()

    @cached_property
    def collection(self) -> Collection:
        """The period as those must know it who open its files."""
        plan, template, period = self.record.plan, self.record.template, self.record.period
        editions = {workbook.reference: (workbook.group, workbook.sent) for workbook in self.workbooks}
        # Those that ask questions are sent beside the others and never in their stead.
        latest = {book.group: book.reference for book in self.workbooks if not files.is_query(book.file)}
        for group in plan.groups:
            # The plan of a sub-group on hold may have changed without a workbook that shows it.
            if group.on_hold or group.key not in latest:
                laid_out = compose.lay_out(plan, template, group, period)
                record = sent_workbook.sent_of(laid_out)
                latest[group.key] = record.reference
                editions.setdefault(record.reference, (group.key, sent_workbook.to_json(record)))
        return Collection(
            period=period.date.isoformat(),
            plan=plan.identity,
            plan_title=plan.title,
            form=form_of(template),
            groups={group.key: group.name for group in plan.groups},
            latest={group.key: latest[group.key] for group in plan.groups},
            sent=editions,
            elsewhere=self.ledger.references_elsewhere(period.date),
            given=frozenset(key for key, task in tasks_of(plan).items() if task.key_given),
        )

    # --------------------------------------------------------------------------------------------------- one by one

    def _take(self, met: Sequence[MetFile], progress: Progress | None = None) -> None:
        begun: deque[_Taken] = deque()
        size = 0
        for number, file in enumerate(met, 1):
            begun.append(self._begin(file))
            size += len(begun[-1].content)
            while len(begun) > _AHEAD or (begun and size > _MIB_AHEAD * MIB) or (begun and number == len(met)):
                size -= len(begun[0].content)
                self._settle(begun.popleft())
                if progress:
                    progress(number - len(begun), len(met))

    def _begin(self, file: MetFile) -> _Taken:
        """Look at a file; where it has to be opened, have a worker begin."""
        letters = file.path.parent.name == files.QUERIES_FOLDER and file.path.suffix == files.LETTERS_SUFFIX
        if file.is_clutter or letters or self.ledger.keeps(file.path):
            return _Taken(file, "", result="ignored")
        try:
            content = _bytes_of(file, self.limits)
        except ReturnError as error:
            digest = files.sha256(f"unreadable {file.name}".encode("utf-8", "surrogateescape"))
            return _Taken(file, digest, problem=error)
        digest = files.sha256(content)
        if digest in self.ours and file.path.parent.name in files.OWN_FOLDERS:
            return _Taken(file, digest, result="ignored")
        if known := self.known.get(digest):
            return _Taken(file, digest, result="duplicate" if known == "accepted" else "excluded")
        return _Taken(file, digest, content, self.workers.submit(file.name, content))

    def _settle(self, taken: _Taken) -> None:
        """Say what became of a file, once it is open."""
        if taken.result is not None:
            self.met.append((taken.file, taken.digest, taken.result))
            return
        if known := self.new.get(taken.digest):
            self.met.append((taken.file, taken.digest, "duplicate" if known == "accepted" else known))
            return
        try:
            if taken.future is None:
                raise taken.problem or ReturnError("unreadable")
            opened = taken.future.result()
        except ReturnError as error:
            self._refuse(taken, error)
            return
        if isinstance(opened, Reading):
            if opened.prefilled:
                edition = self.collection.edition(opened.prefilled)
                compare(opened.result, edition, self.record.template)
            said = {name: getattr(opened.result, name) for name in ("answers", "headlines", "totals", "observations")}
            # A workbook that was saved after it came has been on a computer whose clock is wrong.
            saved = opened.saved if opened.saved <= self.arrival else ""
            self._keep(taken, "accepted", opened.group, saved or taken.file.sent, said)
        elif isinstance(opened, Contents):
            self._settle_container(taken, opened)
        else:
            self._keep(taken, "ignored", "", "", {"observations": [opened.observation]})

    def _settle_container(self, taken: _Taken, opened: Contents) -> None:
        """Take in what is inside a container, then keep it: only then is it known whether it holds erased bytes."""
        held = {files.sha256(each.content) for each in opened.files if each.content is not None}
        if problem := self._too_much(taken.file, len(opened.files)):
            self._look_for_erased(taken, held)
            self._refuse(taken, problem)
            return
        said = {"observations": opened.observations}
        is_kept, before = self._meet(taken, "ignored", said), len(self.met)
        self._take([taken.file.inside(each, opened.sent) for each in opened.files])
        self._look_for_erased(taken, held | {digest for _, digest, _ in self.met[before:]})
        if is_kept:
            self._put(taken, "ignored", "", "", said)

    def _look_for_erased(self, taken: _Taken, held: Set[str]) -> None:
        """Note of a container that holds bytes with these digests, where some of them were erased once."""
        known = self.ledger.originals.forgotten(held) | self.holding
        if erased := [known[digest] for digest in held & known.keys()]:
            self.holding[taken.digest] = max(erased)

    def _too_much(self, file: MetFile, count: int) -> ReturnError | None:
        """Why what is inside a container is not taken in, if it is not."""
        if file.depth >= self.limits.depth:
            return ReturnError("too-deep", found=str(file.depth + 1), wanted=str(self.limits.depth))
        self.inside[file.path] += count
        if self.inside[file.path] > self.limits.parts:
            return ReturnError(
                "too-large", found=f"{self.inside[file.path]} files", wanted=f"at most {self.limits.parts}"
            )
        return None

    def _refuse(self, taken: _Taken, error: ReturnError) -> None:
        found, wanted = error.facts.get("found", ""), error.facts.get("wanted", "")
        if error.code == "damaged":
            found = found.rstrip(".") or "its parts do not fit together"
        observation = Observation(error.code, "", "", "", found, wanted)
        self._keep(taken, "rejected", "", "", {"observations": [observation]})

    def _keep(self, taken: _Taken, result: Result, group: str, saved: str, said: Mapping[str, Sequence[Any]]) -> None:
        """Keep a file with what it says; one that is nothing to talk about is only listed."""
        if self._meet(taken, result, said):
            self._put(taken, result, group, saved, said)

    def _meet(self, taken: _Taken, result: Result, said: Mapping[str, Sequence[Any]]) -> bool:
        """List a file; gives whether it is to be kept."""
        self.met.append((taken.file, taken.digest, result))
        if result == "ignored" and not said["observations"]:
            return False
        self.new[taken.digest] = result
        self.accepted += result == "accepted"
        return True

    def _put(self, taken: _Taken, result: Result, group: str, saved: str, said: Mapping[str, Sequence[Any]]) -> None:
        name, path = storable(taken.file.name), place_of(taken.file)
        received = taken.file.received or self.arrival
        forgotten = self.holding.get(taken.digest, "")
        content = b"" if forgotten else taken.content
        record = ReturnRecord(taken.digest, name, path, result, group, saved, received, content, said, forgotten)
        self.batch.append(record)
        if len(self.batch) >= _BATCH or sum(len(each.content) for each in self.batch) > _MIB_BATCH * MIB:
            self._flush()

    def _flush(self) -> None:
        self.ledger.add_returns(self.record.period.date, self.batch)
        self.batch = []


def reread(ledger: Ledger, record: PeriodRecord, before: PeriodRecord, workers: Workers) -> tuple[str, ...]:
    """Read a period's kept returns again, after its plan or template was changed from what they were `before`.

    What was read before was told by the tasks as they were then; joined by key alone it could land on another task that
    has taken the key. Gives the names of those that cannot be read again, since their originals were erased.
    """
    forgotten = keep_what_they_said(ledger, before, record)
    desk = Desk(ledger, record, datetime.datetime.max.isoformat(" "), workers)
    excluded = {digest for digest, result in desk.known.items() if result == "excluded"}
    desk.known = {}
    kept = ledger.kept_returns(record.period.date)
    desk.take_all([MetFile(old.file, Path(old.path), old.content, old.saved, old.received) for old in kept])
    ledger.exclude(record.period.date, excluded)
    return forgotten


def _bytes_of(file: MetFile, limits: Limits) -> bytes:
    """The bytes of a file; links, pipes and devices are never opened."""
    if file.problem is not None:
        raise file.problem
    if file.content is not None:
        guard.check_size(len(file.content), limits)
        return file.content
    if placeholder := cloud.placeholder_of(file.path.name):
        raise ReturnError("online-only", found=placeholder)
    path, status = reach(file.path), None
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise ReturnError("unreadable", found="it is a link, a closed folder, a pipe or a device, not a file")
        guard.check_size(status.st_size, limits)
        return path.read_bytes()
    except OSError as error:
        marks = (getattr(status, name, 0) for name in ("st_file_attributes", "st_flags"))
        code = "online-only" if cloud.is_not_here(error, *marks) else "unreadable"
        raise ReturnError(code, found=error.strerror or "the system refused") from None
    except ValueError as error:
        raise ReturnError("unreadable", found=str(error)) from None


def place_of(file: MetFile) -> str:
    """Where a file lies, as the ledger keeps it; the folder's links are resolved, the file itself is not followed."""
    outer = _resolved(file.path.parent) / file.path.name
    return storable("/".join([str(outer), *file.within]))


@lru_cache(maxsize=1024)
def _resolved(folder: Path) -> Path:
    return folder.resolve()


def storable(name: str) -> str:
    """A file's name as text that a database takes, also where its bytes are no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
