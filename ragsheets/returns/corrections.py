"""Corrections: answers changed without a return, which replace those of the returns in their cells. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from ragsheets.ledger.records import CorrectionRecord
from ragsheets.plan.matching import BETWEEN_EDITIONS, PlanTask, find_same_tasks, plan_tasks
from ragsheets.returns.answer_kinds import is_valid_answer
from ragsheets.returns.answered_cells import AnsweredCell, TaskCell
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.precedence import AnswerEntry

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.template.model import Template


@dataclass(frozen=True)
class AppliedCorrections:
    """The corrections of a period that have not been undone.

    Attributes:
        cells: the corrected cells, by the keys of task and column.
        inapplicable: corrections that cannot be applied, each with the reason.
    """

    cells: Mapping[TaskCell, AnsweredCell] = field(default_factory=dict)
    inapplicable: tuple[tuple[CorrectionRecord, str], ...] = ()

    @cached_property
    def applied(self) -> Mapping[TaskCell, tuple[AnsweredCell, CorrectionRecord]]:
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


def applicable_corrections(
    corrections: pd.DataFrame, record: PeriodRecord
) -> tuple[dict[TaskCell, list[AnswerEntry]], tuple[tuple[CorrectionRecord, str], ...]]:
    """Return the corrections of a period that can be applied, by cell, and the others, each with the reason.

    Args:
        corrections: those that were not undone (`Ledger.frames`).
        record: the period with its plan and template as they were sent.
    """
    tasks = plan_tasks(record.plan) if len(corrections) else []
    entries_by_cell: dict[TaskCell, list[AnswerEntry]] = {}
    inapplicable = []
    for row in iter_rows(corrections):
        correction = CorrectionRecord(*row)
        if reason := why_inapplicable(correction, tasks, record.template):
            inapplicable.append((correction, reason))
        else:
            entry = AnswerEntry(correction.value, correction.sequence, correction=correction)
            entries_by_cell.setdefault((correction.task, correction.column), []).append(entry)
    return entries_by_cell, tuple(inapplicable)


def why_inapplicable(correction: CorrectionRecord, tasks: Sequence[PlanTask], template: Template) -> str:
    """Return why a correction cannot be applied to the task that now has its key; "" where it can.

    A key alone is no proof: which task is the same is decided by `ragsheets.plan.matching`.

    Args:
        correction: the correction.
        tasks: the tasks of the plan.
        template: the period's template.
    """
    same_tasks = find_same_tasks([PlanTask(correction.task, correction.wording)], tasks, BETWEEN_EDITIONS)
    task = same_tasks.current.get(correction.task)
    if task is None:
        return "its task is no longer in the plan"
    if same_tasks.current_keys.get(task.key) != task.key:
        return f"the task now reads “{task.wording}”, not “{correction.wording}”"
    column = next((candidate for candidate in template.contact_columns if candidate.key == correction.column), None)
    if column is None:
        return f"the contacts are no longer asked for “{correction.column}”"
    if correction.value and not is_valid_answer(correction.value, column, template):
        return f"its text is no longer a valid answer under “{column.heading}”"
    return ""
