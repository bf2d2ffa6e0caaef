"""Add periods to a project's ledger before its first one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger import Ledger

#: The time between two periods.
PERIOD_INTERVAL = datetime.timedelta(days=91)


def add_earlier_periods(ledger: Ledger, date: datetime.date, count: int) -> None:
    """Add `count` periods before a period, each with the same workbooks, returns and answers.

    This uses the ledger's own functions instead of writing and reading workbooks, which would take minutes.
    """
    record, standings = ledger.period(date), ledger.standings(date)
    workbooks, stored_returns, parsed_rows = (
        ledger.workbooks(date),
        ledger.stored_returns(date),
        _parsed_rows(ledger.frames(date)),
    )
    for number in range(1, count + 1):
        day = date - number * PERIOD_INTERVAL
        period = replace(record.period, date=day, due=day + datetime.timedelta(days=14))
        sent = [replace(workbook, reference=f"{workbook.reference}-{number}") for workbook in workbooks]
        ledger.save_period(replace(record, period=period), sent)
        ledger.add_returns(
            day, [replace(stored_return, said=parsed_rows[stored_return.sha256]) for stored_return in stored_returns]
        )
        ledger.replace_standings(day, standings)


def _parsed_rows(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Sequence[Any]]]:
    """Return the rows parsed from each return by its SHA-256, as the reader's named tuples."""
    digests = dict(zip(frames["returns"]["id"], frames["returns"]["sha256"], strict=True))
    rows_by_digest: dict[str, dict[str, Sequence[Any]]] = {digest: {} for digest in digests.values()}
    for name in ("answers", "headlines", "totals", "observations"):
        for return_id, rows in frames[name].groupby("return_id"):
            rows_by_digest[digests[return_id]][name] = list(rows.drop(columns="return_id").itertuples(index=False))
    return rows_by_digest
