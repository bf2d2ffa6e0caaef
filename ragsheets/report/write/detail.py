"""The detail, in the layout of the 2008 report: a section for each sub-group, a block for each outcome."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ragsheets import dates
from ragsheets.plan.model import Action, Outcome, SubGroup
from ragsheets.report.write import trend
from ragsheets.report.write.content import TRAVEL, ActionTable, Cell, OutcomeBlock, Section
from ragsheets.report.write.context import Basis, Entry
from ragsheets.report.write.summary import lines_of
from ragsheets.template.model import Column


def columns_of(basis: Basis) -> tuple[Column, ...]:
    """The columns of the task tables: the template's, and the direction of travel beside the status."""
    column = trend.column_of(basis)
    beside = {"status": [column] if column else []}
    return tuple(each for own in basis.template.columns for each in (own, *beside.get(own.key, ())))


def sections_of(basis: Basis) -> tuple[Section, ...]:
    """The sections of all sub-groups, in the plan's order."""
    return _Detail(basis).sections()


class _Detail:
    """Puts the sections of one report together."""

    def __init__(self, basis: Basis) -> None:
        self.basis, self.wording = basis, basis.wording
        self.columns = columns_of(basis)
        self.missing = set(basis.assessment.missing)
        self.counts = {(row["group"], row["outcome"]): row for row in basis.assessment.totals.to_dict("records")}
        self.travel = trend.Travel(basis)
        self.date = dates.in_words(basis.record.period.date)

    def sections(self) -> tuple[Section, ...]:
        return tuple(self._section(group) for group in self.basis.plan.groups)

    def _section(self, group: SubGroup) -> Section:
        remark = ""
        if group.on_hold:
            remark = self.wording.on_hold
        elif group.name in self.missing:
            remark = self.wording.no_update
        blocks = tuple(self._outcome(group, outcome) for outcome in group.outcomes)
        return Section(group.name, remark, blocks, self.basis.marks[group.key, ""])

    def _outcome(self, group: SubGroup, outcome: Outcome) -> OutcomeBlock:
        wording = self.wording
        details = [wording.date.format(date=self.date), wording.group.format(group=group.name)]
        if not self.basis.public:
            details.append(wording.contact.format(contact=group.contact))
        return OutcomeBlock(
            heading=wording.outcome.format(outcome=outcome.heading),
            details=tuple(details),
            summary=tuple(lines_of(self.counts[group.name, outcome.key], self.basis)),
            actions=tuple(self._action(action) for action in outcome.actions),
            mark=self.basis.marks[group.key, outcome.key],
        )

    def _action(self, action: Action) -> ActionTable:
        parts = [self.wording.ref.format(ref=action.ref)] if action.ref else []
        parts.append(self.wording.action.format(action=action.title))
        return ActionTable("  ".join(parts), tuple(self._row(self.basis.by_task[task.key]) for task in action.tasks))

    def _row(self, entry: Entry) -> tuple[Cell, ...]:
        return tuple(self._cell(column, entry) for column in self.columns)

    def _cell(self, column: Column, entry: Entry) -> Cell:
        if column.key == TRAVEL:
            return Cell(self.travel.words_of(entry))
        if column.key == "task":
            return Cell(entry.task.labelled)
        if column.key == "status":
            return self._status(entry.row)
        text = str(entry.row[column.key])
        date = dates.read_date(text) if column.kind == "date" and text else None
        return Cell(dates.in_words(date) if date else text)

    def _status(self, row: Mapping[Hashable, Any]) -> Cell:
        code, found = str(row["status"]), str(row["status_found"])
        if code:
            return Cell(code, code)
        if found:
            return Cell(f"{self.wording.not_reported} ({self.wording.returned_as.format(found=found)})")
        return Cell(self.wording.not_reported)
