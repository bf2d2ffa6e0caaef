"""Answers that were carried forward from the period before: which of them nobody has touched, which were taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.findings import Finding, make_finding
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.reading.prefilled import CARRIED_CLEARED, CARRIED_UNCHANGED


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Say which tasks still hold what was carried forward, one finding each, and what was taken out.

    What another return has answered is answered; to take that out of a later one is to clear it.
    """
    headings = {column.key: column.heading for column in context.template.contact_columns}
    for cells in unchanged_carried_answers(context).values():
        first, *_ = in_order = [cells[column] for column in headings if column in cells]
        found = " | ".join(row.found for row in in_order)
        wanted = ", ".join(headings[row.wanted] for row in in_order)
        yield first.return_id, _finding_at(first, CARRIED_UNCHANGED, first.wanted, found=found, wanted=wanted)
    taken_out = context.observations[context.observations["code"] == CARRIED_CLEARED]
    if taken_out.empty:
        return
    answers = {(row.task, row.column): row for row in iter_rows(context.current_answers)}
    for row in iter_rows(taken_out):
        answer = answers.get((row.task, row.found))
        if answer is None:
            yield row.return_id, _finding_at(row, CARRIED_CLEARED, row.found, wanted=row.wanted)
        elif context.return_ages[row.return_id] < _age(context, answer):
            yield row.return_id, _finding_at(row, "cleared", row.found, wanted=answer.value)


def unchanged_carried_answers(context: CheckContext) -> dict[str, dict[str, Any]]:
    """What still stands as it was carried forward, by task and column: the newest observation of it.

    Nothing does that has been answered or corrected, or that a newer return has taken out.
    """
    observed = context.observations[context.observations["code"].isin([CARRIED_UNCHANGED, CARRIED_CLEARED])]
    if observed.empty:
        return {}
    settled = {*iter_values(context.current_answers, "task", "column"), *context.corrections.applied}
    tasks = set(context.tasks["key"])
    age = {number: place for place, number in enumerate(context.returns["id"])}
    standing: dict[str, dict[str, Any]] = {}
    for row in sorted(iter_rows(observed), key=lambda row: age.get(row.return_id, len(age))):
        column = row.wanted if row.code == CARRIED_UNCHANGED else row.found
        if (row.task, column) in settled or row.task not in tasks or row.return_id not in age:
            continue
        settled.add((row.task, column))
        if row.code == CARRIED_UNCHANGED:
            standing.setdefault(row.task, {})[column] = row
    return standing


def _age(context: CheckContext, answer: Any) -> float:
    """How many returns are newer than what stands in the cell of an answer: that, or what corrected it."""
    place = (answer.task, answer.column)
    return (
        context.corrections.age(*place)
        if place in context.corrections.applied
        else context.return_ages[answer.return_id]
    )


def _finding_at(row: Any, code: str, column: str, *, found: str = "", wanted: str) -> Finding:
    names = ("file", "group", "sheet", "cell", "task")
    return make_finding(code, found=found, wanted=wanted, column=column, **{name: getattr(row, name) for name in names})
