"""Corrections: answers changed without a return, merged by age with the answers of the returns. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ragsheets.ledger.records import CorrectionRecord
from ragsheets.returns.answer_kinds import check_answer
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import Task
    from ragsheets.template.model import Column, Template

#: The return number that means no return.
NO_RETURN = 0
#: Added to the age of a correction, for an answer just older than it but newer than the return before it.
_AGE_STEP = 0.25


class SourceCell(NamedTuple):
    """A cell of a return: the return's number and file, the sheet and the cell; "" for parts that are not known."""

    return_id: int = NO_RETURN
    file: str = ""
    sheet: str = ""
    cell: str = ""


class AnswerEntry(NamedTuple):
    """An answer for a cell: from the return that holds the cell, or from a correction.

    `age` is how many returns are newer. A correction's age lies between those of the returns before and after it; an
    answer that was only left unchanged may have the age at which it was asked about.
    """

    value: str
    age: float
    source: SourceCell = SourceCell()
    correction: CorrectionRecord | None = None


@dataclass(frozen=True)
class CorrectedCell:
    """A cell that was corrected.

    Attributes:
        group: the key of its sub-group.
        entries: every answer and correction for the cell, newest first; the first one is current.
        newest_return: the newest return of the sub-group, used where no return has an answer in the cell.
    """

    group: str
    entries: tuple[AnswerEntry, ...]
    newest_return: SourceCell

    @property
    def newest_entry(self) -> AnswerEntry:
        """The current entry."""
        return self.entries[0]

    @property
    def age(self) -> float:
        """How many returns are newer than its newest correction."""
        return next(entry.age for entry in self.entries if entry.correction)

    @property
    def returned_value(self) -> str:
        """The answer of the newest return; "" where none has an answer."""
        return next((entry.value for entry in self.entries if not entry.correction), "")

    def source_at(self, entry_index: int) -> SourceCell:
        """Return the cell of the answer that the entry at `entry_index` corrects, or else of another answer there."""
        answers = [entry.source for entry in (*self.entries[entry_index:], *self.entries) if not entry.correction]
        return answers[0] if answers else self.newest_return


@dataclass(frozen=True)
class AppliedCorrections:
    """The corrections of a period that have not been undone.

    Attributes:
        cells: the corrected cells, by the keys of task and column.
        inapplicable: corrections that cannot be applied, each with the reason.
    """

    cells: Mapping[tuple[str, str], CorrectedCell] = field(default_factory=dict)
    inapplicable: tuple[tuple[CorrectionRecord, str], ...] = ()

    def age(self, task: str, column: str) -> float:
        """Return how many returns are newer than the newest correction of a cell; infinity if there is none."""
        return self.cells[task, column].age if (task, column) in self.cells else inf

    @cached_property
    def applied(self) -> Mapping[tuple[str, str], tuple[CorrectedCell, CorrectionRecord]]:
        """The cells whose current entry is a correction, each with that correction, by the keys of task and column."""
        return {
            task_and_column: (cell, cell.newest_entry.correction)
            for task_and_column, cell in self.cells.items()
            if cell.newest_entry.correction
        }

    def latest_times(self) -> dict[str, str]:
        """Return the time of the newest current correction of each task, by the task's key."""
        times: dict[str, str] = {}
        for (task, _), (_, correction) in self.applied.items():
            times[task] = max(times.get(task, ""), correction.at)
        return times

    def apply_to(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Return the current answers with newer corrections in their cells; see `CheckContext.current_answers`."""
        corrected_values = {cell_key: correction.value for cell_key, (_, correction) in self.applied.items()}
        if not corrected_values:
            return answers
        cells = list(iter_values(answers, "task", "column"))
        texts = [corrected_values.get(cell_key, value) for cell_key, value in zip(cells, answers["value"], strict=True)]
        corrected_answers = answers.assign(value=pd.Series(texts, index=answers.index, dtype=object))
        answered_cells = set(cells)
        new_rows = [
            {
                "return_id": cell.newest_return.return_id,
                "group": cell.group,
                "task": task,
                "column": column,
                "value": correction.value,
            }
            for (task, column), (cell, correction) in self.applied.items()
            if (task, column) not in answered_cells
        ]
        new_answers = pd.DataFrame(new_rows, columns=answers.columns, dtype=object).fillna("")
        corrected_answers = pd.concat([corrected_answers, new_answers], ignore_index=True)
        return corrected_answers[corrected_answers["value"] != ""]


def corrections_of(
    corrections: pd.DataFrame,
    record: PeriodRecord,
    returns: pd.DataFrame,
    answers: pd.DataFrame,
    confirmed_cells: Collection[tuple[int, str, str]] = (),
) -> AppliedCorrections:
    """Return the corrections of a period, merged with the answers of its returns.

    Args:
        corrections: those that were not undone (`Ledger.frames`).
        record: the period with its plan and template as they were sent.
        returns: the accepted returns, newest first, each with its time.
        answers: their answers to tasks and columns that are asked for, newest first.
        confirmed_cells: the cells (return, sheet, cell) of answers that were asked about and left unchanged.
    """
    if corrections.empty:
        return AppliedCorrections()
    owners = {
        task.key: (group.key, task)
        for group in record.plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    wordings = {normalise_text(task.task) for _, task in owners.values()}
    times = returns["time"].tolist()
    entries_by_cell: dict[tuple[str, str], list[AnswerEntry]] = {}
    inapplicable = []
    for row in iter_rows(corrections):
        correction = CorrectionRecord(*row)
        _, task = owners.get(correction.task, ("", None))
        if reason := why_inapplicable(correction, task, wordings, record.template):
            inapplicable.append((correction, reason))
        else:
            age = sum(time > correction.at for time in times) - 0.5
            entries_by_cell.setdefault((correction.task, correction.column), []).append(
                AnswerEntry(correction.value, age, correction=correction)
            )
    ages = {number: float(age) for age, number in enumerate(returns["id"])}
    corrected_answers = answers[answers["task"].isin({task for task, _ in entries_by_cell})]
    for row in iter_rows(corrected_answers):
        if (row.task, row.column) in entries_by_cell:
            cell_entries = entries_by_cell[row.task, row.column]
            entry = AnswerEntry(
                row.value, ages[row.return_id], SourceCell(row.return_id, row.file, row.sheet, row.cell)
            )
            if (row.return_id, row.sheet, row.cell) in confirmed_cells:
                entry = _with_age_of_question(entry, cell_entries, record.template.column(row.column), record.template)
            cell_entries.append(entry)
    newest_returns = {row.group: SourceCell(row.id, row.file) for row in iter_rows(returns.drop_duplicates("group"))}
    cells = {}
    for cell_key, entries in entries_by_cell.items():
        group = owners[cell_key[0]][0]
        cells[cell_key] = CorrectedCell(group, _newest_first(entries), newest_returns.get(group, SourceCell()))
    return AppliedCorrections(cells, tuple(inapplicable))


def why_inapplicable(
    correction: CorrectionRecord, task: Task | None, wordings: Collection[str], template: Template
) -> str:
    """Return why a correction cannot be applied to the task that now has its key (None if none has); "" if it can.

    A key alone is no proof: the wording must agree too, or the key must be given in the plan, and the correction's
    wording not be that of another task (`wordings`: those of the plan, normalised).
    """
    if task is None:
        return "the plan no longer has its task"
    wording = normalise_text(correction.wording)
    if normalise_text(task.task) != wording and (not task.key_given or wording in wordings):
        return f"the task now reads “{task.task}”, and read “{correction.wording}”"
    column = next((candidate for candidate in template.contact_columns if candidate.key == correction.column), None)
    if column is None:
        return f"the contacts are no longer asked for “{correction.column}”"
    if correction.value and not is_valid_answer(correction.value, column, template):
        return f"that is no answer under “{column.heading}” any more"
    return ""


def is_valid_answer(text: str, column: Column, template: Template) -> bool:
    """Return whether a text is a valid answer for the kind of a column."""
    return bool(template.scale.read(text).code) if column.kind == "status" else not check_answer(text, column)


def is_same_answer(text: str, corrected_value: str, column: Column, template: Template) -> bool:
    """Return whether an answer has the same value as a correction of its cell."""
    return (template.scale.read(text).code if column.kind == "status" else column.normalise(text)) == corrected_value


def _with_age_of_question(
    entry: AnswerEntry, entries: Iterable[AnswerEntry], column: Column, template: Template
) -> AnswerEntry:
    """Return an unchanged answer, made older than the newest correction before it where that has another value.

    Its workbook was written before that correction, or it would contain it: nobody has given a newer answer.
    """
    older = [candidate for candidate in entries if candidate.correction and candidate.age > entry.age]
    newest = next(iter(_newest_first(older)), None)
    if newest is None or is_same_answer(entry.value, newest.value, column, template):
        return entry
    return entry._replace(age=newest.age + _AGE_STEP)


def _newest_first(entries: Iterable[AnswerEntry]) -> tuple[AnswerEntry, ...]:
    """Return the entries by age; of several corrections between the same returns the latest one comes first."""
    return tuple(sorted(sorted(entries, key=_time_and_number, reverse=True), key=lambda entry: entry.age))


def _time_and_number(entry: AnswerEntry) -> tuple[str, int]:
    return (entry.correction.at, entry.correction.number) if entry.correction else ("", 0)
