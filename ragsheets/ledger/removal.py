"""Remove a period from the ledger, and find what prevents that."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.rows import of_period


def removal_blockers(connection: sa.Connection, date: datetime.date) -> list[str]:
    """Describe the content of a period that would be lost with it: "2 returns".

    Rejected files that have been dealt with since and undone corrections do not count.
    """
    counted_tables = (
        ("return", "returns", tables.returns, tables.returns.c.result != "withdrawn"),
        ("correction", "corrections", tables.corrections, tables.corrections.c.undone == ""),
        ("report that was sent out", "reports that were sent out", tables.issued, sa.true()),
    )
    blockers = []
    for singular, plural, table, condition in counted_tables:
        query = sa.select(sa.func.count()).select_from(table).where(of_period(table, date), condition)
        if count := connection.scalar(query):
            blockers.append(f"{count} {singular if count == 1 else plural}")
    return blockers


def remove_period(connection: sa.Connection, date: datetime.date) -> None:
    """Remove a period and its rows in every table; its events stay."""
    return_ids = sa.select(tables.returns.c.id).where(of_period(tables.returns, date))
    for table in tables.PARSED_TABLES.values():
        connection.execute(table.delete().where(table.c.return_id.in_(return_ids)))
    for table in _period_tables():
        connection.execute(table.delete().where(of_period(table, date)))
    connection.execute(tables.periods.delete().where(tables.periods.c.date == date.isoformat()))


def _period_tables() -> Iterator[sa.Table]:
    """Yield every table whose rows belong to a period, referring tables before the tables that they refer to."""
    for table in reversed(tables.metadata.sorted_tables):
        if any(key.column is tables.periods.c.date for key in table.foreign_keys):
            yield table
