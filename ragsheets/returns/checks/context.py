"""What a check is given: the frames of one period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ragsheets.plan.model import Plan
from ragsheets.returns.corrections import Corrections
from ragsheets.template.model import Template
from ragsheets.template.status import StatusReading

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CheckContext:
    """One period as its returns tell it.

    Every frame but `tasks` and `totals` has the columns return_id, file and group; newest returns come first.

    Attributes:
        returns: the accepted returns.
        homeless: answers to tasks that the plan no longer has.
        answers: every other answer; `taken` are those that hold, one per task and column. One that was corrected holds
            the correction there, in the place of the answer; one to which there is no answer has no place.
        tasks: a row per task, with the status as a code and as found.
        totals: the recounted totals, a row per outcome.
        stated: the totals that the workbooks state.
        headlines: the lines of the headlines sheets.
        observations: what the reader met, also in rejected files.
        excluded: the returns that the coordinator took out.
        readings: what each status that was found came to.
        corrections: what was put right without a return.
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
    corrections: Corrections

    @cached_property
    def return_ages(self) -> Mapping[Any, int]:
        """How many returns are newer than each, by its number."""
        return {number: place for place, number in enumerate(self.returns["id"])}
