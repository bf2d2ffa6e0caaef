"""Check of answers: dates, numbers and choices are valid; two returns of a sub-group do not differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragsheets.returns.answer_kinds import check_answer
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.settled import ANSWERED_CODES, cell_address, cell_addresses
from ragsheets.returns.finding_catalogue import Finding, make_finding
from ragsheets.returns.frames import iter_rows
from ragsheets.workbook.layout import HEADLINE_PREFIXES


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report answers that do not fit their column or whose task is gone, and cells where two returns differ."""
    for row in iter_rows(context.unmatched_answers):
        yield row.return_id, _finding_at(row, "task-gone")
    for column in context.template.contact_columns:
        if column.kind in ("date", "number", "choice"):
            for row in iter_rows(context.current_answers[context.current_answers["column"] == column.key]):
                if (fault := check_answer(row.value, column)) is not None:
                    code, details = fault
                    yield row.return_id, _finding_at(row, code, **details)
    yield from _differing_answers(context)


def _differing_answers(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Yield a finding for each cell that two returns of a sub-group fill differently; the newest answer counts.

    Whoever answered a question about a cell, or corrected it, saw the older answers: those are settled.
    """
    answered = cell_addresses(context.observations, ANSWERED_CODES)
    age = context.return_ages if context.corrections.cells else {}
    headlines = context.headlines.rename(columns={"text": "value"}).assign(task="")
    for entries, cell in ((context.answers, ["task", "column"]), (headlines, ["group", "kind", "number"])):
        repeated = entries[entries.duplicated(cell, keep=False)]
        for _, cell_entries in repeated.groupby(cell, sort=False):
            newest, *older = iter_rows(cell_entries)
            corrected = context.corrections.age(newest.task, getattr(newest, "column", ""))
            for row, before in zip((newest, *older), older, strict=False):
                if cell_address(row) in answered or age.get(before.return_id, -1) > corrected:
                    break
                if before.value != newest.value:
                    yield from _difference_findings(newest, before, context)


def _difference_findings(row: Any, older_row: Any, context: CheckContext) -> Iterator[tuple[int, Finding]]:
    key = getattr(row, "column", "")
    code = "answers-differ"
    if key == "status":
        newer, earlier = (context.template.scale.read(text).code for text in (row.value, older_row.value))
        if newer == earlier and newer is not None:
            return
        code = "answers-differ" if earlier else "answer-mended"
    elif key and (fault := check_answer(older_row.value, context.template.column(key))) and fault[0] != "choice-read":
        code = "answer-mended"
    yield row.return_id, _finding_at(row, code, wanted=str(older_row.value))


def _finding_at(row: Any, code: str, **details: str) -> Finding:
    names = ("file", "group", "sheet", "cell", "task")
    column = row.column if hasattr(row, "column") else f"{HEADLINE_PREFIXES[row.kind]}{row.number}"
    return make_finding(code, found=row.value, column=column, **{name: getattr(row, name) for name in names}, **details)
