"""Queries: questions that the contacts must settle, as workbooks to send back. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ragsheets.formats.mail.quoted_text import strip_quoted_text
from ragsheets.returns.checks.observations import is_about_words
from ragsheets.returns.finding import SEVERITY_ORDER, Finding
from ragsheets.returns.finding_catalogue import finding_kinds
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.reading.model import headline_key
from ragsheets.returns.reading.prefilled import CARRIED_CLEARED, CARRIED_UNCHANGED
from ragsheets.text import first_words, sender_address, shorten
from ragsheets.workbook.layout import ContactQuestion, PrefilledAnswers

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import SubGroup
    from ragsheets.returns.assess import Assessment
    from ragsheets.template.wording import Wording
    from ragsheets.workbook.last_period import LastPeriod

#: The most characters of an answer that a question to its contact quotes.
MAX_QUOTED_CHARACTERS = 500


@dataclass(frozen=True)
class SentDetails:
    """The parts of a sub-group's sent workbook that its query needs.

    `last_period` is what its sheets show of earlier periods, and `carried` are the answers that were carried forward,
    by task and column; None where none were.
    """

    last_period: LastPeriod | None = None
    carried: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Query:
    """The questions to one sub-group's contact, with all answers accepted so far.

    `last_period` is what the workbook shows of earlier periods; `words` are those of the sub-group's own messages,
    which are in no answer.
    """

    group: SubGroup
    answers: PrefilledAnswers
    questions: tuple[ContactQuestion, ...]
    last_period: LastPeriod | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A workbook to send back: its sub-group, its path in the project folder, and its number of questions."""

    group: str
    file: str
    questions: int


@dataclass(frozen=True, slots=True)
class QueriesResult:
    """The contents of the folder of queries after an ingest.

    Attributes:
        folder: its path in the project folder.
        workbooks: the workbooks to send back.
        edited_files: files that somebody has changed, which were not overwritten.
        problems: files that could not be written or removed, each in a sentence.
    """

    folder: str = ""
    workbooks: tuple[QueryFile, ...] = ()
    edited_files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def without_past_due_date(record: PeriodRecord, today: datetime.date) -> PeriodRecord:
    """Return the period without its due date if that is past: queries cannot ask for returns by then."""
    due = record.period.due
    return replace(record, period=replace(record.period, due=due if due and due >= today else None))


def queries_of(
    assessment: Assessment, record: PeriodRecord, sent_details_of: Callable[[str], SentDetails] | None = None
) -> tuple[Query, ...]:
    """Return a query for each sub-group whose contact must settle something, in the plan's order.

    Args:
        assessment: the state of the period.
        record: the period with its plan and template as they were sent.
        sent_details_of: returns the details of a sub-group's sent workbook, by its key; by default those of a first
            period.
    """
    findings_by_group: dict[str, list[Finding]] = {}
    for _, item in assessment.findings:
        if is_asked(item, record.template.wording) and item.group:
            findings_by_group.setdefault(item.group, []).append(item)
    queries = []
    for group in record.plan.groups:
        if group.key in findings_by_group:
            sent_details = sent_details_of(group.key) if sent_details_of else SentDetails()
            answers = _add_carried_answers(_current_answers(assessment, group), sent_details, assessment, group)
            questions = _questions(findings_by_group[group.key], group, answers, assessment)
            words = _written_words(assessment, group)
            queries.append(Query(group, answers, questions, sent_details.last_period, words))
    return tuple(queries)


def is_asked(finding: Finding, wording: Wording) -> bool:
    """Return whether the contact is asked about a finding: one that the template has a question for, not settled."""
    return finding.code in wording.questions and finding.settlement is None


def question_texts(finding: Finding, wording: Wording) -> tuple[str, str]:
    """Return the question of a finding and what to do about it, in the template's words to the contact."""
    question = wording.questions[finding.code]
    texts = {name: shorten(getattr(finding, name), MAX_QUOTED_CHARACTERS) for name in ("found", "wanted", "suggestion")}
    texts["suggestion"] = f" {texts['suggestion']}" if texts["suggestion"] else ""
    return question.ask.format(**texts), question.remedy.format(**texts)


def _written_words(assessment: Assessment, group: SubGroup) -> tuple[str, ...]:
    """Return the words of the messages from a sub-group's own addresses that may change an answer."""
    words = [
        strip_quoted_text(item.found)
        for _, item in assessment.findings
        if item.group == group.key
        and item.settlement is None
        and is_about_words(item)
        and sender_address(item.wanted) in group.addresses
    ]
    return tuple(dict.fromkeys(words))


def _current_answers(assessment: Assessment, group: SubGroup) -> PrefilledAnswers:
    """Return all accepted answers: statuses by their code, or as typed where they could not be recognised."""
    columns = [column.key for column in assessment.template.contact_columns]
    tasks: dict[str, dict[str, str]] = {}
    for row in assessment.tasks[assessment.tasks["group"] == group.key].to_dict("records"):
        row["status"] = row["status"] or row["status_found"]
        if answers := {column: str(row[column]) for column in columns if row[column]}:
            tasks[str(row["key"])] = answers
    headlines: dict[str, list[str]] = {}
    group_headlines = assessment.headlines[assessment.headlines["group"] == group.key]
    for line in iter_rows(group_headlines):
        lines = headlines.setdefault(line.kind, [])
        lines += [""] * (line.number - len(lines))
        lines[line.number - 1] = line.text
    return PrefilledAnswers(tasks, headlines)


def _add_carried_answers(
    answers: PrefilledAnswers, sent: SentDetails, assessment: Assessment, group: SubGroup
) -> PrefilledAnswers:
    """Return the accepted answers and, in cells without one, those carried forward that the contact has not removed."""
    if sent.carried is None:
        return answers
    removed_cells = {(item.task, item.column) for _, item in assessment.findings if item.code == CARRIED_CLEARED}
    tasks = {key: dict(task_answers) for key, task_answers in answers.tasks.items()}
    carried: dict[str, tuple[str, ...]] = {}
    for key in (task.key for task in group.tasks):
        task_answers = tasks.get(key, {})
        unanswered = {
            column: text
            for column, text in sent.carried.get(key, {}).items()
            if column not in task_answers and (key, column) not in removed_cells
        }
        if unanswered:
            tasks[key] = task_answers | unanswered
            carried[key] = tuple(unanswered)
    return PrefilledAnswers(tasks, answers.headlines, carried)


def _questions(
    findings: Sequence[Finding], group: SubGroup, answers: PrefilledAnswers, assessment: Assessment
) -> tuple[ContactQuestion, ...]:
    """Return the questions, without repeats: those about no cell first, then in the order of rows and columns."""
    columns = [column.key for column in assessment.template.contact_columns]
    keys = [task.key for task in group.tasks]
    order = {key: number for number, key in enumerate(["", *keys])}
    rowless = [item.task for _, item in assessment.findings if item.code == "row-missing"]
    positions: dict[ContactQuestion, tuple[int, int, int]] = {}
    for item in findings:
        row, column = _cell_of(item, answers, columns)
        if column and row not in order:
            row, column = "", ""
        content = answers.tasks.get(row, {}).get(column, "") if column else row
        may_stay_unchanged = finding_kinds()[item.code].may_stay_unchanged and bool(content)
        ask, remedy = question_texts(item, assessment.template.wording)
        if item.code == "half-filled":
            ask = _append_task_names(ask, group, {*answers.tasks, *rowless})
        position = (order.get(row, len(order)), columns.index(column) if column else 0, SEVERITY_ORDER[item.severity])
        carried_columns = (answers.carried_columns or {}).get(row, ()) if item.code == CARRIED_UNCHANGED else ()
        other_columns = tuple(key for key in carried_columns if key != column)
        positions.setdefault(ContactQuestion(row, column, ask, remedy, may_stay_unchanged, other_columns), position)
    return tuple(sorted(positions, key=lambda question: (positions[question], question)))


def _cell_of(finding: Finding, answers: PrefilledAnswers, columns: Sequence[str]) -> tuple[str, str]:
    """Return the keys of the row and the column that a finding is about; "" where it is about none.

    `columns` are the keys of those that the contact fills.
    """
    if finding.task:
        return finding.task, finding.column if finding.column in columns else "status"
    if finding.code == "cleared":
        return _headline_key(finding.wanted, answers), ""
    return finding.column, ""


def _headline_key(text: str, answers: PrefilledAnswers) -> str:
    """Return the key of the row of the headline with this text; "" where it no longer exists."""
    for kind, lines in answers.headlines.items():
        if text in lines:
            return headline_key(kind, lines.index(text) + 1)
    return ""


def _append_task_names(ask: str, group: SubGroup, other_tasks: Container[str]) -> str:
    """Return a question about tasks without an answer, with their names; `other_tasks` are the keys of all others."""
    names = [
        first_words(f"{outcome.ref} {task.labelled}".strip())
        for outcome in group.outcomes
        for task in outcome.tasks
        if task.key not in other_tasks
    ]
    question = f"{ask.removesuffix('.')}: {'; '.join(names)}"
    return question if question.endswith("…") else f"{question}."
