"""Where a returned workbook belongs: to which sub-group, and with what it was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from ragsheets import dates
from ragsheets.errors import ReturnError
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.returns.reading.context import Collection
from ragsheets.returns.reading.model import Observation
from ragsheets.returns.reading.table import is_ours, text_of
from ragsheets.workbook import identity
from ragsheets.workbook.sent_workbook import Sent, asks_the_same

#: How many times as many tasks of one sub-group as of any other must stand in a workbook that has lost its marks.
_CLEARLY = 3


class Home(NamedTuple):
    """Whose workbook it is, and what it was sent with. `now` is what would be sent today, where that is another thing.

    `reference` is its own; `remarks` say how its home was told, where that was not by its own marks.
    """

    group: str
    reference: str
    edition: Sent
    now: Sent | None = None
    remarks: tuple[Observation, ...] = ()


def home_of(sheets: Sheets, collection: Collection) -> Home:
    """Find where a workbook belongs.

    Raises ReturnError where it belongs nowhere here: another plan's, another period's, another sub-group's, none of
    ours, or made by a newer version.
    """
    sheets = _claimants(sheets, collection)
    facts = identity.find_facts(sheets)
    if facts is None:
        return _told_by_content(sheets, collection, "")
    if facts.contract > identity.CONTRACT:
        raise ReturnError("newer-contract")
    if facts.reference in collection.sent:
        group = collection.sent[facts.reference][0]
        if group not in collection.groups:
            raise ReturnError("unknown-group", found=facts.group_name or group)
        edition, now = collection.edition(facts.reference), collection.now(group)
        if edition is now or asks_the_same(edition, now, collection.form.by_plan):
            return Home(group, facts.reference, edition)
        return Home(group, facts.reference, edition, now, (_remark("other-edition"),))
    _refuse_others(facts, collection)
    if facts.group not in collection.groups:
        if facts.group:
            raise ReturnError("unknown-group", found=facts.group_name)
        return _told_by_content(sheets, collection, facts.reference)
    now = collection.now(facts.group)
    return Home(facts.group, facts.reference, now, now, (_remark("other-edition"),))


def _claimants(sheets: Sheets, collection: Collection) -> Sheets:
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
    claims = [(*_claim(rows, collection), (name, rows)) for name, rows in sheets]
    weights: Counter[str] = Counter()
    for claim, weight, _ in claims:
        weights[claim] += weight
    del weights[""]
    if len(weights) < 2:
        return sheets
    best = max(weights, key=lambda claim: (weights[claim], claim in collection.groups))
    return [sheet for claim, _, sheet in claims if claim == best]


def _is_facts(value: object) -> bool:
    return isinstance(value, str) and value.startswith(identity.FACTS_SHEET)


def _claim(rows: Rows, collection: Collection) -> tuple[str, int]:
    """Whose a sheet is, the key of a sub-group or the reference of another workbook, and how many tasks it holds."""
    reference = next(identity.references([rows]), "")
    group = collection.sent.get(reference, ("",))[0]
    hits = _hits([("", rows)], collection)
    if reference and group not in collection.groups:
        return reference, 1 + max(hits.values(), default=0)
    likeliest = group or max(hits, key=lambda key: hits[key], default="")
    return (likeliest, hits[likeliest] + bool(group)) if group or any(hits.values()) else ("", 0)


def _hits(sheets: Sheets, collection: Collection) -> dict[str, int]:
    """How many of each sub-group's tasks stand on these sheets, word for word."""
    texts = {text_of(value) for _, rows in sheets for row in rows for value in row if isinstance(value, str) and value}
    return {group: len(texts & collection.now(group).by_wording.keys()) for group in collection.latest}


def _refuse_others(facts: identity.Facts, collection: Collection) -> None:
    if facts.plan and facts.plan != collection.plan:
        found = f"{facts.plan_title}”, sub-group “{facts.group_name}"
        raise ReturnError("wrong-plan", found=found, wanted=collection.plan_title)
    elsewhere = facts.period or collection.elsewhere.get(facts.reference, "")
    if elsewhere and elsewhere != collection.period:
        raise ReturnError("wrong-period", found=_in_words(elsewhere), wanted=_in_words(collection.period))


def _told_by_content(sheets: Sheets, collection: Collection, reference: str) -> Home:
    """The home of a workbook without marks: that of the sub-group whose tasks stand in it, and hardly another's.

    A date that it states must be the period's, for nothing else tells one period from another.
    """
    hits = _hits(sheets, collection)
    ranked = sorted(hits, key=lambda group: -hits[group])
    best, others = hits[ranked[0]] if ranked else 0, hits[ranked[1]] if len(ranked) > 1 else 0
    if not best or best < _CLEARLY * others:
        raise ReturnError("not-ours")
    days = [day for _, rows in sheets for day in _dates_stated(rows, collection)]
    if days and collection.period not in days:
        raise ReturnError("wrong-period", found=_in_words(days[0]), wanted=_in_words(collection.period))
    group = ranked[0]
    now = collection.now(group)
    told = _remark("told-by-content", found=f"{best} of {len(now.tasks)}", wanted=collection.groups[group])
    return Home(group, reference, now, None, (told,))


def stranger_of(rows: Rows, untouched: Container[int], home: Home, collection: Collection) -> tuple[str, str] | None:
    """Of which other workbook a sheet is, and the words on it; None where it is this workbook's own.

    The same tasks are asked about in every period and their keys are the same: what stands on a sheet that was copied
    from another period's or another sub-group's workbook must not be taken for an answer here. Such a sheet is told by
    its reference, else by its date, else, as headlines have neither, by a title that only another sub-group's has.
    """
    changed = [row for number, row in enumerate(rows) if number not in untouched]
    for reference in identity.references([changed]):
        whose, period = collection.sent.get(reference, ("", ""))[0], collection.elsewhere.get(reference, "")
        if reference == home.reference or whose == home.group:
            continue
        edition = collection.edition(reference) if whose else home.edition
        named = collection.groups.get(whose) or (_in_words(period) if period else reference)
        return named, _words_on(rows, edition)
    days = list(_dates_stated(changed, collection))
    if days and collection.period not in days and not any(identity.references([rows])):
        return _in_words(days[0]), _words_on(rows, home.edition)
    title = next((text_of(value) for value in rows[0] if value != ""), "") if changed else ""
    if title and title not in home.edition.titles and title not in home.edition.texts:
        for group in collection.latest:
            edition = collection.now(group)
            if title in edition.titles and group != home.group:
                return collection.groups[group], _words_on(rows, edition)
    return None


def _words_on(rows: Rows, edition: Sent) -> str:
    """Everything on a sheet that its workbook was not sent with."""
    said = ((text_of(value), row) for row in rows for value in row if value != "")
    return " | ".join(text for text, row in said if text and not is_ours(text, row, edition))


def _dates_stated(rows: Rows, collection: Collection) -> Iterator[str]:
    """The dates on the lines that say which period a sheet is for."""
    before, after = collection.form.date.split("{date}", 1)
    for row in rows:
        for value in row:
            if isinstance(value, str) and before and value.startswith(before) and value.endswith(after):
                day = dates.read_date(value[len(before) : len(value) - len(after)])
                if day:
                    yield day.isoformat()


def _remark(code: str, found: str = "", wanted: str = "") -> Observation:
    return Observation(code, "", "", "", found, wanted)


def _in_words(day: str) -> str:
    date = dates.read_date(day)
    return dates.in_words(date) if date else day
