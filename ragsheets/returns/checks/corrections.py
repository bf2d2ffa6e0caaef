"""Corrections: what each put right, from what to what, and what has come in since."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets import dates
from ragsheets.ledger.records import CorrectionRecord
from ragsheets.returns.checks.context import Case
from ragsheets.returns.corrections import NO_RETURN, CorrectedCell, Place, says
from ragsheets.returns.findings import Finding, finding
from ragsheets.template.model import Column


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Say of each correction what it takes the place of, or which newer answer has taken its own.

    It stands at the answer that it corrects; where there is none, at the newest return of the sub-group, and where
    that is missing at no return at all.
    """
    for (task, key), cell in case.corrections.cells.items():
        column = case.template.column(key)
        for at, entry in enumerate(cell.entries):
            if entry.correction:
                yield _corrected(task, column, cell, at, entry.correction)
        if not cell.newest.correction:
            yield from _overtaken(task, column, cell, case)
    for correction, why in case.corrections.homeless:
        yield (
            NO_RETURN,
            finding(
                "correction-homeless",
                task=correction.task,
                column=correction.column,
                found=correction.value,
                wanted=why,
                suggestion=correction.task,
                line=_made(correction, correction.column),
            ),
        )


def _corrected(
    task: str, column: Column, cell: CorrectedCell, at: int, correction: CorrectionRecord
) -> tuple[int, Finding]:
    """What a correction takes the place of: everything older in its cell, down to the next correction."""
    before: list[str] = []
    for entry in cell.entries[at + 1 :]:
        before += [entry.value] if entry.value and entry.value not in before else []
        if entry.correction:
            break
    others = [text for text in before if text != correction.value] or before
    code = "corrected-out" if not correction.value else "corrected" if before else "corrected-empty"
    words = {"wanted": " and ".join(f"“{text}”" for text in others), "line": _made(correction, column.heading)}
    return _said(code, task, column, cell, cell.place(at), correction.value, words)


def _overtaken(task: str, column: Column, cell: CorrectedCell, case: Case) -> Iterator[tuple[int, Finding]]:
    """That a newer return has another answer than the correction before it."""
    correction = next(entry.correction for entry in cell.entries if entry.correction)
    if not says(cell.newest.value, correction.value, column, case.template):
        words = {"wanted": correction.value, "line": _made(correction, column.heading)}
        yield _said("correction-overtaken", task, column, cell, cell.newest.place, cell.newest.value, words)


def _said(
    code: str, task: str, column: Column, cell: CorrectedCell, place: Place, found: str, words: dict[str, str]
) -> tuple[int, Finding]:
    number, file, sheet, address = place
    return (
        number,
        finding(
            code,
            file=file,
            group=cell.group,
            sheet=sheet,
            cell=address,
            task=task,
            column=column.key,
            found=found,
            **words,
        ),
    )


def _made(correction: CorrectionRecord, heading: str) -> str:
    """Where, when, by whom and why a correction was made."""
    date = dates.in_words(datetime.date.fromisoformat(correction.at[:10]))
    return f"under “{heading}” on {date} by {correction.user} (“{correction.reason}”)"
