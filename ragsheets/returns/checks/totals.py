"""Check of totals: those that a workbook states, compared with the recounted ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import groupby
from typing import Any

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.reading.stated_totals import STATUS_UNCOUNTED
from ragsheets.returns.totals import Counts, count_lines, find_overtyped_totals
from ragsheets.workbook.layout import NOT_REPORTED, summary_lines

KINDS = {
    "total-mismatch": FindingKind(
        Severity.WARNING,
        "The workbook states {found}{line}; counting its statuses gives {wanted}.",
        "Nothing to do: the report takes the recounted total.",
        may_wait=True,
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report each stated total that is neither the recounted one nor the one that the workbook was sent with.

    A return is compared with its own statuses, even where a newer one of its sub-group has others. The workbook's own
    formulas know only the statuses as spelled in the list, without a blank beside them: a total that they computed is
    no mistake of the contact, and other spellings have findings of their own. Nor is a total that a formula computes
    from another total.
    """
    if context.stated_totals.empty:
        return
    labels = dict(summary_lines(context.template))
    scale = context.template.scale
    formula_codes = {code.casefold(): code for code in scale.codes}
    counted = _count_lines(context, lambda text: scale.read(text).code or NOT_REPORTED)
    stated_lines = zip(
        iter_values(context.stated_totals, "return_id", "outcome", "line"), context.stated_totals["stated"], strict=True
    )
    wrong = {
        number for (number, *line), stated_text in stated_lines if stated_text != str(counted[number][tuple(line)])
    }
    if not wrong:
        return
    observations = context.observations
    uncounted = set(iter_values(observations[observations["code"] == STATUS_UNCOUNTED], "return_id", "task"))
    formula_counts = _count_lines(context, lambda text: formula_codes.get(text.casefold(), NOT_REPORTED), uncounted)
    doubtful_rows = iter_rows(context.stated_totals[context.stated_totals["return_id"].isin(wrong)])
    for number, stated in groupby(doubtful_rows, key=lambda row: int(row.return_id)):
        right = counted[number]
        for row in find_overtyped_totals(list[Any](stated), right, formula_counts[number], scale.codes):
            texts = {"wanted": str(right[row.outcome, row.line]), "line": f" for {labels[row.line]}"}
            yield number, finding_at_row(row, "total-mismatch", found=row.stated, **texts)


def _count_lines(
    context: CheckContext, line_of: Callable[[str], str], uncounted: Collection[tuple[int, str]] = ()
) -> Mapping[int, Counts]:
    """Return the counts of each return by outcome ("" for all) and line.

    Args:
        context: the period.
        line_of: gives the line that a status adds to.
        uncounted: the returns and tasks whose status adds to no line of a status.
    """
    status_answers = context.answers[context.answers["column"] == "status"]
    statuses: dict[int, dict[str, str]] = {}
    for number, task, text in iter_values(status_answers, "return_id", "task", "value"):
        if (number, task) not in uncounted:
            statuses.setdefault(number, {})[task] = text
    lines = {text: line_of(text) for texts in statuses.values() for text in texts.values()}
    outcomes: dict[str, dict[str, str]] = {}
    for group, outcome, _, task in context.plan.task_paths:
        outcomes.setdefault(group.key, {})[task.key] = outcome.key
    return {
        number: count_lines(outcomes.get(group, {}), statuses.get(number, {}), lines.__getitem__)
        for number, group in iter_values(context.returns, "id", "group")
    }
