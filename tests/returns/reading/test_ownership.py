"""What is typed on a sheet never makes it another workbook's: a sheet is foreign by its reference or its tasks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from helpers import later_periods, libreoffice, projects, workbook_edits
from helpers.workbook_edits import Book, Grid, SentWorkbooks, set_value
from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import address
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.reading.model import ReturnedWorkbook

FRONT, OUTCOME, HEADLINES = "Start here", "Outcome 2.1", "Headlines"
#: Texts in the forms of the lines by which a sheet names its period, its sub-group and its contact.
LABELLED_TEXTS = (
    "Date: 17 September 2008",
    "Date: 17th September 2008",
    "Date: 2008-09-17",
    "Date: 4th September 2008",
    "Date: 4th March 2008",
    "Thematic Sub-group: Woods",
    "Thematic Sub-group: Parks",
    "Woods",
    "Headline successes and next steps – Woods",
    "Outcome 4.1 – Woods",
    "Contact: Somebody Else",
    "Outcome: 4.1: Title 4.1",
    "Action: Act",
)


@pytest.fixture(scope="module")
def parks(tmp_path_factory: pytest.TempPathFactory) -> SentWorkbooks:
    return workbook_edits.send_workbooks(tmp_path_factory.mktemp("plan"), workbook_edits.several_outcomes())


def sheet(book: Book, name: str) -> Grid:
    return next(grid for sheet_name, grid in book if sheet_name == name)


def answers(result: ReturnedWorkbook) -> list[tuple[str, ...]]:
    return sorted((item.task, item.column, item.value) for item in result.answers)


def headlines(result: ReturnedWorkbook) -> list[str]:
    return [item.text for item in result.headlines]


def row_of(grid: Grid, key: str) -> int:
    return next(number for number, row in enumerate(grid) if key in row)


@pytest.mark.parametrize("name", [FRONT, OUTCOME, HEADLINES])
@pytest.mark.parametrize("column", [0, 8], ids=["the first column", "a column beside the others"])
@pytest.mark.parametrize("text", LABELLED_TEXTS)
def test_a_text_typed_below_a_sheet_is_stray_text(parks: SentWorkbooks, text: str, column: int, name: str) -> None:
    book = parks.sent_values()
    before = parks.read(book)[0]
    set_value(sheet(book, name), len(sheet(book, name)) + 1, column, text)
    result, words = parks.read(book)
    assert (answers(result), headlines(result)) == (answers(before), headlines(before))
    assert {item.code for item in result.observations} <= {"stray-text"}
    # As the only text of a row it may be one that was sent so.
    assert text in words or any(text in row for _, grid in parks.sent_values() for row in grid)


@pytest.mark.parametrize("text", LABELLED_TEXTS)
def test_a_text_typed_over_the_title_is_stray_text(parks: SentWorkbooks, text: str) -> None:
    for name in (FRONT, OUTCOME, HEADLINES):
        book = parks.sent_values()
        before = parks.read(book)[0]
        sheet(book, name)[0][0] = text
        result, _ = parks.read(book)
        assert (answers(result), headlines(result)) == (answers(before), headlines(before))
        assert "foreign-sheet" not in {item.code for item in result.observations}


@pytest.mark.parametrize("text", [*LABELLED_TEXTS, "See workbook RS-0123456789"])
def test_a_text_typed_as_an_answer_or_a_headline_is_that(parks: SentWorkbooks, text: str) -> None:
    book = parks.sent_values()
    set_value(sheet(book, OUTCOME), row_of(sheet(book, OUTCOME), "2.1a"), 2, text)
    set_value(sheet(book, HEADLINES), row_of(sheet(book, HEADLINES), "#success-1"), 1, text)
    result, _ = parks.read(book)
    assert ("2.1a", "position", text) in answers(result)
    assert headlines(result)[0] == text
    assert result.observations == []


def test_a_date_typed_on_a_sheet_without_its_reference_is_stray_text(parks: SentWorkbooks) -> None:
    book = parks.sent_values()
    before = answers(parks.read(book)[0])
    grid = sheet(book, OUTCOME)
    row = next(number for number, values in enumerate(grid) if str(values[0]).startswith("Date: "))
    grid[row][0] = "Date: 17 September 2008"
    for values in grid:
        values[0] = "" if "reference" in str(values[0]) else values[0]
    result, _ = parks.read(book)
    assert answers(result) == before
    assert [item.found for item in result.observations if item.code == "stray-text"] == ["Date: 17 September 2008"]


def test_a_date_on_another_sheet_does_not_reject_a_workbook_without_marks(parks: SentWorkbooks) -> None:
    book = [(name, grid) for name, grid in parks.sent_values() if name != "ragsheets"]
    for _, grid in book:
        for values in grid:
            values[0] = "" if "RS-" in str(values[0]) or str(values[0]).startswith("Date: ") else values[0]
    set_value(sheet(book, HEADLINES), 40, 0, "Date: 17 September 2008")
    result, words = parks.read(book)
    assert headlines(result)
    assert "told-by-content" in {item.code for item in result.observations}
    assert "Date: 17 September 2008" in words
    set_value(sheet(book, OUTCOME), 40, 0, "Date: 4th March 2008")
    with pytest.raises(ReturnError, match="wrong-period"):
        parks.read(book)


@pytest.mark.parametrize("number", [0, 1], ids=["of the earlier period", "of another sub-group"])
def test_the_tasks_of_another_workbook_make_a_sheet_foreign_without_its_reference(
    parks: SentWorkbooks, number: int
) -> None:
    book = parks.sent_values(filled=False)
    name, foreign = parks.sent_values(number, workbook_edits.EARLIER)[1]
    foreign = [row for row in foreign if "RS-" not in str(row[0])]
    result, words = parks.read([*book, (f"{name} old", foreign)])
    assert (answers(result), {item.code for item in result.observations}) == ([], {"foreign-sheet"})
    assert workbook_edits.words_in([("", foreign)]) <= set(workbook_edits.TOKEN.findall(words))


@pytest.mark.parametrize("text", ["", "Date: 17 September 2008", "Date: 4th March 2008"])
def test_a_date_on_the_own_headlines_sheet_lets_in_none_of_another_sub_group(parks: SentWorkbooks, text: str) -> None:
    book = parks.sent_values(filled=False)
    set_value(sheet(book, HEADLINES), 40, 0, text)
    foreign = sheet(parks.sent_values(1), HEADLINES)
    result, words = parks.read([*book, ("Headlines (2)", foreign)])
    assert (headlines(result), text in words) == ([], True)
    assert {item.code for item in result.observations} == {"foreign-sheet", *(["stray-text"] if text else [])}


def test_a_date_typed_in_libreoffice_loses_no_headline(calc: libreoffice.LibreOffice, tmp_path: Path) -> None:
    projects.write_plan(tmp_path)
    generate(Project(tmp_path), projects.DATE)
    sent_file = later_periods.sent_workbook_path(tmp_path, day=projects.DATE.isoformat())
    book = openpyxl.load_workbook(sent_file)
    rows = {row[-1].value: row[0].row for row in book[HEADLINES].iter_rows()}
    outcome_rows = {row[-1].value: row[0].row for row in book[OUTCOME].iter_rows()}
    entries = [
        (HEADLINES, address(rows["#success-1"], 2), "The map is printed"),
        (HEADLINES, address(rows["#success-2"], 2), "Date: 17 September 2008"),
        (OUTCOME, address(outcome_rows["2.1a"], 3), "Date: 17 September 2008"),
        (OUTCOME, address(outcome_rows["2.1a"], 4), "GREEN"),
    ]
    # Outside the cells to fill in, which are locked until the protection is taken off.
    for name in (FRONT, OUTCOME, HEADLINES):
        book[name].protection.disable()
        entries.append((name, address(book[name].max_row + 2, 1), "Date: 17 September 2008"))
    unprotected = tmp_path / "unprotected.xlsx"
    book.save(unprotected)
    saved = tmp_path / projects.DATE.isoformat() / "returned" / "r.xlsx"
    assert calc.run(unprotected, entries, (saved, libreoffice.XLSX))["refused"] == []
    result = ingest(Project(tmp_path))
    assert list(result.assessment.headlines["text"]) == ["The map is printed", "Date: 17 September 2008"]
    assert result.tasks["position"].tolist() == ["Date: 17 September 2008"]
    (file,) = result.files
    assert [(item.code, item.found) for item in file.findings] == [("stray-text", "Date: 17 September 2008")] * 3
