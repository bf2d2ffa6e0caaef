"""The originals of returns: list them, read them byte for byte, note their sub-groups, or erase them permanently."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ragsheets.errors import LedgerError
from ragsheets.ledger import tables
from ragsheets.ledger.records import OriginalRecord
from ragsheets.ledger.rows import LedgerPart, columns_of, of_period
from ragsheets.ledger.tables import returns

#: The statements that remove erased bytes from a database's files; otherwise they stay in its free pages.
_COMPACT_STATEMENTS = {
    "sqlite": ("PRAGMA secure_delete = ON", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"),
    "postgresql": ("VACUUM FULL returns",),
}


class Originals(LedgerPart):
    """The originals in an open ledger (`Ledger.originals`)."""

    def records(self, date: datetime.date | None = None) -> list[OriginalRecord]:
        """Return the records of all received files, of one period or of all, the oldest first."""
        columns = columns_of(returns, OriginalRecord, without=("size",))
        size = sa.func.length(returns.c.content).label("size")
        query = sa.select(*columns, size).order_by(returns.c.period, returns.c.id)
        if date is not None:
            query = query.where(of_period(returns, date))
        return [OriginalRecord(**row) for row in self._connection.execute(query).mappings()]

    def workbook_groups(self, date: datetime.date) -> dict[str, str]:
        """Return the sub-groups of a period's accepted and excluded workbooks, by SHA-256."""
        query = sa.select(returns.c.sha256, returns.c.group).where(
            of_period(returns, date), returns.c.result.in_(("accepted", "excluded")), returns.c.group != ""
        )
        return {row.sha256: row.group for row in self._connection.execute(query)}

    def assign_groups(self, date: datetime.date, groups: Mapping[str, str]) -> None:
        """Store the sub-groups that a period's rejected and ignored files are from, by SHA-256."""
        for digest, group in groups.items():
            self._connection.execute(
                returns.update()
                .where(
                    of_period(returns, date),
                    returns.c.sha256 == digest,
                    returns.c.result.in_(("rejected", "ignored")),
                )
                .values(group=group)
            )

    def content(self, number: int) -> bytes:
        """Return the bytes of an original; empty if it was erased."""
        content = self._connection.scalar(sa.select(returns.c.content).where(returns.c.id == number))
        return bytes(content or b"")

    def parsed_rows(self, numbers: Collection[int]) -> dict[str, list[Mapping[str, Any]]]:
        """Return the rows parsed from these returns, by table name, in the order that they were read in; each has its
        `return_id`."""
        rows_by_table: dict[str, list[Mapping[str, Any]]] = {}
        for name, table in tables.PARSED_TABLES.items():
            columns = [column for column in table.c if not column.primary_key]
            query = _where_return(sa.select(*columns), table, numbers).order_by(table.c.return_id, table.c.id)
            rows_by_table[name] = [dict(row) for row in self._connection.execute(query).mappings()]
        return rows_by_table

    def replace_parsed_rows(self, table_name: str, numbers: Collection[int], rows: Sequence[Mapping[str, Any]]) -> None:
        """Replace the rows parsed from these returns in one of the tables that `parsed_rows` returns."""
        table = tables.PARSED_TABLES[table_name]
        self._connection.execute(_where_return(table.delete(), table, numbers))
        if rows:
            self._connection.execute(table.insert(), [dict(row) for row in rows])

    def forget(self, digests: Collection[str], forgotten_at: str) -> None:
        """Erase the originals with these SHA-256 digests, in every period; the rows parsed from them stay.

        The bytes stay in the database's files until `compact`.
        """
        matching_originals = (returns.c.sha256.in_(digests), returns.c.forgotten == "")
        self._connection.execute(
            returns.update().where(*matching_originals).values(content=b"", forgotten=forgotten_at)
        )

    def forgotten_times(self, digests: Collection[str]) -> dict[str, str]:
        """Return the times when originals were erased, by SHA-256, without those that were not erased."""
        query = sa.select(returns.c.sha256, returns.c.forgotten)
        rows = self._connection.execute(query.where(returns.c.sha256.in_(digests), returns.c.forgotten != ""))
        return {row.sha256: row.forgotten for row in rows}

    @property
    def database_url(self) -> sa.URL:
        """The address of the database, for `compact`."""
        return self._connection.engine.url


def compact(database_url: sa.URL) -> None:
    """Rewrite a database without the content erased from it; no transaction may be open on it.

    Raises LedgerError if another program has locked it, or the disk is full.
    """
    engine = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in _COMPACT_STATEMENTS.get(engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        raise LedgerError(
            f"the originals are erased, but their contents may remain in unused parts of its file ({error.orig}).",
            where=f"ledger {engine.url.database}",
            fix="Close it in other programs, check that the disk has free space, and run the same command again.",
        ) from error
    finally:
        engine.dispose()


def _where_return(statement: Any, table: sa.Table, numbers: Collection[int]) -> Any:
    return statement.where(table.c.return_id.in_(numbers))
