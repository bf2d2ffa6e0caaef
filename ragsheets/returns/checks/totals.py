"""Totals that a workbook states, compared with the recounted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.findings import Finding, make_finding
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.totals import Counts, find_overtyped_totals
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL, summary_lines


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Say each stated total that is neither the recounted one nor the one that the workbook was sent with.

    A return is compared with its own statuses, also where a newer one of its sub-group has others. The workbook's own
    formulas know only the statuses as they are written in the list: a total that they came to is no fault of the
    contact, and the statuses in question have findings of their own. Nor is one that follows from another total by
    formula.
    """
    if context.stated_totals.empty:
        return
    labels = dict(summary_lines(context.template))
    scale = context.template.scale
    by_formula = {code.casefold(): code for code in scale.codes}
    counted = _count_lines(context, lambda text: scale.read(text).code or NOT_REPORTED)
    claims = zip(
        iter_values(context.stated_totals, "return_id", "outcome", "line"), context.stated_totals["stated"], strict=True
    )
    wrong = {number for (number, *line), said in claims if said != str(counted[number][tuple(line)])}
    if not wrong:
        return
    formula = _count_lines(context, lambda text: by_formula.get(text.casefold(), NOT_REPORTED))
    doubtful = iter_rows(context.stated_totals[context.stated_totals["return_id"].isin(wrong)])
    for number, stated in groupby(doubtful, key=lambda row: int(row.return_id)):
        right = counted[number]
        for row in find_overtyped_totals(list[Any](stated), right, formula[number], scale.codes):
            yield (
                number,
                make_finding(
                    "total-mismatch",
                    file=row.file,
                    group=row.group,
                    sheet=row.sheet,
                    cell=row.cell,
                    found=row.stated,
                    wanted=str(right[row.outcome, row.line]),
                    line=f" for {labels[row.line]}",
                ),
            )


def _count_lines(context: CheckContext, line_of: Callable[[str], str]) -> Mapping[int, Counts]:
    """The counts of each return by outcome ("" for all) and line, `line_of` saying which line a status adds to."""
    status = context.answers[context.answers["column"] == "status"]
    found = {(number, task): text for number, task, text in iter_values(status, "return_id", "task", "value")}
    lines = {text: line_of(text) for text in set(found.values())}
    # The key of an outcome is its own within its sub-group alone.
    asked = {
        group.key: {outcome.key: [task.key for task in outcome.tasks] for outcome in group.outcomes}
        for group in context.plan.groups
    }
    home = {task: outcome for own in asked.values() for outcome, tasks in own.items() for task in tasks}
    answered = Counter((number, home[task]) for number, task in found)
    counted: dict[int, Counts] = {number: Counter() for number in context.returns["id"]}
    for (number, task), text in found.items():
        counted[number][home[task], lines[text]] += 1
    for number, group in iter_values(context.returns, "id", "group"):
        counts = counted[number]
        for outcome, tasks in asked.get(group, {}).items():
            counts[outcome, TOTAL] = len(tasks)
            counts[outcome, NOT_REPORTED] += len(tasks) - answered[number, outcome]
        for (_, line), count in list(counts.items()):
            counts["", line] += count
    return counted
