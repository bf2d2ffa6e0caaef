"""The plan beside the ledger: what is wrong in it, and what changed in it since the last period."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import LedgerError, Problem
from ragsheets.plan.changes import PlanChanges, compare_plans
from ragsheets.plan.matching import PlanTask

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger
    from ragsheets.plan.model import Period, Plan
    from ragsheets.plan_files.parse import PlanFile
    from ragsheets.project.folder import Project


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A sound plan.

    Attributes:
        found: the plan, and what is to be said about it.
        since: the last period, with which it was compared; None where there is none, or it is no project's own plan.
        changes: what changed since.
        remarks: what is to be said besides.
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

    Raises PlanError or TemplateError with all that is wrong in it. A ledger that cannot be used is only remarked: the
    plan is sound without it.
    """
    from ragsheets.plan.model import with_keys
    from ragsheets.plan_files.forms import read_plan_file

    found = read_plan_file(file) if file else project.plan_as_written()
    if file or not project.has_ledger:
        return CheckedPlan(found, warnings=found.warnings)
    try:
        with project.ledger() as ledger:
            since, changes = changes_since(ledger, with_keys(found.plan))
    except LedgerError as error:
        unread = [Problem("not compared with the last period", str(problem)) for problem in error.problems]
        return CheckedPlan(found, warnings=(*found.warnings, *unread))
    return CheckedPlan(found, since, changes, found.warnings)


def changes_since(ledger: Ledger, plan: Plan, before: datetime.date | None = None) -> tuple[Period | None, PlanChanges]:
    """What changed in a plan since the last period, with that period; nothing, and None, where there is none.

    A task that the last period's plan lacks is told by where it last stood; of one that it lacks since it was complete
    nothing is told: what changed of it was told at its time, and it is asked about no more.

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
        # Only now is it worth while to ask for what older periods had.
        standings = ledger.latest_standings_before(dates[-1])
        older = [PlanTask(each.task, each.wording, each.group, each.outcome) for each in standings]
        completed = find_task_changes(
            plan, past_periods_before(ledger, dates[-1], len(dates)), last.template.scale
        ).completed
        changes = compare_plans(last.plan, plan, older, completed)
    return last.period, changes
