"""Looking into every table of a ledger as it is, for `ragsheets ledger check`: nothing is taken for sound."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.database_errors import ledger_error
from ragsheets.ledger.tables import returns

#: Which fields of what a return says name a task or an outcome, and what stands beside it.
_ABOUT = (
    ("answers", "task", "column"),
    ("headlines", "kind", ""),
    ("totals", "outcome", "line"),
    ("observations", "task", "code"),
)


class Orphan(NamedTuple):
    """Rows of a table that belong to something that is not there: the table, what it names, and how many rows."""

    table: str
    names: str
    missing: str
    rows: int


class Original(NamedTuple):
    """A kept original: its period, its name, the SHA-256 that is recorded of it and that of its bytes ("" where there
    are none), and when it was forgotten ("" where it was not)."""

    period: str
    file: str
    recorded: str
    found: str
    forgotten: str


class Sent(NamedTuple):
    """A workbook that was sent: its period, its reference, its file, and the text of its record."""

    period: str
    reference: str
    file: str
    record: str


class Place(NamedTuple):
    """What something in a ledger is about: the period, the return that says it ("" for a correction), its kind, a task
    or an outcome, and a column or a line."""

    period: str
    source: str
    kind: str
    about: str
    under: str


class Examiner:
    """Looks into the tables of an open ledger."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step of an examination; raises LedgerError where the database cannot do it, and others can go on."""
        try:
            with self._connection.begin_nested():
                yield
        except sa.exc.DBAPIError as error:
            raise ledger_error(self._connection.engine.url, error) from None

    def damage(self) -> list[str]:
        """What SQLite finds wrong with its own file, in its words; a server looks after its files itself."""
        if self._connection.dialect.name != "sqlite":
            return []
        found = self._connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        return [line for text in found for line in str(text).splitlines() if line != "ok"]

    def orphans(self) -> Iterator[Orphan]:
        """Rows that belong to a return or a period that is not there."""
        for table in tables.metadata.sorted_tables:
            for link in table.foreign_keys:
                here, there = link.parent, link.column
                lost = sa.select(here, sa.func.count()).where(here.not_in(sa.select(there))).group_by(here)
                for missing, rows in self._connection.execute(lost.order_by(here)):
                    yield Orphan(table.name, there.table.name, str(missing), rows)

    def originals(self) -> Iterator[Original]:
        """Every kept original, one at a time, since all of them may be more than there is memory."""
        numbers = self._connection.scalars(sa.select(returns.c.id).order_by(returns.c.id)).all()
        for number in numbers:
            row = self._connection.execute(sa.select(returns).where(returns.c.id == number)).one()
            found = hashlib.sha256(row.content).hexdigest() if row.content or not row.forgotten else ""
            yield Original(row.period, row.file, row.sha256, found, row.forgotten)

    def sent(self) -> list[Sent]:
        """Every workbook that was sent."""
        book = tables.workbooks.c
        query = sa.select(book.period, book.reference, book.file, book.sent).order_by(book.id)
        return [Sent(*row) for row in self._connection.execute(query)]

    def places(self) -> Iterator[Place]:
        """What everything that returns and corrections say is about."""
        corrected = tables.corrections.c
        queries = [_places(name, about, under) for name, about, under in _ABOUT]
        nothing, kind = sa.literal(""), sa.literal(tables.corrections.name)
        queries.append(sa.select(corrected.period, nothing, kind, corrected.task, corrected.column).distinct())
        for query in queries:
            yield from map(Place._make, self._connection.execute(query))

    def revisions(self) -> dict[tuple[str, str], list[int]]:
        """The numbers of the revisions that were sent out, by period and edition, in their order."""
        issued = tables.issued.c
        query = sa.select(issued.period, issued.edition, issued.revision)
        found: dict[tuple[str, str], list[int]] = {}
        for period, edition, revision in self._connection.execute(query.order_by(*query.selected_columns)):
            found.setdefault((period, edition), []).append(revision)
        return found


def _places(name: str, about: str, under: str) -> sa.Select[tuple[str, str, str, str, str]]:
    table = tables.SAID[name]
    place = (table.c[about], table.c[under] if under else sa.literal(""))
    query = sa.select(returns.c.period, returns.c.file, sa.literal(name), *place)
    return query.select_from(table.join(returns)).distinct().order_by(returns.c.period, returns.c.file, *place[:1])
