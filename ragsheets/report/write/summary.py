"""The first page: the state of all in a sentence, and the counts of each sub-group with what has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from ragsheets import dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import StatusCount, Summary, SummaryRow
from ragsheets.report.write.context import ReportContext, ReportedTask, join_words
from ragsheets.returns.totals import count_columns, sum_counts
from ragsheets.template.status import StatusScale
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL


def summary_of(context: ReportContext) -> Summary:
    """The state of a period, in a sentence and in a row for each sub-group that has tasks."""
    wording, last = context.wording, context.history.previous
    counts = _counts_by_group(context)
    everything = sum_counts(context.assessment.totals, count_columns(context.template))
    entries: dict[str, list[ReportedTask]] = {group.key: [] for group in context.plan.groups}
    for entry in context.reported_tasks:
        entries[entry.group.key].append(entry)
    lines = status_counts_of(everything, context)
    shown = [name for name in count_columns(context.template) if name != NOT_REPORTED or everything[name]]
    rows = [
        SummaryRow(
            group.name,
            tuple(counts[group.key][name] for name in shown),
            _change_text(context, entries[group.key]) if last else "",
        )
        for group in context.plan.groups
        if counts[group.key][TOTAL]
    ]
    whole = _change_text(context, context.reported_tasks) if last else ""
    rows.append(SummaryRow(wording.report_all, tuple(everything[name] for name in shown), whole))
    heading = wording.report_change.format(period=dates.short(last.period.date)) if last else ""
    return Summary(_state_sentence(context, everything), tuple(lines), tuple(rows), heading)


def status_counts_of(counts: Mapping[Any, Any], context: ReportContext) -> list[StatusCount]:
    """The lines of a summary in their order: "not reported" only where it is not zero, and the total last."""
    labels = {status.code: status.label for status in context.template.statuses}
    labels |= {NOT_REPORTED: context.wording.not_reported, TOTAL: context.wording.total}
    codes = context.template.scale.by_code
    names = [name for name in count_columns(context.template) if name != NOT_REPORTED or counts[name]]
    return [StatusCount(labels[name], int(counts[name]), name if name in codes else None) for name in names]


def percent_text(count: int, total: int) -> str:
    """A part in hundredths, rounded; what is there is never "0%", and what is not all never "100%"."""
    share = 100 * count / total if total else 0.0
    if 0 < share < 0.5:
        return "<1%"
    if 99.5 <= share < 100:
        return ">99%"
    return f"{int(share + 0.5)}%"


def count_with_percent(count: int, total: int) -> str:
    """A count with its part of a total: "4 (40%)"; zero is "0"."""
    return f"{count} ({percent_text(count, total)})" if count else "0"


def _counts_by_group(context: ReportContext) -> dict[str, dict[str, int]]:
    """The counts of each sub-group, by its key."""
    names = count_columns(context.template)
    keys = {group.name: group.key for group in context.plan.groups}
    counts = {key: dict.fromkeys(names, 0) for key in keys.values()}
    for row in context.assessment.totals.to_dict("records"):
        mine = counts[keys[row["group"]]]
        for name in names:
            mine[name] += int(row[name])
    return counts


def _change_text(context: ReportContext, reported_tasks: Sequence[ReportedTask]) -> str:
    """How many tasks moved which way; for a sub-group of which nothing was there before, that it is new."""
    ways = Counter(entry.direction for entry in reported_tasks)
    if ways[Direction.NEW] == len(reported_tasks):
        return context.wording.report_no_past
    still = (
        context.wording.report_no_change
        if ways[Direction.UNCHANGED] or ways[Direction.CHANGED]
        else context.wording.report_not_known
    )
    return ", ".join(_movement_texts(context, ways)) or still


def _movement_texts(context: ReportContext, direction_counts: Mapping[Direction, int]) -> list[str]:
    wording = context.wording
    words = ((Direction.IMPROVED, wording.report_improved), (Direction.WORSENED, wording.report_worsened))
    return [text.format(count=direction_counts[direction]) for direction, text in words if direction_counts[direction]]


def _state_sentence(context: ReportContext, counts: Mapping[str, int]) -> str:
    wording, total = context.wording, counts[TOTAL]
    if not total:
        return wording.report_no_tasks
    good = _good_statuses(context.template.scale)
    names = {**{code: code for code in context.template.scale.codes}, NOT_REPORTED: wording.not_reported.lower()}
    shares = [
        wording.report_share.format(count=counts[name], percent=percent_text(counts[name], total), status=words)
        for name, words in names.items()
        if counts[name]
    ]
    last = context.history.previous
    ways = Counter(entry.direction for entry in context.reported_tasks)
    moved = join_words(_movement_texts(context, ways) or [wording.report_not_moved], wording.report_and)
    # Where no direction can be told of any task, nothing is said, rather than that none moved.
    told = sum(ways[each] for each in Direction if each not in (Direction.NEW, Direction.UNKNOWN))
    text = wording.report_state_moved if last and told else wording.report_state
    return text.format(
        proportion=wording.report_proportions[_proportion_index(sum(counts[code] for code in good), total)],
        good=join_words(good, wording.report_or),
        total=total,
        shares=join_words(shares, wording.report_and),
        period=last.period.title if last else "",
        moved=moved,
    )


def _good_statuses(scale: StatusScale) -> tuple[str, ...]:
    """The statuses of a task that goes well: the best ones, down to the first that needs something.

    What stands below that and needs nothing itself, as "not started" may, is no good news.
    """
    steps = [code for code in scale.codes if scale.by_code[code].ranked]
    well = tuple(takewhile(set(scale.codes_needing("")).__contains__, steps))
    return well or scale.codes[:1]


def _proportion_index(count: int, total: int) -> int:
    """Which of `Wording.report_proportions` holds: none, few (up to a tenth), fewer than half, half, most, nearly all
    (from nine tenths on), all."""
    if count in (0, total):
        return 6 if count else 0
    if 10 * count <= total:
        return 1
    if 2 * count <= total:
        return 2 if 2 * count < total else 3
    return 4 if 10 * count < 9 * total else 5
