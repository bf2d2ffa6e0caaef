"""Settlements: findings that the coordinator has closed as they are, without changing a figure."""

from __future__ import annotations

import datetime
from collections.abc import Collection

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.records import SettlementRecord

_table = tables.settlements


class Settlements:
    """The settlements in an open ledger (`Ledger.settlements`)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, date: datetime.date, settlement: SettlementRecord) -> None:
        """Store the settlement of a finding of a period; the ledger assigns its number."""
        values = {name: getattr(settlement, name) for name in SettlementRecord.__slots__ if name != "number"}
        self._connection.execute(_table.insert().values(period=date.isoformat(), **values))

    def of_period(self, date: datetime.date) -> list[SettlementRecord]:
        """Return the settlements of a period, the oldest first, with those that were undone."""
        query = sa.select(_table).where(_table.c.period == date.isoformat()).order_by(_table.c.id)
        names = SettlementRecord.__slots__[1:]
        return [
            SettlementRecord(row.id, *(getattr(row, name) for name in names)) for row in self._connection.execute(query)
        ]

    def undo(self, numbers: Collection[int], undone_at: str) -> None:
        """Undo settlements; they stay stored with the time (UTC, ISO) at which they were undone."""
        self._connection.execute(_table.update().where(_table.c.id.in_(numbers)).values(undone=undone_at))
