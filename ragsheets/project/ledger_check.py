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
    from ragsheets.ledger.check import Examiner, Place
    from ragsheets.project.folder import Project
    from ragsheets.workbook.sent_workbook import Sent

_BACKUP = "Put the latest backup of the ledger in its place, and ingest what came in since."
_AGAIN = "Run ragsheets ingest --date {period}: it puts them down again."
#: What reading raises where somebody has written something else into the ledger.
_UNREADABLE = (RagsheetsError, ValueError, LookupError, TypeError, AttributeError)
#: So many names are told of those that a fault is about.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Audit:
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


def check_ledger(project: Project) -> Audit:
    """Prove the ledger of a project folder sound, or name every fault with where it is and how to mend it.

    Raises LedgerError where the ledger cannot be opened at all, and ProjectError where there is none.
    """
    found: list[Audit] = []
    try:
        with project.ledger() as ledger:
            found.append(_Auditor(ledger).audit())
    except LedgerError:
        # A damaged file may not even let a transaction end that changed nothing; what was found counts.
        if not found or found[0].is_sound:
            raise
    return found[0]


@dataclass
class _Known:
    """What a period knows or knew: the tasks, columns, outcomes and sub-groups of its plan and of all that was sent."""

    tasks: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=lambda: {""})

    def learn_period(self, record: PeriodRecord) -> None:
        outcomes = [outcome for group in record.plan.groups for outcome in group.outcomes]
        self.tasks |= {task.key for outcome in outcomes for task in outcome.tasks}
        self.outcomes |= {outcome.key for outcome in outcomes}
        self.columns |= {column.key for column in record.template.columns}

    def learn_sent(self, sent: Sent) -> None:
        self.tasks |= sent.tasks.keys()
        self.outcomes |= {sheet.outcome for sheet in sent.sheets}
        self.columns |= set(sent.columns)


class _Auditor:
    """Goes through a ledger step by step; one that cannot be done is a fault, and the others go on."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.examiner: Examiner = ledger.examiner
        self.records: dict[str, PeriodRecord] = {}
        self.known: dict[str, _Known] = {}
        self.counts = dict.fromkeys(("periods", "returns", "forgotten", "workbooks"), 0)

    def audit(self) -> Audit:
        """Go through everything."""
        steps: tuple[Callable[[], Iterator[Problem]], ...] = (
            self._file,
            self._links,
            self._periods,
            self._sent,
            self._originals,
            self._places,
            self._standings,
            self._revisions,
        )
        faults: list[Problem] = []
        for step in steps:
            try:
                with self.examiner.step():
                    faults += step()
            except LedgerError as error:
                faults += [Problem(problem.where, problem.what, _BACKUP) for problem in error.problems]
        return Audit(**self.counts, faults=tuple(dict.fromkeys(faults)))

    def _file(self) -> Iterator[Problem]:
        for line in self.examiner.damage():
            yield Problem("the ledger's file", f"is damaged: {line}.", _BACKUP)

    def _links(self) -> Iterator[Problem]:
        for lost in self.examiner.orphans():
            what = f"{lost.rows} of them belong to “{lost.missing}”, which is not among the {lost.names}."
            yield Problem(lost.table, what, _BACKUP)

    def _periods(self) -> Iterator[Problem]:
        """Every period's plan and template can be read."""
        for date in self.ledger.periods():
            self.counts["periods"] += 1
            known = self.known.setdefault(date.isoformat(), _Known())
            try:
                record = self.ledger.period(date)
            except _UNREADABLE as error:
                what = f"the plan or the template that it was sent with cannot be read ({_first_line(error)})."
                yield Problem(_of_period(date.isoformat()), what, _BACKUP)
                continue
            self.records[date.isoformat()] = record
            known.learn_period(record)

    def _sent(self) -> Iterator[Problem]:
        """What every workbook was sent with can be read, and each has a reference of its own."""
        from ragsheets.workbook.sent_workbook import from_json

        owners: dict[str, str] = {}
        for book in self.examiner.sent():
            self.counts["workbooks"] += 1
            where = f"{_of_period(book.period)}, workbook {book.file} ({book.reference})"
            try:
                sent = from_json(book.record)
                self.known.setdefault(book.period, _Known()).learn_sent(sent)
            except _UNREADABLE as error:
                yield Problem(where, f"what it was sent with cannot be read ({_first_line(error)}).", _BACKUP)
                continue
            if sent.reference != book.reference:
                yield Problem(where, f"what it was sent with is kept under the reference {sent.reference}.", _BACKUP)
            for reference in {sent.reference, book.reference}:
                if reference in owners:
                    yield Problem(where, f"{owners[reference]} has the reference {reference} too.", _BACKUP)
                owners[reference] = f"workbook {book.file} of {book.period}"

    def _originals(self) -> Iterator[Problem]:
        """Every kept original is the file that came; one that was forgotten is gone."""
        for kept in self.examiner.originals():
            self.counts["returns"] += 1
            self.counts["forgotten"] += bool(kept.forgotten)
            where = f"{_of_period(kept.period)}, return {kept.file} ({kept.recorded[:12]})"
            if kept.forgotten and kept.found:
                what = f"was forgotten ({kept.forgotten}), and its original is still kept."
                yield Problem(where, what, f"Run ragsheets returns forget {kept.recorded[:12]} again.")
            elif not kept.forgotten and kept.found != kept.recorded:
                what = f"its kept original is not the file that came: its SHA-256 begins with {kept.found[:12]}."
                yield Problem(where, what, _BACKUP)

    def _places(self) -> Iterator[Problem]:
        """All that is said is about something that its period knows or knew."""
        wrong: dict[tuple[str, str, str], list[str]] = {}
        for place in self.examiner.places():
            known = self.known.get(place.period)
            if known and (what := _unknown(place, known)):
                source = f"return {place.source}" if place.source else "corrections"
                wrong.setdefault((_of_period(place.period), source, place.kind), []).append(what)
        for (period, source, kind), names in wrong.items():
            what = f"{kind} are about what its period never knew: {_listed(names)}."
            yield Problem(f"{period}, {source}", what, _BACKUP)

    def _standings(self) -> Iterator[Problem]:
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
            except _UNREADABLE as error:
                yield Problem(_of_period(period), f"its returns cannot be counted again ({error!r}).", _BACKUP)
                continue
            before, now = Counter(kept), Counter(fresh)
            if different := (before - now) + (now - before):
                names = sorted({standing.task for standing in different})
                what = f"counted again, tasks stand otherwise than was put down: {_listed(names)}."
                yield Problem(_of_period(period), what, _AGAIN.format(period=period))

    def _revisions(self) -> Iterator[Problem]:
        """The revisions that were sent out count up without a gap."""
        for (period, edition), numbers in self.examiner.revisions().items():
            if numbers != list(range(len(numbers))):
                what = (
                    f"its revisions are {_listed(list(map(str, numbers)))}, and should count up from 0 without a gap."
                )
                yield Problem(f"{_of_period(period)}, reports sent out, edition {edition}", what, _BACKUP)


def _unknown(place: Place, known: _Known) -> str:
    """What a place names that its period does not know; "" where it knows all."""
    from ragsheets.returns.findings import CATALOGUE
    from ragsheets.workbook.layout import HEADLINES

    tests: Mapping[str, tuple[bool, bool]] = {
        "answers": (place.about in known.tasks, place.under in known.columns),
        "corrections": (place.about in known.tasks, place.under in known.columns),
        "totals": (place.about in known.outcomes, True),
        "headlines": (place.about in HEADLINES, True),
        "observations": (place.about in known.tasks or not place.about, place.under in CATALOGUE),
    }
    about, under = tests[place.kind]
    return " ".join([*([] if about else [f"“{place.about}”"]), *([] if under else [f"“{place.under}”"])])


def _of_period(period: str) -> str:
    return f"period {period}"


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
