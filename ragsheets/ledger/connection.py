"""Opening a ledger: where its database is, one transaction on it that shuts out others, and its tables as of today."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ragsheets.errors import LedgerError
from ragsheets.ledger import tables
from ragsheets.ledger.database_errors import NOTHING_CHANGED, is_in_use, ledger_error, ledger_name
from ragsheets.ledger.network_shares import network_share_of

#: How long another program's transaction is waited for before that is said, and in all, in milliseconds: a large
#: ingest may take some minutes.
FIRST_WAIT_MS, LOCK_TIMEOUT_MS = 2_000, 180_000
#: How long a server is waited for that does not answer at all, in seconds.
_CONNECT_TIMEOUT_SECONDS = 10
#: What every ragsheets locks in a PostgreSQL ledger: a number that no other program there uses, and the schema.
_ADVISORY_LOCK_KEY = f"{0x7261_6773}, hashtext(coalesce(current_schema(), ''))"

#: What is to be said while a ledger is opened; the command line prints it, and a program may listen to it.
_log = logging.getLogger(__name__)


@contextmanager
def open_connection(url: str | Path, folder: Path = Path()) -> Iterator[sa.Connection]:
    """A connection to the ledger at a database URL or in an SQLite file, with its tables as this version has them.

    All that is done with it is one transaction, kept when the block ends and undone when it raises. While it lasts
    every other ragsheets waits: two commands at the same time leave what one after the other would. An older ledger is
    copied and brought up to date first, in a transaction of its own; where the copy lies is logged as a warning.

    Args:
        url: where the database is; a Path is an SQLite file.
        folder: where an SQLite file is looked for that a URL names without its whole way; the caller's by default.

    Raises LedgerError where it cannot be opened or written, lies on a network share, is locked by another program, or
    comes from a newer ragsheets.
    """
    address = _parse_database_url(url, folder)
    engine = _engine(address)
    try:
        with engine.begin() as opened:
            copy = _prepare_tables(opened)
            if copy is None:
                yield opened
        if copy is not None:
            _log.warning("the ledger was made by an older version and is brought up to date; as it was: %s", copy)
            with engine.begin() as opened:
                yield opened
    except (sa.exc.DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise ledger_error(address, error) from None
    finally:
        engine.dispose()


def _prepare_tables(opened: sa.Connection) -> str | None:
    """Make the tables where there are none, and bring those of an older version up to this one's.

    Gives where the copy lies of a ledger that was brought up, "" where it needs none, and None for any other ledger.
    """
    where = ledger_name(opened.engine.url)
    if not sa.inspect(opened).has_table(tables.about.name):
        tables.metadata.create_all(opened)
        opened.execute(tables.about.insert().values(name="schema", value=str(tables.SCHEMA_VERSION)))
        return None
    known = opened.scalar(sa.select(tables.about.c.value).where(tables.about.c.name == "schema"))
    if known is None or not known.isdecimal():
        raise LedgerError("does not say which version made it.", where=where, fix="Put a backup in its place.")
    if int(known) > tables.SCHEMA_VERSION:
        raise LedgerError(
            f"was made by a newer ragsheets (its tables are of version {known}, "
            f"and this one knows {tables.SCHEMA_VERSION}).",
            where=where,
            fix=f"Install that version and try again. {NOTHING_CHANGED}",
        )
    if int(known) == tables.SCHEMA_VERSION:
        return None
    from ragsheets.ledger.backup import back_up
    from ragsheets.ledger.migrations import migrate

    copy = back_up(opened, int(known))
    migrate(opened, int(known), copy)
    return copy


# ------------------------------------------------------------------------------------------------------- where it is


def _parse_database_url(url: str | Path, folder: Path) -> sa.URL:
    """Where the database is; raises LedgerError for what is no address of an SQLite file or a PostgreSQL database."""
    if isinstance(url, Path):
        return sa.URL.create("sqlite", database=str(url))
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise _invalid_address_error("is not that of a database.") from None
    if address.drivername in ("sqlite", "sqlite+pysqlite"):
        file = address.database or ":memory:"
        return address if file.startswith((":", "file:")) else address.set(database=str(folder / file))
    if address.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise _invalid_address_error(
            f"begins with {address.drivername}, which is no kind of database that ragsheets keeps."
        )
    if any("@" in str(part) for part in (address.host or "", address.database or "", *address.query.values())):
        raise _invalid_address_error("has an @ too many: one that belongs to a password is written as %40.")
    return address.set(drivername="postgresql+psycopg")


def _invalid_address_error(what: str) -> LedgerError:
    return LedgerError(
        f"the address {what}",
        where="ledger",
        fix="Write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE.",
    )


def _engine(database_url: sa.URL) -> sa.Engine:
    """What connects to the database; raises LedgerError where its library is missing or the file lies on a share."""
    if database_url.get_backend_name() == "sqlite":
        _reject_network_share(database_url)
        engine = sa.create_engine(database_url)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        patience = {} if "connect_timeout" in database_url.query else {"connect_timeout": _CONNECT_TIMEOUT_SECONDS}
        # What was done while the lock was waited for must be seen, whatever the server's usual way is.
        engine = sa.create_engine(database_url, connect_args=patience, isolation_level="READ COMMITTED")
    except ImportError as error:
        raise LedgerError(
            f"the address needs a program library that is not installed ({error.name}).",
            where="ledger",
            fix='For PostgreSQL install ragsheets with: pip install "ragsheets[postgresql]"',
        ) from None
    sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _reject_network_share(database_url: sa.URL) -> None:
    file = database_url.database or ":memory:"
    if file.startswith((":", "file:")):
        return
    if share := network_share_of(Path(file)):
        raise LedgerError(
            f"lies on a network share ({share}), where SQLite cannot keep two programs out of each other's way: "
            "the ledger would be damaged sooner or later.",
            where=ledger_name(database_url),
            fix="Move the project folder to a disk of this computer, or keep the ledger in a PostgreSQL database: "
            f'ledger = "postgresql+psycopg://…" in the plan. {NOTHING_CHANGED}',
        )


# -------------------------------------------------------------------------------------------------------- one by one


def _prepare_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy begins transactions itself, so that making the tables is undone with the rest.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not left in a free page


def _begin_sqlite(connection: sa.Connection) -> None:
    begin, waiting = "BEGIN IMMEDIATE", "PRAGMA busy_timeout = {}"
    connection.exec_driver_sql(waiting.format(min(FIRST_WAIT_MS, LOCK_TIMEOUT_MS)))
    try:
        connection.exec_driver_sql(begin)
    except sa.exc.DBAPIError as error:
        if not is_in_use(error) or LOCK_TIMEOUT_MS <= FIRST_WAIT_MS:
            raise
        _log_waiting()
        connection.exec_driver_sql(waiting.format(LOCK_TIMEOUT_MS - FIRST_WAIT_MS))
        connection.exec_driver_sql(begin)
    # Readers may hold up the end of the transaction too.
    connection.exec_driver_sql(waiting.format(LOCK_TIMEOUT_MS))


def _begin_postgresql(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
    if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_ADVISORY_LOCK_KEY})").scalar():
        _log_waiting()
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK_KEY})")


def _log_waiting() -> None:
    _log.warning("another program is using the ledger; waiting for it …")
