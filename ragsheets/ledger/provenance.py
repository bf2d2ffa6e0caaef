"""Who does something to the ledger, and when, as it is written down."""

from __future__ import annotations

import datetime
import getpass


def utc_timestamp(timespec: str = "seconds") -> str:
    """This moment as the ledger writes it: UTC, ISO, to the second or as `datetime.isoformat` knows `timespec`."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(" ", timespec)


def current_user() -> str:
    """The user's name, from the system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
