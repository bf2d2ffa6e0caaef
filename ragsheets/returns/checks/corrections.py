"""Check of corrections: what each one changed, and newer answers that replaced it."""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets import dates
from ragsheets.ledger.records import CorrectionRecord
from ragsheets.plan.lookup import key_option
from ragsheets.returns.answered_cells import AnsweredCell, meaning_reader
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_answer
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.finding_catalogue import make_finding
from ragsheets.returns.precedence import NO_RETURN, AnswerEntry
from ragsheets.template.model import Column

KINDS = {
    "corrected": FindingKind(Severity.NOTE, "“{found}” replaces {wanted}: corrected {line}.", "Nothing to do."),
    "corrected-empty": FindingKind(
        Severity.NOTE, "“{found}” was filled in where there was no answer: corrected {line}.", "Nothing to do."
    ),
    "corrected-out": FindingKind(Severity.NOTE, "{wanted} was removed: corrected {line}.", "Nothing to do."),
    "correction-overtaken": FindingKind(
        Severity.WARNING,
        "“{found}” arrived after the correction to {answer} and was taken. The correction was made {line}.",
        "If the correction is still right, make it again: ragsheets correct.",
    ),
    "correction-kept": FindingKind(
        Severity.WARNING,
        "“{found}” arrived after the correction to {answer}, but nothing shows that it is newer; the correction "
        "counts. It was made {line}.",
        "Ask which one is right; if it is this answer, record it: ragsheets correct {key}.",
    ),
    "correction-homeless": FindingKind(
        Severity.ERROR,
        "The correction to {answer} is not applied, because {wanted}; it was made {line}.",
        "Take it back with ragsheets correct {key} --undo, and make it again where it belongs.",
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report for each correction what it replaces, or which newer answer has replaced it.

    The finding belongs to the return of the corrected answer; without an answer, to the newest return of the sub-group;
    and without a return, to none.
    """
    for cell in context.corrections.cells.values():
        column = context.template.column(cell.column)
        for entry_index, entry in enumerate(cell.entries):
            if entry.correction:
                yield _correction_finding(column, cell, entry_index, entry.correction)
        if not cell.newest_entry.correction:
            yield from _overtaken_finding(column, cell, context)
        else:
            yield from _later_answers(column, cell, cell.newest_entry, context)
    for correction, reason in context.corrections.inapplicable:
        texts = {"found": correction.value, "wanted": reason, "answer": _quoted(correction)}
        texts |= {"key": key_option(correction.task), "line": _describe_correction(correction, correction.column)}
        location = {"task": correction.task, "column": correction.column}
        yield NO_RETURN, make_finding("correction-homeless", **location, **texts)


def _correction_finding(
    column: Column, cell: AnsweredCell, entry_index: int, correction: CorrectionRecord
) -> tuple[int, Finding]:
    """Return the finding for a correction, which replaces everything older in its cell down to the next correction."""
    older_texts: list[str] = []
    for entry in cell.entries[entry_index + 1 :]:
        older_texts += [entry.value] if entry.value and entry.value not in older_texts else []
        if entry.correction:
            break
    replaced_texts = [text for text in older_texts if text != correction.value] or older_texts
    code = "corrected-out" if not correction.value else "corrected" if older_texts else "corrected-empty"
    details = {
        "wanted": " and ".join(f"“{text}”" for text in replaced_texts),
        "line": _describe_correction(correction, column.heading),
    }
    return finding_at_answer(cell, cell.entries[entry_index], code, cell.source_at(entry_index), **details)


def _overtaken_finding(column: Column, cell: AnsweredCell, context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Yield a finding where a newer return has another answer than the correction before it."""
    correction = next(entry.correction for entry in cell.entries if entry.correction)
    read = meaning_reader(column, context.template)
    if read(cell.newest_entry.value) != read(correction.value):
        answer, line = _quoted(correction), _describe_correction(correction, column.heading)
        code = "correction-overtaken"
        yield finding_at_answer(cell, cell.newest_entry, code, wanted=correction.value, answer=answer, line=line)


def _later_answers(
    column: Column, cell: AnsweredCell, current: AnswerEntry, context: CheckContext
) -> Iterator[tuple[int, Finding]]:
    """Yield a finding for each other answer that arrived after the current correction and may be newer."""
    assert current.correction is not None
    read = meaning_reader(column, context.template)
    for entry in cell.entries[1:]:
        if context.precedence.may_be_after(entry, current) and read(entry.value) != read(current.value):
            yield finding_at_answer(
                cell,
                entry,
                "correction-kept",
                wanted=current.value,
                answer=_quoted(current.correction),
                line=_describe_correction(current.correction, column.heading),
                key=key_option(cell.task),
            )


def _quoted(correction: CorrectionRecord) -> str:
    return f"“{correction.value}”" if correction.value else "no answer"


def _describe_correction(correction: CorrectionRecord, heading: str) -> str:
    """Describe where, when, by whom and why a correction was made."""
    date = dates.in_words(dates.day_of(correction.at))
    return f"under “{heading}” on {date} by {correction.user} (“{correction.reason}”)"
