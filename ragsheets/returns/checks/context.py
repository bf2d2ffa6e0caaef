"""The input of a check: the data of one period, and what follows from it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ragsheets.returns.answered_cells import AnsweredCell, TaskCell, answered_cells, answered_headlines, rows_that_count
from ragsheets.returns.corrections import AppliedCorrections, applicable_corrections
from ragsheets.returns.frames import cell_addresses, iter_values, join_returns
from ragsheets.returns.precedence import AnswerEntry, Precedence, accepted_newest_first
from ragsheets.returns.reading.prefilled import CONFIRMED_CODES
from ragsheets.template.status import StatusReading

if TYPE_CHECKING:
    from ragsheets.ledger.records import PeriodRecord
    from ragsheets.plan.model import Plan
    from ragsheets.template.model import Template


@dataclass(frozen=True)
class CheckContext:
    """The data of one period that the checks read.

    Every frame but `returns` and `excluded_returns` has the columns return_id, file and group. Those of the accepted
    returns have the newest return of each sub-group first.

    Attributes:
        record: the period with its plan and template as they were sent.
        frames: its returns, corrections and workbooks (`Ledger.frames`).
        zone: the coordinator's zone, by default this computer's; see `ragsheets.returns.times`.
    """

    record: PeriodRecord
    frames: Mapping[str, pd.DataFrame]
    zone: datetime.tzinfo | None = None

    @property
    def plan(self) -> Plan:
        """The plan as it was sent."""
        return self.record.plan

    @property
    def template(self) -> Template:
        """The template as it was sent."""
        return self.record.template

    @property
    def returns(self) -> pd.DataFrame:
        """The accepted returns."""
        return self._accepted[0]

    @property
    def precedence(self) -> Precedence:
        """The order of the accepted returns, and which answers were left as they were."""
        return self._accepted[1]

    @cached_property
    def excluded_returns(self) -> pd.DataFrame:
        """The returns that the coordinator excluded."""
        return self.frames["returns"][self.frames["returns"]["result"] == "excluded"]

    @cached_property
    def observations(self) -> pd.DataFrame:
        """The reader's observations, also on rejected files, in the order in which the files were read."""
        returns = self.frames["returns"]
        return join_returns(returns[returns["result"] != "excluded"], self.frames["observations"])

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """The lines of the headlines sheets."""
        return join_returns(self.returns, self.frames["headlines"])

    @cached_property
    def stated_totals(self) -> pd.DataFrame:
        """The totals that the workbooks state."""
        return join_returns(self.returns, self.frames["totals"])

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Every answer to a task of its sub-group, in a column of the template that contacts fill in."""
        answers, is_asked_for = self._answers
        return answers[is_asked_for].reset_index(drop=True)

    @cached_property
    def unmatched_answers(self) -> pd.DataFrame:
        """The other answers: to tasks or columns that the plan no longer has."""
        answers, is_asked_for = self._answers
        return answers[~is_asked_for]

    @cached_property
    def cells(self) -> Mapping[TaskCell, AnsweredCell]:
        """The cells of tasks that have several answers or a correction, by task and column."""
        corrected_cells, _ = self._corrections
        return answered_cells(self.answers, corrected_cells, self.returns, self.precedence, self.record)

    @cached_property
    def headline_cells(self) -> Sequence[AnsweredCell]:
        """The cells of headlines that have several answers."""
        return answered_headlines(self.headlines, self.precedence)

    @cached_property
    def corrections(self) -> AppliedCorrections:
        """The corrections of the period."""
        corrected_cells, inapplicable = self._corrections
        return AppliedCorrections({key: self.cells[key] for key in corrected_cells}, inapplicable)

    @cached_property
    def current_answers(self) -> pd.DataFrame:
        """The answers that count, one per task and column.

        A corrected one has the correction's value and the file, sheet and cell of the answer; without an answer these
        are "". A status of which it is not known which is the newest holds all of them.
        """
        answers = rows_that_count(self.answers, self.cells.values())
        statuses = {key: cell.returned_value for key, cell in self.cells.items() if key[1] == "status" and cell.rivals}
        if statuses:
            texts = [
                statuses.get((task, column), value)
                for task, column, value in iter_values(answers, "task", "column", "value")
            ]
            answers = answers.assign(value=pd.Series(texts, index=answers.index, dtype=object))
        return self.corrections.apply_to(answers)

    @cached_property
    def status_readings(self) -> Mapping[str, StatusReading]:
        """How each current status text was recognised."""
        texts = self.current_answers["value"][self.current_answers["column"] == "status"].unique()
        return {text: self.template.scale.read(text) for text in texts}

    def suggest(self, answer: str | None) -> str:
        """Return the question whether an answer is meant; "" where there is none to suggest."""
        return self.template.wording.query_suggestion.format(answer=answer) if answer else ""

    def entry_of(self, answer: Any) -> AnswerEntry:
        """Return the current entry for the cell of a row of `current_answers`."""
        cell = self.cells.get((answer.task, answer.column))
        return cell.newest_entry if cell else self.precedence.entry_of(answer, answer.value)

    @cached_property
    def _accepted(self) -> tuple[pd.DataFrame, Precedence]:
        return accepted_newest_first(self.frames, cell_addresses(self.observations, CONFIRMED_CODES), self.zone)

    @cached_property
    def _answers(self) -> tuple[pd.DataFrame, pd.Series[bool]]:
        """The answers of the accepted returns, and which of them are to a task and a column that are asked for."""
        answers = join_returns(self.returns, self.frames["answers"])
        owners = {path.task.key: path.group.key for path in self.plan.task_paths}
        columns = {column.key for column in self.template.contact_columns}
        matches = [
            owners.get(task) == group and column in columns
            for task, group, column in iter_values(answers, "task", "group", "column")
        ]
        return answers, pd.Series(matches, index=answers.index, dtype=bool)

    @cached_property
    def _corrections(self) -> tuple[Mapping[TaskCell, Sequence[AnswerEntry]], tuple[tuple[Any, str], ...]]:
        """The corrections that can be applied, by cell, and the others, each with the reason."""
        return applicable_corrections(self.frames["corrections"], self.record)
