"""What the ledger keeps, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ragsheets.plan.model import Period, Plan
    from ragsheets.template.model import Template


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A period with the plan and the template as they were when its workbooks were generated."""

    period: Period
    plan: Plan
    template: Template


class StandingRecord(NamedTuple):
    """Where a task stood at the end of a period: the code of its status, "" where none was reported.

    `group`, `outcome` and `task` are keys; `wording` is the task's own, for a key alone is no proof.
    """

    group: str
    outcome: str
    task: str
    wording: str
    status: str


class TallyRecord(NamedTuple):
    """What a period came to when it was last assessed: how many sub-groups were asked and how many of them returned,
    how many findings somebody must settle, and at how many somebody should look."""

    asked: int
    returned: int
    to_settle: int
    to_look_at: int


class IssuedRevision(NamedTuple):
    """That a report was sent out: which edition, its revision (0 for the first), and when (UTC, ISO)."""

    edition: str
    revision: int
    at: str


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """A period in counts.

    Attributes:
        codes: the codes of its template's statuses, best first.
        statuses: how many tasks stand at each, "" for those that were not reported.
        tally: what it came to beside that.
        issued: its reports that were sent out, the first one first.
    """

    period: Period
    codes: tuple[str, ...]
    statuses: Mapping[str, int]
    tally: TallyRecord
    issued: tuple[IssuedRevision, ...]


@dataclass(frozen=True, slots=True)
class WorkbookRecord:
    """A workbook that was sent; `sent` is the record of `ragsheets.workbook.sent_workbook` as text."""

    reference: str
    group: str
    file: str
    sha256: str
    sent: str


@dataclass(frozen=True, slots=True)
class IssuedRecord:
    """A report that was sent out: which edition ("full", "public", …), its revision (0 for the first), when (UTC, ISO),
    its bytes' SHA-256, and the cells that it printed, each by its place."""

    edition: str
    revision: int
    at: str
    sha256: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """An answer that the coordinator put right: `column` and `task` are keys, `value` is "" where it takes one out.

    `number` is its own in the ledger; `at` is when and `user` who (UTC, ISO); `undone` is when it was taken back, ""
    while it stands.
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


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something that was done: when (UTC, ISO), by whom, with which version, the command, to which period ("" for
    none), and what it came to."""

    at: str
    user: str
    version: str
    command: str
    period: str
    what: str


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """A file that came back. `result` is "accepted" or "rejected"; `path` is where it lay; times are UTC.

    `said` holds what it says as the reader's named tuples: answers, headlines, totals and observations by these names.
    `forgotten` is when its bytes, or some that it holds, were erased (UTC, ISO), "" where they are kept.
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


@dataclass(frozen=True, slots=True)
class OriginalRecord:
    """What is known of a file that came back, without its bytes and without what it says.

    `number` is the ledger's own, `period` ISO, `size` in bytes, `group` a key ("" for none). `result` is "accepted",
    "rejected", "ignored", "excluded", or "withdrawn" for one that was dealt with. Times are UTC, ISO; `forgotten` is
    when its bytes were erased, "" where they are kept.
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
