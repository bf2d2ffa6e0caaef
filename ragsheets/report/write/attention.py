"""What needs the executive: tasks that need action, that moved, that nobody planned for or reported, and silent
sub-groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ragsheets import dates
from ragsheets.history.overview import first_return_dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import ListItem, ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext, ReportedTask, join_words

#: Widths of the columns, beside one another.
_GROUP_WIDTH, _OUTCOME_WIDTH, _TASK_WIDTH, _STATUS_WIDTH, _TEXT_WIDTH = 18.0, 12.0, 34.0, 12.0, 40.0


def attention_parts_of(context: ReportContext) -> tuple[ReportPart, ...]:
    """Everything that needs attention, each kind in a part of its own; none for what there is nothing of."""
    parts = [part for make in _PART_BUILDERS for part in make(context)]
    return tuple(replace(part, bookmark=f"attention_{number}") for number, part in enumerate(parts, 1))


def attention_summary_of(context: ReportContext, parts: Sequence[ReportPart]) -> tuple[ListItem, ...]:
    """A line for each of the parts that says how much there is of it, and leads to it.

    What got better needs nobody: where there is nothing else, a line before it says so.
    """
    lead = context.wording.report_lead
    lines = [ListItem(lead.format(what=part.heading, count=part.count_text), part.bookmark) for part in parts]
    better = {part.heading for part in _improved_tasks(context)}
    if lines and all(part.heading in better for part in parts):
        lines.insert(0, ListItem(context.wording.report_nothing_needed))
    return tuple(lines)


# ---------------------------------------------------------------------------------------------------- its parts


def _tasks_needing_action(context: ReportContext) -> Iterator[ReportPart]:
    """Tasks at a status that needs action, a part for each such status, worst first."""
    wording = context.wording
    headings = (
        ReportColumn(_column_heading(context, "position"), _TEXT_WIDTH),
        ReportColumn(_column_heading(context, "planned"), _TEXT_WIDTH),
    )
    for code in reversed(context.template.scale.codes_needing("action")):
        label = context.template.scale.by_code[code].label
        mine = [entry for entry in context.reported_tasks if entry.status == code]
        yield from _task_part(
            context,
            wording.report_act.format(status=label),
            headings,
            [
                (entry, (ReportCell(str(entry.row["position"])), ReportCell(str(entry.row["planned"]))))
                for entry in mine
            ],
        )


def _worsened_tasks(context: ReportContext) -> Iterator[ReportPart]:
    yield from _tasks_by_direction(context, Direction.WORSENED, context.wording.report_got_worse)


def _improved_tasks(context: ReportContext) -> Iterator[ReportPart]:
    yield from _tasks_by_direction(context, Direction.IMPROVED, context.wording.report_got_better)


def _tasks_by_direction(context: ReportContext, direction: Direction, heading: str) -> Iterator[ReportPart]:
    wording, last = context.wording, context.history.previous
    if last is None:
        return
    headings = (
        ReportColumn(wording.report_was, _STATUS_WIDTH, "status"),
        ReportColumn(wording.report_is, _STATUS_WIDTH, "status"),
    )
    mine = [entry for entry in context.reported_tasks if entry.direction is direction]
    cells = [(entry, (_status_cell(last.status_of(entry.task) or ""), _status_cell(entry.status))) for entry in mine]
    yield from _task_part(context, heading.format(period=dates.in_words(last.period.date)), headings, cells)


def _unplanned_tasks(context: ReportContext) -> Iterator[ReportPart]:
    """Tasks that need attention or action without a planned improvement, or without a word of when in it.

    A date that the contact gave in a column for it says when too.
    """
    wording = context.wording
    codes = context.template.scale.codes_needing("attention", "action")
    dated = [column.key for column in context.template.contact_columns if column.kind == "date"]
    headings = (
        ReportColumn(_column_heading(context, "status"), _STATUS_WIDTH, "status"),
        ReportColumn(wording.report_lacks, _TEXT_WIDTH / 2, "name"),
        ReportColumn(_column_heading(context, "planned"), _TEXT_WIDTH),
    )
    cells = []
    for entry in context.reported_tasks:
        planned = str(entry.row["planned"]).strip()
        if entry.status not in codes or (planned and _has_deadline(entry, planned, dated)):
            continue
        lacks = wording.report_no_deadline if planned else wording.report_no_plan
        cells.append((entry, (_status_cell(entry.status), ReportCell(lacks), ReportCell(planned))))
    statuses = join_words(codes, wording.report_or) if codes else ""
    yield from _task_part(context, wording.report_unplanned.format(statuses=statuses), headings, cells)


def _has_deadline(reported_task: ReportedTask, planned: str, date_columns: Sequence[str]) -> bool:
    return dates.mentions_time(planned) or any(str(reported_task.row[key]).strip() for key in date_columns)


def _unreported_tasks(context: ReportContext) -> Iterator[ReportPart]:
    """Tasks without a status in sub-groups that have returned."""
    wording = context.wording
    silent = {group.name for group in context.plan.groups if group.on_hold} | set(context.assessment.missing_groups)
    mine = [entry for entry in context.reported_tasks if not entry.status and entry.group.name not in silent]
    cells = [
        (entry, (ReportCell(_returned_status_text(context, entry)), ReportCell(_position_text(context, entry))))
        for entry in mine
    ]
    headings = (
        ReportColumn(wording.report_what_came, _TEXT_WIDTH / 2),
        ReportColumn(_column_heading(context, "position"), _TEXT_WIDTH),
    )
    yield from _task_part(context, wording.report_unreported, headings, cells)


def _returned_status_text(context: ReportContext, reported_task: ReportedTask) -> str:
    """What came for the status of a task without one, or of its other columns than position where nothing did."""
    if found := str(reported_task.row["status_found"]):
        return found
    carried = context.assessment.carried.get(reported_task.task.key, {})
    text = carried.get("status") or " | ".join(text for key, text in carried.items() if key != "position")
    return context.wording.report_carried_over.format(text=text) if text else context.wording.report_nothing_came


def _position_text(context: ReportContext, reported_task: ReportedTask) -> str:
    carried = context.assessment.carried.get(reported_task.task.key, {}).get("position", "")
    return context.wording.report_carried_over.format(text=carried) if carried else str(reported_task.row["position"])


def _unreturned_groups(context: ReportContext) -> Iterator[ReportPart]:
    """Sub-groups that are on hold, have not returned, or did so after the day it was due."""
    wording, due = context.wording, context.record.period.due
    first = first_return_dates(context.assessment)
    said = []
    for group in context.plan.groups:
        returned, words = first.get(group.key), ""
        if group.on_hold:
            words = wording.on_hold
        elif group.name in context.assessment.missing_groups:
            words = wording.report_no_return_due.format(due=dates.in_words(due)) if due else wording.report_no_return
        elif returned and due and returned > due:
            words = wording.report_late.format(date=dates.in_words(returned), due=dates.in_words(due))
        if words:
            said.append((ReportCell(group.name, target=context.bookmarks[group.key, ""]), ReportCell(words)))
    if said:
        columns = (ReportColumn(wording.report_group, _TEXT_WIDTH), ReportColumn(wording.report_standing, _TEXT_WIDTH))
        table = ReportTable(wording.report_unreturned, columns, tuple(said), width_share=0.6)
        yield ReportPart(wording.report_unreturned, table=table, count_text=context.group_count_text(len(said)))


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
    """A part of tasks: sub-group, outcome and task, and then what is said of each; nothing where there are none."""
    if not rows:
        return
    wording = context.wording
    first = (
        ReportColumn(wording.report_group, _GROUP_WIDTH, "name"),
        ReportColumn(wording.report_outcome, _OUTCOME_WIDTH),
        ReportColumn(_column_heading(context, "task"), _TASK_WIDTH),
    )
    told = tuple((*_task_cells(context, entry), *said) for entry, said in rows)
    yield ReportPart(
        heading, table=ReportTable(heading, (*first, *columns), told), count_text=context.task_count_text(len(told))
    )


def _task_cells(context: ReportContext, reported_task: ReportedTask) -> tuple[ReportCell, ReportCell, ReportCell]:
    outcome = reported_task.outcome
    mark = context.bookmarks[reported_task.group.key, outcome.key]
    return (
        ReportCell(reported_task.group.name),
        ReportCell(outcome.ref or outcome.title, target=mark),
        ReportCell(reported_task.task.labelled),
    )


def _status_cell(code: str) -> ReportCell:
    return ReportCell(code, code)


def _column_heading(context: ReportContext, key: str) -> str:
    return context.template.column(key).heading
