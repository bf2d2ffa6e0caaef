"""What ragsheets raises when it cannot go on.

Problems inside a return are findings, reported together (`ragsheets.returns.findings`); these exceptions are for
what cannot be used at all. Each says what is wrong, where, and how to put it right; `ragsheets.cli` turns the whole
family into exit status 2 in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    `where` names the key, task or file; `what` says what was found there; `fix` says what to do about it.
    """

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.fix}" if self.fix else text


class RagsheetsError(Exception):
    """The family of everything ragsheets raises on purpose.

    `problems` holds every problem met, so that a person can put all of them right in one go.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", problems: Sequence[Problem] = ()) -> None:
        self.what = what
        self.problems: tuple[Problem, ...] = tuple(problems) or (Problem(where, what, fix),)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PlanError(RagsheetsError):
    """The plan cannot be used."""


class TemplateError(RagsheetsError):
    """The template cannot be used."""


class ReturnError(RagsheetsError):
    """A returned file cannot be read; `code` is the finding's code in the catalogue."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


class LedgerError(RagsheetsError):
    """The ledger cannot be used, or does not hold what was asked for."""


class ProjectError(RagsheetsError):
    """The project folder, or a file in it, is not as needed."""


class ReportError(RagsheetsError):
    """What goes into a report, or a report itself, cannot be used: a narrative, a house style, a document."""
