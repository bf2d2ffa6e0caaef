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
_KEY_COLUMNS = (
    ("answers", "task", "column"),
    ("headlines", "kind", ""),
    ("totals", "outcome", "line"),
    ("observations", "task", "code"),
)


class OrphanRows(NamedTuple):
    """Rows of a table that belong to something that is not there: the table, what it names, and how many rows."""

    table: str
    parent_table: str
    missing_key: str
    row_count: int


class StoredOriginal(NamedTuple):
    """A kept original: its period, its name, the SHA-256 that is recorded of it and that of its bytes ("" where there
    are none), and when it was forgotten ("" where it was not)."""

    period: str
    file: str
    recorded_sha256: str
    actual_sha256: str
    forgotten: str


class StoredWorkbook(NamedTuple):
    """A workbook that was sent: its period, its reference, its file, and the text of its record."""

    period: str
    reference: str
    file: str
    sent_json: str


class KeyReference(NamedTuple):
    """What something in a ledger is about: the period, the return that says it ("" for a correction), its kind, a task
    or an outcome, and a column or a line."""

    period: str
    return_file: str
    table: str
    key: str
    subkey: str


class LedgerInspector:
    """Looks into the tables of an open ledger."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """One step of an examination; raises LedgerError where the database cannot do it, and others can go on."""
        try:
            with self._connection.begin_nested():
                yield
        except sa.exc.DBAPIError as error:
            raise ledger_error(self._connection.engine.url, error) from None

    def integrity_errors(self) -> list[str]:
        """What SQLite finds wrong with its own file, in its words; a server looks after its files itself."""
        if self._connection.dialect.name != "sqlite":
            return []
        found = self._connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        return [line for text in found for line in str(text).splitlines() if line != "ok"]

    def orphan_rows(self) -> Iterator[OrphanRows]:
        """Rows that belong to a return or a period that is not there."""
        for table in tables.metadata.sorted_tables:
            for link in table.foreign_keys:
                here, there = link.parent, link.column
                lost = sa.select(here, sa.func.count()).where(here.not_in(sa.select(there))).group_by(here)
                for missing, rows in self._connection.execute(lost.order_by(here)):
                    yield OrphanRows(table.name, there.table.name, str(missing), rows)

    def originals(self) -> Iterator[StoredOriginal]:
        """Every kept original, one at a time, since all of them may be more than there is memory."""
        numbers = self._connection.scalars(sa.select(returns.c.id).order_by(returns.c.id)).all()
        for number in numbers:
            row = self._connection.execute(sa.select(returns).where(returns.c.id == number)).one()
            found = hashlib.sha256(row.content).hexdigest() if row.content or not row.forgotten else ""
            yield StoredOriginal(row.period, row.file, row.sha256, found, row.forgotten)

    def workbooks(self) -> list[StoredWorkbook]:
        """Every workbook that was sent."""
        book = tables.workbooks.c
        query = sa.select(book.period, book.reference, book.file, book.sent).order_by(book.id)
        return [StoredWorkbook(*row) for row in self._connection.execute(query)]

    def key_references(self) -> Iterator[KeyReference]:
        """What everything that returns and corrections say is about."""
        corrected = tables.corrections.c
        queries = [_key_references(name, about, under) for name, about, under in _KEY_COLUMNS]
        nothing, kind = sa.literal(""), sa.literal(tables.corrections.name)
        queries.append(sa.select(corrected.period, nothing, kind, corrected.task, corrected.column).distinct())
        for query in queries:
            yield from map(KeyReference._make, self._connection.execute(query))

    def revisions(self) -> dict[tuple[str, str], list[int]]:
        """The numbers of the revisions that were sent out, by period and edition, in their order."""
        issued = tables.issued.c
        query = sa.select(issued.period, issued.edition, issued.revision)
        found: dict[tuple[str, str], list[int]] = {}
        for period, edition, revision in self._connection.execute(query.order_by(*query.selected_columns)):
            found.setdefault((period, edition), []).append(revision)
        return found


def _key_references(table_name: str, key_column: str, subkey_column: str) -> sa.Select[tuple[str, str, str, str, str]]:
    table = tables.PARSED_TABLES[table_name]
    place = (table.c[key_column], table.c[subkey_column] if subkey_column else sa.literal(""))
    query = sa.select(returns.c.period, returns.c.file, sa.literal(table_name), *place)
    return query.select_from(table.join(returns)).distinct().order_by(returns.c.period, returns.c.file, *place[:1])
