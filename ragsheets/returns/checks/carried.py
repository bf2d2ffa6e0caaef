"""Check of answers carried forward from the period before: which are unchanged, and which were removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.reading.prefilled import CARRIED_CLEARED, CARRIED_KEPT, CARRIED_UNCHANGED, NOTHING_CONFIRMED

KINDS = {
    CARRIED_UNCHANGED: FindingKind(
        Severity.WARNING,
        "The answer under {wanted} is still the one carried forward from last time, and does not count until it is "
        "confirmed: “{found}”.",
        "Ask whether it is still right.",
        may_stay_unchanged=True,
        is_input=False,
        needs_context=True,
    ),
    CARRIED_KEPT: FindingKind(
        Severity.NOTE,
        "The answer carried forward under {wanted} counts, because another answer in its row was changed: “{found}”.",
        "Nothing to do.",
        needs_context=True,
    ),
    CARRIED_CLEARED: FindingKind(
        Severity.NOTE,
        "“{wanted}”, carried forward from last time, was deleted.",
        "Nothing to do; where an answer is needed here, the contact is asked for one.",
        needs_context=True,
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report the tasks that still hold carried-forward answers, one finding each, and those that were kept or removed.

    A cell that another return has answered counts as answered; removing that answer in a later return clears it.
    """
    headings = {column.key: column.heading for column in context.template.contact_columns}
    for cells in unchanged_carried_answers(context).values():
        first, *_ = in_order = [cells[column] for column in headings if column in cells]
        texts = " | ".join(row.found for row in in_order)
        heading_names = ", ".join(headings[row.column] for row in in_order)
        yield first.return_id, finding_at_row(first, CARRIED_UNCHANGED, found=texts, wanted=heading_names)
    yield from _kept_answers(context, headings)
    removed = context.observations[context.observations["code"] == CARRIED_CLEARED]
    if removed.empty:
        return
    answers = {(row.task, row.column): row for row in iter_rows(context.current_answers)}
    for row in iter_rows(removed):
        answer = answers.get((row.task, row.column))
        if answer is None:
            yield row.return_id, finding_at_row(row, CARRIED_CLEARED, wanted=row.wanted)
        elif not context.precedence.supersedes(context.entry_of(answer), row.return_id):
            yield row.return_id, finding_at_row(row, "cleared", wanted=answer.value)


def _kept_answers(context: CheckContext, headings: Mapping[str, str]) -> Iterator[tuple[int, Finding]]:
    """Yield a finding for each row in which carried-forward answers were kept and count."""
    observations = context.observations
    kept = observations[(observations["code"] == CARRIED_KEPT) & observations["column"].isin(list(headings))]
    for _, row_observations in kept.groupby(["return_id", "task"], sort=False):
        first, *_ = rows = list(iter_rows(row_observations))
        texts, heading_names = " | ".join(row.found for row in rows), ", ".join(headings[row.column] for row in rows)
        yield first.return_id, finding_at_row(first, CARRIED_KEPT, found=texts, wanted=heading_names)


def unchanged_carried_answers(context: CheckContext, *, whole_returns: bool = False) -> dict[str, dict[str, Any]]:
    """Return the newest observation of each answer that is unchanged since it was carried forward, by task and column.

    Cells that were answered or corrected since, or cleared in a newer return, are left out; and so are returns in which
    nothing was changed, which have a finding of their own, unless `whole_returns`.
    """
    observed = context.observations[context.observations["code"].isin([CARRIED_UNCHANGED, CARRIED_CLEARED])]
    if not whole_returns:
        is_unchanged = context.observations["code"] == NOTHING_CONFIRMED
        observed = observed[~observed["return_id"].isin(context.observations.loc[is_unchanged, "return_id"])]
    if observed.empty:
        return {}
    settled = {*iter_values(context.current_answers, "task", "column"), *context.corrections.applied}
    tasks = {path.task.key for path in context.plan.task_paths}
    age = {number: position for position, number in enumerate(context.precedence.numbers_newest_first)}
    unchanged: dict[str, dict[str, Any]] = {}
    for row in sorted(iter_rows(observed), key=lambda row: age.get(row.return_id, len(age))):
        if (row.task, row.column) in settled or row.task not in tasks or row.return_id not in age:
            continue
        settled.add((row.task, row.column))
        if row.code == CARRIED_UNCHANGED:
            unchanged.setdefault(row.task, {})[row.column] = row
    return unchanged
