"""Settling findings as they are: seen, accepted, or not due. No figure changes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ragsheets.dates import command_for_period
from ragsheets.errors import ProjectError
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.project.queries import reassess
from ragsheets.returns.assess import Assessment, assess_period
from ragsheets.returns.finding import Finding, finding_as_json
from ragsheets.returns.queries import QueriesResult
from ragsheets.text import single_line

if TYPE_CHECKING:
    from ragsheets.ledger import SettlementRecord
    from ragsheets.plan.model import Period, Plan
    from ragsheets.project.folder import Project

#: The least number of digits of an id that name a finding.
_MIN_DIGITS = 4


@dataclass(frozen=True)
class SettleResult:
    """A finding that was settled, or whose settlement was undone; `unsettled` is how many errors are open now."""

    period: Period
    finding: Finding
    undone: bool
    unsettled: int
    queries: QueriesResult = field(default_factory=QueriesResult, repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        return {
            "period": {"date": self.period.date.isoformat(), "name": self.period.title},
            "file": self.finding.file,
            "finding": finding_as_json(self.finding),
            "undone": self.undone,
            "unsettled": self.unsettled,
        }


def settle(
    project: Project,
    finding_id: str,
    *,
    reason: str,
    date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> SettleResult:
    """Settle a finding as it is: it no longer counts and its contact is not asked again; no figure changes.

    If it is already settled for the same reason, nothing new is recorded, and the queries are written again.

    Args:
        project: the project folder.
        finding_id: the finding's id, or its first digits.
        reason: why; it is printed in the report.
        date: the period; the current one by default.
        today: the day on which queries are sent; see `ragsheets.project.ingest.ingest`.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such finding, it is settled already for another reason, or the reason is empty.
            Nothing is recorded then.
    """

    reason_text = single_line(reason)
    if not reason_text:
        raise ProjectError("is empty.", where="--reason", fix="Say why nothing has to change; the report prints it.")
    with project.ledger() as ledger:
        record = ledger.period(date)
        assessment = assess_period(ledger, record)
        item = _find_finding(assessment, finding_id, date)
        if item.settlement and item.settlement.reason != reason_text:
            raise ProjectError(
                f"{item.id} is settled already ({item.settlement.reason}).",
                where="FINDING",
                fix="To open it again: " + command_for_period(f"ragsheets settle {item.id} --undo", date),
            )
        if not item.settlement:
            ledger.settlements.add(record.period.date, [_settlement_of(item, assessment.plan, reason_text)])
            ledger.log("settle", f"{item.id} {_describe(item)} ({reason_text})", record.period.date)
        assessment, queries = reassess(project, ledger, record, today)
    return _result(assessment, item.id, queries.write())


def _settlement_of(item: Finding, plan: Plan, reason: str) -> SettlementRecord:
    """Return the record of a finding that is settled now."""
    from ragsheets.ledger import SettlementRecord
    from ragsheets.ledger.provenance import current_user, utc_timestamp

    names = ("code", "group", "file", "sheet", "cell", "task", "column", "found", "wanted", "message")
    task = tasks_by_key(plan).get(item.task)
    return SettlementRecord(
        number=0,
        finding=item.id,
        **{name: getattr(item, name) for name in names},
        wording=task.task if task else "",
        reason=reason,
        at=utc_timestamp(),
        user=current_user(),
    )


def undo_settlement(
    project: Project,
    finding_id: str,
    *,
    reason: str = "",
    date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> SettleResult:
    """Open a settled finding again; the settlement stays in the ledger as undone.

    The arguments are those of `settle`. If that is already done, nothing new is recorded, and the queries are written
    again.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such finding, or it was never settled.
    """
    from ragsheets.ledger.provenance import utc_timestamp
    from ragsheets.returns.settlements import Questions

    reason_text = single_line(reason)
    with project.ledger() as ledger:
        record = ledger.period(date)
        assessment = assess_period(ledger, record)
        item, questions = _find_finding(assessment, finding_id, date), Questions(assessment.plan)
        settlements = [
            settlement
            for settlement in ledger.settlements.of_period(record.period.date)
            if questions.is_closed_by(item, settlement)
        ]
        if not settlements:
            raise ProjectError(
                f"{item.id} is not settled.",
                where="--undo",
                fix="The settled ones are listed by: " + command_for_period("ragsheets status", date),
            )
        if numbers := [settlement.number for settlement in settlements if not settlement.undone]:
            ledger.settlements.undo(numbers, utc_timestamp())
            suffix = f" ({reason_text})" if reason_text else ""
            ledger.log("settle --undo", f"{item.id} {_describe(item)}{suffix}", record.period.date)
        assessment, queries = reassess(project, ledger, record, today)
    return _result(assessment, item.id, queries.write(), undone=True)


def _find_finding(assessment: Assessment, finding_id: str, date: datetime.date | None = None) -> Finding:
    """Return the finding with this id, or with an id that begins so; raises ProjectError unless there is one.

    `date` is the period's where one was named.
    """
    digits = finding_id.strip().casefold()
    findings = [item for _, item in assessment.findings]
    matches = [item for item in findings if item.id == digits] or [
        item for item in findings if len(digits) >= _MIN_DIGITS and item.id.startswith(digits)
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = ", ".join(f"{item.id} ({_describe(item)})" for item in matches)
        message = f"“{finding_id}” is the beginning of {len(matches)} findings: {listed}."
        raise ProjectError(message, where="FINDING", fix="Write the whole id of the one that you mean.")
    raise ProjectError(
        f"{assessment.period.title} has no finding “{finding_id}”.",
        where="FINDING",
        fix="Copy the number beside the finding from: " + command_for_period("ragsheets ingest --all", date),
    )


def _result(assessment: Assessment, finding_id: str, queries: QueriesResult, *, undone: bool = False) -> SettleResult:
    unsettled = sum(item.must_be_settled for _, item in assessment.findings)
    return SettleResult(assessment.period, _find_finding(assessment, finding_id), undone, unsettled, queries)


def _describe(finding: Finding) -> str:
    """Return a finding's kind, address and task for the log."""
    return " ".join(filter(None, (finding.code, finding.file, finding.address, finding.task)))
