"""What the coordinator does next with a period: one step, told by where it stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ragsheets import files
from ragsheets.ledger.records import EventRecord, IssuedMark
from ragsheets.plan.model import Period

#: Commands that write a report, and the one of them that says that it was sent out.
REPORT, SENT_OUT = "report", "report --final"
#: What leaves a period as it was; any other command may have changed it. An ingest has where a return came in with it.
_CHANGE_NOTHING = (REPORT, SENT_OUT, "returns forget", "plan proposals --accept")
_INGEST = "ingest"
#: How many sub-groups are named before it is only said how many more there are.
_MOST_NAMED = 3


class Step(NamedTuple):
    """What to do: in words, "" where the command says it all, and the command to run, "" where there is none."""

    what: str
    command: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.what, self.command)))


@dataclass(frozen=True)
class Situation:
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
    unread: int
    errors: int
    queries: int
    missing: Sequence[str]
    is_due: bool
    issued: Sequence[IssuedMark]
    events: Sequence[EventRecord]
    received: str

    @property
    def has_changed(self) -> bool:
        """Whether something has come in or was changed since the last report was sent out."""
        places = [place for place, event in enumerate(self.events) if event.command == SENT_OUT]
        since = self.events[places[-1] + 1 :] if places else self.events
        newer = self.received >= max((mark.at for mark in self.issued), default="")
        return any(
            newer if event.command == _INGEST else event.command not in _CHANGE_NOTHING and event.command != ""
            for event in since
        )

    @property
    def is_drafted(self) -> bool:
        """Whether a report was written since the period was last changed."""
        done = [event.command for event in self.events if event.command not in _CHANGE_NOTHING[1:]]
        return bool(done) and done[-1] == REPORT


def next_step(here: Situation) -> Step:
    """The one thing to do next: read what came in, before all; then what keeps the report from being right; then it."""
    folder = here.period.date.isoformat()
    of = "" if here.is_current else f" --date {folder}"
    ingest, report = f"ragsheets ingest{of}", f"ragsheets report{of}"
    replies = f"{folder}/{files.RETURNED_FOLDER}"
    if here.unread:
        return Step("", ingest)
    if here.issued and here.has_changed:
        return Step("something came in or was changed since the report was sent out; see what it makes of it", report)
    if here.issued:
        begin = Step(
            "the report was sent out; begin the next period", "ragsheets generate --date YYYY-MM-DD --due YYYY-MM-DD"
        )
        return begin if here.is_current else Step("nothing: the report was sent out", "")
    if here.errors and here.queries:
        return Step(f"send out {folder}/{files.QUERIES_FOLDER}, put what comes back into {replies} and run", ingest)
    if here.errors:
        return Step(f"settle what is marked error, put mended files into {replies} and run", ingest)
    if here.missing:
        ask = "remind" if here.is_due else "ask for the returns of"
        return Step(f"{ask} {_named(here.missing)}; put what comes back into {replies} and run", ingest)
    if here.is_drafted:
        return Step("read the report through and send it out", f"{report} --final")
    return Step("", report)


def _named(names: Sequence[str]) -> str:
    """Sub-groups by name, as many as one reads."""
    more = len(names) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(names[:_MOST_NAMED])} and {more} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
