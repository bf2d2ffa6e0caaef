"""Check of completeness: workbooks returned as they were sent, tasks without an answer, words without a status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ragsheets.returns.checks.carried import unchanged_carried_answers
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.checks.settled import observations_with_state
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.finding_catalogue import observed_kind
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.reading.painted_cells import STATUS_PAINTED
from ragsheets.returns.reading.prefilled import NOTHING_CONFIRMED, QUESTIONS_UNANSWERED

if TYPE_CHECKING:
    import pandas as pd

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
    as unanswered.
    """
    with_input = context.returns[context.returns["id"].isin(_returns_with_input(context))]
    yield from _returned_as_sent(context, with_input)
    open_rows = _open_cells_and_rows(context)
    carried = unchanged_carried_answers(context)
    answered_columns: dict[str, set[str]] = {}
    for task, column in iter_values(context.current_answers, "task", "column"):
        answered_columns.setdefault(task, set()).add(column)
    reported_elsewhere = {row.task for row in open_rows if row.code == "row-missing"} | carried.keys()
    answered_groups = set(with_input["group"])
    keys = {group.key: [task.key for task in group.tasks] for group in context.plan.groups}
    for row in iter_rows(context.returns.drop_duplicates("group")):
        tasks = keys.get(row.group, [])
        unanswered = [key for key in tasks if key not in answered_columns]
        rest = [key for key in unanswered if key not in reported_elsewhere]
        if rest and (len(unanswered) < len(tasks) or row.group in answered_groups):
            yield row.id, finding_at_row(row, "half-filled", found=str(len(rest)), wanted=str(len(tasks)))
    yield from _missing_answers(context, answered_columns, carried, open_rows)


def _returns_with_input(context: CheckContext) -> set[int]:
    """Return the numbers of the returns in which a contact has entered anything.

    Removing a carried-forward answer is input too.
    """
    input_observations = context.observations.loc[
        [observed_kind(code).is_input for code in context.observations["code"]]
    ]
    frames = (context.answers, context.unmatched_answers, context.headlines, input_observations)
    return {number for frame in frames for number in frame["return_id"]}


def _returned_as_sent(context: CheckContext, with_input: pd.DataFrame) -> Iterator[tuple[int, Finding]]:
    """Yield a finding for each workbook returned as it was sent.

    It is settled by a return with any input that is newer or was received later.
    """
    codes = {
        number: code
        for code in (NOTHING_CONFIRMED, QUESTIONS_UNANSWERED)
        for number in context.observations.loc[context.observations["code"] == code, "return_id"]
    }
    last_with_input = with_input.groupby("group")["sequence"].max().to_dict()
    numbers_with_input = set(with_input["id"])
    answered_groups: set[str] = set()
    for row in iter_rows(context.returns):
        if row.id in numbers_with_input:
            answered_groups.add(row.group)
        elif row.group not in answered_groups and row.sequence > last_with_input.get(row.group, 0):
            yield row.id, finding_at_row(row, codes.get(row.id, "nothing-filled-in"))


def _open_cells_and_rows(context: CheckContext) -> list[Any]:
    """Return the observations on cells and rows that nothing newer has answered."""
    settled_codes = [code for code in context.observations["code"].unique() if observed_kind(code).settled_by]
    if not settled_codes:
        return []
    return [row for row, is_open, _ in observations_with_state(context) if is_open and row.code in settled_codes]


def _missing_answers(
    context: CheckContext,
    answered_columns: Mapping[str, set[str]],
    carried: Mapping[str, Mapping[str, Any]],
    open_rows: Sequence[Any],
) -> Iterator[tuple[int, Finding]]:
    """Yield findings for tasks with words but no status, and with a status but without words the template requires.

    A cell that still holds a carried-forward answer, or that another finding asks about, is not missing. The other
    missing answers of a task that only holds carried-forward ones are asked about at its first cell. Other tasks that
    no return answers are not asked about: their answers come from a correction.
    """
    required = [column for column in context.template.contact_columns if column.required]
    painted_rows = {row.task: row for row in open_rows if row.code == STATUS_PAINTED}
    asked_cells = {(row.task, row.column) for row in open_rows if row.column and row.code != STATUS_PAINTED}
    lacking: dict[str, list[Column]] = {}
    for task in answered_columns.keys() | carried.keys():
        filled = answered_columns.get(task, set()) | carried.get(task, {}).keys()
        expected = required if "status" in filled else [column for column in required if column.key == "status"]
        lacking[task] = [
            column for column in expected if column.key not in filled and (task, column.key) not in asked_cells
        ]
    incomplete_tasks = {task for task, missing_columns in lacking.items() if missing_columns}
    answered = context.current_answers[
        context.current_answers["task"].isin(incomplete_tasks) & (context.current_answers["cell"] != "")
    ]
    source_rows = {row.task: row for row in iter_rows(answered.drop_duplicates("task"))}
    for task, cells in carried.items():
        if task in incomplete_tasks:
            source_rows.setdefault(task, next(iter(cells.values())))
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


def _meant_status(row: Any, context: CheckContext) -> str:
    """Return the question whether a painted cell means the status with its colour, or the one named after it."""
    return context.suggest(row.wanted or context.template.scale.read(row.found).code)
