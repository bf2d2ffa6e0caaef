"""Draft headlines, from the tasks of a sub-group that improved or were completed in the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ragsheets import dates
from ragsheets.history.trend import PastPeriod
from ragsheets.history.year import Year
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Task
from ragsheets.report.write.context import ReportContext
from ragsheets.report.write.passages import to_single_line
from ragsheets.returns.frames import iter_rows
from ragsheets.template.status import StatusScale
from ragsheets.text import normalise_text

#: How many characters of a position a draft quotes: a headline is a line or two, and its editor has the report.
_MAX_POSITION_LENGTH = 240


def draft_headlines_of(context: ReportContext, year: Year) -> Mapping[str, Sequence[str]]:
    """Return draft headlines by the key of their sub-group; none for a sub-group where nothing improved.

    A task improved when its last status of the year is better than its first one, or when it was completed. Completed
    tasks are removed from later plans, so the earlier periods are searched for them too. A task that needs action is
    no success, whatever its status was before.
    """
    drafts: dict[str, list[str]] = {}
    for group, line in (*_earlier_completed_drafts(context, year), *_closing_period_drafts(context, year)):
        drafts.setdefault(group, []).append(line)
    return drafts


def _closing_period_drafts(context: ReportContext, year: Year) -> Iterator[tuple[str, str]]:
    scale, end = context.template.scale, year.closing.period
    for entry in context.reported_tasks:
        if entry.status:
            for line in _draft_lines(context, year, entry.task, entry.status, str(entry.row["position"]), end, scale):
                yield entry.group.key, line


def _earlier_completed_drafts(context: ReportContext, year: Year) -> Iterator[tuple[str, str]]:
    """Yield the sub-group and draft of each task that was completed in the year and is no longer in the plan.

    The order is that of the tasks' first occurrence.
    """
    current_tasks = tasks_by_key(year.closing.plan)
    last_entries: dict[tuple[str, str], tuple[str, Any, Task, Period, StatusScale]] = {}
    for assessment in year.assessments[:-1]:
        tasks = tasks_by_key(assessment.plan)
        for row in iter_rows(assessment.tasks):
            task = tasks[row.key]
            if task.key not in current_tasks or _task_identity(task) != _task_identity(current_tasks[task.key]):
                last_entries[_task_identity(task)] = (
                    row.group,
                    row,
                    task,
                    assessment.period,
                    assessment.template.scale,
                )
    for group, row, task, period, scale in last_entries.values():
        if row.status and scale.by_code[row.status].done:
            for line in _draft_lines(context, year, task, row.status, row.position, period, scale):
                yield group, line


def _draft_lines(
    context: ReportContext, year: Year, task: Task, status: str, position: str, period: Period, scale: StatusScale
) -> Iterator[str]:
    wording = context.wording
    if status in scale.codes_needing("action"):
        return
    first = next(_earlier_statuses(year.past_periods, task, scale, period), None)
    is_better = first is not None and scale.codes.index(status) < scale.codes.index(first[1])
    is_completed = scale.by_code[status].done and not (first and scale.by_code[first[1]].done)
    fields: Mapping[str, str] = {
        "task": to_single_line(task.task).rstrip(" ."),
        "status": status,
        "date": dates.in_words(period.date),
        "position": _shortened(to_single_line(position)),
    }
    if first is not None and (is_better or is_completed):
        first_period, first_status = first
        yield wording.year_draft_improved.format(
            before=first_status, since=dates.in_words(first_period.date), **fields
        ).strip()
    elif is_completed:
        yield wording.year_draft_done.format(**fields).strip()


def _shortened(text: str) -> str:
    """Return a text cut after a word where it is longer than a headline may be."""
    if len(text) <= _MAX_POSITION_LENGTH:
        return text
    return f"{text[:_MAX_POSITION_LENGTH].rsplit(maxsplit=1)[0].rstrip(' .,;:')}…"


def _earlier_statuses(
    past_periods: tuple[PastPeriod, ...], task: Task, scale: StatusScale, period: Period
) -> Iterator[tuple[Period, str]]:
    """Yield the statuses of a task before a period that are on the scale, earliest first."""
    for past in past_periods:
        status = past.status_of(task)
        if past.period.date < period.date and status in scale.codes:
            yield past.period, str(status)


def _task_identity(task: Task) -> tuple[str, str]:
    """Return what identifies a task across plans: its key together with its wording."""
    return task.key, normalise_text(task.task)
