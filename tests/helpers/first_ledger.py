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
    """Put it into an SQLite file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.decompress(_COMPRESSED_LEDGER.read_bytes()))
    return file


def copy_into_postgresql(folder: Path) -> str:
    """Put it into a schema of its own; gives its address. The folder is to work in."""
    schema = postgresql.new_schema()
    source = sa.create_engine(f"sqlite:///{write_ledger(folder / 'first.db').as_posix()}")
    found = sa.MetaData()
    with source.connect() as old, postgresql.connected(schema) as new:
        found.reflect(old)
        for table in found.sorted_tables:
            for column in table.columns:
                column.type = column.type.as_generic()
        found.create_all(new)
        for table in found.sorted_tables:
            rows: list[Any] = [dict(row._mapping) for row in old.execute(table.select())]
            if rows:
                new.execute(table.insert(), rows)
            postgresql.continue_numbering(new, schema, table)
    source.dispose()
    return postgresql.address_of(schema)


def all_rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that stands in a ledger, told past ragsheets: every row of every table by its columns."""
    engine = sa.create_engine(url)
    found = sa.MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        rows = {
            table.name: [tuple(sorted(row._mapping.items())) for row in connection.execute(table.select())]
            for table in found.sorted_tables
        }
    engine.dispose()
    return {name: sorted(each, key=repr) for name, each in rows.items()}
