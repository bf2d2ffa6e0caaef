"""The detailed sections in the layout of the 2008 report: a section for each sub-group, a block for each outcome."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ragsheets import dates
from ragsheets.plan.model import Action, Outcome, SubGroup
from ragsheets.report.write import trend
from ragsheets.report.write.content import TREND, ActionTable, GroupSection, OutcomeBlock, ReportCell
from ragsheets.report.write.context import ReportContext, ReportedTask
from ragsheets.report.write.summary import status_counts_of
from ragsheets.template.model import Column


def task_columns_of(context: ReportContext) -> tuple[Column, ...]:
    """Return the columns of the task tables: the template's, and the direction of travel beside the status."""
    columns = list(context.template.columns)
    if trend_column := trend.trend_column_of(context):
        columns.insert(columns.index(context.template.column("status")) + 1, trend_column)
    return tuple(columns)


def sections_of(context: ReportContext) -> tuple[GroupSection, ...]:
    """Return the sections of all sub-groups, in the plan's order."""
    return _SectionBuilder(context).sections()


class _SectionBuilder:
    """Builder of the sections of one report."""

    def __init__(self, context: ReportContext) -> None:
        self.context, self.wording = context, context.wording
        self.columns = task_columns_of(context)
        self.missing_groups = set(context.assessment.missing_groups)
        self.counts_by_outcome = {
            (row["group"], row["outcome"]): row for row in context.assessment.totals.to_dict("records")
        }
        self.trend = trend.TrendFormatter(context)
        self.period_date = dates.in_words(context.record.period.date)

    def sections(self) -> tuple[GroupSection, ...]:
        return tuple(self._group_section(group) for group in self.context.plan.groups)

    def _group_section(self, group: SubGroup) -> GroupSection:
        remark = ""
        if group.on_hold:
            remark = self.wording.on_hold
        elif group.name in self.missing_groups:
            remark = self.wording.no_update
        blocks = tuple(self._outcome_block(group, outcome) for outcome in group.outcomes)
        return GroupSection(group.name, remark, blocks, self.context.bookmarks[group.key, ""])

    def _outcome_block(self, group: SubGroup, outcome: Outcome) -> OutcomeBlock:
        wording = self.wording
        details = [wording.date.format(date=self.period_date), wording.group.format(group=group.name)]
        if not self.context.public:
            details.append(wording.contact.format(contact=group.contact))
        return OutcomeBlock(
            heading=wording.outcome.format(outcome=outcome.heading),
            details=tuple(details),
            summary=tuple(status_counts_of(self.counts_by_outcome[group.key, outcome.key], self.context)),
            actions=tuple(self._action_table(action) for action in outcome.actions),
            bookmark=self.context.bookmarks[group.key, outcome.key],
        )

    def _action_table(self, action: Action) -> ActionTable:
        parts = [self.wording.ref.format(ref=action.ref)] if action.ref else []
        parts.append(self.wording.action.format(action=action.title))
        # Never blank, because Word joins two tables without a paragraph between them.
        heading = "  ".join(parts)
        return ActionTable(
            heading if heading.strip() else self.columns[0].heading,
            tuple(self._task_row(self.context.task_by_key[task.key]) for task in action.tasks),
        )

    def _task_row(self, reported_task: ReportedTask) -> tuple[ReportCell, ...]:
        return tuple(self._cell(column, reported_task) for column in self.columns)

    def _cell(self, column: Column, reported_task: ReportedTask) -> ReportCell:
        if column.key == TREND:
            return ReportCell(self.trend.text_of(reported_task))
        if column.key == "task":
            return ReportCell(reported_task.task.labelled)
        if column.key == "status":
            return self._status_cell(reported_task.row)
        text = str(reported_task.row[column.key])
        date = dates.read_date(text) if column.kind == "date" and text else None
        return ReportCell(dates.in_words(date) if date else text)

    def _status_cell(self, row: Mapping[Hashable, Any]) -> ReportCell:
        code, returned_status = str(row["status"]), str(row["status_found"])
        if code:
            return ReportCell(code, code)
        if returned_status:
            return ReportCell(f"{self.wording.not_reported} ({self.wording.returned_as.format(found=returned_status)})")
        return ReportCell(self.wording.not_reported)
