"""A ledger as the first ragsheets made it, with tables of version 1: that of the demonstration, with three returns."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from helpers import postgresql

_COMPRESSED_LEDGER = Path(__file__).parent.parent / "ledger" / "schema-1.db.gz"
#: What its report came to: the totals of all its sub-groups.
COUNTS = {"GREEN": 8, "AMBER": 6, "RED": 5, "not_reported": 1, "total": 20}


def write_ledger(file: Path) -> Path:
    """Write the ledger to an SQLite file; return the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.decompress(_COMPRESSED_LEDGER.read_bytes()))
    return file


def copy_into_postgresql(folder: Path) -> str:
    """Copy the ledger into a schema of its own, by way of a file in `folder`; return the schema's address."""
    schema = postgresql.new_schema()
    source = sa.create_engine(f"sqlite:///{write_ledger(folder / 'first.db').as_posix()}")
    metadata = sa.MetaData()
    with source.connect() as old, postgresql.connected(schema) as new:
        metadata.reflect(old)
        for table in metadata.sorted_tables:
            for column in table.columns:
                column.type = column.type.as_generic()
        metadata.create_all(new)
        for table in metadata.sorted_tables:
            rows: list[Any] = [dict(row._mapping) for row in old.execute(table.select())]
            if rows:
                new.execute(table.insert(), rows)
            postgresql.continue_numbering(new, schema, table)
    source.dispose()
    return postgresql.address_of(schema)


def all_rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a ledger, by its columns, read without ragsheets."""
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        rows = {
            table.name: [tuple(sorted(row._mapping.items())) for row in connection.execute(table.select())]
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return {name: sorted(table_rows, key=repr) for name, table_rows in rows.items()}
