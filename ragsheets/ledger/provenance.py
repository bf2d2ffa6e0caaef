"""The user and the time that the ledger records for a change."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_time_instead_of_clock: ContextVar[datetime.datetime | None] = ContextVar("time", default=None)


def utc_timestamp(timespec: str = "seconds") -> str:
    """Return the current time as the ledger stores it: UTC, ISO, precise to `timespec` as in `datetime.isoformat`."""
    now = _time_instead_of_clock.get() or datetime.datetime.now(datetime.UTC)
    return now.replace(tzinfo=None).isoformat(" ", timespec)


@contextmanager
def recorded_at(time: datetime.datetime) -> Iterator[None]:
    """Record what is done in this context as done at a time (UTC): an example that is set in the past."""
    token = _time_instead_of_clock.set(time)
    try:
        yield
    finally:
        _time_instead_of_clock.reset(token)


def current_user() -> str:
    """Return the user's name from the system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
