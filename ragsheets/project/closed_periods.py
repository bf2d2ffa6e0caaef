"""Closed periods: the basis of a final report is changed only where somebody has agreed to exactly that change."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ragsheets.errors import ProjectError

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.preview import PeriodComparison


class ClosedPeriodError(ProjectError):
    """A change of a closed period that nobody has agreed to; nothing was changed.

    `comparison` shows the change, and `consequence` says in a sentence what it means.
    """

    def __init__(self, comparison: PeriodComparison) -> None:
        self.comparison = comparison
        title = comparison.before.period.title
        self.consequence = f"The report of {title} is final, and this would change what it is based on."
        super().__init__(f"{self.consequence} Nothing was changed.", fix="Look at the change, and agree to it.")


def is_closed(ledger: Ledger, date: datetime.date) -> bool:
    """Return whether a report of the period is final."""
    return bool(ledger.issued.revisions(date))


def assess_before(ledger: Ledger, record: PeriodRecord, agreed: PeriodComparison | bool) -> Assessment | None:
    """Return the state of a period before a change that `check_agreed` must compare; None where it need not."""
    if agreed is True or (agreed is False and not is_closed(ledger, record.period.date)):
        return None
    # Only now: it loads pandas, which generate does not need.
    from ragsheets.returns.assess import assess_period

    return assess_period(ledger, record)


def check_agreed(ledger: Ledger, before: Assessment | None, after: Assessment, agreed: PeriodComparison | bool) -> None:
    """Check that a change of a period, made in the ledger's open transaction, may be kept.

    Args:
        ledger: the open ledger.
        before: the period before the change; None where nothing is to be compared.
        after: the period after it.
        agreed: the change that somebody has agreed to; True for any, False for none.

    Raises:
        ClosedPeriodError: the period is closed, and nobody has agreed to change it.
        ProjectError: this is not the change agreed to.
    """
    from ragsheets.returns.preview import PeriodComparison

    if before is None or agreed is True:
        return
    comparison = PeriodComparison(before, after, is_closed(ledger, before.period.date))
    if not isinstance(agreed, PeriodComparison):
        if comparison.closed and not comparison.is_unchanged:
            raise ClosedPeriodError(comparison)
    elif not comparison.is_same_change(agreed):
        raise ProjectError(
            "files or the ledger have changed in the meantime, and this would change something other than what was "
            "shown. Nothing was changed.",
            fix="Run the command again.",
        )
