"""The figures of a year: totals by period, their changes, and the returns that they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

from ragsheets import dates
from ragsheets.history.year import Year
from ragsheets.plan.model import Period
from ragsheets.report.write.content import ReportColumn, ReportPart, ReportTable, table_of
from ragsheets.report.write.context import ReportContext, join_words
from ragsheets.report.write.sources import HASH_DIGITS
from ragsheets.report.write.summary import count_with_percent, summary_of
from ragsheets.returns.frames import iter_rows
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: The key of the count of statuses that the closing period's scale does not have; no status has this code.
_OTHER_STATUSES = "#other"

#: Relative widths of the columns.
_PERIOD_WIDTH, _COUNT_WIDTH = 30.0, 13.0


class _PeriodTotals(NamedTuple):
    """The counts of a period; `is_start` marks the period before the year, where the year began."""

    period: Period
    counts: Counter[str]
    is_start: bool = False


def year_figures_of(context: ReportContext, year: Year) -> ReportPart:
    """Return the totals of each period of the year, the closing state, and a sentence on changes between periods."""
    totals_by_period = _totals_by_period(context, year)
    paragraphs = [summary_of(context).state_sentence]
    if len(totals_by_period) > 1:
        paragraphs.append(_movement_sentence(context, totals_by_period[0], totals_by_period[-1]))
    if count := year.completed_count:
        wording = context.wording
        paragraphs.append(
            wording.year_completed_one if count == 1 else wording.year_completed.format(count=f"{count:,}")
        )
    known_statuses = {*context.template.scale.codes, ""}
    other_statuses = sorted(
        {status for past in year.past_periods for status in past.statuses.values()} - known_statuses
    )
    if other_statuses:
        paragraphs.append(
            context.wording.year_other_note.format(statuses=join_words(other_statuses, context.wording.report_and))
        )
    return ReportPart(
        context.wording.year_figures, paragraphs=tuple(paragraphs), table=_totals_table(context, totals_by_period)
    )


def _totals_by_period(context: ReportContext, year: Year) -> list[_PeriodTotals]:
    codes = context.template.scale.codes
    totals_by_period = [
        _count_statuses(past.period, past.statuses.values(), codes, is_start=past is year.start)
        for past in year.past_periods
    ]
    current_statuses = year.closing.tasks["status"].tolist()
    return [*totals_by_period, _count_statuses(year.closing.period, current_statuses, codes)]


def _count_statuses(
    period: Period, statuses: Collection[str], codes: Sequence[str], is_start: bool = False
) -> _PeriodTotals:
    counts: Counter[str] = Counter()
    for status in statuses:
        counts[status if status in codes else _OTHER_STATUSES if status else NOT_REPORTED] += 1
    counts[TOTAL] = len(statuses)
    return _PeriodTotals(period, counts, is_start)


def _totals_table(context: ReportContext, totals_by_period: Sequence[_PeriodTotals]) -> ReportTable:
    wording = context.wording
    column_labels = {code: code for code in context.template.scale.codes}
    extra_labels = {NOT_REPORTED: wording.not_reported, _OTHER_STATUSES: wording.year_other}
    column_labels |= {
        name: label for name, label in extra_labels.items() if any(totals.counts[name] for totals in totals_by_period)
    }
    statuses_by_code = context.template.scale.by_code
    fields: list[tuple[ReportColumn, Callable[[_PeriodTotals], str]]] = [
        (ReportColumn(wording.year_period, _PERIOD_WIDTH), partial(_period_label, context)),
        *(
            (
                ReportColumn(label, _COUNT_WIDTH, "number", name if name in statuses_by_code else None),
                partial(_count_text, name),
            )
            for name, label in column_labels.items()
        ),
        (ReportColumn(wording.total, _COUNT_WIDTH, "number"), lambda totals: str(totals.counts[TOTAL])),
    ]
    return table_of(wording.year_totals, fields, totals_by_period)


def _count_text(name: str, totals: _PeriodTotals) -> str:
    return count_with_percent(totals.counts[name], totals.counts[TOTAL])


def _period_label(context: ReportContext, period_totals: _PeriodTotals) -> str:
    period = period_totals.period
    name = f"{period.name} ({dates.short(period.date)})" if period.name else period.title
    return context.wording.year_began.format(period=name) if period_totals.is_start else name


def _movement_sentence(context: ReportContext, start: _PeriodTotals, end: _PeriodTotals) -> str:
    """Return a sentence on how the count of each status moved from the first period to the last.

    Statuses with a count of zero in both are left out.
    """
    wording = context.wording
    labels = {**{code: code for code in context.template.scale.codes}, NOT_REPORTED: wording.not_reported.lower()}
    changes = []
    for name, label in labels.items():
        if start.counts[name] or end.counts[name]:
            before, now = _count_text(name, start), _count_text(name, end)
            text = wording.year_stayed if before == now else wording.year_went
            changes.append(text.format(status=label, before=before, now=now))
    return wording.year_moved.format(
        start=dates.in_words(start.period.date),
        end=dates.in_words(end.period.date),
        changes=join_words(changes or [wording.report_not_moved], wording.report_and),
    )


def year_sources_of(context: ReportContext, year: Year) -> ReportPart:
    """Return the accepted returns of the year by period and sub-group, and the versions of program and template.

    A public report does not name the files, whose names may contain a person's name.
    """
    wording = context.wording
    entries = []
    for assessment in year.assessments:
        names = assessment.plan.group_names
        order = {key: position for position, key in enumerate(names)}
        rows = [row for row in iter_rows(assessment.returns) if row.result == "accepted" and row.group in order]
        entries += [
            (assessment.period, names[row.group], row)
            for row in sorted(rows, key=lambda row: (order[row.group], row.sequence))
        ]
    fields: list[tuple[ReportColumn, Callable[[tuple[Period, str, Any]], str]]] = [
        (ReportColumn(wording.year_period, 16), lambda entry: dates.short(entry[0].date)),
        (ReportColumn(wording.report_group, 26), lambda entry: entry[1]),
        (ReportColumn(wording.report_file, 32), lambda entry: entry[2].file),
        (ReportColumn(wording.report_received, 16), lambda entry: dates.short(dates.day_of(entry[2].received))),
        (ReportColumn(wording.report_number, 20), lambda entry: entry[2].sha256[:HASH_DIGITS]),
    ]
    if context.public:
        del fields[2]
    table = table_of(wording.report_origin, fields, entries) if entries else None
    paragraphs = [wording.year_origin_intro] if entries else []
    if count := sum(len(year_assessment.corrections.applied) for year_assessment in year.assessments):
        paragraphs.append(wording.year_corrected_one if count == 1 else wording.year_corrected.format(count=count))
    paragraphs.append(context.versions_text)
    return ReportPart(wording.report_origin, paragraphs=tuple(paragraphs), table=table)
