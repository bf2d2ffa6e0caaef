"""The figures of a year: its totals by period, how they moved, and the returns that they come from."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ragsheets import dates
from ragsheets.history.year import Year
from ragsheets.plan.model import Period
from ragsheets.report.write.content import Cell, Heading, Part, Table
from ragsheets.report.write.context import Basis, joined
from ragsheets.report.write.sources import DIGITS
from ragsheets.report.write.summary import share, summary_of
from ragsheets.returns.frames import rows
from ragsheets.returns.period_counts import standings_of
from ragsheets.version import __version__
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: The count of the statuses that the scale of the closing period does not have; no status has this code.
_OTHER = "#other"

#: Widths of the columns, beside one another.
_PERIOD, _COUNT = 30.0, 13.0


class _Tally(NamedTuple):
    """The counts of a period; whether it is the one where the year began."""

    period: Period
    counts: Counter[str]
    began: bool = False


def figures_of(basis: Basis, year: Year) -> Part:
    """The totals of each period of the year with a sentence on how they moved; of one alone, its state."""
    tallies = _tallies(basis, year)
    text = [summary_of(basis).state]
    if len(tallies) > 1:
        text.append(_moves(basis, tallies[0], tallies[-1]))
    if count := year.completed:
        wording = basis.wording
        text.append(wording.year_completed_one if count == 1 else wording.year_completed.format(count=f"{count:,}"))
    known = {*basis.template.scale.codes, ""}
    others = sorted({standing.status for past in year.pasts for standing in past.standings} - known)
    if others:
        text.append(basis.wording.year_other_note.format(statuses=joined(others, basis.wording.report_and)))
    return Part(basis.wording.year_figures, text=tuple(text), table=_table(basis, tallies))


def _tallies(basis: Basis, year: Year) -> list[_Tally]:
    codes = basis.template.scale.codes
    tallies = []
    for past in year.pasts:
        statuses = [standing.status for standing in past.standings]
        tallies.append(_tally(past.period, statuses, codes, began=past is year.start))
    now = [standing.status for standing in standings_of(year.closing)]
    return [*tallies, _tally(year.closing.period, now, codes)]


def _tally(period: Period, statuses: Sequence[str], codes: Sequence[str], began: bool = False) -> _Tally:
    counts: Counter[str] = Counter()
    for status in statuses:
        counts[status if status in codes else _OTHER if status else NOT_REPORTED] += 1
    counts[TOTAL] = len(statuses)
    return _Tally(period, counts, began)


def _table(basis: Basis, tallies: Sequence[_Tally]) -> Table:
    wording = basis.wording
    names = {code: code for code in basis.template.scale.codes}
    further = {NOT_REPORTED: wording.not_reported, _OTHER: wording.year_other}
    names |= {name: words for name, words in further.items() if any(tally.counts[name] for tally in tallies)}
    known = basis.template.scale.by_code
    columns = (
        Heading(wording.year_period, _PERIOD),
        *(Heading(words, _COUNT, "number", name if name in known else None) for name, words in names.items()),
        Heading(wording.total, _COUNT, "number"),
    )
    told = tuple(
        (
            Cell(_named(basis, tally)),
            *(Cell(share(tally.counts[name], tally.counts[TOTAL])) for name in names),
            Cell(f"{tally.counts[TOTAL]}"),
        )
        for tally in tallies
    )
    return Table(wording.year_totals, columns, told)


def _named(basis: Basis, tally: _Tally) -> str:
    period = tally.period
    name = f"{period.name} ({dates.short(period.date)})" if period.name else period.title
    return basis.wording.year_began.format(period=name) if tally.began else name


def _moves(basis: Basis, start: _Tally, end: _Tally) -> str:
    """How the count of each status moved from the first period to the last; what never was is left out."""
    wording = basis.wording
    names = {**{code: code for code in basis.template.scale.codes}, NOT_REPORTED: wording.not_reported.lower()}
    changes = []
    for name, words in names.items():
        if start.counts[name] or end.counts[name]:
            before, now = (share(tally.counts[name], tally.counts[TOTAL]) for tally in (start, end))
            text = wording.year_stayed if before == now else wording.year_went
            changes.append(text.format(status=words, before=before, now=now))
    return wording.year_moved.format(
        start=dates.in_words(start.period.date),
        end=dates.in_words(end.period.date),
        changes=joined(changes or [wording.report_not_moved], wording.report_and),
    )


def returns_of(basis: Basis, year: Year) -> Part:
    """The returns that the year comes from, by period and sub-group, and what the report is made with.

    A public report does not name the files, which may bear a person's name.
    """
    wording, template = basis.wording, basis.template
    told = []
    for assessment in year.assessments:
        names = {group.key: group.name for group in assessment.plan.groups}
        order = {key: place for place, key in enumerate(names)}
        used = [row for row in rows(assessment.returns) if row.result == "accepted" and row.group in names]
        for row in sorted(used, key=lambda row: (order[row.group], row.received, row.id)):
            file = [] if basis.public else [Cell(row.file)]
            received = dates.short(datetime.date.fromisoformat(row.received[:10]))
            told.append(
                (
                    Cell(dates.short(assessment.period.date)),
                    Cell(names[row.group]),
                    *file,
                    Cell(received),
                    Cell(row.sha256[:DIGITS]),
                )
            )
    columns = (
        Heading(wording.year_period, 16),
        Heading(wording.report_group, 26),
        *([] if basis.public else [Heading(wording.report_file, 32)]),
        Heading(wording.report_received, 16),
        Heading(wording.report_number, 20),
    )
    made_by = wording.report_made_by.format(version=__version__, template=template.name, digest=template.digest)
    table = Table(wording.report_origin, columns, tuple(told)) if told else None
    text = [wording.year_origin_intro] if told else []
    if count := sum(len(each.corrections.standing) for each in year.assessments):
        text.append(wording.year_corrected_one if count == 1 else wording.year_corrected.format(count=count))
    text.append(made_by)
    return Part(wording.report_origin, text=tuple(text), table=table)
