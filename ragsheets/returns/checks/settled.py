"""Observations that a newer return or a correction has settled: questions answered, cells filled in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.finding_catalogue import observed_kind
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.precedence import AnswerEntry, Precedence
from ragsheets.returns.reading.model import headline_key
from ragsheets.returns.reading.prefilled import ANSWER_CONFIRMED

#: Observations on an answer in a cell that was sent prefilled: the person who answered saw the older answer.
ANSWERED_CODES = frozenset(("answer-replaced", ANSWER_CONFIRMED))


class ObservationState(NamedTuple):
    """An observation, and what its cell or row holds.

    Attributes:
        is_open: whether its cell or row was not answered since.
        overruling: of a cleared cell, the answer that counts instead and that was not in the ledger when the workbook
            was made; None if there is none.
    """

    row: Any
    is_open: bool
    overruling: AnswerEntry | None = None


def observations_with_state(context: CheckContext) -> Iterator[ObservationState]:
    """Yield each observation with its state."""
    rows = list(iter_rows(context.observations))
    row_keys = [_settling_answer_key(row) for row in rows]
    keys = {*row_keys} - {()}
    entries = _entries_by_key(context, keys) if keys else {}
    for row, key in zip(rows, row_keys, strict=True):
        row_entries = entries.get(key, ())
        if row.return_id not in context.precedence.returns:
            yield ObservationState(row, is_open=True)
        elif row.code == "cleared" and row.column and not row_entries:
            # The deleted answer no longer counts: its return is excluded, or its correction undone.
            yield ObservationState(row, is_open=False)
        elif any(context.precedence.supersedes(entry, row.return_id) for entry in row_entries):
            yield ObservationState(row, is_open=False)
        else:
            overruling = _overruling_answer(row, row_entries, context.precedence)
            # A correction that removes the answer agrees with a contact who deleted it.
            yield ObservationState(row, overruling is None or bool(overruling.value), overruling)


def _overruling_answer(row: Any, entries: Sequence[AnswerEntry], precedence: Precedence) -> AnswerEntry | None:
    """Return the answer that counts in a cell that was cleared in a query, if the query showed another one."""
    made = precedence.returns[row.return_id].confirms_before
    if row.code != "cleared" or not made or not entries:
        return None
    current = precedence.newest_first(entries)[0]
    return current if current.value != row.wanted and current.sequence >= made else None


def _settling_answer_key(row: Any) -> tuple[str, ...]:
    """Return the key of the answer that would settle an observation; empty where no answer can."""
    settled_by = observed_kind(row.code).settled_by
    if settled_by == "row":
        return (row.task,) if row.task else (row.group, row.column)
    if settled_by == "cell":
        if row.column:
            return row.task or row.group, row.column
        # Older ledgers have no column for the row of a headline.
        return row.group, row.sheet, row.cell
    return ()


def _entries_by_key(
    context: CheckContext, keys: Collection[tuple[str, ...]]
) -> dict[tuple[str, ...], list[AnswerEntry]]:
    """Return the answers and corrections by task, by task and column, and headlines by their row and by their cell."""
    entries: dict[tuple[str, ...], list[AnswerEntry]] = {key: [] for key in keys}
    tasks = {key[0] for key in keys}

    def add(row: Any, text: str, *row_keys: tuple[str, ...]) -> None:
        for key in entries.keys() & set(row_keys):
            entries[key].append(context.precedence.entry_of(row, text))

    for row in iter_rows(context.answers[context.answers["task"].isin(tasks)]):
        add(row, row.value, (row.task,), (row.task, row.column))
    for row in iter_rows(context.headlines):
        add(row, row.text, (row.group, headline_key(row.kind, row.number)), (row.group, row.sheet, row.cell))
    for (task, column), cell in context.corrections.cells.items():
        for key in entries.keys() & {(task,), (task, column)}:
            entries[key] += [entry for entry in cell.entries if entry.correction]
    return entries
