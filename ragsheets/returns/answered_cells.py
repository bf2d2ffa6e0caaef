"""The cells that have several answers, from returns or corrections, and which of these counts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets.returns.frames import iter_rows
from ragsheets.returns.precedence import NO_CELL, AnswerEntry, Precedence, SourceCell
from ragsheets.returns.reading.model import headline_key

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger import PeriodRecord
    from ragsheets.template.model import Column, Template

#: A cell of a task: the keys of the task and of the column.
TaskCell = tuple[str, str]
#: The text between two answers where either may be the newer; no status is read from a text with it.
_SEPARATOR = " / "


@dataclass(frozen=True)
class AnsweredCell:
    """A cell with several answers, or with a correction.

    Attributes:
        group: the key of its sub-group.
        task, column: the keys of its task and its column; for a headline "" and the key of its row.
        entries: every answer and correction for the cell, newest first; the first one is current.
        rivals: other answers that may be newer than the current one.
        newest_return: the newest return of the sub-group, used where no return has an answer in the cell.
    """

    group: str
    task: str
    column: str
    entries: tuple[AnswerEntry, ...]
    rivals: tuple[AnswerEntry, ...] = ()
    newest_return: SourceCell = NO_CELL

    @property
    def newest_entry(self) -> AnswerEntry:
        """The current entry."""
        return self.entries[0]

    @property
    def returned_entry(self) -> AnswerEntry | None:
        """The answer of the newest return; None where no return has one."""
        return next((entry for entry in self.entries if not entry.correction), None)

    @property
    def returned_value(self) -> str:
        """The answer of the newest return, with its rivals; "" where no return has one."""
        if self.newest_entry.correction:
            return self.returned_entry.value if self.returned_entry else ""
        return _SEPARATOR.join(dict.fromkeys(entry.value for entry in (self.newest_entry, *self.rivals)))

    def source_at(self, entry_index: int) -> SourceCell:
        """Return the cell of the answer that the entry at `entry_index` corrects, or else of another answer there."""
        answers = [entry.source for entry in (*self.entries[entry_index:], *self.entries) if not entry.correction]
        return answers[0] if answers else self.newest_return


def answered_cells(
    answers: pd.DataFrame,
    corrections: Mapping[TaskCell, Sequence[AnswerEntry]],
    accepted: pd.DataFrame,
    precedence: Precedence,
    record: PeriodRecord,
) -> dict[TaskCell, AnsweredCell]:
    """Return the cells of tasks that have several answers or a correction.

    Args:
        answers: the answers of the accepted returns to tasks and columns that are asked for, with index 0, 1, ….
        corrections: the corrections that apply, by cell.
        accepted: the accepted returns, those of each sub-group with the newest first.
        precedence: their order.
        record: the period with its plan and template as they were sent.
    """
    chosen = answers.duplicated(["task", "column"], keep=False)
    if corrections:
        chosen |= answers["task"].isin({task for task, _ in corrections})
    entries_by_cell: dict[TaskCell, list[AnswerEntry]] = {cell: list(entries) for cell, entries in corrections.items()}
    for index, row in zip(answers.index[chosen], iter_rows(answers[chosen]), strict=True):
        entries_by_cell.setdefault((row.task, row.column), []).append(precedence.entry_of(row, row.value, index))
    groups_by_task = {path.task.key: path.group.key for path in record.plan.task_paths}
    newest_returns = {row.group: SourceCell(row.id, row.file) for row in iter_rows(accepted.drop_duplicates("group"))}
    cells = {}
    for (task, column), entries in entries_by_cell.items():
        group = groups_by_task[task]
        read = _rival_reader(record.template.column(column), record.template)
        ordered, rivals = _ordered_entries(entries, precedence, read)
        cells[task, column] = AnsweredCell(group, task, column, ordered, rivals, newest_returns.get(group, NO_CELL))
    return cells


def answered_headlines(headlines: pd.DataFrame, precedence: Precedence) -> list[AnsweredCell]:
    """Return the cells of headlines that have several answers; see `answered_cells`."""
    chosen = headlines.duplicated(["group", "kind", "number"], keep=False)
    entries_by_cell: dict[tuple[str, str, int], list[AnswerEntry]] = {}
    for index, row in zip(headlines.index[chosen], iter_rows(headlines[chosen]), strict=True):
        entry = precedence.entry_of(row, row.text, index)
        entries_by_cell.setdefault((row.group, row.kind, row.number), []).append(entry)
    return [
        AnsweredCell(group, "", headline_key(kind, number), *_ordered_entries(entries, precedence, str))
        for (group, kind, number), entries in entries_by_cell.items()
    ]


def rows_that_count(frame: pd.DataFrame, cells: Iterable[AnsweredCell]) -> pd.DataFrame:
    """Return the rows of a frame of answers without those that a newer answer of their cell replaces."""
    replaced = [
        entry.row
        for cell in cells
        for entry in cell.entries
        if not entry.correction and entry is not cell.returned_entry
    ]
    return frame.drop(index=replaced)


def _ordered_entries(
    entries: Iterable[AnswerEntry], precedence: Precedence, read: Callable[[str], str]
) -> tuple[tuple[AnswerEntry, ...], tuple[AnswerEntry, ...]]:
    """Return the entries for a cell, newest first, and the rivals of the first one."""
    ordered = precedence.newest_first(entries)
    value = read(ordered[0].value)
    return ordered, tuple(entry for entry in precedence.contenders(ordered)[1:] if read(entry.value) != value)


def meaning_reader(column: Column, template: Template) -> Callable[[str], str]:
    """Return a function that gives two texts with the same meaning in a column the same value."""
    if column.kind == "status":
        return lambda text: template.scale.read(text).code or text
    return column.normalise


def _rival_reader(column: Column, template: Template) -> Callable[[str], str]:
    """Return a function like `meaning_reader` that treats a mistyped status as the one that it suggests."""

    def read_status(text: str) -> str:
        reading = template.scale.read(text)
        return reading.code or reading.suggestion or text

    return read_status if column.kind == "status" else column.normalise
