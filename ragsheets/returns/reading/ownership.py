"""Identify the sub-group that a returned workbook belongs to, and what the workbook was sent with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from ragsheets import dates
from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Observation
from ragsheets.returns.reading.table import is_sent_text, text_of
from ragsheets.workbook import identity
from ragsheets.workbook.sent_workbook import SentWorkbook, has_same_questions

#: How many times as many tasks of one sub-group as of any other a workbook that has lost its marks must contain.
_MIN_TASK_RATIO = 3


class Ownership(NamedTuple):
    """The sub-group of a workbook, and what the workbook was sent with.

    Attributes:
        group: the key of the sub-group.
        reference: the workbook's own reference.
        sent_workbook: the workbook as sent.
        current_workbook: the workbook that would be sent today, where it differs.
        observations: how the sub-group was identified, where not by the workbook's own marks.
    """

    group: str
    reference: str
    sent_workbook: SentWorkbook
    current_workbook: SentWorkbook | None = None
    observations: tuple[Observation, ...] = ()


def find_ownership(sheets: Sheets, context: ReadingContext) -> Ownership:
    """Return the sub-group that a workbook belongs to.

    Raises ReturnError where it belongs to another plan, period or sub-group, is not one of ours, or was made by a newer
    version.
    """
    sheets = _find_identifying_sheets(sheets, context)
    facts = identity.find_facts(sheets)
    if facts is None:
        return _identify_by_content(sheets, context, "")
    if facts.contract > identity.CONTRACT_VERSION:
        raise ReturnError("newer-contract")
    if facts.reference in context.sent_records:
        group = context.sent_records[facts.reference][0]
        if group not in context.group_names:
            raise ReturnError("unknown-group", found=facts.group_name or group)
        sent, current = context.sent_workbook(facts.reference), context.current_workbook(group)
        if sent is current or has_same_questions(sent, current, context.template.plan_columns):
            return Ownership(group, facts.reference, sent)
        return Ownership(group, facts.reference, sent, current, (_observation("other-edition"),))
    _check_plan_and_period(facts, context)
    if facts.group not in context.group_names:
        if facts.group:
            raise ReturnError("unknown-group", found=facts.group_name)
        return _identify_by_content(sheets, context, facts.reference)
    current = context.current_workbook(facts.group)
    return Ownership(facts.group, facts.reference, current, current, (_observation("other-edition"),))


def _find_identifying_sheets(sheets: Sheets, context: ReadingContext) -> Sheets:
    """Return the sheets that identify the sub-group of a workbook: usually all of them.

    Where a workbook has no hidden sheet of facts, or two, sheets of several workbooks may have been combined: then
    return those of the workbook, or of the sub-group, with the most tasks on them.
    """
    facts_sheets = [(name, rows) for name, rows in sheets if rows and rows[0] and _is_facts(rows[0][0])]
    if len(facts_sheets) == 1:
        return sheets
    # A copied sheet has another name than its original.
    if own_facts_sheets := [sheet for sheet in facts_sheets if sheet[0] == identity.FACTS_SHEET]:
        return own_facts_sheets
    owned_sheets = [(*_identify_sheet(rows, context), (name, rows)) for name, rows in sheets]
    weights: Counter[str] = Counter()
    for owner, weight, _ in owned_sheets:
        weights[owner] += weight
    del weights[""]
    if len(weights) < 2:
        return sheets
    main_owner = max(weights, key=lambda owner: (weights[owner], owner in context.group_names))
    return [sheet for owner, _, sheet in owned_sheets if owner == main_owner]


def _is_facts(value: object) -> bool:
    return isinstance(value, str) and value.startswith(identity.FACTS_SHEET)


def _identify_sheet(rows: Rows, context: ReadingContext) -> tuple[str, int]:
    """Return the owner of a sheet and how many tasks the sheet holds.

    The owner is the key of a sub-group or the reference of another workbook.
    """
    reference = next(identity.find_references([rows]), "")
    group = context.sent_records.get(reference, ("",))[0]
    task_counts = _count_matching_tasks([("", rows)], context)
    if reference and group not in context.group_names:
        return reference, 1 + max(task_counts.values(), default=0)
    likeliest = group or max(task_counts, key=lambda key: task_counts[key], default="")
    return (likeliest, task_counts[likeliest] + bool(group)) if group or any(task_counts.values()) else ("", 0)


def _count_matching_tasks(sheets: Sheets, context: ReadingContext) -> dict[str, int]:
    """Return how many of each sub-group's tasks these sheets contain, word for word."""
    texts = {text_of(value) for _, rows in sheets for row in rows for value in row if isinstance(value, str) and value}
    return {
        group: len(texts & context.current_workbook(group).tasks_by_wording.keys())
        for group in context.current_references
    }


def _check_plan_and_period(facts: identity.WorkbookFacts, context: ReadingContext) -> None:
    if facts.plan and facts.plan != context.plan_identity:
        actual = f"{facts.plan_title}”, sub-group “{facts.group_name}"
        raise ReturnError("wrong-plan", found=actual, wanted=context.plan_title)
    stated_period = facts.period or context.other_periods.get(facts.reference, "")
    if stated_period and stated_period != context.period:
        raise _wrong_period_error(stated_period, context)


def _identify_by_content(sheets: Sheets, context: ReadingContext, reference: str) -> Ownership:
    """Return the ownership of a workbook without marks, by the sub-group whose tasks it contains.

    It may contain hardly any tasks of another sub-group. A date that it states must be the period's, since nothing else
    distinguishes one period from another.
    """
    task_counts = _count_matching_tasks(sheets, context)
    ranked = sorted(task_counts, key=lambda group: -task_counts[group])
    best, second_best = task_counts[ranked[0]] if ranked else 0, task_counts[ranked[1]] if len(ranked) > 1 else 0
    if not best or best < _MIN_TASK_RATIO * second_best:
        raise ReturnError("not-ours")
    days = [day for _, rows in sheets for day in _find_stated_dates(rows, context)]
    if days and context.period not in days:
        raise _wrong_period_error(days[0], context)
    group = ranked[0]
    current = context.current_workbook(group)
    observation = _observation(
        "told-by-content", found=f"{best} of {len(current.tasks)}", wanted=context.group_names[group]
    )
    return Ownership(group, reference, current, None, (observation,))


def find_foreign_workbook(
    rows: Rows, unchanged_rows: Container[int], ownership: Ownership, context: ReadingContext
) -> tuple[str, str] | None:
    """Return the other workbook that a sheet belongs to, and the text on it; None for the workbook's own sheets.

    Every period asks about the same tasks with the same keys: text on a sheet copied from the workbook of another
    period or sub-group must not be read as an answer. Such a sheet is identified by its reference, else by its date,
    else, since headlines have neither, by a title that only another sub-group has.
    """
    changed_rows = [row for number, row in enumerate(rows) if number not in unchanged_rows]
    for reference in identity.find_references([changed_rows]):
        group_key, period = context.sent_records.get(reference, ("", ""))[0], context.other_periods.get(reference, "")
        if reference == ownership.reference or group_key == ownership.group:
            continue
        sent = context.sent_workbook(reference) if group_key else ownership.sent_workbook
        workbook_name = context.group_names.get(group_key) or (_date_in_words(period) if period else reference)
        return workbook_name, _unsent_text_of(rows, sent)
    days = list(_find_stated_dates(changed_rows, context))
    if days and context.period not in days and not any(identity.find_references([rows])):
        return _date_in_words(days[0]), _unsent_text_of(rows, ownership.sent_workbook)
    title = next((text_of(value) for value in rows[0] if value != ""), "") if changed_rows else ""
    if title and title not in ownership.sent_workbook.sheet_titles and title not in ownership.sent_workbook.all_texts:
        for group in context.current_references:
            sent = context.current_workbook(group)
            if title in sent.sheet_titles and group != ownership.group:
                return context.group_names[group], _unsent_text_of(rows, sent)
    return None


def _unsent_text_of(rows: Rows, sent_workbook: SentWorkbook) -> str:
    """Return all text on a sheet that its workbook was not sent with."""
    cell_texts = ((text_of(value), row) for row in rows for value in row if value != "")
    return " | ".join(text for text, row in cell_texts if text and not is_sent_text(text, row, sent_workbook))


def _find_stated_dates(rows: Rows, context: ReadingContext) -> Iterator[str]:
    """Yield the dates on the lines that state which period a sheet is for."""
    before, after = context.template.date.split("{date}", 1)
    for row in rows:
        for value in row:
            if isinstance(value, str) and before and value.startswith(before) and value.endswith(after):
                day = dates.read_date(value[len(before) : len(value) - len(after)])
                if day:
                    yield day.isoformat()


def _wrong_period_error(period: str, context: ReadingContext) -> ReturnError:
    words = {"found": _date_in_words(period), "wanted": _date_in_words(context.period)}
    return ReturnError("wrong-period", period=period, **words)


def _observation(code: str, found: str = "", wanted: str = "") -> Observation:
    return Observation(code, "", "", "", found, wanted)


def _date_in_words(iso_date: str) -> str:
    date = dates.read_date(iso_date)
    return dates.in_words(date) if date else iso_date
