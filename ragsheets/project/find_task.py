"""Finding the task that a name or a key on the command line means, in one period or in all of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragsheets.dates import in_words
from ragsheets.errors import ProjectError
from ragsheets.plan.lookup import (
    ambiguous_name_error,
    described_options,
    has_key,
    key_option,
    tasks_by_key,
    tasks_named,
    unknown_task_error,
)
from ragsheets.plan.model import TaskPath

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.model import Plan


def find_task_of_period(ledger: Ledger, record: PeriodRecord, name: str, *, by_key: bool) -> TaskPath:
    """Return the task of a period that a name means; the key of another period's task is never matched by label.

    Raises ProjectError where no task or more than one matches, or where the period does not ask about the task.
    """
    paths = tasks_named(record.whole_plan, name, by_key=by_key)
    if not any(has_key(path, name) for path in paths):
        for date in reversed(ledger.periods()):
            other_record = ledger.period(date)
            if other_path := next((path for path in other_record.plan.task_paths if has_key(path, name)), None):
                raise _other_period_error(ledger, record, name, other_path, other_record, paths)
    if not paths:
        raise unknown_task_error(record.plan, name)
    if len(paths) > 1:
        raise ambiguous_name_error(name, described_options(paths))
    if paths[0].task.key not in tasks_by_key(record.plan):
        raise _left_out_error(ledger, record, paths[0])
    return paths[0]


def find_corrected_task(
    ledger: Ledger, record: PeriodRecord, corrections: Sequence[CorrectionRecord], name: str, *, by_key: bool
) -> str:
    """Return the key of the task that a name means, which may be a corrected one that the plan no longer has.

    Raises ProjectError as `find_task_of_period` does.
    """
    tasks = tasks_by_key(record.plan)
    removed = {
        correction.task: correction.wording
        for correction in corrections
        if correction.task not in tasks and correction.task.casefold() == name.strip().casefold()
    }
    if not removed:
        return find_task_of_period(ledger, record, name, by_key=by_key).task.key
    if not by_key and (paths := tasks_named(record.plan, name)):
        removed_options = {key_option(key): f"{wording}, no longer in the plan" for key, wording in removed.items()}
        raise ambiguous_name_error(name, {**described_options(paths), **removed_options})
    return next(iter(removed))


def find_task_of_all_periods(
    records: Sequence[PeriodRecord], name: str, *, by_key: bool
) -> tuple[TaskPath, PeriodRecord]:
    """Return the task that a name means in any period, as the latest period that has it knows it, and that period.

    A key counts in every period, for a task with a new key has the label of the one that had the old key. A label or
    a reference counts only in the latest period in which the name fits a task.

    Args:
        records: the periods, the latest first.
        name: the name.
        by_key: whether it is a key, whatever other tasks have it as their label.

    Raises ProjectError where the name fits no task or several.
    """
    found: dict[str, tuple[TaskPath, PeriodRecord]] = {}
    for record in records:
        paths = tasks_named(record.whole_plan, name, by_key=by_key)
        for path in [path for path in paths if not found or has_key(path, name)]:
            found.setdefault(path.task.key.casefold(), (path, record))
    if not found:
        raise unknown_task_error(records[0].whole_plan, name)
    if len(found) > 1:
        options: dict[str, str] = {}
        for path, record in found.values():
            is_latest = record is records[0]
            options |= described_options(
                [path], "" if is_latest else f", last asked about on {in_words(record.period.date)}"
            )
        raise ambiguous_name_error(name, options)
    (task_and_period,) = found.values()
    return task_and_period


def generate_again_command(date: datetime.date, groups: Sequence[str]) -> str:
    """Return the command that makes the workbooks of these sub-groups again, so that they ask about every open task."""
    options = " ".join(f'--group "{name}"' for name in groups)
    return f"ragsheets generate --date {date} {options} --force"


def _other_period_error(
    ledger: Ledger,
    record: PeriodRecord,
    name: str,
    task_path: TaskPath,
    other_record: PeriodRecord,
    paths_here: Sequence[TaskPath],
) -> ProjectError:
    """Return the error for a name that is the key of a task of another period, the latest that has it."""
    key, other_date = task_path.task.key, other_record.period.date
    if paths_here:
        options = described_options(paths_here)
        for option, words in described_options([task_path], f", in {in_words(other_date)}").items():
            options[f"{option} --date {other_date}"] = words
        return ambiguous_name_error(name, options)
    if (completed := _completion_date(ledger, record, other_record.plan, key)) is not None:
        return _completed_error(key, completed)
    order = "last" if other_date < record.period.date else "only later,"
    message = f"{key} is no task of {record.period.title}: it was asked about {order} on {in_words(other_date)}."
    return ProjectError(message, where="TASK", fix=f"Name that period with --date {other_date}.")


def _left_out_error(ledger: Ledger, record: PeriodRecord, task_path: TaskPath) -> ProjectError:
    """Return the error for a task that a period does not ask about because it was complete."""
    key = task_path.task.key
    if (completed := _completion_date(ledger, record, record.whole_plan, key)) is not None:
        return _completed_error(key, completed)
    what = f"{record.period.title} does not ask about {key}: it was complete when the workbooks were made."
    fix = f"To ask about it: {generate_again_command(record.period.date, [task_path.group.name])}"
    asked = [date for date in ledger.periods() if key in tasks_by_key(ledger.period(date).plan)]
    if asked:
        fix += f"; or name the period that asked about it with --date {asked[-1]}"
    return ProjectError(what, where="TASK", fix=f"{fix}.")


def _completed_error(key: str, completed: datetime.date) -> ProjectError:
    return ProjectError(
        f"{key} was completed on {in_words(completed)} and is not asked about any more.",
        where="TASK",
        fix=f"Name that period with --date {completed}, or give the task a new key in the plan.",
    )


def _completion_date(ledger: Ledger, record: PeriodRecord, plan: Plan, key: str) -> datetime.date | None:
    """Return the date of the period in which a task of a plan was last reported before `record`, if complete then."""
    from ragsheets.history.trend import past_periods_before

    date = record.period.date
    for past in past_periods_before(ledger, date, len(ledger.periods())):
        if status := past.statuses_of(plan).get(key):
            step = record.template.scale.by_code.get(status)
            return past.period.date if step and step.done else None
    return None
