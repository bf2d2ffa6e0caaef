"""Answers of a kind: dates are dates, numbers numbers, choices on their list; two returns that differ are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragsheets.returns.answer_kinds import fault_of
from ragsheets.returns.checks.context import Case
from ragsheets.returns.checks.settled import ANSWERED, place_of, places_of
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows
from ragsheets.workbook.layout import HEADLINES


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Query the answers that are not of their column's kind or have no task any more; tell where two returns differ."""
    for row in rows(case.homeless):
        yield row.return_id, _said(row, "task-gone")
    for column in case.template.contact_columns:
        if column.kind in ("date", "number", "choice"):
            for row in rows(case.taken[case.taken["column"] == column.key]):
                if (found := fault_of(row.value, column)) is not None:
                    code, words = found
                    yield row.return_id, _said(row, code, **words)
    yield from _differing(case)


def _differing(case: Case) -> Iterator[tuple[int, Finding]]:
    """Cells that two returns of a sub-group fill differently; the newest answer was taken.

    Whoever answered a question about a cell had the older answers before them: those are settled. So had whoever
    corrected it.
    """
    answered = places_of(case.observations, ANSWERED)
    age = case.ages if case.corrections.cells else {}
    headlines = case.headlines.rename(columns={"text": "value"}).assign(task="")
    for said, cell in ((case.answers, ["task", "column"]), (headlines, ["group", "kind", "number"])):
        several = said[said.duplicated(cell, keep=False)]
        for _, same in several.groupby(cell, sort=False):
            newest, *older = rows(same)
            corrected = case.corrections.age(newest.task, getattr(newest, "column", ""))
            for row, before in zip((newest, *older), older, strict=False):
                if place_of(row) in answered or age.get(before.return_id, -1) > corrected:
                    break
                if before.value != newest.value:
                    yield from _differs(newest, before, case)


def _differs(row: Any, before: Any, case: Case) -> Iterator[tuple[int, Finding]]:
    key = getattr(row, "column", "")
    code = "answers-differ"
    if key == "status":
        newer, earlier = (case.template.scale.read(text).code for text in (row.value, before.value))
        if newer == earlier and newer is not None:
            return
        code = "answers-differ" if earlier else "answer-mended"
    elif key and (fault := fault_of(before.value, case.template.column(key))) and fault[0] != "choice-read":
        code = "answer-mended"
    yield row.return_id, _said(row, code, wanted=str(before.value))


def _said(row: Any, code: str, **words: str) -> Finding:
    names = ("file", "group", "sheet", "cell", "task")
    column = row.column if hasattr(row, "column") else f"{HEADLINES[row.kind]}{row.number}"
    return finding(code, found=row.value, column=column, **{name: getattr(row, name) for name in names}, **words)
