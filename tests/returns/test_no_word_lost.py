"""Whatever people do to a workbook: every word they typed is an answer or in a finding, and no answer goes astray."""

from __future__ import annotations

import datetime
import io
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from helpers import libreoffice, workbook_edits
from helpers import projects as made
from helpers.workbook_edits import Book, Desk, Edit, Grid, Sending, put
from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import CellPosition
from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import IngestResult
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.workbook.layout import KEY_HEADING

PLANS = {
    "several outcomes": workbook_edits.several_outcomes(),
    "several outcomes, more columns": workbook_edits.several_outcomes(template="brag"),
    "one outcome": workbook_edits.one_outcome(),
}
#: Edits of these kinds, with numbers that say where, and at most so many in a row.
NUMBERS = st.integers(0, 59)


def some(names: list[str], most: int) -> st.SearchStrategy[list[Edit]]:
    edit = st.tuples(st.sampled_from(names), NUMBERS, NUMBERS, NUMBERS, NUMBERS)
    return st.lists(edit, min_size=1, max_size=most)


ANY = some(sorted(workbook_edits.EDITS), 6)
#: Edits by which columns do not move.
IN_PLACE = some(["answer", "sort", "swap", "rename", "reorder", "new sheet", "append to a task", "foreign sheet"], 5)
#: Edits that neither add a word nor take one away.
KEEPS = ["swap alike", "sort alike", "insert a row", "move a column", "insert a column", "rename", "reorder", "paste"]
MOVES = some(KEEPS, 4)
MOVES = MOVES.map(lambda edits: [(*edit[:4], 0) for edit in edits])

# The same cases every time: what a change breaks is told by that change, and longer campaigns are run by hand.
lasting = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


#: What of these is sent once there is an earlier period.
LATER = {f"{name}, a later period": PLANS[name] for name in ("several outcomes", "one outcome")}


@pytest.fixture(scope="module", params=[*PLANS, *LATER])
def sending(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sending:
    name = request.param
    return workbook_edits.sending(
        tmp_path_factory.mktemp("plan"), {**PLANS, **LATER}[name], shows_the_past=name in LATER
    )


@pytest.fixture(scope="module")
def parks(tmp_path_factory: pytest.TempPathFactory) -> Sending:
    return workbook_edits.sending(tmp_path_factory.mktemp("plan"), PLANS["several outcomes"])


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Sending:
    return workbook_edits.sending(tmp_path_factory.mktemp("plan"), PLANS["one outcome"])


# ------------------------------------------------------------------------------------------------------ properties


@lasting
@given(made_of=ANY, filled=st.booleans())
def test_every_word_is_an_answer_or_in_a_finding_and_no_answer_goes_astray(
    sending: Sending, made_of: list[Edit], filled: bool
) -> None:
    desk = Desk(sending, sending.book(filled=filled))
    for edit in made_of:
        desk.do(edit)
    try:
        result, said = sending.read(desk.book)
    except ReturnError as error:
        # The file as a whole is said, and kept as it is.
        assert error.code in ("not-ours", "wrong-period", "wrong-plan")
        return
    assert workbook_edits.lost(desk.book, said) == set()
    assert workbook_edits.astray(sending, desk.book, result) == []
    assert workbook_edits.merged_in_silence(desk.book, result, sending) == []


@lasting
@given(made_of=IN_PLACE)
def test_no_answer_changes_its_column_and_none_comes_from_another_workbook(
    sending: Sending, made_of: list[Edit]
) -> None:
    desk = Desk(sending, sending.book())
    for edit in made_of:
        desk.do(edit)
    try:
        result, said = sending.read(desk.book)
    except ReturnError as error:
        # More of it may be another period's than its own.
        assert error.code == "wrong-period"
        return
    assert workbook_edits.lost(desk.book, said) == set()
    assert workbook_edits.in_another_column(result) == []
    assert workbook_edits.from_elsewhere(result) == []


@lasting
@given(made_of=MOVES)
def test_what_only_moves_comes_home_whole(sending: Sending, made_of: list[Edit]) -> None:
    desk = Desk(sending, sending.book())
    before, _ = sending.read(desk.book)
    for edit in made_of:
        desk.do(edit)
    after, _ = sending.read(desk.book)
    assert answers(after) == answers(before) != []


@settings(lasting, max_examples=15)
@given(made_of=ANY)
def test_words_are_found_in_files_too(sending: Sending, made_of: list[Edit]) -> None:
    desk = Desk(sending, sending.book())
    for edit in made_of:
        desk.do(edit)
    try:
        result, said = sending.read_file(workbook_edits.to_xlsx(desk.book))
    except ReturnError as error:
        assert error.code in ("not-ours", "wrong-period", "wrong-plan")
        return
    assert workbook_edits.lost(desk.book, said) == set()
    assert workbook_edits.astray(sending, desk.book, result) == []


# A smaller case of a failure would take minutes to find.
@settings(lasting, max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(first=ANY, second=ANY)
def test_two_returns_of_a_sub_group_lose_nothing_and_say_the_same_again(
    parks: Sending, tmp_path_factory: pytest.TempPathFactory, first: list[Edit], second: list[Edit]
) -> None:
    folder = tmp_path_factory.mktemp("project")
    made.write_plan(folder, PLANS["several outcomes"])
    generate(Project(folder), made.DATE)
    inside = folder / made.DATE.isoformat() / "returned"
    typed, said_of_them, results = set(), [], []
    for number, made_of in enumerate((first, second)):
        desk = Desk(parks, parks.book(), count=100 * number)
        for edit in made_of:
            desk.do(edit)
        (inside / f"{number}.xlsx").write_bytes(workbook_edits.to_xlsx(desk.book))
        typed |= workbook_edits.words_in(desk.book)
        # What the first return is asked may be settled by the second: it was said all the same.
        results.append(ingest(Project(folder)))
        said_of_them += _kept(results[-1])
    result = results[-1]
    if all(file.result == "accepted" for file in result.files if file.result != "duplicate"):
        assert typed - set(workbook_edits.TOKEN.findall("\n".join(said_of_them))) == set()
    again, once_more = (ingest(Project(folder)).as_json() for _ in range(2))
    assert again == once_more
    assert again["totals"] == result.as_json()["totals"]
    assert findings_of(again) == findings_of(result.as_json())


# ----------------------------------------------------------------------------------------------------- small helpers


def _kept(result: IngestResult) -> list[str]:
    """Everything that an ingest took or said."""
    words = [str(value) for row in result.tasks.to_dict("records") for value in row.values()]
    words += result.assessment.headlines["text"].tolist()
    return words + [text for file in result.files for item in file.findings for text in (item.found, item.message)]


def findings_of(report: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {file["file"]: file["findings"] for file in report["files"]}


def answers(result: ReturnedWorkbook) -> list[tuple[str, str, str]]:
    return sorted((answer.task, answer.column, answer.value) for answer in result.answers)


def codes(result: ReturnedWorkbook) -> list[str]:
    return sorted(item.code for item in result.observations)


def said(result: ReturnedWorkbook, code: str) -> list[str]:
    return [item.found for item in result.observations if item.code == code]


def sheet(book: Book, name: str) -> Grid:
    return dict(book)[name]


def row_of(grid: Grid, key: str) -> int:
    return next(number for number, row in enumerate(grid) if row and row[-1] == key)


def heading_row(grid: Grid) -> int:
    return next(number for number, row in enumerate(grid) if KEY_HEADING in row)


# ------------------------------------------------------------------------------------------------ words that were lost


def test_words_above_the_first_task_of_a_table_without_headings_are_said(bridges: Sending) -> None:
    book = bridges.book()
    grid = sheet(book, "Outcome 2.1")
    above = row_of(grid, "2.1a") - 1
    del grid[heading_row(grid)]
    put(grid, above - 1, 2, "Zebras")
    result, _ = bridges.read(book)
    assert said(result, "stray-text") == ["Zebras"]
    assert "headings-missing" in codes(result)
    assert answers(result) == answers(bridges.read(bridges.book())[0])


@pytest.mark.parametrize("word", ["Ann", "Parks", "Total", "GREEN", "Quarterly", "1"])
def test_a_word_that_the_workbook_has_too_is_said_where_it_stands_apart(parks: Sending, word: str) -> None:
    book = parks.book()
    put(sheet(book, "Outcome 3.1"), 20, 9, word)
    assert said(parks.read(book)[0], "stray-text") == [word]


def test_statuses_on_a_sheet_of_another_workbook_are_quoted_too(parks: Sending) -> None:
    book = parks.book()
    name, grid = parks.book(1)[1]
    book.append((f"{name} F", grid))
    result, _ = parks.read(book)
    (words,) = said(result, "foreign-sheet")
    answered = [grid[row_of(grid, key)][2:5] for key in ("4.1a", "4.1b")]
    assert words.split(" | ")[-6:] == [word for row in answered for word in row]


def test_words_in_a_totals_cell_of_an_earlier_edition_are_said(tmp_path: Path) -> None:
    sent = workbook_edits.sending(tmp_path / "a", workbook_edits.one_outcome())
    now = workbook_edits.sending(tmp_path / "b", workbook_edits.one_outcome(template="brag"))
    old, latest = sent.collection, now.collection
    both = type(old)(**{**vars(latest), "sent_records": {**latest.sent_records, **old.sent_records}})
    book = sent.book()
    grid = sheet(book, "Outcome 2.1")
    row = next(number for number, values in enumerate(grid) if "Total" in values)
    grid[row][grid[row].index("Total") + 1] = "Zebras"
    result, _ = Sending(now.plan, now.template, both).read(book)
    assert said(result, "stray-text") == ["Zebras"]
    assert "other-edition" in codes(result)


def test_a_row_swapped_into_a_table_with_other_columns_is_quoted_and_asked_for(tmp_path: Path) -> None:
    """Its cells stand under other headings than their own: what they mean there, only the contact can say."""
    sending = workbook_edits.sending(tmp_path, PLANS["several outcomes, more columns"])
    desk = Desk(sending, sending.book())
    before = {answer.value for answer in sending.read(desk.book)[0].answers}
    for edit in (("move a column", 1, 0, 1, 0), ("paste", 2, 0, 0, 0), ("swap", 0, 0, 5, 0)):
        desk.do(edit)
    result, words = sending.read(desk.book)
    assert codes(result).count("row-missing") == 2
    assert workbook_edits.lost(desk.book, words) == set()
    assert workbook_edits.astray(sending, desk.book, result) == []
    assert before - {answer.value for answer in result.answers} <= set(said(result, "stray-text"))


class _Stub(WorkbookDetails):
    """A workbook with something beyond its values in one cell of a sheet."""

    def __init__(self, sheet: str, place: CellPosition, **facts: Any) -> None:
        self.sheet, self.place, self.facts = sheet, place, facts

    def _at(self, name: str, sheet: str) -> dict[CellPosition, Any]:
        return {self.place: self.facts[name]} if sheet == self.sheet and name in self.facts else {}

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        return self._at("formula", sheet)

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        return frozenset(self._at("formula", sheet))

    def number_format_of(self, sheet: str, place: CellPosition) -> str:
        return str(self._at("format", sheet).get(place, "General"))

    def displayed_text(self, sheet: str, place: CellPosition) -> str | None:
        return self._at("shows", sheet).get(place)


def test_a_formula_without_a_value_beside_the_table_is_said(bridges: Sending) -> None:
    book = bridges.book()
    put(sheet(book, "Outcome 2.1"), 1, 8, "")
    result, _ = bridges.read(book, _Stub("Outcome 2.1", (1, 8), formula='"Zebras"'))
    assert [item.wanted for item in result.observations if item.code == "formula-without-value"] == ['="Zebras"']


def test_totals_that_a_program_left_without_values_say_nothing(bridges: Sending) -> None:
    book = bridges.book()
    grid = sheet(book, "Outcome 2.1")
    row = next(number for number, values in enumerate(grid) if "Total" in values)
    place = (row, grid[row].index("Total") + 1)
    put(grid, *place, "")
    result, _ = bridges.read(book, _Stub("Outcome 2.1", place, formula="SUM(D4:D8)"))
    assert codes(result) == []


def test_a_number_beside_the_table_is_quoted_as_it_is_shown(bridges: Sending) -> None:
    book = bridges.book()
    put(sheet(book, "Outcome 2.1"), 1, 8, 0.25)
    assert said(bridges.read(book, _Stub("Outcome 2.1", (1, 8), format="0%"))[0], "stray-text") == ["25%"]


def test_a_length_of_time_is_taken_as_it_is_shown(bridges: Sending) -> None:
    book = bridges.book()
    grid = sheet(book, "Outcome 2.1")
    place = (row_of(grid, "2.1a"), 2)
    put(grid, *place, "PT30H00M00S")
    result, _ = bridges.read(book, _Stub("Outcome 2.1", place, shows="30:00"))
    assert ("2.1a", "position", "30:00") in answers(result)


# ---------------------------------------------------------------------------------------- answers that came home wrong


def test_a_copy_of_an_empty_row_with_another_wording_is_a_new_task(bridges: Sending) -> None:
    """The copy has the task's key, and wording enough like it; but the task has a row of its own."""
    book = bridges.book(filled=False)
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1a")
    grid.insert(row + 1, ["Paint the bridges in Barton, too", "", "Half done", "GREEN", "More", "2.1a"])
    result, _ = bridges.read(book)
    assert answers(result) == []
    assert said(result, "proposed-task") == ["Paint the bridges in Barton, too | Half done | GREEN | More"]


def test_of_two_rows_that_may_be_a_lost_task_neither_is_taken(bridges: Sending) -> None:
    book = bridges.book(filled=False)
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1c")
    grid[row : row + 1] = [["Lengthen the bridge", "", word, "GREEN", "", ""] for word in ("Yaks", "Zebras")]
    result, _ = bridges.read(book)
    assert answers(result) == []
    assert said(result, "proposed-task") == [f"Lengthen the bridge | {word} | GREEN" for word in ("Yaks", "Zebras")]


def test_the_row_of_a_lost_task_is_the_one_that_is_most_like_it(bridges: Sending) -> None:
    book = bridges.book(filled=False)
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1c")
    wordings = ("c) Lengthen all bridges, all of them", "c) Lengthen the bridges.")
    grid[row : row + 1] = [[wording, "", f"Yaks {len(wording)}", "", "", ""] for wording in wordings]
    result, _ = bridges.read(book)
    assert answers(result) == [("2.1c", "position", "Yaks 24")]
    assert codes(result).count("told-by-wording") == 1


def test_tasks_of_the_same_wording_and_target_are_told_by_the_outcome_above_them(parks: Sending) -> None:
    """Pasted without the column of keys, one outcome below the other."""
    book = parks.book()
    before = answers(parks.read(book)[0])
    grids = [[row[:-1] for row in grid] for name, grid in book if name.startswith("Outcome")]
    result, _ = parks.read([("Sheet1", list(itertools.chain.from_iterable(grids)))])
    assert answers(result) == before
    assert len({key for key, _, _ in before}) == 9


def test_tables_of_one_sheet_may_stand_in_different_columns(parks: Sending) -> None:
    book = parks.book()
    before = answers(parks.read(book)[0])
    grids = [grid for name, grid in book if name.startswith("Outcome")]
    moved = [[""] * number + row for number, grid in enumerate(grids) for row in grid]
    result, _ = parks.read([("All", moved), *(pair for pair in book if not pair[0].startswith("Outcome"))])
    assert answers(result) == before
    assert codes(result) == []


def test_rows_that_were_sorted_above_their_headings_come_home(bridges: Sending) -> None:
    book = bridges.book()
    before = answers(bridges.read(book)[0])
    grid = sheet(book, "Outcome 2.1")
    grid.insert(0, grid.pop(row_of(grid, "2.1d")))
    result, _ = bridges.read(book)
    assert answers(result) == before
    assert codes(result) == []


def test_headlines_are_read_where_the_heading_of_their_keys_was_overtyped(bridges: Sending) -> None:
    book = bridges.book()
    before = bridges.read(book)[0].headlines
    grid = sheet(book, "Headlines")
    put(grid, heading_row(grid), 2, "Zebras")
    result, _ = bridges.read(book)
    # A row of headings needs two of them; here only one is left.
    assert {line.text for line in before} <= set(workbook_edits.words_of(result).split("\n"))
    assert "Zebras" in said(result, "stray-text")


# ----------------------------------------------------------------------------------------------- sheets of other books


def _unmarked(book: Book) -> Book:
    return [(name, grid) for name, grid in book if not str(grid[0][0]).startswith("ragsheets")]


@pytest.mark.parametrize("number, period", [(1, workbook_edits.THIS), (0, workbook_edits.EARLIER)])
@pytest.mark.parametrize("first", [True, False])
def test_a_workbook_without_facts_belongs_where_most_of_its_tasks_do(
    parks: Sending, number: int, period: Any, first: bool
) -> None:
    own, foreign = _unmarked(parks.book()), ("Old", _unmarked(parks.book(number, period))[1][1])
    result, _ = parks.read([foreign, *own] if first else [*own, foreign])
    assert answers(result) == answers(parks.read(parks.book())[0])
    assert codes(result) == ["foreign-sheet"]


@pytest.mark.parametrize("copies", [1, 5])
def test_sheets_of_another_period_with_their_facts_do_not_outweigh_the_workbook_itself(
    parks: Sending, copies: int
) -> None:
    book = parks.book()
    foreign = parks.book(0, workbook_edits.EARLIER)
    facts, outcome = foreign[-1][1], foreign[1][1]
    others = [("ragsheets (2)", facts), *((f"Copy {number}", outcome) for number in range(copies))]
    result, _ = parks.read([*others, *book])
    assert answers(result) == answers(parks.read(book)[0])
    assert codes(result) == ["foreign-sheet"] * (copies + 1)


def test_headlines_of_another_sub_group_are_not_taken(parks: Sending) -> None:
    book = parks.book(filled=False)
    foreign = next(grid for name, grid in parks.book(1) if name == "Headlines")
    result, text = parks.read([*book, ("Headlines (2)", foreign)])
    assert result.headlines == []
    assert codes(result) == ["foreign-sheet"]
    assert workbook_edits.words_in([("", foreign)]) <= set(workbook_edits.TOKEN.findall(text))


@pytest.mark.parametrize("first", [True, False])
def test_of_a_sheet_and_its_copy_the_one_with_its_name_is_taken(bridges: Sending, first: bool) -> None:
    book = bridges.book()
    copy = [list(row) for row in sheet(book, "Outcome 2.1")]
    put(copy, row_of(copy, "2.1a"), 2, "Zebras")
    other = ("Outcome 2.1 (2)", copy)
    result, _ = bridges.read([other, *book] if first else [*book, other])
    assert answers(result) == answers(bridges.read(book)[0])
    assert any("Zebras" in words for words in said(result, "row-twice"))


@pytest.mark.parametrize("key", ["4.1b", ""])
def test_a_row_with_the_key_of_another_sub_groups_task_is_not_taken_for_one_of_the_same_wording(
    parks: Sending, key: str
) -> None:
    book = parks.book(filled=False)
    grid = sheet(book, "Outcome 2.1")
    grid[row_of(grid, "2.1a-2")] = ["a) Report to the board", "Quarterly", "Zebras", "GREEN", "Yaks", key]
    result, _ = parks.read(book)
    if key:
        assert answers(result) == []
        assert said(result, "stray-text") == ["Zebras", "GREEN", "Yaks", "4.1b"]
    else:
        assert [column for task, column, _ in answers(result) if task == "2.1a-2"] == ["planned", "position", "status"]


def test_a_sheet_of_another_period_is_told_by_its_date_too(parks: Sending) -> None:
    book = parks.book()
    foreign = [row for row in parks.book(0, workbook_edits.EARLIER)[1][1] if "reference" not in str(row[0])]
    result, text = parks.read([("Old", foreign), *book])
    assert answers(result) == answers(parks.read(book)[0])
    assert codes(result) == ["foreign-sheet"]
    assert workbook_edits.words_in([("", foreign)]) <= set(workbook_edits.TOKEN.findall(text))


def test_a_contact_who_writes_todays_date_on_a_sheet_has_not_taken_another_one(parks: Sending) -> None:
    book = parks.book()
    before = answers(parks.read(book)[0])
    grid = sheet(book, "Outcome 2.1")
    row = next(number for number, values in enumerate(grid) if str(values[0]).startswith("Date: "))
    grid[row][0] = "Date: 1st October 2008"
    result, _ = parks.read(book)
    assert answers(result) == before
    assert said(result, "stray-text") == ["Date: 1st October 2008"]


# ----------------------------------------------------------------------------------------- blanks that nobody can see


@pytest.mark.parametrize("form", ["{}\u200b", "\ufeff{}", "{}\u00a0", "\u202a{}\u202c", "\u2003{}\u00ad"])
def test_a_status_with_blanks_that_nobody_can_see_is_the_status(bridges: Sending, form: str) -> None:
    book = bridges.book(filled=False)
    grid = sheet(book, "Outcome 2.1")
    put(grid, row_of(grid, "2.1a"), 3, form.format("GREEN"))
    put(grid, row_of(grid, "2.1b"), 3, "GR\u200bEEN")
    assert answers(bridges.read(book)[0]) == [("2.1a", "status", "GREEN"), ("2.1b", "status", "GREEN")]


def test_blanks_in_the_plans_wording_change_nothing(bridges: Sending) -> None:
    book = bridges.book()
    before = answers(bridges.read(book)[0])
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1a")
    grid[row][0] = grid[row][0].replace(" ", "\u00a0") + "\u200b"
    result, _ = bridges.read(book)
    assert (answers(result), codes(result)) == (before, [])


def test_a_cell_of_blanks_that_nobody_can_see_is_empty(bridges: Sending) -> None:
    book = bridges.book(filled=False)
    grid = sheet(book, "Outcome 2.1")
    put(grid, row_of(grid, "2.1a"), 2, "\u200b \u00a0")
    put(grid, 2, 9, "\u200b")
    result, _ = bridges.read(book)
    assert (answers(result), codes(result)) == ([], [])


# ------------------------------------------------------------------------------------------------------ dates


def test_dates_of_both_systems_are_the_same_days(bridges: Sending) -> None:
    found = []
    for epoch in (CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904):
        book = openpyxl.load_workbook(io.BytesIO(workbook_edits.to_xlsx(bridges.book(filled=False))))
        book.epoch = epoch
        grid = book["Outcome 2.1"]
        row = next(cell.row for cell in grid["F"] if cell.value == "2.1a")
        grid.cell(row, 3).value = datetime.date(2009, 3, 5)
        grid.cell(row, 3).number_format = "dd/mm/yyyy"
        buffer = io.BytesIO()
        book.save(buffer)
        found.append(answers(bridges.read_file(buffer.getvalue())[0]))
    assert found[0] == found[1] == [("2.1a", "position", "05/03/2009")]


# ------------------------------------------------------------------------------------- what lies beside the values


@pytest.mark.parametrize("form", [libreoffice.XLSX, libreoffice.XLS, libreoffice.ODS])
def test_what_lies_beside_the_values_is_quoted_from_every_format(
    bridges: Sending, calc: libreoffice.LibreOffice, tmp_path: Path, form: str
) -> None:
    sent, saved = tmp_path / "sent.xlsx", tmp_path / "saved"
    filled = {"group": "Parks", "answers": {"2.1a": {"position": "Half of it done", "status": "GREEN"}}}
    sent.write_bytes(demo.fill_in_workbook(bridges.plan, bridges.template, workbook_edits.THIS, filled))
    cell = f"C{1 + row_of(sheet(bridges.book(), 'Outcome 2.1'), '2.1a')}"
    things = [("note", "Outcome 2.1", cell, "Zebras"), ("struck", "Outcome 2.1", cell, "of it")]
    if form != libreoffice.ODS:
        # LibreOffice 7 without a screen ends when it is to save a shape as .ods.
        things.append(("text-box", "Outcome 2.1", "C9", "Yaks"))
    calc.run(sent, save=(saved, form), add=things)
    result, _ = bridges.read_file(saved.read_bytes())
    told = {(item.code, item.found) for item in result.observations}
    assert told == {("comment", "Zebras"), ("struck-through", "of it"), ("text-box", "Yaks")} - {
        ("text-box", "Yaks") if form == libreoffice.ODS else ("", "")
    }
    assert answers(result) == [("2.1a", "position", "Half  done"), ("2.1a", "status", "GREEN")]
