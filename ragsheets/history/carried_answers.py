"""Read from the ledger what each sub-group's workbook shows of earlier periods: last reports and last answers."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ragsheets import dates
from ragsheets.history.task_changes import LastStatus, RemovalReason, TaskChanges
from ragsheets.plan.model import Outcome, Plan, Task
from ragsheets.workbook.last_period import ClosedTask, LastAnswers, LastPeriod
from ragsheets.workbook.layout import PrefilledAnswers
from ragsheets.workbook.outcome_sheet import plan_texts

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.plan.model import Period, SubGroup
    from ragsheets.template.model import Column, Template

#: The answers to tasks in a period: a row of `Assessment.tasks` by the task's key.
TaskRows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class CarriedAnswers:
    """The earlier periods' part of one sub-group's workbook: what it shows, and the last answers by task and column."""

    last_period: LastPeriod
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def as_prefilled(self) -> PrefilledAnswers:
        """The last answers as prefilled answers of a workbook that carries them forward."""
        return PrefilledAnswers(
            self.answers, carried_columns={task: tuple(columns) for task, columns in self.answers.items()}
        )


def carried_answers_of(
    ledger: Ledger, plan: Plan, template: Template, task_changes: TaskChanges, groups: Iterable[SubGroup]
) -> dict[str, CarriedAnswers]:
    """Return what the workbooks of these sub-groups take over, by the sub-groups' keys; nothing in a first period.

    Only periods in which one of their tasks was last reported are read, and only these sub-groups' returns. Tasks that
    were completed before the previous period had their words shown then; now status and date are enough.

    Args:
        ledger: an open ledger.
        plan: the whole plan as it is written, every task with its key.
        template: today's template.
        task_changes: the changes of tasks since the previous period.
        groups: the sub-groups, with the tasks that they are asked about.
    """
    previous_period = task_changes.previous_period
    if previous_period is None:
        return {}
    groups_by_key = {group.key: group for group in groups}
    whole_groups = [plan.group(key) for key in groups_by_key]
    completed = {key: last for key, last in task_changes.completed.items() if last.period == previous_period}
    last_statuses = {**task_changes.last_statuses, **completed}
    removed_tasks = [removed for removed in task_changes.removed if removed.task.group in groups_by_key]
    lasts = [last_statuses[task.key] for group in whole_groups for task in group.tasks if task.key in last_statuses]
    lasts += [removed.last_status for removed in removed_tasks]
    needed: dict[datetime.date, set[tuple[str, str]]] = {}
    for last in lasts:
        if last.period:
            needed.setdefault(last.period.date, set()).add((last.group, last.key))
    for removed in removed_tasks:
        needed.setdefault(previous_period.date, set()).add((removed.task.group, removed.task.key))
    rows_by_date = {date: _task_rows(ledger, date, keys) for date, keys in needed.items()}
    builder = _CarriedAnswersBuilder(template, task_changes, previous_period, rows_by_date)
    return {group.key: builder.build(group, groups_by_key[group.key]) for group in whole_groups}


def _task_rows(ledger: Ledger, date: datetime.date, tasks: Collection[tuple[str, str]]) -> TaskRows:
    """Return the answers of a period to these tasks, each given by its sub-group's key and its own."""
    from ragsheets.returns.assess import assess_period

    groups = {group for group, _ in tasks}
    record = ledger.period(date)
    plan_groups = tuple(group for group in record.plan.groups if group.key in groups)
    partial_record = replace(record, plan=record.plan.model_copy(update={"groups": plan_groups}))
    task_frame = assess_period(ledger, partial_record, groups).tasks
    rows = task_frame[task_frame["key"].isin([task for _, task in tasks])].to_dict("records")
    return {str(row["key"]): {str(name): value for name, value in row.items()} for row in rows}


class _CarriedAnswersBuilder:
    """Builds each sub-group's `CarriedAnswers` from the rows of earlier periods."""

    def __init__(
        self,
        template: Template,
        task_changes: TaskChanges,
        previous_period: Period,
        rows_by_date: Mapping[datetime.date, TaskRows],
    ) -> None:
        self.template, self.task_changes = template, task_changes
        self.previous_period, self.rows_by_date = previous_period, rows_by_date

    def build(self, whole_group: SubGroup, asked_group: SubGroup) -> CarriedAnswers:
        """Return what a workbook takes over; `whole_group` has all its tasks, `asked_group` those asked about."""
        tasks = list(asked_group.tasks)
        last_answers = {task.key: self._last_reported(self.task_changes.last_statuses.get(task.key)) for task in tasks}
        closed_tasks = {
            outcome.key: [*self._completed_tasks(outcome), *self._removed_tasks(whole_group, outcome)]
            for outcome in whole_group.outcomes
        }
        closed_tasks = {key: rows for key, rows in closed_tasks.items() if rows}
        answers = {task.key: texts for task in tasks if (texts := self._answers(task.key))}
        return CarriedAnswers(LastPeriod(self.previous_period.date, last_answers, closed_tasks), answers)

    def _row(self, last_status: LastStatus | None) -> Mapping[str, Any]:
        return (
            self.rows_by_date.get(last_status.period.date, {}).get(last_status.key, {})
            if last_status and last_status.period
            else {}
        )

    def _last_reported(self, last_status: LastStatus | None) -> LastAnswers:
        wording = self.template.wording
        if last_status is None:
            return LastAnswers(wording.last_new)
        if last_status.period is None:
            return LastAnswers(wording.not_reported)
        status = last_status.status
        if last_status.period != self.previous_period:
            pattern = wording.last_silent if last_status.not_reported_last else wording.last_on
            status = pattern.format(status=status, date=dates.in_words(last_status.period.date))
        row = self._row(last_status)
        return LastAnswers(status, str(row.get("position", "")), str(row.get("planned", "")))

    def _answers(self, task: str) -> dict[str, str]:
        """Return the last answers to a task under the columns that the contact fills, if they are still valid."""
        row = self._row(self.task_changes.last_statuses.get(task))
        texts = {
            column.key: self._text_if_valid(column, str(row.get(column.key, "")))
            for column in self.template.contact_columns
        }
        return {key: text for key, text in texts.items() if text}

    def _text_if_valid(self, column: Column, text: str) -> str:
        valid_texts = {"status": self.template.scale.codes, "choice": column.choices}.get(column.kind)
        return text if valid_texts is None or text in valid_texts else ""

    def _completed_tasks(self, outcome: Outcome) -> Iterable[ClosedTask]:
        for task in outcome.tasks:
            if last := self.task_changes.completed.get(task.key):
                yield ClosedTask("completed", plan_texts(task, self.template), self._last_reported(last))

    def _removed_tasks(self, group: SubGroup, outcome: Outcome) -> Iterable[ClosedTask]:
        """Yield the tasks of an outcome that were asked about in the period before and are no longer in the plan."""
        for task, last, reason in self.task_changes.removed:
            if (task.group, task.outcome) == (group.key, outcome.key):
                row = self.rows_by_date[self.previous_period.date].get(task.key, {})
                yield ClosedTask(
                    "completed" if reason is RemovalReason.COMPLETED else "withdrawn",
                    plan_texts(_task_of(row, task.wording, self.template), self.template),
                    self._last_reported(last),
                )


def _task_of(row: Mapping[str, Any], wording: str, template: Template) -> Task:
    """Return a task of an earlier period with the texts of its plan."""
    further = {column.key: str(row[column.key]) for column in template.plan_columns if row.get(column.key)}
    return Task(label=row.get("label", ""), task=wording, target=row.get("target", ""), further=further)


def groups_with_carried_answers(ledger: Ledger, date: datetime.date) -> frozenset[str]:
    """Return the keys of the sub-groups whose latest workbook of a period carries the last answers forward."""
    from ragsheets import files
    from ragsheets.workbook.sent_workbook import from_json

    latest = {book.group: book for book in ledger.workbooks(date) if not files.is_query_workbook(book.file)}
    return frozenset(key for key, book in latest.items() if from_json(book.sent).carried_columns is not None)
