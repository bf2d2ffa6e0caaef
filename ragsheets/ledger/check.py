"""Inspect every table of a ledger for `ragsheets ledger check`, without assuming that its content is valid."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.database_errors import ledger_error
from ragsheets.ledger.rows import LedgerPart
from ragsheets.ledger.tables import returns

#: The tables with a return's content, the column of each that names a task, an outcome or a kind of headline, and its
#: secondary column.
_KEY_COLUMNS = (
    ("answers", "task", "column"),
    ("headlines", "kind", ""),
    ("totals", "outcome", "line"),
    ("observations", "task", "code"),
)


class OrphanRows(NamedTuple):
    """Rows of a table whose foreign key refers to a missing row: both tables, the missing key, the number of rows."""

    table: str
    parent_table: str
    missing_key: str
    row_count: int


class StoredOriginal(NamedTuple):
    """A stored original: its period, its name, its recorded SHA-256, the SHA-256 of its bytes ("" if there are none),
    and when it was forgotten ("" if it was not)."""

    period: str
    file: str
    recorded_sha256: str
    actual_sha256: str
    forgotten: str


class StoredWorkbook(NamedTuple):
    """A workbook that was sent: its period, reference and file, and its record as JSON text."""

    period: str
    reference: str
    file: str
    sent_json: str


class KeyReference(NamedTuple):
    """The keys that a row of a ledger refers to: the period, the return ("" for a correction), the row's table, its
    task, outcome or kind of headline, and its column, line or observation code ("" for a headline)."""

    period: str
    return_file: str
    table: str
    key: str
    subkey: str


class LedgerInspector(LedgerPart):
    """Inspects the tables of an open ledger."""

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run one step of an inspection; raises LedgerError if the database fails, so that other steps can go on."""
        try:
            with self._connection.begin_nested():
                yield
        except sa.exc.DBAPIError as error:
            raise ledger_error(self._connection.engine.url, error) from None

    def integrity_errors(self) -> list[str]:
        """Return the errors that SQLite finds in its file, in its words; none for a server, which checks its own."""
        if self._connection.dialect.name != "sqlite":
            return []
        messages = self._connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        return [line for text in messages for line in str(text).splitlines() if line != "ok"]

    def orphan_rows(self) -> Iterator[OrphanRows]:
        """Yield the rows that belong to a missing return or period."""
        for table in tables.metadata.sorted_tables:
            for link in table.foreign_keys:
                child_column, parent_column = link.parent, link.column
                orphan_query = (
                    sa.select(child_column, sa.func.count())
                    .where(child_column.not_in(sa.select(parent_column)))
                    .group_by(child_column)
                )
                for missing_key, row_count in self._connection.execute(orphan_query.order_by(child_column)):
                    yield OrphanRows(table.name, parent_column.table.name, str(missing_key), row_count)

    def originals(self) -> Iterator[StoredOriginal]:
        """Yield every stored original, one at a time, since all of them may not fit in memory."""
        numbers = self._connection.scalars(sa.select(returns.c.id).order_by(returns.c.id)).all()
        for number in numbers:
            row = self._connection.execute(sa.select(returns).where(returns.c.id == number)).one()
            actual_sha256 = hashlib.sha256(row.content).hexdigest() if row.content or not row.forgotten else ""
            yield StoredOriginal(row.period, row.file, row.sha256, actual_sha256, row.forgotten)

    def workbooks(self) -> list[StoredWorkbook]:
        """Return every workbook that was sent."""
        columns = tables.workbooks.c
        query = sa.select(columns.period, columns.reference, columns.file, columns.sent).order_by(columns.id)
        return [StoredWorkbook(*row) for row in self._connection.execute(query)]

    def key_references(self) -> Iterator[KeyReference]:
        """Yield the keys that the content of returns and corrections refers to."""
        columns = tables.corrections.c
        queries = [_key_references(name, key_column, subkey_column) for name, key_column, subkey_column in _KEY_COLUMNS]
        no_file, table_name = sa.literal(""), sa.literal(tables.corrections.name)
        queries.append(sa.select(columns.period, no_file, table_name, columns.task, columns.column).distinct())
        for query in queries:
            yield from map(KeyReference._make, self._connection.execute(query))

    def revisions(self) -> dict[tuple[str, str], list[int]]:
        """Return the numbers of the issued revisions, by period and edition, in ascending order."""
        columns = tables.issued.c
        query = sa.select(columns.period, columns.edition, columns.revision)
        revisions: dict[tuple[str, str], list[int]] = {}
        for period, edition, revision in self._connection.execute(query.order_by(*query.selected_columns)):
            revisions.setdefault((period, edition), []).append(revision)
        return revisions


def _key_references(table_name: str, key_column: str, subkey_column: str) -> sa.Select[tuple[str, str, str, str, str]]:
    table = tables.PARSED_TABLES[table_name]
    key_columns = (table.c[key_column], table.c[subkey_column] if subkey_column else sa.literal(""))
    query = sa.select(returns.c.period, returns.c.file, sa.literal(table_name), *key_columns)
    return (
        query.select_from(table.join(returns)).distinct().order_by(returns.c.period, returns.c.file, *key_columns[:1])
    )
