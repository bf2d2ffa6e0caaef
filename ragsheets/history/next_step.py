"""The coordinator's next step with a period, derived from its state. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ragsheets import files
from ragsheets.dates import command_for_period
from ragsheets.ledger.records import EventRecord, IssuedRevision
from ragsheets.plan.model import Period

#: Commands that write a report; the second one records that it was sent out, which the third one withdraws.
REPORT_COMMAND, FINAL_REPORT_COMMAND, WITHDRAW_REPORT_COMMAND = "report", "report --final", "report --not-final"
#: The commands that log each accepted proposal, and before the plan is written all of them at once.
ACCEPT_COMMAND = "plan proposals --accept"
BEGIN_ACCEPT_COMMAND = f"{ACCEPT_COMMAND}, begun"
#: Commands that do not change a period; any other may. An ingest changed it where it received a return.
_UNCHANGING_COMMANDS = (
    *(REPORT_COMMAND, FINAL_REPORT_COMMAND, "returns forget"),
    *(ACCEPT_COMMAND, BEGIN_ACCEPT_COMMAND),
)
_INGEST_COMMAND, _GENERATE_COMMAND = "ingest", "generate"
#: The command that begins a period.
NEXT_PERIOD_COMMAND = "ragsheets generate --date YYYY-MM-DD --due YYYY-MM-DD"
#: The most sub-groups that are named; of the others only the number is given.
_MAX_NAMED = 3


class NextStep(NamedTuple):
    """The next step: in words, "" where the command is enough, and the command to run, "" where there is none."""

    what: str
    command: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.what, self.command)))


class PeriodState(Protocol):
    """The state of a period, as far as the next step depends on it."""

    @property
    def period(self) -> Period:
        """The period."""

    @property
    def is_current(self) -> bool:
        """Whether it is the current period."""

    @property
    def is_due(self) -> bool:
        """Whether the due date is past."""

    @property
    def unread(self) -> Sequence[str]:
        """The files in its returned/ that no ingest has read yet."""

    @property
    def to_settle(self) -> int:
        """The number of findings to settle."""

    @property
    def query_count(self) -> int:
        """The number of workbooks to send back."""

    @property
    def missing_groups(self) -> Sequence[str]:
        """The names of the sub-groups that have not returned."""

    @property
    def last_received(self) -> str:
        """When the last return was received (UTC, ISO)."""

    @property
    def issued(self) -> Sequence[IssuedRevision]:
        """The reports that were sent out."""

    @property
    def events(self) -> Sequence[EventRecord]:
        """The commands run on it, the oldest first."""


def next_step(state: PeriodState) -> NextStep:
    """Return the next step: first to read unread files, then to settle what makes the report wrong, then the report."""
    period, is_current, missing_groups = state.period, state.is_current, state.missing_groups
    folder, date = period.date.isoformat(), None if is_current else period.date
    ingest, report = command_for_period("ragsheets ingest", date), command_for_period("ragsheets report", date)
    returned_folder, queries_folder = f"{folder}/{files.RETURNED_FOLDER}", f"{folder}/{files.QUERIES_FOLDER}"
    if state.unread:
        return NextStep("", ingest)
    if state.issued and _has_changed(state):
        return NextStep("something has changed since the report was sent out; to see what, write the report", report)
    if state.issued and is_current:
        return NextStep("the report was sent out; begin the next period", NEXT_PERIOD_COMMAND)
    if state.issued:
        return NextStep("the report of this period was sent out; there is nothing left to do", "")
    if state.to_settle and state.query_count:
        return NextStep(
            f"send each workbook in {queries_folder} to its contact, put the replies and all files that you have "
            f"mended into {returned_folder} and run",
            ingest,
        )
    if state.to_settle:
        what = f"do what each finding marked error asks for, put mended files into {returned_folder} and run"
        return NextStep(what, ingest)
    if missing_groups and not state.is_due and _is_generated(state.events):
        return step_after_generating(period, is_current=is_current)
    if missing_groups:
        ask = "remind" if state.is_due else "ask for the returns of"
        return NextStep(
            f"{ask} {_join_names(missing_groups)}; put what is sent back into {returned_folder} and run", ingest
        )
    if _is_drafted(state.events):
        return NextStep("read the report through and send it out", f"{report} --final")
    if state.query_count:
        return NextStep(
            f"the report need not wait for the questions in {queries_folder}; send them out, and run", report
        )
    return NextStep("", report)


def step_after_generating(period: Period, *, is_current: bool) -> NextStep:
    """Return the next step where workbooks were generated: they are to be sent, and the replies read."""
    folder = period.date.isoformat()
    return NextStep(
        f"send each workbook in {folder}/{files.SENT_FOLDER} to its contact, put the replies into "
        f"{folder}/{files.RETURNED_FOLDER} and run",
        command_for_period("ragsheets ingest", None if is_current else period.date),
    )


def _has_changed(state: PeriodState) -> bool:
    """Return whether a return was received or something was changed since the last report was sent out."""
    events = state.events
    positions = [position for position, event in enumerate(events) if event.command == FINAL_REPORT_COMMAND]
    has_newer_return = state.last_received >= max((mark.at for mark in state.issued), default="")
    return any(
        has_newer_return
        if event.command == _INGEST_COMMAND
        else event.command not in _UNCHANGING_COMMANDS and event.command != ""
        for event in (events[positions[-1] + 1 :] if positions else events)
    )


def _is_generated(events: Sequence[EventRecord]) -> bool:
    """Return whether workbooks were generated, and nothing was read since."""
    commands = [event.command for event in events if event.command in (_GENERATE_COMMAND, _INGEST_COMMAND)]
    return commands[-1:] == [_GENERATE_COMMAND]


def _is_drafted(events: Sequence[EventRecord]) -> bool:
    """Return whether a report was written since the period was last changed."""
    commands = [event.command for event in events if event.command not in _UNCHANGING_COMMANDS[1:]]
    return commands[-1:] == [REPORT_COMMAND]


def _join_names(names: Sequence[str]) -> str:
    """Return the names of sub-groups as a list in words, shortened after `_MAX_NAMED`."""
    rest_count = len(names) - _MAX_NAMED
    if rest_count > 0:
        return f"{', '.join(names[:_MAX_NAMED])} and {rest_count} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
