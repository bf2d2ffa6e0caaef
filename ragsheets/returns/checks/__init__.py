"""The checks: one module each, with a function `check` from a context to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ragsheets.returns.checks import (
    answers,
    carried,
    cleared,
    completeness,
    corrections,
    observations,
    statuses,
    totals,
)
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.finding_catalogue import Finding

#: A check yields findings, each with the number of the return that it is about.
Check = Callable[[CheckContext], Iterable[tuple[int, Finding]]]

CHECKS: tuple[Check, ...] = (
    observations.check,
    statuses.check,
    answers.check,
    totals.check,
    completeness.check,
    carried.check,
    cleared.check,
    corrections.check,
)

__all__ = ["CHECKS", "Check", "CheckContext"]
