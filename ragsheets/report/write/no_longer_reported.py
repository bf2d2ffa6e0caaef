"""The tasks of the period before that a report no longer covers: completed, left out as complete, or withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from ragsheets import dates
from ragsheets.history.task_changes import RemovalReason, RemovedTask, find_task_changes
from ragsheets.plan.lookup import paths_by_key
from ragsheets.plan.model import Plan
from ragsheets.report.write.content import ReportCell, ReportColumn, ReportPart, ReportTable, table_of
from ragsheets.report.write.context import ReportContext, join_words

_BOOKMARK = "gone"


def no_longer_reported_of(context: ReportContext) -> ReportPart | None:
    """Return the tasks of the period before that this one does not ask about, with the reasons.

    The part also names the sub-groups that are wholly complete; None where there are no such tasks.
    """
    wording, history = context.wording, context.history
    previous = history.previous
    removed_tasks = find_task_changes(
        context.plan, history.past_periods, context.template.scale, context.record.completed_plan
    ).removed
    if previous is None or not removed_tasks:
        return None
    completed = {removed.task.key for removed in removed_tasks if removed.reason is RemovalReason.COMPLETED}
    paragraphs = [wording.report_gone_intro.format(period=dates.in_words(previous.period.date))]
    if completed_groups := _completed_groups(context.plan, previous.plan, completed):
        paragraphs.append(wording.report_gone_groups.format(groups=join_words(completed_groups, wording.report_and)))
    counts = Counter(removed.reason for removed in removed_tasks)
    patterns = {
        RemovalReason.COMPLETED: wording.report_gone_completed,
        RemovalReason.LEFT_OUT: wording.report_gone_not_asked,
        RemovalReason.WITHDRAWN: wording.report_gone_withdrawn,
    }
    count_texts = [
        pattern.format(tasks=context.task_count_text(counts[reason]))
        for reason, pattern in patterns.items()
        if counts[reason]
    ]
    return ReportPart(
        wording.report_gone,
        _BOOKMARK,
        tuple(paragraphs),
        table=_tasks_table(context, previous.plan, removed_tasks),
        count_text=join_words(count_texts, wording.report_and),
    )


def _completed_groups(plan: Plan, previous_plan: Plan, completed_tasks: Collection[str]) -> list[str]:
    """Return the names of the sub-groups that have left the period because all their tasks are complete."""
    current_keys = {group.key for group in plan.groups}
    return [
        group.name
        for group in previous_plan.groups
        # A sub-group on hold may have had no tasks from the start.
        if group.outcomes and group.key not in current_keys and all(task.key in completed_tasks for task in group.tasks)
    ]


def _tasks_table(context: ReportContext, previous_plan: Plan, removed_tasks: Sequence[RemovedTask]) -> ReportTable:
    """Return a table with a row for each task, named as in the plan of the period before."""
    wording, statuses_by_code, paths = context.wording, context.template.scale.by_code, paths_by_key(previous_plan)
    reasons = {
        RemovalReason.COMPLETED: wording.report_completed,
        RemovalReason.LEFT_OUT: wording.report_not_asked,
        RemovalReason.WITHDRAWN: wording.report_withdrawn,
    }

    def outcome_cell(removed: RemovedTask) -> ReportCell:
        group, outcome, _, _ = paths[removed.task.key]
        target = context.bookmarks.get((group.key, outcome.key), "")
        return ReportCell(outcome.ref or outcome.title, target=target)

    def status_cell(removed: RemovedTask) -> ReportCell:
        status = removed.last_status.status
        return ReportCell(status or wording.not_reported, status if status in statuses_by_code else None)

    def date_text(removed: RemovedTask) -> str:
        period = removed.last_status.period
        return dates.in_words(period.date) if period else ""

    fields: list[tuple[ReportColumn, Callable[[RemovedTask], ReportCell | str]]] = [
        (ReportColumn(wording.report_group, 18, "name"), lambda removed: paths[removed.task.key].group.name),
        (ReportColumn(wording.report_outcome, 12), outcome_cell),
        (
            ReportColumn(context.template.column("task").heading, 34),
            lambda removed: paths[removed.task.key].task.labelled,
        ),
        (ReportColumn(wording.report_became, 22), lambda removed: reasons[removed.reason]),
        (ReportColumn(wording.report_last_status, 14, "status"), status_cell),
        (ReportColumn(wording.report_last_on, 22), date_text),
    ]
    return table_of(wording.report_gone, fields, removed_tasks)
