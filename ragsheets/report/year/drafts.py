"""Draft headlines, from the tasks of a sub-group that improved in the year or were completed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ragsheets import dates
from ragsheets.history.trend import Past
from ragsheets.history.year import Year
from ragsheets.plan.lookup import tasks_of
from ragsheets.plan.model import Period, Task
from ragsheets.report.write.context import Basis
from ragsheets.report.write.passages import in_a_line
from ragsheets.returns.frames import rows
from ragsheets.template.status import StatusScale
from ragsheets.text import plain

#: So many characters of a position are offered; a headline is a line or two, and who edits it has the report.
_LONGEST = 240


def drafts_of(basis: Basis, year: Year) -> Mapping[str, Sequence[str]]:
    """Lines that each sub-group, by its key, could have said of its year; none where nothing of it improved.

    A task improved when its last status of the year is better than its first one; or when it was completed, which
    takes it out of the plans that follow, so that these are looked for in the earlier periods too. One that needs
    action is no success, whatever it was before.
    """
    drafts: dict[str, list[str]] = {}
    for group, line in (*_completed_before(basis, year), *_of_the_last_period(basis, year)):
        drafts.setdefault(group, []).append(line)
    return drafts


def _of_the_last_period(basis: Basis, year: Year) -> Iterator[tuple[str, str]]:
    scale, end = basis.template.scale, year.closing.period
    for entry in basis.entries:
        if entry.status:
            for line in _line(basis, year, entry.task, entry.status, str(entry.row["position"]), end, scale):
                yield entry.group.key, line


def _completed_before(basis: Basis, year: Year) -> Iterator[tuple[str, str]]:
    """Tasks that were completed in the year and are no longer in the plan, in the order in which they were first met,
    each with its sub-group."""
    now = tasks_of(year.closing.plan)
    last: dict[tuple[str, str], tuple[str, Any, Task, Period, StatusScale]] = {}
    for assessment in year.assessments[:-1]:
        keys = {group.name: group.key for group in assessment.plan.groups}
        tasks = tasks_of(assessment.plan)
        for row in rows(assessment.tasks):
            task = tasks[row.key]
            if task.key not in now or _identity(task) != _identity(now[task.key]):
                last[_identity(task)] = (keys[row.group], row, task, assessment.period, assessment.template.scale)
    for group, row, task, period, scale in last.values():
        if row.status and scale.by_code[row.status].done:
            for line in _line(basis, year, task, row.status, row.position, period, scale):
                yield group, line


def _line(
    basis: Basis, year: Year, task: Task, status: str, position: str, period: Period, scale: StatusScale
) -> Iterator[str]:
    wording = basis.wording
    if status in scale.needing("action"):
        return
    first = next(_statuses(year.pasts, task, scale, period), None)
    better = first is not None and scale.codes.index(status) < scale.codes.index(first[1])
    completed = scale.by_code[status].done and not (first and scale.by_code[first[1]].done)
    words: Mapping[str, str] = {
        "task": in_a_line(task.task).rstrip(" ."),
        "status": status,
        "date": dates.in_words(period.date),
        "position": _short(in_a_line(position)),
    }
    if first is not None and (better or completed):
        since, before = first
        yield wording.year_draft_improved.format(before=before, since=dates.in_words(since.date), **words).strip()
    elif completed:
        yield wording.year_draft_done.format(**words).strip()


def _short(text: str) -> str:
    """A text with no more of it than a line of headlines bears, ended after a word where it is cut."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST].rsplit(maxsplit=1)[0].rstrip(' .,;:')}…"


def _statuses(pasts: tuple[Past, ...], task: Task, scale: StatusScale, period: Period) -> Iterator[tuple[Period, str]]:
    """The statuses of a task before a period that are on a scale, earliest first."""
    for past in pasts:
        status = past.status_of(task)
        if past.period.date < period.date and status in scale.codes:
            yield past.period, str(status)


def _identity(task: Task) -> tuple[str, str]:
    """What a task is known by from one plan to the next: key and wording together."""
    return task.key, plain(task.task)
