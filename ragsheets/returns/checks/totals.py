"""Totals that a workbook states, compared with the recounted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from ragsheets.returns.checks.case import Case
from ragsheets.returns.findings import Finding, finding
from ragsheets.returns.frames import rows, values
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
    places = values(case.stated, "return_id", "outcome", "line")
    counted = _counted(case, lambda text: scale.read(text).code or NOT_REPORTED)
    wrong = [said != str(counted[place]) for place, said in zip(places, case.stated["stated"], strict=True)]
    formula = _counted(case, lambda text: by_formula.get(text.casefold(), NOT_REPORTED)) if any(wrong) else counted
    told: set[tuple[int, str, str, str]] = set()
    for row in rows(case.stated[wrong]):
        place = (row.return_id, row.outcome, row.line)
        if row.stated == str(formula[place]) or (*place, row.stated) in told:
            continue
        told.add((*place, row.stated))
        yield (
            row.return_id,
            finding(
                "total-mismatch",
                file=row.file,
                group=row.group,
                sheet=row.sheet,
                cell=row.cell,
                found=row.stated,
                wanted=str(counted[place]),
                line=f" for {labels[row.line]}",
            ),
        )


def _counted(case: Case, line_of: Callable[[str], str]) -> Counter[tuple[int, str, str]]:
    """The counts of each return by outcome ("" for all) and line, `line_of` saying which line a status adds to."""
    status = case.answers[case.answers["column"] == "status"]
    found = {(number, task): text for number, task, text in values(status, "return_id", "task", "value")}
    lines = {text: line_of(text) for text in set(found.values())}
    # The key of an outcome is its own within its sub-group alone.
    asked = {
        group.key: {outcome.key: [task.key for task in outcome.tasks] for outcome in group.outcomes}
        for group in case.plan.groups
    }
    home = {task: outcome for own in asked.values() for outcome, tasks in own.items() for task in tasks}
    counts = Counter((number, home[task], lines[text]) for (number, task), text in found.items())
    answered = Counter((number, home[task]) for number, task in found)
    for number, group in values(case.returns, "id", "group"):
        for outcome, tasks in asked.get(group, {}).items():
            counts[number, outcome, TOTAL] = len(tasks)
            counts[number, outcome, NOT_REPORTED] += len(tasks) - answered[number, outcome]
    for (number, _, line), count in list(counts.items()):
        counts[number, "", line] += count
    return counts
