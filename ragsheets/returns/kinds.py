"""The kinds of finding: how severe each is, and the words that are said of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding asks for."""

    ERROR = "error"
    """The contact or the coordinator must settle it."""
    WARNING = "warning"
    """Taken, but somebody should look."""
    NOTE = "note"
    """Said for the record."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: how severe it is, and its words. Words in braces are filled in from the finding.

    `message` and `fix` speak to the coordinator. Where the contact must settle it, `ask` and `remedy` say in plain
    words what the matter is and what to do; both are "" for what is the coordinator's. `may_stand` says that leaving
    the cell as it is settles it too.
    """

    severity: Severity
    message: str
    fix: str
    ask: str = ""
    remedy: str = ""
    may_stand: bool = False
