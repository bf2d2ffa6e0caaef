"""Corrections by telephone: recording an answer without a returned file, and undoing it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ragsheets.errors import Problem, ProjectError
from ragsheets.history.task_changes import reopened_tasks
from ragsheets.history.trend import past_periods_before
from ragsheets.plan.lookup import described_tasks, list_lines, paths_by_key
from ragsheets.project.closed_periods import check_agreed
from ragsheets.project.find_task import find_corrected_task, find_task_of_period, generate_again_command
from ragsheets.project.queries import reassess
from ragsheets.returns.answer_kinds import is_valid_answer
from ragsheets.returns.assess import Assessment, assess_period
from ragsheets.returns.queries import QueriesResult
from ragsheets.text import clean_for_office, normalise_text, single_line
from ragsheets.workbook.layout import MAX_CELL_CHARACTERS

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Task
    from ragsheets.project.folder import Project
    from ragsheets.returns.preview import PeriodComparison
    from ragsheets.template.model import Column, Template


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A column of a task, by its key and heading, before and after a correction was recorded or undone."""

    column: str
    heading: str
    before: str
    now: str


@dataclass(frozen=True)
class CorrectionResult:
    """The result of recording or undoing a correction.

    Attributes:
        period: the corrected period.
        group: the name of the task's sub-group; "" where the plan no longer has the task.
        key: the task's key.
        task: the task with its label.
        reason: why it was recorded or undone.
        changes: the corrected columns.
        taken_back: whether it was undone, not recorded.
        unsettled: how many findings of the period are still to be settled by somebody.
        queries: the queries that are now to be sent to the contacts.
        ask_again: the command that makes the current period ask about the task, where it was left out as complete and
            is no longer complete; "" otherwise.
    """

    period: Period
    group: str
    key: str
    task: str
    reason: str
    changes: tuple[AnswerChange, ...]
    taken_back: bool
    unsettled: int
    queries: QueriesResult = field(default_factory=QueriesResult, repr=False)
    ask_again: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON data."""
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
            "ask_again": self.ask_again or None,
        }


def correct(
    project: Project,
    task: str,
    *,
    by_key: bool = False,
    reason: str,
    status: str = "",
    texts: Sequence[str] = (),
    date: datetime.date | None = None,
    agreed: PeriodComparison | bool = False,
    today: datetime.date | None = None,
) -> CorrectionResult:
    """Record a correction of a task beside the returns that it corrects, which stay unchanged.

    Args:
        project: the project folder.
        task: the task by its key, its label or its reference, where that fits no other task.
        by_key: `task` is a key, whatever other tasks have it as their label.
        reason: who gave the new answer, and why; it is printed in the report.
        status: the new status, in any spelling of the template.
        texts: other answers, each as COLUMN=TEXT, the column by its key or heading; an empty text removes an answer.
        date: the period; the current one by default.
        agreed, today: see `ragsheets.project.ingest.ingest`.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such task, or an answer is invalid; every problem is named. Nothing is recorded.
    """

    reason_text = single_line(reason)
    with project.ledger() as ledger:
        record = ledger.period(date)
        plan_task = find_task_of_period(ledger, record, task, by_key=by_key).task
        before = assess_period(ledger, record)
        row = _task_row(before, plan_task.key)
        # Those that an interrupted run of the same command has recorded already.
        recorded = {
            correction.column: correction.value
            for correction in ledger.corrections.of_period(record.period.date)
            if (correction.task, correction.reason, correction.undone) == (plan_task.key, reason_text, "")
            and correction.value == row.get(correction.column, "")
        }
        answers = _CorrectionReader(record.template, row, recorded).read(status, texts, reason_text)
        new_answers = {column: value for column, value in answers.items() if recorded.get(column) != value}
        _record(ledger, record.period.date, plan_task, new_answers, reason_text)
        after, queries = reassess(project, ledger, record, today)
        check_agreed(ledger, before, after, agreed)
        result = _Correction(before, plan_task.key, list(answers), reason_text).result(ledger, record, after)
    return replace(result, queries=queries.write())


def _record(ledger: Ledger, date: datetime.date, task: Task, answers: Mapping[str, str], reason: str) -> None:
    """Store and log the corrected answers of a task, by column."""
    from ragsheets.ledger import CorrectionRecord
    from ragsheets.ledger.provenance import current_user, utc_timestamp

    # As precise as the arrival of returns: one that arrived a moment ago is older.
    made = (utc_timestamp("microseconds"), current_user())
    ledger.corrections.add(
        date, [CorrectionRecord(0, task.key, task.task, *answer, reason, *made) for answer in answers.items()]
    )
    if answers:
        changes = [f"{column} to “{value}”" if value else f"{column} taken out" for column, value in answers.items()]
        ledger.log("correct", f"{task.key}: {', '.join(changes)} ({reason})", date)


def undo_corrections(
    project: Project,
    task: str,
    *,
    by_key: bool = False,
    reason: str = "",
    date: datetime.date | None = None,
    agreed: PeriodComparison | bool = False,
    today: datetime.date | None = None,
) -> CorrectionResult:
    """Undo every active correction of a task; they stay in the ledger as undone, and may be recorded again.

    Where all were undone before, only the queries are updated.

    The arguments are those of `correct`; a task that the plan no longer has is identified by its key.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such task, or it was never corrected.
    """
    from ragsheets.ledger.provenance import utc_timestamp

    reason_text = single_line(reason)
    with project.ledger() as ledger:
        record = ledger.period(date)
        corrections = ledger.corrections.of_period(record.period.date)
        key = find_corrected_task(ledger, record, corrections, task, by_key=by_key)
        in_force = [correction for correction in corrections if not correction.undone]
        if all(correction.task != key for correction in corrections):
            fix = _describe_corrected_tasks(record, in_force)
            raise ProjectError(f"task {key} has no correction to undo.", where="--undo", fix=fix)
        before = assess_period(ledger, record)
        undone = [correction for correction in in_force if correction.task == key]
        ledger.corrections.undo([correction.number for correction in undone], utc_timestamp("microseconds"))
        columns = list(dict.fromkeys(correction.column for correction in undone))
        if columns:
            suffix = f" ({reason_text})" if reason_text else ""
            ledger.log("correct --undo", f"{key}: {', '.join(columns)}{suffix}", record.period.date)
        after, queries = reassess(project, ledger, record, today)
        check_agreed(ledger, before, after, agreed)
        result = _Correction(before, key, columns, reason_text, undone=True).result(ledger, record, after)
    return replace(result, queries=queries.write())


# ------------------------------------------------------------------------------------------ reading the correction


class _CorrectionReader:
    """Reads the answers of one correction, and collects all problems in them.

    `row` holds the task's answers, and `recorded` those that are recorded as this correction already, by column.
    """

    def __init__(self, template: Template, row: Mapping[str, str], recorded: Mapping[str, str]) -> None:
        self.template, self.row, self.recorded = template, row, recorded
        self.new_answers: dict[str, str] = {}
        self.problems: list[Problem] = []

    def read(self, status: str, texts: Sequence[str], reason: str) -> dict[str, str]:
        """Return the new answers by column key."""
        if status.strip():
            self._read_answer("--status", self.template.column("status"), status)
        for text in texts:
            name, sign, value = text.partition("=")
            column = self._find_column(name)
            if not sign:
                self._add_problem("--set", f"“{text}” has no equals sign.", "Write it as COLUMN=TEXT.")
            elif column is None:
                fix = f"Known here: {', '.join(column.key for column in self.template.contact_columns)}."
                self._add_problem("--set", f"there is no column “{name.strip()}” that the contacts fill in.", fix)
            else:
                self._read_answer("--set", column, value)
        if not self.new_answers and not self.problems:
            self._add_problem("", "nothing is corrected.", "Give --status, or --set COLUMN=TEXT.")
        if not reason:
            self._add_problem("--reason", "is empty.", "Say who gave the answer, and why; it is printed in the report.")
        if self.problems:
            raise ProjectError("a correction that cannot be made", problems=self.problems)
        return self.new_answers

    def _read_answer(self, option: str, column: Column, text: str) -> None:

        value = column.normalise(clean_for_office(text).strip())
        if column.kind == "status":
            value = self.template.scale.read(value).code or value
        if column.key in self.new_answers:
            self._add_problem(option, f"“{column.heading}” is given twice.", "Give it once.")
        elif not value and not self.row.get(column.key) and column.key not in self.recorded:
            self._add_problem(option, f"there is nothing to remove under “{column.heading}”.", "Give it a text.")
        elif len(value) > MAX_CELL_CHARACTERS:
            self._add_problem(
                option, f"the text has {len(value)} characters; a cell holds {MAX_CELL_CHARACTERS}.", "Shorten it."
            )
        elif value and not is_valid_answer(value, column, self.template):
            self._add_problem(
                option,
                f"“{text}” is not a valid answer under “{column.heading}”.",
                self._describe_valid_answers(column, value),
            )
        else:
            self.new_answers[column.key] = value

    def _add_problem(self, option: str, message: str, fix: str) -> None:
        self.problems.append(Problem(option, message, fix))

    def _find_column(self, name: str) -> Column | None:
        return next(
            (
                column
                for column in self.template.contact_columns
                if normalise_text(name) in map(normalise_text, (column.key, column.heading))
            ),
            None,
        )

    def _describe_valid_answers(self, column: Column, value: str) -> str:
        """Describe the valid answers of a column."""
        if column.kind == "status":
            suggestion = self.template.scale.read(value).suggestion
            hint = f"Did you mean {suggestion}? " if suggestion else ""
            return f"{hint}Pick one of {', '.join(self.template.scale.codes)}."
        return {
            "date": "Write it as 2009-03-05 or 5 March 2009.",
            "number": "Write it in figures.",
            "choice": f"Pick one of {', '.join(column.choices)}.",
        }[column.kind]


def _describe_corrected_tasks(record: PeriodRecord, corrections: Sequence[CorrectionRecord]) -> str:
    """Describe the tasks that have corrections: those of the plan in its order, then those that it no longer has."""
    described = described_tasks(record.plan.task_paths)
    corrected = {correction.task: described.get(correction.task, correction.wording) for correction in corrections}
    in_order = [*(key for key in described if key in corrected), *(key for key in corrected if key not in described)]
    lines = [f"{key}: {corrected[key]}" for key in in_order]
    return f"These tasks have one:{list_lines(lines)}" if lines else "No task of this period has one."


# --------------------------------------------------------------------------------------------------- reassessment


@dataclass(frozen=True)
class _Correction:
    """A correction that is recorded or undone in the open ledger: the keys of its task and columns, and the reason.

    `before` is the assessment of the period without it.
    """

    before: Assessment
    task: str
    columns: Sequence[str]
    reason: str
    undone: bool = False

    def result(self, ledger: Ledger, record: PeriodRecord, after: Assessment) -> CorrectionResult:
        """Return the result, from the assessment of the period with the correction."""
        path = paths_by_key(record.plan).get(self.task)
        rows = _task_row(self.before, self.task), _task_row(after, self.task)
        headings = record.template.headings
        return CorrectionResult(
            period=record.period,
            group=path.group.name if path else "",
            key=self.task,
            task=path.task.labelled if path else "",
            reason=self.reason,
            changes=tuple(
                AnswerChange(column, headings.get(column, column), *(row.get(column, "") for row in rows))
                for column in self.columns
            ),
            taken_back=self.undone,
            unsettled=sum(item.must_be_settled for _, item in after.findings),
            ask_again=_command_to_ask_again(ledger, record.period, self.task),
        )


def _command_to_ask_again(ledger: Ledger, corrected_period: Period, key: str) -> str:
    """Return the command that makes the current period ask about a task that is no longer complete; "" otherwise."""

    current, dates = ledger.period(), ledger.periods()
    if current.period.date <= corrected_period.date:
        return ""
    reopened = reopened_tasks(current, past_periods_before(ledger, current.period.date, len(dates)))
    groups = [path.group.name for path in reopened if path.task.key == key]
    return generate_again_command(current.period.date, groups) if groups else ""


def _task_row(assessment: Assessment, key: str) -> dict[str, str]:
    """Return the assessed row of a task; where its status is empty, the status as it was written."""
    matched_rows = assessment.tasks[assessment.tasks["key"] == key].to_dict("records")
    row = {str(name): str(value) for name, value in matched_rows[0].items()} if matched_rows else {}
    return row | {"status": row["status"] or row["status_found"]} if row else row
