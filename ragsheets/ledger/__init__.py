"""The ledger: periods, workbooks sent, returns and what they said, in a database."""

from __future__ import annotations

from ragsheets.ledger.records import (
    CorrectionRecord,
    EventRecord,
    IssuedMark,
    IssuedRecord,
    OriginalRecord,
    PeriodCounts,
    PeriodRecord,
    ReturnRecord,
    Standing,
    Tally,
    WorkbookRecord,
)
from ragsheets.ledger.store import Ledger

__all__ = [
    "CorrectionRecord",
    "EventRecord",
    "IssuedMark",
    "IssuedRecord",
    "Ledger",
    "OriginalRecord",
    "PeriodCounts",
    "PeriodRecord",
    "ReturnRecord",
    "Standing",
    "Tally",
    "WorkbookRecord",
]
