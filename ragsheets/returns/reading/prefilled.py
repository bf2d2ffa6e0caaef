"""Compare a return with the answers that its workbook was sent with: unchanged, replaced or confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.finding_catalogue import observed_kind
from ragsheets.returns.reading.model import (
    Answer,
    Headline,
    Observation,
    ReturnedWorkbook,
    headline_key,
    headline_of_key,
)
from ragsheets.returns.reading.stated_totals import STATUS_UNCOUNTED
from ragsheets.returns.totals import count_lines, find_overtyped_totals
from ragsheets.workbook.layout import NOT_REPORTED

if TYPE_CHECKING:
    from ragsheets.template.model import Template
    from ragsheets.workbook.sent_workbook import SentWorkbook

#: A cell to fill in: the key of its row and of its column ("" for a headline's).
CellKey = tuple[str, str]

#: The code for a workbook with questions that was returned unchanged.
QUESTIONS_UNANSWERED = "questions-unanswered"
#: The code for a workbook that carries answers forward and was returned unchanged.
NOTHING_CONFIRMED = "nothing-confirmed"
#: The code for an answer that was asked about and is unchanged.
ANSWER_CONFIRMED = "answer-confirmed"
#: The codes for an answer that was carried forward and is unchanged, and for one that was removed.
CARRIED_UNCHANGED, CARRIED_CLEARED = "carried-untouched", "carried-cleared"
#: The code for an answer that was carried forward, and left as it was in a row that was changed.
CARRIED_KEPT = "carried-kept"
#: The codes for answers that their workbook was sent with and that were left as they were.
CONFIRMED_CODES = (ANSWER_CONFIRMED, CARRIED_KEPT)

KINDS = {
    QUESTIONS_UNANSWERED: FindingKind(
        Severity.ERROR,
        "The questions have not been answered: their workbook was returned as it was sent.",
        "Ask for their answers.",
        is_input=False,
        needs_context=True,
    ),
    NOTHING_CONFIRMED: FindingKind(
        Severity.ERROR,
        "The workbook was returned as it was sent, with the answers from last time: none was changed, so none counts.",
        "Ask what has changed since; an answer that is still right can be recorded with ragsheets correct.",
        is_input=False,
        needs_context=True,
    ),
    "answer-replaced": FindingKind(
        Severity.NOTE, "“{found}” replaces “{wanted}”, which the workbook was sent with.", "Nothing to do."
    ),
    ANSWER_CONFIRMED: FindingKind(Severity.NOTE, "“{found}” was asked about and left unchanged.", "Nothing to do."),
}


def compare_with_sent(
    result: ReturnedWorkbook, sent_workbook: SentWorkbook, template: Template, *, is_copy: bool = False
) -> None:
    """Compare a return with the answers that its workbook was sent with, and correct it in place.

    A cell that still holds what it was sent with is not an answer, whatever the plan asks now. An answer that replaces
    another is observed. Where the contact was asked about a cell that may stay as it is, leaving the cell unchanged is
    an answer, unless the whole file is a copy that nobody saved again; where nothing was answered at all, that is
    observed. An answer that was carried forward counts where another one of its row was changed; elsewhere it is
    observed, and so is a workbook in which all of them are unchanged. The totals that the workbook states are those of
    all its answers, including the older ones.

    Args:
        result: what was read; it is changed.
        sent_workbook: the workbook as sent.
        template: the template.
        is_copy: whether the file has the bytes that were sent.
    """
    sent_answers = _sent_answers(sent_workbook, template)
    if not sent_answers:
        return
    result.unchanged_answers += [
        item
        for item in result.answers
        if sent_workbook.answers_that_may_stay.get(item.task, {}).get(item.column) == item.value
    ]
    result.answers[:] = [item for item in result.answers if sent_answers.get(_cell_key(item)) != item.value]
    result.headlines[:] = [item for item in result.headlines if sent_answers.get(_cell_key(item)) != item.text]
    new_answers: list[Answer | Headline] = [*result.answers, *result.headlines]
    confirmed_answers = [] if is_copy else _confirmed_answers(result, template)
    confirmed_cells = {_cell_key(item) for item in confirmed_answers}
    kept_answers = [item for item in _kept_answers(result, template) if _cell_key(item) not in confirmed_cells]
    _compare_totals(result, sent_workbook, template, sent_answers, kept_answers)
    is_unanswered = (
        not new_answers
        and not confirmed_answers
        and not any(observed_kind(item.code).is_input for item in result.observations)
    )
    if sent_workbook.questions and is_unanswered:
        result.add_observation(QUESTIONS_UNANSWERED, wanted=str(len(sent_workbook.questions)))
    for item in new_answers:
        row, column = _cell_key(item)
        if (previous_text := sent_answers.get((row, column))) and column not in sent_workbook.carried_columns_of(row):
            _add_answer_observation(result, "answer-replaced", item, previous_text)
    for item in confirmed_answers:
        _add_answer_observation(result, ANSWER_CONFIRMED, item, "")
        if isinstance(item, Answer):
            result.answers.append(item)
        else:
            result.headlines.append(item)
    if is_unanswered and any(item.code == CARRIED_UNCHANGED for item in result.observations):
        result.add_observation(NOTHING_CONFIRMED)
    for answer in kept_answers:
        _add_answer_observation(result, CARRIED_KEPT, answer, "")
        result.answers.append(answer)
    answered_cells = {_cell_key(item) for item in (*new_answers, *confirmed_answers, *kept_answers)}
    result.observations[:] = [
        item
        for item in result.observations
        if item.code != CARRIED_UNCHANGED or (item.task, item.column) not in answered_cells
    ]


def _kept_answers(result: ReturnedWorkbook, template: Template) -> list[Answer]:
    """Return the answers that were carried forward and are unchanged, in rows where another answer was changed."""
    changed_rows = {item.task for item in result.answers}
    changed_rows |= {item.task for item in result.observations if item.code == CARRIED_CLEARED}
    changed_rows -= _uncertain_tasks(result)
    columns = {column.key for column in template.contact_columns}
    kept = {
        (item.task, item.column): Answer(item.task, item.column, item.found, item.sheet, item.cell)
        for item in reversed(result.observations)
        if item.code == CARRIED_UNCHANGED and item.task in changed_rows and item.column in columns
    }
    return list(reversed(kept.values()))


def _uncertain_tasks(result: ReturnedWorkbook) -> set[str]:
    """Return the tasks with an observation on their whole row: it is not certain what its cells hold."""
    return {item.task for item in result.observations if observed_kind(item.code).settled_by == "row"}


def _sent_answers(sent_workbook: SentWorkbook, template: Template) -> dict[CellKey, str]:
    """Return the answers that the workbook was sent with."""
    columns = [column.key for column in template.contact_columns]
    answers = {(key, column): texts.get(column, "") for key, texts in sent_workbook.tasks.items() for column in columns}
    answers |= {(key, ""): text for key, text in sent_workbook.headlines.items()}
    return {key: text for key, text in answers.items() if text}


def _cell_key(item: Answer | Headline) -> CellKey:
    return (item.task, item.column) if isinstance(item, Answer) else (headline_key(item.kind, item.number), "")


def _add_answer_observation(result: ReturnedWorkbook, code: str, item: Answer | Headline, previous_text: str) -> None:
    if isinstance(item, Answer):
        observation = Observation(code, item.sheet, item.cell, item.task, item.value, column=item.column)
    else:
        observation = Observation(code, item.sheet, item.cell, found=item.text)
    result.observations.append(observation._replace(wanted=previous_text))


def _confirmed_answers(result: ReturnedWorkbook, template: Template) -> list[Answer | Headline]:
    """Return the answers that were asked about, may stay as they are, and are unchanged."""
    changed_cells = {_cell_key(item) for item in result.answers} | {_cell_key(item) for item in result.headlines}
    uncertain_tasks = _uncertain_tasks(result)
    changed_cells |= {(item.task, item.column) for item in result.observations if item.code == CARRIED_CLEARED}
    cleared_answers = {(item.task, item.wanted) for item in result.observations if item.code == "cleared"}
    columns = {"", *(column.key for column in template.contact_columns)}
    confirmed: list[Answer | Headline] = []
    for item in result.unchanged_answers:
        key, task = (item.task, item.column), item.task if item.column else ""
        if (
            item.column not in columns
            or key in changed_cells
            or task in uncertain_tasks
            or (task, item.value) in cleared_answers
        ):
            continue
        changed_cells.add(key)
        if item.column:
            confirmed.append(item)
            continue
        kind, number = headline_of_key(item.task)
        if number is not None:
            confirmed.append(Headline(kind, number, item.value, item.sheet, item.cell))
    return confirmed


def _compare_totals(
    result: ReturnedWorkbook,
    sent_workbook: SentWorkbook,
    template: Template,
    sent_answers: Mapping[CellKey, str],
    kept_answers: Sequence[Answer],
) -> None:
    """Observe each stated total that differs from the count of the workbook's answers, older and new.

    See `ragsheets.returns.checks.totals`.
    """
    statuses = {
        task: text
        for (task, column), text in sent_answers.items()
        # Carried-forward statuses count only in workbooks that ask about them.
        if column == "status" and (sent_workbook.questions or column not in sent_workbook.carried_columns_of(task))
    }
    for item in result.observations:
        is_cleared_status = item.code in ("cleared", CARRIED_CLEARED) and item.column == "status"
        if is_cleared_status and statuses.get(item.task) == item.wanted:
            del statuses[item.task]
    statuses |= {item.task: item.value for item in (*kept_answers, *result.answers) if item.column == "status"}
    by_formula = {code.casefold(): code for code in template.scale.codes}
    outcomes = sent_workbook.outcome_by_task
    correct_counts = count_lines(outcomes, statuses, lambda text: template.scale.read(text).code or NOT_REPORTED)
    # Its formulas treat a status as the one carried forward whatever its upper or lower case.
    carrying_tasks = () if sent_workbook.questions else sent_workbook.carried_columns or ()
    carried_statuses = {task: sent_answers.get((task, "status"), "").casefold() for task in carrying_tasks}
    uncounted_tasks = {item.task for item in result.observations if item.code == STATUS_UNCOUNTED}
    counted_statuses = {
        task: text
        for task, text in statuses.items()
        if text.casefold() != carried_statuses.get(task) and task not in uncounted_tasks
    }
    formula_counts = count_lines(outcomes, counted_statuses, lambda text: by_formula.get(text.casefold(), NOT_REPORTED))
    for total in find_overtyped_totals(result.totals, correct_counts, formula_counts, template.scale.codes):
        expected = str(correct_counts[total.outcome, total.line])
        result.observations.append(Observation("total-mismatch", total.sheet, total.cell, "", total.stated, expected))
    result.totals.clear()
