"""Statuses: each is one of the template's, is taken for one, or is queried."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.returns.checks.context import Case
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Say what was taken for a status, and query what could not be."""
    odd = {text for text, reading in case.readings.items() if not reading.as_written}
    codes = ", ".join(case.template.scale.codes)
    found = case.taken[(case.taken["column"] == "status") & case.taken["value"].isin(odd)]
    for row in rows(found):
        reading = case.readings[row.value]
        suggestion = f" Did you mean {reading.suggestion}?" if reading.suggestion else ""
        yield (
            row.return_id,
            finding(
                "status-read" if reading.code else "unknown-status",
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                task=row.task,
                column="status",
                found=row.value,
                wanted=reading.code or codes,
                suggestion=suggestion,
            ),
        )
