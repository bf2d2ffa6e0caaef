"""What the reader met: each observation has a finding's code already. And what the coordinator took out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragsheets.returns.checks.context import Case
from ragsheets.returns.checks.settled import still_open
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows
from ragsheets.returns.reading.prefilled import TAKEN_OUT, UNANSWERED, UNTOUCHED

#: What depends on the other returns too: see `completeness` and `carried`.
_OF_ALL_RETURNS = frozenset((UNANSWERED, UNTOUCHED, TAKEN_OUT))

#: What stays said of an observation that is settled: the words of a row, or a formula, that were not taken.
_SETTLED = {
    "row-twice": "row-twice-settled",
    "error-value": "value-settled",
    "formula-without-value": "value-settled",
}


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """A finding for each observation that nothing newer has settled, and for each return that was taken out."""
    for row in rows(case.excluded):
        yield row.id, finding("excluded", file=row.file, group=row.group, found=row.sha256[:12])
    for row, is_open in still_open(case):
        if (not is_open and row.code not in _SETTLED) or row.code in _OF_ALL_RETURNS:
            continue
        yield (
            row.return_id,
            finding(
                _code(row, is_open=is_open),
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                task=row.task,
                found=row.found,
                wanted=row.wanted,
            ),
        )


def _code(row: Any, *, is_open: bool) -> str:
    """The code of the finding for an observation."""
    if not is_open:
        return _SETTLED[row.code]
    return "wording-deleted" if row.code == "wording-changed" and not row.found else str(row.code)
