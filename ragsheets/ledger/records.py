"""The records of the ledger, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ragsheets.plan.model import Period, Plan, SubGroup
    from ragsheets.template.model import Template


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A period with its snapshot: the plan and the template that its workbooks were generated with.

    `completed` holds the tasks that the plan lacks because they were complete at the time, in their sub-groups.
    """

    period: Period
    plan: Plan
    template: Template
    completed: tuple[SubGroup, ...] = ()

    @property
    def completed_plan(self) -> Plan:
        """The plan with only the completed tasks."""
        return self.plan.model_copy(update={"groups": self.completed})

    @property
    def whole_plan(self) -> Plan:
        """The plan with the completed tasks too, which come last."""
        return self.plan.model_copy(update={"groups": (*self.plan.groups, *self.completed)})


class StandingRecord(NamedTuple):
    """The status code of a task when its period was last assessed, "" if none was reported.

    `group`, `outcome` and `task` are keys; `wording` is the task's, since a key alone does not prove its identity.
    """

    group: str
    outcome: str
    task: str
    wording: str
    status: str


class TallyRecord(NamedTuple):
    """The counts of a period when it was last assessed: sub-groups asked for a return, those that returned one,
    findings that must be settled, and findings to look at."""

    asked: int
    returned: int
    to_settle: int
    to_look_at: int


class IssuedRevision(NamedTuple):
    """An issued report: its edition, its revision (0 for the first), and when it was issued (UTC, ISO)."""

    edition: str
    revision: int
    at: str


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """The counts of a period.

    Attributes:
        codes: the codes of its template's statuses, best first.
        statuses: the number of tasks at each status, "" for those not reported.
        tally: its other counts.
        issued: its issued reports, the first one first.
    """

    period: Period
    codes: tuple[str, ...]
    statuses: Mapping[str, int]
    tally: TallyRecord
    issued: tuple[IssuedRevision, ...]


@dataclass(frozen=True, slots=True)
class WorkbookRecord:
    """A workbook that was sent; `sent` is the record of `ragsheets.workbook.sent_workbook` as JSON text.

    `made` is when a workbook with this reference was first made (UTC, ISO; "" if unknown), and `sequence` its place in
    the ledger's sequence then; the ledger assigns both.
    """

    reference: str
    group: str
    file: str
    sha256: str
    sent: str
    made: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class IssuedRecord:
    """An issued report.

    Attributes:
        edition: "full", "public", …
        revision: its number; 0 for the first.
        at: when it was issued (UTC, ISO).
        sha256: the SHA-256 of the file.
        cells: the texts of its printed cells by cell key (`ragsheets.report.write.revision`).
        path: the file's path relative to the project folder, "" if unknown.
        unedited_sha256: the SHA-256 of the report before the coordinator edited it, "" if nobody did.
    """

    edition: str
    revision: int
    at: str
    sha256: str
    cells: Mapping[str, str]
    path: str = ""
    unedited_sha256: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """An answer corrected by the coordinator: `column` and `task` are keys, `value` is "" if the answer is removed.

    `number` is its number in the ledger; `at` is when it was made (UTC, ISO) and `user` by whom; `undone` is when it
    was undone, "" while it is in force. `sequence` is its place in the ledger's sequence, which the ledger assigns.
    """

    number: int
    task: str
    wording: str
    column: str
    value: str
    reason: str
    at: str
    user: str
    undone: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class SettlementRecord:
    """A finding that the coordinator settled as it is: its id, and the finding's fields at that time.

    `wording` is that of its task in the plan, "" where it has none. `number` is its number in the ledger; `at` is when
    it was settled (UTC, ISO) and `user` by whom; `undone` is when that was undone, "" while it is in force.
    """

    number: int
    finding: str
    code: str
    group: str
    file: str
    sheet: str
    cell: str
    task: str
    wording: str
    column: str
    found: str
    wanted: str
    message: str
    reason: str
    at: str
    user: str
    undone: str = ""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event: when (UTC, ISO), by which user, with which version, the command, the period ("" for none), and a
    description of the result."""

    at: str
    user: str
    version: str
    command: str
    period: str
    what: str


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """A received file.

    Attributes:
        path: where it was found.
        result: "accepted", "rejected" or "ignored"; "excluded" for one that the coordinator excluded.
        group: the key of the sub-group that it is from, "" where that is not certain.
        saved, received: times (ISO): when it was saved, as the file states it, "" if it states none, and when it was
            ingested first (UTC). Some programs write their local time: see `ragsheets.returns.times`.
        parsed_rows: its content as the reader's named tuples, by table: answers, headlines, totals and observations.
        forgotten: when its bytes, or those of a file in it, were erased (UTC, ISO), "" if they are stored.
        message_sent: the Date of the message that contained it (UTC, ISO), "" if there was none.
        program: the program that saved it, "" if unknown.
        reference: the reference of the workbook that it was made from, "" if unknown.
        other_period: the period (ISO) whose workbook it is, where the coordinator used it for this one, "" otherwise.
        sequence: its place in the ledger's sequence, which the ledger assigns and keeps when it is read again.
    """

    sha256: str
    file: str
    path: str
    result: str
    group: str
    saved: str
    received: str
    content: bytes
    parsed_rows: Mapping[str, Sequence[Any]]
    forgotten: str = ""
    message_sent: str = ""
    program: str = ""
    reference: str = ""
    other_period: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class OriginalRecord:
    """The record of a received file, without its bytes and parsed content.

    `number` is its number in the ledger, `period` an ISO date, `size` in bytes, `group` a key ("" for none). `result`
    is "accepted", "rejected", "ignored", "excluded", or "withdrawn" if it has been dealt with. Times are UTC, ISO;
    `forgotten` is when its bytes were erased, "" if they are stored.
    """

    number: int
    period: str
    sha256: str
    file: str
    path: str
    result: str
    group: str
    saved: str
    received: str
    size: int
    forgotten: str
