"""Records as rows of the ledger's tables, and rows as records: every field is the column of the same name."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any, TypeVar

import sqlalchemy as sa

RecordT = TypeVar("RecordT")


class LedgerPart:
    """A part of an open ledger."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection


def of_period(table: sa.Table, date: datetime.date) -> sa.ColumnElement[bool]:
    """Return the condition that a row belongs to a period."""
    return table.c.period == date.isoformat()


def columns_of(table: sa.Table, record_class: type, *, without: Collection[str] = ()) -> list[sa.Label[Any]]:
    """Return the columns of a table that hold the fields of a record, in their order; `number` is the row's id."""
    names = [name for name in field_names(record_class) if name not in without]
    return [table.c["id" if name == "number" else name].label(name) for name in names]


def values_of(record: object, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Return the values of a record by field."""
    return {name: getattr(record, name) for name in field_names(type(record)) if name not in without}


def read_records(
    connection: sa.Connection, table: sa.Table, record_class: type[RecordT], *conditions: sa.ColumnElement[bool]
) -> list[RecordT]:
    """Return the rows of a table that meet all conditions as records, in the order that they were stored in."""
    query = sa.select(*columns_of(table, record_class)).where(*conditions).order_by(*table.primary_key.columns)
    return [record_class(*row) for row in connection.execute(query)]


def field_names(record_class: type) -> tuple[str, ...]:
    """Return the names of the fields of a record, a data class or a named tuple."""
    names: tuple[str, ...] = record_class.__match_args__  # type: ignore[attr-defined]
    return names
