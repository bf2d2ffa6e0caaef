"""Answers that were carried forward from the period before: which of them nobody has touched, which were taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragsheets.returns.checks.context import Case
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows, values
from ragsheets.returns.reading.prefilled import TAKEN_OUT, UNTOUCHED


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Say which tasks still hold what was carried forward, one finding each, and what was taken out.

    What another return has answered is answered; to take that out of a later one is to clear it.
    """
    headings = {column.key: column.heading for column in case.template.contact_columns}
    for cells in untouched(case).values():
        first, *_ = in_order = [cells[column] for column in headings if column in cells]
        found = " | ".join(row.found for row in in_order)
        wanted = ", ".join(headings[row.wanted] for row in in_order)
        yield first.return_id, _said(first, UNTOUCHED, first.wanted, found=found, wanted=wanted)
    taken_out = case.observations[case.observations["code"] == TAKEN_OUT]
    if taken_out.empty:
        return
    answers = {(row.task, row.column): row for row in rows(case.taken)}
    for row in rows(taken_out):
        answer = answers.get((row.task, row.found))
        if answer is None:
            yield row.return_id, _said(row, TAKEN_OUT, row.found, wanted=row.wanted)
        elif case.ages[row.return_id] < _age(case, answer):
            yield row.return_id, _said(row, "cleared", row.found, wanted=answer.value)


def untouched(case: Case) -> dict[str, dict[str, Any]]:
    """What still stands as it was carried forward, by task and column: the newest observation of it.

    Nothing does that has been answered or corrected, or that a newer return has taken out.
    """
    observed = case.observations[case.observations["code"].isin([UNTOUCHED, TAKEN_OUT])]
    if observed.empty:
        return {}
    settled = {*values(case.taken, "task", "column"), *case.corrections.standing}
    tasks = set(case.tasks["key"])
    age = {number: place for place, number in enumerate(case.returns["id"])}
    standing: dict[str, dict[str, Any]] = {}
    for row in sorted(rows(observed), key=lambda row: age.get(row.return_id, len(age))):
        column = row.wanted if row.code == UNTOUCHED else row.found
        if (row.task, column) in settled or row.task not in tasks or row.return_id not in age:
            continue
        settled.add((row.task, column))
        if row.code == UNTOUCHED:
            standing.setdefault(row.task, {})[column] = row
    return standing


def _age(case: Case, answer: Any) -> float:
    """How many returns are newer than what stands in the cell of an answer: that, or what corrected it."""
    place = (answer.task, answer.column)
    return case.corrections.age(*place) if place in case.corrections.standing else case.ages[answer.return_id]


def _said(row: Any, code: str, column: str, *, found: str = "", wanted: str) -> Finding:
    names = ("file", "group", "sheet", "cell", "task")
    return finding(code, found=found, wanted=wanted, column=column, **{name: getattr(row, name) for name in names})
