"""Counts of a period, stored in the ledger at each assessment, so that views of many periods need not assess them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragsheets.ledger.records import PeriodCounts, StandingRecord, TallyRecord
from ragsheets.returns.finding import Severity, count_open
from ragsheets.returns.frames import iter_values

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.returns.assess import Assessment


def standings_of(assessment: Assessment) -> list[StandingRecord]:
    """Return the status of every task of a period, as records for the ledger."""
    return [StandingRecord(*row) for row in iter_values(assessment.tasks, "group", "outcome", "key", "task", "status")]


def tally_of(assessment: Assessment) -> TallyRecord:
    """Return the counts of a period other than its tasks' statuses: sub-groups asked and returned, errors, warnings."""
    severities = count_open(item for _, item in assessment.findings)
    asked_group_count = sum(not group.on_hold for group in assessment.plan.groups)
    return TallyRecord(
        asked_group_count,
        asked_group_count - len(assessment.missing_groups),
        severities[Severity.ERROR],
        severities[Severity.WARNING],
    )


def store_period_counts(ledger: Ledger, assessment: Assessment) -> None:
    """Store the statuses of a period's tasks and its counts in the ledger."""
    ledger.replace_standings(assessment.period.date, standings_of(assessment))
    ledger.tallies.replace(assessment.period.date, tally_of(assessment))


def reassess_period(ledger: Ledger, record: PeriodRecord) -> Assessment:
    """Assess a period that has changed, and store its counts."""
    from ragsheets.returns.assess import assess_period

    assessment = assess_period(ledger, record)
    store_period_counts(ledger, assessment)
    return assessment


def all_period_counts(ledger: Ledger) -> list[PeriodCounts]:
    """Return the counts of every period, earliest first; assess those that have changed since their last assessment."""
    for date in ledger.tallies.dates_without_tally():
        reassess_period(ledger, ledger.period(date))
    return ledger.tallies.period_counts()
