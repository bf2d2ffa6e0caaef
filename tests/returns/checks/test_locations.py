"""The location of a finding is that of a frame's row, as far as it has one, or of an answer."""

from __future__ import annotations

from typing import NamedTuple

from helpers.period_builder import PeriodBuilder
from ragsheets.returns.checks.locations import finding_at_answer, finding_at_row
from ragsheets.returns.frames import iter_rows
from ragsheets.returns.precedence import SourceCell


class FileRow(NamedTuple):
    file: str
    group: str


def test_a_finding_has_the_location_of_a_row_and_the_texts_given_replace_parts_of_it() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"status": "Ambr"}})
    (row,) = iter_rows(period.context().answers)
    item = finding_at_row(row, "unknown-status", found="Ambr", cell="D99")
    assert (item.file, item.group, item.sheet, item.cell) == ("1.xlsx", "Parks", "Outcome 2.1", "D99")
    assert (item.task, item.column, item.found) == ("2.1a", "status", "Ambr")


def test_a_row_without_a_cell_gives_a_finding_on_its_file() -> None:
    item = finding_at_row(FileRow("r.xlsx", "Parks"), "nothing-filled-in")
    assert (item.file, item.group, item.address, item.task) == ("r.xlsx", "Parks", "", "")


def test_a_finding_on_an_answer_is_at_its_cell_unless_another_is_given() -> None:
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Begun."}})
    period.add_return(2, {"2.1a": {"position": "Done."}})
    cell = period.context().cells["2.1a", "position"]
    number, item = finding_at_answer(cell, cell.entries[1], "answers-differ", wanted="x")
    assert (number, item.file, item.address, item.group) == (1, "1.xlsx", "Outcome 2.1!C11", "Parks")
    assert (item.task, item.column, item.found, item.wanted) == ("2.1a", "position", "Begun.", "x")
    source = SourceCell(7, "other.xlsx", "Sheet", "A1")
    number, item = finding_at_answer(cell, cell.entries[1], "answers-differ", source)
    assert (number, item.file, item.address, item.found) == (7, "other.xlsx", "Sheet!A1", "Begun.")
