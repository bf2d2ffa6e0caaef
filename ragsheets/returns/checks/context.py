"""The input of a check: the frames of one period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ragsheets.plan.model import Plan
from ragsheets.returns.answered_cells import AnsweredCell, TaskCell
from ragsheets.returns.corrections import AppliedCorrections
from ragsheets.returns.precedence import AnswerEntry, Precedence
from ragsheets.template.model import Template
from ragsheets.template.status import StatusReading

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CheckContext:
    """The data of one period that the checks read.

    Every frame but `tasks` and `totals` has the columns return_id, file and group; newest returns come first.

    Attributes:
        returns: the accepted returns.
        answers: every answer to a task and a column of the plan.
        unmatched_answers: answers to tasks or columns that the plan no longer has.
        current_answers: the answers that count, one per task and column. A corrected one has the correction's value and
            the file, sheet and cell of the answer; without an answer these are "".
        tasks: a row per task, with the status as a code and as returned.
        totals: the recounted totals, a row per outcome.
        stated_totals: the totals that the workbooks state.
        headlines: the lines of the headlines sheets.
        observations: the reader's observations, also on rejected files.
        excluded_returns: the returns that the coordinator excluded.
        status_readings: how each status text was recognised.
        corrections: the corrections of the period.
        cells: the cells of tasks that have several answers or a correction, by task and column.
        headline_cells: the cells of headlines that have several answers.
        precedence: the order of the accepted returns, and which answers were left as they were.
    """

    plan: Plan
    template: Template
    returns: pd.DataFrame
    answers: pd.DataFrame
    unmatched_answers: pd.DataFrame
    current_answers: pd.DataFrame
    tasks: pd.DataFrame
    totals: pd.DataFrame
    stated_totals: pd.DataFrame
    headlines: pd.DataFrame
    observations: pd.DataFrame
    excluded_returns: pd.DataFrame
    status_readings: Mapping[str, StatusReading]
    corrections: AppliedCorrections
    cells: Mapping[TaskCell, AnsweredCell]
    headline_cells: Sequence[AnsweredCell]
    precedence: Precedence

    def suggest(self, answer: str | None) -> str:
        """Return the question whether an answer is meant; "" where there is none to suggest."""
        return self.template.wording.query_suggestion.format(answer=answer) if answer else ""

    def entry_of(self, answer: Any) -> AnswerEntry:
        """Return the current entry for the cell of a row of `current_answers`."""
        cell = self.cells.get((answer.task, answer.column))
        return cell.newest_entry if cell else self.precedence.entry_of(answer, answer.value)
