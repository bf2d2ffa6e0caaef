"""What the reader met: each observation has a finding's code already."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.returns.checks.case import Case
from ragsheets.returns.checks.settled import still_open
from ragsheets.returns.findings import Finding, finding


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """A finding for each observation that no newer return has settled."""
    for row in still_open(case):
        yield (
            row.return_id,
            finding(
                row.code,
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                task=row.task,
                found=row.found,
                wanted=row.wanted,
            ),
        )
