"""Corrections by telephone: what is put right without a return, and taken back again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.text import clean_for_office

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.lookup import TaskPath
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.queries import QueriesResult
    from ragsheets.template.model import Column, Template


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A column of a task, by its key and its heading, before and after a correction was made or taken back."""

    column: str
    heading: str
    before: str
    now: str


@dataclass(frozen=True)
class CorrectionResult:
    """What a correction came to.

    Attributes:
        period: the period that it is of.
        group: the name of the task's sub-group; "" where the plan no longer has the task.
        key: the task's key.
        task: the task with its label.
        reason: why it was made or taken back.
        changes: each column that it is about.
        taken_back: whether it was taken back, not made.
        unsettled: how many findings of the period somebody must settle still.
        queries: what there is to send back to the contacts now.
    """

    period: Period
    group: str
    key: str
    task: str
    reason: str
    changes: tuple[AnswerChange, ...]
    taken_back: bool
    unsettled: int
    queries: QueriesResult = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        return {
            "period": {"date": self.period.date.isoformat(), "name": self.period.title},
            "group": self.group,
            "key": self.key,
            "task": self.task,
            "reason": self.reason,
            "taken_back": self.taken_back,
            "changes": [
                {"column": change.column, "before": change.before, "now": change.now} for change in self.changes
            ],
            "unsettled": self.unsettled,
        }


def correct(
    project: Project,
    task: str,
    *,
    reason: str,
    status: str = "",
    texts: Sequence[str] = (),
    date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> CorrectionResult:
    """Record a correction of a task beside the returns that it corrects, which stay as they came.

    Args:
        project: the project folder.
        task: the task by its key, or by its reference and label.
        reason: who said so, and why; it is printed in the report.
        status: the new status, in any spelling of the template.
        texts: other answers, each as COLUMN=TEXT, the column by its key or heading; no text takes an answer out.
        date: the period; the current one by default.
        today: the day on which queries are sent; see `ragsheets.project.ingest`.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such task, or one of the answers is none; every problem is named. Nothing is kept.
    """
    from ragsheets.ledger import CorrectionRecord
    from ragsheets.ledger.provenance import current_user, utc_timestamp

    why = " ".join(clean_for_office(reason).split())
    with project.ledger() as ledger:
        record = ledger.period(date)
        place = _find_task(ledger, record, task)
        before = _assess_period(ledger, record)
        wanted = _CorrectionReader(record.template, _task_row(before, place.task.key)).read(status, texts, why)
        words = (place.task.key, place.task.task)
        # As precise as the arrival of returns: one that came in a moment ago is older.
        at = utc_timestamp("microseconds")
        made = [CorrectionRecord(0, *words, column, value, why, at, current_user()) for column, value in wanted.items()]
        ledger.corrections.add(record.period.date, made)
        told = ", ".join(
            f"{column} to “{value}”" if value else f"{column} taken out" for column, value in wanted.items()
        )
        ledger.log("correct", f"{place.task.key}: {told} ({why})", record.period.date)
        return _reassess_period(project, ledger, record, before, place, list(wanted), why, today)


def undo_corrections(
    project: Project,
    task: str,
    *,
    reason: str = "",
    date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> CorrectionResult:
    """Take back every correction of a task that stands; they are kept as taken back, and may be made again.

    The arguments are those of `correct`; a task that the plan no longer has is known by its key.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such task, or none of its corrections stands.
    """
    from ragsheets.ledger.provenance import utc_timestamp

    why = " ".join(clean_for_office(reason).split())
    with project.ledger() as ledger:
        record = ledger.period(date)
        standing = [each for each in ledger.corrections.for_period(record.period.date) if not each.undone]
        known = {each.task.casefold(): each.task for each in standing}
        key = known.get(task.strip().casefold()) or _find_task(ledger, record, task).task.key
        mine = [each for each in standing if each.task == key]
        if not mine:
            raise ProjectError(
                f"no correction of task {key} stands.", where="--undo", fix=_describe_active_corrections(standing)
            )
        before = _assess_period(ledger, record)
        ledger.corrections.undo([each.number for each in mine], utc_timestamp("microseconds"))
        columns = list(dict.fromkeys(each.column for each in mine))
        ledger.log("correct --undo", f"{key}: {', '.join(columns)}{f' ({why})' if why else ''}", record.period.date)
        place = _find_task_path(record, key)
        return _reassess_period(project, ledger, record, before, place or key, columns, why, today, undone=True)


# ------------------------------------------------------------------------------------------------ which task it is


def _find_task(ledger: Ledger, record: PeriodRecord, name: str) -> TaskPath:
    """The task of a period that somebody means; nothing is guessed where the name is the key of another period's task.

    Raises ProjectError where no task or more than one is meant, or one that this period does not ask about.
    """
    from ragsheets.plan.lookup import find_task, find_task_by_key

    if found := find_task_by_key(record.plan, name):
        return found
    for date in reversed(ledger.periods()):
        if date != record.period.date and (found := find_task_by_key(ledger.period(date).plan, name)):
            raise _other_period_error(ledger, record, name, found, date)
    return find_task(record.plan, name)


def _other_period_error(
    ledger: Ledger, record: PeriodRecord, name: str, task_path: TaskPath, other_date: datetime.date
) -> ProjectError:
    """What to say where a name is the key of a task that another period has, the latest one that does on `date`."""
    from ragsheets.dates import in_words
    from ragsheets.plan.lookup import find_task

    key = task_path.task.key
    try:
        here = find_task(record.plan, name).task.key
    except ProjectError:
        here = ""
    if here:
        what = f"“{name}” is the key of a task of {in_words(other_date)}, and here {here} is called so."
        return ProjectError(
            what, where="TASK", fix=f"Name that period with --date {other_date}, or the task here by {here}."
        )
    completed = _completion_date(ledger, record, task_path)
    if completed is not None:
        what = f"{key} was completed on {in_words(completed)} and is not asked about any more."
        fix = f"Name that period with --date {completed}, or give the task a new key in the plan."
        return ProjectError(what, where="TASK", fix=fix)
    order = "last" if other_date < record.period.date else "only later,"
    what = f"{key} is no task of {record.period.title}: it was asked about {order} on {in_words(other_date)}."
    return ProjectError(what, where="TASK", fix=f"Name that period with --date {other_date}.")


def _completion_date(ledger: Ledger, record: PeriodRecord, task_path: TaskPath) -> datetime.date | None:
    """The date of the period before this one in which a task was completed, as it was last reported."""
    from ragsheets.history.trend import past_periods_before

    date = record.period.date
    for past in past_periods_before(ledger, date, len(ledger.periods())):
        if status := past.status_of(task_path.task):
            step = record.template.scale.by_code.get(status)
            return past.period.date if step and step.done else None
    return None


# ---------------------------------------------------------------------------------------------- what is corrected


class _CorrectionReader:
    """Reads the answers of one correction, and names all that is wrong with them at once."""

    def __init__(self, template: Template, row: Mapping[str, str]) -> None:
        self.template, self.row = template, row
        self.new_answers: dict[str, str] = {}
        self.problems: list[Problem] = []

    def read(self, status: str, texts: Sequence[str], reason: str) -> dict[str, str]:
        """The new answers by the keys of their columns."""
        if status.strip():
            self._read_answer("--status", self.template.column("status"), status)
        for text in texts:
            name, sign, value = text.partition("=")
            column = self._find_column(name)
            if not sign:
                self._add_problem("--set", f"“{text}” has no equals sign.", "Write it as COLUMN=TEXT.")
            elif column is None:
                self._add_problem(
                    "--set", f"there is no column “{name.strip()}” that the contacts fill in.", self._describe_columns()
                )
            else:
                self._read_answer("--set", column, value)
        if not self.new_answers and not self.problems:
            self._add_problem("", "nothing is corrected.", "Give --status, or --set COLUMN=TEXT.")
        if not reason:
            self._add_problem("--reason", "is empty.", "Say who said so, and why; it is printed in the report.")
        if self.problems:
            raise ProjectError("a correction that cannot be made", problems=self.problems)
        return self.new_answers

    def _read_answer(self, option: str, column: Column, text: str) -> None:
        from ragsheets.returns.corrections import is_valid_answer
        from ragsheets.workbook.layout import MAX_CELL_CHARACTERS

        value = column.normalise(clean_for_office(text).strip())
        if column.kind == "status":
            value = self.template.scale.read(value).code or value
        if column.key in self.new_answers:
            self._add_problem(option, f"“{column.heading}” is given twice.", "Give it once.")
        elif not value and not self.row.get(column.key):
            self._add_problem(option, f"there is nothing to take out under “{column.heading}”.", "Give it a text.")
        elif len(value) > MAX_CELL_CHARACTERS:
            self._add_problem(
                option, f"the text has {len(value)} characters; a cell takes {MAX_CELL_CHARACTERS}.", "Shorten it."
            )
        elif value and not is_valid_answer(value, column, self.template):
            self._add_problem(
                option, f"“{text}” is no answer under “{column.heading}”.", self._describe_valid_answers(column, value)
            )
        else:
            self.new_answers[column.key] = value

    def _add_problem(self, option: str, what: str, fix: str) -> None:
        self.problems.append(Problem(option, what, fix))

    def _find_column(self, name: str) -> Column | None:
        from ragsheets.text import normalise_text

        columns = self.template.contact_columns
        return next(
            (
                each
                for each in columns
                if normalise_text(name) in (normalise_text(each.key), normalise_text(each.heading))
            ),
            None,
        )

    def _describe_columns(self) -> str:
        return f"Known here: {', '.join(column.key for column in self.template.contact_columns)}."

    def _describe_valid_answers(self, column: Column, value: str) -> str:
        """What would be an answer under a column."""
        if column.kind == "status":
            suggestion = self.template.scale.read(value).suggestion
            meant = f"Did you mean {suggestion}? " if suggestion else ""
            return f"{meant}Pick one of {', '.join(self.template.scale.codes)}."
        return {
            "date": "Write it as 2009-03-05 or 5 March 2009.",
            "number": "Write it in figures.",
            "choice": f"Pick one of {', '.join(column.choices)}.",
        }[column.kind]


def _describe_active_corrections(corrections: Sequence[CorrectionRecord]) -> str:
    keys = list(dict.fromkeys(each.task for each in corrections))
    return f"Those of {', '.join(keys)} do." if keys else "None of this period does."


# ------------------------------------------------------------------------------------------------- what it comes to


def _reassess_period(
    project: Project,
    ledger: Ledger,
    record: PeriodRecord,
    previous_assessment: Assessment,
    task_path: TaskPath | str,
    columns: Sequence[str],
    reason: str,
    today: datetime.date | None,
    *,
    undone: bool = False,
) -> CorrectionResult:
    """Assess the period anew, put down where its tasks stand now, and write what there is to send back."""
    from ragsheets.project.queries import QueriesFolder
    from ragsheets.returns.findings import Severity
    from ragsheets.returns.period_counts import store_period_counts
    from ragsheets.returns.queries import without_past_due_date

    after = _assess_period(ledger, record)
    store_period_counts(ledger, after)
    folder = project.period_folder(record.period.date) / files.QUERIES_FOLDER
    queries = QueriesFolder(folder, without_past_due_date(record, today or datetime.date.today()))
    queries.prepare(ledger, after)
    key = task_path if isinstance(task_path, str) else task_path.task.key
    rows = _task_row(previous_assessment, key), _task_row(after, key)
    headings = {column.key: column.heading for column in record.template.columns}
    return CorrectionResult(
        period=record.period,
        group="" if isinstance(task_path, str) else task_path.group.name,
        key=key,
        task="" if isinstance(task_path, str) else task_path.task.labelled,
        reason=reason,
        changes=tuple(
            AnswerChange(column, headings.get(column, column), *(row.get(column, "") for row in rows))
            for column in columns
        ),
        taken_back=undone,
        unsettled=sum(item.severity is Severity.ERROR for _, item in after.findings),
        queries=queries.write(),
    )


def _assess_period(ledger: Ledger, record: PeriodRecord) -> Assessment:
    from ragsheets.returns.assess import assess

    return assess(record, ledger.frames(record.period.date))


def _task_row(assessment: Assessment, key: str) -> dict[str, str]:
    """What is known of a task; its status as it was found where it is none."""
    mine = assessment.tasks[assessment.tasks["key"] == key].to_dict("records")
    row = {str(name): str(value) for name, value in mine[0].items()} if mine else {}
    return row | {"status": row["status"] or row["status_found"]} if row else row


def _find_task_path(record: PeriodRecord, key: str) -> TaskPath | None:
    from ragsheets.plan.lookup import task_paths

    return next((place for place in task_paths(record.plan) if place.task.key == key), None)
