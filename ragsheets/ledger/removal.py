"""Taking a period out of the ledger again, and what keeps it there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import sqlalchemy as sa

from ragsheets.ledger import tables


def removal_blockers(connection: sa.Connection, date: datetime.date) -> list[str]:
    """What a period has that only it can hold, in words: "2 returns".

    A file that was refused and has been dealt with since is none, nor is a correction that was taken back.
    """
    counted = (
        ("return", "returns", tables.returns, tables.returns.c.result != "withdrawn"),
        ("correction", "corrections", tables.corrections, tables.corrections.c.undone == ""),
        ("report that was sent out", "reports that were sent out", tables.issued, sa.true()),
    )
    said = []
    for one, several, table, besides in counted:
        query = sa.select(sa.func.count()).select_from(table).where(table.c.period == date.isoformat(), besides)
        if count := connection.scalar(query):
            said.append(f"{count} {one if count == 1 else several}")
    return said


def remove_period(connection: sa.Connection, date: datetime.date) -> None:
    """Take a period out, with its rows in every table; what was done to it stays in the record of who did what."""
    period = date.isoformat()
    mine = sa.select(tables.returns.c.id).where(tables.returns.c.period == period)
    for table in tables.PARSED_TABLES.values():
        connection.execute(table.delete().where(table.c.return_id.in_(mine)))
    for table in _period_tables():
        connection.execute(table.delete().where(table.c.period == period))
    connection.execute(tables.periods.delete().where(tables.periods.c.date == period))


def _period_tables() -> Iterator[sa.Table]:
    """Every table whose rows belong to a period, those first that others are referred to by."""
    for table in reversed(tables.metadata.sorted_tables):
        if any(key.column is tables.periods.c.date for key in table.foreign_keys):
            yield table
