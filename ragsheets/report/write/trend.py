"""The direction of travel: beside each status, how it has moved and what it was before."""

from __future__ import annotations

from collections import Counter

from ragsheets import dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import TRAVEL
from ragsheets.report.write.context import Basis, Entry
from ragsheets.template.model import Column

#: How many earlier periods are told beside each status: with the present one they are four.
PERIODS = 3

_WIDTH = 24


def column_of(basis: Basis) -> Column | None:
    """The column that stands beside the status; None where there is no earlier period."""
    if basis.history.last is None:
        return None
    return Column.model_construct(
        key=TRAVEL, heading=basis.wording.report_travel, kind="text", width=_WIDTH, choices=()
    )


class Travel:
    """Tells how the tasks of a report have moved."""

    def __init__(self, basis: Basis) -> None:
        wording = self.wording = basis.wording
        self.signs = {
            Direction.IMPROVED: wording.travel_improved,
            Direction.WORSENED: wording.travel_worsened,
            Direction.UNCHANGED: wording.travel_unchanged,
            Direction.CHANGED: wording.travel_changed,
            Direction.NEW: wording.travel_new,
            Direction.UNKNOWN: wording.travel_unknown,
        }
        self.pasts = basis.history.pasts[:PERIODS]
        days = [past.period.date for past in self.pasts]
        months = Counter(map(dates.month, days))
        self.dates = [dates.month(day) if months[dates.month(day)] == 1 else dates.short(day) for day in days]

    def words_of(self, entry: Entry) -> str:
        """How a task has moved, in sign and word, and a line for each earlier period that had it, the latest first."""
        lines = [self.signs[entry.direction]]
        for past, date in zip(self.pasts, self.dates, strict=True):
            status = past.status_of(entry.task)
            if status is not None:
                lines.append(self.wording.travel_before.format(date=date, status=status or self.wording.not_reported))
        return "\n".join(lines)
