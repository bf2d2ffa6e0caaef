"""What is being collected: all that a reader must know of a period to bring its returns home.

Plain values throughout, so that it can be handed to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ragsheets.returns.reading.template import Form
from ragsheets.workbook.sent_workbook import Sent, from_json


@dataclass(frozen=True)
class Collection:
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
    plan: str
    plan_title: str
    form: Form
    groups: Mapping[str, str]
    latest: Mapping[str, str]
    sent: Mapping[str, tuple[str, str]]
    elsewhere: Mapping[str, str]
    given: frozenset[str] = frozenset()

    @cached_property
    def _opened(self) -> dict[str, Sent]:
        return {}

    def edition(self, reference: str) -> Sent:
        """What the workbook with this reference was sent with."""
        if reference not in self._opened:
            self._opened[reference] = from_json(self.sent[reference][1])
        return self._opened[reference]

    def now(self, group: str) -> Sent:
        """What the sub-group would be sent today."""
        return self.edition(self.latest[group])
