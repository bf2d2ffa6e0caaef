"""What a period comes to in counts, put down whenever it is assessed: later looks at many periods assess none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ragsheets.ledger.records import PeriodCounts, StandingRecord, TallyRecord
from ragsheets.returns.findings import Severity

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.returns.assess import Assessment


def standings_of(assessment: Assessment) -> list[StandingRecord]:
    """Where every task of a period stands."""
    keys = {group.name: group.key for group in assessment.plan.groups}
    columns = [assessment.tasks[name].tolist() for name in ("group", "outcome", "key", "task", "status")]
    return [StandingRecord(keys[group], *rest) for group, *rest in zip(*columns, strict=True)]


def tally_of(assessment: Assessment) -> TallyRecord:
    """What a period comes to, beside where its tasks stand."""
    severities = Counter(item.severity for _, item in assessment.findings)
    asked = sum(not group.on_hold for group in assessment.plan.groups)
    return TallyRecord(
        asked, asked - len(assessment.missing_groups), severities[Severity.ERROR], severities[Severity.WARNING]
    )


def store_period_counts(ledger: Ledger, assessment: Assessment) -> None:
    """Put down in the ledger where a period's tasks stand and what it comes to."""
    ledger.replace_standings(assessment.period.date, standings_of(assessment))
    ledger.tallies.replace(assessment.period.date, tally_of(assessment))


def all_period_counts(ledger: Ledger) -> list[PeriodCounts]:
    """Every period in counts, earliest first; one that was changed since it was last assessed is assessed now."""
    from ragsheets.returns.assess import assess

    for date in ledger.tallies.dates_without_tally():
        store_period_counts(ledger, assess(ledger.period(date), ledger.frames(date)))
    return ledger.tallies.period_counts()
