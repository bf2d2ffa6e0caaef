"""The summary on the first page: a sentence on all tasks, and the counts and changes of each sub-group.

The statuses are counted by `ragsheets.returns.totals.recount`; here they are summed by sub-group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from ragsheets import dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import StatusCount, Summary, SummaryRow
from ragsheets.report.write.context import ReportContext, ReportedTask, join_words
from ragsheets.returns.totals import count_columns, sum_by_group, sum_counts
from ragsheets.template.status import StatusScale
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL


def summary_of(context: ReportContext) -> Summary:
    """Return the summary of a period: a sentence, a row for each sub-group that has tasks, and one for all of them."""
    wording, previous = context.wording, context.history.previous
    counts = sum_by_group(context.assessment.totals, context.plan, context.template)
    total_counts = sum_counts(context.assessment.totals, count_columns(context.template))
    tasks_by_group: dict[str, list[ReportedTask]] = {group.key: [] for group in context.plan.groups}
    for entry in context.reported_tasks:
        tasks_by_group[entry.group.key].append(entry)
    lines = status_counts_of(total_counts, context)
    count_names = [name for name in count_columns(context.template) if name != NOT_REPORTED or total_counts[name]]
    rows = [
        SummaryRow(
            group.name,
            tuple(counts[group.key][name] for name in count_names),
            _change_text(context, tasks_by_group[group.key]) if previous else "",
        )
        for group in context.plan.groups
        if counts[group.key][TOTAL]
    ]
    total_change = _change_text(context, context.reported_tasks) if previous else ""
    rows.append(SummaryRow(wording.report_all, tuple(total_counts[name] for name in count_names), total_change))
    heading = wording.report_change.format(period=dates.short(previous.period.date)) if previous else ""
    return Summary(_state_sentence(context, total_counts), tuple(lines), tuple(rows), heading)


def status_counts_of(counts: Mapping[Any, Any], context: ReportContext) -> list[StatusCount]:
    """Return the lines of a summary in order: "not reported" only where it is not zero, and the total last."""
    labels = {status.code: status.label for status in context.template.statuses}
    labels |= {NOT_REPORTED: context.wording.not_reported, TOTAL: context.wording.total}
    codes = context.template.scale.by_code
    names = [name for name in count_columns(context.template) if name != NOT_REPORTED or counts[name]]
    return [StatusCount(labels[name], int(counts[name]), name if name in codes else None) for name in names]


def percent_text(count: int, total: int) -> str:
    """Return a share as a rounded percentage; "0%" is only for zero, and "100%" only for the whole total."""
    share = 100 * count / total if total else 0.0
    if 0 < share < 0.5:
        return "<1%"
    if 99.5 <= share < 100:
        return ">99%"
    return f"{int(share + 0.5)}%"


def count_with_percent(count: int, total: int) -> str:
    """Return a count with its share of a total: "4 (40%)"; zero is "0"."""
    return f"{count} ({percent_text(count, total)})" if count else "0"


def _change_text(context: ReportContext, reported_tasks: Sequence[ReportedTask]) -> str:
    """Return how many tasks moved in which direction; a sub-group whose tasks are all new is described as new."""
    wording, direction_counts = context.wording, Counter(entry.direction for entry in reported_tasks)
    if direction_counts[Direction.NEW] == len(reported_tasks):
        return wording.report_no_past
    no_movement_text = wording.report_no_change if direction_counts[Direction.UNCHANGED] else wording.report_not_known
    return ", ".join(_movement_texts(context, direction_counts)) or no_movement_text


def _movement_texts(context: ReportContext, direction_counts: Mapping[Direction, int]) -> list[str]:
    wording = context.wording
    words = (
        (Direction.IMPROVED, wording.report_improved),
        (Direction.WORSENED, wording.report_worsened),
        (Direction.CHANGED, wording.report_changed),
    )
    return [text.format(count=direction_counts[direction]) for direction, text in words if direction_counts[direction]]


def _state_sentence(context: ReportContext, counts: Mapping[str, int]) -> str:
    wording, total = context.wording, counts[TOTAL]
    if not total:
        return wording.report_no_tasks
    good_codes = _good_statuses(context.template.scale)
    labels = {**{code: code for code in context.template.scale.codes}, NOT_REPORTED: wording.not_reported.lower()}
    shares = [
        wording.report_share.format(count=counts[name], percent=percent_text(counts[name], total), status=label)
        for name, label in labels.items()
        if counts[name]
    ]
    previous = context.history.previous
    direction_counts = Counter(entry.direction for entry in context.reported_tasks)
    moved = join_words(_movement_texts(context, direction_counts) or [wording.report_not_moved], wording.report_and)
    # Where the direction of every task is unknown, the sentence leaves movement out rather than claim that none moved.
    known_count = sum(
        direction_counts[direction] for direction in Direction if direction not in (Direction.NEW, Direction.UNKNOWN)
    )
    text = wording.report_state_moved if previous and known_count else wording.report_state
    return text.format(
        proportion=wording.report_proportions[_proportion_index(sum(counts[code] for code in good_codes), total)],
        good=join_words(good_codes, wording.report_or),
        total=total,
        shares=join_words(shares, wording.report_and),
        period=previous.period.title if previous else "",
        moved=moved,
    )


def _good_statuses(scale: StatusScale) -> tuple[str, ...]:
    """Return the statuses of a task that goes well: the best ones, down to the first that needs something.

    A status below those is not a good one even if it needs nothing itself, such as "not started".
    """
    ranked_codes = [code for code in scale.codes if scale.by_code[code].ranked]
    good_codes = tuple(takewhile(set(scale.codes_needing("")).__contains__, ranked_codes))
    return good_codes or scale.codes[:1]


def _proportion_index(count: int, total: int) -> int:
    """Return the index into `Wording.report_proportions` of a count's proportion of a total.

    The proportions are none, few (up to a tenth), fewer than half, half, most, nearly all (from nine tenths on), all.
    """
    if count in (0, total):
        return 6 if count else 0
    if 10 * count <= total:
        return 1
    if 2 * count <= total:
        return 2 if 2 * count < total else 3
    return 4 if 10 * count < 9 * total else 5
