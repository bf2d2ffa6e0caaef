"""Back up the whole ledger before its tables are migrated to a newer version."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import sqlite3
import tempfile
from pathlib import Path

import sqlalchemy as sa

from ragsheets.errors import LedgerError
from ragsheets.files.saving import remove_stale_files, unfinished_prefix
from ragsheets.ledger import tables
from ragsheets.ledger.database_errors import NOTHING_CHANGED, ledger_error, ledger_name


def back_up(connection: sa.Connection, version: int) -> str:
    """Copy the ledger as it is in this connection's transaction; returns the location of the copy.

    The copy of an SQLite file is beside it, named by the version of its tables ("ragsheets.db.schema-1"); an existing
    copy with the same content is reused, and no other file is replaced. On PostgreSQL the tables are copied into a
    schema of their own, which exists only if the transaction is committed.

    Raises LedgerError if there is no space for it, or no permission to write it.
    """
    if connection.dialect.name == "postgresql":
        return _copy_tables(connection, version)
    file = sqlite_file(connection)
    return str(_copy_file(connection.engine.url, file, version)) if file else ""


def sqlite_file(connection: sa.Connection) -> Path | None:
    """Return the file of an SQLite ledger; None for one in memory or on a server."""
    if connection.dialect.name != "sqlite":
        return None
    # As bytes, since the name of a folder need not be UTF-8.
    query = "SELECT CAST(file AS BLOB) FROM pragma_database_list WHERE name = 'main'"
    path = connection.exec_driver_sql(query).scalar()
    return Path(os.fsdecode(path)) if path else None


def _copy_file(url: sa.URL, file: Path, version: int) -> Path:
    """Copy an SQLite file to a temporary file and move that into place."""
    remove_stale_files(file.parent)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=unfinished_prefix()) as folder:
            temporary_copy = Path(folder) / "copy.db"
            # SQLite itself must copy it: closing the file opened in any other way would release its lock.
            with (
                contextlib.closing(sqlite3.connect(file)) as source,
                contextlib.closing(sqlite3.connect(temporary_copy)) as copy,
            ):
                source.backup(copy)
            names = (f"{file.name}.schema-{version}{_number_suffix(number, '-')}" for number in itertools.count(1))
            candidates = map(file.with_name, names)
            backup_path = next(
                path for path in candidates if not path.exists() or _digest(path) == _digest(temporary_copy)
            )
            temporary_copy.replace(backup_path)
            return backup_path
    except OSError as error:
        raise LedgerError(
            f"the copy that is made before its tables are changed cannot be written ({error.strerror}).",
            where=ledger_name(url),
            fix=f"Free some space, or ask for permission to write beside it, and try again. {NOTHING_CHANGED}",
        ) from None
    except sqlite3.Error as error:
        raise ledger_error(url, error) from None


def _copy_tables(connection: sa.Connection, version: int) -> str:
    """Copy every table of a PostgreSQL ledger into a new schema."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    inspector = sa.inspect(connection)
    ledger_schema = inspector.default_schema_name or "public"
    existing_schemas = set(inspector.get_schema_names())
    names = (f"{ledger_schema}_schema_{version}{_number_suffix(number, '_')}" for number in itertools.count(1))
    schema = next(name for name in names if name not in existing_schemas)
    connection.exec_driver_sql(f"CREATE SCHEMA {quoted(schema)}")
    for table in sorted(tables.metadata.tables.keys() & inspector.get_table_names()):
        target, source = (f"{quoted(schema_name)}.{quoted(table)}" for schema_name in (schema, ledger_schema))
        connection.exec_driver_sql(f"CREATE TABLE {target} AS TABLE {source}")
    return f"schema {schema}"


def _number_suffix(number: int, separator: str) -> str:
    return f"{separator}{number}" if number > 1 else ""


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
