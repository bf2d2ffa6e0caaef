"""Totals that a workbook states, compared with the recounted ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

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
    counted = _counted(case, read=True)
    formula = _counted(case, read=False)
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
                line=labels[row.line],
            ),
        )


def _counted(case: Case, *, read: bool) -> Mapping[tuple[int, str, str], int]:
    """The counts of each return by outcome ("" for all) and line: statuses as read, or only as they are written."""
    outcomes = [
        (group.key, outcome.key, task.key)
        for group in case.plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    ]
    tasks = pd.DataFrame(outcomes, columns=["group", "outcome", "task"], dtype=object)
    pairs = case.returns[["id", "group"]].merge(tasks, on="group")
    status = case.answers[case.answers["column"] == "status"][["return_id", "task", "value"]]
    pairs = pairs.merge(status, left_on=["id", "task"], right_on=["return_id", "task"], how="left")
    pairs["line"] = pairs["value"].map(lambda text: _line(text, case, read=read))
    counts: dict[tuple[int, str, str], int] = {}
    for keys in (["id", "outcome"], ["id"]):
        for key, count in pairs.groupby([*keys, "line"], sort=False).size().items():
            counts[_key(key, keys)] = int(count)
        for key, count in pairs.groupby(keys, sort=False).size().items():
            whole = (*key, TOTAL) if isinstance(key, tuple) else (key, TOTAL)
            counts[_key(whole, keys)] = int(count)
    return counts


def _key(key: Any, keys: list[str]) -> tuple[int, str, str]:
    return (key[0], key[1], key[2]) if len(keys) == 2 else (key[0], "", key[1])


def _line(text: object, case: Case, *, read: bool) -> str:
    if not isinstance(text, str):
        return NOT_REPORTED
    if read:
        return case.template.scale.read(text).code or NOT_REPORTED
    by_formula = {code.casefold(): code for code in case.template.scale.codes}
    return by_formula.get(text.casefold(), NOT_REPORTED)
