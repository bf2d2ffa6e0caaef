"""Draft headlines, from the tasks of a sub-group that improved or were completed in the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ragsheets import dates
from ragsheets.history.trend import Direction, direction_between
from ragsheets.history.year import Year
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Task
from ragsheets.report.write.context import ReportContext
from ragsheets.report.write.passages import to_single_line
from ragsheets.returns.frames import iter_rows
from ragsheets.template.status import StatusScale
from ragsheets.text import shorten

if TYPE_CHECKING:
    from ragsheets.returns.assess import Assessment

#: How many characters of a position a draft quotes: a headline is a line or two, and its editor has the report.
_MAX_POSITION_LENGTH = 240


def draft_headlines_of(context: ReportContext, year: Year) -> Mapping[str, Sequence[str]]:
    """Return draft headlines by the key of their sub-group; none for a sub-group where nothing improved.

    A task improved when its last status of the year is better than its first one, as for the direction of travel, or
    when it was completed. Completed tasks are removed from later plans, so the earlier periods are searched for them
    too. A task that needs action is no success, whatever its status was before.
    """
    drafts: dict[str, list[str]] = {}
    for group, line in (*_earlier_completed_drafts(context, year), *_closing_period_drafts(context, year)):
        drafts.setdefault(group, []).append(line)
    return drafts


class _ReportedStatus(NamedTuple):
    """What a sub-group reported on a task in a period of the year; `first` is its first status before that period."""

    task: Task
    status: str
    position: str
    period: Period
    scale: StatusScale
    first: tuple[Period, str] | None


def _closing_period_drafts(context: ReportContext, year: Year) -> Iterator[tuple[str, str]]:
    first_statuses = _first_statuses(year, year.closing)
    for entry in context.reported_tasks:
        if entry.status:
            first, position = first_statuses.get(entry.task.key), str(entry.row["position"])
            reported = _ReportedStatus(
                entry.task, entry.status, position, year.closing.period, context.template.scale, first
            )
            for line in _draft_lines(context, reported):
                yield entry.group.key, line


def _earlier_completed_drafts(context: ReportContext, year: Year) -> Iterator[tuple[str, str]]:
    """Yield the sub-group and draft of each task that was completed in the year and is no longer in the plan.

    The order is that of the tasks' first occurrence.
    """
    last_entries: dict[tuple[int, str], tuple[str, _ReportedStatus]] = {}
    for assessment, first_occurrences in zip(year.assessments, year.first_occurrences, strict=True):
        if assessment is year.closing:
            for occurrence in first_occurrences.values():
                last_entries.pop(occurrence, None)
            break
        tasks, scale, first_statuses = (
            tasks_by_key(assessment.plan),
            assessment.template.scale,
            _first_statuses(year, assessment),
        )
        for row in iter_rows(assessment.tasks):
            last_entries[first_occurrences[row.key]] = (
                row.group,
                _ReportedStatus(
                    tasks[row.key], row.status, row.position, assessment.period, scale, first_statuses.get(row.key)
                ),
            )
    for group, reported in last_entries.values():
        if reported.status and reported.scale.by_code[reported.status].done:
            for line in _draft_lines(context, reported):
                yield group, line


def _first_statuses(year: Year, assessment: Assessment) -> Mapping[str, tuple[Period, str]]:
    """Return the first status of each task of a period that is on its scale, before that period, by the task's key."""
    first_statuses: dict[str, tuple[Period, str]] = {}
    for past in year.past_periods:
        if past.period.date < assessment.period.date:
            for key, status in past.statuses_of(assessment.plan).items():
                if status in assessment.template.scale.codes:
                    first_statuses.setdefault(key, (past.period, status))
    return first_statuses


def _draft_lines(context: ReportContext, reported: _ReportedStatus) -> Iterator[str]:
    wording = context.wording
    task, status, position, period, scale, first = reported
    if status in scale.codes_needing("action"):
        return
    is_better = direction_between(first and first[1], status, scale) is Direction.IMPROVED
    is_completed = scale.by_code[status].done and not (first and scale.by_code[first[1]].done)
    fields: Mapping[str, str] = {
        "task": to_single_line(task.task).rstrip(" ."),
        "status": status,
        "date": dates.in_words(period.date),
        "position": shorten(to_single_line(position), _MAX_POSITION_LENGTH),
    }
    if first is not None and (is_better or is_completed):
        first_period, first_status = first
        yield wording.year_draft_improved.format(
            before=first_status, since=dates.in_words(first_period.date), **fields
        ).strip()
    elif is_completed:
        yield wording.year_draft_done.format(**fields).strip()
