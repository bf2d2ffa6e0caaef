"""Queries: what the contacts must settle, as workbooks to send back. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ragsheets.formats.a1 import letter
from ragsheets.returns.findings import CATALOGUE, WORST_FIRST, Finding
from ragsheets.returns.frames import rows
from ragsheets.returns.reading.prefilled import TAKEN_OUT, UNTOUCHED
from ragsheets.text import first_words
from ragsheets.workbook.layout import HEADLINES, Answers, Question

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import SubGroup
    from ragsheets.returns.assess import Assessment
    from ragsheets.workbook.last_period import Background


@dataclass(frozen=True)
class Asking:
    """What a sub-group was sent, as far as its query needs it.

    `columns` are the keys of the columns of its sheets, `background` is what these show of earlier periods, and
    `carried` are the answers that were carried forward, by task and column; None where none were.
    """

    columns: Sequence[str]
    background: Background | None = None
    carried: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Query:
    """What one sub-group's contact must settle: all the answers taken so far, and what is asked about them.

    `background` is what its workbook shows of earlier periods.
    """

    group: SubGroup
    answers: Answers
    questions: tuple[Question, ...]
    background: Background | None = None


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A workbook to send back: whose it is, where it lies in the project folder, and how many questions it asks."""

    group: str
    file: str
    questions: int


@dataclass(frozen=True, slots=True)
class Queries:
    """What the folder of queries holds after an ingest.

    Attributes:
        folder: where it lies in the project folder.
        workbooks: the workbooks to send back.
        kept: files that somebody has changed, which were left as they are.
        faults: what could not be written or removed, each in a sentence.
    """

    folder: str = ""
    workbooks: tuple[QueryFile, ...] = ()
    kept: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def asked_on(record: PeriodRecord, today: datetime.date) -> PeriodRecord:
    """The period as queries of this day name it: a day that is past is nothing to ask for."""
    due = record.period.due
    return replace(record, period=replace(record.period, due=due if due and due >= today else None))


def queries_of(
    assessment: Assessment, record: PeriodRecord, asking: Callable[[str], Asking] | None = None
) -> tuple[Query, ...]:
    """A query for each sub-group whose contact must settle something, in the plan's order.

    Args:
        assessment: where the period stands.
        record: the period with its plan and template as they were sent.
        asking: gives what a sub-group was sent, by its key; by default what a first period sends.
    """
    asked: dict[str, list[Finding]] = {}
    for _, item in assessment.findings:
        if item.ask and item.group:
            asked.setdefault(item.group, []).append(item)
    usual = Asking([column.key for column in record.template.columns])
    queries = []
    for group in record.plan.groups:
        if group.key in asked:
            sent = asking(group.key) if asking else usual
            answers = _with_carried(_answers(assessment, group), sent, assessment, group)
            questions = _questions(asked[group.key], group, answers, assessment, sent.columns)
            queries.append(Query(group, answers, questions, sent.background))
    return tuple(queries)


def _answers(assessment: Assessment, group: SubGroup) -> Answers:
    """All answers that were taken: statuses by their code, or as they were typed where they could not be taken."""
    columns = [column.key for column in assessment.template.contact_columns]
    tasks: dict[str, dict[str, str]] = {}
    for row in assessment.tasks[assessment.tasks["group"] == group.name].to_dict("records"):
        row["status"] = row["status"] or row["status_found"]
        if given := {column: str(row[column]) for column in columns if row[column]}:
            tasks[str(row["key"])] = given
    headlines: dict[str, list[str]] = {}
    mine = assessment.headlines[assessment.headlines["group"] == group.name]
    for line in rows(mine):
        lines = headlines.setdefault(line.kind, [])
        lines += [""] * (line.number - len(lines))
        lines[line.number - 1] = line.text
    return Answers(tasks, headlines)


def _with_carried(answers: Answers, sent: Asking, assessment: Assessment, group: SubGroup) -> Answers:
    """The answers that were taken and, where there is none, those carried forward, unless they were taken out."""
    if sent.carried is None:
        return answers
    taken_out = {(item.task, item.column) for _, item in assessment.findings if item.code == TAKEN_OUT}
    tasks = {key: dict(given) for key, given in answers.tasks.items()}
    carried: dict[str, tuple[str, ...]] = {}
    for key in (task.key for outcome in group.outcomes for task in outcome.tasks):
        given = tasks.get(key, {})
        left = {
            column: text
            for column, text in sent.carried.get(key, {}).items()
            if column not in given and (key, column) not in taken_out
        }
        if left:
            tasks[key] = given | left
            carried[key] = tuple(left)
    return Answers(tasks, answers.headlines, carried)


def _questions(
    items: Sequence[Finding], group: SubGroup, answers: Answers, assessment: Assessment, sheet: Sequence[str]
) -> tuple[Question, ...]:
    """The questions, each once: those about no cell first, then as the rows and columns of the workbook stand.

    `sheet` are the keys of the columns of a sheet.
    """
    columns = [column.key for column in assessment.template.contact_columns]
    keys = [task.key for outcome in group.outcomes for task in outcome.tasks]
    order = {key: number for number, key in enumerate(["", *keys])}
    rowless = [item.task for item in items if item.code == "row-missing"]
    made: dict[Question, tuple[int, int, int]] = {}
    for item in items:
        row, column = _cell_of(item, answers, columns, sheet)
        if column and row not in order:
            row, column = "", ""
        given = answers.tasks.get(row, {}).get(column, "") if column else row
        may_stand = CATALOGUE[item.code].may_stand and bool(given)
        ask = _with_tasks(item.ask, group, {*answers.tasks, *rowless}) if item.code == "half-filled" else item.ask
        place = (order.get(row, len(order)), columns.index(column) if column else 0, WORST_FIRST[item.severity])
        others = (answers.carried or {}).get(row, ()) if item.code == UNTOUCHED else ()
        further = tuple(other for other in others if other != column)
        made.setdefault(Question(row, column, ask, item.remedy, may_stand, further), place)
    return tuple(sorted(made, key=lambda question: (made[question], question)))


def _cell_of(item: Finding, answers: Answers, columns: Sequence[str], sheet: Sequence[str]) -> tuple[str, str]:
    """The row and the column that a finding is about, by their keys; "" where it is about none.

    `columns` are the keys of those that the contact fills, `sheet` those of all columns of a sheet.
    """
    if item.task:
        places = {letter(number): column for number, column in enumerate(sheet, 1)}
        column = item.column or places.get(item.cell.rstrip("0123456789"), "")
        return item.task, column if column in columns else "status"
    if item.code == "cleared":
        return _headline(item.wanted, answers), ""
    return item.column, ""


def _headline(text: str, answers: Answers) -> str:
    """The key of the row of the headline with this text; "" where there is none any more."""
    for kind, lines in answers.headlines.items():
        if text in lines:
            return f"{HEADLINES[kind]}{lines.index(text) + 1}"
    return ""


def _with_tasks(ask: str, group: SubGroup, others: Container[str]) -> str:
    """A question about tasks of which nothing is said, with their names; `others` are the keys of all other tasks."""
    names = [
        first_words(f"{outcome.ref} {task.labelled}".strip())
        for outcome in group.outcomes
        for task in outcome.tasks
        if task.key not in others
    ]
    said = f"{ask.removesuffix('.')}: {'; '.join(names)}"
    return said if said.endswith("…") else f"{said}."
