"""Answers carried forward: an unchanged one is no answer, a changed one is, and both are reported."""

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
from helpers import periods, projects, workbook_edits
from helpers.built_once import built_once
from helpers.later_periods import (
    DECEMBER,
    JUNE_ANSWERS,
    SEPTEMBER,
    current_answers,
    finding_codes,
    query_path,
    return_workbook,
    sent_query,
    sent_workbook_of,
    start_second_period,
)
from helpers.period_builder import STANDARD
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding
from ragsheets.returns.ingest import IngestResult
from ragsheets.returns.queries import question_texts
from ragsheets.returns.reading.context import ReadingContext
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.ownership import find_ownership
from ragsheets.returns.reading.prefilled import compare_with_sent
from ragsheets.returns.reading.reader import read_sheets
from ragsheets.returns.reading.reader_template import reader_template_of
from ragsheets.template.reader import read_template
from ragsheets.workbook.sent_workbook import SentWorkbook, from_json, to_json

NOW = periods.date(SEPTEMBER)
COLUMNS = ("position", "status", "planned")
CELLS = [(task, column) for task in JUNE_ANSWERS for column in COLUMNS]
NEW = {"position": "It stands otherwise now.", "status": "AMBER", "planned": "Something else by June 2010"}


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project whose second period carries the first one's answers forward."""
    start_second_period(tmp_path, carry=True)
    return tmp_path


def ingested(folder: Path) -> IngestResult:
    return ingest(Project(folder), date=NOW)


def findings(result: IngestResult, code: str) -> list[Finding]:
    return [item for file in result.files for item in file.findings if item.code == code]


def edits_of_task(task: str, **texts: str) -> dict[tuple[str, str], str]:
    """Return edits of all cells of a task."""
    return {(task, column): texts.get(column, NEW[column]) for column in COLUMNS}


def cells(path: Path) -> Mapping[tuple[str, str], Any]:
    """Return every cell of a workbook by sheet and address."""
    book = openpyxl.load_workbook(path)
    return {(sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row}


# ------------------------------------------------------------------------------------------------ sent workbooks


def test_the_answer_cells_hold_the_last_answers(folder: Path) -> None:
    sent = sent_workbook_of(folder)
    assert {key: tuple(sent.tasks[key][column] for column in COLUMNS) for key in JUNE_ANSWERS} == {
        key: (f"At {key}", *texts) for key, texts in JUNE_ANSWERS.items()
    }
    assert sent.carried_columns == dict.fromkeys(JUNE_ANSWERS, COLUMNS)
    assert from_json(to_json(sent)).carried_columns == sent.carried_columns


def test_a_record_without_carried_answers_still_loads(tmp_path: Path) -> None:
    projects.write_plan(tmp_path)
    generate(Project(tmp_path), NOW)
    text = to_json(sent_workbook_of(tmp_path))
    assert not any(word in text for word in ("carried", "since"))
    assert (from_json(text).carried_columns, from_json(text).last_period) == (None, None)


def test_carried_answers_are_marked_by_more_than_colour_and_are_not_locked(folder: Path) -> None:
    sent, cells_by_address = sent_workbook_of(folder), cells(later.sent_workbook_path(folder))
    for key, column in CELLS:
        cell = cells_by_address[sent.answer_cell(key, column)]
        assert cell.font.italic
        assert cell.border.left.style == "mediumDashed"
        assert not cell.protection.locked


def test_an_answer_that_is_no_longer_valid_is_not_carried(tmp_path: Path) -> None:
    """For example a status that today's scale does not have, or one that was never recognised."""
    statuses = {"2.1a": "GREY", "2.1b": "Ambr", "2.1c": "RED"}
    periods.hold_period(tmp_path, later.JUNE, {"Parks": statuses}, plan={**later.PARKS, "template": "brag"})
    projects.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), NOW, carry_forward=True)
    assert sent_workbook_of(tmp_path).carried_columns == {"2.1a": ("position", "planned"), "2.1c": COLUMNS}


def test_headlines_are_not_carried(tmp_path: Path) -> None:
    projects.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), periods.date(later.JUNE))
    returned_folder = tmp_path / later.JUNE / "returned"
    period = periods.Period(periods.date(later.JUNE))
    projects.reply(
        tmp_path, "r.xlsx", {}, successes=["A park"], next_steps=["Another"], period=period, to=returned_folder
    )
    ingest(Project(tmp_path))
    generate(Project(tmp_path), NOW, carry_forward=True)
    assert not any(sent_workbook_of(tmp_path).headlines.values())


# ----------------------------------------------------------------------------------------------- accepted answers


def kept_row(task: str, **texts: str) -> dict[str, str]:
    """Return the answers of a task that were carried forward, with these instead of some of them."""
    return {"position": f"At {task}", "status": JUNE_ANSWERS[task][0], "planned": JUNE_ANSWERS[task][1], **texts}


def test_a_row_counts_whole_where_one_of_its_cells_was_changed_and_the_others_are_reported_once(folder: Path) -> None:
    return_workbook(folder, {("2.1a", "position"): "New words", ("2.1b", "status"): "GREEN"})
    result = ingested(folder)
    assert current_answers(folder) == {
        "2.1a": kept_row("2.1a", position="New words"),
        "2.1b": kept_row("2.1b", status="GREEN"),
    }
    assert finding_codes(result, notes=False) == ["carried-untouched"] * 2
    unchanged = {item.task: (item.found, item.wanted) for item in findings(result, "carried-untouched")}
    planned = "Planned improvement/action needed and deadline"
    assert unchanged == {
        "2.1c": (" | ".join(kept_row("2.1c").values()), f"Position, Status, {planned}"),
        "2.2a": ("At 2.2a | GREEN | Cut the ribbon in May 2009", f"Position, Status, {planned}"),
    }
    kept = {item.task: (item.found, item.wanted) for item in findings(result, "carried-kept")}
    assert kept["2.1a"] == ("GREEN | Print the map by May 2009", f"Status, {planned}")
    assert [row["not_reported"] for row in result.as_json()["totals"]] == [1, 1]


def test_a_finding_names_the_first_unchanged_cell(folder: Path) -> None:
    return_workbook(folder, {("2.1a", "position"): "New words"})
    address = next(item.address for item in findings(ingested(folder), "carried-untouched") if item.task == "2.1b")
    assert address == "!".join(sent_workbook_of(folder).answer_cell("2.1b", "position"))


def test_a_workbook_returned_as_it_was_sent_is_not_filled_in(folder: Path) -> None:
    return_workbook(folder, {})
    result = ingested(folder)
    assert finding_codes(result, notes=False) == ["nothing-confirmed"]
    assert result.assessment.carried["2.1a"]["position"] == "At 2.1a"
    assert current_answers(folder) == {}
    assert result.as_json()["totals"][0]["not_reported"] == 3


def test_headlines_alone_count_as_input_and_the_rest_is_reported_as_unchanged(folder: Path) -> None:
    path = return_workbook(folder, {})
    book = openpyxl.load_workbook(path)
    book["Headlines"]["B5"] = "A new park"
    book.save(path)
    assert finding_codes(ingested(folder), notes=False) == ["carried-untouched"] * 4


def test_an_answer_that_replaces_a_carried_one_has_no_finding(folder: Path) -> None:
    return_workbook(folder, {cell: NEW[cell[1]] for cell in CELLS})
    assert finding_codes(ingested(folder)) == []


def test_removing_a_carried_answer_is_an_answer_too(folder: Path) -> None:
    edits = {cell: NEW[cell[1]] for cell in CELLS} | {("2.1a", "planned"): "", ("2.1b", "position"): ""}
    return_workbook(folder, edits)
    result = ingested(folder)
    assert finding_codes(result) == ["carried-cleared", "carried-cleared", "missing-answer"]
    assert [item.wanted for item in findings(result, "carried-cleared")] == ["Print the map by May 2009", "At 2.1b"]
    assert "planned" not in current_answers(folder)["2.1a"]


@pytest.mark.slow
def test_a_removed_carried_status_is_asked_about_with_the_rest_of_its_row(folder: Path) -> None:
    """One query settles it: the status is filled in, the other carried answers stay unchanged."""
    return_workbook(folder, {**{cell: NEW[cell[1]] for cell in CELLS if cell[0] != "2.1b"}, ("2.1b", "status"): ""})
    result = ingested(folder)
    assert finding_codes(result, notes=False) == ["status-missing"]
    (finding,) = findings(result, "status-missing")
    assert (finding.task, finding.column) == ("2.1b", "status")
    assert cells(query_path(folder))[sent_query(folder).answer_cell("2.1b", "status")].comment
    return_workbook(folder, {("2.1b", "status"): "AMBER"}, "answer.xlsx", to_query=True)
    assert finding_codes(ingested(folder), notes=False) == []
    assert current_answers(folder)["2.1b"] == {
        "position": "At 2.1b",
        "status": "AMBER",
        "planned": "Hire help by April 2009",
    }


def test_a_removed_carried_position_is_asked_about_beside_a_carried_status(folder: Path) -> None:
    return_workbook(folder, {**{cell: NEW[cell[1]] for cell in CELLS if cell[0] != "2.1b"}, ("2.1b", "position"): ""})
    result = ingested(folder)
    assert finding_codes(result, notes=False) == ["missing-answer"]
    assert [(item.task, item.column) for item in findings(result, "missing-answer")] == [("2.1b", "position")]


def test_a_removed_carried_status_is_not_missing_where_another_return_answers_it(folder: Path) -> None:
    return_workbook(folder, {("2.1b", "status"): ""}, "one.xlsx")
    return_workbook(folder, {cell: NEW[cell[1]] for cell in CELLS}, "two.xlsx", day=SEPTEMBER)
    assert "status-missing" not in finding_codes(ingested(folder))


def test_a_task_with_all_answers_removed_is_asked_about_even_if_no_other_is_answered(folder: Path) -> None:
    return_workbook(folder, {("2.1b", column): "" for column in COLUMNS})
    result = ingested(folder)
    assert finding_codes(result, notes=False) == ["carried-untouched"] * 3 + ["half-filled"]
    assert [(item.found, item.wanted) for item in findings(result, "half-filled")] == [("1", "4")]


def test_an_unchanged_answer_is_not_called_untouched(folder: Path) -> None:
    """Somebody may have picked the same status again; the file does not show it."""
    return_workbook(folder, edits_of_task("2.1a"))
    (item, *_) = findings(ingested(folder), "carried-untouched")
    for text in (item.message, *question_texts(item, STANDARD.wording)):
        assert "still" in text
        assert "touched" not in text


def test_a_missing_row_is_reported_and_not_as_unchanged(folder: Path) -> None:
    path = return_workbook(folder, edits_of_task("2.1a"))
    book = openpyxl.load_workbook(path)
    sheet, cell = sent_workbook_of(folder).answer_cell("2.1b", "position")
    book[sheet].delete_rows(int(cell[1:]))
    book.save(path)
    result = ingested(folder)
    assert [item.task for item in findings(result, "row-missing")] == ["2.1b"]
    assert sorted(item.task for item in findings(result, "carried-untouched")) == ["2.1c", "2.2a"]
    assert findings(result, "half-filled") == []


def test_totals_without_carried_answers_are_right(folder: Path) -> None:
    """Totals typed over by hand are reported; those that the workbook computed are not."""
    path = return_workbook(folder, edits_of_task("2.1a", status="RED"))
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    (row,) = [cell.row for cell in sheet["F"] if cell.value == "Red – needs action"]
    sheet.cell(row, 7).value = 1
    book.save(path)
    assert "total-mismatch" not in finding_codes(ingested(folder))
    sheet.cell(row, 7).value = 2
    book.save(path)
    (mismatch,) = findings(ingested(folder), "total-mismatch")
    assert (mismatch.found, mismatch.wanted) == ("2", "1")


def test_a_carried_status_in_another_spelling_is_an_answer_and_no_total_is_reported(folder: Path) -> None:
    """The workbook's own formulas ignore case: for them the status is unchanged."""
    path = return_workbook(folder, {**edits_of_task("2.1a"), ("2.1b", "status"): "red"})
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    (row,) = [cell.row for cell in sheet["F"] if cell.value == "Red – needs action"]
    sheet.cell(row, 7).value = 0
    sheet.cell(row + 1, 7).value = 2
    book.save(path)
    result = ingested(folder)
    assert current_answers(folder)["2.1b"] == kept_row("2.1b", status="RED")
    assert "total-mismatch" not in finding_codes(result)


@pytest.mark.slow
def test_ingesting_the_period_again_gives_the_same_result(folder: Path) -> None:
    return_workbook(folder, {("2.1a", "position"): "New words"})
    first, again, once_more = (ingested(folder).as_json() for _ in range(3))
    assert first["totals"] == again["totals"]
    assert again == once_more


# ----------------------------------------------------------------------------------------------------- queries


@pytest.fixture
def queried_folder(folder: Path) -> Path:
    """The project after a return that touched one task and one cell of another, whose row counts whole."""
    return_workbook(folder, {**edits_of_task("2.1a"), ("2.1b", "status"): "GREEN"})
    ingested(folder)
    return folder


def test_the_query_shows_the_carried_answers_again(queried_folder: Path) -> None:
    sent, cells_by_address = sent_query(queried_folder), cells(query_path(queried_folder))
    texts = {
        key: tuple(cells_by_address[sent.answer_cell(key, column)].value for column in COLUMNS) for key in JUNE_ANSWERS
    }
    assert texts["2.1a"] == tuple(NEW.values())
    assert texts["2.1b"] == ("At 2.1b", "GREEN", "Hire help by April 2009")
    assert texts["2.2a"] == ("At 2.2a", "GREEN", "Cut the ribbon in May 2009")
    noted = {cell for cell in CELLS if cells_by_address[sent.answer_cell(*cell)].comment}
    assert noted == {cell for cell in CELLS if cell[0] not in ("2.1a", "2.1b")}
    front = [cell.value for (sheet, _), cell in cells_by_address.items() if sheet == "Start here"]
    assert sum("Is this still right? It was carried over" in str(text) for text in front) == 2


def test_no_prompt_of_the_query_contradicts_its_note(queried_folder: Path) -> None:
    """The note allows leaving the cell unchanged; the prompt of the first workbook asks for new text."""
    wording = read_template("standard").wording
    workbooks = later.sent_workbook_path(queried_folder), query_path(queried_folder)
    before, after = (
        {rule.prompt for sheet in openpyxl.load_workbook(path) for rule in sheet.data_validations.dataValidation}
        for path in workbooks
    )
    assert wording.carried_prompt in before
    assert wording.carried_prompt not in after
    assert after <= before


def test_the_letter_explains_that_leaving_carried_answers_confirms_them(queried_folder: Path) -> None:
    sentence = read_template("standard").wording.query_carried_in_letter
    assert query_path(queried_folder).with_name("queries.md").read_text(encoding="utf-8").count(sentence) == 1


def test_a_letter_without_carried_questions_does_not_mention_them(folder: Path) -> None:
    return_workbook(folder, {cell: NEW[cell[1]] for cell in CELLS} | {("2.1a", "status"): "Ambr"})
    ingested(folder)
    sentence = read_template("standard").wording.query_carried_in_letter
    assert sentence not in query_path(folder).with_name("queries.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_leaving_carried_answers_in_the_query_confirms_them(queried_folder: Path) -> None:
    book = openpyxl.load_workbook(query_path(queried_folder))
    book.save(queried_folder / SEPTEMBER / "returned" / "answer.xlsx")
    result = ingested(queried_folder)
    assert finding_codes(result, notes=False) == []
    assert current_answers(queried_folder)["2.1b"] == {
        "position": "At 2.1b",
        "status": "GREEN",
        "planned": "Hire help by April 2009",
    }
    assert current_answers(queried_folder)["2.2a"] == {
        "position": "At 2.2a",
        "status": "GREEN",
        "planned": "Cut the ribbon in May 2009",
    }
    assert len(findings(result, "answer-confirmed")) == 6
    assert not query_path(queried_folder).exists()


@pytest.mark.slow
def test_deleted_cells_confirm_nothing(queried_folder: Path) -> None:
    book = openpyxl.load_workbook(query_path(queried_folder))
    sheet, cell = sent_query(queried_folder).answer_cell("2.1b", "position")
    book[sheet].delete_cols(column_index_from_string(cell.rstrip("0123456789")))
    book.save(queried_folder / SEPTEMBER / "returned" / "answer.xlsx")
    result = ingested(queried_folder)
    assert {(item.task, item.column) for item in findings(result, "carried-untouched")} == {
        ("2.1c", "position"),
    }
    assert current_answers(queried_folder)["2.1b"] == kept_row("2.1b", status="GREEN")
    assert "position" not in current_answers(queried_folder)["2.1c"]
    assert current_answers(queried_folder)["2.2a"]["position"] == "At 2.2a"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "kind", "code"), [("#N/A", "e", "error-value"), ("=A1", "f", "formula-without-value")]
)
def test_a_cell_with_an_error_or_a_formula_without_value_confirms_nothing(
    queried_folder: Path, value: str, kind: str, code: str
) -> None:
    book = openpyxl.load_workbook(query_path(queried_folder))
    sheet, cell = sent_query(queried_folder).answer_cell("2.1c", "position")
    book[sheet][cell].value = value
    book[sheet][cell].data_type = kind
    book.save(queried_folder / SEPTEMBER / "returned" / "answer.xlsx")
    result = ingested(queried_folder)
    assert [item.task for item in findings(result, code)] == ["2.1c"]
    assert len(findings(result, "answer-confirmed")) == 5
    assert "position" not in current_answers(queried_folder)["2.1c"]


@pytest.mark.slow
def test_a_moved_cell_is_confirmed_at_its_new_address(queried_folder: Path) -> None:
    book = openpyxl.load_workbook(query_path(queried_folder))
    sheet, cell = sent_query(queried_folder).answer_cell("2.2a", "status")
    book[sheet].insert_rows(1)
    book.save(queried_folder / SEPTEMBER / "returned" / "answer.xlsx")
    (finding,) = [
        item
        for item in findings(ingested(queried_folder), "answer-confirmed")
        if (item.task, item.found) == ("2.2a", "GREEN")
    ]
    assert finding.cell == f"{cell[0]}{int(cell[1:]) + 1}"


@pytest.mark.slow
def test_a_change_in_the_query_is_accepted(queried_folder: Path) -> None:
    return_workbook(queried_folder, {("2.2a", "status"): "RED", ("2.1c", "planned"): ""}, "answer.xlsx", to_query=True)
    result = ingested(queried_folder)
    assert current_answers(queried_folder)["2.2a"]["status"] == "RED"
    assert current_answers(queried_folder)["2.1c"] == {"position": "At 2.1c", "status": "RED"}
    assert finding_codes(result, notes=False) == []


@pytest.mark.slow
def test_an_unchanged_workbook_is_asked_for_again_with_the_carried_answers_in_it(folder: Path) -> None:
    return_workbook(folder, {})
    ingested(folder)
    sent, cells_by_address = sent_query(folder), cells(query_path(folder))
    assert cells_by_address[sent.answer_cell("2.1a", "position")].value == "At 2.1a"
    assert cells_by_address[sent.answer_cell("2.1a", "position")].font.italic
    # Returned unchanged again, it confirms nothing.
    openpyxl.load_workbook(query_path(folder)).save(folder / SEPTEMBER / "returned" / "answer.xlsx")
    assert finding_codes(ingested(folder), notes=False) == ["nothing-confirmed", "questions-unanswered"]
    assert current_answers(folder) == {}
    # With some input, the rest is asked about.
    return_workbook(folder, edits_of_task("2.1a"), "more.xlsx", to_query=True)
    assert finding_codes(ingested(folder), notes=False) == ["carried-untouched"] * 3


@pytest.mark.slow
def test_a_query_in_a_later_period_shows_the_last_report(tmp_path: Path) -> None:
    start_second_period(tmp_path)
    return_workbook(tmp_path, {("2.1a", "status"): "Ambr"})
    ingested(tmp_path)
    sent, cells_by_address = sent_query(tmp_path), cells(query_path(tmp_path))
    assert cells_by_address[sent.answer_cell("2.1a", "#last-status")].value == "GREEN"
    assert cells_by_address[sent.answer_cell("2.1a", "status")].comment
    return_workbook(tmp_path, {("2.1a", "status"): "AMBER"}, "answer.xlsx", to_query=True)
    result = ingested(tmp_path)
    assert "other-edition" not in finding_codes(result)
    assert current_answers(tmp_path)["2.1a"] == {"status": "AMBER"}


@pytest.mark.slow
def test_a_third_period_carries_the_answers_of_the_second(queried_folder: Path) -> None:
    generate(Project(queried_folder), periods.date(DECEMBER), carry_forward=True)
    sent = sent_workbook_of(queried_folder, day=DECEMBER)
    assert {key: sent.tasks[key]["position"] for key in JUNE_ANSWERS} == {
        "2.1a": NEW["position"],
        "2.1b": "At 2.1b",
        "2.1c": "At 2.1c",
        "2.2a": "At 2.2a",
    }
    assert sent.tasks["2.2a"]["#last-status"] == "GREEN\n(5th June 2008, not reported since)"


# ------------------------------------------------------------------------------- workbooks of another edition


@pytest.mark.slow
def test_a_return_of_a_workbook_without_carried_answers_is_compared_with_that_workbook(tmp_path: Path) -> None:
    """GREEN was typed into an empty cell; it is an answer even though a later workbook carries GREEN."""
    project = start_second_period(tmp_path)
    path = return_workbook(tmp_path, {("2.1a", "status"): "GREEN", ("2.1a", "position"): "At 2.1a"})
    generate(project, NOW, carry_forward=True, force=True)
    assert path.exists()
    ingested(tmp_path)
    assert current_answers(tmp_path)["2.1a"] == {"status": "GREEN", "position": "At 2.1a"}


@pytest.mark.slow
@pytest.mark.parametrize("changed", [False, True], ids=["the same plan", "another plan"])
def test_a_return_of_a_workbook_with_carried_answers_is_compared_with_that_workbook(
    tmp_path: Path, changed: bool
) -> None:
    project = start_second_period(tmp_path, carry=True)
    return_workbook(tmp_path, {("2.1a", "status"): "RED"})
    if changed:
        (parks,) = later.PARKS["groups"]
        more = projects.outcome("2.3", projects.action(projects.task("a", task="Dig a pond")))
        projects.write_plan(tmp_path, projects.plan({**parks, "outcomes": [*parks["outcomes"], more]}))
    generate(project, NOW, carry_forward=False, force=True)
    result = ingested(tmp_path)
    assert current_answers(tmp_path) == {"2.1a": kept_row("2.1a", status="RED")}
    assert [item.task for item in findings(result, "carried-untouched")] == list(JUNE_ANSWERS)[1:]


# ------------------------------------------------------------------------------------------------------- a property


@pytest.fixture(scope="module")
def carried_workbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[SentWorkbook, ReadingContext, Any]:
    folder = tmp_path_factory.mktemp("carried")
    start_second_period(folder, carry=True)
    sent = sent_workbook_of(folder)
    sent_workbook = projects.latest_sent_workbook(Project(folder), NOW, "Parks")
    assert sent_workbook
    record = sent_workbook[0]
    context = ReadingContext(
        period=SEPTEMBER,
        plan_identity=record.plan.identity,
        plan_title=record.plan.title,
        template=reader_template_of(record.template),
        group_names={"Parks": "Parks"},
        current_references={"Parks": sent.reference},
        sent_records={sent.reference: ("Parks", to_json(sent))},
        other_periods={},
    )
    return sent, context, record.template


def read_return(
    book: workbook_edits.Book, carried_workbook: tuple[SentWorkbook, ReadingContext, Any]
) -> ReturnedWorkbook:
    sent, context, template = carried_workbook
    sheets = workbook_edits.trimmed_like_a_reader(book)
    result = read_sheets(sheets, find_ownership(sheets, context), context)
    compare_with_sent(result, sent, template)
    return result


def permutations(count: int) -> st.SearchStrategy[list[int]]:
    return st.permutations(range(count))


@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    touched=st.sets(st.sampled_from(CELLS)),
    emptied=st.sets(st.sampled_from(CELLS)),
    rows=permutations(3),
    columns=permutations(8),
)
def test_a_changed_cell_is_always_an_answer_and_an_unchanged_one_only_in_a_changed_row(
    carried_workbook: tuple[SentWorkbook, ReadingContext, Any],
    touched: set[tuple[str, str]],
    emptied: set[tuple[str, str]],
    rows: list[int],
    columns: list[int],
) -> None:
    """In any order of rows and columns.

    Unchanged carried answers count in a row that was changed; elsewhere they are observed, unless nothing was changed.
    """
    sent = carried_workbook[0]
    book = [(sheet.name, [list(row) for row in sheet.rows]) for sheet in sent.sheets]
    grids = dict(book)
    for key, column in touched | emptied:
        sheet, cell = sent.answer_cell(key, column)
        row, index = workbook_edits.parse_address(cell)
        grids[sheet][row][index] = NEW[column] if (key, column) in touched else ""
    grid = grids["Outcome 2.1"]
    first_row = workbook_edits.parse_address(sent.answer_cell("2.1a", "position")[1])[0]
    grid[first_row : first_row + 3] = [grid[first_row + number] for number in rows]
    for number, row in enumerate(grid):
        if len(row) >= 8 and number:
            row[:8] = [row[index] for index in columns]
    result = read_return(book, carried_workbook)
    expected = {(key, column, NEW[column]) for key, column in touched if NEW[column] != sent.tasks[key][column]}
    changed = {(key, column) for key, column, _ in expected} | (emptied - touched)
    changed_rows = {key for key, _ in changed}
    kept = {(key, column) for key, column in CELLS if key in changed_rows} - changed
    assert {(item.task, item.column, item.value) for item in result.answers} == expected | {
        (key, column, sent.tasks[key][column]) for key, column in kept
    }
    # A column inserted between a total and its label counts as input too.
    has_input = changed or [item for item in result.observations if item.code != "carried-untouched"]
    unchanged = {(item.task, item.column) for item in result.observations if item.code == "carried-untouched"}
    assert unchanged == (set(CELLS) - changed - kept if has_input else set())
    removed = {(item.task, item.column) for item in result.observations if item.code == "carried-cleared"}
    assert removed == emptied - touched


def test_the_same_answers_give_the_same_bytes(folder: Path) -> None:
    before = later.sent_workbook_path(folder).read_bytes()
    generate(Project(folder), NOW, force=True)
    assert later.sent_workbook_path(folder).read_bytes() == before


def carried_styles(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    yield from (style for style in book.named_styles if "carried" in style)


def test_a_first_period_has_no_style_for_carried_answers(tmp_path: Path) -> None:
    projects.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), NOW)
    assert list(carried_styles(later.sent_workbook_path(tmp_path).read_bytes())) == []


def test_nothing_counts_of_a_workbook_whose_carried_answers_the_ledger_does_not_know(folder: Path) -> None:
    carrying = (folder / SEPTEMBER / "sent" / "Parks.xlsx").read_bytes()
    assert projects.run_ragsheets("-C", folder, "period", "remove", SEPTEMBER, "--yes").exit_code == 0
    generate(Project(folder), NOW, carry_forward=False)
    (folder / SEPTEMBER / "returned" / "Parks.xlsx").write_bytes(carrying)
    (file,) = ingested(folder).files
    assert (file.result, [item.code for item in file.findings]) == ("rejected", ["unknown-answers"])
