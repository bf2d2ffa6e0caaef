"""A past for a project: periods before its first one, put into the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger import Ledger

#: How far apart the periods are.
PERIOD_INTERVAL = datetime.timedelta(days=91)


def add_earlier_periods(ledger: Ledger, date: datetime.date, count: int) -> None:
    """Put so many periods before one, each with the same workbooks, returns and answers as it has.

    Done by the ledger's own means, past the making and reading of workbooks, which would take minutes.
    """
    record, standings = ledger.period(date), ledger.standings(date)
    workbooks, kept, said = ledger.workbooks(date), ledger.stored_returns(date), _parsed_rows(ledger.frames(date))
    for number in range(1, count + 1):
        day = date - number * PERIOD_INTERVAL
        period = replace(record.period, date=day, due=day + datetime.timedelta(days=14))
        sent = [replace(book, reference=f"{book.reference}-{number}") for book in workbooks]
        ledger.save_period(replace(record, period=period), sent)
        ledger.add_returns(day, [replace(each, said=said[each.sha256]) for each in kept])
        ledger.replace_standings(day, standings)


def _parsed_rows(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Sequence[Any]]]:
    """What each return said, by its SHA-256, as the reader's named tuples."""
    digests = dict(zip(frames["returns"]["id"], frames["returns"]["sha256"], strict=True))
    said: dict[str, dict[str, Sequence[Any]]] = {digest: {} for digest in digests.values()}
    for name in ("answers", "headlines", "totals", "observations"):
        for number, rows in frames[name].groupby("return_id"):
            said[digests[number]][name] = list(rows.drop(columns="return_id").itertuples(index=False))
    return said
