"""What a return says of the answers that its workbook was sent with: kept, replaced, or confirmed when asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ragsheets.returns.reading.model import Answer, Headline, Observation, ReturnedWorkbook
from ragsheets.returns.totals import Counts, find_overtyped_totals
from ragsheets.workbook.layout import HEADLINE_PREFIXES, NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.template.model import Template
    from ragsheets.workbook.sent_workbook import SentWorkbook

#: A cell to fill in: the key of its row and of its column ("" for a headline's).
CellKey = tuple[str, str]

#: What is observed of a workbook with questions that came back as it was sent.
QUESTIONS_UNANSWERED = "questions-unanswered"
#: What is observed of an answer that was asked about and left as it stood.
ANSWER_CONFIRMED = "answer-confirmed"
#: What is observed of an answer that was carried forward and still stands as it was sent, and of one that was taken
#: out.
CARRIED_UNCHANGED, CARRIED_CLEARED = "carried-untouched", "carried-cleared"
#: What is observed of a return also where its contact has typed nothing.
CODES_WITHOUT_INPUT = frozenset(("other-edition", QUESTIONS_UNANSWERED, CARRIED_UNCHANGED))

_UNCERTAIN_ROW_CODES = frozenset(("row-missing", "row-twice"))


def compare_with_sent(result: ReturnedWorkbook, sent_workbook: SentWorkbook, template: Template) -> None:
    """Compare what a return says with the answers that its workbook was sent with, and put it right in place.

    A cell that still holds what it was sent with says nothing, whatever the plan asks by now. An answer in the place of
    another is observed as such. Where the contact was asked about a cell that may stay as it is, and has looked at the
    workbook, leaving it is an answer; where nothing was answered at all, that is observed. An answer that was carried
    forward and was left as it was is observed too, unless everything was. The totals that the workbook states are those
    of all its answers, the older ones among them.
    """
    given = _sent_answers(sent_workbook, template)
    if not given:
        return
    result.unchanged_answers += [
        item
        for item in result.answers
        if sent_workbook.answers_that_may_stay.get(item.task, {}).get(item.column) == item.value
    ]
    result.answers[:] = [item for item in result.answers if given.get(_cell_key(item)) != item.value]
    result.headlines[:] = [item for item in result.headlines if given.get(_cell_key(item)) != item.text]
    said: list[Answer | Headline] = [*result.answers, *result.headlines]
    looked_at = bool(said) or any(item.code != CARRIED_UNCHANGED for item in result.observations)
    looked_at = looked_at or all(question.may_stay_unchanged for question in sent_workbook.questions)
    _compare_totals(result, sent_workbook, template, given)
    confirmed = _confirmed_answers(result, template) if looked_at else []
    if (
        sent_workbook.questions
        and not said
        and not confirmed
        and all(item.code in CODES_WITHOUT_INPUT for item in result.observations)
    ):
        result.add_observation(QUESTIONS_UNANSWERED, "", "", "", "", str(len(sent_workbook.questions)))
    for item in said:
        row, column = _cell_key(item)
        if (before := given.get((row, column))) and column not in sent_workbook.carried_columns_of(row):
            _add_answer_observation(result, "answer-replaced", item, before)
    for item in confirmed:
        _add_answer_observation(result, ANSWER_CONFIRMED, item, "")
        if isinstance(item, Answer):
            result.answers.append(item)
        else:
            result.headlines.append(item)
    silent = not said and not confirmed and all(item.code in CODES_WITHOUT_INPUT for item in result.observations)
    answered = {_cell_key(item) for item in (*said, *confirmed)}
    result.observations[:] = [
        item
        for item in result.observations
        if item.code != CARRIED_UNCHANGED or not (silent or (item.task, item.wanted) in answered)
    ]


def _sent_answers(sent_workbook: SentWorkbook, template: Template) -> dict[CellKey, str]:
    """The answers that the workbook was sent with."""
    columns = [column.key for column in template.contact_columns]
    given = {(key, column): texts.get(column, "") for key, texts in sent_workbook.tasks.items() for column in columns}
    given |= {(key, ""): text for key, text in sent_workbook.headlines.items()}
    return {key: text for key, text in given.items() if text}


def _cell_key(item: Answer | Headline) -> CellKey:
    return (
        (item.task, item.column) if isinstance(item, Answer) else (f"{HEADLINE_PREFIXES[item.kind]}{item.number}", "")
    )


def _add_answer_observation(result: ReturnedWorkbook, code: str, item: Answer | Headline, previous_text: str) -> None:
    task, text = (item.task, item.value) if isinstance(item, Answer) else ("", item.text)
    result.observations.append(Observation(code, item.sheet, item.cell, task, text, previous_text))


def _confirmed_answers(result: ReturnedWorkbook, template: Template) -> list[Answer | Headline]:
    """The answers that were asked about, may stay as they are, and were seen to stand there still."""
    touched = {_cell_key(item) for item in result.answers} | {_cell_key(item) for item in result.headlines}
    doubtful = {item.task for item in result.observations if item.code in _UNCERTAIN_ROW_CODES}
    touched |= {(item.task, item.found) for item in result.observations if item.code == CARRIED_CLEARED}
    cleared = {(item.task, item.found or item.wanted) for item in result.observations if item.code == "cleared"}
    columns = {"", *(column.key for column in template.contact_columns)}
    left: list[Answer | Headline] = []
    for item in result.unchanged_answers:
        key, task = (item.task, item.column), item.task if item.column else ""
        if item.column not in columns or key in touched or task in doubtful or (task, item.value) in cleared:
            continue
        touched.add(key)
        if item.column:
            left.append(item)
        else:
            kind, sign = next((kind, sign) for kind, sign in HEADLINE_PREFIXES.items() if item.task.startswith(sign))
            left.append(Headline(kind, int(item.task.removeprefix(sign)), item.value, item.sheet, item.cell))
    return left


def _compare_totals(
    result: ReturnedWorkbook, sent_workbook: SentWorkbook, template: Template, sent_answers: Mapping[CellKey, str]
) -> None:
    """Observe each stated total that the workbook's answers, older and new, do not come to; see `checks.totals`."""
    statuses = {
        task: text
        for (task, column), text in sent_answers.items()
        # What was carried forward counts where it was asked about.
        if column == "status" and (sent_workbook.questions or column not in sent_workbook.carried_columns_of(task))
    }
    for item in result.observations:
        is_status = item.code == "cleared" or (item.code == CARRIED_CLEARED and item.found == "status")
        if is_status and statuses.get(item.task) == item.wanted:
            del statuses[item.task]
    statuses |= {item.task: item.value for item in result.answers if item.column == "status"}
    by_formula = {code.casefold(): code for code in template.scale.codes}
    right = _count_lines(sent_workbook, statuses, lambda text: template.scale.read(text).code or NOT_REPORTED)
    # Its formulas take a status for the one that was carried forward, however it is written.
    carrying = () if sent_workbook.questions else sent_workbook.carried_columns or ()
    carried = {task: sent_answers.get((task, "status"), "").casefold() for task in carrying}
    seen = {task: text for task, text in statuses.items() if text.casefold() != carried.get(task)}
    usual = _count_lines(sent_workbook, seen, lambda text: by_formula.get(text.casefold(), NOT_REPORTED))
    for total in find_overtyped_totals(result.totals, right, usual, template.scale.codes):
        wanted = str(right[total.outcome, total.line])
        result.observations.append(Observation("total-mismatch", total.sheet, total.cell, "", total.stated, wanted))
    result.totals.clear()


def _count_lines(sent_workbook: SentWorkbook, statuses: Mapping[str, str], line_of: Callable[[str], str]) -> Counts:
    """The counts by outcome ("" for all) and line of a workbook with these statuses."""
    counts: Counts = Counter()
    for task, outcome in sent_workbook.outcome_by_task.items():
        text = statuses.get(task, "")
        for line in (line_of(text) if text else NOT_REPORTED, TOTAL):
            counts.update([(outcome, line), ("", line)])
    return counts
