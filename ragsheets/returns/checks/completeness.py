"""Check of completeness: workbooks returned as they were sent, tasks without an answer, words without a status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.returns.checks.carried import unchanged_carried_answers
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.checks.settled import observations_with_state
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.finding_catalogue import is_input
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.reading.painted_cells import STATUS_PAINTED
from ragsheets.returns.reading.prefilled import NOTHING_CONFIRMED, QUESTIONS_UNANSWERED

if TYPE_CHECKING:
    from ragsheets.template.model import Column

KINDS = {
    "missing-answer": FindingKind(
        Severity.WARNING, "The task has a status, but “{wanted}” is empty.", "Ask for a few words."
    ),
    "status-missing": FindingKind(
        Severity.WARNING, "There are words for this task but no status.{suggestion}", "Ask for a status."
    ),
    "nothing-filled-in": FindingKind(
        Severity.ERROR,
        "The workbook was returned as it was sent: nothing is filled in.",
        "Ask for it again, filled in.",
    ),
    "half-filled": FindingKind(
        Severity.WARNING, "Nothing is filled in for {found} of {wanted} tasks.", "Ask for the rest.", may_wait=True
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report what is missing in all returns of each sub-group together, with the newest of them.

    A task whose row is gone, or which still holds a carried-forward answer, has a finding of its own and is not counted
    as unanswered. A carried-forward answer that was removed is no answer, but its workbook counts as filled in.
    A workbook returned as it was sent is settled by one with any input that is newer or was received later.
    """
    newest = context.returns.drop_duplicates("group")
    keys = {group.key: [task.key for task in group.tasks] for group in context.plan.groups}
    answered_columns: dict[str, set[str]] = {}
    for task, column in iter_values(context.current_answers, "task", "column"):
        answered_columns.setdefault(task, set()).add(column)
    input_observations = context.observations[context.observations["code"].map(is_input).astype(bool)]
    unanswered_codes = {
        number: code
        for code in (NOTHING_CONFIRMED, QUESTIONS_UNANSWERED)
        for number in context.observations.loc[context.observations["code"] == code, "return_id"]
    }
    returns_with_input = {
        number for frame in (context.answers, context.headlines, input_observations) for number in frame["return_id"]
    }
    answered_groups: set[str] = set()
    last_with_input = (
        context.returns[context.returns["id"].isin(returns_with_input)].groupby("group")["sequence"].max().to_dict()
    )
    for row in iter_rows(context.returns):
        if row.id in returns_with_input:
            answered_groups.add(row.group)
        elif row.group not in answered_groups and row.sequence > last_with_input.get(row.group, 0):
            code = unanswered_codes.get(row.id, "nothing-filled-in")
            yield row.id, finding_at_row(row, code)
    carried = unchanged_carried_answers(context)
    reported_elsewhere = _tasks_without_row(context) | carried.keys()
    for row in iter_rows(newest):
        tasks = keys.get(row.group, [])
        unanswered = [key for key in tasks if key not in answered_columns]
        rest = [key for key in unanswered if key not in reported_elsewhere]
        if rest and (len(unanswered) < len(tasks) or row.group in answered_groups):
            yield row.id, finding_at_row(row, "half-filled", found=str(len(rest)), wanted=str(len(tasks)))
    # A cell that still holds a carried-forward answer lacks none: another finding asks whether it is still right.
    filled_columns = {
        task: answered_columns.get(task, set()) | carried.get(task, {}).keys()
        for task in answered_columns.keys() | carried.keys()
    }
    yield from _missing_answers(
        context, filled_columns, {task: next(iter(cells.values())) for task, cells in carried.items()}
    )


def _tasks_without_row(context: CheckContext) -> set[str]:
    """Return the tasks whose row is gone from a workbook, which is a finding of its own while it is open."""
    if not (context.observations["code"] == "row-missing").any():
        return set()
    return {row.task for row, is_open, _ in observations_with_state(context) if is_open and row.code == "row-missing"}


def _missing_answers(
    context: CheckContext, answered_columns: Mapping[Any, set[str]], carried_rows: Mapping[Any, Any]
) -> Iterator[tuple[int, Finding]]:
    """Yield findings for tasks with words but no status, and with a status but without words the template requires.

    `carried_rows` has a cell of each task that still holds a carried-forward answer: its other missing answers are
    asked about there. Other tasks that no return answers are not asked about: their answers come from a correction.
    """
    required = [column for column in context.template.contact_columns if column.required]
    lacking: dict[str, list[Column]] = {}
    for task, columns in answered_columns.items():
        expected = required if "status" in columns else [column for column in required if column.key == "status"]
        lacking[task] = [column for column in expected if column.key not in columns]
    incomplete_tasks = {task for task, missing_columns in lacking.items() if missing_columns}
    answered = context.current_answers[
        context.current_answers["task"].isin(incomplete_tasks) & (context.current_answers["cell"] != "")
    ]
    source_rows = {row.task: row for row in iter_rows(answered.drop_duplicates("task"))}
    painted_rows = _painted_statuses(context)
    source_rows |= {
        task: carried_rows[task] for task in incomplete_tasks if task in carried_rows and task not in source_rows
    }
    for row in source_rows.values():
        for column in lacking[row.task]:
            painted_row = painted_rows.pop(row.task, None) if column.key == "status" else None
            suggestion = ""
            if painted_row:
                painted = context.template.wording.query_painted.format(colour=painted_row.found)
                suggestion = f"{painted} {_meant_status(painted_row, context)}".rstrip()
            code = "status-missing" if column.key == "status" else "missing-answer"
            texts = {"column": column.key, "wanted": column.heading, "suggestion": suggestion}
            yield row.return_id, finding_at_row(row, code, **texts)
    for row in painted_rows.values():
        suggestion = _meant_status(row, context)
        yield row.return_id, finding_at_row(row, STATUS_PAINTED, found=row.found, suggestion=suggestion)


def _painted_statuses(context: CheckContext) -> dict[str, Any]:
    """Return the observations of painted status cells without text, by task, that nothing newer has answered."""
    if not (context.observations["code"] == STATUS_PAINTED).any():
        return {}
    return {
        row.task: row for row, is_open, _ in observations_with_state(context) if is_open and row.code == STATUS_PAINTED
    }


def _meant_status(row: Any, context: CheckContext) -> str:
    """Return the question which status a painted cell may mean: the one of its colour, or the one of that name."""
    return context.suggest(row.wanted or context.template.scale.read(row.found).code)
