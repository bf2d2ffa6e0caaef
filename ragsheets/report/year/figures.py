"""The figures of a year: its totals by period, how they moved, and the returns that they come from."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ragsheets import dates
from ragsheets.history.year import Year
from ragsheets.plan.model import Period
from ragsheets.report.write.content import ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.context import ReportContext, join_words
from ragsheets.report.write.sources import HASH_DIGITS
from ragsheets.report.write.summary import count_with_percent, summary_of
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.period_counts import standings_of
from ragsheets.version import __version__
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: The count of the statuses that the scale of the closing period does not have; no status has this code.
_OTHER_STATUSES = "#other"

#: Widths of the columns, beside one another.
_PERIOD_WIDTH, _COUNT_WIDTH = 30.0, 13.0


class _PeriodTotals(NamedTuple):
    """The counts of a period; whether it is the one where the year began."""

    period: Period
    counts: Counter[str]
    is_start: bool = False


def year_figures_of(context: ReportContext, year: Year) -> ReportPart:
    """The totals of each period of the year with a sentence on how they moved; of one alone, its state."""
    tallies = _totals_by_period(context, year)
    text = [summary_of(context).state_sentence]
    if len(tallies) > 1:
        text.append(_movement_sentence(context, tallies[0], tallies[-1]))
    if count := year.completed_count:
        wording = context.wording
        text.append(wording.year_completed_one if count == 1 else wording.year_completed.format(count=f"{count:,}"))
    known = {*context.template.scale.codes, ""}
    others = sorted({standing.status for past in year.past_periods for standing in past.standings} - known)
    if others:
        text.append(context.wording.year_other_note.format(statuses=join_words(others, context.wording.report_and)))
    return ReportPart(context.wording.year_figures, paragraphs=tuple(text), table=_totals_table(context, tallies))


def _totals_by_period(context: ReportContext, year: Year) -> list[_PeriodTotals]:
    codes = context.template.scale.codes
    tallies = []
    for past in year.past_periods:
        statuses = [standing.status for standing in past.standings]
        tallies.append(_count_statuses(past.period, statuses, codes, is_start=past is year.start))
    now = [standing.status for standing in standings_of(year.closing)]
    return [*tallies, _count_statuses(year.closing.period, now, codes)]


def _count_statuses(
    period: Period, statuses: Sequence[str], codes: Sequence[str], is_start: bool = False
) -> _PeriodTotals:
    counts: Counter[str] = Counter()
    for status in statuses:
        counts[status if status in codes else _OTHER_STATUSES if status else NOT_REPORTED] += 1
    counts[TOTAL] = len(statuses)
    return _PeriodTotals(period, counts, is_start)


def _totals_table(context: ReportContext, totals_by_period: Sequence[_PeriodTotals]) -> ReportTable:
    wording = context.wording
    names = {code: code for code in context.template.scale.codes}
    further = {NOT_REPORTED: wording.not_reported, _OTHER_STATUSES: wording.year_other}
    names |= {name: words for name, words in further.items() if any(tally.counts[name] for tally in totals_by_period)}
    known = context.template.scale.by_code
    columns = (
        ReportColumn(wording.year_period, _PERIOD_WIDTH),
        *(
            ReportColumn(words, _COUNT_WIDTH, "number", name if name in known else None)
            for name, words in names.items()
        ),
        ReportColumn(wording.total, _COUNT_WIDTH, "number"),
    )
    told = tuple(
        (
            ReportCell(_period_label(context, tally)),
            *(ReportCell(count_with_percent(tally.counts[name], tally.counts[TOTAL])) for name in names),
            ReportCell(f"{tally.counts[TOTAL]}"),
        )
        for tally in totals_by_period
    )
    return ReportTable(wording.year_totals, columns, told)


def _period_label(context: ReportContext, period_totals: _PeriodTotals) -> str:
    period = period_totals.period
    name = f"{period.name} ({dates.short(period.date)})" if period.name else period.title
    return context.wording.year_began.format(period=name) if period_totals.is_start else name


def _movement_sentence(context: ReportContext, start: _PeriodTotals, end: _PeriodTotals) -> str:
    """How the count of each status moved from the first period to the last; what never was is left out."""
    wording = context.wording
    names = {**{code: code for code in context.template.scale.codes}, NOT_REPORTED: wording.not_reported.lower()}
    changes = []
    for name, words in names.items():
        if start.counts[name] or end.counts[name]:
            before, now = (count_with_percent(tally.counts[name], tally.counts[TOTAL]) for tally in (start, end))
            text = wording.year_stayed if before == now else wording.year_went
            changes.append(text.format(status=words, before=before, now=now))
    return wording.year_moved.format(
        start=dates.in_words(start.period.date),
        end=dates.in_words(end.period.date),
        changes=join_words(changes or [wording.report_not_moved], wording.report_and),
    )


def year_sources_of(context: ReportContext, year: Year) -> ReportPart:
    """The returns that the year comes from, by period and sub-group, and what the report is made with.

    A public report does not name the files, which may bear a person's name.
    """
    wording, template = context.wording, context.template
    told = []
    for assessment in year.assessments:
        names = {group.key: group.name for group in assessment.plan.groups}
        order = {key: place for place, key in enumerate(names)}
        used = [row for row in iter_rows(assessment.returns) if row.result == "accepted" and row.group in names]
        for row in sorted(used, key=lambda row: (order[row.group], row.received, row.id)):
            file = [] if context.public else [ReportCell(row.file)]
            received = dates.short(datetime.date.fromisoformat(row.received[:10]))
            told.append(
                (
                    ReportCell(dates.short(assessment.period.date)),
                    ReportCell(names[row.group]),
                    *file,
                    ReportCell(received),
                    ReportCell(row.sha256[:HASH_DIGITS]),
                )
            )
    columns = (
        ReportColumn(wording.year_period, 16),
        ReportColumn(wording.report_group, 26),
        *([] if context.public else [ReportColumn(wording.report_file, 32)]),
        ReportColumn(wording.report_received, 16),
        ReportColumn(wording.report_number, 20),
    )
    made_by = wording.report_made_by.format(version=__version__, template=template.name, digest=template.digest)
    table = ReportTable(wording.report_origin, columns, tuple(told)) if told else None
    text = [wording.year_origin_intro] if told else []
    if count := sum(len(each.corrections.applied) for each in year.assessments):
        text.append(wording.year_corrected_one if count == 1 else wording.year_corrected.format(count=count))
    text.append(made_by)
    return ReportPart(wording.report_origin, paragraphs=tuple(text), table=table)
