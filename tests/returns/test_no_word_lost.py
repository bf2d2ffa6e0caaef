"""Whatever people do to a workbook: every word typed is an answer or in a finding, and no answer changes task."""

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

from helpers import libreoffice, projects, workbook_edits
from helpers.workbook_edits import Book, Edit, EditedWorkbook, Grid, SentWorkbooks, set_value
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
#: Numbers that determine the position of an edit.
NUMBERS = st.integers(0, 59)


def edit_lists(names: list[str], max_size: int) -> st.SearchStrategy[list[Edit]]:
    edit = st.tuples(st.sampled_from(names), NUMBERS, NUMBERS, NUMBERS, NUMBERS)
    return st.lists(edit, min_size=1, max_size=max_size)


ANY_EDITS = edit_lists(sorted(workbook_edits.EDITS), 6)
#: Edits that do not move columns.
IN_PLACE_EDITS = edit_lists(
    ["answer", "sort", "swap", "rename", "reorder", "new sheet", "append to a task", "foreign sheet"], 5
)
#: Edits that neither add nor remove a word.
KEEPING_EDITS = [
    "swap alike",
    "sort alike",
    "insert a row",
    "move a column",
    "insert a column",
    "rename",
    "reorder",
    "paste",
]
MOVING_EDITS = edit_lists(KEEPING_EDITS, 4)
MOVING_EDITS = MOVING_EDITS.map(lambda edits: [(*edit[:4], 0) for edit in edits])

# The same cases every time, so that a failure is due to the change under test; longer campaigns are run by hand.
repeatable = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


#: The plans that are also sent after an earlier period.
LATER = {f"{name}, a later period": PLANS[name] for name in ("several outcomes", "one outcome")}


@pytest.fixture(scope="module", params=[*PLANS, *LATER])
def sending(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SentWorkbooks:
    name = request.param
    return workbook_edits.send_workbooks(
        tmp_path_factory.mktemp("plan"), {**PLANS, **LATER}[name], with_last_period=name in LATER
    )


@pytest.fixture(scope="module")
def parks(tmp_path_factory: pytest.TempPathFactory) -> SentWorkbooks:
    return workbook_edits.send_workbooks(tmp_path_factory.mktemp("plan"), PLANS["several outcomes"])


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> SentWorkbooks:
    return workbook_edits.send_workbooks(tmp_path_factory.mktemp("plan"), PLANS["one outcome"])


# ------------------------------------------------------------------------------------------------------ properties


@repeatable
@given(edits=ANY_EDITS, filled=st.booleans())
def test_every_word_is_an_answer_or_in_a_finding_and_no_answer_changes_task(
    sending: SentWorkbooks, edits: list[Edit], filled: bool
) -> None:
    editor = EditedWorkbook(sending, sending.sent_values(filled=filled))
    for edit in edits:
        editor.apply(edit)
    try:
        result, report_text = sending.read(editor.book)
    except ReturnError as error:
        # The file is rejected as a whole.
        assert error.code in ("not-ours", "wrong-period", "wrong-plan")
        return
    assert workbook_edits.lost_words(editor.book, report_text) == set()
    assert workbook_edits.misplaced_answers(sending, editor.book, result) == []
    assert workbook_edits.silently_merged_answers(editor.book, result, sending) == []


@repeatable
@given(edits=IN_PLACE_EDITS)
def test_no_answer_changes_its_column_and_none_comes_from_another_workbook(
    sending: SentWorkbooks, edits: list[Edit]
) -> None:
    editor = EditedWorkbook(sending, sending.sent_values())
    for edit in edits:
        editor.apply(edit)
    try:
        result, report_text = sending.read(editor.book)
    except ReturnError as error:
        # Most of its content may belong to another period.
        assert error.code == "wrong-period"
        return
    assert workbook_edits.lost_words(editor.book, report_text) == set()
    assert workbook_edits.answers_in_another_column(result) == []
    assert workbook_edits.answers_from_another_workbook(result) == []


@repeatable
@given(edits=MOVING_EDITS)
def test_edits_that_only_move_cells_change_no_answer(sending: SentWorkbooks, edits: list[Edit]) -> None:
    editor = EditedWorkbook(sending, sending.sent_values())
    before, _ = sending.read(editor.book)
    for edit in edits:
        editor.apply(edit)
    after, _ = sending.read(editor.book)
    assert answers(after) == answers(before) != []


@settings(repeatable, max_examples=15)
@given(edits=ANY_EDITS)
def test_every_word_is_also_found_in_files(sending: SentWorkbooks, edits: list[Edit]) -> None:
    editor = EditedWorkbook(sending, sending.sent_values())
    for edit in edits:
        editor.apply(edit)
    try:
        result, report_text = sending.read_file(workbook_edits.to_xlsx(editor.book))
    except ReturnError as error:
        assert error.code in ("not-ours", "wrong-period", "wrong-plan")
        return
    assert workbook_edits.lost_words(editor.book, report_text) == set()
    assert workbook_edits.misplaced_answers(sending, editor.book, result) == []


# A smaller case of a failure would take minutes to find.
@pytest.mark.slow
@settings(repeatable, max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(first=ANY_EDITS, second=ANY_EDITS)
def test_two_returns_of_a_sub_group_lose_nothing_and_repeat_the_same_report(
    parks: SentWorkbooks, tmp_path_factory: pytest.TempPathFactory, first: list[Edit], second: list[Edit]
) -> None:
    folder = tmp_path_factory.mktemp("project")
    projects.write_plan(folder, PLANS["several outcomes"])
    generate(Project(folder), projects.DATE)
    returned_folder = folder / projects.DATE.isoformat() / "returned"
    typed_words, reported_texts, results = set(), [], []
    for number, edits in enumerate((first, second)):
        editor = EditedWorkbook(parks, parks.sent_values(), count=100 * number)
        for edit in edits:
            editor.apply(edit)
        (returned_folder / f"{number}.xlsx").write_bytes(workbook_edits.to_xlsx(editor.book))
        typed_words |= workbook_edits.words_in(editor.book)
        # A question about the first return may be settled by the second, but it was reported.
        results.append(ingest(Project(folder)))
        reported_texts += _accepted_and_reported_texts(results[-1])
    result = results[-1]
    if all(file.result == "accepted" for file in result.files if file.result != "duplicate"):
        assert typed_words - set(workbook_edits.TOKEN.findall("\n".join(reported_texts))) == set()
    second_report, third_report = (ingest(Project(folder)).as_json() for _ in range(2))
    assert second_report == third_report
    assert second_report["totals"] == result.as_json()["totals"]
    assert findings_of(second_report) == findings_of(result.as_json())


# ----------------------------------------------------------------------------------------------------- small helpers


def _accepted_and_reported_texts(result: IngestResult) -> list[str]:
    """Return all texts that an ingest accepted or reported."""
    texts = [str(value) for row in result.tasks.to_dict("records") for value in row.values()]
    texts += result.assessment.headlines["text"].tolist()
    return texts + [text for file in result.files for item in file.findings for text in (item.found, item.message)]


def findings_of(report: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {file["file"]: file["findings"] for file in report["files"]}


def answers(result: ReturnedWorkbook) -> list[tuple[str, str, str]]:
    return sorted((answer.task, answer.column, answer.value) for answer in result.answers)


def codes(result: ReturnedWorkbook) -> list[str]:
    return sorted(item.code for item in result.observations)


def texts_with_code(result: ReturnedWorkbook, code: str) -> list[str]:
    return [item.found for item in result.observations if item.code == code]


def sheet(book: Book, name: str) -> Grid:
    return dict(book)[name]


def row_of(grid: Grid, key: str) -> int:
    return next(number for number, row in enumerate(grid) if row and row[-1] == key)


def heading_row(grid: Grid) -> int:
    return next(number for number, row in enumerate(grid) if KEY_HEADING in row)


# ---------------------------------------------------------------------------------------- words that must not be lost


def test_text_above_the_first_task_of_a_table_without_headings_is_reported(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    grid = sheet(book, "Outcome 2.1")
    above = row_of(grid, "2.1a") - 1
    del grid[heading_row(grid)]
    set_value(grid, above - 1, 2, "Zebras")
    result, _ = bridges.read(book)
    assert texts_with_code(result, "stray-text") == ["Zebras"]
    assert "headings-missing" in codes(result)
    assert answers(result) == answers(bridges.read(bridges.sent_values())[0])


@pytest.mark.parametrize("word", ["Ann", "Parks", "Total", "GREEN", "Quarterly", "1"])
def test_a_word_that_the_workbook_also_contains_is_reported_in_a_separate_cell(parks: SentWorkbooks, word: str) -> None:
    book = parks.sent_values()
    set_value(sheet(book, "Outcome 3.1"), 20, 9, word)
    assert texts_with_code(parks.read(book)[0], "stray-text") == [word]


def test_statuses_on_a_sheet_of_another_workbook_are_quoted(parks: SentWorkbooks) -> None:
    book = parks.sent_values()
    name, grid = parks.sent_values(1)[1]
    book.append((f"{name} F", grid))
    result, _ = parks.read(book)
    (quoted_text,) = texts_with_code(result, "foreign-sheet")
    answered_rows = [grid[row_of(grid, key)][2:5] for key in ("4.1a", "4.1b")]
    assert quoted_text.split(" | ")[-6:] == [word for row in answered_rows for word in row]


def test_text_in_a_totals_cell_of_an_earlier_edition_is_reported(tmp_path: Path) -> None:
    old_sending = workbook_edits.send_workbooks(tmp_path / "a", workbook_edits.one_outcome())
    current_sending = workbook_edits.send_workbooks(tmp_path / "b", workbook_edits.one_outcome(template="brag"))
    old_context, current_context = old_sending.reading_context, current_sending.reading_context
    context_of_both = type(old_context)(
        **{**vars(current_context), "sent_records": {**current_context.sent_records, **old_context.sent_records}}
    )
    book = old_sending.sent_values()
    grid = sheet(book, "Outcome 2.1")
    row = next(number for number, values in enumerate(grid) if "Total" in values)
    grid[row][grid[row].index("Total") + 1] = "Zebras"
    result, _ = SentWorkbooks(current_sending.plan, current_sending.template, context_of_both).read(book)
    assert texts_with_code(result, "stray-text") == ["Zebras"]
    assert "other-edition" in codes(result)


def test_a_row_swapped_into_a_table_with_other_columns_is_quoted_and_missing(tmp_path: Path) -> None:
    """Its cells are under other headings than their own: only the contact knows what they mean there."""
    sending = workbook_edits.send_workbooks(tmp_path, PLANS["several outcomes, more columns"])
    editor = EditedWorkbook(sending, sending.sent_values())
    sent_values = {answer.value for answer in sending.read(editor.book)[0].answers}
    for edit in (("move a column", 1, 0, 1, 0), ("paste", 2, 0, 0, 0), ("swap", 0, 0, 5, 0)):
        editor.apply(edit)
    result, text = sending.read(editor.book)
    assert codes(result).count("row-missing") == 2
    assert workbook_edits.lost_words(editor.book, text) == set()
    assert workbook_edits.misplaced_answers(sending, editor.book, result) == []
    assert sent_values - {answer.value for answer in result.answers} <= set(texts_with_code(result, "stray-text"))


class _StubDetails(WorkbookDetails):
    """A workbook with something beyond its values in one cell of a sheet."""

    def __init__(self, sheet: str, position: CellPosition, **details: Any) -> None:
        self.sheet, self.position, self.details = sheet, position, details

    def _at(self, name: str, sheet: str) -> dict[CellPosition, Any]:
        return {self.position: self.details[name]} if sheet == self.sheet and name in self.details else {}

    def formulas(self, sheet: str) -> Mapping[CellPosition, str]:
        return self._at("formula", sheet)

    def uncalculated(self, sheet: str) -> frozenset[CellPosition]:
        return frozenset(self._at("formula", sheet))

    def number_format_of(self, sheet: str, position: CellPosition) -> str:
        return str(self._at("format", sheet).get(position, "General"))

    def displayed_text(self, sheet: str, position: CellPosition) -> str | None:
        return self._at("shows", sheet).get(position)


def test_a_formula_without_a_value_next_to_the_table_is_reported(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    set_value(sheet(book, "Outcome 2.1"), 1, 8, "")
    result, _ = bridges.read(book, _StubDetails("Outcome 2.1", (1, 8), formula='"Zebras"'))
    assert [item.wanted for item in result.observations if item.code == "formula-without-value"] == ['="Zebras"']


def test_totals_without_values_are_not_reported(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    grid = sheet(book, "Outcome 2.1")
    row = next(number for number, values in enumerate(grid) if "Total" in values)
    position = (row, grid[row].index("Total") + 1)
    set_value(grid, *position, "")
    result, _ = bridges.read(book, _StubDetails("Outcome 2.1", position, formula="SUM(D4:D8)"))
    assert codes(result) == []


def test_a_number_next_to_the_table_is_quoted_as_displayed(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    set_value(sheet(book, "Outcome 2.1"), 1, 8, 0.25)
    assert texts_with_code(bridges.read(book, _StubDetails("Outcome 2.1", (1, 8), format="0%"))[0], "stray-text") == [
        "25%"
    ]


def test_a_duration_is_read_as_displayed(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    grid = sheet(book, "Outcome 2.1")
    position = (row_of(grid, "2.1a"), 2)
    set_value(grid, *position, "PT30H00M00S")
    result, _ = bridges.read(book, _StubDetails("Outcome 2.1", position, shows="30:00"))
    assert ("2.1a", "position", "30:00") in answers(result)


# ------------------------------------------------------------------------------------- answers matched to their tasks


def test_a_copy_of_an_empty_row_with_another_wording_is_a_new_task(bridges: SentWorkbooks) -> None:
    """The copy has the task's key and a similar wording, but the task has a row of its own."""
    book = bridges.sent_values(filled=False)
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1a")
    grid.insert(row + 1, ["Paint the bridges in Barton, too", "", "Half done", "GREEN", "More", "2.1a"])
    result, _ = bridges.read(book)
    assert answers(result) == []
    assert texts_with_code(result, "proposed-task") == ["Paint the bridges in Barton, too | Half done | GREEN | More"]


def test_neither_of_two_rows_that_may_be_a_lost_task_is_matched(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values(filled=False)
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1c")
    grid[row : row + 1] = [["Lengthen the bridge", "", word, "GREEN", "", ""] for word in ("Yaks", "Zebras")]
    result, _ = bridges.read(book)
    assert answers(result) == []
    assert texts_with_code(result, "proposed-task") == [
        f"Lengthen the bridge | {word} | GREEN" for word in ("Yaks", "Zebras")
    ]


def test_the_most_similar_row_is_matched_to_a_lost_task(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values(filled=False)
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1c")
    wordings = ("c) Lengthen all bridges, all of them", "c) Lengthen the bridges.")
    grid[row : row + 1] = [[wording, "", f"Yaks {len(wording)}", "", "", ""] for wording in wordings]
    result, _ = bridges.read(book)
    assert answers(result) == [("2.1c", "position", "Yaks 24")]
    assert codes(result).count("told-by-wording") == 1


def test_tasks_of_the_same_wording_and_target_are_distinguished_by_the_outcome_above(parks: SentWorkbooks) -> None:
    """Pasted without the column of keys, one outcome below the other."""
    book = parks.sent_values()
    before = answers(parks.read(book)[0])
    grids = [[row[:-1] for row in grid] for name, grid in book if name.startswith("Outcome")]
    result, _ = parks.read([("Sheet1", list(itertools.chain.from_iterable(grids)))])
    assert answers(result) == before
    assert len({key for key, _, _ in before}) == 9


def test_tables_of_one_sheet_may_start_in_different_columns(parks: SentWorkbooks) -> None:
    book = parks.sent_values()
    before = answers(parks.read(book)[0])
    grids = [grid for name, grid in book if name.startswith("Outcome")]
    moved = [[""] * number + row for number, grid in enumerate(grids) for row in grid]
    result, _ = parks.read([("All", moved), *(pair for pair in book if not pair[0].startswith("Outcome"))])
    assert answers(result) == before
    assert codes(result) == ["sheet-name"]


def test_rows_sorted_above_their_headings_keep_their_answers(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    before = answers(bridges.read(book)[0])
    grid = sheet(book, "Outcome 2.1")
    grid.insert(0, grid.pop(row_of(grid, "2.1d")))
    result, _ = bridges.read(book)
    assert answers(result) == before
    assert codes(result) == []


def test_headlines_are_read_where_the_heading_of_their_keys_is_overtyped(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    before = bridges.read(book)[0].headlines
    grid = sheet(book, "Headlines")
    set_value(grid, heading_row(grid), 2, "Zebras")
    result, _ = bridges.read(book)
    # A row of headings needs at least two headings; only one is left.
    assert {line.text for line in before} <= set(workbook_edits.texts_of(result).split("\n"))
    assert "Zebras" in texts_with_code(result, "stray-text")


# ------------------------------------------------------------------------------------------- sheets of other workbooks


def _without_facts_sheet(book: Book) -> Book:
    return [(name, grid) for name, grid in book if not str(grid[0][0]).startswith("ragsheets")]


@pytest.mark.parametrize("number, period", [(1, workbook_edits.THIS), (0, workbook_edits.EARLIER)])
@pytest.mark.parametrize("first", [True, False])
def test_a_workbook_without_a_facts_sheet_belongs_to_the_group_with_most_tasks(
    parks: SentWorkbooks, number: int, period: Any, first: bool
) -> None:
    own, foreign = (
        _without_facts_sheet(parks.sent_values()),
        ("Old", _without_facts_sheet(parks.sent_values(number, period))[1][1]),
    )
    result, _ = parks.read([foreign, *own] if first else [*own, foreign])
    assert answers(result) == answers(parks.read(parks.sent_values())[0])
    assert codes(result) == ["foreign-sheet"]


@pytest.mark.parametrize("copies", [1, 5])
def test_sheets_of_another_period_with_their_facts_do_not_outweigh_the_workbook_itself(
    parks: SentWorkbooks, copies: int
) -> None:
    book = parks.sent_values()
    foreign = parks.sent_values(0, workbook_edits.EARLIER)
    facts, outcome = foreign[-1][1], foreign[1][1]
    others = [("ragsheets (2)", facts), *((f"Copy {number}", outcome) for number in range(copies))]
    result, _ = parks.read([*others, *book])
    assert answers(result) == answers(parks.read(book)[0])
    assert codes(result) == ["foreign-sheet"] * (copies + 1)


def test_headlines_of_another_sub_group_are_not_read(parks: SentWorkbooks) -> None:
    book = parks.sent_values(filled=False)
    foreign = next(grid for name, grid in parks.sent_values(1) if name == "Headlines")
    result, text = parks.read([*book, ("Headlines (2)", foreign)])
    assert result.headlines == []
    assert codes(result) == ["foreign-sheet"]
    assert workbook_edits.words_in([("", foreign)]) <= set(workbook_edits.TOKEN.findall(text))


@pytest.mark.parametrize("first", [True, False])
def test_the_sheet_with_the_original_name_takes_precedence_over_its_copy(bridges: SentWorkbooks, first: bool) -> None:
    book = bridges.sent_values()
    copy = [list(row) for row in sheet(book, "Outcome 2.1")]
    set_value(copy, row_of(copy, "2.1a"), 2, "Zebras")
    copied_sheet = ("Outcome 2.1 (2)", copy)
    result, _ = bridges.read([copied_sheet, *book] if first else [*book, copied_sheet])
    assert answers(result) == answers(bridges.read(book)[0])
    assert any("Zebras" in text for text in texts_with_code(result, "row-twice"))


@pytest.mark.parametrize("key", ["4.1b", ""])
def test_a_row_with_another_sub_groups_key_is_not_matched_by_wording(parks: SentWorkbooks, key: str) -> None:
    book = parks.sent_values(filled=False)
    grid = sheet(book, "Outcome 2.1")
    grid[row_of(grid, "2.1a-2")] = ["a) Report to the board", "Quarterly", "Zebras", "GREEN", "Yaks", key]
    result, _ = parks.read(book)
    if key:
        assert answers(result) == []
        assert texts_with_code(result, "stray-text") == ["Zebras", "GREEN", "Yaks", "4.1b"]
    else:
        assert [column for task, column, _ in answers(result) if task == "2.1a-2"] == ["planned", "position", "status"]


def test_a_sheet_of_another_period_is_also_identified_by_its_date(parks: SentWorkbooks) -> None:
    book = parks.sent_values()
    foreign = [row for row in parks.sent_values(0, workbook_edits.EARLIER)[1][1] if "reference" not in str(row[0])]
    result, text = parks.read([("Old", foreign), *book])
    assert answers(result) == answers(parks.read(book)[0])
    assert codes(result) == ["foreign-sheet"]
    assert workbook_edits.words_in([("", foreign)]) <= set(workbook_edits.TOKEN.findall(text))


def test_a_sheet_with_todays_date_typed_on_it_is_not_foreign(parks: SentWorkbooks) -> None:
    book = parks.sent_values()
    before = answers(parks.read(book)[0])
    grid = sheet(book, "Outcome 2.1")
    row = next(number for number, values in enumerate(grid) if str(values[0]).startswith("Date: "))
    grid[row][0] = "Date: 1st October 2008"
    result, _ = parks.read(book)
    assert answers(result) == before
    assert texts_with_code(result, "stray-text") == ["Date: 1st October 2008"]


# ---------------------------------------------------------------------------------------------------- invisible blanks


@pytest.mark.parametrize("form", ["{}\u200b", "\ufeff{}", "{}\u00a0", "\u202a{}\u202c", "\u2003{}\u00ad"])
def test_a_status_with_invisible_blanks_is_recognised(bridges: SentWorkbooks, form: str) -> None:
    book = bridges.sent_values(filled=False)
    grid = sheet(book, "Outcome 2.1")
    set_value(grid, row_of(grid, "2.1a"), 3, form.format("GREEN"))
    set_value(grid, row_of(grid, "2.1b"), 3, "GR\u200bEEN")
    assert answers(bridges.read(book)[0]) == [("2.1a", "status", "GREEN"), ("2.1b", "status", "GREEN")]


def test_blanks_in_the_plans_wording_change_nothing(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values()
    before = answers(bridges.read(book)[0])
    grid = sheet(book, "Outcome 2.1")
    row = row_of(grid, "2.1a")
    grid[row][0] = grid[row][0].replace(" ", "\u00a0") + "\u200b"
    result, _ = bridges.read(book)
    assert (answers(result), codes(result)) == (before, [])


def test_a_cell_of_invisible_blanks_is_empty(bridges: SentWorkbooks) -> None:
    book = bridges.sent_values(filled=False)
    grid = sheet(book, "Outcome 2.1")
    set_value(grid, row_of(grid, "2.1a"), 2, "\u200b \u00a0")
    set_value(grid, 2, 9, "\u200b")
    result, _ = bridges.read(book)
    assert (answers(result), codes(result)) == ([], [])


# ------------------------------------------------------------------------------------------------------ dates


def test_dates_of_both_systems_are_the_same_days(bridges: SentWorkbooks) -> None:
    answers_by_system = []
    for epoch in (CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904):
        book = openpyxl.load_workbook(io.BytesIO(workbook_edits.to_xlsx(bridges.sent_values(filled=False))))
        book.epoch = epoch
        grid = book["Outcome 2.1"]
        row = next(cell.row for cell in grid["F"] if cell.value == "2.1a")
        grid.cell(row, 3).value = datetime.date(2009, 3, 5)
        grid.cell(row, 3).number_format = "dd/mm/yyyy"
        buffer = io.BytesIO()
        book.save(buffer)
        answers_by_system.append(answers(bridges.read_file(buffer.getvalue())[0]))
    assert answers_by_system[0] == answers_by_system[1] == [("2.1a", "position", "05/03/2009")]


# ------------------------------------------------------------------------------------------ annotations of cells


@pytest.mark.parametrize("form", [libreoffice.XLSX, libreoffice.XLS, libreoffice.ODS])
def test_annotations_are_quoted_from_every_format(
    bridges: SentWorkbooks, calc: libreoffice.LibreOffice, tmp_path: Path, form: str
) -> None:
    sent_file, saved_file = tmp_path / "sent.xlsx", tmp_path / "saved"
    reply = {"group": "Parks", "answers": {"2.1a": {"position": "Half of it done", "status": "GREEN"}}}
    sent_file.write_bytes(demo.fill_in_workbook(bridges.plan, bridges.template, workbook_edits.THIS, reply))
    cell = f"C{1 + row_of(sheet(bridges.sent_values(), 'Outcome 2.1'), '2.1a')}"
    annotations = [("note", "Outcome 2.1", cell, "Zebras"), ("struck", "Outcome 2.1", cell, "of it")]
    if form != libreoffice.ODS:
        # LibreOffice 7 without a screen crashes when it saves a shape as .ods.
        annotations.append(("text-box", "Outcome 2.1", "C9", "Yaks"))
    calc.run(sent_file, save=(saved_file, form), additions=annotations)
    result, _ = bridges.read_file(saved_file.read_bytes())
    observed = {(item.code, item.found) for item in result.observations}
    assert observed == {("comment", "Zebras"), ("struck-through", "of it"), ("text-box", "Yaks")} - {
        ("text-box", "Yaks") if form == libreoffice.ODS else ("", "")
    }
    assert answers(result) == [("2.1a", "position", "Half  done"), ("2.1a", "status", "GREEN")]
