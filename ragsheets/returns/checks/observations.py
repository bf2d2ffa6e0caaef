"""What the reader met: each observation has a finding's code already. And what the coordinator took out."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.returns.checks.case import Case
from ragsheets.returns.checks.settled import still_open
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """A finding for each observation that no newer return has settled, and for each return that was taken out."""
    for row in rows(case.excluded):
        yield row.id, finding("excluded", file=row.file, group=row.group, found=row.sha256[:12])
    for row, is_open in still_open(case):
        if not is_open and row.code != "row-twice":
            continue
        yield (
            row.return_id,
            finding(
                # The words of a row that was not taken stay said, also when a newer answer has settled the question.
                row.code if is_open else "row-twice-settled",
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                task=row.task,
                found=row.found,
                wanted=row.wanted,
            ),
        )
