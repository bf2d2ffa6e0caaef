"""What a finding is: how severe it is, where it stands, and the words of each kind."""

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
class FindingKind:
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
    may_stay_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a return: about which file's sheet and cell, which task, what was found, what to do.

    `column` is the template's column that it is about, or the key of a row of headlines; "" where it is about neither.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    file: str = ""
    group: str = ""
    sheet: str = ""
    cell: str = ""
    task: str = ""
    found: str = ""
    wanted: str = ""
    column: str = ""
    ask: str = ""
    remedy: str = ""

    @property
    def address(self) -> str:
        """Where in the file: "Outcome 2.1!D12"."""
        return "!".join(filter(None, (self.sheet, self.cell)))
