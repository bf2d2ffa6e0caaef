"""The originals of returns: what is kept of each, given back byte for byte, or erased for good."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ragsheets.errors import LedgerError
from ragsheets.ledger import tables
from ragsheets.ledger.records import OriginalRecord
from ragsheets.ledger.tables import returns

#: What takes erased bytes out of a database's files: they stay in its free pages otherwise.
_COMPACT_STATEMENTS = {
    "sqlite": ("PRAGMA secure_delete = ON", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"),
    "postgresql": ("VACUUM FULL returns",),
}


class Originals:
    """The originals in an open ledger (`Ledger.originals`)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def records(self, date: datetime.date | None = None) -> list[OriginalRecord]:
        """Every file that is known to have come back, of one period or of all, the oldest first."""
        size = sa.func.length(returns.c.content)
        columns = [size if name == "size" else returns.c[_column_name(name)] for name in OriginalRecord.__slots__]
        query = sa.select(*columns).order_by(returns.c.period, returns.c.id)
        if date is not None:
            query = query.where(returns.c.period == date.isoformat())
        return [OriginalRecord(*row) for row in self._connection.execute(query)]

    def content(self, number: int) -> bytes:
        """The bytes of an original; none are left of one that was erased."""
        found = self._connection.scalar(sa.select(returns.c.content).where(returns.c.id == number))
        return bytes(found or b"")

    def parsed_rows(self, numbers: Collection[int]) -> dict[str, list[Mapping[str, Any]]]:
        """What these returns said, in the order in which it was read, by the names of the ledger's tables for it; each
        with its `return_id`."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for name, table in tables.PARSED_TABLES.items():
            columns = [column for column in table.c if not column.primary_key]
            query = _where_return(sa.select(*columns), table, numbers).order_by(table.c.return_id, table.c.id)
            found[name] = [dict(row) for row in self._connection.execute(query).mappings()]
        return found

    def replace_parsed_rows(self, table_name: str, numbers: Collection[int], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put other rows in the place of what these returns said, in one of the tables that `said` gives."""
        table = tables.PARSED_TABLES[table_name]
        self._connection.execute(_where_return(table.delete(), table, numbers))
        if rows:
            self._connection.execute(table.insert(), [dict(row) for row in rows])

    def forget(self, digests: Collection[str], forgotten_at: str) -> None:
        """Erase the originals with these bytes, in whatever period they came; what they said stays.

        The bytes are out of the database's files after `compact`.
        """
        mine = (returns.c.sha256.in_(digests), returns.c.forgotten == "")
        self._connection.execute(returns.update().where(*mine).values(content=b"", forgotten=forgotten_at))

    def forgotten_times(self, digests: Collection[str]) -> dict[str, str]:
        """When the originals with these bytes were erased, by their SHA-256; those that are kept are left out."""
        query = sa.select(returns.c.sha256, returns.c.forgotten)
        rows = self._connection.execute(query.where(returns.c.sha256.in_(digests), returns.c.forgotten != ""))
        return {row.sha256: row.forgotten for row in rows}

    @property
    def database_url(self) -> sa.URL:
        """Where the database is, for `compact`."""
        return self._connection.engine.url


def compact(database_url: sa.URL) -> None:
    """Write a database afresh without what was erased from it; no transaction may be open on it.

    Raises LedgerError where another program keeps it from being written, or there is no room on the disk.
    """
    engine = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in _COMPACT_STATEMENTS.get(engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        raise LedgerError(
            f"{error.orig}; what was forgotten may be left in its free pages.",
            where=f"ledger {engine.url.database}",
            fix="Close it in other programs, see that the disk has room, and give the same command again.",
        ) from error
    finally:
        engine.dispose()


def _column_name(name: str) -> str:
    return {"number": "id"}.get(name, name)


def _where_return(statement: Any, table: sa.Table, numbers: Collection[int]) -> Any:
    return statement.where(table.c.return_id.in_(numbers))
