"""Describe the period that is collected: everything needed to match its returns to sub-groups and tasks.

Holds plain values only, so that it can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ragsheets.returns.reading.reader_template import ReaderTemplate
from ragsheets.returns.reading.task_mapping import TaskMapping
from ragsheets.workbook.sent_workbook import SentWorkbook, from_json


@dataclass(frozen=True)
class ReadingContext:
    """A period as a reader needs it.

    Attributes:
        period: its date, ISO.
        plan_identity, plan_title: the plan's identity and its title.
        template: the template.
        group_names: the sub-groups' names by their key.
        current_references: the reference of each sub-group's workbook for the current plan and template, by the group's
            key.
        sent_records: the sub-group and the record (`ragsheets.workbook.sent_workbook`, as JSON text) of each workbook,
            by its reference.
        other_periods: the period, ISO, of every workbook that was sent for another one, by its reference.
        explicit_keys: the keys of tasks that the plan states, as opposed to derived keys.
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
        """Return the workbook with this reference as it was sent."""
        if reference not in self._parsed_records:
            self._parsed_records[reference] = from_json(self.sent_records[reference][1])
        return self._parsed_records[reference]

    def current_workbook(self, group: str) -> SentWorkbook:
        """Return the workbook that the sub-group would be sent today."""
        return self.sent_workbook(self.current_references[group])

    def sent_workbook_by_current_keys(self, reference: str) -> SentWorkbook:
        """Return the workbook with this reference as it was sent, its tasks under their keys of today.

        Tasks that are not certain to be in today's plan are left out.
        """
        sent = self.sent_workbook(reference)
        mapping = TaskMapping(sent, self.current_workbook(sent.group), self.explicit_keys)
        return sent.with_task_keys(mapping.current_keys)
