"""Read the workbook of another period for the current one, task by task, where the coordinator asks for that."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ragsheets import dates
from ragsheets.errors import ReturnError
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.plan.matching import BETWEEN_PERIODS, find_same_tasks, plan_tasks
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.intake.open_file import OpenedWorkbook
from ragsheets.returns.intake.period_context import reading_context_of
from ragsheets.returns.reading.model import Observation, ReturnedWorkbook, headline_key
from ragsheets.returns.reading.prefilled import (
    CARRIED_CLEARED,
    CARRIED_UNCHANGED,
    CONFIRMED_CODES,
    QUESTIONS_UNANSWERED,
    compare_with_sent,
)
from ragsheets.returns.reading.stated_totals import drop_numeric_totals

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Plan
    from ragsheets.returns.intake.worker import WorkerPool
    from ragsheets.workbook.sent_workbook import SentWorkbook

#: The code for a workbook of another period, and for an answer in it to a task or column that this period lacks.
OTHER_PERIOD, OTHER_PERIOD_ANSWER = "other-period", "other-period-answer"
#: The codes about what a workbook was sent with, which ask nothing of this period and hold no text of the contact.
_CODES_ABOUT_SENT_CELLS = frozenset(
    (
        *(CARRIED_UNCHANGED, CARRIED_CLEARED, *CONFIRMED_CODES, QUESTIONS_UNANSWERED),
        *("answer-replaced", "cleared", "other-edition", "row-missing", "past-deleted"),
    )
)

KINDS = {
    OTHER_PERIOD: FindingKind(
        Severity.NOTE,
        "This is the workbook of {found}, which the coordinator counts for this period; answers in it that count "
        "here: {wanted}.",
        'To undo this: ragsheets ingest --exclude "{file}".',
        is_input=False,
    ),
    OTHER_PERIOD_ANSWER: FindingKind(
        Severity.WARNING,
        "“{found}” answers “{wanted}”, which is not asked in this period.",
        "It is not printed. If it answers a task of this period, record it: ragsheets correct.",
    ),
}


@dataclass(frozen=True)
class OtherPeriodReader:
    """Reads the workbooks of other periods that the coordinator uses for this one.

    Attributes:
        ledger: the open ledger.
        record: this period.
        digests: the SHA-256 of those workbooks.
        workers: those that read this period's returns.
    """

    ledger: Ledger
    record: PeriodRecord
    digests: Collection[str]
    workers: WorkerPool

    def read(self, digest: str, name: str, content: bytes, error: ReturnError) -> tuple[OpenedWorkbook, str]:
        """Return the workbook with its answers to tasks of this period, and the period (ISO) that it was sent for.

        Raises `error`, the reason for its rejection, where it is not to be used for this period.
        """
        period = error.facts.get("period", "")
        if digest not in self.digests or error.code != "wrong-period":
            raise error
        date = datetime.date.fromisoformat(period)
        if date not in self.ledger.periods():
            raise error
        other_record = self.ledger.period(date)
        context = reading_context_of(self.ledger, other_record)
        opened = self.workers.submit(name, content, context).result()
        if not isinstance(opened, OpenedWorkbook):
            raise error
        group = next((group for group in self.record.plan.groups if group.key == opened.group), None)
        if group is None:
            raise ReturnError("unknown-group", found=context.group_names[opened.group])
        reference = opened.prefilled_reference
        sent_workbook = context.sent_workbook_by_current_keys(reference) if reference else None
        if sent_workbook is not None:
            compare_with_sent(opened.result, sent_workbook, other_record.template)
        result = _for_this_period(opened.result, sent_workbook, other_record.plan, self.record, group.key)
        counts = str(len(result.answers) + len(result.headlines))
        result.observations.insert(0, Observation(OTHER_PERIOD, "", "", "", dates.in_words(date), counts))
        return replace(opened, result=result, prefilled_reference=""), period


def _for_this_period(
    result: ReturnedWorkbook, sent_workbook: SentWorkbook | None, other_plan: Plan, record: PeriodRecord, group: str
) -> ReturnedWorkbook:
    """Return what a workbook holds for this period.

    Its answers are those to the same tasks; all others are observed with their text. Cells that hold what the workbook
    was sent with are left out, and the totals, which count other tasks.

    Args:
        result: the workbook as read for its own period.
        sent_workbook: the workbook as sent, where it was sent with answers.
        other_plan: the plan of its own period.
        record: this period.
        group: the key of its sub-group.
    """
    drop_numeric_totals(result)
    # History is joined in the same way.
    same_tasks = find_same_tasks(plan_tasks(other_plan), plan_tasks(record.plan), BETWEEN_PERIODS)
    keys = {
        other_key: key for other_key, key in same_tasks.current_keys.items() if same_tasks.current[key].group == group
    }
    wordings = {key: task.labelled for key, task in tasks_by_key(other_plan).items()}
    columns = {column.key for column in record.template.contact_columns}
    sent_answers = sent_workbook.tasks if sent_workbook else {}
    sent_headlines = sent_workbook.headlines if sent_workbook else {}
    translated = ReturnedWorkbook(
        headlines=[
            line for line in result.headlines if sent_headlines.get(headline_key(line.kind, line.number)) != line.text
        ],
        observations=[
            item._replace(
                task=keys.get(item.task, ""), column=item.column if item.task in keys or not item.task else ""
            )
            for item in result.observations
            if item.code not in _CODES_ABOUT_SENT_CELLS and (item.found or item.code != "wording-changed")
        ],
    )
    for answer in result.answers:
        if sent_answers.get(answer.task, {}).get(answer.column) == answer.value:
            continue
        if answer.task in keys and answer.column in columns:
            translated.answers.append(answer._replace(task=keys[answer.task]))
        else:
            wording = wordings.get(answer.task, answer.task)
            translated.observations.append(
                Observation(OTHER_PERIOD_ANSWER, answer.sheet, answer.cell, "", answer.value, wording)
            )
    return translated
