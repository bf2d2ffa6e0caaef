"""The sequence of a ledger: the order in which returns, corrections and workbooks entered it, whatever the clocks."""

from __future__ import annotations

import sqlalchemy as sa

from ragsheets.ledger import tables

#: The tables whose rows are numbered in one sequence.
NUMBERED_TABLES = (tables.workbooks, tables.returns, tables.corrections)


def next_number(connection: sa.Connection) -> int:
    """Return the next number in the ledger's sequence, from 1; it is taken once a row with it is inserted."""
    last_numbers = [connection.scalar(sa.select(sa.func.max(table.c.sequence))) for table in NUMBERED_TABLES]
    return max(number or 0 for number in last_numbers) + 1
