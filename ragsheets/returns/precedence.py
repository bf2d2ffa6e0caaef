"""Precedence between the returns of a sub-group and the corrections to them: which of two answers is newer. Pure.

Nothing is decided by a clock that the ledger's own sequence contradicts, and where nothing decides, neither is newer.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ragsheets.files import is_query_workbook
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.times import ReturnTime, parse_time, time_of_return

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.ledger.records import CorrectionRecord

#: The return number that means no return.
NO_RETURN = 0

_Item = TypeVar("_Item")
_LONG_AGO = datetime.datetime.min


class SourceCell(NamedTuple):
    """A cell of a return: the return's number and file, the sheet and the cell; "" for parts that are not known."""

    return_id: int = NO_RETURN
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def cell_key(self) -> tuple[int, str, str]:
        """The number of the return, the sheet and the cell."""
        return self.return_id, self.sheet, self.cell

    @property
    def description(self) -> str:
        """The file and the cell, for a message."""
        return f"“{self.file}” ({self.sheet}, {self.cell})"


#: No cell.
NO_CELL = SourceCell()


class AnswerEntry(NamedTuple):
    """An answer for a cell: from the return that holds the cell, or from a correction.

    Attributes:
        sequence: its number in the ledger's sequence: that of the return or of the correction.
        confirmed: whether it is an answer that its workbook was sent with and that was left as it was.
        row: its index in the frame of answers.
    """

    value: str
    sequence: int
    source: SourceCell = NO_CELL
    correction: CorrectionRecord | None = None
    confirmed: bool = False
    row: int = -1


@dataclass(frozen=True, slots=True)
class OrderedReturn:
    """What decides the order of a return among the others of its sub-group.

    Attributes:
        sequence: when it entered the ledger, in the ledger's sequence.
        made_after: the number of its workbook in that sequence: everything before it is older; 0 if unknown.
        confirms_before: answers that it left as they were overrule what is before this number: that of its workbook, if
            that is a query; 0 for one that was sent first.
    """

    number: int
    group: str
    sequence: int
    time: ReturnTime
    made_after: int = 0
    confirms_before: int = 0


class Precedence:
    """The order of the accepted returns of a period.

    Args:
        returns: the accepted returns.
        answers: what was entered in each, by its number: texts by cell. A cell is the key of a task and of its column.
        confirmed_cells: the cells (return, sheet, cell) of answers that were left as they were.
    """

    def __init__(
        self,
        returns: Iterable[OrderedReturn],
        answers: Mapping[int, Mapping[tuple[str, str], str]],
        confirmed_cells: Collection[tuple[int, str, str]],
    ) -> None:
        self.returns = {item.number: item for item in returns}
        self.confirmed_cells = confirmed_cells
        self._answers = answers
        self._known: dict[tuple[int, int], bool] = {}

    def entry_of(self, row: Any, value: str, index: int = -1) -> AnswerEntry:
        """Return a row of a frame of answers or headlines as an entry with this value; `index` is its own there."""
        source = SourceCell(row.return_id, row.file, row.sheet, row.cell)
        is_confirmed = source.cell_key in self.confirmed_cells
        return AnswerEntry(value, self.returns[row.return_id].sequence, source, confirmed=is_confirmed, row=index)

    def is_newer_return(self, number: int, other: int) -> bool:
        """Return whether a return is certainly newer than another one, both given by their numbers."""
        if (number, other) not in self._known:
            self._known[number, other] = self._is_newer_return(self.returns[number], self.returns[other])
        return self._known[number, other]

    def _is_newer_return(self, first: OrderedReturn, second: OrderedReturn) -> bool:
        if second.sequence < first.made_after or first.sequence < second.made_after:
            return second.sequence < first.made_after
        if first.time.is_after(second.time) or second.time.is_after(first.time):
            return first.time.is_after(second.time)
        return self._continues(first.number, second.number)

    def _continues(self, number: int, other: int) -> bool:
        """Return whether a return repeats the answers of another one and adds to them.

        A status may be the same by chance; so more than half of the other's words must be repeated.
        """
        answers, other_answers = self._answers.get(number, {}), self._answers.get(other, {})
        if not other_answers or not answers.keys() > other_answers.keys():
            return False
        words = {cell: text for cell, text in other_answers.items() if cell[1] != "status"}
        repeated_count = sum(answers[cell] == text for cell, text in words.items())
        return 2 * repeated_count > len(words) or all(answers[cell] == text for cell, text in other_answers.items())

    def is_newer(self, entry: AnswerEntry, other: AnswerEntry) -> bool:
        """Return whether an answer is certainly newer than another one for the same cell."""
        if entry.correction and other.correction:
            return (entry.sequence, entry.correction.number) > (other.sequence, other.correction.number)
        if entry.correction:
            return not self.is_newer(other, entry)
        if entry.confirmed and other.confirmed:
            return (self._confirms_before(entry), entry.sequence) > (self._confirms_before(other), other.sequence)
        if entry.confirmed:
            return other.sequence < self._confirms_before(entry)
        if other.confirmed:
            return entry.sequence >= self._confirms_before(other)
        if other.correction:
            return self._is_after_correction(self.returns[entry.source.return_id], other)
        return self.is_newer_return(entry.source.return_id, other.source.return_id)

    def _confirms_before(self, entry: AnswerEntry) -> int:
        return self.returns[entry.source.return_id].confirms_before

    def _is_after_correction(self, item: OrderedReturn, entry: AnswerEntry) -> bool:
        """Return whether the whole time of a return is after a correction.

        The correction was made after the returns before it in the ledger had arrived, whatever its computer's clock.
        """
        if item.sequence < entry.sequence or entry.sequence < item.made_after:
            return entry.sequence < item.made_after
        assert entry.correction is not None
        times_before = [
            other.time.arrival
            for other in self.returns.values()
            if other.group == item.group and other.sequence < entry.sequence
        ]
        return item.time.earliest > max(times_before, default=_LONG_AGO) and item.time.earliest > (
            parse_time(entry.correction.at) or _LONG_AGO
        )

    def may_be_after(self, entry: AnswerEntry, correction: AnswerEntry) -> bool:
        """Return whether an answer arrived after a correction, and may have been given after it although that is not
        known."""
        if entry.correction or entry.confirmed or entry.sequence < correction.sequence:
            return False
        made = parse_time(correction.correction.at) if correction.correction else None
        return made is None or self.returns[entry.source.return_id].time.latest >= made

    def supersedes(self, entry: AnswerEntry, number: int) -> bool:
        """Return whether an answer settles what was open in a return: it is newer, or not older and arrived later."""
        open_entry = AnswerEntry("", self.returns[number].sequence, SourceCell(number))
        return self.is_newer(entry, open_entry) or (
            entry.sequence > open_entry.sequence and not self.is_newer(open_entry, entry)
        )

    def newest_first(self, entries: Iterable[AnswerEntry]) -> tuple[AnswerEntry, ...]:
        """Return the answers for a cell, the newest first; where that is not known, what arrived later comes first."""
        return tuple(_ordered(list(entries), self.is_newer, lambda entry: entry.sequence))

    def contenders(self, entries: Sequence[AnswerEntry]) -> tuple[AnswerEntry, ...]:
        """Return the answers for a cell that may be the newest, in their order."""
        newest = [entry for entry in entries if not any(self.is_newer(other, entry) for other in entries)]
        return tuple(newest or entries)

    @cached_property
    def numbers_newest_first(self) -> list[int]:
        """The numbers of the returns, those of each sub-group together; see `newest_first`."""
        by_group: dict[str, list[int]] = {}
        for item in self.returns.values():
            by_group.setdefault(item.group, []).append(item.number)
        return [
            number
            for numbers in by_group.values()
            for number in _ordered(numbers, self.is_newer_return, lambda number: self.returns[number].sequence)
        ]


def accepted_newest_first(
    frames: Mapping[str, pd.DataFrame],
    confirmed_cells: Collection[tuple[int, str, str]] = (),
    zone: datetime.tzinfo | None = None,
) -> tuple[pd.DataFrame, Precedence]:
    """Return the accepted returns of a period, those of each sub-group with the newest first, and their precedence.

    Args:
        frames: the period's returns in the ledger (`Ledger.frames`).
        confirmed_cells: the cells (return, sheet, cell) of answers that were left as they were.
        zone: the coordinator's zone, by default this computer's.
    """
    returns = frames["returns"][frames["returns"]["result"] == "accepted"]
    precedence = _precedence_of(returns, frames, confirmed_cells, zone)
    in_order = returns.set_index("id", drop=False).rename_axis(None).loc[precedence.numbers_newest_first]
    return in_order, precedence


def _precedence_of(
    returns: pd.DataFrame,
    frames: Mapping[str, pd.DataFrame],
    confirmed_cells: Collection[tuple[int, str, str]],
    zone: datetime.tzinfo | None,
) -> Precedence:
    workbook_by_reference = {row.reference: row for row in iter_rows(frames["workbooks"])}
    arrivals = _arrivals(frames)
    ordered_returns = []
    for row in iter_rows(returns):
        workbook = workbook_by_reference.get(row.reference)
        time = time_of_return(
            row.saved, row.program, row.message_sent, arrivals[row.id], workbook.made if workbook else "", zone
        )
        made_after = workbook.sequence if workbook else 0
        confirms_before = made_after if workbook and is_query_workbook(workbook.file) else 0
        ordered_returns.append(OrderedReturn(row.id, row.group, row.sequence, time, made_after, confirms_before))
    counts = Counter(item.group for item in ordered_returns)
    compared = {item.number for item in ordered_returns if counts[item.group] > 1}
    texts: dict[int, dict[tuple[str, str], str]] = {number: {} for number in compared}
    if compared:
        repeated = frames["answers"][frames["answers"]["return_id"].isin(compared)]
        for number, task, column, value, sheet, cell in iter_values(
            repeated, "return_id", "task", "column", "value", "sheet", "cell"
        ):
            if (number, sheet, cell) not in confirmed_cells:
                texts[number][task, column] = value
    return Precedence(ordered_returns, texts, confirmed_cells)


def _arrivals(frames: Mapping[str, pd.DataFrame]) -> dict[int, str]:
    """Return when each return arrived, by its number: not before the returns and corrections that precede it in the
    ledger's sequence.

    The clock of the computer that read it may have been slow.
    """
    corrections = ((row.sequence, row.at, None) for row in iter_rows(frames["corrections"]))
    returns = ((row.sequence, row.received, row.id) for row in iter_rows(frames["returns"]))
    arrivals: dict[int, str] = {}
    latest = ""
    for _, time, number in sorted(chain(corrections, returns), key=itemgetter(0)):
        latest = max(latest, time)
        if number is not None:
            arrivals[number] = latest
    return arrivals


def _ordered(
    items: Sequence[_Item], is_newer: Callable[[_Item, _Item], bool], sequence: Callable[[_Item], int]
) -> list[_Item]:
    """Return items with the newest first; where that is not known, the one with the greater sequence first."""
    newer_counts = [sum(is_newer(other, item) for other in items) for item in items]
    order = sorted(range(len(items)), key=lambda index: (newer_counts[index], -sequence(items[index])))
    return [items[index] for index in order]
