"""What the reader met: each observation has a finding's code already."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.returns.checks.case import Case
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """A finding for each observation."""
    for row in rows(case.observations):
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
