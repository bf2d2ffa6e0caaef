"""A period at a glance: who has returned, what is in question, totals so far, what has moved, what to do next. Pure."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ragsheets.history.next_step import NextStep, PeriodState, next_step
from ragsheets.history.trend import Direction, History
from ragsheets.ledger.records import EventRecord, IssuedRevision, PeriodCounts
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, SubGroup
from ragsheets.returns.findings import Finding, Severity
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.totals import count_columns, sum_counts, totals_as_json
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True)
class GroupOverview:
    """Where a sub-group stands.

    Attributes:
        returns: how many of its returns count.
        returned: the day of the first of them, by which it is in time or late.
        received: when the newest of them came in (UTC, ISO), "" where there is none; `saved` the same of its saving.
        late: whether it returned after the day it was due, or has not and that day is past.
        to_settle: how many findings somebody must settle; `to_look_at` at how many somebody should look.
        query: the workbook to send back to it, below the period's folder; "" where it is asked nothing.
        totals: its counts by the template's codes, recounted.
        change: how many of its tasks have moved in which direction; empty where there is no earlier period.
    """

    group: SubGroup
    return_count: int
    first_returned: datetime.date | None
    received: str
    saved: str
    late: bool
    to_settle: int
    to_look_at: int
    query_file: str
    totals: Mapping[str, int]
    change_counts: Mapping[Direction, int]

    @property
    def state(self) -> str:
        """ "returned", "missing" or "on hold"; one on hold may have returned all the same."""
        return "on hold" if self.group.on_hold else "returned" if self.return_count else "missing"


@dataclass(frozen=True)
class Overview:
    """Where a period stands.

    Attributes:
        groups: every sub-group, in the plan's order.
        elsewhere: the findings that belong to no sub-group, by their severity: those of rejected files, say.
        rejected: the files that could not be taken.
        unread: the files in the period's returned/ that no ingest has read yet.
        issued: the reports that were sent out, the first one first.
        step: what to do next.
    """

    assessment: Assessment
    history: History
    groups: tuple[GroupOverview, ...]
    ungrouped_findings: Mapping[Severity, int]
    rejected: tuple[str, ...]
    unread: tuple[str, ...]
    issued: tuple[IssuedRevision, ...]
    step: NextStep

    @property
    def period(self) -> Period:
        """The period."""
        return self.assessment.period

    @property
    def previous_period(self) -> Period | None:
        """The period before, to which the changes are."""
        return self.history.previous.period if self.history.previous else None

    @property
    def to_settle(self) -> int:
        """How many findings somebody must settle."""
        return sum(each.to_settle for each in self.groups) + self.ungrouped_findings.get(Severity.ERROR, 0)

    @property
    def to_look_at(self) -> int:
        """At how many findings somebody should look."""
        return sum(each.to_look_at for each in self.groups) + self.ungrouped_findings.get(Severity.WARNING, 0)

    @property
    def totals(self) -> Mapping[str, int]:
        """The counts of all sub-groups by the template's codes."""
        return sum_counts(self.assessment.totals, count_columns(self.assessment.template))

    @property
    def change_counts(self) -> Mapping[Direction, int]:
        """How many tasks have moved in which direction; empty where there is no earlier period."""
        return sum((Counter(each.change_counts) for each in self.groups), Counter[Direction]())

    @property
    def needs_attention(self) -> bool:
        """Whether the coordinator has something to settle: a finding of severity error, or a rejected file."""
        return bool(self.to_settle or self.rejected)

    def as_json(self) -> dict[str, Any]:
        """The overview for machines: dates and times (UTC) in ISO, None for what there is not."""
        return {
            "period": period_as_json(self.period),
            "groups": [self._group_as_json(each) for each in self.groups],
            "totals": totals_as_json(self.assessment.totals, self.assessment.template),
            "to_settle": self.to_settle,
            "to_look_at": self.to_look_at,
            "rejected": list(self.rejected),
            "unread": list(self.unread),
            "since": self.previous_period.date.isoformat() if self.previous_period else None,
            "change": self._change_as_json(self.change_counts),
            "reports": issued_as_json(self.issued),
            "next": {"what": self.step.what, "command": self.step.command or None},
        }

    def _group_as_json(self, group: GroupOverview) -> dict[str, Any]:
        return {
            "group": group.group.name,
            "state": group.state,
            "late": group.late,
            "returns": group.return_count,
            "returned": group.first_returned.isoformat() if group.first_returned else None,
            "received": iso_timestamp(group.received),
            "saved": iso_timestamp(group.saved),
            "to_settle": group.to_settle,
            "to_look_at": group.to_look_at,
            "query": f"{self.period.date.isoformat()}/{group.query_file}" if group.query_file else None,
            "totals": dict(group.totals),
            "change": self._change_as_json(group.change_counts),
        }

    def _change_as_json(self, change_counts: Mapping[Direction, int]) -> dict[str, int] | None:
        return (
            {direction.value: change_counts.get(direction, 0) for direction in Direction}
            if self.previous_period
            else None
        )


def overview_of(
    assessment: Assessment,
    history: History,
    *,
    query_files: Mapping[str, str],
    issued: Sequence[IssuedRevision],
    events: Sequence[EventRecord],
    unread: Sequence[str],
    today: datetime.date,
    is_current: bool,
) -> Overview:
    """The overview of a period.

    Args:
        assessment: where it stands.
        history: the period before it.
        queries: the latest workbook with questions of each sub-group, by its key, below the period's folder.
        issued: its reports that were sent out.
        events: what was done to it, the oldest first.
        unread: the files in its returned/ that no ingest has read yet.
        today: the day by which somebody is late.
        is_current: whether it is the current period.
    """
    named = _findings_by_group(assessment)
    first, change = first_return_dates(assessment), _changes_by_group(assessment, history)
    due = assessment.period.due
    totals = _totals_by_group(assessment)
    returns: dict[str, list[Any]] = {}
    for row in iter_rows(assessment.returns[assessment.returns["result"] == "accepted"]):
        returns.setdefault(row.group, []).append(row)
    groups = []
    for group in assessment.plan.groups:
        mine = returns.get(group.key, [])
        newest = max(mine, key=lambda row: (row.received, row.id), default=None)
        returned = first.get(group.key)
        findings = named.get(group.key, ())
        groups.append(
            GroupOverview(
                group=group,
                return_count=len(mine),
                first_returned=returned,
                received=newest.received if newest else "",
                saved=newest.saved if newest else "",
                late=bool(due and not group.on_hold and (returned or today) > due),
                to_settle=_count_severity(findings, Severity.ERROR),
                to_look_at=_count_severity(findings, Severity.WARNING),
                query_file=query_files.get(group.key, "") if any(item.ask for item in findings) else "",
                totals=totals[group.name],
                change_counts=change.get(group.key, {}),
            )
        )
    elsewhere = [item for key, items in named.items() if key not in _group_keys(assessment) for item in items]
    rejected = tuple(row.file for row in iter_rows(assessment.returns) if row.result == "rejected")
    situation = PeriodState(
        period=assessment.period,
        is_current=is_current,
        unread_count=len(unread),
        error_count=sum(each.to_settle for each in groups) + _count_severity(elsewhere, Severity.ERROR),
        query_count=sum(bool(each.query_file) for each in groups),
        missing_groups=assessment.missing_groups,
        is_due=bool(due and today > due),
        issued=tuple(issued),
        events=tuple(events),
        last_received=max(assessment.returns["received"], default=""),
    )
    return Overview(
        assessment=assessment,
        history=history,
        groups=tuple(groups),
        ungrouped_findings=Counter(item.severity for item in elsewhere),
        rejected=rejected,
        unread=tuple(unread),
        issued=tuple(issued),
        step=next_step(situation),
    )


def first_return_dates(assessment: Assessment) -> dict[str, datetime.date]:
    """The day on which each sub-group, by its key, first returned: when it was saved, or else when it came in."""
    first: dict[str, datetime.date] = {}
    for row in iter_rows(assessment.returns):
        if row.result == "accepted":
            day = datetime.date.fromisoformat((row.saved or row.received)[:10])
            first[row.group] = min(day, first.get(row.group, day))
    return first


def period_counts_as_json(counts: PeriodCounts) -> dict[str, Any]:
    """A period among all for machines, as `Overview.as_json` has its parts."""
    return {
        **period_as_json(counts.period),
        **counts.tally._asdict(),
        "totals": period_totals(counts),
        "reports": issued_as_json(counts.issued),
    }


def period_totals(counts: PeriodCounts) -> dict[str, int]:
    """The totals of a period by its template's codes, as those of an assessment."""
    known = {code: counts.statuses.get(code, 0) for code in counts.codes}
    total = sum(counts.statuses.values())
    return {**known, NOT_REPORTED: total - sum(known.values()), TOTAL: total}


def period_as_json(period: Period) -> dict[str, str | None]:
    """A period for machines."""
    due = period.due.isoformat() if period.due else None
    return {"date": period.date.isoformat(), "name": period.title, "due": due}


def issued_as_json(issued: Sequence[IssuedRevision]) -> list[dict[str, Any]]:
    """Reports that were sent out, for machines."""
    return [{**mark._asdict(), "at": iso_timestamp(mark.at)} for mark in issued]


def iso_timestamp(at: str) -> str | None:
    """A time of the ledger for machines: UTC, ISO 8601, in seconds; None where there is none."""
    return f"{at[:19].replace(' ', 'T')}Z" if at else None


# ------------------------------------------------------------------------------------------------- small helpers


def _group_keys(assessment: Assessment) -> set[str]:
    return {group.key for group in assessment.plan.groups}


def _findings_by_group(assessment: Assessment) -> dict[str, list[Finding]]:
    """The findings of each sub-group by its key, as its returns have them; "" for those of none."""
    owners = dict(iter_values(assessment.returns, "id", "group"))
    found: dict[str, list[Finding]] = {}
    for number, item in assessment.findings:
        found.setdefault(item.group or owners.get(number, ""), []).append(item)
    return found


def _count_severity(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(item.severity is severity for item in findings)


def _totals_by_group(assessment: Assessment) -> dict[str, dict[str, int]]:
    """The counts of each sub-group by its name: a frame for each would take longer than all the rest."""
    counts = count_columns(assessment.template)
    added = {group.name: dict.fromkeys(counts, 0) for group in assessment.plan.groups}
    for group, *row in iter_values(assessment.totals, "group", *counts):
        for name, count in zip(counts, row, strict=True):
            added[group][name] += int(count)
    return added


def _changes_by_group(assessment: Assessment, history: History) -> dict[str, Counter[Direction]]:
    """How the tasks of each sub-group, by its key, have moved."""
    if history.previous is None:
        return {}
    keys = {group.name: group.key for group in assessment.plan.groups}
    tasks, scale = tasks_by_key(assessment.plan), assessment.template.scale
    moved: dict[str, Counter[Direction]] = {}
    for group, key, status in iter_values(assessment.tasks, "group", "key", "status"):
        direction = history.direction(tasks[key], status, scale)
        moved.setdefault(keys[group], Counter())[direction] += 1
    return moved
