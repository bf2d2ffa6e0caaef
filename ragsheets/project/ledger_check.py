"""The check of a ledger: its file, its contents, its references, and its totals, counted again."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import LedgerError, MissingLedgerError, Problem, RagsheetsError

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.ledger.check import KeyReference, LedgerInspector
    from ragsheets.project.folder import Project
    from ragsheets.workbook.sent_workbook import SentWorkbook

_RESTORE_BACKUP = "Put the latest backup of the ledger in its place, and ingest what was received since."
_INGEST_AGAIN = "Run ragsheets ingest --date {period}: it stores them again."
#: The errors of reading where another program has written to the ledger.
_READ_ERRORS = (RagsheetsError, ValueError, LookupError, TypeError, AttributeError)
#: The most names that the message of a fault lists.
_MAX_NAMES = 5


@dataclass(frozen=True, slots=True)
class LedgerCheckResult:
    """The result of checking a ledger; `forgotten` counts the originals that were erased on purpose."""

    periods: int
    returns: int
    forgotten: int
    workbooks: int
    faults: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether there is no fault."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        faults = [{"where": fault.where, "what": fault.what, "fix": fault.fix} for fault in self.faults]
        counts = {name: getattr(self, name) for name in ("periods", "returns", "forgotten", "workbooks")}
        return {"sound": self.is_sound, **counts, "faults": faults}


def check_ledger(project: Project) -> LedgerCheckResult:
    """Check the ledger of a project folder, and describe every fault with its location and its remedy.

    Raises LedgerError where the ledger cannot be opened at all, and ProjectError where there is none.
    """
    results: list[LedgerCheckResult] = []
    try:
        with project.ledger() as ledger:
            if not project.has_ledger:
                raise MissingLedgerError(
                    "there is no ledger in this folder yet.",
                    where=files.LEDGER_FILE,
                    fix="It is made by: ragsheets generate --date YYYY-MM-DD",
                )
            results.append(_LedgerChecker(ledger).run())
    except LedgerError:
        # In a damaged file not even a transaction that changed nothing may end; the faults found so far count.
        if not results or results[0].is_sound:
            raise
    return results[0]


@dataclass
class _KnownKeys:
    """The keys of tasks, columns and outcomes in the plan of a period and in all workbooks that were sent for it."""

    tasks: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=lambda: {""})

    def add_period(self, record: PeriodRecord) -> None:
        self.tasks |= {path.task.key for path in record.plan.task_paths}
        self.outcomes |= {outcome.key for group in record.plan.groups for outcome in group.outcomes}
        self.columns |= {column.key for column in record.template.columns}

    def add_sent_workbook(self, sent: SentWorkbook) -> None:
        self.tasks |= sent.tasks.keys()
        self.outcomes |= {sheet.outcome for sheet in sent.sheets}
        self.columns |= set(sent.columns)


class _LedgerChecker:
    """Checks a ledger step by step; a step that cannot be run is a fault, and the others are still run."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.inspector: LedgerInspector = ledger.inspector
        self.records: dict[str, PeriodRecord] = {}
        self.known_keys: dict[str, _KnownKeys] = {}
        self.counts = dict.fromkeys(("periods", "returns", "forgotten", "workbooks"), 0)

    def run(self) -> LedgerCheckResult:
        """Run every step."""
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
        for rows in self.inspector.orphan_rows():
            message = (
                f"{rows.row_count} of them belong to “{rows.missing_key}”, which is not among the {rows.parent_table}."
            )
            yield Problem(rows.table, message, _RESTORE_BACKUP)

    def _check_periods(self) -> Iterator[Problem]:
        """Check that every period's plan and template can be read."""
        for date in self.ledger.periods():
            self.counts["periods"] += 1
            known_keys = self.known_keys.setdefault(date.isoformat(), _KnownKeys())
            try:
                record = self.ledger.period(date)
            except _READ_ERRORS as error:
                message = f"the plan or the template that it was sent with cannot be read ({_first_line(error)})."
                yield Problem(_period_name(date.isoformat()), message, _RESTORE_BACKUP)
                continue
            self.records[date.isoformat()] = record
            known_keys.add_period(record)

    def _check_workbooks(self) -> Iterator[Problem]:
        """Check that the record of every workbook can be read, and has a reference of its own."""
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
                    where, f"what it was sent with is stored under the reference {sent.reference}.", _RESTORE_BACKUP
                )
            for reference in {sent.reference, book.reference}:
                if reference in owners:
                    yield Problem(where, f"{owners[reference]} has the reference {reference} too.", _RESTORE_BACKUP)
                owners[reference] = f"workbook {book.file} of {book.period}"

    def _check_originals(self) -> Iterator[Problem]:
        """Check that every stored original is the received file, and that no erased one is stored."""
        for row in self.inspector.originals():
            self.counts["returns"] += 1
            self.counts["forgotten"] += bool(row.forgotten)
            digits, actual_digits = files.short_digest(row.recorded_sha256), files.short_digest(row.actual_sha256)
            where = f"{_period_name(row.period)}, return {row.file} ({digits})"
            if row.forgotten and row.actual_sha256:
                message = f"was erased ({row.forgotten}), and its original is still stored."
                yield Problem(where, message, f"Run ragsheets returns forget {digits} again.")
            elif not row.forgotten and row.actual_sha256 != row.recorded_sha256:
                message = (
                    f"its stored original is not the file that was received: its SHA-256 begins with {actual_digits}."
                )
                yield Problem(where, message, _RESTORE_BACKUP)

    def _check_key_references(self) -> Iterator[Problem]:
        """Check that all rows refer to keys that their period has or had."""
        unknown_by_source: dict[tuple[str, str, str], list[str]] = {}
        for reference in self.inspector.key_references():
            known_keys = self.known_keys.get(reference.period)
            if known_keys and (what := _unknown_keys(reference, known_keys)):
                source = f"return {reference.return_file}" if reference.return_file else "corrections"
                unknown_by_source.setdefault((_period_name(reference.period), source, reference.table), []).append(what)
        for (period, source, kind), names in unknown_by_source.items():
            what = f"{kind} refer to what its period never had: {_join_names(names)}."
            yield Problem(f"{period}, {source}", what, _RESTORE_BACKUP)

    def _check_standings(self) -> Iterator[Problem]:
        """Check that the stored standings equal those counted again from the returns."""
        from ragsheets.returns.assess import assess_period
        from ragsheets.returns.period_counts import standings_of

        for period, record in self.records.items():
            date = datetime.date.fromisoformat(period)
            stored = self.ledger.standings(date)
            if not stored:
                continue
            try:
                recounted = standings_of(assess_period(self.ledger, record))
            except _READ_ERRORS as error:
                yield Problem(
                    _period_name(period), f"its returns cannot be counted again ({error!r}).", _RESTORE_BACKUP
                )
                continue
            stored_counts, recounted_counts = Counter(stored), Counter(recounted)
            if different := (stored_counts - recounted_counts) + (recounted_counts - stored_counts):
                names = sorted({standing.task for standing in different})
                message = (
                    f"counted again, these tasks have a different status from the stored one: {_join_names(names)}."
                )
                yield Problem(_period_name(period), message, _INGEST_AGAIN.format(period=period))

    def _check_revisions(self) -> Iterator[Problem]:
        """Check that the revisions that were sent out count up without a gap."""
        for (period, edition), numbers in self.inspector.revisions().items():
            if numbers != list(range(len(numbers))):
                revisions = _join_names(list(map(str, numbers)))
                message = f"its revisions are {revisions}, and should count up from 0 without a gap."
                yield Problem(f"{_period_name(period)}, reports sent out, edition {edition}", message, _RESTORE_BACKUP)


def _unknown_keys(reference: KeyReference, known_keys: _KnownKeys) -> str:
    """Return the keys of a reference that its period does not have; "" where it has all."""
    from ragsheets.returns.finding_catalogue import finding_kinds
    from ragsheets.returns.reading.stated_totals import STATUS_UNCOUNTED
    from ragsheets.workbook.layout import HEADLINE_PREFIXES

    known_codes = {*finding_kinds(), STATUS_UNCOUNTED}
    checks: Mapping[str, tuple[bool, bool]] = {
        "answers": (reference.key in known_keys.tasks, reference.subkey in known_keys.columns),
        "corrections": (reference.key in known_keys.tasks, reference.subkey in known_keys.columns),
        "totals": (reference.key in known_keys.outcomes, True),
        "headlines": (reference.key in HEADLINE_PREFIXES, True),
        "observations": (
            reference.key in known_keys.tasks or not reference.key,
            reference.subkey in known_codes,
        ),
    }
    is_key_known, is_subkey_known = checks[reference.table]
    return " ".join(
        [*([] if is_key_known else [f"“{reference.key}”"]), *([] if is_subkey_known else [f"“{reference.subkey}”"])]
    )


def _period_name(period: str) -> str:
    return f"period {period}"


def _join_names(names: list[str]) -> str:
    further_count = len(names) - _MAX_NAMES
    return ", ".join(names[:_MAX_NAMES]) + (f" and {further_count} more" if further_count > 0 else "")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
