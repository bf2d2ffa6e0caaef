"""The reports that were issued: recorded when they are sent out, and withdrawn where that was a mistake."""

from __future__ import annotations

import datetime
import json
from dataclasses import fields

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.records import IssuedRecord

_table = tables.issued


class IssuedReports:
    """The issued reports in an open ledger (`Ledger.issued`)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_edition(self, date: datetime.date, edition: str) -> list[IssuedRecord]:
        """Return the issued reports of a period in an edition, the first one first."""
        conditions = (_table.c.period == date.isoformat(), _table.c.edition == edition)
        columns = [_table.c[field.name] for field in fields(IssuedRecord)]
        rows = self._connection.execute(sa.select(*columns).where(*conditions).order_by(_table.c.revision))
        return [IssuedRecord(**{**row._mapping, "cells": json.loads(row.cells)}) for row in rows]

    def contains(self, sha256: str) -> bool:
        """Return whether a file with these bytes is an issued report, of any period and edition."""
        return self._connection.scalar(sa.select(_table.c.sha256).where(_table.c.sha256 == sha256).limit(1)) is not None

    def digests(self) -> set[str]:
        """Return the SHA-256 of all issued reports."""
        return set(self._connection.scalars(sa.select(_table.c.sha256)))

    def add(self, date: datetime.date, record: IssuedRecord) -> None:
        """Store the record of an issued report."""
        values = {field.name: getattr(record, field.name) for field in fields(IssuedRecord)}
        values["cells"] = json.dumps(dict(record.cells), ensure_ascii=False)
        self._connection.execute(_table.insert().values(period=date.isoformat(), **values))

    def withdraw(self, date: datetime.date, record: IssuedRecord) -> None:
        """Delete the record of an issued report, which counts as never sent out."""
        key = {"period": date.isoformat(), "edition": record.edition, "revision": record.revision}
        conditions = [_table.c[name] == value for name, value in key.items()]
        self._connection.execute(_table.delete().where(*conditions))
