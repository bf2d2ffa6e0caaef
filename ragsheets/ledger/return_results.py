"""The result of each received file in the ledger: accepted, rejected, ignored, excluded or withdrawn."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from ragsheets.ledger.originals import is_still_there
from ragsheets.ledger.rows import of_period
from ragsheets.ledger.tables import returns


def withdraw_resolved(
    connection: sa.Connection, date: datetime.date, digests_by_path: Mapping[str, str], project_folder: Path
) -> None:
    """Withdraw the rejected and ignored files that somebody has dealt with; see `Ledger.withdraw_resolved`."""
    query = sa.select(returns.c.id, returns.c.path, returns.c.sha256).where(
        of_period(returns, date), returns.c.result.in_(("rejected", "ignored"))
    )
    resolved_ids = [
        row.id
        for row in connection.execute(query)
        if not is_still_there(row.path, row.sha256, digests_by_path, project_folder)
    ]
    if resolved_ids:
        connection.execute(returns.update().where(returns.c.id.in_(resolved_ids)).values(result="withdrawn"))


def set_result(
    connection: sa.Connection,
    date: datetime.date,
    digests: Collection[str],
    current_results: Sequence[str],
    result: str,
    *conditions: sa.ColumnElement[bool],
) -> None:
    """Set the result of those returns of a period that have one of `current_results` now.

    Args:
        connection: a connection to the ledger.
        date: the period.
        digests: the SHA-256 of the returns.
        current_results: the results that are replaced.
        result: the new result.
        *conditions: further conditions.
    """
    selected = (of_period(returns, date), returns.c.sha256.in_(digests))
    has_current_result = returns.c.result.in_(current_results)
    connection.execute(returns.update().where(*selected, has_current_result, *conditions).values(result=result))
