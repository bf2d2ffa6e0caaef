"""The first page: the state of all in a sentence, and the counts of each sub-group with what has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from ragsheets import dates
from ragsheets.history.trend import Direction
from ragsheets.report.write.content import Count, Summary, SummaryRow
from ragsheets.report.write.context import Basis, Entry, joined
from ragsheets.returns.totals import count_names, sums
from ragsheets.template.status import StatusScale
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL


def summary_of(basis: Basis) -> Summary:
    """The state of a period, in a sentence and in a row for each sub-group that has tasks."""
    wording, last = basis.wording, basis.history.last
    counts = _counts(basis)
    everything = sums(basis.assessment.totals, count_names(basis.template))
    entries: dict[str, list[Entry]] = {group.key: [] for group in basis.plan.groups}
    for entry in basis.entries:
        entries[entry.group.key].append(entry)
    lines = lines_of(everything, basis)
    shown = [name for name in count_names(basis.template) if name != NOT_REPORTED or everything[name]]
    rows = [
        SummaryRow(
            group.name,
            tuple(counts[group.key][name] for name in shown),
            _change(basis, entries[group.key]) if last else "",
        )
        for group in basis.plan.groups
        if counts[group.key][TOTAL]
    ]
    whole = _change(basis, basis.entries) if last else ""
    rows.append(SummaryRow(wording.report_all, tuple(everything[name] for name in shown), whole))
    heading = wording.report_change.format(period=dates.short(last.period.date)) if last else ""
    return Summary(_state(basis, everything), tuple(lines), tuple(rows), heading)


def lines_of(counts: Mapping[Any, Any], basis: Basis) -> list[Count]:
    """The lines of a summary in their order: "not reported" only where it is not zero, and the total last."""
    labels = {status.code: status.label for status in basis.template.statuses}
    labels |= {NOT_REPORTED: basis.wording.not_reported, TOTAL: basis.wording.total}
    codes = basis.template.scale.by_code
    names = [name for name in count_names(basis.template) if name != NOT_REPORTED or counts[name]]
    return [Count(labels[name], int(counts[name]), name if name in codes else None) for name in names]


def percent(count: int, total: int) -> str:
    """A part in hundredths, rounded; what is there is never "0%", and what is not all never "100%"."""
    share = 100 * count / total if total else 0.0
    if 0 < share < 0.5:
        return "<1%"
    if 99.5 <= share < 100:
        return ">99%"
    return f"{int(share + 0.5)}%"


def share(count: int, total: int) -> str:
    """A count with its part of a total: "4 (40%)"; zero is "0"."""
    return f"{count} ({percent(count, total)})" if count else "0"


def _counts(basis: Basis) -> dict[str, dict[str, int]]:
    """The counts of each sub-group, by its key."""
    names = count_names(basis.template)
    keys = {group.name: group.key for group in basis.plan.groups}
    counts = {key: dict.fromkeys(names, 0) for key in keys.values()}
    for row in basis.assessment.totals.to_dict("records"):
        mine = counts[keys[row["group"]]]
        for name in names:
            mine[name] += int(row[name])
    return counts


def _change(basis: Basis, entries: Sequence[Entry]) -> str:
    """How many tasks moved which way; for a sub-group of which nothing was there before, that it is new."""
    ways = Counter(entry.direction for entry in entries)
    if ways[Direction.NEW] == len(entries):
        return basis.wording.report_no_past
    still = (
        basis.wording.report_no_change
        if ways[Direction.UNCHANGED] or ways[Direction.CHANGED]
        else basis.wording.report_not_known
    )
    return ", ".join(_moves(basis, ways)) or still


def _moves(basis: Basis, ways: Mapping[Direction, int]) -> list[str]:
    wording = basis.wording
    words = ((Direction.IMPROVED, wording.report_improved), (Direction.WORSENED, wording.report_worsened))
    return [text.format(count=ways[direction]) for direction, text in words if ways[direction]]


def _state(basis: Basis, counts: Mapping[str, int]) -> str:
    wording, total = basis.wording, counts[TOTAL]
    if not total:
        return wording.report_no_tasks
    good = _good(basis.template.scale)
    names = {**{code: code for code in basis.template.scale.codes}, NOT_REPORTED: wording.not_reported.lower()}
    shares = [
        wording.report_share.format(count=counts[name], percent=percent(counts[name], total), status=words)
        for name, words in names.items()
        if counts[name]
    ]
    last = basis.history.last
    ways = Counter(entry.direction for entry in basis.entries)
    moved = joined(_moves(basis, ways) or [wording.report_not_moved], wording.report_and)
    # Where no direction can be told of any task, nothing is said, rather than that none moved.
    told = sum(ways[each] for each in Direction if each not in (Direction.NEW, Direction.UNKNOWN))
    text = wording.report_state_moved if last and told else wording.report_state
    return text.format(
        proportion=wording.report_proportions[_proportion(sum(counts[code] for code in good), total)],
        good=joined(good, wording.report_or),
        total=total,
        shares=joined(shares, wording.report_and),
        period=last.period.title if last else "",
        moved=moved,
    )


def _good(scale: StatusScale) -> tuple[str, ...]:
    """The statuses of a task that goes well: the best ones, down to the first that needs something.

    What stands below that and needs nothing itself, as "not started" may, is no good news.
    """
    steps = [code for code in scale.codes if scale.by_code[code].ranked]
    well = tuple(takewhile(set(scale.needing("")).__contains__, steps))
    return well or scale.codes[:1]


def _proportion(count: int, total: int) -> int:
    """Which of `Wording.report_proportions` holds: none, few (up to a tenth), fewer than half, half, most, nearly all
    (from nine tenths on), all."""
    if count in (0, total):
        return 6 if count else 0
    if 10 * count <= total:
        return 1
    if 2 * count <= total:
        return 2 if 2 * count < total else 3
    return 4 if 10 * count < 9 * total else 5
