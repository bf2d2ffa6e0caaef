"""Check of cleared answers: those that a newer return leaves empty although it repeats others of their row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ragsheets.formats.a1 import cell_address, parse_address
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.locations import finding_at_row
from ragsheets.returns.finding import Finding, FindingKind, Severity
from ragsheets.returns.finding_catalogue import observed_kind
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.precedence import AnswerEntry, Precedence, SourceCell

#: The answers to a task in each return, by the number of the return and the key of the column.
_RowsByReturn = Mapping[int, Mapping[str, Any]]

KINDS = {
    "cleared": FindingKind(
        Severity.WARNING,
        "“{wanted}” was deleted from this cell; it counts until this is settled.",
        "Ask what was meant.",
        may_stay_unchanged=True,
        settled_by="cell",
    ),
}


def check(context: CheckContext) -> Iterator[tuple[int, Finding]]:
    """Report each answer that a newer return has cleared in a cell that its workbook was sent with empty.

    A cell that was sent filled is observed when the return is read.
    """
    if len(context.precedence.returns) < 2:
        return
    pairs = context.answers.drop_duplicates(["task", "return_id"])
    tasks = pairs.loc[pairs.duplicated("task"), "task"].unique()
    rows_by_task: dict[str, dict[int, dict[str, Any]]] = {}
    for row in iter_rows(context.answers[context.answers["task"].isin(tasks)]):
        rows_by_task.setdefault(row.task, {}).setdefault(row.return_id, {})[row.column] = row
    current_rows = context.current_answers[context.current_answers["task"].isin(tasks)]
    observed = _observed_cells(context, rows_by_task.keys())
    for current in iter_rows(current_rows):
        finding = _cleared_finding(current, context.entry_of(current), rows_by_task[current.task], observed, context)
        if finding:
            yield finding


def without_older_clearings(
    findings: Iterable[tuple[int, Finding]], precedence: Precedence
) -> list[tuple[int, Finding]]:
    """Return the findings, with only the newest return's finding for each cleared cell.

    A contact who continues in a file of their own returns the empty cell again, and is asked about it only once.
    """
    places = {number: place for place, number in enumerate(precedence.numbers_newest_first)}
    newest: dict[tuple[str, ...], int] = {}
    kept = list(findings)
    for number, item in kept:
        if item.code == "cleared":
            key = _cell_key(item)
            newest[key] = min(number, newest.get(key, number), key=lambda other: places.get(other, len(places)))
    return [(number, item) for number, item in kept if item.code != "cleared" or newest[_cell_key(item)] == number]


def _cell_key(finding: Finding) -> tuple[str, ...]:
    if finding.task:
        return finding.task, finding.column
    return finding.group, finding.column or finding.address


def _cleared_finding(
    current: Any,
    entry: AnswerEntry,
    rows: _RowsByReturn,
    observed: Collection[tuple[int, str, str]],
    context: CheckContext,
) -> tuple[int, Finding] | None:
    """Return the finding for the newest return that has cleared the current answer of a cell; None if none has."""
    column, precedence = current.column, context.precedence
    holders = {number: columns[column] for number, columns in rows.items() if column in columns}
    for number in precedence.numbers_newest_first:
        if number not in rows or number in holders:
            continue
        item = precedence.returns[number]
        was_sent_filled = any(precedence.returns[holder].sequence < item.confirms_before for holder in holders)
        is_newer = precedence.is_newer(AnswerEntry("", item.sequence, SourceCell(number)), entry)
        if was_sent_filled or not is_newer:
            continue
        for holder, answer in holders.items():
            other = _repeated_answer(rows[number], rows[holder], context)
            is_known = {(number, current.task, key) for key in ("", column)} & set(observed)
            if other is not None and not is_known and precedence.is_newer_return(number, holder):
                cell = cell_address((parse_address(other.cell)[0], parse_address(answer.cell)[1]))
                return number, finding_at_row(other, "cleared", cell=cell, column=column, wanted=entry.value)
    return None


def _repeated_answer(columns: Mapping[str, Any], older_columns: Mapping[str, Any], context: CheckContext) -> Any | None:
    """Return an answer in a row that a return repeats from an older return; None if there is none."""
    for column, row in columns.items():
        is_repeated = column in older_columns and row.value == older_columns[column].value
        if is_repeated and (row.return_id, row.sheet, row.cell) not in context.precedence.confirmed_cells:
            return row
    return None


def _observed_cells(context: CheckContext, tasks: Collection[str]) -> set[tuple[int, str, str]]:
    """Return the answer cells of tasks with an observation: return, task and column; "" for a whole row."""
    return {
        (row.return_id, row.task, "" if observed_kind(row.code).settled_by == "row" else row.column)
        for row in iter_rows(context.observations[context.observations["task"].isin(tasks)])
        if row.column or row.code == "row-missing"
    }
