"""What is being collected: all that a reader must know of a period to bring its returns home.

Plain values throughout, so that it can be handed to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ragsheets.returns.reading.template import ReaderTemplate
from ragsheets.workbook.sent_workbook import SentWorkbook, from_json


@dataclass(frozen=True)
class ReadingContext:
    """A period as a reader needs it.

    Attributes:
        period: its date, ISO.
        plan, plan_title: the plan's identity and its title.
        form: the template.
        groups: the sub-groups' names by their key.
        latest: the reference of each sub-group's workbook as plan and template have it now, by the group's key.
        sent: the sub-group and the record (as text) of each workbook, by its reference.
        given: the keys of tasks that stand in the plan and were not derived.
        elsewhere: the period, ISO, of every workbook that was sent for another one, by its reference.
    """

    period: str
    plan_identity: str
    plan_title: str
    template: ReaderTemplate
    group_names: Mapping[str, str]
    current_references: Mapping[str, str]
    sent_records: Mapping[str, tuple[str, str]]
    other_periods: Mapping[str, str]
    explicit_keys: frozenset[str] = frozenset()

    @cached_property
    def _parsed_records(self) -> dict[str, SentWorkbook]:
        return {}

    def sent_workbook(self, reference: str) -> SentWorkbook:
        """What the workbook with this reference was sent with."""
        if reference not in self._parsed_records:
            self._parsed_records[reference] = from_json(self.sent_records[reference][1])
        return self._parsed_records[reference]

    def current_workbook(self, group: str) -> SentWorkbook:
        """What the sub-group would be sent today."""
        return self.sent_workbook(self.current_references[group])
