"""Corrections: answers that were put right without a return, each in its place among what the returns say. Pure."""

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

#: The number that stands for no return.
NO_RETURN = 0
#: What makes an answer older than a correction, and not as old as the return before that.
_AGE_STEP = 0.25


class SourceCell(NamedTuple):
    """A cell of a return: the return's number and file, the sheet and the cell; "" for what nobody filled in."""

    return_id: int = NO_RETURN
    file: str = ""
    sheet: str = ""
    cell: str = ""


class AnswerEntry(NamedTuple):
    """What was said in a cell: by the return whose place it is, or by a correction.

    `age` is how many returns are newer; that of a correction lies between those of the returns before and after it, and
    that of an answer which was only left as it stood may be that of when it was asked about.
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
        entries: everything that was said in it, newest first; what stands is the first.
        whole: the newest return of the sub-group, for where no return has an answer there.
    """

    group: str
    entries: tuple[AnswerEntry, ...]
    newest_return: SourceCell

    @property
    def newest_entry(self) -> AnswerEntry:
        """What stands."""
        return self.entries[0]

    @property
    def age(self) -> float:
        """How many returns are newer than its newest correction."""
        return next(entry.age for entry in self.entries if entry.correction)

    @property
    def returned_value(self) -> str:
        """What the newest return has there; "" where none has an answer."""
        return next((entry.value for entry in self.entries if not entry.correction), "")

    def source_at(self, entry_index: int) -> SourceCell:
        """The place of the answer that the entry number `at` corrects, or else of another answer there."""
        answers = [entry.source for entry in (*self.entries[entry_index:], *self.entries) if not entry.correction]
        return answers[0] if answers else self.newest_return


@dataclass(frozen=True)
class Corrections:
    """The corrections of a period that stand.

    Attributes:
        cells: what was corrected, by the keys of task and column.
        homeless: corrections that cannot be applied, each with the reason.
    """

    cells: Mapping[tuple[str, str], CorrectedCell] = field(default_factory=dict)
    inapplicable: tuple[tuple[CorrectionRecord, str], ...] = ()

    def age(self, task: str, column: str) -> float:
        """How many returns are newer than the newest correction of a cell; none is older than where there is none."""
        return self.cells[task, column].age if (task, column) in self.cells else inf

    @cached_property
    def applied(self) -> Mapping[tuple[str, str], tuple[CorrectedCell, CorrectionRecord]]:
        """The cells in which a correction stands, each with that one, by the keys of task and column."""
        return {
            place: (cell, cell.newest_entry.correction)
            for place, cell in self.cells.items()
            if cell.newest_entry.correction
        }

    def latest_times(self) -> dict[str, str]:
        """The time of the newest correction that stands in each task's row, by the task's key."""
        found: dict[str, str] = {}
        for (task, _), (_, correction) in self.applied.items():
            found[task] = max(found.get(task, ""), correction.at)
        return found

    def apply_to(self, answers: pd.DataFrame) -> pd.DataFrame:
        """The answers that hold with the corrections that are newer in their places; see `Case.taken`."""
        over = {place: correction.value for place, (_, correction) in self.applied.items()}
        if not over:
            return answers
        places = list(iter_values(answers, "task", "column"))
        texts = [over.get(place, value) for place, value in zip(places, answers["value"], strict=True)]
        told = answers.assign(value=pd.Series(texts, index=answers.index, dtype=object))
        known = set(places)
        new = [
            {
                "return_id": cell.newest_return.return_id,
                "group": cell.group,
                "task": task,
                "column": column,
                "value": correction.value,
            }
            for (task, column), (cell, correction) in self.applied.items()
            if (task, column) not in known
        ]
        added = pd.DataFrame(new, columns=answers.columns, dtype=object).fillna("")
        told = pd.concat([told, added], ignore_index=True)
        return told[told["value"] != ""]


def corrections_of(
    corrections: pd.DataFrame,
    record: PeriodRecord,
    returns: pd.DataFrame,
    answers: pd.DataFrame,
    confirmed_cells: Collection[tuple[int, str, str]] = (),
) -> Corrections:
    """The corrections of a period among its returns.

    Args:
        corrections: those that stand (`Ledger.frames`).
        record: the period with its plan and template as they were sent.
        returns: the accepted returns, newest first, each with its time.
        answers: what they say of tasks and columns that are asked for, newest first.
        confirmed: the places (return, sheet, cell) of those that were asked about and left as they stood.
    """
    if corrections.empty:
        return Corrections()
    owners = {
        task.key: (group.key, task)
        for group in record.plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    times = returns["time"].tolist()
    told: dict[tuple[str, str], list[AnswerEntry]] = {}
    homeless = []
    for row in iter_rows(corrections):
        correction = CorrectionRecord(*row)
        _, task = owners.get(correction.task, ("", None))
        if why := why_inapplicable(correction, task, record.template):
            homeless.append((correction, why))
        else:
            age = sum(time > correction.at for time in times) - 0.5
            told.setdefault((correction.task, correction.column), []).append(
                AnswerEntry(correction.value, age, correction=correction)
            )
    ages = {number: float(age) for age, number in enumerate(returns["id"])}
    mine = answers[answers["task"].isin({task for task, _ in told})]
    for row in iter_rows(mine):
        if (row.task, row.column) in told:
            said = told[row.task, row.column]
            entry = AnswerEntry(
                row.value, ages[row.return_id], SourceCell(row.return_id, row.file, row.sheet, row.cell)
            )
            if (row.return_id, row.sheet, row.cell) in confirmed_cells:
                entry = _with_age_of_question(entry, said, record.template.column(row.column), record.template)
            said.append(entry)
    newest = {row.group: SourceCell(row.id, row.file) for row in iter_rows(returns.drop_duplicates("group"))}
    cells = {}
    for place, entries in told.items():
        group = owners[place[0]][0]
        cells[place] = CorrectedCell(group, _newest_first(entries), newest.get(group, SourceCell()))
    return Corrections(cells, tuple(homeless))


def why_inapplicable(correction: CorrectionRecord, task: Task | None, template: Template) -> str:
    """Why a correction cannot be applied to the task that has its key now, None where none has; "" where it can.

    A key alone is no proof: the wording must agree too, or the key must stand in the plan.
    """
    if task is None:
        return "the plan no longer has its task"
    if normalise_text(task.task) != normalise_text(correction.wording) and not task.key_given:
        return f"the task now reads “{task.task}”, and read “{correction.wording}”"
    column = next((each for each in template.contact_columns if each.key == correction.column), None)
    if column is None:
        return f"the contacts are no longer asked for “{correction.column}”"
    if correction.value and not is_valid_answer(correction.value, column, template):
        return f"that is no answer under “{column.heading}” any more"
    return ""


def is_valid_answer(text: str, column: Column, template: Template) -> bool:
    """Whether a text is an answer under a column, as its kind has it."""
    return bool(template.scale.read(text).code) if column.kind == "status" else not check_answer(text, column)


def is_same_answer(text: str, corrected_value: str, column: Column, template: Template) -> bool:
    """Whether an answer says what a correction of its cell does."""
    return (template.scale.read(text).code if column.kind == "status" else column.normalise(text)) == corrected_value


def _with_age_of_question(
    entry: AnswerEntry, entries: Iterable[AnswerEntry], column: Column, template: Template
) -> AnswerEntry:
    """An answer that was left as it stood, older than the newest correction before it where that says otherwise.

    Its workbook was made before that correction, or else it would hold it: nobody has said anything since.
    """
    older = [other for other in entries if other.correction and other.age > entry.age]
    newest = next(iter(_newest_first(older)), None)
    if newest is None or is_same_answer(entry.value, newest.value, column, template):
        return entry
    return entry._replace(age=newest.age + _AGE_STEP)


def _newest_first(entries: Iterable[AnswerEntry]) -> tuple[AnswerEntry, ...]:
    """The entries in their order; of several corrections between the same returns the last one made comes first."""
    return tuple(sorted(sorted(entries, key=_time_and_number, reverse=True), key=lambda entry: entry.age))


def _time_and_number(entry: AnswerEntry) -> tuple[str, int]:
    return (entry.correction.at, entry.correction.number) if entry.correction else ("", 0)
