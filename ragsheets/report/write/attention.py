"""The parts of the report that need the executive's attention.

These are tasks that need action, moved, have no plan or were not reported, and sub-groups that did not return in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TypeAlias

from ragsheets import dates
from ragsheets.history.overview import first_return_dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import ListItem, ReportCell, ReportColumn, ReportPart, table_of
from ragsheets.report.write.context import ReportContext, ReportedTask, join_words, summary_item_of

#: Relative widths of the columns.
_GROUP_WIDTH, _OUTCOME_WIDTH, _TASK_WIDTH, _STATUS_WIDTH, _TEXT_WIDTH = 18.0, 12.0, 34.0, 12.0, 40.0

_Field: TypeAlias = tuple[ReportColumn, Callable[[ReportedTask], ReportCell | str]]


def attention_parts_of(context: ReportContext) -> tuple[ReportPart, ...]:
    """Return a part for each kind of thing that needs attention; no part for a kind with no entries."""
    parts = [part for build_parts in _PART_BUILDERS for part in build_parts(context)]
    return tuple(replace(part, bookmark=f"attention_{number}") for number, part in enumerate(parts, 1))


def attention_summary_of(context: ReportContext, parts: Sequence[ReportPart]) -> tuple[ListItem, ...]:
    """Return a line for each of the parts with the number of its entries and a link to it.

    Improvements need no attention: where there are only these, a line before them states that nothing does.
    """
    lines = [summary_item_of(part, context.wording) for part in parts]
    improved_headings = {part.heading for part in _improved_tasks(context)}
    if lines and all(part.heading in improved_headings for part in parts):
        lines.insert(0, ListItem(context.wording.report_nothing_needed))
    return tuple(lines)


# -------------------------------------------------------------------------------------------------------- parts


def _tasks_needing_action(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the tasks at a status that needs action, a part for each such status, worst first."""
    fields = [_answer_field(context, "position"), _answer_field(context, "planned")]
    for code in reversed(context.template.scale.codes_needing("action")):
        heading = context.wording.report_act.format(status=context.template.scale.by_code[code].label)
        yield from _task_part(
            context, heading, fields, [task for task in context.reported_tasks if task.status == code]
        )


def _worsened_tasks(context: ReportContext) -> Iterator[ReportPart]:
    yield from _tasks_by_direction(context, Direction.WORSENED, context.wording.report_got_worse)


def _improved_tasks(context: ReportContext) -> Iterator[ReportPart]:
    yield from _tasks_by_direction(context, Direction.IMPROVED, context.wording.report_got_better)


def _tasks_by_direction(context: ReportContext, direction: Direction, heading: str) -> Iterator[ReportPart]:
    wording, previous, statuses = context.wording, context.history.previous, context.history.previous_statuses
    if previous is None:
        return
    fields: list[_Field] = [
        (
            ReportColumn(wording.report_was, _STATUS_WIDTH, "status"),
            lambda task: _status_cell(statuses.get(task.task.key, "")),
        ),
        (ReportColumn(wording.report_is, _STATUS_WIDTH, "status"), lambda task: _status_cell(task.status)),
    ]
    moved_tasks = [task for task in context.reported_tasks if task.direction is direction]
    yield from _task_part(context, heading.format(period=dates.in_words(previous.period.date)), fields, moved_tasks)


def _unplanned_tasks(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the tasks that need attention or action and lack a planned improvement or its date.

    A date in one of the contact's date columns also counts as the date of the planned improvement.
    """
    wording = context.wording
    codes = context.template.scale.codes_needing("attention", "action")
    date_columns = [column.key for column in context.template.contact_columns if column.kind == "date"]
    status_heading = context.template.column("status").heading
    fields: list[_Field] = [
        (ReportColumn(status_heading, _STATUS_WIDTH, "status"), lambda task: _status_cell(task.status)),
        (
            ReportColumn(wording.report_lacks, _TEXT_WIDTH / 2, "name"),
            lambda task: wording.report_no_deadline if _planned(task) else wording.report_no_plan,
        ),
        (ReportColumn(context.template.column("planned").heading, _TEXT_WIDTH), _planned),
    ]
    unplanned_tasks = [
        task
        for task in context.reported_tasks
        if task.status in codes and not (_planned(task) and _has_deadline(task, date_columns))
    ]
    statuses = join_words(codes, wording.report_or) if codes else ""
    yield from _task_part(context, wording.report_unplanned.format(statuses=statuses), fields, unplanned_tasks)


def _planned(task: ReportedTask) -> str:
    return str(task.row["planned"]).strip()


def _has_deadline(task: ReportedTask, date_columns: Sequence[str]) -> bool:
    return dates.mentions_time(_planned(task)) or any(str(task.row[key]).strip() for key in date_columns)


def _unreported_tasks(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the tasks without a status in sub-groups that have returned."""
    wording = context.wording
    unreturned_groups = {group.name for group in context.plan.groups if group.on_hold} | set(
        context.assessment.missing_groups
    )
    position_heading = context.template.column("position").heading
    fields: list[_Field] = [
        (
            ReportColumn(wording.report_what_came, _TEXT_WIDTH / 2),
            lambda task: _returned_status_text(context, task),
        ),
        (ReportColumn(position_heading, _TEXT_WIDTH), lambda task: _position_text(context, task)),
    ]
    unreported_tasks = [
        task for task in context.reported_tasks if not task.status and task.group.name not in unreturned_groups
    ]
    yield from _task_part(context, wording.report_unreported, fields, unreported_tasks)


def _returned_status_text(context: ReportContext, reported_task: ReportedTask) -> str:
    """Return what was received for a task without a valid status.

    This is the text in its status cell, or else what was carried forward in its columns other than position.
    """
    if returned_status := str(reported_task.row["status_found"]):
        return returned_status
    carried_cells = context.assessment.carried.get(reported_task.task.key, {})
    text = carried_cells.get("status") or " | ".join(text for key, text in carried_cells.items() if key != "position")
    return context.wording.report_carried_over.format(text=text) if text else context.wording.report_nothing_came


def _position_text(context: ReportContext, reported_task: ReportedTask) -> str:
    carried_position = context.assessment.carried.get(reported_task.task.key, {}).get("position", "")
    return (
        context.wording.report_carried_over.format(text=carried_position)
        if carried_position
        else str(reported_task.row["position"])
    )


def _unreturned_groups(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the sub-groups that are on hold, have not returned, or returned after the due date."""
    wording, due = context.wording, context.record.period.due
    first_returns = first_return_dates(context.assessment)
    entries = []
    for group in context.plan.groups:
        returned, explanation = first_returns.get(group.key), ""
        if group.on_hold:
            explanation = wording.on_hold
        elif group.name in context.assessment.missing_groups:
            explanation = (
                wording.report_no_return_due.format(due=dates.in_words(due)) if due else wording.report_no_return
            )
        elif returned and due and returned > due:
            explanation = wording.report_late.format(date=dates.in_words(returned), due=dates.in_words(due))
        if explanation:
            entries.append((ReportCell(group.name, target=context.bookmarks[group.key, ""]), explanation))
    if entries:
        fields = (
            (ReportColumn(wording.report_group, _TEXT_WIDTH), itemgetter(0)),
            (ReportColumn(wording.report_standing, _TEXT_WIDTH), itemgetter(1)),
        )
        table = table_of(wording.report_unreturned, fields, entries, width_share=0.6)
        yield ReportPart(wording.report_unreturned, table=table, count_text=context.group_count_text(len(entries)))


_PART_BUILDERS: tuple[Callable[[ReportContext], Iterator[ReportPart]], ...] = (
    _tasks_needing_action,
    _worsened_tasks,
    _unplanned_tasks,
    _unreported_tasks,
    _unreturned_groups,
    _improved_tasks,
)


# ------------------------------------------------------------------------------------------------- small helpers


def _task_part(
    context: ReportContext, heading: str, fields: Sequence[_Field], tasks: Sequence[ReportedTask]
) -> Iterator[ReportPart]:
    """Yield a part with a row for each task: sub-group, outcome, task and further fields; none without tasks."""
    if not tasks:
        return
    wording = context.wording
    all_fields: list[_Field] = [
        (ReportColumn(wording.report_group, _GROUP_WIDTH, "name"), lambda task: task.group.name),
        (
            ReportColumn(wording.report_outcome, _OUTCOME_WIDTH),
            lambda task: ReportCell(
                task.outcome.ref or task.outcome.title,
                target=context.bookmarks[task.group.key, task.outcome.key],
            ),
        ),
        (ReportColumn(context.template.column("task").heading, _TASK_WIDTH), lambda task: task.task.labelled),
        *fields,
    ]
    yield ReportPart(
        heading, table=table_of(heading, all_fields, tasks), count_text=context.task_count_text(len(tasks))
    )


def _answer_field(context: ReportContext, key: str) -> _Field:
    """Return the field of a column of running text as it was answered."""
    return ReportColumn(context.template.column(key).heading, _TEXT_WIDTH), lambda task: str(task.row[key])


def _status_cell(code: str) -> ReportCell:
    return ReportCell(code, code)
