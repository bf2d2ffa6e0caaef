"""A finding: its severity, its location and the texts of its kind."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from ragsheets.dates import command_for_period, iso_timestamp
from ragsheets.formats.a1 import CellPosition, sort_position

_GENERATE = re.compile(r"ragsheets generate\b")
_COMMANDS = re.compile(r"ragsheets (?:generate|ingest|correct|settle|verify)\b")


class Severity(StrEnum):
    """How urgent a finding is."""

    ERROR = "error"
    """The contact or the coordinator must settle it."""
    WARNING = "warning"
    """Taken, but somebody should look."""
    NOTE = "note"
    """For the record."""


#: Sort order of the severities: the worst first.
SEVERITY_ORDER = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding: its severity and its texts for the coordinator; words in braces are filled in.

    Where the contact must settle it, the template has the question (`Wording.questions`).

    Attributes:
        may_stay_unchanged: whether leaving the cell in question as it is settles it too.
        about_file: whether it is about a whole file of a sub-group.
        quotes_reply: whether it quotes the words of a message or a document, which may name tasks.
        is_input: whether it shows that a contact has entered something; programs and offices put labels into documents.
        may_wait: whether it cannot change the report, so that it is listed after those that can.
        needs_context: whether it depends on more than its cell, so that a check of its own decides on the observation.
        settled_by: what settles it: a newer answer in its cell, a newer answer in its row, or "" for neither.
        settled_code: the code of what remains of it once a newer answer has settled it; "" where nothing does.
    """

    severity: Severity
    message: str
    fix: str
    may_stay_unchanged: bool = False
    about_file: bool = False
    quotes_reply: bool = False
    is_input: bool = True
    may_wait: bool = False
    needs_context: bool = False
    settled_by: Literal["cell", "row", ""] = ""
    settled_code: str = ""


class Settlement(NamedTuple):
    """The coordinator's decision to close a finding as it is: the reason, when (UTC, ISO), and the user."""

    reason: str
    at: str
    user: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A message about a return, with file, sheet, cell and task, the value found, and what to do about it.

    `suggestion` completes the message and the question to the contact. `column` is the key of the template's column
    that it is about, or of a row of headlines; "" where it is neither. `id` names it in its period, the same in every
    run. A finding with a `settlement` is closed: it no longer counts, and the contact is not asked about it.
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
    suggestion: str = ""
    column: str = ""
    id: str = ""
    settlement: Settlement | None = None

    @property
    def address(self) -> str:
        """The cell's address in the file: "Outcome 2.1!D12"."""
        return "!".join(filter(None, (self.sheet, self.cell)))

    @property
    def must_be_settled(self) -> bool:
        """Whether it is an error that is still open."""
        return self.severity is Severity.ERROR and self.settlement is None


def with_date(finding: Finding, date: datetime.date, *, is_current: bool) -> Finding:
    """Return a finding whose commands name its period wherever they would otherwise act on another one.

    Args:
        finding: the finding.
        date: its period.
        is_current: whether that is the current period, the default of every command except `generate`.
    """
    commands = _GENERATE if is_current else _COMMANDS
    return replace(finding, fix=commands.sub(lambda match: command_for_period(match[0], date), finding.fix))


def location_key(finding: Finding) -> tuple[list[int | str], CellPosition]:
    """Return the sort key of a finding's location: by sheet, "Outcome 2" before "Outcome 10", then row and column."""
    sheet = [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", finding.sheet)]
    return sheet, sort_position(finding.cell)


def count_open(findings: Iterable[Finding]) -> Counter[Severity]:
    """Return the number of findings of each severity that are not settled."""
    return Counter(item.severity for item in findings if item.settlement is None)


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding in the JSON form of the contract; `settled` is None while it is open."""
    names = ("id", "code", "severity", "sheet", "cell", "task", "found", "message", "fix")
    settlement = finding.settlement
    settled = {**settlement._asdict(), "at": iso_timestamp(settlement.at)} if settlement else None
    return {**{name: str(getattr(finding, name)) for name in names}, "settled": settled}


def finding_with_file_as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as `finding_as_json` does, with its file."""
    return {"file": finding.file, **finding_as_json(finding)}
