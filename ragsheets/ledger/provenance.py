"""The user and the time that the ledger records for a change."""

from __future__ import annotations

import datetime
import getpass


def utc_timestamp(timespec: str = "seconds") -> str:
    """Return the current time as the ledger stores it: UTC, ISO, precise to `timespec` as in `datetime.isoformat`."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(" ", timespec)


def current_user() -> str:
    """Return the user's name from the system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
