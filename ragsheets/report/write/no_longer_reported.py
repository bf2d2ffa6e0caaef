"""The tasks of the period before that a report no longer covers: completed, left out as complete, or withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from ragsheets import dates
from ragsheets.history.task_changes import RemovalReason, RemovedTask, find_task_changes
from ragsheets.plan.model import Outcome, Plan, Task
from ragsheets.report.write.content import ListItem, ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext, join_words

_BOOKMARK = "gone"


def no_longer_reported_of(context: ReportContext) -> ReportPart | None:
    """Return the tasks of the period before that this one does not ask about, with the reasons.

    The part also names the sub-groups that are wholly complete; None where there are no such tasks.
    """
    wording, history = context.wording, context.history
    previous, previous_plan = history.previous, history.previous_plan
    removed_tasks = find_task_changes(
        context.plan, history.past_periods, context.template.scale, context.record.completed
    ).removed
    if previous is None or previous_plan is None or not removed_tasks:
        return None
    completed = {removed.standing.task for removed in removed_tasks if removed.reason is RemovalReason.COMPLETED}
    paragraphs = [wording.report_gone_intro.format(period=dates.in_words(previous.period.date))]
    if completed_groups := _completed_groups(context.plan, previous_plan, completed):
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
        table=_tasks_table(context, previous_plan, removed_tasks),
        count_text=join_words(count_texts, wording.report_and),
    )


def summary_item_of(context: ReportContext, part: ReportPart) -> ListItem:
    """Return the first page's line with the number of entries of `part` and a link to it."""
    return ListItem(context.wording.report_lead.format(what=part.heading, count=part.count_text), part.bookmark)


def _completed_groups(plan: Plan, previous_plan: Plan, completed_tasks: Collection[str]) -> list[str]:
    """Return the names of the sub-groups that have left the period because all their tasks are complete."""
    current_keys = {group.key for group in plan.groups}
    return [
        group.name
        for group in previous_plan.groups
        # A sub-group on hold may have had no tasks from the start.
        if group.outcomes
        and group.key not in current_keys
        and all(task.key in completed_tasks for outcome in group.outcomes for task in outcome.tasks)
    ]


def _tasks_table(context: ReportContext, previous_plan: Plan, removed_tasks: Sequence[RemovedTask]) -> ReportTable:
    """Return a table with a row for each task, named as in the plan of the period before."""
    wording, statuses_by_code = context.wording, context.template.scale.by_code
    groups = previous_plan.group_names
    outcome_and_task: dict[str, tuple[Outcome, Task]] = {
        task.key: (outcome, task)
        for group in previous_plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    reasons = {
        RemovalReason.COMPLETED: wording.report_completed,
        RemovalReason.LEFT_OUT: wording.report_not_asked,
        RemovalReason.WITHDRAWN: wording.report_withdrawn,
    }
    order = {key: position for position, key in enumerate(outcome_and_task)}
    rows = []
    in_order = sorted(removed_tasks, key=lambda removed: order[removed.standing.task])
    for standing, (period, status, *_), reason in in_order:
        outcome, task = outcome_and_task[standing.task]
        rows.append(
            (
                ReportCell(groups[standing.group]),
                ReportCell(
                    outcome.ref or outcome.title, target=context.bookmarks.get((standing.group, outcome.key), "")
                ),
                ReportCell(task.labelled),
                ReportCell(reasons[reason]),
                ReportCell(status or wording.not_reported, status if status in statuses_by_code else None),
                ReportCell(dates.in_words(period.date) if period else ""),
            )
        )
    columns = (
        ReportColumn(wording.report_group, 18, "name"),
        ReportColumn(wording.report_outcome, 12),
        ReportColumn(context.template.column("task").heading, 34),
        ReportColumn(wording.report_became, 22),
        ReportColumn(wording.report_last_status, 14, "status"),
        ReportColumn(wording.report_last_on, 22),
    )
    return ReportTable(wording.report_gone, columns, tuple(rows))
