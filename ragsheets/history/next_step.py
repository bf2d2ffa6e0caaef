"""What the coordinator does next with a period: one step, told by where it stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ragsheets import files
from ragsheets.ledger.records import EventRecord, IssuedRevision
from ragsheets.plan.model import Period

#: Commands that write a report, and the one of them that says that it was sent out.
REPORT_COMMAND, FINAL_REPORT_COMMAND = "report", "report --final"
#: What leaves a period as it was; any other command may have changed it. An ingest has where a return came in with it.
_UNCHANGING_COMMANDS = (REPORT_COMMAND, FINAL_REPORT_COMMAND, "returns forget", "plan proposals --accept")
_INGEST_COMMAND = "ingest"
#: How many sub-groups are named before it is only said how many more there are.
_MAX_NAMED = 3


class NextStep(NamedTuple):
    """What to do: in words, "" where the command says it all, and the command to run, "" where there is none."""

    what: str
    command: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.what, self.command)))


@dataclass(frozen=True)
class PeriodState:
    """Where a period stands, as far as the next step hangs on it.

    Attributes:
        is_current: whether it is the current period.
        unread: how many files in its returned/ no ingest has read yet.
        errors: how many findings and rejected files somebody must settle.
        queries: how many workbooks there are to send back.
        missing: the names of the sub-groups that have not returned.
        is_due: whether the day is past by which they should have.
        issued: the reports that were sent out.
        events: what was done to it, the oldest first.
        received: when the last return came in (UTC, ISO).
    """

    period: Period
    is_current: bool
    unread_count: int
    error_count: int
    query_count: int
    missing_groups: Sequence[str]
    is_due: bool
    issued: Sequence[IssuedRevision]
    events: Sequence[EventRecord]
    last_received: str

    @property
    def has_changed(self) -> bool:
        """Whether something has come in or was changed since the last report was sent out."""
        places = [place for place, event in enumerate(self.events) if event.command == FINAL_REPORT_COMMAND]
        since = self.events[places[-1] + 1 :] if places else self.events
        newer = self.last_received >= max((mark.at for mark in self.issued), default="")
        return any(
            newer
            if event.command == _INGEST_COMMAND
            else event.command not in _UNCHANGING_COMMANDS and event.command != ""
            for event in since
        )

    @property
    def is_drafted(self) -> bool:
        """Whether a report was written since the period was last changed."""
        done = [event.command for event in self.events if event.command not in _UNCHANGING_COMMANDS[1:]]
        return bool(done) and done[-1] == REPORT_COMMAND


def next_step(state: PeriodState) -> NextStep:
    """The one thing to do next: read what came in, before all; then what keeps the report from being right; then it."""
    folder = state.period.date.isoformat()
    of = "" if state.is_current else f" --date {folder}"
    ingest, report = f"ragsheets ingest{of}", f"ragsheets report{of}"
    replies = f"{folder}/{files.RETURNED_FOLDER}"
    if state.unread_count:
        return NextStep("", ingest)
    if state.issued and state.has_changed:
        return NextStep(
            "something came in or was changed since the report was sent out; see what it makes of it", report
        )
    if state.issued:
        begin = NextStep(
            "the report was sent out; begin the next period", "ragsheets generate --date YYYY-MM-DD --due YYYY-MM-DD"
        )
        return begin if state.is_current else NextStep("nothing: the report was sent out", "")
    if state.error_count and state.query_count:
        return NextStep(f"send out {folder}/{files.QUERIES_FOLDER}, put what comes back into {replies} and run", ingest)
    if state.error_count:
        return NextStep(f"settle what is marked error, put mended files into {replies} and run", ingest)
    if state.missing_groups:
        ask = "remind" if state.is_due else "ask for the returns of"
        return NextStep(
            f"{ask} {_join_names(state.missing_groups)}; put what comes back into {replies} and run", ingest
        )
    if state.is_drafted:
        return NextStep("read the report through and send it out", f"{report} --final")
    return NextStep("", report)


def _join_names(names: Sequence[str]) -> str:
    """Sub-groups by name, as many as one reads."""
    more = len(names) - _MAX_NAMED
    if more > 0:
        return f"{', '.join(names[:_MAX_NAMED])} and {more} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
