"""Opening a ledger: where its database is, one transaction on it that shuts out others, and its tables as of today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ragsheets.errors import LedgerError
from ragsheets.ledger import tables

#: How long another program's transaction is waited for, in milliseconds.
_PATIENCE = 10_000
#: The number of the lock that every ragsheets takes on a PostgreSQL ledger: any that no other program there uses.
_LOCK = 0x7261_6773


@contextmanager
def connection(url: str | Path, folder: Path = Path()) -> Iterator[sa.Connection]:
    """A connection to the ledger at a database URL or in an SQLite file, with its tables as this version has them.

    All that is done with it is one transaction, kept when the block ends and undone when it raises. While it lasts
    every other ragsheets waits: two commands at the same time leave what one after the other would.

    Args:
        url: where the database is; a Path is an SQLite file.
        folder: where an SQLite file is looked for that a URL names without its whole way; the caller's by default.

    Raises LedgerError where it cannot be opened, is locked by another program, or comes from a newer ragsheets.
    """
    try:
        engine = sa.create_engine(_address(url, folder))
    except ImportError as error:
        raise LedgerError(
            f"the address needs a program library that is not installed ({error.name}).",
            where="ledger",
            fix='For PostgreSQL install ragsheets with: pip install "ragsheets[postgresql]"',
        ) from None
    except sa.exc.ArgumentError as error:
        raise LedgerError(f"the address cannot be used ({error}).", where="ledger") from None
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        sa.event.listen(engine, "begin", _begin_postgresql)
    try:
        with engine.begin() as opened:
            _bring_up_to_date(opened)
            yield opened
    except sa.exc.DBAPIError as error:
        raise LedgerError(
            f"{error.orig}.", where=f"ledger {engine.url.database}", fix="Nothing was changed."
        ) from error
    finally:
        engine.dispose()


def _bring_up_to_date(opened: sa.Connection) -> None:
    """Make the tables where there are none, and bring those of an older version up to this one's."""
    if not sa.inspect(opened).has_table(tables.about.name):
        tables.metadata.create_all(opened)
        opened.execute(tables.about.insert().values(name="schema", value=str(tables.SCHEMA)))
        return
    known = opened.scalar(sa.select(tables.about.c.value).where(tables.about.c.name == "schema"))
    if known is None or not known.isdecimal():
        raise LedgerError("does not say which version made it.", where="ledger", fix="Put a backup in its place.")
    if int(known) > tables.SCHEMA:
        raise LedgerError("was made by a newer ragsheets.", where="ledger", fix="Install that version and try again.")
    if int(known) < tables.SCHEMA:
        from ragsheets.ledger.migrations import migrate

        migrate(opened, int(known))


def _address(url: str | Path, folder: Path) -> sa.URL:
    """Where the database is."""
    if isinstance(url, Path):
        return sa.URL.create("sqlite", database=str(url))
    address = sa.make_url(url)
    file = address.database or ":memory:"
    if address.get_backend_name() != "sqlite" or file.startswith((":", "file:")):
        return address
    return address.set(database=str(folder / file))


def _prepare_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy begins transactions itself, so that making the tables is undone with the rest.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not left in a free page
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_PATIENCE}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
