"""Totals: every one recounted from the statuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ragsheets.plan import Plan
from ragsheets.template import Template
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    import pandas as pd


def count_names(template: Template) -> list[str]:
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
    return pd.DataFrame(rows, columns=["group", "outcome", *count_names(template)])


def sums(totals: pd.DataFrame, names: Iterable[str]) -> dict[str, int]:
    """The counts added up over all rows of a totals frame."""
    return {name: int(totals[name].sum()) for name in names}
