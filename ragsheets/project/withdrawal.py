"""Taking back the record that a report was sent out, if it was recorded too early."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.dates import command_for_period
from ragsheets.errors import Problem, ProjectError
from ragsheets.history.next_step import WITHDRAW_REPORT_COMMAND
from ragsheets.project.editions import CombinedEdition, YearEdition, describe_edition

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, Ledger, PeriodRecord
    from ragsheets.project.folder import Project

#: The options of `ragsheets report` for each edition.
_OPTIONS = {
    **dict(zip(CombinedEdition.edition_names, ("", " --public"), strict=True)),
    **dict(zip(YearEdition.edition_names, (" --end-of-year", " --end-of-year --public"), strict=True)),
}


def report_to_withdraw(
    project: Project, *, date: datetime.date | None = None, public: bool = False, end_of_year: bool = False
) -> tuple[datetime.date, IssuedRecord]:
    """Return the date of a period (the current one by default) and its report that was sent out last, in an edition.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: no such report was sent out, or something builds on it, so that it cannot be withdrawn.
    """
    with project.ledger() as ledger:
        record = ledger.period(date)
        return record.period.date, _withdrawable(ledger, record, _edition_name(public, end_of_year))


def withdraw_report(
    project: Project, *, date: datetime.date | None = None, public: bool = False, end_of_year: bool = False
) -> IssuedRecord:
    """Withdraw the record of the report that was sent out last; its file stays. Raises as `report_to_withdraw`."""
    with project.ledger() as ledger:
        record = ledger.period(date)
        issued = _withdrawable(ledger, record, _edition_name(public, end_of_year))
        ledger.issued.withdraw(record.period.date, issued)
        description = describe_edition(issued.edition, issued.revision, issued.sha256, "taken back")
        ledger.log(WITHDRAW_REPORT_COMMAND, description, record.period.date)
    return issued


def _edition_name(public: bool, end_of_year: bool) -> str:
    return (YearEdition if end_of_year else CombinedEdition).edition_names[public]


def _withdrawable(ledger: Ledger, record: PeriodRecord, edition_name: str) -> IssuedRecord:
    issued = ledger.issued.of_edition(record.period.date, edition_name)
    where = f"report of {dates.in_words(record.period.date)}"
    if not issued:
        raise ProjectError(
            "no such report is recorded as sent out, so there is nothing to take back.",
            where=where,
            fix="See what was sent out: " + command_for_period("ragsheets status", record.period.date),
        )
    problems = [
        Problem(where, f"cannot be taken back: {what}", fix)
        for what, fix in (
            *_later_editions(ledger, record.period.date, issued[-1]),
            *(_later_periods(ledger, record.period.date) if edition_name in CombinedEdition.edition_names else ()),
        )
    ]
    if problems:
        raise ProjectError("the report cannot be taken back", problems=problems)
    return issued[-1]


def _later_editions(ledger: Ledger, date: datetime.date, issued: IssuedRecord) -> Iterator[tuple[str, str]]:
    """Yield each other edition of the period's reports that was sent out later, with the fix."""
    for edition_name, options in _OPTIONS.items():
        later = [other for other in ledger.issued.of_edition(date, edition_name) if other.at > issued.at]
        if later and edition_name != issued.edition:
            sent_out = dates.in_words(dates.day_of(later[-1].at))
            yield (
                f"the edition “{edition_name}” was sent out after it, on {sent_out}.",
                "Take that one back first: " + command_for_period(f"ragsheets report{options} --not-final", date),
            )


def _later_periods(ledger: Ledger, date: datetime.date) -> Iterator[tuple[str, str]]:
    """Yield each later period whose workbooks show the answers of this one, with the fix."""
    from ragsheets.workbook.sent_workbook import from_json

    for later_date in ledger.periods():
        if later_date > date and any(
            from_json(workbook.sent).last_period_date == date.isoformat() for workbook in ledger.workbooks(later_date)
        ):
            yield (
                f"the workbooks of {dates.in_words(later_date)} were made from this period's answers.",
                f"If nothing was returned for them yet, undo that period first: ragsheets period remove {later_date}",
            )
