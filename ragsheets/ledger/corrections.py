"""Corrections: the answers that the coordinator put right without a return, kept beside the returns."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.records import CorrectionRecord


class Corrections:
    """The corrections in an open ledger (`Ledger.corrections`)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, date: datetime.date, corrections: Sequence[CorrectionRecord]) -> None:
        """Keep corrections of a period; their numbers are the ledger's to give."""
        names = [name for name in CorrectionRecord.__slots__ if name != "number"]
        rows = [{"period": date.isoformat(), **{name: getattr(each, name) for name in names}} for each in corrections]
        if rows:
            self._connection.execute(tables.corrections.insert(), rows)

    def for_period(self, date: datetime.date) -> list[CorrectionRecord]:
        """The corrections of a period, those taken back too, the oldest first."""
        table = tables.corrections
        query = sa.select(table).where(table.c.period == date.isoformat()).order_by(table.c.id)
        names = CorrectionRecord.__slots__[1:]
        return [
            CorrectionRecord(row.id, *(getattr(row, name) for name in names)) for row in self._connection.execute(query)
        ]

    def undo(self, numbers: Collection[int], undone_at: str) -> None:
        """Take corrections back; they are kept as taken back at this time."""
        table = tables.corrections
        self._connection.execute(table.update().where(table.c.id.in_(numbers)).values(undone=undone_at))
