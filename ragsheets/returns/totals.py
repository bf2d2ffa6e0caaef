"""Totals: every one recounted from the statuses; those that a workbook states compared with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ragsheets.plan.model import Plan
from ragsheets.returns.reading.model import StatedTotal
from ragsheets.template.model import Template
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    import pandas as pd

#: The counts of one workbook by outcome ("" for all) and line; those that are not in it are nought.
Counts = Counter[tuple[str, str]]

StatedTotalT = TypeVar("StatedTotalT", bound=StatedTotal)


def count_columns(template: Template) -> list[str]:
    """The columns of a totals frame that hold counts, in order."""
    return [*template.scale.codes, NOT_REPORTED, TOTAL]


def recount(tasks: pd.DataFrame, plan: Plan, template: Template) -> pd.DataFrame:
    """Count the statuses of each outcome.

    Args:
        tasks: a row per task of the plan, with at least group, outcome and status ("" where none was reported).
        plan: gives the outcomes and their order; one without tasks cannot be.
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
            here = [counted[group.name, outcome.key, line] for line in (*template.scale.codes, "")]
            rows.append([group.name, outcome.key, *here, sum(here)])
    return pd.DataFrame(rows, columns=["group", "outcome", *count_columns(template)])


def sum_counts(totals: pd.DataFrame, columns: Iterable[str]) -> dict[str, int]:
    """The counts added up over all rows of a totals frame."""
    return {name: int(totals[name].sum()) for name in columns}


def totals_as_json(totals: pd.DataFrame, template: Template) -> list[dict[str, Any]]:
    """A totals frame for machines: a row per outcome, with its counts by the template's codes."""
    counts = count_columns(template)
    return [
        {"group": row["group"], "outcome": row["outcome"], **{name: int(row[name]) for name in counts}}
        for row in totals.to_dict("records")
    ]


def find_overtyped_totals(
    stated: Sequence[StatedTotalT], recounted: Counts, formula_counts: Counts, codes: Sequence[str]
) -> list[StatedTotalT]:
    """Those of a workbook's totals that are wrong by themselves.

    Left out are those that only follow from another one: the workbook's own formulas take the tasks not yet reported
    from the total and the statuses' counts, and the front sheet repeats and adds up what the other sheets say.

    Args:
        stated: the totals that one workbook states.
        right: the recounted ones.
        usual: what the workbook's own formulas come to, which know only the statuses as they are written in the list.
        codes: the codes of the statuses.
    """
    wrong = [
        item
        for item in stated
        if item.stated not in (str(recounted[item.outcome, item.line]), str(formula_counts[item.outcome, item.line]))
    ]
    # The sheet that states the sub-group's totals is the front sheet; what it says of an outcome it has from there.
    fronts = {item.sheet for item in stated if not item.outcome} if wrong else set()
    there = {place: str(count) for place, count in formula_counts.items()}
    there |= {(item.outcome, item.line): item.stated for item in wrong if item.outcome and item.sheet not in fronts}
    in_front = there | {(item.outcome, item.line): item.stated for item in wrong if item.sheet in fronts}
    told: dict[tuple[str, str, str], StatedTotalT] = {}
    for item in sorted(wrong, key=lambda each: (each.sheet in fronts, not each.outcome)):
        if not item.outcome:
            by_formula = _formula_sum(
                text for (outcome, line), text in in_front.items() if outcome and line == item.line
            )
        elif item.sheet in fronts:
            by_formula = there.get((item.outcome, item.line), "")
        elif item.line == NOT_REPORTED:
            total, *counts = (there.get((item.outcome, line), "0") for line in (TOTAL, *codes))
            by_formula = _formula_sum([total], counts)
        else:
            by_formula = ""
        if item.stated != by_formula:
            told.setdefault((item.outcome, item.line, item.stated), item)
    return list(told.values())


def _formula_sum(added: Iterable[str], subtracted: Iterable[str] = ()) -> str:
    """What a sum in the workbook comes to; it passes over what is no number."""
    return f"{sum(map(_parse_number, added)) - sum(map(_parse_number, subtracted)):.15g}"


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
