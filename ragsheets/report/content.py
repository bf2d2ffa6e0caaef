"""What the combined report says, as plain values; how it looks in Word is `ragsheets.report.word`'s business."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ragsheets import dates
from ragsheets.plan import Action, Outcome, SubGroup
from ragsheets.returns.totals import count_names
from ragsheets.template import Column
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a task table: its words, and the code of the status where it tells one."""

    text: str
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a summary: its label, how many tasks, and the status that it counts (None for the other lines)."""

    label: str
    count: int
    status: str | None = None


@dataclass(frozen=True, slots=True)
class ActionTable:
    """An action and its task rows, each with a cell for every column of the template."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class OutcomeBlock:
    """An outcome: its heading, the header lines beside the summary, and its actions."""

    heading: str
    details: tuple[str, ...]
    summary: tuple[Count, ...]
    actions: tuple[ActionTable, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A sub-group's part of the report; `remark` says why there is nothing, where there is nothing."""

    heading: str
    remark: str
    outcomes: tuple[OutcomeBlock, ...]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A line of the first page's table: a sub-group (or all of them) and its counts, in the order of the columns."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The whole report."""

    title: str
    partnership: str
    period: str
    date: str
    summary_columns: tuple[Count, ...]
    summary: tuple[SummaryRow, ...]
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]


def content_of(record: PeriodRecord, assessment: Assessment) -> ReportContent:
    """What the combined report of a period says.

    Args:
        record: the period with its plan and template.
        assessment: where the period stands; every figure printed is one of its recounted totals.
    """
    return _Author(record, assessment).report()


class _Author:
    """Puts one report together."""

    def __init__(self, record: PeriodRecord, assessment: Assessment) -> None:
        self.plan, self.template, self.period = record.plan, record.template, record.period
        self.wording = record.template.wording
        self.missing = set(assessment.missing)
        self.rows = {row["key"]: row for row in assessment.tasks.to_dict("records")}
        self.counts = {(row["group"], row["outcome"]): row for row in assessment.totals.to_dict("records")}
        self.date = dates.in_words(record.period.date)

    def report(self) -> ReportContent:
        plan = self.plan
        groups = [(group.name, self._sum([group])) for group in plan.groups]
        everything = self._sum(plan.groups)
        shown = [group for group in groups if group[1][TOTAL]]
        columns = self._lines(everything)
        return ReportContent(
            title=plan.title,
            partnership=plan.partnership,
            period=self.period.title,
            date=self.date,
            summary_columns=tuple(columns),
            summary=tuple(
                SummaryRow(name, tuple(counts[line] for line in self._shown(everything)))
                for name, counts in [*shown, (self.wording.report_all, everything)]
            ),
            columns=self.template.columns,
            sections=tuple(self._section(group) for group in plan.groups),
        )

    def _section(self, group: SubGroup) -> Section:
        remark = ""
        if group.on_hold:
            remark = self.wording.on_hold
        elif group.name in self.missing:
            remark = self.wording.no_update
        return Section(group.name, remark, tuple(self._outcome(group, outcome) for outcome in group.outcomes))

    def _outcome(self, group: SubGroup, outcome: Outcome) -> OutcomeBlock:
        wording = self.wording
        return OutcomeBlock(
            heading=wording.outcome.format(outcome=outcome.heading),
            details=(
                wording.date.format(date=self.date),
                wording.group.format(group=group.name),
                wording.contact.format(contact=group.contact),
            ),
            summary=tuple(self._lines(self.counts[group.name, outcome.key])),
            actions=tuple(self._action(action) for action in outcome.actions),
        )

    def _action(self, action: Action) -> ActionTable:
        parts = [self.wording.ref.format(ref=action.ref)] if action.ref else []
        parts.append(self.wording.action.format(action=action.title))
        rows = tuple(
            tuple(self._cell(column, task.labelled, self.rows[task.key]) for column in self.template.columns)
            for task in action.tasks
        )
        return ActionTable("  ".join(parts), rows)

    def _cell(self, column: Column, labelled: str, row: Mapping[Hashable, Any]) -> Cell:
        text = str(row[column.key])
        if column.key == "task":
            return Cell(labelled)
        if column.key == "status":
            return self._status(text, str(row["status_found"]))
        date = dates.read_date(text) if column.kind == "date" and text else None
        return Cell(dates.in_words(date) if date else text)

    def _status(self, code: str, found: str) -> Cell:
        if code:
            return Cell(code, code)
        if found:
            return Cell(f"{self.wording.not_reported} ({self.wording.returned_as.format(found=found)})")
        return Cell(self.wording.not_reported)

    def _sum(self, groups: Sequence[SubGroup]) -> dict[str, int]:
        rows = [self.counts[group.name, outcome.key] for group in groups for outcome in group.outcomes]
        return {name: sum(int(row[name]) for row in rows) for name in count_names(self.template)}

    def _shown(self, counts: Mapping[Any, Any]) -> list[str]:
        """The lines that a summary shows: "not reported" only where it is not zero."""
        return [name for name in count_names(self.template) if name != NOT_REPORTED or counts[name]]

    def _lines(self, counts: Mapping[Any, Any]) -> list[Count]:
        labels = {status.code: status.label for status in self.template.statuses}
        labels |= {NOT_REPORTED: self.wording.not_reported, TOTAL: self.wording.total}
        codes = self.template.scale.by_code
        return [Count(labels[name], int(counts[name]), name if name in codes else None) for name in self._shown(counts)]
