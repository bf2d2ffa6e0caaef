"""Check of answers: dates, numbers and choices are valid; two returns of a sub-group do not differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ragsheets.plan.lookup import key_option
from ragsheets.returns.answer_kinds import check_answer, is_valid_answer
from ragsheets.returns.answered_cells import AnsweredCell, meaning_reader
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_answer, finding_at_row
from ragsheets.returns.checks.settled import ANSWERED_CODES
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.frames import CellAddress, cell_address, iter_rows
from ragsheets.returns.precedence import AnswerEntry

if TYPE_CHECKING:
    from ragsheets.template.model import Column

_ORDER_UNKNOWN = (
    "Two returns of this sub-group differ here, and nothing shows which is the newer: “{found}” in this one, "
)
_PRINTED = _ORDER_UNKNOWN + "which was read later and is printed; “{wanted}” in {line}."

KINDS = {
    "answers-differ": FindingKind(
        Severity.WARNING,
        "Two returns of this sub-group differ here: “{found}”, in the newer one, was taken; the older one has "
        "“{wanted}”.",
        "Ask which one is right.",
        may_stay_unchanged=True,
    ),
    "status-order-unknown": FindingKind(
        Severity.ERROR,
        _ORDER_UNKNOWN + "“{wanted}” in {line}. The task counts as not reported.",
        'Ask which one is right. Then record it, ragsheets correct {key} --status … --reason "…", or take out '
        'the return that is wrong: ragsheets ingest --exclude "FILE".',
    ),
    "text-order-unknown": FindingKind(
        Severity.WARNING,
        _PRINTED,
        "Ask which one is right. To change it, use ragsheets correct {key}, or take out the return that is "
        'wrong: ragsheets ingest --exclude "FILE".',
        may_stay_unchanged=True,
    ),
    "headline-order-unknown": FindingKind(
        Severity.WARNING,
        _PRINTED,
        'Ask which one is right. To change it, take out the return that is wrong: ragsheets ingest --exclude "FILE".',
        may_stay_unchanged=True,
    ),
    "confirmation-overruled": FindingKind(
        Severity.WARNING,
        "“{found}” was left here as it was sent. It does not count, since it is no newer than “{wanted}” in {line}.",
        "Nothing to do if “{wanted}” is right.",
    ),
    "answer-settled": FindingKind(
        Severity.NOTE, "“{found}” answers a question; it replaces “{wanted}” in {line} too.", "Nothing to do."
    ),
    "answer-mended": FindingKind(
        Severity.NOTE, "“{found}” replaces “{wanted}”, which could not be understood.", "Nothing to do."
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report answers that do not fit their column or whose task is gone, and cells where two returns differ."""
    for row in iter_rows(context.unmatched_answers):
        yield row.return_id, finding_at_row(row, "task-gone", found=row.value)
    for column in context.template.contact_columns:
        if column.kind in ("date", "number", "choice"):
            for row in iter_rows(context.current_answers[context.current_answers["column"] == column.key]):
                if (fault := check_answer(row.value, column)) is not None:
                    texts = {"found": row.value, "wanted": fault.wanted, "suggestion": context.suggest(fault.nearest)}
                    yield row.return_id, finding_at_row(row, fault.code, **texts)
    yield from _differing_answers(context)


def _differing_answers(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Yield a finding for each answer of a return that another one in its cell replaces, or may replace.

    Answers that a correction replaces are in the findings of the corrections.
    """
    observed = context.observations[context.observations["code"].isin(list(ANSWERED_CODES))]
    sent_texts = {cell_address(row): row.wanted for row in iter_rows(observed)}
    columns = {column.key: column for column in context.template.contact_columns}
    is_newer = context.precedence.is_newer
    for cell in (*context.cells.values(), *context.headline_cells):
        current, column = cell.newest_entry, columns.get(cell.column)
        read = meaning_reader(column, context.template) if column else str
        for entry in cell.entries[1:]:
            is_corrected = entry.correction or any(
                other.correction and is_newer(other, entry) for other in cell.entries
            )
            if is_corrected or current.correction or read(entry.value) == read(current.value):
                continue
            if entry in cell.rivals:
                code = _order_unknown_code(column)
                yield finding_at_answer(
                    cell, current, code, wanted=entry.value, line=entry.source.description, key=key_option(cell.task)
                )
            elif settling := _settling_entry(entry, cell, context, sent_texts):
                if entry.value not in (settling.value, sent_texts[settling.source.cell_key]):
                    yield finding_at_answer(
                        cell, settling, "answer-settled", wanted=entry.value, line=entry.source.description
                    )
            elif entry.confirmed:
                yield finding_at_answer(
                    cell, entry, "confirmation-overruled", wanted=current.value, line=current.source.description
                )
            else:
                is_mended = column and not is_valid_answer(column.normalise(entry.value), column, context.template)
                code = "answer-mended" if is_mended else "answers-differ"
                yield finding_at_answer(cell, current, code, wanted=entry.value)


def _order_unknown_code(column: Column | None) -> str:
    if column is None:
        return "headline-order-unknown"
    return "status-order-unknown" if column.key == "status" else "text-order-unknown"


def _settling_entry(
    entry: AnswerEntry, cell: AnsweredCell, context: CheckContext, sent_texts: Mapping[CellAddress, str]
) -> AnswerEntry | None:
    """Return an answer to a question that was written when this answer was in the ledger; None if there is none.

    Whoever gave it saw what the older answers had come to.
    """
    returns = context.precedence.returns
    for other in cell.entries:
        if other.source.cell_key in sent_texts and entry.sequence < returns[other.source.return_id].confirms_before:
            return other
    return None
