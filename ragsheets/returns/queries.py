"""Queries: what the contacts must settle, as workbooks to send back. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ragsheets.formats.a1 import column_letter
from ragsheets.returns.findings import CATALOGUE, SEVERITY_ORDER, Finding
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.reading.prefilled import CARRIED_CLEARED, CARRIED_UNCHANGED
from ragsheets.text import first_words
from ragsheets.workbook.layout import HEADLINE_PREFIXES, ContactQuestion, PrefilledAnswers

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import SubGroup
    from ragsheets.returns.assess import Assessment
    from ragsheets.workbook.last_period import LastPeriod


@dataclass(frozen=True)
class SentDetails:
    """What a sub-group was sent, as far as its query needs it.

    `columns` are the keys of the columns of its sheets, `background` is what these show of earlier periods, and
    `carried` are the answers that were carried forward, by task and column; None where none were.
    """

    columns: Sequence[str]
    last_period: LastPeriod | None = None
    carried: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Query:
    """What one sub-group's contact must settle: all the answers taken so far, and what is asked about them.

    `background` is what its workbook shows of earlier periods.
    """

    group: SubGroup
    answers: PrefilledAnswers
    questions: tuple[ContactQuestion, ...]
    last_period: LastPeriod | None = None


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A workbook to send back: whose it is, where it lies in the project folder, and how many questions it asks."""

    group: str
    file: str
    questions: int


@dataclass(frozen=True, slots=True)
class QueriesResult:
    """What the folder of queries holds after an ingest.

    Attributes:
        folder: where it lies in the project folder.
        workbooks: the workbooks to send back.
        kept: files that somebody has changed, which were left as they are.
        faults: what could not be written or removed, each in a sentence.
    """

    folder: str = ""
    workbooks: tuple[QueryFile, ...] = ()
    edited_files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def without_past_due_date(record: PeriodRecord, today: datetime.date) -> PeriodRecord:
    """The period as queries of this day name it: a day that is past is nothing to ask for."""
    due = record.period.due
    return replace(record, period=replace(record.period, due=due if due and due >= today else None))


def queries_of(
    assessment: Assessment, record: PeriodRecord, sent_details_of: Callable[[str], SentDetails] | None = None
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
    usual = SentDetails([column.key for column in record.template.columns])
    queries = []
    for group in record.plan.groups:
        if group.key in asked:
            sent = sent_details_of(group.key) if sent_details_of else usual
            answers = _add_carried_answers(_current_answers(assessment, group), sent, assessment, group)
            questions = _questions(asked[group.key], group, answers, assessment, sent.columns)
            queries.append(Query(group, answers, questions, sent.last_period))
    return tuple(queries)


def _current_answers(assessment: Assessment, group: SubGroup) -> PrefilledAnswers:
    """All answers that were taken: statuses by their code, or as they were typed where they could not be taken."""
    columns = [column.key for column in assessment.template.contact_columns]
    tasks: dict[str, dict[str, str]] = {}
    for row in assessment.tasks[assessment.tasks["group"] == group.name].to_dict("records"):
        row["status"] = row["status"] or row["status_found"]
        if given := {column: str(row[column]) for column in columns if row[column]}:
            tasks[str(row["key"])] = given
    headlines: dict[str, list[str]] = {}
    mine = assessment.headlines[assessment.headlines["group"] == group.name]
    for line in iter_rows(mine):
        lines = headlines.setdefault(line.kind, [])
        lines += [""] * (line.number - len(lines))
        lines[line.number - 1] = line.text
    return PrefilledAnswers(tasks, headlines)


def _add_carried_answers(
    answers: PrefilledAnswers, sent: SentDetails, assessment: Assessment, group: SubGroup
) -> PrefilledAnswers:
    """The answers that were taken and, where there is none, those carried forward, unless they were taken out."""
    if sent.carried is None:
        return answers
    taken_out = {(item.task, item.column) for _, item in assessment.findings if item.code == CARRIED_CLEARED}
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
    return PrefilledAnswers(tasks, answers.headlines, carried)


def _questions(
    findings: Sequence[Finding],
    group: SubGroup,
    answers: PrefilledAnswers,
    assessment: Assessment,
    sheet_columns: Sequence[str],
) -> tuple[ContactQuestion, ...]:
    """The questions, each once: those about no cell first, then as the rows and columns of the workbook stand.

    `sheet` are the keys of the columns of a sheet.
    """
    columns = [column.key for column in assessment.template.contact_columns]
    keys = [task.key for outcome in group.outcomes for task in outcome.tasks]
    order = {key: number for number, key in enumerate(["", *keys])}
    rowless = [item.task for item in findings if item.code == "row-missing"]
    made: dict[ContactQuestion, tuple[int, int, int]] = {}
    for item in findings:
        row, column = _cell_of(item, answers, columns, sheet_columns)
        if column and row not in order:
            row, column = "", ""
        given = answers.tasks.get(row, {}).get(column, "") if column else row
        may_stand = CATALOGUE[item.code].may_stay_unchanged and bool(given)
        ask = (
            _append_task_names(item.ask, group, {*answers.tasks, *rowless}) if item.code == "half-filled" else item.ask
        )
        place = (order.get(row, len(order)), columns.index(column) if column else 0, SEVERITY_ORDER[item.severity])
        others = (answers.carried_columns or {}).get(row, ()) if item.code == CARRIED_UNCHANGED else ()
        further = tuple(other for other in others if other != column)
        made.setdefault(ContactQuestion(row, column, ask, item.remedy, may_stand, further), place)
    return tuple(sorted(made, key=lambda question: (made[question], question)))


def _cell_of(
    finding: Finding, answers: PrefilledAnswers, columns: Sequence[str], sheet_columns: Sequence[str]
) -> tuple[str, str]:
    """The row and the column that a finding is about, by their keys; "" where it is about none.

    `columns` are the keys of those that the contact fills, `sheet` those of all columns of a sheet.
    """
    if finding.task:
        places = {column_letter(number): column for number, column in enumerate(sheet_columns, 1)}
        column = finding.column or places.get(finding.cell.rstrip("0123456789"), "")
        return finding.task, column if column in columns else "status"
    if finding.code == "cleared":
        return _headline_key(finding.wanted, answers), ""
    return finding.column, ""


def _headline_key(text: str, answers: PrefilledAnswers) -> str:
    """The key of the row of the headline with this text; "" where there is none any more."""
    for kind, lines in answers.headlines.items():
        if text in lines:
            return f"{HEADLINE_PREFIXES[kind]}{lines.index(text) + 1}"
    return ""


def _append_task_names(ask: str, group: SubGroup, other_tasks: Container[str]) -> str:
    """A question about tasks of which nothing is said, with their names; `others` are the keys of all other tasks."""
    names = [
        first_words(f"{outcome.ref} {task.labelled}".strip())
        for outcome in group.outcomes
        for task in outcome.tasks
        if task.key not in other_tasks
    ]
    said = f"{ask.removesuffix('.')}: {'; '.join(names)}"
    return said if said.endswith("…") else f"{said}."
