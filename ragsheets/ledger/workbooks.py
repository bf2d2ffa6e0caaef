"""The workbooks that were sent for each period, in the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ragsheets.ledger import tables
from ragsheets.ledger.provenance import utc_timestamp
from ragsheets.ledger.records import WorkbookRecord
from ragsheets.ledger.sequence import next_number

_table = tables.workbooks


def add(connection: sa.Connection, date: datetime.date, workbooks: Sequence[WorkbookRecord]) -> None:
    """Store workbooks generated for a period.

    One stored under the same reference is replaced, and keeps the time at which it was first made and its place in the
    ledger's sequence.
    """
    if not workbooks:
        return
    same_reference = _table.c.reference.in_([workbook.reference for workbook in workbooks])
    query = sa.select(_table.c.reference, _table.c.made, _table.c.sequence).where(same_reference)
    first_made = {row.reference: {"made": row.made, "sequence": row.sequence} for row in connection.execute(query)}
    connection.execute(_table.delete().where(same_reference))
    made_now = {"made": utc_timestamp("microseconds"), "sequence": next_number(connection)}
    names = [name for name in WorkbookRecord.__slots__ if name not in made_now]
    rows = [
        {
            "period": date.isoformat(),
            **{name: getattr(workbook, name) for name in names},
            **first_made.get(workbook.reference, made_now),
        }
        for workbook in workbooks
    ]
    connection.execute(_table.insert(), rows)


def for_period(connection: sa.Connection, date: datetime.date) -> list[WorkbookRecord]:
    """Return the workbooks sent for a period, the latest edition of each sub-group's workbook last."""
    columns = [_table.c[name] for name in WorkbookRecord.__slots__]
    query = sa.select(*columns).where(_table.c.period == date.isoformat()).order_by(_table.c.id)
    return [WorkbookRecord(*row) for row in connection.execute(query)]


def frame_query(date: datetime.date) -> sa.Select[Any]:
    """Return the query for what precedence needs of the workbooks sent for a period; see `Ledger.frames`."""
    names = ("reference", "group", "file", "made", "sequence")
    return sa.select(*(_table.c[name] for name in names)).where(_table.c.period == date.isoformat())


def files_by_group(connection: sa.Connection, date: datetime.date) -> list[tuple[str, str]]:
    """Return the sub-group's key and the file of each workbook sent for a period, the latest last."""
    query = sa.select(_table.c.group, _table.c.file).where(_table.c.period == date.isoformat()).order_by(_table.c.id)
    return [(row.group, row.file) for row in connection.execute(query)]


def references_of_other_periods(connection: sa.Connection, date: datetime.date) -> dict[str, str]:
    """Return the period (ISO) of every workbook that was sent for another period, by the workbook's reference."""
    query = sa.select(_table.c.reference, _table.c.period).where(_table.c.period != date.isoformat())
    return {row.reference: row.period for row in connection.execute(query)}
