"""Who does something to the ledger, and when, as it is written down."""

from __future__ import annotations

import datetime
import getpass


def now() -> str:
    """This moment as the ledger writes it: UTC, ISO, in seconds."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(" ", "seconds")


def user() -> str:
    """The user's name, from the system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
