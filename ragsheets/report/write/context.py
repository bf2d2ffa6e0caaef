"""The context of a report: a period's tasks as they were assessed, and how each has moved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ragsheets.history.trend import Direction, History
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.report.write.content import GROUP_BOOKMARK, OUTCOME_BOOKMARK, ListItem, ReportPart
from ragsheets.template.model import Template
from ragsheets.template.wording import Wording
from ragsheets.version import __version__

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.returns.assess import Assessment


class ReportedTask(NamedTuple):
    """A task with its action, outcome and sub-group, its row of `Assessment.tasks`, and how it has moved."""

    group: SubGroup
    outcome: Outcome
    action: Action
    task: Task
    row: Mapping[Hashable, Any]
    direction: Direction

    @property
    def status(self) -> str:
        """The code of the task's status, "" where none was reported."""
        return str(self.row["status"])


@dataclass(frozen=True)
class ReportContext:
    """The data that a report is composed from; a `public` report leaves out who the contacts are."""

    record: PeriodRecord
    assessment: Assessment
    history: History
    public: bool = False

    @property
    def plan(self) -> Plan:
        """The plan that the period was generated with."""
        return self.record.plan

    @property
    def template(self) -> Template:
        """The template that the period was generated with."""
        return self.record.template

    @property
    def wording(self) -> Wording:
        """The template's wording."""
        return self.template.wording

    @cached_property
    def reported_tasks(self) -> Sequence[ReportedTask]:
        """Every task of the plan, in the plan's order."""
        rows = {row["key"]: row for row in self.assessment.tasks.to_dict("records")}
        scale = self.template.scale
        return [
            ReportedTask(group, outcome, action, task, row, self.history.direction(task.key, str(row["status"]), scale))
            for group, outcome, action, task in self.plan.task_paths
            for row in (rows[task.key],)
        ]

    @cached_property
    def task_by_key(self) -> Mapping[str, ReportedTask]:
        """Every task by its key."""
        return {entry.task.key: entry for entry in self.reported_tasks}

    @cached_property
    def bookmarks(self) -> Mapping[tuple[str, str], str]:
        """The bookmark of each outcome, by the keys of sub-group and outcome; of a sub-group, by its key and ""."""
        bookmarks_by_key = {}
        for number, group in enumerate(self.plan.groups, 1):
            bookmarks_by_key[group.key, ""] = f"{GROUP_BOOKMARK}{number}"
            for count, outcome in enumerate(group.outcomes, 1):
                bookmarks_by_key[group.key, outcome.key] = f"{OUTCOME_BOOKMARK}{number}_{count}"
        return bookmarks_by_key

    @property
    def versions_text(self) -> str:
        """The sentence on the versions of program and template that a report was made with."""
        template = self.template
        return self.wording.report_made_by.format(version=__version__, template=template.name, digest=template.digest)

    def task_count_text(self, count: int) -> str:
        """Return a number of tasks, in words."""
        return self.wording.report_one_task if count == 1 else self.wording.report_tasks.format(count=f"{count:,}")

    def group_count_text(self, count: int) -> str:
        """Return a number of sub-groups, in words."""
        return self.wording.report_one_group if count == 1 else self.wording.report_groups.format(count=f"{count:,}")


def summary_item_of(part: ReportPart, wording: Wording) -> ListItem:
    """Return the first page's line with the number of entries of a part and a link to it."""
    return ListItem(wording.report_lead.format(what=part.heading, count=part.count_text), part.bookmark)


def join_words(words: Sequence[str], conjunction: str) -> str:
    """Return words as a list in a sentence: "a, b and c", where `conjunction` is "and"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
