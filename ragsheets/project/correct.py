"""Corrections by telephone: what is put right without a return, and taken back again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.text import clean

if TYPE_CHECKING:
    from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord
    from ragsheets.plan.lookup import TaskPlace
    from ragsheets.plan.model import Period
    from ragsheets.project.folder import Project
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.queries import Queries
    from ragsheets.template.model import Column, Template


@dataclass(frozen=True, slots=True)
class Change:
    """A column of a task, by its key and its heading, before and after a correction was made or taken back."""

    column: str
    heading: str
    before: str
    now: str


@dataclass(frozen=True)
class Correction:
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
    changes: tuple[Change, ...]
    taken_back: bool
    unsettled: int
    queries: Queries = field(repr=False)

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
) -> Correction:
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
    from ragsheets.ledger.provenance import now, user

    why = " ".join(clean(reason).split())
    with project.ledger() as ledger:
        record = ledger.period(date)
        place = _meant(ledger, record, task)
        before = _assessed(ledger, record)
        wanted = _Reader(record.template, _row_of(before, place.task.key)).read(status, texts, why)
        words = (place.task.key, place.task.task)
        # As precise as the arrival of returns: one that came in a moment ago is older.
        at = now("microseconds")
        made = [CorrectionRecord(0, *words, column, value, why, at, user()) for column, value in wanted.items()]
        ledger.corrections.keep(record.period.date, made)
        told = ", ".join(
            f"{column} to “{value}”" if value else f"{column} taken out" for column, value in wanted.items()
        )
        ledger.log("correct", f"{place.task.key}: {told} ({why})", record.period.date)
        return _brought_up_to_date(project, ledger, record, before, place, list(wanted), why, today)


def take_back(
    project: Project,
    task: str,
    *,
    reason: str = "",
    date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Correction:
    """Take back every correction of a task that stands; they are kept as taken back, and may be made again.

    The arguments are those of `correct`; a task that the plan no longer has is known by its key.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: there is no such task, or none of its corrections stands.
    """
    from ragsheets.ledger.provenance import now

    why = " ".join(clean(reason).split())
    with project.ledger() as ledger:
        record = ledger.period(date)
        standing = [each for each in ledger.corrections.of(record.period.date) if not each.undone]
        known = {each.task.casefold(): each.task for each in standing}
        key = known.get(task.strip().casefold()) or _meant(ledger, record, task).task.key
        mine = [each for each in standing if each.task == key]
        if not mine:
            raise ProjectError(f"no correction of task {key} stands.", where="--undo", fix=_standing(standing))
        before = _assessed(ledger, record)
        ledger.corrections.undo([each.number for each in mine], now("microseconds"))
        columns = list(dict.fromkeys(each.column for each in mine))
        ledger.log("correct --undo", f"{key}: {', '.join(columns)}{f' ({why})' if why else ''}", record.period.date)
        place = _place(record, key)
        return _brought_up_to_date(project, ledger, record, before, place or key, columns, why, today, undone=True)


# ------------------------------------------------------------------------------------------------ which task it is


def _meant(ledger: Ledger, record: PeriodRecord, name: str) -> TaskPlace:
    """The task of a period that somebody means; nothing is guessed where the name is the key of another period's task.

    Raises ProjectError where no task or more than one is meant, or one that this period does not ask about.
    """
    from ragsheets.plan.lookup import task_called, task_with_key

    if found := task_with_key(record.plan, name):
        return found
    for date in reversed(ledger.periods()):
        if date != record.period.date and (found := task_with_key(ledger.period(date).plan, name)):
            raise _of_another_period(ledger, record, name, found, date)
    return task_called(record.plan, name)


def _of_another_period(
    ledger: Ledger, record: PeriodRecord, name: str, found: TaskPlace, date: datetime.date
) -> ProjectError:
    """What to say where a name is the key of a task that another period has, the latest one that does on `date`."""
    from ragsheets.dates import in_words
    from ragsheets.plan.lookup import task_called

    key = found.task.key
    try:
        here = task_called(record.plan, name).task.key
    except ProjectError:
        here = ""
    if here:
        what = f"“{name}” is the key of a task of {in_words(date)}, and here {here} is called so."
        return ProjectError(what, where="TASK", fix=f"Name that period with --date {date}, or the task here by {here}.")
    completed = _completed(ledger, record, found)
    if completed is not None:
        what = f"{key} was completed on {in_words(completed)} and is not asked about any more."
        fix = f"Name that period with --date {completed}, or give the task a new key in the plan."
        return ProjectError(what, where="TASK", fix=fix)
    order = "last" if date < record.period.date else "only later,"
    what = f"{key} is no task of {record.period.title}: it was asked about {order} on {in_words(date)}."
    return ProjectError(what, where="TASK", fix=f"Name that period with --date {date}.")


def _completed(ledger: Ledger, record: PeriodRecord, found: TaskPlace) -> datetime.date | None:
    """The date of the period before this one in which a task was completed, as it was last reported."""
    from ragsheets.history.trend import pasts_before

    date = record.period.date
    for past in pasts_before(ledger, date, len(ledger.periods())):
        if status := past.status_of(found.task):
            step = record.template.scale.by_code.get(status)
            return past.period.date if step and step.done else None
    return None


# ---------------------------------------------------------------------------------------------- what is corrected


class _Reader:
    """Reads the answers of one correction, and names all that is wrong with them at once."""

    def __init__(self, template: Template, row: Mapping[str, str]) -> None:
        self.template, self.row = template, row
        self.wanted: dict[str, str] = {}
        self.problems: list[Problem] = []

    def read(self, status: str, texts: Sequence[str], reason: str) -> dict[str, str]:
        """The new answers by the keys of their columns."""
        if status.strip():
            self._take("--status", self.template.column("status"), status)
        for text in texts:
            name, sign, value = text.partition("=")
            column = self._column(name)
            if not sign:
                self._refuse("--set", f"“{text}” has no equals sign.", "Write it as COLUMN=TEXT.")
            elif column is None:
                self._refuse("--set", f"there is no column “{name.strip()}” that the contacts fill in.", self._known())
            else:
                self._take("--set", column, value)
        if not self.wanted and not self.problems:
            self._refuse("", "nothing is corrected.", "Give --status, or --set COLUMN=TEXT.")
        if not reason:
            self._refuse("--reason", "is empty.", "Say who said so, and why; it is printed in the report.")
        if self.problems:
            raise ProjectError("a correction that cannot be made", problems=self.problems)
        return self.wanted

    def _take(self, option: str, column: Column, text: str) -> None:
        from ragsheets.returns.corrections import is_answer
        from ragsheets.workbook.layout import MOST_CHARACTERS

        value = column.read(clean(text).strip())
        if column.kind == "status":
            value = self.template.scale.read(value).code or value
        if column.key in self.wanted:
            self._refuse(option, f"“{column.heading}” is given twice.", "Give it once.")
        elif not value and not self.row.get(column.key):
            self._refuse(option, f"there is nothing to take out under “{column.heading}”.", "Give it a text.")
        elif len(value) > MOST_CHARACTERS:
            self._refuse(
                option, f"the text has {len(value)} characters; a cell takes {MOST_CHARACTERS}.", "Shorten it."
            )
        elif value and not is_answer(value, column, self.template):
            self._refuse(option, f"“{text}” is no answer under “{column.heading}”.", self._choices(column, value))
        else:
            self.wanted[column.key] = value

    def _refuse(self, option: str, what: str, fix: str) -> None:
        self.problems.append(Problem(option, what, fix))

    def _column(self, name: str) -> Column | None:
        from ragsheets.text import plain

        columns = self.template.contact_columns
        return next((each for each in columns if plain(name) in (plain(each.key), plain(each.heading))), None)

    def _known(self) -> str:
        return f"Known here: {', '.join(column.key for column in self.template.contact_columns)}."

    def _choices(self, column: Column, value: str) -> str:
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


def _standing(corrections: Sequence[CorrectionRecord]) -> str:
    keys = list(dict.fromkeys(each.task for each in corrections))
    return f"Those of {', '.join(keys)} do." if keys else "None of this period does."


# ------------------------------------------------------------------------------------------------- what it comes to


def _brought_up_to_date(
    project: Project,
    ledger: Ledger,
    record: PeriodRecord,
    before: Assessment,
    place: TaskPlace | str,
    columns: Sequence[str],
    reason: str,
    today: datetime.date | None,
    *,
    undone: bool = False,
) -> Correction:
    """Assess the period anew, put down where its tasks stand now, and write what there is to send back."""
    from ragsheets.project.queries import QueriesFolder
    from ragsheets.returns.findings import Severity
    from ragsheets.returns.period_counts import put_down
    from ragsheets.returns.queries import asked_on

    after = _assessed(ledger, record)
    put_down(ledger, after)
    folder = project.period_folder(record.period.date) / files.QUERIES_FOLDER
    queries = QueriesFolder(folder, asked_on(record, today or datetime.date.today()))
    queries.make(ledger, after)
    key = place if isinstance(place, str) else place.task.key
    rows = _row_of(before, key), _row_of(after, key)
    headings = {column.key: column.heading for column in record.template.columns}
    return Correction(
        period=record.period,
        group="" if isinstance(place, str) else place.group.name,
        key=key,
        task="" if isinstance(place, str) else place.task.labelled,
        reason=reason,
        changes=tuple(
            Change(column, headings.get(column, column), *(row.get(column, "") for row in rows)) for column in columns
        ),
        taken_back=undone,
        unsettled=sum(item.severity is Severity.ERROR for _, item in after.findings),
        queries=queries.write(),
    )


def _assessed(ledger: Ledger, record: PeriodRecord) -> Assessment:
    from ragsheets.returns.assess import assess

    return assess(record, ledger.frames(record.period.date))


def _row_of(assessment: Assessment, key: str) -> dict[str, str]:
    """What is known of a task; its status as it was found where it is none."""
    mine = assessment.tasks[assessment.tasks["key"] == key].to_dict("records")
    row = {str(name): str(value) for name, value in mine[0].items()} if mine else {}
    return row | {"status": row["status"] or row["status_found"]} if row else row


def _place(record: PeriodRecord, key: str) -> TaskPlace | None:
    from ragsheets.plan.lookup import places_of

    return next((place for place in places_of(record.plan) if place.task.key == key), None)
