"""The ledger: a database of periods, workbooks sent, and returns with their content."""

from __future__ import annotations

from ragsheets.ledger.records import (
    CorrectionRecord,
    EventRecord,
    IssuedRecord,
    IssuedRevision,
    OriginalRecord,
    PeriodCounts,
    PeriodRecord,
    ReturnRecord,
    SettlementRecord,
    StandingRecord,
    TallyRecord,
    WorkbookRecord,
)
from ragsheets.ledger.store import Ledger

__all__ = [
    "CorrectionRecord",
    "EventRecord",
    "IssuedRecord",
    "IssuedRevision",
    "Ledger",
    "OriginalRecord",
    "PeriodCounts",
    "PeriodRecord",
    "ReturnRecord",
    "SettlementRecord",
    "StandingRecord",
    "TallyRecord",
    "WorkbookRecord",
]
