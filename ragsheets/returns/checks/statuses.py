"""Check of statuses: each is one of the template's, is recognised as one, or is queried."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.frames import iter_rows

KINDS = {
    "unknown-status": FindingKind(
        Severity.ERROR, "“{found}” is not a status.{suggestion}", "Ask which it is: {wanted}."
    ),
    "status-read": FindingKind(Severity.NOTE, "“{found}” was read as {wanted}.", "Nothing to do if that is right."),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report texts that were recognised as a status, and query those that were not."""
    odd_texts = {text for text, reading in context.status_readings.items() if not reading.is_exact}
    codes = ", ".join(context.template.scale.codes)
    odd_answers = context.current_answers[
        (context.current_answers["column"] == "status") & context.current_answers["value"].isin(odd_texts)
    ]
    for row in iter_rows(odd_answers):
        if (cell := context.cells.get((row.task, "status"))) and cell.rivals:
            continue  # several answers, which have a finding of their own
        reading = context.status_readings[row.value]
        suggestion = context.suggest(reading.suggestion)
        code = "status-read" if reading.code else "unknown-status"
        texts = {"found": row.value, "wanted": reading.code or codes, "suggestion": suggestion}
        yield row.return_id, finding_at_row(row, code, **texts)
