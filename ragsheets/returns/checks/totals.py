"""Totals that a workbook states, compared with the recounted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ragsheets.returns.checks.case import Case
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL, summary_lines


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Say each stated total that is neither the recounted one nor the one that the workbook was sent with.

    A return is compared with its own statuses, also where a newer one of its sub-group has others. The workbook's own
    formulas know only the statuses as they are written in the list: a total that they came to is no fault of the
    contact, and the statuses in question have findings of their own. The front sheet repeats the other sheets, so a
    total said there is told only where it is not told there.
    """
    if case.stated.empty:
        return
    labels = dict(summary_lines(case.template))
    scale = case.template.scale
    by_formula = {code.casefold(): code for code in scale.codes}
    counted = _counted(case, lambda text: scale.read(text).code or NOT_REPORTED)
    formula = _counted(case, lambda text: by_formula.get(text.casefold(), NOT_REPORTED))
    told: set[tuple[int, str, str, str]] = set()
    for row in rows(case.stated):
        right = counted.get((row.return_id, row.outcome, row.line), 0)
        usual = formula.get((row.return_id, row.outcome, row.line), 0)
        same = (row.return_id, row.outcome, row.line, row.stated)
        if row.stated in (str(right), str(usual)) or same in told:
            continue
        told.add(same)
        yield (
            row.return_id,
            finding(
                "total-mismatch",
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                found=row.stated,
                wanted=str(right),
                line=f" for {labels[row.line]}",
            ),
        )


def _counted(case: Case, line_of: Callable[[str], str]) -> Mapping[tuple[int, str, str], int]:
    """The counts of each return by outcome ("" for all) and line, `line_of` saying which line a status adds to."""
    status = case.answers[case.answers["column"] == "status"]
    found = dict(zip(zip(status["return_id"], status["task"], strict=True), status["value"], strict=True))
    lines = {text: line_of(text) for text in set(found.values())}
    outcomes = {group.key: group.outcomes for group in case.plan.groups}
    counts: dict[tuple[int, str, str], int] = {}
    for number, group in zip(case.returns["id"], case.returns["group"], strict=True):
        whole: Counter[str] = Counter()
        for outcome in outcomes.get(group, ()):
            texts = (found.get((number, task.key)) for task in outcome.tasks)
            here = Counter(NOT_REPORTED if text is None else lines[text] for text in texts)
            here[TOTAL] = here.total()
            whole += here
            counts.update({(number, outcome.key, line): count for line, count in here.items()})
        counts.update({(number, "", line): count for line, count in whole.items()})
    return counts
