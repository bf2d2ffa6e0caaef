"""The check of a plan: the problems in it, and its changes since the last period in the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.errors import LedgerError, MissingLedgerError, Problem
from ragsheets.plan.change import ChangeKind, PlanChange, PlanChanges
from ragsheets.plan.changes import compare_plans
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import with_keys
from ragsheets.plan_files.edits import tasks_by_location
from ragsheets.workbook import sent_workbook

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.plan.model import Period, Plan
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.project.folder import Project
    from ragsheets.template.model import Template


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A valid plan.

    Attributes:
        parsed_plan: the plan, with the warnings of reading it.
        since: the last period, which it was compared with; None where there is none, or where the plan
            checked is not the project's own.
        changes: the changes since then.
        warnings: all warnings: of reading, of comparing, and about dates.
    """

    parsed_plan: PlanFile
    since: Period | None = None
    changes: PlanChanges = field(default_factory=PlanChanges)
    warnings: tuple[Problem, ...] = ()

    def problem_of(self, change: PlanChange) -> Problem:
        """Return a change as a message; in a plan with cells it names the cell for the key that it asks for."""
        rows = self.parsed_plan.task_rows
        if not rows:
            return change.problem
        if change.kind is ChangeKind.GROUP_RENAMED:
            return change.problem_for("in the column Key of the sheet Groups")
        tasks = tasks_by_location(with_keys(self.parsed_plan.plan))
        location = next((location for location, task in tasks.items() if task.key == change.key), None)
        cell = rows[location].addresses.get("key", "") if location else ""
        return change.problem_for(f"in the cell {cell}" if cell else "in a column with the heading Key")


def check_plan(project: Project, file: Path | None = None, today: datetime.date | None = None) -> CheckedPlan:
    """Check a plan, and compare it with that of the project's last period.

    Args:
        project: the project folder.
        file: a plan other than the project's own; it is compared with nothing.
        today: the date before which a deadline has passed; the system date by default.

    Raises PlanError or TemplateError with all problems in it. A ledger that cannot be used is only a warning: the plan
    is valid without it.
    """
    from ragsheets.plan_files.forms import read_plan_file
    from ragsheets.project.starter import find_starter_tasks

    parsed_plan = read_plan_file(file) if file else project.plan_as_written()
    plan, today = with_keys(parsed_plan.plan), today or datetime.date.today()
    since, changes, warnings = None, PlanChanges(), list(parsed_plan.warnings)
    if project.has_ledger and not file:
        try:
            with project.ledger() as ledger:
                since, changes = changes_since(ledger, plan)
                changes = _with_restored_keys(ledger, since, changes)
        except MissingLedgerError:
            pass  # nothing was sent out yet
        except LedgerError as error:
            warnings += [Problem("not compared with the last period", str(problem)) for problem in error.problems]
    warnings += find_starter_tasks(plan, in_use=file is not None or since is not None)
    new_keys = {path.task.key for path in plan.task_paths} if since is None else set(changes.new_history_keys)
    warnings += _passed_deadlines(plan, parsed_plan.template, new_keys, today)
    return CheckedPlan(parsed_plan, since, changes, tuple(warnings))


def _with_restored_keys(ledger: Ledger, last: Period | None, changes: PlanChanges) -> PlanChanges:
    """Return the changes; a key is not called unknown if an earlier workbook of the last period asked with it.

    `generate` asks for such keys when the plan of its period has changed.
    """
    if last is None or all(change.kind is not ChangeKind.TASK_KEY_UNKNOWN for change in changes.changes):
        return changes
    wordings: dict[str, set[str]] = {}
    for workbook in ledger.workbooks(last.date):
        for key, texts in sent_workbook.from_json(workbook.sent).tasks.items():
            wordings.setdefault(key, set()).add(texts["task"])
    recorded_keys = tasks_by_key(ledger.period(last.date).plan)
    earlier_keys = {key for key, texts in wordings.items() if len(texts) > 1 or key not in recorded_keys}
    restored = [
        replace(change, kind=ChangeKind.TASK_KEY_RESTORED, before=last.title, earlier_keys=())
        if change.kind is ChangeKind.TASK_KEY_UNKNOWN and change.key in earlier_keys
        else change
        for change in changes.changes
    ]
    return replace(changes, changes=tuple(restored))


def _passed_deadlines(plan: Plan, template: Template, keys: Collection[str], today: datetime.date) -> Iterator[Problem]:
    """Yield the dates of these tasks that have passed: in a new task a date before today is usually a slip."""
    columns = [column for column in template.plan_columns if column.kind == "date"]
    for path in plan.task_paths:
        for column in columns if path.task.key in keys else ():
            date = dates.read_date(path.task.further.get(column.key, ""))
            if date and date < today:
                where = f"{path.group.name}, task {path.task.key}"
                what = f"{column.heading}: {dates.in_words(date)} has passed."
                yield Problem(where, what, "Check the day, the month and the year.")


def changes_since(ledger: Ledger, plan: Plan, before: datetime.date | None = None) -> tuple[Period | None, PlanChanges]:
    """Return the last period and the changes of a plan since then; None and no changes where there is none.

    A task that the last period's plan lacks is compared with the latest earlier plan that has it. A task that it lacks
    because it was complete is not reported: its changes were reported at the time, and it is not asked about any more.

    Args:
        ledger: the open ledger.
        plan: today's plan, every part with its key.
        before: only periods before this date; all by default.
    """
    from ragsheets.history.task_changes import find_task_changes
    from ragsheets.history.trend import past_periods_before

    periods = [date for date in ledger.periods() if before is None or date < before]
    if not periods:
        return None, PlanChanges()
    last = ledger.period(periods[-1])
    changes = compare_plans(last.plan, plan)
    if changes.new_history_keys and len(periods) > 1:
        # The tasks of older periods are read only here, where they are needed.
        past_periods = list(past_periods_before(ledger, periods[-1], len(periods)))
        older = [task for past in past_periods for task in past.tasks]
        completed = find_task_changes(plan, past_periods, last.template.scale).completed
        changes = compare_plans(last.plan, plan, older, completed)
    return last.period, changes
