"""Totals: recounts from the statuses, and comparison with the totals that a workbook states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ragsheets.plan.model import Plan
from ragsheets.returns.frames import iter_values
from ragsheets.returns.reading.model import StatedTotal
from ragsheets.template.model import Template
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    import pandas as pd

#: The counts of one workbook by outcome ("" for all) and line; zero where there is no entry.
Counts = Counter[tuple[str, str]]

StatedTotalT = TypeVar("StatedTotalT", bound=StatedTotal)


def count_columns(template: Template) -> list[str]:
    """Return the count columns of a totals frame, in order."""
    return [*template.scale.codes, NOT_REPORTED, TOTAL]


def recount(tasks: pd.DataFrame, plan: Plan, template: Template) -> pd.DataFrame:
    """Count the statuses of each outcome.

    Args:
        tasks: a row per task of the plan, with at least group and outcome (their keys), and status ("" where none was
            reported).
        plan: gives the outcomes and their order; every outcome has tasks.
        template: gives the statuses.

    Returns:
        a frame with a row per outcome of the plan: group, outcome, a column for each status code, not_reported, total.
    """
    import pandas as pd

    columns = (tasks["group"], tasks["outcome"], tasks["status"])
    counted = Counter(zip(*columns, strict=True))
    rows = []
    for group in plan.groups:
        for outcome in group.outcomes:
            counts = [counted[group.key, outcome.key, line] for line in (*template.scale.codes, "")]
            rows.append([group.key, outcome.key, *counts, sum(counts)])
    return pd.DataFrame(rows, columns=["group", "outcome", *count_columns(template)])


def count_lines(
    outcome_by_task: Mapping[str, str], statuses: Mapping[str, str], line_of: Callable[[str], str]
) -> Counts:
    """Count the lines of a workbook's totals by outcome ("" for all) and line.

    Args:
        outcome_by_task: the outcome of each of its tasks.
        statuses: the status of each task that has one.
        line_of: gives the line that a status adds to.
    """
    counts: Counts = Counter(
        (outcome, line_of(statuses[task]) if task in statuses else NOT_REPORTED)
        for task, outcome in outcome_by_task.items()
    )
    counts.update((outcome, TOTAL) for outcome in outcome_by_task.values())
    for (_, line), count in list(counts.items()):
        counts["", line] += count
    return counts


def sum_counts(totals: pd.DataFrame, columns: Iterable[str]) -> dict[str, int]:
    """Sum the counts over all rows of a totals frame."""
    return {name: int(totals[name].sum()) for name in columns}


def sum_by_group(totals: pd.DataFrame, plan: Plan, template: Template) -> dict[str, dict[str, int]]:
    """Return the counts of each sub-group of a totals frame, by its key; a sub-group without outcomes has zeros."""
    names = count_columns(template)
    counts = {group.key: dict.fromkeys(names, 0) for group in plan.groups}
    for group, *row in iter_values(totals, "group", *names):
        for name, count in zip(names, row, strict=True):
            counts[group][name] += int(count)
    return counts


def totals_as_json(totals: pd.DataFrame, plan: Plan, template: Template) -> list[dict[str, Any]]:
    """Return a totals frame for JSON: an object per outcome, with its counts by the template's codes."""
    counts, names = count_columns(template), plan.group_names
    return [
        {"group": names[row["group"]], "outcome": row["outcome"], **{name: int(row[name]) for name in counts}}
        for row in totals.to_dict("records")
    ]


def find_overtyped_totals(
    stated: Sequence[StatedTotalT], recounted: Counts, formula_counts: Counts, codes: Sequence[str]
) -> list[StatedTotalT]:
    """Return the totals of a workbook that were typed over with a wrong number.

    Totals that only follow from another one are left out: the workbook's formulas compute the tasks not yet reported
    from the total and the statuses' counts, and the front sheet repeats and adds up the totals of the other sheets.

    Args:
        stated: the totals that one workbook states.
        recounted: the recounted totals.
        formula_counts: the results of the workbook's own formulas, which know only the statuses as spelled in the list.
        codes: the codes of the statuses.
    """
    wrong = [
        item
        for item in stated
        if item.stated not in (str(recounted[item.outcome, item.line]), str(formula_counts[item.outcome, item.line]))
    ]
    # The sheet that states the sub-group's totals is the front sheet; it repeats each outcome's totals from its sheet.
    front_sheets = {item.sheet for item in stated if not item.outcome} if wrong else set()
    sheet_totals = {line_key: str(count) for line_key, count in formula_counts.items()}
    sheet_totals |= {
        (item.outcome, item.line): item.stated for item in wrong if item.outcome and item.sheet not in front_sheets
    }
    front_totals = sheet_totals | {
        (item.outcome, item.line): item.stated for item in wrong if item.sheet in front_sheets
    }
    overtyped: dict[tuple[str, str, str], StatedTotalT] = {}
    for item in sorted(wrong, key=lambda total_cell: (total_cell.sheet in front_sheets, not total_cell.outcome)):
        if not item.outcome:
            by_formula = _formula_sum(
                text for (outcome, line), text in front_totals.items() if outcome and line == item.line
            )
        elif item.sheet in front_sheets:
            by_formula = sheet_totals.get((item.outcome, item.line), "")
        elif item.line == NOT_REPORTED:
            total, *counts = (sheet_totals.get((item.outcome, line), "0") for line in (TOTAL, *codes))
            by_formula = _formula_sum([total], counts)
        else:
            by_formula = ""
        if item.stated != by_formula:
            overtyped.setdefault((item.outcome, item.line, item.stated), item)
    return list(overtyped.values())


def _formula_sum(added: Iterable[str], subtracted: Iterable[str] = ()) -> str:
    """Return the result of a sum in the workbook; it ignores texts that are not numbers."""
    return f"{sum(map(_parse_number, added)) - sum(map(_parse_number, subtracted)):.15g}"


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
