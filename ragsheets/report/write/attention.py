"""The parts of the report that need the executive's attention.

These are tasks that need action, moved, have no plan or were not reported, and sub-groups that did not return in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ragsheets import dates
from ragsheets.history.overview import first_return_dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import ListItem, ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext, ReportedTask, join_words

#: Relative widths of the columns.
_GROUP_WIDTH, _OUTCOME_WIDTH, _TASK_WIDTH, _STATUS_WIDTH, _TEXT_WIDTH = 18.0, 12.0, 34.0, 12.0, 40.0


def attention_parts_of(context: ReportContext) -> tuple[ReportPart, ...]:
    """Return a part for each kind of thing that needs attention; no part for a kind with no entries."""
    parts = [part for build_parts in _PART_BUILDERS for part in build_parts(context)]
    return tuple(replace(part, bookmark=f"attention_{number}") for number, part in enumerate(parts, 1))


def attention_summary_of(context: ReportContext, parts: Sequence[ReportPart]) -> tuple[ListItem, ...]:
    """Return a line for each of the parts with the number of its entries and a link to it.

    Improvements need no attention: where there are only these, a line before them states that nothing does.
    """
    lead = context.wording.report_lead
    lines = [ListItem(lead.format(what=part.heading, count=part.count_text), part.bookmark) for part in parts]
    improved_headings = {part.heading for part in _improved_tasks(context)}
    if lines and all(part.heading in improved_headings for part in parts):
        lines.insert(0, ListItem(context.wording.report_nothing_needed))
    return tuple(lines)


# -------------------------------------------------------------------------------------------------------- parts


def _tasks_needing_action(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the tasks at a status that needs action, a part for each such status, worst first."""
    wording = context.wording
    columns = (
        ReportColumn(_column_heading(context, "position"), _TEXT_WIDTH),
        ReportColumn(_column_heading(context, "planned"), _TEXT_WIDTH),
    )
    for code in reversed(context.template.scale.codes_needing("action")):
        label = context.template.scale.by_code[code].label
        matching_tasks = [entry for entry in context.reported_tasks if entry.status == code]
        yield from _task_part(
            context,
            wording.report_act.format(status=label),
            columns,
            [
                (entry, (ReportCell(str(entry.row["position"])), ReportCell(str(entry.row["planned"]))))
                for entry in matching_tasks
            ],
        )


def _worsened_tasks(context: ReportContext) -> Iterator[ReportPart]:
    yield from _tasks_by_direction(context, Direction.WORSENED, context.wording.report_got_worse)


def _improved_tasks(context: ReportContext) -> Iterator[ReportPart]:
    yield from _tasks_by_direction(context, Direction.IMPROVED, context.wording.report_got_better)


def _tasks_by_direction(context: ReportContext, direction: Direction, heading: str) -> Iterator[ReportPart]:
    wording, previous, statuses = context.wording, context.history.previous, context.history.previous_statuses
    if previous is None:
        return
    columns = (
        ReportColumn(wording.report_was, _STATUS_WIDTH, "status"),
        ReportColumn(wording.report_is, _STATUS_WIDTH, "status"),
    )
    matching_tasks = [entry for entry in context.reported_tasks if entry.direction is direction]
    rows = [
        (entry, (_status_cell(statuses.get(entry.task.key, "")), _status_cell(entry.status)))
        for entry in matching_tasks
    ]
    yield from _task_part(context, heading.format(period=dates.in_words(previous.period.date)), columns, rows)


def _unplanned_tasks(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the tasks that need attention or action and lack a planned improvement or its date.

    A date in one of the contact's date columns also counts as the date of the planned improvement.
    """
    wording = context.wording
    codes = context.template.scale.codes_needing("attention", "action")
    date_columns = [column.key for column in context.template.contact_columns if column.kind == "date"]
    columns = (
        ReportColumn(_column_heading(context, "status"), _STATUS_WIDTH, "status"),
        ReportColumn(wording.report_lacks, _TEXT_WIDTH / 2, "name"),
        ReportColumn(_column_heading(context, "planned"), _TEXT_WIDTH),
    )
    rows = []
    for entry in context.reported_tasks:
        planned = str(entry.row["planned"]).strip()
        if entry.status not in codes or (planned and _has_deadline(entry, planned, date_columns)):
            continue
        missing_text = wording.report_no_deadline if planned else wording.report_no_plan
        rows.append((entry, (_status_cell(entry.status), ReportCell(missing_text), ReportCell(planned))))
    statuses = join_words(codes, wording.report_or) if codes else ""
    yield from _task_part(context, wording.report_unplanned.format(statuses=statuses), columns, rows)


def _has_deadline(reported_task: ReportedTask, planned: str, date_columns: Sequence[str]) -> bool:
    return dates.mentions_time(planned) or any(str(reported_task.row[key]).strip() for key in date_columns)


def _unreported_tasks(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the tasks without a status in sub-groups that have returned."""
    wording = context.wording
    unreturned_groups = {group.name for group in context.plan.groups if group.on_hold} | set(
        context.assessment.missing_groups
    )
    unreported_tasks = [
        entry for entry in context.reported_tasks if not entry.status and entry.group.name not in unreturned_groups
    ]
    rows = [
        (entry, (ReportCell(_returned_status_text(context, entry)), ReportCell(_position_text(context, entry))))
        for entry in unreported_tasks
    ]
    columns = (
        ReportColumn(wording.report_what_came, _TEXT_WIDTH / 2),
        ReportColumn(_column_heading(context, "position"), _TEXT_WIDTH),
    )
    yield from _task_part(context, wording.report_unreported, columns, rows)


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
    rows = []
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
            rows.append((ReportCell(group.name, target=context.bookmarks[group.key, ""]), ReportCell(explanation)))
    if rows:
        columns = (ReportColumn(wording.report_group, _TEXT_WIDTH), ReportColumn(wording.report_standing, _TEXT_WIDTH))
        table = ReportTable(wording.report_unreturned, columns, tuple(rows), width_share=0.6)
        yield ReportPart(wording.report_unreturned, table=table, count_text=context.group_count_text(len(rows)))


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
    context: ReportContext,
    heading: str,
    columns: tuple[ReportColumn, ...],
    rows: Sequence[tuple[ReportedTask, tuple[ReportCell, ...]]],
) -> Iterator[ReportPart]:
    """Yield a part with a row for each task: sub-group, outcome, task and the cells of `columns`; none without rows."""
    if not rows:
        return
    wording = context.wording
    task_columns = (
        ReportColumn(wording.report_group, _GROUP_WIDTH, "name"),
        ReportColumn(wording.report_outcome, _OUTCOME_WIDTH),
        ReportColumn(_column_heading(context, "task"), _TASK_WIDTH),
    )
    table_rows = tuple((*_task_cells(context, entry), *cells) for entry, cells in rows)
    yield ReportPart(
        heading,
        table=ReportTable(heading, (*task_columns, *columns), table_rows),
        count_text=context.task_count_text(len(table_rows)),
    )


def _task_cells(context: ReportContext, reported_task: ReportedTask) -> tuple[ReportCell, ReportCell, ReportCell]:
    outcome = reported_task.outcome
    bookmark = context.bookmarks[reported_task.group.key, outcome.key]
    return (
        ReportCell(reported_task.group.name),
        ReportCell(outcome.ref or outcome.title, target=bookmark),
        ReportCell(reported_task.task.labelled),
    )


def _status_cell(code: str) -> ReportCell:
    return ReportCell(code, code)


def _column_heading(context: ReportContext, key: str) -> str:
    return context.template.column(key).heading
