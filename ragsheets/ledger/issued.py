"""The reports that were issued: recorded when they are sent out, and withdrawn where that was a mistake."""

from __future__ import annotations

import datetime

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.records import IssuedRecord, IssuedRevision
from ragsheets.ledger.rows import LedgerPart, columns_of, of_period, read_records, values_of

_table = tables.issued


class IssuedReports(LedgerPart):
    """The issued reports in an open ledger (`Ledger.issued`)."""

    def of_edition(self, date: datetime.date, edition: str) -> list[IssuedRecord]:
        """Return the issued reports of a period in an edition, the first one first."""
        is_of_edition = (of_period(_table, date), _table.c.edition == edition)
        records = read_records(self._connection, _table, IssuedRecord, *is_of_edition)
        return sorted(records, key=lambda record: record.revision)

    def revisions(self, date: datetime.date | None = None) -> dict[datetime.date, list[IssuedRevision]]:
        """Return the issued reports of one period or of all, without their cells, the first one first."""
        query = sa.select(_table.c.period, *columns_of(_table, IssuedRevision))
        query = query.order_by(_table.c.at, _table.c.edition, _table.c.revision)
        if date is not None:
            query = query.where(of_period(_table, date))
        revisions_by_date: dict[datetime.date, list[IssuedRevision]] = {}
        for period, *revision in self._connection.execute(query):
            revisions_by_date.setdefault(datetime.date.fromisoformat(period), []).append(IssuedRevision(*revision))
        return revisions_by_date

    def contains(self, sha256: str) -> bool:
        """Return whether a file with these bytes is an issued report, of any period and edition."""
        return self._connection.scalar(sa.select(_table.c.sha256).where(_table.c.sha256 == sha256).limit(1)) is not None

    def digests(self) -> set[str]:
        """Return the SHA-256 of all issued reports."""
        return set(self._connection.scalars(sa.select(_table.c.sha256)))

    def add(self, date: datetime.date, record: IssuedRecord) -> None:
        """Store the record of an issued report."""
        self._connection.execute(_table.insert().values(period=date.isoformat(), **values_of(record)))

    def withdraw(self, date: datetime.date, record: IssuedRecord) -> None:
        """Delete the record of an issued report, which counts as never sent out."""
        is_record = (_table.c.edition == record.edition, _table.c.revision == record.revision)
        self._connection.execute(_table.delete().where(of_period(_table, date), *is_record))
