"""Identify the sub-group that a returned workbook belongs to, and what the workbook was sent with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragsheets import dates
from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet.values import Row, Rows, Sheets
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading.cell_text import is_sent_text, text_of
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import Observation
from ragsheets.returns.reading.sheet import ReturnedSheet
from ragsheets.workbook import identity
from ragsheets.workbook.layout import HEADLINE_PREFIXES, NEW_TASK_PREFIX
from ragsheets.workbook.sent_workbook import SentWorkbook, has_same_questions

#: How many times as many tasks of one sub-group as of any other a workbook that has lost its marks must contain.
_MIN_TASK_RATIO = 3

KINDS = {
    "not-ours": FindingKind(
        Severity.ERROR,
        "This workbook is not one that ragsheets made, or it has lost everything that shows where it belongs.",
        "Copy its words into the workbook that was sent to the sub-group.",
    ),
    "wrong-plan": FindingKind(
        Severity.ERROR,
        "This workbook is from another plan, “{found}”; this plan is “{wanted}”.",
        "Look for the workbook of this plan, or ask for it.",
    ),
    "wrong-period": FindingKind(
        Severity.ERROR,
        "This is the workbook{line} for {found}; you are collecting {wanted}.",
        'Ask for the workbook of this period; or use these answers for it: ragsheets ingest --as-this-period "{file}".',
        about_file=True,
    ),
    "unknown-group": FindingKind(
        Severity.ERROR,
        "This workbook is for the sub-group “{found}”, which has nothing to report in this period.",
        "Check that the plan has this sub-group and that not all of its tasks are complete.",
    ),
    "unknown-answers": FindingKind(
        Severity.ERROR,
        "The workbook was sent with answers already in it, and the ledger has no record of them.",
        "Ask for the workbook in the folder sent/ to be filled in instead.",
    ),
    "newer-contract": FindingKind(
        Severity.ERROR, "This workbook was made by a newer version of ragsheets.", "Install that version."
    ),
    "other-edition": FindingKind(
        Severity.WARNING,
        "This workbook was sent before the plan was changed; its answers were matched to tasks by key and wording.",
        "Check that its answers are beside the right tasks.",
        is_input=False,
    ),
    "told-by-content": FindingKind(
        Severity.WARNING,
        "The workbook has lost the reference that identifies it; it has {found} tasks of {wanted} and was read as "
        "their workbook.",
        "Check that it is the right one, of this period.",
    ),
}


class Ownership(NamedTuple):
    """The sub-group of a workbook, and what the workbook was sent with.

    Attributes:
        group: the key of the sub-group.
        reference: the workbook's own reference.
        sent_workbook: the workbook as sent.
        current_workbook: the workbook that would be sent today, where it differs, or where the ledger lacks the record
            of the workbook as sent: `sent_workbook` is then the likeliest edition of those that it has.
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
    version; for another period it has the reference and the sub-group, where the workbook still states them.
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
        return Ownership(group, facts.reference, sent, current, (Observation("other-edition"),))
    _check_plan_and_period(facts, context)
    if facts.prefilled:  # which of its answers are the contact's cannot be determined
        raise ReturnError("unknown-answers")
    if facts.group not in context.group_names:
        if facts.group:
            raise ReturnError("unknown-group", found=facts.group_name)
        return _identify_by_content(sheets, context, facts.reference)
    current = context.current_workbook(facts.group)
    sent = _likeliest_edition(sheets, facts.group, context)
    return Ownership(facts.group, facts.reference, sent, current, (Observation("other-edition"),))


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
    """Return how many of each sub-group's tasks these sheets contain, word for word, in any edition of its workbook."""
    return {
        group: max(_count_tasks(sheets, edition) for edition in _editions(group, context))
        for group in context.current_references
    }


def _count_tasks(sheets: Sheets, edition: SentWorkbook) -> int:
    return len(_find_tasks([row for _, rows in sheets for row in rows], edition))


def _editions(group: str, context: ReadingContext) -> list[SentWorkbook]:
    """Return the editions of a sub-group's workbook, the current one first."""
    current = context.current_workbook(group)
    return [
        current,
        *(
            context.sent_workbook(reference)
            for reference, (owner, _) in context.sent_records.items()
            if owner == group and reference != current.reference
        ),
    ]


def _check_plan_and_period(facts: identity.WorkbookFacts, context: ReadingContext) -> None:
    if facts.plan and facts.plan != context.plan_identity:
        actual = f"{facts.plan_title}”, sub-group “{facts.group_name}"
        raise ReturnError("wrong-plan", found=actual, wanted=context.plan_title)
    stated_period = facts.period or context.other_periods.get(facts.reference, "")
    if stated_period and stated_period != context.period:
        raise _wrong_period_error(stated_period, context, reference=facts.reference, group=facts.group)


def _identify_by_content(sheets: Sheets, context: ReadingContext, reference: str) -> Ownership:
    """Return the ownership of a workbook without marks, by the sub-group whose tasks it contains.

    It may contain hardly any tasks of another sub-group. A date that it states beside its tasks must be the period's,
    since nothing else distinguishes one period from another.
    """
    task_counts = _count_matching_tasks(sheets, context)
    ranked = sorted(task_counts, key=lambda group: -task_counts[group])
    best, second_best = task_counts[ranked[0]] if ranked else 0, task_counts[ranked[1]] if len(ranked) > 1 else 0
    if not best or best < _MIN_TASK_RATIO * second_best:
        raise ReturnError("not-ours")
    group = ranked[0]
    sent, current = _likeliest_edition(sheets, group, context), context.current_workbook(group)
    rows_beside_tasks = [
        row for _, rows in sheets if _find_tasks(rows, sent) for row in rows if not _is_answer_row(row, sent)
    ]
    if other_date := _other_date(rows_beside_tasks, context):
        raise _wrong_period_error(other_date, context)
    task_count = f"{best} of {len(sent.tasks)}"
    observation = Observation("told-by-content", found=task_count, wanted=context.group_names[group])
    if has_same_questions(sent, current, context.template.plan_columns):
        return Ownership(group, reference, current, None, (observation,))
    return Ownership(group, reference, sent, current, (observation, Observation("other-edition")))


def _likeliest_edition(sheets: Sheets, group: str, context: ReadingContext) -> SentWorkbook:
    """Return the edition of a sub-group's workbook with the most tasks on these sheets; of equals, the current one."""
    return max(_editions(group, context), key=lambda edition: _count_tasks(sheets, edition))


def find_foreign_workbook(
    sheet: ReturnedSheet, other_sheets: Sequence[Rows], ownership: Ownership, context: ReadingContext
) -> tuple[str, str] | None:
    """Return the other workbook that a sheet belongs to, and the text on it; None for the workbook's own sheets.

    Every period asks about the same tasks with the same keys: text on a sheet copied from the workbook of another
    period or sub-group must not be read as an answer. Such a sheet is identified by its reference, else by its tasks:
    a date or a title of another workbook is text like any other, unless it is above the tasks of that workbook, or
    above rows that the workbook's own sheets have too.

    Args:
        sheet: the sheet.
        other_sheets: the other sheets of the workbook.
        ownership: what the workbook was sent with.
        context: the period.
    """
    own, rows = ownership.sent_workbook, sheet.rows
    changed_rows = [
        row for number, row in enumerate(rows) if number not in sheet.unchanged_rows and not _is_answer_row(row, own)
    ]
    for reference in identity.find_references([changed_rows]):
        group_key, period = context.sent_records.get(reference, ("", ""))[0], context.other_periods.get(reference, "")
        if reference == ownership.reference or group_key == ownership.group:
            continue
        sent = context.sent_workbook(reference) if group_key else own
        workbook_name = context.group_names.get(group_key) or (_date_in_words(period) if period else reference)
        return workbook_name, _unsent_text_of(rows, sent)
    if not changed_rows or any(identity.find_references([rows])):
        return None
    other_date = _other_date(changed_rows, context)
    other_group = _group_by_title(_title_of(rows), ownership, context)
    if not other_date and not other_group:
        return None
    own_sheets = [other for other in other_sheets if _is_own_sheet(other, ownership, context)]
    if other_date and (tasks := _find_tasks(rows, own)):
        is_other_period = other_date in context.other_periods.values()
        if is_other_period or any(tasks & _find_tasks(other, own) for other in own_sheets):
            return _date_in_words(other_date), _unsent_text_of(rows, own)
    if other_group:
        sent = context.current_workbook(other_group)
        row_keys = _find_headline_keys(rows)
        if _find_tasks(rows, sent) or any(row_keys & _find_headline_keys(other) for other in own_sheets):
            return context.group_names[other_group], _unsent_text_of(rows, sent)
    return None


def _is_own_sheet(rows: Rows, ownership: Ownership, context: ReadingContext) -> bool:
    """Return whether a sheet has the workbook's own reference, or one of its titles and no tasks of another period."""
    sent = ownership.sent_workbook
    return ownership.reference in identity.find_references([rows]) or (
        _title_of(rows) in sent.sheet_titles and not (_find_tasks(rows, sent) and _other_date(rows, context))
    )


def _is_answer_row(row: Row, sent_workbook: SentWorkbook) -> bool:
    """Return whether a row has the key of a task, of a new one, or of a headline: what is typed there is an answer."""
    key = _last_text(row)
    return key in sent_workbook.tasks or key.startswith((NEW_TASK_PREFIX, *HEADLINE_PREFIXES.values()))


def _last_text(row: Row) -> str:
    return next((text_of(value) for value in reversed(row) if value != ""), "")


def _find_headline_keys(rows: Rows) -> set[str]:
    return {key for key in map(_last_text, rows) if key.startswith(tuple(HEADLINE_PREFIXES.values()))}


def _find_tasks(rows: Rows, sent_workbook: SentWorkbook) -> set[str]:
    """Return the wordings of a workbook's tasks on a sheet."""
    texts = {text_of(value) for row in rows for value in row if isinstance(value, str) and value}
    return texts & sent_workbook.tasks_by_wording.keys()


def _title_of(rows: Rows) -> str:
    """Return the first text in the first row of a sheet."""
    return next((text_of(value) for row in rows[:1] for value in row if value != ""), "")


def _other_date(rows: Rows, context: ReadingContext) -> str:
    """Return the first date stated in these rows if none of them is the period's, else ""."""
    days = list(_find_stated_dates(rows, context))
    return days[0] if days and context.period not in days else ""


def _group_by_title(title: str, ownership: Ownership, context: ReadingContext) -> str:
    """Return the first other sub-group, by its key, that has a sheet with this title; "" for none."""
    own = ownership.sent_workbook
    if not title or title in own.sheet_titles or title in own.all_texts:
        return ""
    return next(
        (
            group
            for group in context.current_references
            if group != ownership.group and title in context.current_workbook(group).sheet_titles
        ),
        "",
    )


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


def _wrong_period_error(period: str, context: ReadingContext, **origin: str) -> ReturnError:
    """Return the error for a workbook of another period; `origin` is its reference and its sub-group, where known."""
    words = {"found": _date_in_words(period), "wanted": _date_in_words(context.period)}
    return ReturnError("wrong-period", period=period, **words, **origin)


def _date_in_words(iso_date: str) -> str:
    date = dates.read_date(iso_date)
    return dates.in_words(date) if date else iso_date
