"""Insert many rows without SQLAlchemy's processing of each row, which would take most of the time."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from ragsheets.ledger.text import storable

Row = tuple[Any, ...]


def insert_rows(connection: sa.Connection, table: sa.Table, fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows with their values in the order of `fields`."""
    if not rows:
        return
    rows = [tuple([storable(value) if isinstance(value, str) else value for value in row]) for row in rows]
    if connection.dialect.name == "postgresql":
        _copy_rows(connection, table, fields, rows)
        return
    statement = table.insert().inline().compile(dialect=connection.dialect, column_keys=list(fields))
    select_values = itemgetter(*(fields.index(name) for name in statement.positiontup or ()))
    connection.exec_driver_sql(str(statement), [select_values(row) for row in rows])


def _copy_rows(connection: sa.Connection, table: sa.Table, fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows by PostgreSQL's COPY, in one request to the server."""
    quoted = connection.dialect.identifier_preparer.quote
    names = ", ".join(quoted(name) for name in fields)
    cursor: Any = connection.connection.cursor()  # psycopg's own: DB-API has no COPY
    with cursor, cursor.copy(f"COPY {quoted(table.name)} ({names}) FROM STDIN") as lines:
        for row in rows:
            lines.write_row(row)
