"""Corrections: what each put right, from what to what, and what has come in since."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets import dates
from ragsheets.ledger.records import CorrectionRecord
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.corrections import NO_RETURN, CorrectedCell, SourceCell, is_same_answer
from ragsheets.returns.findings import Finding, make_finding
from ragsheets.template.model import Column


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Say of each correction what it takes the place of, or which newer answer has taken its own.

    It stands at the answer that it corrects; where there is none, at the newest return of the sub-group, and where
    that is missing at no return at all.
    """
    for (task, key), cell in context.corrections.cells.items():
        column = context.template.column(key)
        for at, entry in enumerate(cell.entries):
            if entry.correction:
                yield _correction_finding(task, column, cell, at, entry.correction)
        if not cell.newest_entry.correction:
            yield from _overtaken_finding(task, column, cell, context)
    for correction, why in context.corrections.inapplicable:
        yield (
            NO_RETURN,
            make_finding(
                "correction-homeless",
                task=correction.task,
                column=correction.column,
                found=correction.value,
                wanted=why,
                suggestion=correction.task,
                line=_describe_correction(correction, correction.column),
            ),
        )


def _correction_finding(
    task: str, column: Column, cell: CorrectedCell, entry_index: int, correction: CorrectionRecord
) -> tuple[int, Finding]:
    """What a correction takes the place of: everything older in its cell, down to the next correction."""
    before: list[str] = []
    for entry in cell.entries[entry_index + 1 :]:
        before += [entry.value] if entry.value and entry.value not in before else []
        if entry.correction:
            break
    others = [text for text in before if text != correction.value] or before
    code = "corrected-out" if not correction.value else "corrected" if before else "corrected-empty"
    words = {
        "wanted": " and ".join(f"“{text}”" for text in others),
        "line": _describe_correction(correction, column.heading),
    }
    return _finding_at(code, task, column, cell, cell.source_at(entry_index), correction.value, words)


def _overtaken_finding(
    task: str, column: Column, cell: CorrectedCell, context: CheckContext
) -> Iterator[tuple[int, Finding]]:
    """That a newer return has another answer than the correction before it."""
    correction = next(entry.correction for entry in cell.entries if entry.correction)
    if not is_same_answer(cell.newest_entry.value, correction.value, column, context.template):
        words = {"wanted": correction.value, "line": _describe_correction(correction, column.heading)}
        yield _finding_at(
            "correction-overtaken", task, column, cell, cell.newest_entry.source, cell.newest_entry.value, words
        )


def _finding_at(
    code: str, task: str, column: Column, cell: CorrectedCell, source: SourceCell, found: str, details: dict[str, str]
) -> tuple[int, Finding]:
    number, file, sheet, address = source
    return (
        number,
        make_finding(
            code,
            file=file,
            group=cell.group,
            sheet=sheet,
            cell=address,
            task=task,
            column=column.key,
            found=found,
            **details,
        ),
    )


def _describe_correction(correction: CorrectionRecord, heading: str) -> str:
    """Where, when, by whom and why a correction was made."""
    date = dates.in_words(datetime.date.fromisoformat(correction.at[:10]))
    return f"under “{heading}” on {date} by {correction.user} (“{correction.reason}”)"
