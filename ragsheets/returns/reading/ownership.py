"""Where a returned workbook belongs: to which sub-group, and with what it was sent."""

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
from ragsheets.workbook.sent_workbook import SentWorkbook, asks_the_same

#: How many times as many tasks of one sub-group as of any other must stand in a workbook that has lost its marks.
_MIN_TASK_RATIO = 3


class Ownership(NamedTuple):
    """Whose workbook it is, and what it was sent with. `now` is what would be sent today, where that is another thing.

    `reference` is its own; `remarks` say how its home was told, where that was not by its own marks.
    """

    group: str
    reference: str
    sent_workbook: SentWorkbook
    current_workbook: SentWorkbook | None = None
    observations: tuple[Observation, ...] = ()


def find_ownership(sheets: Sheets, context: ReadingContext) -> Ownership:
    """Find where a workbook belongs.

    Raises ReturnError where it belongs nowhere here: another plan's, another period's, another sub-group's, none of
    ours, or made by a newer version.
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
        edition, now = context.sent_workbook(facts.reference), context.current_workbook(group)
        if edition is now or asks_the_same(edition, now, context.template.plan_columns):
            return Ownership(group, facts.reference, edition)
        return Ownership(group, facts.reference, edition, now, (_observation("other-edition"),))
    _check_plan_and_period(facts, context)
    if facts.group not in context.group_names:
        if facts.group:
            raise ReturnError("unknown-group", found=facts.group_name)
        return _identify_by_content(sheets, context, facts.reference)
    now = context.current_workbook(facts.group)
    return Ownership(facts.group, facts.reference, now, now, (_observation("other-edition"),))


def _find_identifying_sheets(sheets: Sheets, context: ReadingContext) -> Sheets:
    """The sheets that say whose workbook it is: all of them, as a rule.

    Where a workbook has no hidden sheet of facts, or two, sheets of several workbooks may have been put together: then
    those of the workbook, or of the sub-group, with the most tasks on them.
    """
    facts = [(name, rows) for name, rows in sheets if rows and rows[0] and _is_facts(rows[0][0])]
    if len(facts) == 1:
        return sheets
    # A copy has another name than the sheet that was there first.
    if own := [sheet for sheet in facts if sheet[0] == identity.FACTS_SHEET]:
        return own
    claims = [(*_identify_sheet(rows, context), (name, rows)) for name, rows in sheets]
    weights: Counter[str] = Counter()
    for claim, weight, _ in claims:
        weights[claim] += weight
    del weights[""]
    if len(weights) < 2:
        return sheets
    best = max(weights, key=lambda claim: (weights[claim], claim in context.group_names))
    return [sheet for claim, _, sheet in claims if claim == best]


def _is_facts(value: object) -> bool:
    return isinstance(value, str) and value.startswith(identity.FACTS_SHEET)


def _identify_sheet(rows: Rows, context: ReadingContext) -> tuple[str, int]:
    """Whose a sheet is, the key of a sub-group or the reference of another workbook, and how many tasks it holds."""
    reference = next(identity.find_references([rows]), "")
    group = context.sent_records.get(reference, ("",))[0]
    hits = _count_matching_tasks([("", rows)], context)
    if reference and group not in context.group_names:
        return reference, 1 + max(hits.values(), default=0)
    likeliest = group or max(hits, key=lambda key: hits[key], default="")
    return (likeliest, hits[likeliest] + bool(group)) if group or any(hits.values()) else ("", 0)


def _count_matching_tasks(sheets: Sheets, context: ReadingContext) -> dict[str, int]:
    """How many of each sub-group's tasks stand on these sheets, word for word."""
    texts = {text_of(value) for _, rows in sheets for row in rows for value in row if isinstance(value, str) and value}
    return {
        group: len(texts & context.current_workbook(group).tasks_by_wording.keys())
        for group in context.current_references
    }


def _check_plan_and_period(facts: identity.WorkbookFacts, context: ReadingContext) -> None:
    if facts.plan and facts.plan != context.plan_identity:
        found = f"{facts.plan_title}”, sub-group “{facts.group_name}"
        raise ReturnError("wrong-plan", found=found, wanted=context.plan_title)
    elsewhere = facts.period or context.other_periods.get(facts.reference, "")
    if elsewhere and elsewhere != context.period:
        raise ReturnError("wrong-period", found=_date_in_words(elsewhere), wanted=_date_in_words(context.period))


def _identify_by_content(sheets: Sheets, context: ReadingContext, reference: str) -> Ownership:
    """The home of a workbook without marks: that of the sub-group whose tasks stand in it, and hardly another's.

    A date that it states must be the period's, for nothing else tells one period from another.
    """
    hits = _count_matching_tasks(sheets, context)
    ranked = sorted(hits, key=lambda group: -hits[group])
    best, others = hits[ranked[0]] if ranked else 0, hits[ranked[1]] if len(ranked) > 1 else 0
    if not best or best < _MIN_TASK_RATIO * others:
        raise ReturnError("not-ours")
    days = [day for _, rows in sheets for day in _find_stated_dates(rows, context)]
    if days and context.period not in days:
        raise ReturnError("wrong-period", found=_date_in_words(days[0]), wanted=_date_in_words(context.period))
    group = ranked[0]
    now = context.current_workbook(group)
    told = _observation("told-by-content", found=f"{best} of {len(now.tasks)}", wanted=context.group_names[group])
    return Ownership(group, reference, now, None, (told,))


def find_foreign_workbook(
    rows: Rows, unchanged_rows: Container[int], ownership: Ownership, context: ReadingContext
) -> tuple[str, str] | None:
    """Of which other workbook a sheet is, and the words on it; None where it is this workbook's own.

    The same tasks are asked about in every period and their keys are the same: what stands on a sheet that was copied
    from another period's or another sub-group's workbook must not be taken for an answer here. Such a sheet is told by
    its reference, else by its date, else, as headlines have neither, by a title that only another sub-group's has.
    """
    changed = [row for number, row in enumerate(rows) if number not in unchanged_rows]
    for reference in identity.find_references([changed]):
        whose, period = context.sent_records.get(reference, ("", ""))[0], context.other_periods.get(reference, "")
        if reference == ownership.reference or whose == ownership.group:
            continue
        edition = context.sent_workbook(reference) if whose else ownership.sent_workbook
        named = context.group_names.get(whose) or (_date_in_words(period) if period else reference)
        return named, _unsent_text_of(rows, edition)
    days = list(_find_stated_dates(changed, context))
    if days and context.period not in days and not any(identity.find_references([rows])):
        return _date_in_words(days[0]), _unsent_text_of(rows, ownership.sent_workbook)
    title = next((text_of(value) for value in rows[0] if value != ""), "") if changed else ""
    if title and title not in ownership.sent_workbook.sheet_titles and title not in ownership.sent_workbook.all_texts:
        for group in context.current_references:
            edition = context.current_workbook(group)
            if title in edition.sheet_titles and group != ownership.group:
                return context.group_names[group], _unsent_text_of(rows, edition)
    return None


def _unsent_text_of(rows: Rows, sent_workbook: SentWorkbook) -> str:
    """Everything on a sheet that its workbook was not sent with."""
    said = ((text_of(value), row) for row in rows for value in row if value != "")
    return " | ".join(text for text, row in said if text and not is_sent_text(text, row, sent_workbook))


def _find_stated_dates(rows: Rows, context: ReadingContext) -> Iterator[str]:
    """The dates on the lines that say which period a sheet is for."""
    before, after = context.template.date.split("{date}", 1)
    for row in rows:
        for value in row:
            if isinstance(value, str) and before and value.startswith(before) and value.endswith(after):
                day = dates.read_date(value[len(before) : len(value) - len(after)])
                if day:
                    yield day.isoformat()


def _observation(code: str, found: str = "", wanted: str = "") -> Observation:
    return Observation(code, "", "", "", found, wanted)


def _date_in_words(iso_date: str) -> str:
    date = dates.read_date(iso_date)
    return dates.in_words(date) if date else iso_date
