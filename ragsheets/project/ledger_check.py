"""Proof that a ledger is sound: its file, what it keeps, what belongs together, and its totals, counted again."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ragsheets.errors import LedgerError, Problem, RagsheetsError

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.ledger.check import KeyReference, LedgerInspector
    from ragsheets.project.folder import Project
    from ragsheets.workbook.sent_workbook import SentWorkbook

_RESTORE_BACKUP = "Put the latest backup of the ledger in its place, and ingest what came in since."
_INGEST_AGAIN = "Run ragsheets ingest --date {period}: it puts them down again."
#: What reading raises where somebody has written something else into the ledger.
_READ_ERRORS = (RagsheetsError, ValueError, LookupError, TypeError, AttributeError)
#: So many names are told of those that a fault is about.
_MAX_NAMES = 5


@dataclass(frozen=True, slots=True)
class LedgerCheckResult:
    """What the proof of a ledger came to; `forgotten` are the originals that were erased on purpose."""

    periods: int
    returns: int
    forgotten: int
    workbooks: int
    faults: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """The result as JSON has it."""
        faults = [{"where": fault.where, "what": fault.what, "fix": fault.fix} for fault in self.faults]
        counts = {name: getattr(self, name) for name in ("periods", "returns", "forgotten", "workbooks")}
        return {"sound": self.is_sound, **counts, "faults": faults}


def check_ledger(project: Project) -> LedgerCheckResult:
    """Prove the ledger of a project folder sound, or name every fault with where it is and how to mend it.

    Raises LedgerError where the ledger cannot be opened at all, and ProjectError where there is none.
    """
    found: list[LedgerCheckResult] = []
    try:
        with project.ledger() as ledger:
            found.append(_LedgerChecker(ledger).run())
    except LedgerError:
        # A damaged file may not even let a transaction end that changed nothing; what was found counts.
        if not found or found[0].is_sound:
            raise
    return found[0]


@dataclass
class _KnownKeys:
    """What a period knows or knew: the tasks, columns, outcomes and sub-groups of its plan and of all that was sent."""

    tasks: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=lambda: {""})

    def add_period(self, record: PeriodRecord) -> None:
        outcomes = [outcome for group in record.plan.groups for outcome in group.outcomes]
        self.tasks |= {task.key for outcome in outcomes for task in outcome.tasks}
        self.outcomes |= {outcome.key for outcome in outcomes}
        self.columns |= {column.key for column in record.template.columns}

    def add_sent_workbook(self, sent: SentWorkbook) -> None:
        self.tasks |= sent.tasks.keys()
        self.outcomes |= {sheet.outcome for sheet in sent.sheets}
        self.columns |= set(sent.columns)


class _LedgerChecker:
    """Goes through a ledger step by step; one that cannot be done is a fault, and the others go on."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.inspector: LedgerInspector = ledger.inspector
        self.records: dict[str, PeriodRecord] = {}
        self.known_keys: dict[str, _KnownKeys] = {}
        self.counts = dict.fromkeys(("periods", "returns", "forgotten", "workbooks"), 0)

    def run(self) -> LedgerCheckResult:
        """Go through everything."""
        steps: tuple[Callable[[], Iterator[Problem]], ...] = (
            self._check_file,
            self._check_links,
            self._check_periods,
            self._check_workbooks,
            self._check_originals,
            self._check_key_references,
            self._check_standings,
            self._check_revisions,
        )
        faults: list[Problem] = []
        for step in steps:
            try:
                with self.inspector.savepoint():
                    faults += step()
            except LedgerError as error:
                faults += [Problem(problem.where, problem.what, _RESTORE_BACKUP) for problem in error.problems]
        return LedgerCheckResult(**self.counts, faults=tuple(dict.fromkeys(faults)))

    def _check_file(self) -> Iterator[Problem]:
        for line in self.inspector.integrity_errors():
            yield Problem("the ledger's file", f"is damaged: {line}.", _RESTORE_BACKUP)

    def _check_links(self) -> Iterator[Problem]:
        for lost in self.inspector.orphan_rows():
            what = (
                f"{lost.row_count} of them belong to “{lost.missing_key}”, which is not among the {lost.parent_table}."
            )
            yield Problem(lost.table, what, _RESTORE_BACKUP)

    def _check_periods(self) -> Iterator[Problem]:
        """Every period's plan and template can be read."""
        for date in self.ledger.periods():
            self.counts["periods"] += 1
            known = self.known_keys.setdefault(date.isoformat(), _KnownKeys())
            try:
                record = self.ledger.period(date)
            except _READ_ERRORS as error:
                what = f"the plan or the template that it was sent with cannot be read ({_first_line(error)})."
                yield Problem(_period_name(date.isoformat()), what, _RESTORE_BACKUP)
                continue
            self.records[date.isoformat()] = record
            known.add_period(record)

    def _check_workbooks(self) -> Iterator[Problem]:
        """What every workbook was sent with can be read, and each has a reference of its own."""
        from ragsheets.workbook.sent_workbook import from_json

        owners: dict[str, str] = {}
        for book in self.inspector.workbooks():
            self.counts["workbooks"] += 1
            where = f"{_period_name(book.period)}, workbook {book.file} ({book.reference})"
            try:
                sent = from_json(book.sent_json)
                self.known_keys.setdefault(book.period, _KnownKeys()).add_sent_workbook(sent)
            except _READ_ERRORS as error:
                yield Problem(where, f"what it was sent with cannot be read ({_first_line(error)}).", _RESTORE_BACKUP)
                continue
            if sent.reference != book.reference:
                yield Problem(
                    where, f"what it was sent with is kept under the reference {sent.reference}.", _RESTORE_BACKUP
                )
            for reference in {sent.reference, book.reference}:
                if reference in owners:
                    yield Problem(where, f"{owners[reference]} has the reference {reference} too.", _RESTORE_BACKUP)
                owners[reference] = f"workbook {book.file} of {book.period}"

    def _check_originals(self) -> Iterator[Problem]:
        """Every kept original is the file that came; one that was forgotten is gone."""
        for kept in self.inspector.originals():
            self.counts["returns"] += 1
            self.counts["forgotten"] += bool(kept.forgotten)
            where = f"{_period_name(kept.period)}, return {kept.file} ({kept.recorded_sha256[:12]})"
            if kept.forgotten and kept.actual_sha256:
                what = f"was forgotten ({kept.forgotten}), and its original is still kept."
                yield Problem(where, what, f"Run ragsheets returns forget {kept.recorded_sha256[:12]} again.")
            elif not kept.forgotten and kept.actual_sha256 != kept.recorded_sha256:
                what = (
                    f"its kept original is not the file that came: its SHA-256 begins with {kept.actual_sha256[:12]}."
                )
                yield Problem(where, what, _RESTORE_BACKUP)

    def _check_key_references(self) -> Iterator[Problem]:
        """All that is said is about something that its period knows or knew."""
        wrong: dict[tuple[str, str, str], list[str]] = {}
        for place in self.inspector.key_references():
            known = self.known_keys.get(place.period)
            if known and (what := _unknown_keys(place, known)):
                source = f"return {place.return_file}" if place.return_file else "corrections"
                wrong.setdefault((_period_name(place.period), source, place.table), []).append(what)
        for (period, source, kind), names in wrong.items():
            what = f"{kind} are about what its period never knew: {_join_names(names)}."
            yield Problem(f"{period}, {source}", what, _RESTORE_BACKUP)

    def _check_standings(self) -> Iterator[Problem]:
        """Where each task stands is what the returns come to when they are counted again."""
        from ragsheets.returns.assess import assess
        from ragsheets.returns.period_counts import standings_of

        for period, record in self.records.items():
            date = datetime.date.fromisoformat(period)
            kept = self.ledger.standings(date)
            if not kept:
                continue
            try:
                fresh = standings_of(assess(record, self.ledger.frames(date)))
            except _READ_ERRORS as error:
                yield Problem(
                    _period_name(period), f"its returns cannot be counted again ({error!r}).", _RESTORE_BACKUP
                )
                continue
            before, now = Counter(kept), Counter(fresh)
            if different := (before - now) + (now - before):
                names = sorted({standing.task for standing in different})
                what = f"counted again, tasks stand otherwise than was put down: {_join_names(names)}."
                yield Problem(_period_name(period), what, _INGEST_AGAIN.format(period=period))

    def _check_revisions(self) -> Iterator[Problem]:
        """The revisions that were sent out count up without a gap."""
        for (period, edition), numbers in self.inspector.revisions().items():
            if numbers != list(range(len(numbers))):
                revisions = _join_names(list(map(str, numbers)))
                what = f"its revisions are {revisions}, and should count up from 0 without a gap."
                yield Problem(f"{_period_name(period)}, reports sent out, edition {edition}", what, _RESTORE_BACKUP)


def _unknown_keys(reference: KeyReference, known: _KnownKeys) -> str:
    """What a place names that its period does not know; "" where it knows all."""
    from ragsheets.returns.findings import CATALOGUE
    from ragsheets.workbook.layout import HEADLINE_PREFIXES

    tests: Mapping[str, tuple[bool, bool]] = {
        "answers": (reference.key in known.tasks, reference.subkey in known.columns),
        "corrections": (reference.key in known.tasks, reference.subkey in known.columns),
        "totals": (reference.key in known.outcomes, True),
        "headlines": (reference.key in HEADLINE_PREFIXES, True),
        "observations": (reference.key in known.tasks or not reference.key, reference.subkey in CATALOGUE),
    }
    about, under = tests[reference.table]
    return " ".join([*([] if about else [f"“{reference.key}”"]), *([] if under else [f"“{reference.subkey}”"])])


def _period_name(period: str) -> str:
    return f"period {period}"


def _join_names(names: list[str]) -> str:
    more = len(names) - _MAX_NAMES
    return ", ".join(names[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
