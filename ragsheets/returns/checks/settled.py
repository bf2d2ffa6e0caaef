"""What a newer return or a correction has settled: questions that were answered, cells that were filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ragsheets.formats.a1 import letter
from ragsheets.returns.checks.context import Case
from ragsheets.returns.frames import rows
from ragsheets.returns.reading.prefilled import CONFIRMED

if TYPE_CHECKING:
    import pandas as pd

#: What is observed of an answer in a cell that was sent with one already: whoever gave it saw the older one.
ANSWERED = frozenset(("answer-replaced", CONFIRMED))
#: What is observed of a cell or a row, and settled by a newer answer there.
_OF_A_CELL = frozenset(("cleared", "error-value", "formula-without-value"))
_OF_A_ROW = frozenset(("row-twice", "row-missing"))

_LETTERS = re.compile(r"[A-Z]+")

Place = tuple[Any, str, str]


def place_of(row: Any) -> Place:
    """Where something stands: the number of the return, sheet and cell."""
    return row.return_id, row.sheet, row.cell


def places_of(observations: pd.DataFrame, codes: Iterable[str]) -> set[Place]:
    """The places of the observations with these codes."""
    return {place_of(row) for row in rows(observations[observations["code"].isin(list(codes))])}


def still_open(case: Case) -> Iterator[tuple[Any, bool]]:
    """The observations, each with whether it is open: none is of a cell or a row that was answered since."""
    age = case.ages
    newest = _newest_answers(case) if case.observations["code"].isin([*_OF_A_CELL, *_OF_A_ROW]).any() else {}
    for row in rows(case.observations):
        here = age.get(row.return_id, -1)
        yield row, newest.get(_answer_to(row), here) >= here


def _answer_to(row: Any) -> tuple[str, ...]:
    """By what the answer that settles an observation is known; empty where none would."""
    if row.code in _OF_A_ROW:
        return (row.task,)
    if row.code in _OF_A_CELL:
        return (row.task, _column(row.cell)) if row.task else (row.group, row.sheet, row.cell)
    return ()


def _newest_answers(case: Case) -> dict[tuple[str, ...], float]:
    """How old the newest answer is, by task, by task and column's letters, and by a headline's place."""
    newest: dict[tuple[str, ...], float] = {}
    for row in rows(case.answers):
        for cell in ((row.task,), (row.task, _column(row.cell))):
            newest.setdefault(cell, case.ages[row.return_id])
    for row in rows(case.headlines):
        newest.setdefault((row.group, row.sheet, row.cell), case.ages[row.return_id])
    letters = _letters(case) if case.corrections.cells else {}
    for (task, key), corrected in case.corrections.cells.items():
        places: list[tuple[str, ...]] = [(task,), *((task, each) for each in letters.get((corrected.group, key), ()))]
        for place in places:
            newest[place] = min(newest.get(place, corrected.age), corrected.age)
    return newest


def _letters(case: Case) -> Mapping[tuple[str, str], set[str]]:
    """The letters under which each sub-group's answers stand, by the keys of sub-group and column: where they stand
    depends on what a workbook shows beside them. Where nobody answered, those of a workbook that shows nothing more."""
    letters: dict[tuple[str, str], set[str]] = {}
    for row in rows(case.answers):
        letters.setdefault((row.group, row.column), set()).add(_column(row.cell))
    for group in case.plan.groups:
        for number, column in enumerate(case.template.columns, 1):
            letters.setdefault((group.key, column.key), {letter(number)})
    return letters


def _column(cell: str) -> str:
    """The letters of an address, by which a cleared cell's column is known."""
    match = _LETTERS.match(cell)
    return match[0] if match else ""
