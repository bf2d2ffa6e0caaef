"""The direction of travel, shown beside each status: how it has moved and what it was before."""

from __future__ import annotations

from collections import Counter

from ragsheets import dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import TREND
from ragsheets.report.write.context import ReportContext, ReportedTask
from ragsheets.template.model import Column

#: The number of earlier periods shown beside each status; with the current one there are four.
EARLIER_PERIODS = 3

_COLUMN_WIDTH = 24


def trend_column_of(context: ReportContext) -> Column | None:
    """Return the column of the direction of travel; None where there is no earlier period."""
    if context.history.previous is None:
        return None
    return Column.model_construct(
        key=TREND, heading=context.wording.report_travel, kind="text", width=_COLUMN_WIDTH, choices=()
    )


class TrendFormatter:
    """Formatter of the direction of travel of a report's tasks."""

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
        self.past_statuses = context.history.statuses[:EARLIER_PERIODS]
        period_dates = [past.period.date for past in context.history.past_periods[:EARLIER_PERIODS]]
        month_counts = Counter(map(dates.month, period_dates))
        self.period_labels = [
            dates.month(date) if month_counts[dates.month(date)] == 1 else dates.short(date) for date in period_dates
        ]

    def text_of(self, reported_task: ReportedTask) -> str:
        """Return how a task has moved, and a line for each earlier period that had the task, the latest first."""
        lines = [self.direction_labels[reported_task.direction]]
        for statuses, label in zip(self.past_statuses, self.period_labels, strict=True):
            status = statuses.get(reported_task.task.key)
            if status is not None:
                lines.append(self.wording.travel_before.format(date=label, status=status or self.wording.not_reported))
        return "\n".join(lines)
