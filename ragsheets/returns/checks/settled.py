"""Observations that a newer return or a correction has settled: questions answered, cells filled in."""

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

#: Observations on an answer in a cell that was sent prefilled: whoever answered saw the older answer.
ANSWERED_CODES = frozenset(("answer-replaced", ANSWER_CONFIRMED))
#: Observations on a cell or a row that a newer answer there settles.
_CELL_CODES = frozenset(("cleared", "error-value", "formula-without-value"))
_ROW_CODES = frozenset(("row-twice", "row-missing"))

_LETTERS = re.compile(r"[A-Z]+")

CellAddress = tuple[Any, str, str]


def cell_address(row: Any) -> CellAddress:
    """Return the address of a row's cell: number of the return, sheet and cell."""
    return row.return_id, row.sheet, row.cell


def cell_addresses(observations: pd.DataFrame, codes: Iterable[str]) -> set[CellAddress]:
    """Return the cell addresses of the observations with these codes."""
    return {cell_address(row) for row in iter_rows(observations[observations["code"].isin(list(codes))])}


def observations_with_state(context: CheckContext) -> Iterator[tuple[Any, bool]]:
    """Yield each observation, and whether it is open: it is not where its cell or row was answered since."""
    age = context.return_ages
    newest_ages = (
        _newest_answer_ages(context) if context.observations["code"].isin([*_CELL_CODES, *_ROW_CODES]).any() else {}
    )
    for row in iter_rows(context.observations):
        own_age = age.get(row.return_id, -1)
        yield row, newest_ages.get(_settling_answer_key(row), own_age) >= own_age


def _settling_answer_key(row: Any) -> tuple[str, ...]:
    """Return the key of the answer that would settle an observation; empty where no answer can."""
    if row.code in _ROW_CODES:
        return (row.task,)
    if row.code in _CELL_CODES:
        return (row.task, _column_letters(row.cell)) if row.task else (row.group, row.sheet, row.cell)
    return ()


def _newest_answer_ages(context: CheckContext) -> dict[tuple[str, ...], float]:
    """Return the age of the newest answer, by task, by task and column letters, and by a headline's cell."""
    newest: dict[tuple[str, ...], float] = {}
    for row in iter_rows(context.answers):
        for cell in ((row.task,), (row.task, _column_letters(row.cell))):
            newest.setdefault(cell, context.return_ages[row.return_id])
    for row in iter_rows(context.headlines):
        newest.setdefault((row.group, row.sheet, row.cell), context.return_ages[row.return_id])
    letters = _letters_by_column(context) if context.corrections.cells else {}
    for (task, key), corrected in context.corrections.cells.items():
        answer_keys: list[tuple[str, ...]] = [
            (task,),
            *((task, letter) for letter in letters.get((corrected.group, key), ())),
        ]
        for answer_key in answer_keys:
            newest[answer_key] = min(newest.get(answer_key, corrected.age), corrected.age)
    return newest


def _letters_by_column(context: CheckContext) -> Mapping[tuple[str, str], set[str]]:
    """Return the column letters of each sub-group's answers, by the keys of sub-group and column.

    They depend on the other columns that a workbook shows; without answers they are those of a plain workbook.
    """
    letters: dict[tuple[str, str], set[str]] = {}
    for row in iter_rows(context.answers):
        letters.setdefault((row.group, row.column), set()).add(_column_letters(row.cell))
    for group in context.plan.groups:
        for number, column in enumerate(context.template.columns, 1):
            letters.setdefault((group.key, column.key), {column_letter(number)})
    return letters


def _column_letters(cell: str) -> str:
    """Return the column letters of an address, which identify a cleared cell's column."""
    match = _LETTERS.match(cell)
    return match[0] if match else ""
