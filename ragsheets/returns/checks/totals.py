"""Totals that a workbook states, compared with the recounted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from ragsheets.returns.checks.case import Case
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows
from ragsheets.returns.totals import Counts, typed_over
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL, summary_lines


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Say each stated total that is neither the recounted one nor the one that the workbook was sent with.

    A return is compared with its own statuses, also where a newer one of its sub-group has others. The workbook's own
    formulas know only the statuses as they are written in the list: a total that they came to is no fault of the
    contact, and the statuses in question have findings of their own. Nor is one that follows from another total by
    formula.
    """
    if case.stated.empty:
        return
    labels = dict(summary_lines(case.template))
    scale = case.template.scale
    by_formula = {code.casefold(): code for code in scale.codes}
    counted = _counted(case, lambda text: scale.read(text).code or NOT_REPORTED)
    formula = _counted(case, lambda text: by_formula.get(text.casefold(), NOT_REPORTED))
    for number, stated in groupby(rows(case.stated), key=lambda row: int(row.return_id)):
        right = counted[number]
        for row in typed_over(list[Any](stated), right, formula[number], scale.codes):
            yield (
                number,
                finding(
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


def _counted(case: Case, line_of: Callable[[str], str]) -> Mapping[int, Counts]:
    """The counts of each return by outcome ("" for all) and line, `line_of` saying which line a status adds to."""
    status = case.answers[case.answers["column"] == "status"]
    found = dict(zip(zip(status["return_id"], status["task"], strict=True), status["value"], strict=True))
    lines = {text: line_of(text) for text in set(found.values())}
    outcomes = {group.key: group.outcomes for group in case.plan.groups}
    counted: dict[int, Counts] = {}
    for number, group in zip(case.returns["id"], case.returns["group"], strict=True):
        counts: Counts = Counter()
        for outcome in outcomes.get(group, ()):
            for task in outcome.tasks:
                text = found.get((number, task.key))
                for line in (NOT_REPORTED if text is None else lines[text], TOTAL):
                    counts[outcome.key, line] += 1
                    counts["", line] += 1
        counted[number] = counts
    return counted
