"""Completeness: workbooks that came back as they were sent, tasks of which nothing is said, words without a status."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ragsheets.returns.checks.case import Case
from ragsheets.returns.findings import Finding, finding


def check(case: Case) -> Iterator[tuple[int, Finding]]:
    """Say what is missing in each sub-group's returns taken together, at the newest of them."""
    newest = case.returns.drop_duplicates("group").set_index("group")
    keys = {
        group.key: [task.key for outcome in group.outcomes for task in outcome.tasks]
        for group in case.plan.groups
    }
    said = case.taken.groupby("task")["column"].agg(set).to_dict()
    speaking = (
        set(case.answers["return_id"])
        | set(case.headlines["return_id"])
        | set(case.observations["return_id"])
    )
    for row in case.returns.itertuples():
        if row.id not in speaking:
            yield row.id, finding("nothing-filled-in", file=row.file, group=row.group)
    for row in newest.itertuples():
        tasks = keys.get(str(row.Index), [])
        silent = [key for key in tasks if key not in said]
        if silent and len(silent) < len(tasks):
            yield (
                row.id,
                finding(
                    "half-filled",
                    file=row.file,
                    group=str(row.Index),
                    found=str(len(silent)),
                    wanted=str(len(tasks)),
                ),
            )
    yield from _answers_missing(case, said)


def _answers_missing(case: Case, said: dict[str, set[str]]) -> Iterator[tuple[int, Finding]]:
    first = case.taken.drop_duplicates("task").set_index("task")
    required = [column for column in case.template.contact_columns if column.required]
    for task, columns in said.items():
        for column in required:
            if column.key not in columns:
                code = "status-missing" if column.key == "status" else "missing-answer"
                if code == "missing-answer" and "status" not in columns:
                    continue
                yield _missing(code, str(task), column.heading, first.loc[task])


def _missing(code: str, task: str, heading: str, row: pd.Series) -> tuple[int, Finding]:
    return (
        int(row["return_id"]),
        finding(
            code,
            file=str(row["file"]),
            group=str(row["group"]),
            sheet=str(row["sheet"]),
            cell=str(row["cell"]),
            task=task,
            wanted=heading,
        ),
    )
