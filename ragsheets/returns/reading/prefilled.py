"""What a return says of the answers that its workbook was sent with: kept, replaced, or confirmed when asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ragsheets.returns.reading.model import Answer, Headline, Observation, Return
from ragsheets.returns.totals import Counts, typed_over
from ragsheets.workbook.layout import HEADLINES, NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.template.model import Template
    from ragsheets.workbook.sent_workbook import Sent

#: A cell to fill in: the key of its row and of its column ("" for a headline's).
Key = tuple[str, str]

#: What is observed of a workbook with questions that came back as it was sent.
UNANSWERED = "questions-unanswered"
#: What is observed of an answer that was asked about and left as it stood.
CONFIRMED = "answer-confirmed"
#: What is observed of an answer that was carried forward and still stands as it was sent, and of one that was taken
#: out.
UNTOUCHED, TAKEN_OUT = "carried-untouched", "carried-cleared"
#: What is observed of a return also where its contact has typed nothing.
SILENT = frozenset(("other-edition", UNANSWERED, UNTOUCHED))

_ROW_IN_DOUBT = frozenset(("row-missing", "row-twice"))


def compare(result: Return, sent: Sent, template: Template) -> None:
    """Compare what a return says with the answers that its workbook was sent with, and put it right in place.

    A cell that still holds what it was sent with says nothing, whatever the plan asks by now. An answer in the place of
    another is observed as such. Where the contact was asked about a cell that may stay as it is, and has looked at the
    workbook, leaving it is an answer; where nothing was answered at all, that is observed. An answer that was carried
    forward and was left as it was is observed too, unless everything was. The totals that the workbook states are those
    of all its answers, the older ones among them.
    """
    given = _given(sent, template)
    if not given:
        return
    result.left += [item for item in result.answers if sent.may_stand.get(item.task, {}).get(item.column) == item.value]
    result.answers[:] = [item for item in result.answers if given.get(_key(item)) != item.value]
    result.headlines[:] = [item for item in result.headlines if given.get(_key(item)) != item.text]
    said: list[Answer | Headline] = [*result.answers, *result.headlines]
    looked_at = bool(said) or any(item.code != UNTOUCHED for item in result.observations)
    looked_at = looked_at or all(question.may_stand for question in sent.questions)
    _compare_totals(result, sent, template, given)
    confirmed = _left_standing(result, template) if looked_at else []
    if sent.questions and not said and not confirmed and all(item.code in SILENT for item in result.observations):
        result.say(UNANSWERED, "", "", "", "", str(len(sent.questions)))
    for item in said:
        row, column = _key(item)
        if (before := given.get((row, column))) and column not in sent.carried_of(row):
            _observe(result, "answer-replaced", item, before)
    for item in confirmed:
        _observe(result, CONFIRMED, item, "")
        if isinstance(item, Answer):
            result.answers.append(item)
        else:
            result.headlines.append(item)
    silent = not said and not confirmed and all(item.code in SILENT for item in result.observations)
    answered = {_key(item) for item in (*said, *confirmed)}
    result.observations[:] = [
        item
        for item in result.observations
        if item.code != UNTOUCHED or not (silent or (item.task, item.wanted) in answered)
    ]


def _given(sent: Sent, template: Template) -> dict[Key, str]:
    """The answers that the workbook was sent with."""
    columns = [column.key for column in template.contact_columns]
    given = {(key, column): texts.get(column, "") for key, texts in sent.tasks.items() for column in columns}
    given |= {(key, ""): text for key, text in sent.headlines.items()}
    return {key: text for key, text in given.items() if text}


def _key(item: Answer | Headline) -> Key:
    return (item.task, item.column) if isinstance(item, Answer) else (f"{HEADLINES[item.kind]}{item.number}", "")


def _observe(result: Return, code: str, item: Answer | Headline, before: str) -> None:
    task, text = (item.task, item.value) if isinstance(item, Answer) else ("", item.text)
    result.observations.append(Observation(code, item.sheet, item.cell, task, text, before))


def _left_standing(result: Return, template: Template) -> list[Answer | Headline]:
    """The answers that were asked about, may stay as they are, and were seen to stand there still."""
    touched = {_key(item) for item in result.answers} | {_key(item) for item in result.headlines}
    doubtful = {item.task for item in result.observations if item.code in _ROW_IN_DOUBT}
    touched |= {(item.task, item.found) for item in result.observations if item.code == TAKEN_OUT}
    cleared = {(item.task, item.found or item.wanted) for item in result.observations if item.code == "cleared"}
    columns = {"", *(column.key for column in template.contact_columns)}
    left: list[Answer | Headline] = []
    for item in result.left:
        key, task = (item.task, item.column), item.task if item.column else ""
        if item.column not in columns or key in touched or task in doubtful or (task, item.value) in cleared:
            continue
        touched.add(key)
        if item.column:
            left.append(item)
        else:
            kind, sign = next((kind, sign) for kind, sign in HEADLINES.items() if item.task.startswith(sign))
            left.append(Headline(kind, int(item.task.removeprefix(sign)), item.value, item.sheet, item.cell))
    return left


def _compare_totals(result: Return, sent: Sent, template: Template, given: Mapping[Key, str]) -> None:
    """Observe each stated total that the workbook's answers, older and new, do not come to; see `checks.totals`."""
    statuses = {
        task: text
        for (task, column), text in given.items()
        # What was carried forward counts where it was asked about.
        if column == "status" and (sent.questions or column not in sent.carried_of(task))
    }
    for item in result.observations:
        is_status = item.code == "cleared" or (item.code == TAKEN_OUT and item.found == "status")
        if is_status and statuses.get(item.task) == item.wanted:
            del statuses[item.task]
    statuses |= {item.task: item.value for item in result.answers if item.column == "status"}
    by_formula = {code.casefold(): code for code in template.scale.codes}
    right = _counted(sent, statuses, lambda text: template.scale.read(text).code or NOT_REPORTED)
    # Its formulas take a status for the one that was carried forward, however it is written.
    carrying = () if sent.questions else sent.carried or ()
    carried = {task: given.get((task, "status"), "").casefold() for task in carrying}
    seen = {task: text for task, text in statuses.items() if text.casefold() != carried.get(task)}
    usual = _counted(sent, seen, lambda text: by_formula.get(text.casefold(), NOT_REPORTED))
    for total in typed_over(result.totals, right, usual, template.scale.codes):
        wanted = str(right[total.outcome, total.line])
        result.observations.append(Observation("total-mismatch", total.sheet, total.cell, "", total.stated, wanted))
    result.totals.clear()


def _counted(sent: Sent, statuses: Mapping[str, str], line_of: Callable[[str], str]) -> Counts:
    """The counts by outcome ("" for all) and line of a workbook with these statuses."""
    counts: Counts = Counter()
    for task, outcome in sent.outcome_of.items():
        text = statuses.get(task, "")
        for line in (line_of(text) if text else NOT_REPORTED, TOTAL):
            counts.update([(outcome, line), ("", line)])
    return counts
