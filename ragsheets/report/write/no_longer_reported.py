"""What a report no longer tells of: the tasks that were completed or withdrawn since the period before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ragsheets import dates
from ragsheets.history.carried_answers import is_done
from ragsheets.history.task_changes import RemovedTask, find_task_changes
from ragsheets.plan.model import Outcome, Plan, Task
from ragsheets.report.write.content import ListItem, ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext, join_words

_BOOKMARK = "gone"


def no_longer_reported_of(context: ReportContext) -> ReportPart | None:
    """The tasks of the period before that this one does not ask about, with what became of each, and the sub-groups
    that are wholly complete; None where there are none.

    A task is complete where its latest status says so; every other one has been withdrawn from the plan.
    """
    wording, history = context.wording, context.history
    last, before = history.previous, history.previous_plan
    gone = find_task_changes(context.plan, history.past_periods, context.template.scale).removed
    if last is None or before is None or not gone:
        return None
    completed = {each.standing.task for each in gone if is_done(context.template, each.last_status.status)}
    text = [wording.report_gone_intro.format(period=dates.in_words(last.period.date))]
    if finished := _completed_groups(context.plan, before, completed):
        text.append(wording.report_gone_groups.format(groups=join_words(finished, wording.report_and)))
    done, others = len(completed), len(gone) - len(completed)
    counts = ((done, wording.report_gone_completed), (others, wording.report_gone_withdrawn))
    said = [words.format(tasks=context.task_count_text(count)) for count, words in counts if count]
    return ReportPart(
        wording.report_gone,
        _BOOKMARK,
        tuple(text),
        table=_tasks_table(context, before, gone),
        count_text=join_words(said, wording.report_and),
    )


def summary_item_of(context: ReportContext, part: ReportPart) -> ListItem:
    """The line of the first page that says how much there is of it, and leads to it."""
    return ListItem(context.wording.report_lead.format(what=part.heading, count=part.count_text), part.bookmark)


def _completed_groups(plan: Plan, previous_plan: Plan, completed_tasks: Collection[str]) -> list[str]:
    """The names of the sub-groups that are asked about nothing any more because every task of theirs is complete."""
    present = {group.key for group in plan.groups}
    return [
        group.name
        for group in previous_plan.groups
        # One on hold may have had nothing to do from the start.
        if group.outcomes
        and group.key not in present
        and all(task.key in completed_tasks for outcome in group.outcomes for task in outcome.tasks)
    ]


def _tasks_table(context: ReportContext, previous_plan: Plan, removed_tasks: Sequence[RemovedTask]) -> ReportTable:
    """A row for each task, named as the plan of the period before did."""
    wording, known = context.wording, context.template.scale.by_code
    groups = {group.key: group.name for group in previous_plan.groups}
    places: dict[str, tuple[Outcome, Task]] = {
        task.key: (outcome, task)
        for group in previous_plan.groups
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    told = []
    for each in removed_tasks:
        standing, (period, status, *_) = each.standing, each.last_status
        outcome, task = places[standing.task]
        became = wording.report_completed if is_done(context.template, status) else wording.report_withdrawn
        told.append(
            (
                ReportCell(groups[standing.group]),
                ReportCell(
                    outcome.ref or outcome.title, target=context.bookmarks.get((standing.group, outcome.key), "")
                ),
                ReportCell(task.labelled),
                ReportCell(became),
                ReportCell(status or wording.not_reported, status if status in known else None),
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
    return ReportTable(wording.report_gone, columns, tuple(told))
