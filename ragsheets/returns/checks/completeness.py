"""Completeness: workbooks that came back as they were sent, tasks of which nothing is said, words without a status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.returns.checks.carried import unchanged_carried_answers
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.settled import observations_with_state
from ragsheets.returns.findings import Finding, make_finding
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.reading.prefilled import CARRIED_CLEARED, CODES_WITHOUT_INPUT, QUESTIONS_UNANSWERED

if TYPE_CHECKING:
    from ragsheets.template.model import Column


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Say what is missing in each sub-group's returns taken together, at the newest of them.

    Of a task whose row is gone that is said, and not that nothing is said about it; nor is it said of one that still
    holds what was carried forward. What was carried forward and taken out is nothing said, but the workbook speaks.
    A workbook that came back as it was sent is settled by one that says something and is newer or came in later.
    """
    newest = context.returns.drop_duplicates("group")
    keys = {
        group.key: [task.key for outcome in group.outcomes for task in outcome.tasks] for group in context.plan.groups
    }
    said: dict[str, set[str]] = {}
    for task, column in iter_values(context.current_answers, "task", "column"):
        said.setdefault(task, set()).add(column)
    met = context.observations[~context.observations["code"].isin(list(CODES_WITHOUT_INPUT))]
    asked = set(context.observations.loc[context.observations["code"] == QUESTIONS_UNANSWERED, "return_id"])
    speaking = {number for frame in (context.answers, context.headlines, met) for number in frame["return_id"]}
    heard: set[str] = set()
    last = context.returns[context.returns["id"].isin(speaking)].groupby("group")["id"].max().to_dict()
    for row in iter_rows(context.returns):
        if row.id in speaking:
            heard.add(row.group)
        elif row.group not in heard and row.id > last.get(row.group, 0):
            code = QUESTIONS_UNANSWERED if row.id in asked else "nothing-filled-in"
            yield row.id, make_finding(code, file=row.file, group=row.group)
    carried = unchanged_carried_answers(context)
    by_themselves = _tasks_without_row(context) | carried.keys()
    taken_out = set(context.observations.loc[context.observations["code"] == CARRIED_CLEARED, "task"])
    for row in iter_rows(newest):
        tasks = keys.get(row.group, [])
        silent = [key for key in tasks if key not in said]
        rest = [key for key in silent if key not in by_themselves]
        if rest and (len(silent) < len(tasks) or not taken_out.isdisjoint(rest)):
            yield (
                row.id,
                make_finding(
                    "half-filled",
                    file=row.file,
                    group=row.group,
                    found=str(len(rest)),
                    wanted=str(len(tasks)),
                ),
            )
    # A cell that still holds what was carried forward lacks no answer: whether it holds is asked.
    held = {task: said.get(task, set()) | carried.get(task, {}).keys() for task in said.keys() | carried.keys()}
    yield from _missing_answers(context, held, {task: next(iter(cells.values())) for task, cells in carried.items()})


def _tasks_without_row(context: CheckContext) -> set[str]:
    """The tasks whose row is gone from a workbook, which is a finding of its own while it is open."""
    if not (context.observations["code"] == "row-missing").any():
        return set()
    return {row.task for row, is_open in observations_with_state(context) if is_open and row.code == "row-missing"}


def _missing_answers(
    context: CheckContext, answered_columns: Mapping[Any, set[str]], carried_rows: Mapping[Any, Any]
) -> Iterator[tuple[int, Finding]]:
    """Tasks with words but no status, and with a status but without the words that the template requires.

    `carried` has a cell of each task that still holds what was carried forward: what its other cells lack is asked with
    it. Of any other task that no return answers nothing is asked: what is known of it was told in a correction.
    """
    required = [column for column in context.template.contact_columns if column.required]
    lacking: dict[str, list[Column]] = {}
    for task, columns in answered_columns.items():
        asked = required if "status" in columns else [column for column in required if column.key == "status"]
        lacking[task] = [column for column in asked if column.key not in columns]
    some = {task for task, missing in lacking.items() if missing}
    answered = context.current_answers[
        context.current_answers["task"].isin(some) & (context.current_answers["cell"] != "")
    ]
    places = {row.task: row for row in iter_rows(answered.drop_duplicates("task"))}
    places |= {task: carried_rows[task] for task in some if task in carried_rows and task not in places}
    for row in places.values():
        for column in lacking[row.task]:
            yield (
                row.return_id,
                make_finding(
                    "status-missing" if column.key == "status" else "missing-answer",
                    file=row.file,
                    group=row.group,
                    sheet=row.sheet,
                    cell=row.cell,
                    task=row.task,
                    column=column.key,
                    wanted=column.heading,
                ),
            )
