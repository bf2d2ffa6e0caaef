"""Answers carried forward: what nobody touches is no answer, what somebody touches is, and both are said."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string

from helpers import later_periods as later
from helpers import periods, workbook_edits
from helpers import projects as made
from helpers.later_periods import DECEMBER, SAID, SEPTEMBER, answers, asking, codes, edition, query, returned, second
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.findings import Finding
from ragsheets.returns.ingest import IngestResult
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.ownership import find_ownership
from ragsheets.returns.reading.prefilled import compare_with_sent
from ragsheets.returns.reading.reader import read_sheets
from ragsheets.returns.reading.template import reader_template_of
from ragsheets.template.model import read_template
from ragsheets.workbook.sent_workbook import SentWorkbook, from_json, to_json

NOW = periods.date(SEPTEMBER)
COLUMNS = ("position", "status", "planned")
CELLS = [(task, column) for task in SAID for column in COLUMNS]
NEW = {"position": "It stands otherwise now.", "status": "AMBER", "planned": "Something else by June 2010"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose second period carries the first one's answers forward."""
    second(tmp_path, carry=True)
    return tmp_path


def ingested(folder: Path) -> IngestResult:
    return ingest(Project(folder), date=NOW)


def findings(result: IngestResult, code: str) -> list[Finding]:
    return [item for file in result.files for item in file.findings if item.code == code]


def everything(task: str, **instead: str) -> dict[tuple[str, str], str]:
    """A whole task touched."""
    return {(task, column): instead.get(column, NEW[column]) for column in COLUMNS}


def cells(path: Path) -> Mapping[tuple[str, str], Any]:
    """Every cell of a workbook by sheet and address."""
    book = openpyxl.load_workbook(path)
    return {(sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row}


# --------------------------------------------------------------------------------------------------- what is sent


def test_the_cells_to_fill_in_hold_the_last_answers(folder: Path) -> None:
    sent = edition(folder)
    assert {key: tuple(sent.tasks[key][column] for column in COLUMNS) for key in SAID} == {
        key: (f"At {key}", *said) for key, said in SAID.items()
    }
    assert sent.carried_columns == dict.fromkeys(SAID, COLUMNS)
    assert from_json(to_json(sent)).carried_columns == sent.carried_columns


def test_a_record_of_before_answers_were_carried_still_loads(tmp_path: Path) -> None:
    made.write_plan(tmp_path)
    generate(Project(tmp_path), NOW)
    text = to_json(edition(tmp_path))
    assert not any(word in text for word in ("carried", "since"))
    assert (from_json(text).carried_columns, from_json(text).last_period) == (None, None)


def test_they_are_told_by_more_than_their_colour_and_can_be_filled_in(folder: Path) -> None:
    sent, found = edition(folder), cells(later.workbook(folder))
    for key, column in CELLS:
        cell = found[sent.answer_cell(key, column)]
        assert cell.font.italic
        assert cell.border.left.style == "mediumDashed"
        assert not cell.protection.locked


def test_what_can_no_longer_be_answered_so_is_not_carried(tmp_path: Path) -> None:
    """A status that today's scale does not have, say, or one that was never understood."""
    said = {"2.1a": "GREY", "2.1b": "Ambr", "2.1c": "RED"}
    periods.hold(tmp_path, later.JUNE, {"Parks": said}, plan={**later.PARKS, "template": "brag"})
    made.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), NOW, carry_forward=True)
    assert edition(tmp_path).carried_columns == {"2.1a": ("position", "planned"), "2.1c": COLUMNS}


def test_headlines_are_not_carried(tmp_path: Path) -> None:
    made.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), periods.date(later.JUNE))
    to = tmp_path / later.JUNE / "returned"
    period = periods.Period(periods.date(later.JUNE))
    made.reply(tmp_path, "r.xlsx", {}, successes=["A park"], next_steps=["Another"], period=period, to=to)
    ingest(Project(tmp_path))
    generate(Project(tmp_path), NOW, carry_forward=True)
    assert not any(edition(tmp_path).headlines.values())


# ------------------------------------------------------------------------------------------------- what is taken


def test_what_nobody_touched_is_no_answer_and_each_task_is_said_once(folder: Path) -> None:
    returned(folder, {("2.1a", "position"): "New words", ("2.1b", "status"): "GREEN", **everything("2.1c")})
    result = ingested(folder)
    assert answers(folder) == {"2.1a": {"position": "New words"}, "2.1b": {"status": "GREEN"}, "2.1c": NEW}
    assert codes(result) == ["carried-untouched"] * 3
    said = {item.task: (item.found, item.wanted) for item in findings(result, "carried-untouched")}
    planned = "Planned improvement/action needed and deadline"
    assert said == {
        "2.1a": ("GREEN | Print the map by May 2009", f"Status, {planned}"),
        "2.1b": ("At 2.1b | Hire help by April 2009", f"Position, {planned}"),
        "2.2a": ("At 2.2a | GREEN | Cut the ribbon in May 2009", f"Position, Status, {planned}"),
    }
    assert result.as_json()["totals"][0]["not_reported"] == 1
    assert result.as_json()["totals"][1]["not_reported"] == 1


def test_a_finding_names_the_first_cell_that_was_left(folder: Path) -> None:
    returned(folder, {("2.1a", "position"): "New words"})
    place = next(item.address for item in findings(ingested(folder), "carried-untouched") if item.task == "2.1a")
    assert place == "!".join(edition(folder).answer_cell("2.1a", "status"))


def test_a_workbook_that_came_back_as_it_was_sent_is_not_filled_in(folder: Path) -> None:
    returned(folder, {})
    result = ingested(folder)
    assert codes(result) == ["nothing-filled-in"]
    assert answers(folder) == {}
    assert result.as_json()["totals"][0]["not_reported"] == 3


def test_headlines_alone_say_something_and_the_rest_is_told_as_untouched(folder: Path) -> None:
    path = returned(folder, {})
    book = openpyxl.load_workbook(path)
    book["Headlines"]["B5"] = "A new park"
    book.save(path)
    assert codes(ingested(folder)) == ["carried-untouched"] * 4


def test_an_answer_in_the_place_of_a_carried_one_needs_no_remark(folder: Path) -> None:
    returned(folder, {cell: NEW[cell[1]] for cell in CELLS})
    assert codes(ingested(folder), notes=True) == []


def test_taking_a_carried_answer_out_is_an_answer_too(folder: Path) -> None:
    typed = {cell: NEW[cell[1]] for cell in CELLS} | {("2.1a", "planned"): "", ("2.1b", "position"): ""}
    returned(folder, typed)
    result = ingested(folder)
    assert codes(result, notes=True) == ["carried-cleared", "carried-cleared", "missing-answer"]
    assert [item.wanted for item in findings(result, "carried-cleared")] == ["Print the map by May 2009", "At 2.1b"]
    assert "planned" not in answers(folder)["2.1a"]


def test_a_carried_status_that_was_taken_out_is_asked_about_with_the_rest_of_its_row(folder: Path) -> None:
    """One round settles it: the status is filled in, what else was carried is left standing."""
    returned(folder, {**{cell: NEW[cell[1]] for cell in CELLS if cell[0] != "2.1b"}, ("2.1b", "status"): ""})
    result = ingested(folder)
    assert codes(result) == ["carried-untouched", "status-missing"]
    (asked_for,) = findings(result, "status-missing")
    assert (asked_for.task, asked_for.column) == ("2.1b", "status")
    assert cells(query(folder))[asking(folder).answer_cell("2.1b", "status")].comment
    returned(folder, {("2.1b", "status"): "AMBER"}, "answer.xlsx", to_query=True)
    assert codes(ingested(folder)) == []
    assert answers(folder)["2.1b"] == {"position": "At 2.1b", "status": "AMBER", "planned": "Hire help by April 2009"}


def test_a_carried_position_that_was_taken_out_is_asked_about_beside_a_carried_status(folder: Path) -> None:
    returned(folder, {**{cell: NEW[cell[1]] for cell in CELLS if cell[0] != "2.1b"}, ("2.1b", "position"): ""})
    result = ingested(folder)
    assert codes(result) == ["carried-untouched", "missing-answer"]
    assert [(item.task, item.column) for item in findings(result, "missing-answer")] == [("2.1b", "position")]


def test_a_carried_status_that_was_taken_out_where_another_return_answers_it_lacks_nothing(folder: Path) -> None:
    returned(folder, {("2.1b", "status"): ""}, "one.xlsx")
    returned(folder, {cell: NEW[cell[1]] for cell in CELLS}, "two.xlsx", day=SEPTEMBER)
    assert "status-missing" not in codes(ingested(folder))


def test_a_task_of_which_all_was_taken_out_is_asked_about_though_no_other_is_answered(folder: Path) -> None:
    returned(folder, {("2.1b", column): "" for column in COLUMNS})
    result = ingested(folder)
    assert codes(result) == ["carried-untouched"] * 3 + ["half-filled"]
    assert [(item.found, item.wanted) for item in findings(result, "half-filled")] == [("1", "4")]


def test_what_still_stands_is_not_said_to_be_untouched(folder: Path) -> None:
    """Somebody may have picked the same status again; the file cannot tell."""
    returned(folder, everything("2.1a"))
    (item, *_) = findings(ingested(folder), "carried-untouched")
    for text in (item.message, item.ask):
        assert "still stands" in text
        assert "until it is confirmed" in text
        assert "touched" not in text


def test_what_another_return_answered_is_answered(folder: Path) -> None:
    returned(folder, everything("2.1a"), "one.xlsx")
    returned(folder, everything("2.1b"), "two.xlsx")
    result = ingested(folder)
    assert sorted(item.task for item in findings(result, "carried-untouched")) == ["2.1c", "2.2a"]
    assert {"2.1a", "2.1b"} == set(answers(folder))


def test_an_answer_of_another_return_that_is_taken_out_later_was_cleared(folder: Path) -> None:
    returned(folder, {cell: NEW[cell[1]] for cell in CELLS}, "one.xlsx")
    ingested(folder)
    returned(folder, {("2.1a", "planned"): ""}, "two.xlsx", day=SEPTEMBER)
    result = ingested(folder)
    assert [(item.task, item.wanted) for item in findings(result, "cleared")] == [("2.1a", NEW["planned"])]
    assert answers(folder)["2.1a"]["planned"] == NEW["planned"]


def test_a_row_that_is_gone_is_said_and_not_that_it_was_left(folder: Path) -> None:
    path = returned(folder, everything("2.1a"))
    book = openpyxl.load_workbook(path)
    sheet, cell = edition(folder).answer_cell("2.1b", "position")
    book[sheet].delete_rows(int(cell[1:]))
    book.save(path)
    result = ingested(folder)
    assert [item.task for item in findings(result, "row-missing")] == ["2.1b"]
    assert sorted(item.task for item in findings(result, "carried-untouched")) == ["2.1c", "2.2a"]
    assert findings(result, "half-filled") == []


def test_totals_that_leave_out_what_was_carried_are_right(folder: Path) -> None:
    """Typed over by hand they are told; those of the workbook itself are not."""
    path = returned(folder, everything("2.1a", status="RED"))
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    (row,) = [cell.row for cell in sheet["F"] if cell.value == "Red – needs action"]
    sheet.cell(row, 7).value = 1
    book.save(path)
    assert "total-mismatch" not in codes(ingested(folder))
    sheet.cell(row, 7).value = 2
    book.save(path)
    (wrong,) = findings(ingested(folder), "total-mismatch")
    assert (wrong.found, wrong.wanted) == ("2", "1")


def test_a_carried_status_that_was_written_otherwise_is_an_answer_and_no_total_is_doubted(folder: Path) -> None:
    """The workbook's own formulas know no capitals: to them it is as it was."""
    path = returned(folder, {**everything("2.1a"), ("2.1b", "status"): "red"})
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    (row,) = [cell.row for cell in sheet["F"] if cell.value == "Red – needs action"]
    sheet.cell(row, 7).value = 0
    sheet.cell(row + 1, 7).value = 2
    book.save(path)
    result = ingested(folder)
    assert answers(folder)["2.1b"] == {"status": "RED"}
    assert "total-mismatch" not in codes(result)


def test_saying_the_period_again_says_the_same(folder: Path) -> None:
    returned(folder, {("2.1a", "position"): "New words"})
    first, again, once_more = (ingested(folder).as_json() for _ in range(3))
    assert first["totals"] == again["totals"]
    assert again == once_more


# --------------------------------------------------------------------------------------------------- asked again


@pytest.fixture
def asked(folder: Path) -> Path:
    """The project after a return that touched one task and one cell of another."""
    returned(folder, {**everything("2.1a"), ("2.1b", "status"): "GREEN"})
    ingested(folder)
    return folder


def test_the_query_puts_the_carried_answers_before_the_contact_again(asked: Path) -> None:
    sent, found = asking(asked), cells(query(asked))
    texts = {key: tuple(found[sent.answer_cell(key, column)].value for column in COLUMNS) for key in SAID}
    assert texts["2.1a"] == tuple(NEW.values())
    assert texts["2.1b"] == ("At 2.1b", "GREEN", "Hire help by April 2009")
    assert texts["2.2a"] == ("At 2.2a", "GREEN", "Cut the ribbon in May 2009")
    noted = {cell for cell in CELLS if found[sent.answer_cell(*cell)].comment}
    assert noted == {cell for cell in CELLS if cell[0] != "2.1a"} - {("2.1b", "status")}
    front = [cell.value for (sheet, _), cell in found.items() if sheet == "Start here"]
    assert sum("still stands as it was carried over" in str(text) for text in front) == 3


def test_no_cell_of_the_query_says_otherwise_than_its_note(asked: Path) -> None:
    """The note says that leaving it as it is will do; the first workbook's prompt, that something is to be written."""
    wording = read_template("standard").wording
    sent = later.workbook(asked), query(asked)
    before, after = (
        {rule.prompt for sheet in openpyxl.load_workbook(path) for rule in sheet.data_validations.dataValidation}
        for path in sent
    )
    assert wording.carried_prompt in before
    assert wording.carried_prompt not in after
    assert after <= before


def test_the_letter_says_that_leaving_them_confirms_them(asked: Path) -> None:
    said = read_template("standard").wording.query_carried_in_letter
    assert query(asked).with_name("queries.md").read_text(encoding="utf-8").count(said) == 1


def test_a_letter_that_asks_about_nothing_carried_does_not_speak_of_it(folder: Path) -> None:
    returned(folder, {cell: NEW[cell[1]] for cell in CELLS} | {("2.1a", "status"): "Ambr"})
    ingested(folder)
    said = read_template("standard").wording.query_carried_in_letter
    assert said not in query(folder).with_name("queries.md").read_text(encoding="utf-8")


def test_leaving_them_there_confirms_them(asked: Path) -> None:
    book = openpyxl.load_workbook(query(asked))
    book.save(asked / SEPTEMBER / "returned" / "answer.xlsx")
    result = ingested(asked)
    assert codes(result) == []
    assert answers(asked)["2.1b"] == {"position": "At 2.1b", "status": "GREEN", "planned": "Hire help by April 2009"}
    assert answers(asked)["2.2a"] == {"position": "At 2.2a", "status": "GREEN", "planned": "Cut the ribbon in May 2009"}
    assert len(findings(result, "answer-confirmed")) == 8
    assert not query(asked).exists()


def test_cells_that_are_gone_confirm_nothing(asked: Path) -> None:
    book = openpyxl.load_workbook(query(asked))
    sheet, cell = asking(asked).answer_cell("2.1b", "position")
    book[sheet].delete_cols(column_index_from_string(cell.rstrip("0123456789")))
    book.save(asked / SEPTEMBER / "returned" / "answer.xlsx")
    result = ingested(asked)
    assert {(item.task, item.column) for item in findings(result, "carried-untouched")} == {
        ("2.1b", "position"),
        ("2.1c", "position"),
    }
    assert answers(asked)["2.1b"] == {"status": "GREEN", "planned": "Hire help by April 2009"}
    assert "position" not in answers(asked)["2.1c"]
    assert answers(asked)["2.2a"]["position"] == "At 2.2a"


@pytest.mark.parametrize(
    ("value", "kind", "code"), [("#N/A", "e", "error-value"), ("=A1", "f", "formula-without-value")]
)
def test_a_cell_that_shows_no_answer_confirms_none(asked: Path, value: str, kind: str, code: str) -> None:
    book = openpyxl.load_workbook(query(asked))
    sheet, cell = asking(asked).answer_cell("2.1b", "position")
    book[sheet][cell].value = value
    book[sheet][cell].data_type = kind
    book.save(asked / SEPTEMBER / "returned" / "answer.xlsx")
    result = ingested(asked)
    assert [item.task for item in findings(result, code)] == ["2.1b"]
    assert len(findings(result, "answer-confirmed")) == 7
    assert "position" not in answers(asked)["2.1b"]


def test_what_was_moved_within_the_workbook_is_confirmed_where_it_stands(asked: Path) -> None:
    book = openpyxl.load_workbook(query(asked))
    sheet, cell = asking(asked).answer_cell("2.2a", "status")
    book[sheet].insert_rows(1)
    book.save(asked / SEPTEMBER / "returned" / "answer.xlsx")
    (found,) = [
        item for item in findings(ingested(asked), "answer-confirmed") if (item.task, item.found) == ("2.2a", "GREEN")
    ]
    assert found.cell == f"{cell[0]}{int(cell[1:]) + 1}"


def test_what_is_changed_there_is_taken_as_it_is(asked: Path) -> None:
    returned(asked, {("2.2a", "status"): "RED", ("2.1c", "planned"): ""}, "answer.xlsx", to_query=True)
    result = ingested(asked)
    assert answers(asked)["2.2a"]["status"] == "RED"
    assert answers(asked)["2.1c"] == {"position": "At 2.1c", "status": "RED"}
    assert codes(result) == []


def test_a_workbook_that_came_back_untouched_is_asked_for_with_the_carried_answers_in_it(folder: Path) -> None:
    returned(folder, {})
    ingested(folder)
    sent, found = asking(folder), cells(query(folder))
    assert found[sent.answer_cell("2.1a", "position")].value == "At 2.1a"
    assert found[sent.answer_cell("2.1a", "position")].font.italic
    # Sent back again as it is, it confirms nothing.
    openpyxl.load_workbook(query(folder)).save(folder / SEPTEMBER / "returned" / "answer.xlsx")
    assert codes(ingested(folder)) == ["nothing-filled-in", "questions-unanswered"]
    assert answers(folder) == {}
    # With something in it, the rest is asked about.
    returned(folder, everything("2.1a"), "more.xlsx", to_query=True)
    assert codes(ingested(folder)) == ["carried-untouched"] * 3


def test_a_query_in_a_later_period_shows_what_was_last_said(tmp_path: Path) -> None:
    second(tmp_path)
    returned(tmp_path, {("2.1a", "status"): "Ambr"})
    ingested(tmp_path)
    sent, found = asking(tmp_path), cells(query(tmp_path))
    assert found[sent.answer_cell("2.1a", "#last-status")].value == "GREEN"
    assert found[sent.answer_cell("2.1a", "status")].comment
    returned(tmp_path, {("2.1a", "status"): "AMBER"}, "answer.xlsx", to_query=True)
    result = ingested(tmp_path)
    assert "other-edition" not in codes(result)
    assert answers(tmp_path)["2.1a"] == {"status": "AMBER"}


def test_a_third_period_carries_what_the_second_came_to(asked: Path) -> None:
    generate(Project(asked), periods.date(DECEMBER), carry_forward=True)
    sent = edition(asked, day=DECEMBER)
    assert {key: sent.tasks[key]["position"] for key in SAID} == {
        "2.1a": NEW["position"],
        "2.1b": "",
        "2.1c": "At 2.1c",
        "2.2a": "At 2.2a",
    }
    assert sent.tasks["2.2a"]["#last-status"] == "GREEN\n(5th June 2008, not reported since)"


# ------------------------------------------------------------------------------- workbooks of another edition


def test_a_return_of_a_workbook_that_carried_nothing_is_read_as_it_was_sent(tmp_path: Path) -> None:
    """GREEN was typed into an empty cell; that the workbook made since carries GREEN does not make it untouched."""
    project = second(tmp_path)
    path = returned(tmp_path, {("2.1a", "status"): "GREEN", ("2.1a", "position"): "At 2.1a"})
    generate(project, NOW, carry_forward=True, force=True)
    assert path.exists()
    ingested(tmp_path)
    assert answers(tmp_path)["2.1a"] == {"status": "GREEN", "position": "At 2.1a"}


@pytest.mark.parametrize("changed", [False, True], ids=["the same plan", "another plan"])
def test_a_return_of_a_workbook_that_carried_answers_is_read_as_it_was_sent(tmp_path: Path, changed: bool) -> None:
    project = second(tmp_path, carry=True)
    returned(tmp_path, {("2.1a", "status"): "RED"})
    if changed:
        (parks,) = later.PARKS["groups"]
        more = made.outcome("2.3", made.action(made.task("a", task="Dig a pond")))
        made.write_plan(tmp_path, made.plan({**parks, "outcomes": [*parks["outcomes"], more]}))
    generate(project, NOW, carry_forward=False, force=True)
    result = ingested(tmp_path)
    assert answers(tmp_path) == {"2.1a": {"status": "RED"}}
    assert [item.task for item in findings(result, "carried-untouched")] == list(SAID)


# ------------------------------------------------------------------------------------------------------- a property


@pytest.fixture(scope="module")
def carrying(tmp_path_factory: pytest.TempPathFactory) -> tuple[SentWorkbook, ReadingContext, Any]:
    folder = tmp_path_factory.mktemp("carried")
    second(folder, carry=True)
    sent = edition(folder)
    found = made.sent_to(Project(folder), NOW, "Parks")
    assert found
    record = found[0]
    collection = ReadingContext(
        period=SEPTEMBER,
        plan_identity=record.plan.identity,
        plan_title=record.plan.title,
        template=reader_template_of(record.template),
        group_names={"Parks": "Parks"},
        current_references={"Parks": sent.reference},
        sent_records={sent.reference: ("Parks", to_json(sent))},
        other_periods={},
    )
    return sent, collection, record.template


def read(book: workbook_edits.Book, carrying: tuple[SentWorkbook, ReadingContext, Any]) -> ReturnedWorkbook:
    sent, collection, template = carrying
    sheets = workbook_edits.as_read(book)
    result = read_sheets(sheets, find_ownership(sheets, collection), collection)
    compare_with_sent(result, sent, template)
    return result


def orders(count: int) -> st.SearchStrategy[list[int]]:
    return st.permutations(range(count))


@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    touched=st.sets(st.sampled_from(CELLS)),
    emptied=st.sets(st.sampled_from(CELLS)),
    rows=orders(3),
    columns=orders(8),
)
def test_what_is_untouched_is_never_an_answer_and_what_is_touched_always_is(
    carrying: tuple[SentWorkbook, ReadingContext, Any],
    touched: set[tuple[str, str]],
    emptied: set[tuple[str, str]],
    rows: list[int],
    columns: list[int],
) -> None:
    """Whatever the order of rows and columns; what is carried says so, unless nobody has touched anything."""
    sent = carrying[0]
    book = [(sheet.name, [list(row) for row in sheet.rows]) for sheet in sent.sheets]
    grids = dict(book)
    for key, column in touched | emptied:
        sheet, cell = sent.answer_cell(key, column)
        row, place = workbook_edits.place(cell)
        grids[sheet][row][place] = NEW[column] if (key, column) in touched else ""
    grid = grids["Outcome 2.1"]
    first = workbook_edits.place(sent.answer_cell("2.1a", "position")[1])[0]
    grid[first : first + 3] = [grid[first + number] for number in rows]
    for number, row in enumerate(grid):
        if len(row) >= 8 and number:
            row[:8] = [row[place] for place in columns]
    result = read(book, carrying)
    expected = {(key, column, NEW[column]) for key, column in touched if NEW[column] != sent.tasks[key][column]}
    changed = {(key, column) for key, column, _ in expected} | (emptied - touched)
    assert {(item.task, item.column, item.value) for item in result.answers} == expected
    # A column put between a total and its label says something too.
    spoken = changed or [item for item in result.observations if item.code != "carried-untouched"]
    left = {(item.task, item.wanted) for item in result.observations if item.code == "carried-untouched"}
    assert left == (set(CELLS) - changed if spoken else set())
    out = {(item.task, item.found) for item in result.observations if item.code == "carried-cleared"}
    assert out == emptied - touched


def test_the_same_bytes_come_from_the_same_answers(folder: Path) -> None:
    before = later.workbook(folder).read_bytes()
    generate(Project(folder), NOW, force=True)
    assert later.workbook(folder).read_bytes() == before


def shapes(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    yield from (style for style in book.named_styles if "carried" in style)


def test_a_first_period_has_no_style_of_later_ones(tmp_path: Path) -> None:
    made.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), NOW)
    assert list(shapes(later.workbook(tmp_path).read_bytes())) == []
