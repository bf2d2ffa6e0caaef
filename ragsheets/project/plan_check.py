"""The check of a plan: the problems in it, and its changes since the last period in the ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import LedgerError, MissingLedgerError, Problem
from ragsheets.plan.change import PlanChanges
from ragsheets.plan.changes import compare_plans
from ragsheets.plan.matching import PlanTask

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.plan.model import Period, Plan
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.project.folder import Project


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A valid plan.

    Attributes:
        parsed_plan: the plan, with the warnings of reading it.
        since: the last period, with which it was compared; None where there is none, or it is another plan than the
            project's own.
        changes: the changes since then.
        warnings: all warnings, of reading and of comparing.
    """

    parsed_plan: PlanFile
    since: Period | None = None
    changes: PlanChanges = field(default_factory=PlanChanges)
    warnings: tuple[Problem, ...] = ()


def check_plan(project: Project, file: Path | None = None) -> CheckedPlan:
    """Check a plan, and compare it with that of the project's last period.

    Args:
        project: the project folder.
        file: another plan than the project's own, which is compared with nothing.

    Raises PlanError or TemplateError with all problems in it. A ledger that cannot be used is only a warning: the plan
    is valid without it.
    """
    from ragsheets.plan.model import with_keys
    from ragsheets.plan_files.forms import read_plan_file

    parsed_plan = read_plan_file(file) if file else project.plan_as_written()
    if file or not project.has_ledger:
        return CheckedPlan(parsed_plan, warnings=parsed_plan.warnings)
    try:
        with project.ledger() as ledger:
            since, changes = changes_since(ledger, with_keys(parsed_plan.plan))
    except MissingLedgerError:
        return CheckedPlan(parsed_plan, warnings=parsed_plan.warnings)
    except LedgerError as error:
        ledger_warnings = [Problem("not compared with the last period", str(problem)) for problem in error.problems]
        return CheckedPlan(parsed_plan, warnings=(*parsed_plan.warnings, *ledger_warnings))
    return CheckedPlan(parsed_plan, since, changes, parsed_plan.warnings)


def changes_since(ledger: Ledger, plan: Plan, before: datetime.date | None = None) -> tuple[Period | None, PlanChanges]:
    """Return the last period and the changes of a plan since then; None and no changes where there is none.

    A task that the last period's plan lacks is compared with its latest standing. A task that it lacks since it was
    complete is not reported: its changes were reported at the time, and it is not asked about any more.

    Args:
        ledger: the open ledger.
        plan: today's plan, every part with its key.
        before: only periods before this date; all by default.
    """
    from ragsheets.history.task_changes import find_task_changes
    from ragsheets.history.trend import past_periods_before

    dates = [date for date in ledger.periods() if before is None or date < before]
    if not dates:
        return None, PlanChanges()
    last = ledger.period(dates[-1])
    changes = compare_plans(last.plan, plan)
    if changes.new_history_keys and len(dates) > 1:
        # Only here is it worthwhile to read the tasks of older periods.
        standings = ledger.latest_standings_before(dates[-1])
        older = [PlanTask(standing.task, standing.wording, standing.group, standing.outcome) for standing in standings]
        completed = find_task_changes(
            plan, past_periods_before(ledger, dates[-1], len(dates)), last.template.scale
        ).completed
        changes = compare_plans(last.plan, plan, older, completed)
    return last.period, changes
