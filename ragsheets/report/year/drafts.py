"""Draft headlines, from the tasks of a sub-group that improved or were completed in the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ragsheets import dates
from ragsheets.history.trend import Direction, direction_between
from ragsheets.history.year import Year
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.model import Period, Task
from ragsheets.report.write.passages import to_single_line
from ragsheets.returns.frames import iter_rows
from ragsheets.template.wording import Wording
from ragsheets.text import shorten

if TYPE_CHECKING:
    from ragsheets.returns.assess import Assessment

#: How many characters of a position a draft quotes: a headline is a line or two, and its editor has the report.
_MAX_POSITION_LENGTH = 240


class _ReportedStatus(NamedTuple):
    """What a sub-group reported on a task in a period of the year; `first` is its first status before that period."""

    assessment: Assessment
    group: str
    task: Task
    status: str
    position: str
    first: tuple[Period, str] | None

    @property
    def is_done(self) -> bool:
        """Whether the task was complete."""
        return bool(self.status) and self.assessment.template.scale.by_code[self.status].done


def draft_headlines_of(year: Year, wording: Wording) -> Mapping[str, Sequence[str]]:
    """Return draft headlines by the key of their sub-group; none for a sub-group where nothing improved.

    A task improved when its last status of the year is better than its first one, as for the direction of travel, or
    when it was completed. Completed tasks are removed from later plans, so the earlier periods are searched for them
    too, and their drafts come first, in the order of the tasks' first occurrence. A task that needs action is not a
    success, whatever its status was before.
    """
    last_reported: dict[tuple[int, str], _ReportedStatus] = {}
    *earlier_occurrences, closing_occurrences = year.first_occurrences
    for assessment, occurrences in zip(year.assessments[:-1], earlier_occurrences, strict=True):
        reported_by_key = _reported_statuses(year, assessment)
        last_reported |= {occurrences[key]: reported for key, reported in reported_by_key.items()}
    for occurrence in closing_occurrences.values():
        last_reported.pop(occurrence, None)
    completed = [reported for reported in last_reported.values() if reported.is_done]
    drafts: dict[str, list[str]] = {}
    for reported in (*completed, *_reported_statuses(year, year.closing).values()):
        if line := _draft_line(reported, wording):
            drafts.setdefault(reported.group, []).append(line)
    return drafts


def _reported_statuses(year: Year, assessment: Assessment) -> dict[str, _ReportedStatus]:
    """Return what was reported on each task of a period, by its key, in the plan's order."""
    tasks, first_statuses = tasks_by_key(assessment.plan), _first_statuses(year, assessment)
    return {
        row.key: _ReportedStatus(
            assessment, row.group, tasks[row.key], row.status, row.position, first_statuses.get(row.key)
        )
        for row in iter_rows(assessment.tasks)
    }


def _first_statuses(year: Year, assessment: Assessment) -> Mapping[str, tuple[Period, str]]:
    """Return the first status of each task of a period that is on its scale, before that period, by the task's key."""
    first_statuses: dict[str, tuple[Period, str]] = {}
    for past in year.past_periods:
        if past.period.date < assessment.period.date:
            for key, status in past.statuses_of(assessment.plan).items():
                if status in assessment.template.scale.codes:
                    first_statuses.setdefault(key, (past.period, status))
    return first_statuses


def _draft_line(reported: _ReportedStatus, wording: Wording) -> str:
    """Return the draft of a task that improved or was completed; "" for any other."""
    status, first, scale = reported.status, reported.first, reported.assessment.template.scale
    if not status or status in scale.codes_needing("action"):
        return ""
    is_better = direction_between(first and first[1], status, scale) is Direction.IMPROVED
    is_completed = reported.is_done and not (first and scale.by_code[first[1]].done)
    if not (is_better or is_completed):
        return ""
    fields = {
        "task": to_single_line(reported.task.task).rstrip(" ."),
        "status": status,
        "date": dates.in_words(reported.assessment.period.date),
        "position": shorten(to_single_line(reported.position), _MAX_POSITION_LENGTH),
    }
    if first is None:
        return wording.year_draft_done.format(**fields).strip()
    period, before = first
    return wording.year_draft_improved.format(before=before, since=dates.in_words(period.date), **fields).strip()
