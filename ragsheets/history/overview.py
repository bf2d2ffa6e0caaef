"""Overview of a period: returns received, open findings, totals so far, changes, next step. It touches no files."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ragsheets.dates import iso_timestamp
from ragsheets.history.next_step import NextStep, next_step
from ragsheets.history.trend import Direction, History
from ragsheets.ledger.records import EventRecord, IssuedRevision, PeriodCounts
from ragsheets.plan.model import Period, SubGroup, TaskPath
from ragsheets.returns.checks.observations import is_about_words
from ragsheets.returns.finding import Finding, Severity, count_open, finding_with_file_as_json
from ragsheets.returns.finding_catalogue import finding_kinds
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.queries import is_asked
from ragsheets.returns.totals import count_columns, sum_by_group, sum_counts, totals_as_json
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True)
class GroupOverview:
    """The state of a sub-group.

    Attributes:
        return_count: the number of its accepted returns.
        first_returned: the day of the first of them, which decides whether it is in time or late.
        received: when the last of them was received (UTC, ISO), "" where there is none; `saved` when that was saved,
            "" where that is not known.
        late: whether it returned after the due date, or has not returned and that date is past; never while on hold.
        to_settle: the number of findings that must be settled; `to_look_at` of those to look at.
        words: the findings that quote its messages and documents, whose words are in no answer.
        rejected: the findings on its rejected files, such as the workbook of an earlier period.
        query_file: the workbook to send back to it, below the period's folder; "" where it has no questions.
        totals: its recounted counts: by the template's codes, not reported and in total.
        change_counts: the number of its tasks by direction; empty where there is no earlier period.
    """

    group: SubGroup
    return_count: int
    first_returned: datetime.date | None
    received: str
    saved: str
    late: bool
    to_settle: int
    to_look_at: int
    words: tuple[Finding, ...]
    rejected: tuple[Finding, ...]
    query_file: str
    totals: Mapping[str, int]
    change_counts: Mapping[Direction, int]

    @property
    def state(self) -> str:
        """ "returned", "missing" or "on hold"; a sub-group on hold may have returned too."""
        return "on hold" if self.group.on_hold else "returned" if self.return_count else "missing"


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The state of a period, from what is known of it.

    Attributes:
        assessment: the assessment of its returns.
        history: the period before it.
        query_files: the latest workbook with questions of each sub-group, by its key, below the period's folder.
        issued: the reports that were sent out, the earliest first.
        events: the commands run on it, the oldest first.
        unread: the files in the period's returned/ that no ingest has read yet.
        today: the day to compare with the due date.
        is_current: whether it is the current period.
        reopened: the tasks that it does not ask about because they were complete, and that no longer are.
    """

    assessment: Assessment
    history: History
    query_files: Mapping[str, str]
    issued: Sequence[IssuedRevision]
    events: Sequence[EventRecord]
    unread: Sequence[str]
    today: datetime.date
    is_current: bool
    reopened: Sequence[TaskPath] = ()

    @cached_property
    def groups(self) -> tuple[GroupOverview, ...]:
        """The state of every sub-group, in the plan's order."""
        return _group_overviews(self.assessment, self.history, self.query_files, self.today)

    @cached_property
    def _ungrouped(self) -> Sequence[Finding]:
        """The findings that belong to no sub-group of the plan."""
        group_keys = {group.key for group in self.assessment.plan.groups}
        findings_by_group = _findings_by_group(self.assessment)
        return [item for key, items in findings_by_group.items() if key not in group_keys for item in items]

    @property
    def ungrouped_findings(self) -> Mapping[Severity, int]:
        """The number of findings that belong to no sub-group, by severity: for example those of rejected files."""
        return count_open(self._ungrouped)

    @property
    def unassigned(self) -> tuple[str, ...]:
        """The messages, documents and rejected files whose sub-group is not certain."""
        kinds = finding_kinds()
        open_findings = (item for item in self._ungrouped if item.settlement is None)
        return tuple(dict.fromkeys(item.file for item in open_findings if kinds[item.code].about_file))

    @property
    def rejected(self) -> tuple[str, ...]:
        """The rejected files, without those that have findings and all of them settled."""
        findings, returns = self.assessment.findings, self.assessment.returns
        open_returns = {number for number, item in findings if item.settlement is None}
        settled_returns = {number for number, _ in findings} - open_returns
        rejected = returns[returns["result"] == "rejected"]
        return tuple(file for number, file in iter_values(rejected, "id", "file") if number not in settled_returns)

    @property
    def settled(self) -> tuple[Finding, ...]:
        """The findings that the coordinator settled as they are."""
        return tuple(item for _, item in self.assessment.findings if item.settlement)

    @property
    def step(self) -> NextStep:
        """The next step."""
        return next_step(self)

    @property
    def is_due(self) -> bool:
        """Whether the due date is past."""
        return bool(self.period.due and self.today > self.period.due)

    @property
    def missing_groups(self) -> Sequence[str]:
        """The names of the sub-groups that have not returned."""
        return self.assessment.missing_groups

    @property
    def last_received(self) -> str:
        """When the last return was received (UTC, ISO); "" where there is none."""
        return max(self.assessment.returns["received"], default="")

    @property
    def query_count(self) -> int:
        """The number of workbooks to send back."""
        return sum(bool(group.query_file) for group in self.groups)

    @property
    def period(self) -> Period:
        """The period."""
        return self.assessment.period

    @property
    def previous_period(self) -> Period | None:
        """The previous period, which the changes are compared with."""
        return self.history.previous.period if self.history.previous else None

    @property
    def to_settle(self) -> int:
        """The number of findings that must be settled."""
        return sum(group.to_settle for group in self.groups) + self.ungrouped_findings.get(Severity.ERROR, 0)

    @property
    def to_look_at(self) -> int:
        """The number of findings that somebody should look at."""
        return sum(group.to_look_at for group in self.groups) + self.ungrouped_findings.get(Severity.WARNING, 0)

    @property
    def totals(self) -> Mapping[str, int]:
        """The counts of all sub-groups by the template's codes."""
        return sum_counts(self.assessment.totals, count_columns(self.assessment.template))

    @property
    def change_counts(self) -> Mapping[Direction, int]:
        """The number of tasks by direction; empty where there is no earlier period."""
        return sum((Counter(group.change_counts) for group in self.groups), Counter[Direction]())

    @property
    def needs_attention(self) -> bool:
        """Whether the coordinator has something to settle: a finding of severity error, or a rejected file."""
        return bool(self.to_settle or self.rejected)

    def as_json(self) -> dict[str, Any]:
        """Return the overview for JSON: dates and times (UTC) in ISO 8601, None for missing values."""
        return {
            "period": period_as_json(self.period),
            "groups": [self._group_as_json(group) for group in self.groups],
            "totals": totals_as_json(self.assessment.totals, self.assessment.plan, self.assessment.template),
            "to_settle": self.to_settle,
            "to_look_at": self.to_look_at,
            "rejected": list(self.rejected),
            "settled": [finding_with_file_as_json(item) for item in self.settled],
            "unassigned": list(self.unassigned),
            "unread": list(self.unread),
            "since": self.previous_period.date.isoformat() if self.previous_period else None,
            "change": self._change_as_json(self.change_counts),
            "reports": issued_as_json(self.issued),
            "not_asked": [path.task.key for path in self.reopened],
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
            "words": [{"file": item.file, "task": item.task, "text": item.found} for item in group.words],
            "rejected": [{"file": item.file, "code": item.code, "message": item.message} for item in group.rejected],
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


def _group_overviews(
    assessment: Assessment, history: History, query_files: Mapping[str, str], today: datetime.date
) -> tuple[GroupOverview, ...]:
    """Return the state of every sub-group, in the plan's order."""
    findings_by_group, returns_by_group = _findings_by_group(assessment), _accepted_returns_by_group(assessment)
    first_dates = first_return_dates(assessment)
    totals = sum_by_group(assessment.totals, assessment.plan, assessment.template)
    changes, rejected = _changes_by_group(assessment, history), _rejected_findings(assessment)
    due, is_asked_about = assessment.period.due, partial(is_asked, wording=assessment.template.wording)

    def overview(group: SubGroup) -> GroupOverview:
        findings, returns = findings_by_group.get(group.key, ()), returns_by_group.get(group.key, ())
        newest = max(returns, key=lambda row: row.sequence, default=None)
        saved = assessment.times[newest.id].saved if newest else None
        returned, open_counts = first_dates.get(group.key), count_open(findings)
        return GroupOverview(
            group=group,
            return_count=len(returns),
            first_returned=returned,
            received=newest.received if newest else "",
            saved=saved.isoformat(" ") if saved else "",
            late=bool(due and not group.on_hold and (returned or today) > due),
            to_settle=open_counts[Severity.ERROR],
            to_look_at=open_counts[Severity.WARNING],
            words=tuple(item for item in findings if is_about_words(item) and item.settlement is None),
            rejected=tuple(item for item in rejected if item.group == group.key),
            query_file=query_files.get(group.key, "") if any(map(is_asked_about, findings)) else "",
            totals=totals[group.key],
            change_counts=changes.get(group.key, {}),
        )

    return tuple(map(overview, assessment.plan.groups))


def first_return_dates(assessment: Assessment) -> dict[str, datetime.date]:
    """Return the day of each sub-group's first return, by its key: when it was sent, or else saved or received."""
    first: dict[str, datetime.date] = {}
    for number, group in iter_values(assessment.returns, "id", "group"):
        if number in assessment.times:
            day = assessment.times[number].returned.date()
            first[group] = min(day, first.get(group, day))
    return first


def period_counts_as_json(counts: PeriodCounts) -> dict[str, Any]:
    """Return the counts of a period for JSON: its date and name, the counts, the totals and the reports sent out."""
    return {
        **period_as_json(counts.period),
        **counts.tally._asdict(),
        "totals": period_totals(counts),
        "reports": issued_as_json(counts.issued),
    }


def period_totals(counts: PeriodCounts) -> dict[str, int]:
    """Return the totals of a period by its template's codes, with those not reported and all tasks."""
    code_counts = {code: counts.statuses.get(code, 0) for code in counts.codes}
    total = sum(counts.statuses.values())
    return {**code_counts, NOT_REPORTED: total - sum(code_counts.values()), TOTAL: total}


def period_as_json(period: Period) -> dict[str, str | None]:
    """Return a period for JSON."""
    due = period.due.isoformat() if period.due else None
    return {"date": period.date.isoformat(), "name": period.title, "due": due}


def issued_as_json(issued: Sequence[IssuedRevision]) -> list[dict[str, Any]]:
    """Return the reports that were sent out for JSON."""
    return [{**mark._asdict(), "at": iso_timestamp(mark.at)} for mark in issued]


# ------------------------------------------------------------------------------------------------- small helpers


def _findings_by_group(assessment: Assessment) -> dict[str, list[Finding]]:
    """Return the findings of each sub-group by its key, in the order of its returns; "" for those of none."""
    owners = dict(iter_values(assessment.returns, "id", "group"))
    findings_by_group: dict[str, list[Finding]] = {}
    for number, item in assessment.findings:
        findings_by_group.setdefault(item.group or owners.get(number, ""), []).append(item)
    return findings_by_group


def _accepted_returns_by_group(assessment: Assessment) -> dict[str, list[Any]]:
    """Return the rows of each sub-group's accepted returns, by its key."""
    returns: dict[str, list[Any]] = {}
    for row in iter_rows(assessment.returns[assessment.returns["result"] == "accepted"]):
        returns.setdefault(row.group, []).append(row)
    return returns


def _rejected_findings(assessment: Assessment) -> list[Finding]:
    """Return the open findings on rejected files."""
    results = dict(iter_values(assessment.returns, "id", "result"))
    return [
        item for number, item in assessment.findings if results.get(number) == "rejected" and item.settlement is None
    ]


def _changes_by_group(assessment: Assessment, history: History) -> dict[str, Counter[Direction]]:
    """Return the number of tasks by direction of each sub-group, by its key."""
    if history.previous is None:
        return {}
    scale = assessment.template.scale
    moved: dict[str, Counter[Direction]] = {}
    for group, key, status in iter_values(assessment.tasks, "group", "key", "status"):
        direction = history.direction(key, status, scale)
        moved.setdefault(group, Counter())[direction] += 1
    return moved
