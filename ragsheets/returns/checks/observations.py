"""Check of the reader's observations, each with a finding's code already, and of excluded returns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.settled import observations_with_state
from ragsheets.returns.finding_catalogue import Finding, make_finding
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.reading.prefilled import (
    CARRIED_CLEARED,
    CARRIED_KEPT,
    CARRIED_UNCHANGED,
    QUESTIONS_UNANSWERED,
)

#: Codes that depend on the other returns too: see `completeness` and `carried`.
_CHECKED_ELSEWHERE = frozenset((QUESTIONS_UNANSWERED, CARRIED_UNCHANGED, CARRIED_KEPT, CARRIED_CLEARED))

#: Findings that remain for a settled observation: text of a row, or a formula, that was not accepted.
_SETTLED_CODES = {
    "row-twice": "row-twice-settled",
    "error-value": "value-settled",
    "formula-without-value": "value-settled",
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report each observation that nothing newer has settled, and each return that was excluded."""
    for row in iter_rows(context.excluded_returns):
        yield row.id, make_finding("excluded", file=row.file, group=row.group, found=row.sha256[:12])
    for row, is_open in observations_with_state(context):
        if (not is_open and row.code not in _SETTLED_CODES) or row.code in _CHECKED_ELSEWHERE:
            continue
        yield (
            row.return_id,
            make_finding(
                _finding_code(row, is_open=is_open),
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                task=row.task,
                found=row.found,
                wanted=row.wanted,
            ),
        )


def _finding_code(row: Any, *, is_open: bool) -> str:
    """Return the finding code for an observation."""
    if not is_open:
        return _SETTLED_CODES[row.code]
    return "wording-deleted" if row.code == "wording-changed" and not row.found else str(row.code)
