"""Decisions of the coordinator: answers corrected without a new return, and findings settled as they are."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Generic, TypeVar

import sqlalchemy as sa

from ragsheets.ledger.records import CorrectionRecord, SettlementRecord
from ragsheets.ledger.rows import LedgerPart, of_period, read_records, values_of
from ragsheets.ledger.sequence import next_number

DecisionT = TypeVar("DecisionT", CorrectionRecord, SettlementRecord)


class Decisions(LedgerPart, Generic[DecisionT]):
    """The decisions of one kind in an open ledger; an undone one stays stored with the time when it was undone."""

    def __init__(self, connection: sa.Connection, table: sa.Table, record_class: type[DecisionT]) -> None:
        super().__init__(connection)
        self._table = table
        self._record_class: type[DecisionT] = record_class

    def add(self, date: datetime.date, decisions: Iterable[DecisionT]) -> None:
        """Store decisions of a period; the ledger assigns their numbers, and a sequence where they have one."""
        rows = [
            {"period": date.isoformat(), **values_of(decision, without=("number",))}
            | ({"sequence": number} if "sequence" in self._table.c else {})
            for number, decision in enumerate(decisions, next_number(self._connection))
        ]
        if rows:
            self._connection.execute(self._table.insert(), rows)

    def of_period(self, date: datetime.date) -> list[DecisionT]:
        """Return the decisions of a period, including undone ones, the oldest first."""
        return read_records(self._connection, self._table, self._record_class, of_period(self._table, date))

    def undo(self, numbers: Collection[int], undone_at: str) -> None:
        """Undo decisions, at a time (UTC, ISO)."""
        self._connection.execute(self._table.update().where(self._table.c.id.in_(numbers)).values(undone=undone_at))
