"""Exceptions that ragsheets raises on purpose.

Problems inside a return are findings, reported together (`ragsheets.returns.finding`); these exceptions are for
input that cannot be used at all. Each states the problem, its location and the fix; `ragsheets.cli` turns all of
them into exit status 2 in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with an input.

    `where` names the key, task or file; `what` describes the problem; `fix` describes what to do about it.
    """

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.fix}" if self.fix else text


class RagsheetsError(Exception):
    """Base class of every exception that ragsheets raises on purpose.

    `problems` holds every problem found, so that a user can fix all of them in one go.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", problems: Sequence[Problem] = ()) -> None:
        self.what = what
        self.problems: tuple[Problem, ...] = tuple(problems) or (Problem(where, what, fix),)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PlanError(RagsheetsError):
    """A plan that cannot be used."""


class TemplateError(RagsheetsError):
    """A template that cannot be used."""


class ReturnError(RagsheetsError):
    """A returned file that cannot be read; `code` is the finding's code in the catalogue."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


class LedgerError(RagsheetsError):
    """A ledger that cannot be used, or does not hold the requested record."""


class MissingLedgerError(LedgerError):
    """There is no ledger at an address that names one."""


class ProjectError(RagsheetsError):
    """A project folder, or a file in it, that is missing or not as required."""


class ReportError(RagsheetsError):
    """A report, or an input of one (a narrative, a house style, a document), that cannot be used."""
