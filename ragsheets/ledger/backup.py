"""A copy of the whole ledger, made before its tables are changed for a newer ragsheets."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import sqlite3
import tempfile
from pathlib import Path

import sqlalchemy as sa

from ragsheets.errors import LedgerError
from ragsheets.files.names import UNFINISHED_PREFIX
from ragsheets.files.saving import remove_stale_files
from ragsheets.ledger import tables
from ragsheets.ledger.database_errors import NOTHING_CHANGED, ledger_error, ledger_name


def back_up(connection: sa.Connection, version: int) -> str:
    """Copy the ledger as it is inside this connection's transaction; gives where the copy lies.

    The copy of an SQLite file lies beside it, named by the version of its tables ("ragsheets.db.schema-1"); a copy with
    the same content that lies there already is taken for it, and no other is replaced. On PostgreSQL the tables are
    copied into a schema of their own, which is there when the transaction is kept, and not when it is undone.

    Raises LedgerError where there is no room for it, or no right to write it.
    """
    if connection.dialect.name == "postgresql":
        return _copy_tables(connection, version)
    file = sqlite_file(connection)
    return str(_copy_file(connection.engine.url, file, version)) if file else ""


def sqlite_file(connection: sa.Connection) -> Path | None:
    """The file of an SQLite ledger; None for one in memory or on a server."""
    if connection.dialect.name != "sqlite":
        return None
    files = connection.exec_driver_sql("PRAGMA database_list").all()
    return next((Path(path) for _, name, path in files if name == "main" and path), None)


def _copy_file(url: sa.URL, file: Path, version: int) -> Path:
    """Copy an SQLite file, written aside first and then put in place."""
    remove_stale_files(file.parent)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=UNFINISHED_PREFIX) as folder:
            aside = Path(folder) / "copy.db"
            # SQLite itself must copy it: closing the file any other way would take its lock away.
            with (
                contextlib.closing(sqlite3.connect(file)) as source,
                contextlib.closing(sqlite3.connect(aside)) as copy,
            ):
                source.backup(copy)
            names = (f"{file.name}.schema-{version}{_number_suffix(number, '-')}" for number in itertools.count(1))
            places = map(file.with_name, names)
            place = next(each for each in places if not each.exists() or _digest(each) == _digest(aside))
            aside.replace(place)
            return place
    except OSError as problem:
        raise LedgerError(
            f"the copy that is made before its tables are changed cannot be written ({problem.strerror}).",
            where=ledger_name(url),
            fix=f"Make room, or ask for the right to write beside it, and try again. {NOTHING_CHANGED}",
        ) from None
    except sqlite3.Error as error:
        raise ledger_error(url, error) from None


def _copy_tables(connection: sa.Connection, version: int) -> str:
    """Copy every table of a PostgreSQL ledger into a schema of their own."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    inspector = sa.inspect(connection)
    here = inspector.default_schema_name or "public"
    taken = set(inspector.get_schema_names())
    names = (f"{here}_schema_{version}{_number_suffix(number, '_')}" for number in itertools.count(1))
    schema = next(name for name in names if name not in taken)
    connection.exec_driver_sql(f"CREATE SCHEMA {quoted(schema)}")
    for table in sorted(tables.metadata.tables.keys() & inspector.get_table_names()):
        target, source = (f"{quoted(place)}.{quoted(table)}" for place in (schema, here))
        connection.exec_driver_sql(f"CREATE TABLE {target} AS TABLE {source}")
    return f"schema {schema}"


def _number_suffix(number: int, separator: str) -> str:
    return f"{separator}{number}" if number > 1 else ""


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
