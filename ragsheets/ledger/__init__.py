"""The ledger: periods, workbooks sent, returns and what they said, in a database."""

from __future__ import annotations

from ragsheets.ledger.records import PeriodRecord, ReturnRecord, WorkbookRecord
from ragsheets.ledger.store import Ledger

__all__ = ["Ledger", "PeriodRecord", "ReturnRecord", "WorkbookRecord"]
