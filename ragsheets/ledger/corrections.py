"""Corrections: answers that the coordinator corrected without a new return, stored in addition to the returns."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.records import CorrectionRecord
from ragsheets.ledger.sequence import next_number


class Corrections:
    """The corrections in an open ledger (`Ledger.corrections`)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, date: datetime.date, corrections: Sequence[CorrectionRecord]) -> None:
        """Store corrections of a period; the ledger assigns their numbers and their sequence."""
        names = [name for name in CorrectionRecord.__slots__ if name not in ("number", "sequence")]
        first_number = next_number(self._connection)
        rows = [
            {
                "period": date.isoformat(),
                "sequence": number,
                **{name: getattr(correction, name) for name in names},
            }
            for number, correction in enumerate(corrections, first_number)
        ]
        if rows:
            self._connection.execute(tables.corrections.insert(), rows)

    def for_period(self, date: datetime.date) -> list[CorrectionRecord]:
        """Return the corrections of a period, including undone ones, the oldest first."""
        table = tables.corrections
        query = sa.select(table).where(table.c.period == date.isoformat()).order_by(table.c.id)
        names = CorrectionRecord.__slots__[1:]
        return [
            CorrectionRecord(row.id, *(getattr(row, name) for name in names)) for row in self._connection.execute(query)
        ]

    def undo(self, numbers: Collection[int], undone_at: str) -> None:
        """Undo corrections; they stay stored with the time at which they were undone."""
        table = tables.corrections
        self._connection.execute(table.update().where(table.c.id.in_(numbers)).values(undone=undone_at))
