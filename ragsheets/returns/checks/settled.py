"""What a newer return or a correction has settled: questions that were answered, cells that were filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.formats.a1 import column_letter
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.reading.prefilled import ANSWER_CONFIRMED

if TYPE_CHECKING:
    import pandas as pd

#: What is observed of an answer in a cell that was sent with one already: whoever gave it saw the older one.
ANSWERED_CODES = frozenset(("answer-replaced", ANSWER_CONFIRMED))
#: What is observed of a cell or a row, and settled by a newer answer there.
_CELL_CODES = frozenset(("cleared", "error-value", "formula-without-value"))
_ROW_CODES = frozenset(("row-twice", "row-missing"))

_LETTERS = re.compile(r"[A-Z]+")

CellAddress = tuple[Any, str, str]


def cell_address(row: Any) -> CellAddress:
    """Where something stands: the number of the return, sheet and cell."""
    return row.return_id, row.sheet, row.cell


def cell_addresses(observations: pd.DataFrame, codes: Iterable[str]) -> set[CellAddress]:
    """The places of the observations with these codes."""
    return {cell_address(row) for row in iter_rows(observations[observations["code"].isin(list(codes))])}


def observations_with_state(context: CheckContext) -> Iterator[tuple[Any, bool]]:
    """The observations, each with whether it is open: none is of a cell or a row that was answered since."""
    age = context.return_ages
    newest = (
        _newest_answer_ages(context) if context.observations["code"].isin([*_CELL_CODES, *_ROW_CODES]).any() else {}
    )
    for row in iter_rows(context.observations):
        here = age.get(row.return_id, -1)
        yield row, newest.get(_settling_answer_key(row), here) >= here


def _settling_answer_key(row: Any) -> tuple[str, ...]:
    """By what the answer that settles an observation is known; empty where none would."""
    if row.code in _ROW_CODES:
        return (row.task,)
    if row.code in _CELL_CODES:
        return (row.task, _column_letters(row.cell)) if row.task else (row.group, row.sheet, row.cell)
    return ()


def _newest_answer_ages(context: CheckContext) -> dict[tuple[str, ...], float]:
    """How old the newest answer is, by task, by task and column's letters, and by a headline's place."""
    newest: dict[tuple[str, ...], float] = {}
    for row in iter_rows(context.answers):
        for cell in ((row.task,), (row.task, _column_letters(row.cell))):
            newest.setdefault(cell, context.return_ages[row.return_id])
    for row in iter_rows(context.headlines):
        newest.setdefault((row.group, row.sheet, row.cell), context.return_ages[row.return_id])
    letters = _letters_by_column(context) if context.corrections.cells else {}
    for (task, key), corrected in context.corrections.cells.items():
        places: list[tuple[str, ...]] = [(task,), *((task, each) for each in letters.get((corrected.group, key), ()))]
        for place in places:
            newest[place] = min(newest.get(place, corrected.age), corrected.age)
    return newest


def _letters_by_column(context: CheckContext) -> Mapping[tuple[str, str], set[str]]:
    """The letters under which each sub-group's answers stand, by the keys of sub-group and column: where they stand
    depends on what a workbook shows beside them. Where nobody answered, those of a workbook that shows nothing more."""
    letters: dict[tuple[str, str], set[str]] = {}
    for row in iter_rows(context.answers):
        letters.setdefault((row.group, row.column), set()).add(_column_letters(row.cell))
    for group in context.plan.groups:
        for number, column in enumerate(context.template.columns, 1):
            letters.setdefault((group.key, column.key), {column_letter(number)})
    return letters


def _column_letters(cell: str) -> str:
    """The letters of an address, by which a cleared cell's column is known."""
    match = _LETTERS.match(cell)
    return match[0] if match else ""
