"""The ledger: periods, workbooks sent, returns and what they said, in a database."""

from __future__ import annotations

from ragsheets.ledger.records import (
    CorrectionRecord,
    EventRecord,
    IssuedRecord,
    PeriodRecord,
    ReturnRecord,
    Standing,
    WorkbookRecord,
)
from ragsheets.ledger.store import Ledger

__all__ = [
    "CorrectionRecord",
    "EventRecord",
    "IssuedRecord",
    "Ledger",
    "PeriodRecord",
    "ReturnRecord",
    "Standing",
    "WorkbookRecord",
]
