"""Open a ledger: connect to its database, start one exclusive transaction, and migrate its tables."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ragsheets.errors import LedgerError, MissingLedgerError
from ragsheets.files.long_paths import openable_path
from ragsheets.ledger import tables
from ragsheets.ledger.address import IN_MEMORY, parse_address, sqlite_path
from ragsheets.ledger.database_errors import NOTHING_CHANGED, is_in_use, ledger_error, ledger_name
from ragsheets.ledger.network_shares import network_share_of

#: How long to wait for another program's transaction before logging that, and in total, in milliseconds: a large
#: ingest may take some minutes.
FIRST_WAIT_MS, LOCK_TIMEOUT_MS = 2_000, 180_000
#: How long to wait for a server that does not answer, in seconds.
_CONNECT_TIMEOUT_SECONDS = 10
#: The advisory lock of a PostgreSQL ledger: a number that no other program there uses, and the schema.
_ADVISORY_LOCK_KEY = f"{0x7261_6773}, hashtext(coalesce(current_schema(), ''))"

#: Messages while a ledger is opened; the command line prints them, and a program can handle them.
_log = logging.getLogger(__name__)


@contextmanager
def open_connection(
    url: str | Path | sa.URL, folder: Path = Path(), *, must_exist: bool = False
) -> Iterator[sa.Connection]:
    """Open a connection to the ledger at a database URL or in an SQLite file, with its tables in the current version.

    The block is one transaction, committed when it ends and rolled back when it raises. Meanwhile every other ragsheets
    process waits, so that two simultaneous commands have the same result as one after the other. An older ledger is
    backed up and migrated first, in a transaction of its own; the location of the backup is logged as a warning.

    Args:
        url: a database URL, as text or parsed (`ragsheets.ledger.address`), or the Path of an SQLite file.
        folder: the folder that a relative SQLite path in a URL as text refers to; the working directory by default.
        must_exist: make no ledger where there is none.

    Raises:
        MissingLedgerError: there is no ledger, and it must exist.
        LedgerError: the ledger cannot be opened or written, is on a network share, is locked by another program, or was
            made by a newer ragsheets.
    """
    address = _address_of(url, folder)
    if must_exist and (file := sqlite_path(address)) and not openable_path(file).exists():
        raise _missing_ledger_error(address)
    engine = _engine(address)
    try:
        with engine.begin() as connection:
            backup_location = _prepare_tables(connection, must_exist=must_exist)
            if backup_location is None:
                yield connection
        if backup_location is not None:
            _log.warning(
                "the ledger was made by an older version and is brought up to date; as it was: %s", backup_location
            )
            with engine.begin() as connection:
                yield connection
    except (sa.exc.DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise ledger_error(address, error) from None
    finally:
        engine.dispose()


def _address_of(url: str | Path | sa.URL, folder: Path) -> sa.URL:
    if isinstance(url, Path):
        return sa.URL.create("sqlite", database=str(url))
    if isinstance(url, sa.URL) or url == IN_MEMORY:
        return sa.make_url(url)
    return parse_address(url, folder, "ledger")


def _missing_ledger_error(address: sa.URL) -> MissingLedgerError:
    return MissingLedgerError(
        "there is no such ledger.",
        where=ledger_name(address),
        fix="Check the name; a new ledger is made by: ragsheets generate --date YYYY-MM-DD",
    )


def _prepare_tables(connection: sa.Connection, *, must_exist: bool) -> str | None:
    """Create missing tables, unless the ledger must exist, and migrate those of an older version.

    Returns the location of the backup of a migrated ledger, "" if it needs none, and None for any other ledger.
    """
    name = ledger_name(connection.engine.url)
    if not sa.inspect(connection).has_table(tables.about.name):
        if must_exist:
            raise _missing_ledger_error(connection.engine.url)
        tables.metadata.create_all(connection)
        connection.execute(tables.about.insert().values(name="schema", value=str(tables.SCHEMA_VERSION)))
        return None
    stored_version = connection.scalar(sa.select(tables.about.c.value).where(tables.about.c.name == "schema"))
    if stored_version is None or not stored_version.isdecimal():
        raise LedgerError("does not say which version made it.", where=name, fix="Put a backup in its place.")
    if int(stored_version) > tables.SCHEMA_VERSION:
        raise LedgerError(
            f"was made by a newer ragsheets (its tables have version {stored_version}; this one knows version "
            f"{tables.SCHEMA_VERSION}).",
            where=name,
            fix=f"Install that version and try again. {NOTHING_CHANGED}",
        )
    if int(stored_version) == tables.SCHEMA_VERSION:
        return None
    from ragsheets.ledger.backup import back_up
    from ragsheets.ledger.migrations import migrate

    backup_location = back_up(connection, int(stored_version))
    migrate(connection, int(stored_version), backup_location)
    return backup_location


def _engine(database_url: sa.URL) -> sa.Engine:
    """Create the database engine; raises LedgerError if its library is missing or the file is on a network share."""
    if database_url.get_backend_name() == "sqlite":
        _reject_network_share(database_url)
        engine = sa.create_engine(database_url)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        connect_args = {} if "connect_timeout" in database_url.query else {"connect_timeout": _CONNECT_TIMEOUT_SECONDS}
        # Changes made while waiting for the lock must be visible, whatever the server's default isolation level.
        engine = sa.create_engine(database_url, connect_args=connect_args, isolation_level="READ COMMITTED")
    except ImportError as error:
        raise LedgerError(
            f"the address needs a program library that is not installed ({error.name}).",
            where=ledger_name(database_url),
            fix='For PostgreSQL install ragsheets with: pip install "ragsheets[postgresql]"',
        ) from None
    sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _reject_network_share(database_url: sa.URL) -> None:
    file = sqlite_path(database_url)
    if file and (share := network_share_of(file)):
        raise LedgerError(
            f"is on a network share ({share}), where SQLite cannot keep two programs out of each other's way: "
            "the ledger would be damaged sooner or later.",
            where=ledger_name(database_url),
            fix="Move the project folder to a disk of this computer, or keep the ledger in a PostgreSQL database: "
            f'ledger = "postgresql+psycopg://…" in the plan. {NOTHING_CHANGED}',
        )


# -------------------------------------------------------------------------------------------------------- locking


def _prepare_sqlite(connection: Any, _: object) -> None:
    # SQLAlchemy begins transactions itself, so that creating tables is rolled back with the rest.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # erased content is overwritten, not left in a free page


def _begin_sqlite(connection: sa.Connection) -> None:
    begin_statement, timeout_statement = "BEGIN IMMEDIATE", "PRAGMA busy_timeout = {}"
    connection.exec_driver_sql(timeout_statement.format(min(FIRST_WAIT_MS, LOCK_TIMEOUT_MS)))
    try:
        connection.exec_driver_sql(begin_statement)
    except sa.exc.DBAPIError as error:
        if not is_in_use(error) or LOCK_TIMEOUT_MS <= FIRST_WAIT_MS:
            raise
        _log_waiting()
        connection.exec_driver_sql(timeout_statement.format(LOCK_TIMEOUT_MS - FIRST_WAIT_MS))
        connection.exec_driver_sql(begin_statement)
    # Readers may delay the commit too.
    connection.exec_driver_sql(timeout_statement.format(LOCK_TIMEOUT_MS))


def _begin_postgresql(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
    if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_ADVISORY_LOCK_KEY})").scalar():
        _log_waiting()
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK_KEY})")


def _log_waiting() -> None:
    _log.warning("another program is using the ledger; waiting for it …")
