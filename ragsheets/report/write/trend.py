"""The direction of travel: beside each status, how it has moved and what it was before."""

from __future__ import annotations

from collections import Counter

from ragsheets import dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import TREND
from ragsheets.report.write.context import ReportContext, ReportedTask
from ragsheets.template.model import Column

#: How many earlier periods are told beside each status: with the present one they are four.
EARLIER_PERIODS = 3

_COLUMN_WIDTH = 24


def trend_column_of(context: ReportContext) -> Column | None:
    """The column that stands beside the status; None where there is no earlier period."""
    if context.history.previous is None:
        return None
    return Column.model_construct(
        key=TREND, heading=context.wording.report_travel, kind="text", width=_COLUMN_WIDTH, choices=()
    )


class TrendFormatter:
    """Tells how the tasks of a report have moved."""

    def __init__(self, context: ReportContext) -> None:
        wording = self.wording = context.wording
        self.direction_labels = {
            Direction.IMPROVED: wording.travel_improved,
            Direction.WORSENED: wording.travel_worsened,
            Direction.UNCHANGED: wording.travel_unchanged,
            Direction.CHANGED: wording.travel_changed,
            Direction.NEW: wording.travel_new,
            Direction.UNKNOWN: wording.travel_unknown,
        }
        self.past_periods = context.history.past_periods[:EARLIER_PERIODS]
        days = [past.period.date for past in self.past_periods]
        months = Counter(map(dates.month, days))
        self.period_labels = [dates.month(day) if months[dates.month(day)] == 1 else dates.short(day) for day in days]

    def text_of(self, reported_task: ReportedTask) -> str:
        """How a task has moved, in sign and word, and a line for each earlier period that had it, the latest first."""
        lines = [self.direction_labels[reported_task.direction]]
        for past, date in zip(self.past_periods, self.period_labels, strict=True):
            status = past.status_of(reported_task.task)
            if status is not None:
                lines.append(self.wording.travel_before.format(date=date, status=status or self.wording.not_reported))
        return "\n".join(lines)
