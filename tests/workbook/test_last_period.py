"""What a later workbook shows of earlier periods: locked, in separate columns, and never read as an answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import later_periods as later
from helpers import office, other_programs, periods, projects
from helpers.built_once import built_once
from helpers.later_periods import (
    DECEMBER,
    JUNE,
    JUNE_ANSWERS,
    SEPTEMBER,
    current_answers,
    finding_codes,
    return_workbook,
    sent_workbook_of,
    start_second_period,
)
from helpers.libreoffice import ODS, XLS, XLSX, LibreOffice
from ragsheets.formats.a1 import address
from ragsheets.plan.model import Period
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.template.reader import read_template
from ragsheets.workbook.columns import LAST_COLUMNS, MAX_TOTAL_WIDTH, columns_of
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.last_period import ClosedTask, LastAnswers, LastPeriod
from ragsheets.workbook.layout import PrefilledAnswers, SheetLayout, WorkbookLayout
from ragsheets.workbook.sent_workbook import from_json, from_layout, to_json
from ragsheets.workbook.writer import to_xlsx

NOW = periods.date(SEPTEMBER)


def rows(path: Path, sheet: str = "Outcome 2.1") -> dict[str, Any]:
    """The rows of a sheet by key: the values of the columns to the left of the key."""
    book = openpyxl.load_workbook(path)
    return {
        str(row[-1]): tuple(text or "" for text in row[:-1])
        for row in book[sheet].iter_rows(min_row=3, values_only=True)
        if row[-1]
    }


def last_column_texts(path: Path, sheet: str = "Outcome 2.1") -> dict[str, Any]:
    """The texts of the three columns of the last period, by row key, without rows in which they are empty."""
    return {key: row[2:5] for key, row in rows(path, sheet).items() if any(row[2:5])}


# --------------------------------------------------------------------------------------------------------- contents


@pytest.mark.slow
def test_the_last_answers_are_to_the_left_of_the_answer_cells(tmp_path: Path) -> None:
    start_second_period(tmp_path)
    sheet = openpyxl.load_workbook(later.sent_workbook_path(tmp_path))["Outcome 2.1"]
    assert [cell.value for cell in sheet[2]] == [
        "Tasks",
        "Target",
        "Status on 5th June 2008",
        "Position on 5th June 2008",
        "What was planned on 5th June 2008",
        "Position",
        "Status",
        "Planned improvement/action needed and deadline",
        "ragsheets key",
    ]
    expected = {key: (status, f"At {key}", planned) for key, (status, planned) in JUNE_ANSWERS.items() if key != "2.2a"}
    assert last_column_texts(later.sent_workbook_path(tmp_path)) == expected
    locked = [cell.protection.locked for row in sheet.iter_rows(min_row=3) for cell in row[2:5]]
    assert all(locked)
    assert sheet.sheet_view.selection[0].activeCell.startswith("F")


def test_the_first_period_has_the_layout_of_2008(tmp_path: Path) -> None:
    projects.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), periods.date(JUNE))
    plan, template = Project(tmp_path).plan()
    period = Period(periods.date(JUNE))
    blank = to_xlsx(lay_out(plan, template, plan.groups[0], period), template, period.date)
    assert later.sent_workbook_path(tmp_path, day=JUNE).read_bytes() == blank
    sheet = openpyxl.load_workbook(later.sent_workbook_path(tmp_path, day=JUNE))["Outcome 2.1"]
    assert [cell.value for cell in sheet[2]][:5] == [column.heading for column in template.columns]
    assert sheet.sheet_view.zoomScale in (None, 100)


@pytest.mark.slow
def test_a_task_not_reported_last_time_shows_its_earlier_answers(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, JUNE, {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=later.PARKS)
    periods.hold_period(tmp_path, SEPTEMBER, {"Parks": {"2.1b": "AMBER"}})
    generate(Project(tmp_path), periods.date(DECEMBER))
    assert last_column_texts(later.sent_workbook_path(tmp_path, day=DECEMBER)) == {
        "2.1a": ("GREEN\n(5th June 2008, not reported since)", "At 2.1a", "Go on by May 2009"),
        "2.1b": ("AMBER", "At 2.1b", "Go on by May 2009"),
        "2.1c": ("Not reported", "", ""),
    }


@pytest.mark.slow
def test_new_completed_and_withdrawn_tasks_are_shown_differently(tmp_path: Path) -> None:
    tasks = [projects.task(label) for label in "abcd"]
    plan = {"template": "brag"}
    previous_plan = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))), **plan)
    periods.hold_period(tmp_path, JUNE, {"Parks": {"2.1a": "BLUE", "2.1b": "RED", "2.1d": "GREY"}}, plan=previous_plan)
    tasks = [projects.task(label) for label in "abce"]
    projects.write_plan(
        tmp_path, projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))), **plan)
    )
    generate(Project(tmp_path), NOW)
    path = later.sent_workbook_path(tmp_path)
    row_texts = {key: (row[0], row[4], row[5], *row[7:]) for key, row in rows(path).items() if any(row)}
    assert row_texts == {
        "2.1b": ("b) Task b", "RED", "At 2.1b", "", "", ""),
        "2.1c": ("c) Task c", "Not reported", "", "", "", ""),
        "2.1e": ("e) Task e", "New", "", "", "", ""),
        "#completed-1": ("a) Task a", "BLUE", "At 2.1a", "", "", ""),
        "#withdrawn-1": ("d) Task d", "GREY", "At 2.1d", "", "", ""),
    }
    sheet = openpyxl.load_workbook(path)["Outcome 2.1"]
    closed_rows = [row for row in sheet.iter_rows() if str(row[-1].value).startswith(("#completed", "#withdrawn"))]
    assert all(cell.protection.locked for row in closed_rows for cell in row)
    texts = [cell.value for cell in sheet["A"]]
    assert texts.index("Completed: nothing to fill in") < texts.index("Withdrawn from the plan: nothing to fill in")
    (total,) = [row[8] for row in sent_workbook_of(tmp_path).sheet("Outcome 2.1").rows if "Total" in row]  # type: ignore[union-attr]
    assert total == 3


@pytest.mark.slow
def test_a_withdrawn_task_is_listed_once_and_a_complete_one_always(tmp_path: Path) -> None:
    plan = projects.plan(
        projects.group("Parks", projects.outcome("2.1", projects.action(*map(projects.task, "abc")))), template="brag"
    )
    periods.hold_period(tmp_path, JUNE, {"Parks": {"2.1a": "BLUE", "2.1b": "RED", "2.1c": "RED"}}, plan=plan)
    reduced_plan = projects.plan(
        projects.group("Parks", projects.outcome("2.1", projects.action(*map(projects.task, "ab")))), template="brag"
    )
    periods.hold_period(tmp_path, SEPTEMBER, {"Parks": {"2.1b": "AMBER"}}, plan=reduced_plan)
    generate(Project(tmp_path), periods.date(DECEMBER))
    books = [rows(later.sent_workbook_path(tmp_path, day=day)) for day in (SEPTEMBER, DECEMBER)]
    closed_keys = [[key for key in book if key.startswith(("#completed", "#withdrawn"))] for book in books]
    assert closed_keys == [["#completed-1", "#withdrawn-1"], ["#completed-1"]]
    # Its last answers were shown once, in the period after it was completed.
    assert books[0]["#completed-1"][4:7] == ("BLUE", "At 2.1a", "Go on by May 2009")
    assert books[1]["#completed-1"][4:7] == ("BLUE\n(5th June 2008)", "", "")


def test_last_answers_are_stored_as_text(tmp_path: Path) -> None:
    status_and_plan = ("GREEN", "=1+1")
    start_second_period(tmp_path, answers={"2.1a": status_and_plan})
    cell = openpyxl.load_workbook(later.sent_workbook_path(tmp_path))["Outcome 2.1"]["E11"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.slow
def test_a_text_too_long_for_a_row_is_cut_and_the_task_not_reported_as_overlong(tmp_path: Path) -> None:
    projects.write_plan(tmp_path, later.PARKS)
    start_second_period(tmp_path, answers={"2.1a": ("GREEN", "many words " * 300)})
    generated = generate(Project(tmp_path), NOW)
    _, _, planned = last_column_texts(later.sent_workbook_path(tmp_path))["2.1a"]
    assert planned.endswith(" …")
    assert 300 < len(planned) < 1500
    assert [workbook.overlong_tasks for workbook in generated.workbooks] == [()]


# ----------------------------------------------------------------------------------------------------------- look


def later_layout(name: str = "standard", **options: Any) -> tuple[WorkbookLayout, Any]:
    """The layout of a workbook with everything that a later period can show, and its template."""
    template = read_template(name)
    tasks = [projects.task(label, task=f"Task {label} of some length, to be done by all") for label in "abc"]
    plan_values = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))
    from ragsheets.plan.model import Plan, with_keys

    plan = with_keys(Plan.model_validate(plan_values))
    text = "We have begun and are well ahead of what was agreed with all partners."
    closed_tasks = [
        ClosedTask(reason, {"task": f"z) {reason}", "target": "All"}, LastAnswers("GREEN", text, text))
        for reason in REASONS
    ]
    last_answers = {
        "2.1a": LastAnswers("GREEN", text, text),
        "2.1b": LastAnswers("RED\n(4th March 2008, not reported since)", text, text),
        "2.1c": LastAnswers("New"),
    }
    last_period = LastPeriod(periods.date(JUNE), last_answers, {"2.1": closed_tasks})
    return lay_out(plan, template, plan.groups[0], Period(NOW), last_period=last_period, **options), template


REASONS = ("completed", "withdrawn")
CARRIED = PrefilledAnswers(
    {"2.1a": {"position": "So it was", "status": "GREEN"}, "2.1b": {"status": "RED"}},
    carried_columns={"2.1a": ("position", "status"), "2.1b": ("status",)},
)


@pytest.mark.parametrize("name", ["standard", "brag"])
def test_all_columns_are_wide_enough_and_fit_on_a_landscape_page(name: str) -> None:
    columns = columns_of(read_template(name), NOW)
    assert sum(column.width for column in columns) <= MAX_TOTAL_WIDTH + 1
    assert [column.key for column in columns if column.filled_by == "past"] == list(LAST_COLUMNS)
    assert min(column.width for column in columns) >= 12
    # The printed width is 271 of 297 mm; a digit is 0.556 times as wide as its font size, here 11 points.
    assert 271 / 25.4 * 72 / (MAX_TOTAL_WIDTH * 11 * 0.556) >= 0.64


def test_a_column_of_a_custom_template_keeps_its_position(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'extends = "standard"\n[[columns]]\nkey = "risk"\nheading = "Risk"\nbefore = "position"\n', encoding="utf-8"
    )
    keys = [column.key for column in columns_of(read_template("ours", tmp_path), NOW)]
    assert keys == ["task", "target", *LAST_COLUMNS, "risk", "position", "status", "planned"]


def test_a_last_period_heading_equal_to_another_heading_is_rejected(tmp_path: Path) -> None:
    from ragsheets.errors import TemplateError

    (tmp_path / "ours.toml").write_text('extends = "standard"\n[wording]\nlast_status = "STATUS"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match="last_status: its heading is that of “status” too"):
        read_template("ours", tmp_path)


@pytest.mark.parametrize("answers", [None, CARRIED], ids=["plain", "carried"])
@pytest.mark.parametrize("name", ["standard", "brag"])
def test_office_finds_no_fault(tmp_path: Path, name: str, answers: PrefilledAnswers | None) -> None:
    layout, template = later_layout(name, answers=answers)
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, NOW))
    assert office.rule_violations(path) == []


def test_the_last_status_has_the_colour_of_the_status_that_it_begins_with() -> None:
    layout, template = later_layout()
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(layout, template, NOW)))
    rules = {
        str(ranges.sqref): [rule.formula[0] for rule in ranges.rules]
        for ranges in book["Outcome 2.1"].conditional_formatting
    }
    (last_status_formulas,) = [formulas for cells, formulas in rules.items() if cells.startswith("C")]
    assert last_status_formulas[0] == 'OR(C11="GREEN",LEFT(C11,6)="GREEN"&CHAR(10))'


def test_the_record_has_everything_shown_of_the_last_period() -> None:
    layout, _ = later_layout(answers=CARRIED)
    record = from_json(to_json(from_layout(layout)))
    assert record.last_period is not None
    assert record.last_period.date == periods.date(JUNE)
    assert record.last_period.answers["2.1b"].status == "RED\n(4th March 2008, not reported since)"
    assert [item.reason for item in record.last_period.closed_tasks["2.1"]] == list(REASONS)
    assert [item.plan_texts["task"] for item in record.last_period.closed_tasks["2.1"]] == [
        f"z) {reason}" for reason in REASONS
    ]
    assert record.carried_columns == CARRIED.carried_columns
    assert list(record.tasks) == ["2.1a", "2.1b", "2.1c"]


def test_the_reference_depends_on_last_and_carried_answers() -> None:
    plain, carried = later_layout()[0], later_layout(answers=CARRIED)[0]
    nothing_carried = later_layout(answers=PrefilledAnswers(carried_columns={}))[0]
    assert len({plain.reference, carried.reference, nothing_carried.reference}) == 3
    assert later_layout()[0].reference == plain.reference


@pytest.mark.parametrize("answers", [None, CARRIED], ids=["plain", "carried"])
def test_libreoffice_calculates_the_stored_totals(
    calc: LibreOffice, tmp_path: Path, answers: PrefilledAnswers | None
) -> None:
    layout, template = later_layout("brag", answers=answers)
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, NOW))
    calc_result = calc.run(path, formulas=True)
    assert calc_result["formulas"] == stored_totals(layout.sheets)
    assert stored_totals(layout.sheets)["Outcome 2.1"] != {}


def test_gnumeric_calculates_the_stored_totals(tmp_path: Path) -> None:
    layout, template = later_layout(answers=CARRIED)
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, NOW))
    (tmp_path / "saved").mkdir()
    recalculated = other_programs.resave_in_gnumeric(path, tmp_path / "saved", "xlsx", "--recalc")
    saved = openpyxl.load_workbook(recalculated, data_only=True)
    assert {
        name: {cell_address: saved[name][cell_address].value for cell_address in cells}
        for name, cells in stored_totals(layout.sheets).items()
    } == stored_totals(layout.sheets)


def stored_totals(sheets: tuple[SheetLayout, ...]) -> dict[str, dict[str, Any]]:
    totals = {s.name: {address(c.row, c.column): c.value for c in s.cells if c.formula} for s in sheets}
    return {name: cells for name, cells in totals.items() if cells}


# --------------------------------------------------------------------------------------------------------- returns

ANSWERS = {
    "2.1a": {"position": "Barton is done", "status": "GREEN", "planned": "Print it"},
    "2.1b": {"position": "Matson has begun", "status": "AMBER", "planned": "Hire help"},
    "2.1c": {"position": "Six talks held", "status": "AMBER", "planned": "Two more"},
    "2.2a": {"position": "It opened", "status": "AMBER", "planned": "Nothing more"},
}
TYPED = {(key, column): text for key, texts in ANSWERS.items() for column, text in texts.items()}


@pytest.mark.slow
@pytest.mark.parametrize("carry", [False, True], ids=["plain", "carried"])
@pytest.mark.parametrize(("form", "suffix"), [(XLSX, "xlsx"), (XLS, "xls"), (ODS, "ods")])
def test_answers_are_read_from_files_saved_by_libreoffice(
    calc: LibreOffice, tmp_path: Path, form: str, suffix: str, carry: bool
) -> None:
    start_second_period(tmp_path, carry=carry)
    sent = sent_workbook_of(tmp_path)
    entries = [(*sent.answer_cell(*cell), text) for cell, text in TYPED.items() if cell != ("2.1a", "status")]
    locked = sent.answer_cell("2.1a", "#last-position")
    saved = tmp_path / SEPTEMBER / "returned" / f"reply.{suffix}"
    calc_result = calc.run(
        later.sent_workbook_path(tmp_path), [*entries, (*locked, "Zebra")], (saved, form), formulas=True
    )
    assert calc_result["refused"] == [list(locked)]
    result = ingest(Project(tmp_path), date=NOW)
    expected = {key: dict(texts) for key, texts in ANSWERS.items()}
    # In a carried workbook a row counts whole where another answer of it was changed.
    if carry:
        expected["2.1a"]["status"] = sent.tasks["2.1a"]["status"]
    else:
        del expected["2.1a"]["status"]
    assert current_answers(tmp_path) == expected
    assert finding_codes(result, notes=False) == ([] if carry else ["status-missing"])
    label_column = next(row for row in sent.sheets[1].rows if "Not yet reported" in row).index("Not yet reported") + 1
    summary_row = next(number for number, row in enumerate(sent.sheets[1].rows, 1) if "Not yet reported" in row)
    assert calc_result["formulas"]["Outcome 2.1"][address(summary_row, label_column + 1)] == 1


Change = Callable[[openpyxl.Workbook], None]


def return_changed(folder: Path, change: Change) -> None:
    path = return_workbook(folder, TYPED)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def sort_rows(book: openpyxl.Workbook) -> None:
    sheet = book["Outcome 2.1"]
    values = [[cell.value for cell in row] for row in sheet["A11:I13"]]
    for row, row_values in zip(sheet["A11:I13"], [values[2], values[0], values[1]], strict=True):
        for cell, text in zip(row, row_values, strict=True):
            cell.value = text


def move_columns(book: openpyxl.Workbook) -> None:
    """Move the three columns of the last period after those to fill in, and the key before all."""
    for sheet in book.worksheets[1:3]:
        for row in sheet.iter_rows(min_row=2):
            values = [cell.value for cell in row]
            order = [8, 0, 1, 5, 6, 7, 2, 3, 4]
            for cell, index in zip(row, order, strict=True):
                cell.value = 0 if str(values[index]).startswith("=") else values[index]


def change_headings(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:3]:
        sheet["C2"], sheet["D2"], sheet["F2"] = "Then", None, "Now"


def delete_last_columns(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:3]:
        sheet.delete_cols(3, 3)


@pytest.mark.slow
@pytest.mark.parametrize("change", [sort_rows, move_columns, change_headings, delete_last_columns])
def test_answers_are_read_after_rows_or_columns_have_changed(tmp_path: Path, change: Change) -> None:
    start_second_period(tmp_path)
    return_changed(tmp_path, change)
    result = ingest(Project(tmp_path), date=NOW)
    assert current_answers(tmp_path) == ANSWERS
    expected = {change_headings: ["heading-changed"] * 6}
    assert [code for code in finding_codes(result, notes=False) if code != "total-mismatch"] == expected.get(change, [])


@pytest.mark.slow
@pytest.mark.parametrize("column", LAST_COLUMNS)
def test_text_written_over_a_last_answer_is_reported_and_is_not_an_answer(tmp_path: Path, column: str) -> None:
    start_second_period(tmp_path)
    return_workbook(tmp_path, {**TYPED, ("2.1b", column): "AMBER"})
    result = ingest(Project(tmp_path), date=NOW)
    assert current_answers(tmp_path) == ANSWERS
    (item,) = [item for file in result.files for item in file.findings]
    assert (item.code, item.task, item.found) == ("past-changed", "2.1b", "AMBER")
    assert item.address == "!".join(sent_workbook_of(tmp_path).answer_cell("2.1b", column))
    assert item.wanted == sent_workbook_of(tmp_path).tasks["2.1b"][column]


@pytest.mark.slow
def test_a_deleted_last_answer_is_noted(tmp_path: Path) -> None:
    start_second_period(tmp_path)
    return_workbook(tmp_path, {**TYPED, ("2.1b", "#last-planned"): ""})
    result = ingest(Project(tmp_path), date=NOW)
    assert finding_codes(result) == ["past-deleted"]


@pytest.mark.slow
def test_text_in_a_last_column_of_a_new_task_is_part_of_the_proposal(tmp_path: Path) -> None:
    start_second_period(tmp_path)

    def propose_task(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        (row,) = [cell.row for cell in sheet["I"] if cell.value == "#new-1"]
        sheet.cell(row, 1).value, sheet.cell(row, 4).value, sheet.cell(row, 6).value = "Dig a pond", "Zebra", "Begun"

    return_changed(tmp_path, propose_task)
    result = ingest(Project(tmp_path), date=NOW)
    (item,) = [item for file in result.files for item in file.findings]
    assert (item.code, item.found) == ("proposed-task", "Dig a pond | Zebra | Begun")


@pytest.fixture
@built_once
def project_with_closed_tasks(tmp_path: Path) -> Path:
    """A project with one complete task and one withdrawn task with the same wording as one that is asked about."""
    wordings = ("Map Barton", "Map Matson", "Tell all", "Tell all")
    tasks = [projects.task("", task=text, target="By June") for text in wordings]
    previous_plan = projects.plan(
        projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))), template="brag"
    )
    last_statuses = {"2.1-1": "BLUE", "2.1-2": "RED", "2.1-3": "AMBER", "2.1-4": "AMBER"}
    periods.hold_period(tmp_path, JUNE, {"Parks": last_statuses}, plan=previous_plan)
    projects.write_plan(
        tmp_path,
        projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks[:3]))), template="brag"),
    )
    generate(Project(tmp_path), NOW)
    assert [key for key in rows(later.sent_workbook_path(tmp_path)) if "#new" not in key] == [
        "2.1-2",
        "2.1-3",
        "#completed-1",
        "#withdrawn-1",
    ]
    return tmp_path


LISTED_ANSWERS = {
    "2.1-2": {"position": "Begun", "status": "GREEN", "planned": "More"},
    "2.1-3": {"position": "Told", "status": "AMBER", "planned": "Tell"},
}


@pytest.mark.slow
def test_text_in_the_row_of_a_closed_task_is_reported_and_is_not_an_answer(project_with_closed_tasks: Path) -> None:
    typed = {(key, column): text for key, texts in LISTED_ANSWERS.items() for column, text in texts.items()}
    path = return_workbook(project_with_closed_tasks, typed)
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    for number, key in enumerate(("#completed-1", "#withdrawn-1")):
        (row,) = [cell.row for cell in sheet["K"] if cell.value == key]
        sheet.cell(row, 8).value, sheet.cell(row, 9).value = f"Zebra {number}", "RED"
    book.save(path)
    result = ingest(Project(project_with_closed_tasks), date=NOW)
    assert current_answers(project_with_closed_tasks) == LISTED_ANSWERS
    finding_texts = [(item.code, item.found) for file in result.files for item in file.findings]
    assert finding_texts == [("stray-text", text) for text in ("Zebra 0", "RED", "Zebra 1", "RED")]


@pytest.mark.parametrize("keys", [True, False], ids=["with their keys", "without"])
def test_rows_of_closed_tasks_may_be_moved_among_the_others(project_with_closed_tasks: Path, keys: bool) -> None:
    typed = {(key, column): text for key, texts in LISTED_ANSWERS.items() for column, text in texts.items()}
    path = return_workbook(project_with_closed_tasks, typed)
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    row_numbers = [cell.row for cell in sheet["K"] if cell.value in ("2.1-2", "2.1-3", "#completed-1", "#withdrawn-1")]
    values = [[cell.value for cell in sheet[row]] for row in row_numbers]
    for row, index in zip(row_numbers, (2, 3, 0, 1), strict=True):
        for cell, text in zip(sheet[row][: 11 if keys else 10], values[index], strict=False):
            cell.value = text
    book.save(path)
    result = ingest(Project(project_with_closed_tasks), date=NOW)
    # Without keys two rows have the same wording, and the first is matched: the one with an answer is second, and its
    # texts are reported as findings.
    if keys:
        assert (current_answers(project_with_closed_tasks), finding_codes(result, notes=False)) == (LISTED_ANSWERS, [])
    else:
        assert current_answers(project_with_closed_tasks)["2.1-2"] == LISTED_ANSWERS["2.1-2"]
        quoted = " ".join(item.found for file in result.files for item in file.findings)
        assert current_answers(project_with_closed_tasks).get("2.1-3") == LISTED_ANSWERS["2.1-3"] or "Told" in quoted


@pytest.mark.slow
def test_a_workbook_changes_only_if_the_last_answers_have_changed(tmp_path: Path) -> None:
    project = start_second_period(tmp_path)
    assert not any(book.changed for book in generate(project, NOW).workbooks)
    before = sent_workbook_of(tmp_path).reference
    ingest(project, date=periods.date(JUNE), exclude=["Parks.xlsx"])
    generate(project, NOW, force=True)
    assert sent_workbook_of(tmp_path).reference != before
    assert set(last_column_texts(later.sent_workbook_path(tmp_path)).values()) == {("Not reported", "", "")}


@pytest.mark.slow
def test_a_return_of_the_previous_edition_is_read(tmp_path: Path) -> None:
    """Check that its differing last answers are not reported as changed by the contact."""
    project = start_second_period(tmp_path)
    return_workbook(tmp_path, TYPED)
    ingest(project, date=periods.date(JUNE), exclude=["Parks.xlsx"])
    generate(project, NOW, force=True)
    result = ingest(project, date=NOW)
    assert (current_answers(tmp_path), finding_codes(result, notes=False)) == (ANSWERS, [])


def test_carried_styles_are_used_only_if_answers_are_carried_forward() -> None:
    def parts(layout: WorkbookLayout, template: Any) -> Mapping[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(to_xlsx(layout, template, NOW))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    sheets = [cell.style for sheet in later_layout()[0].sheets for cell in sheet.cells]
    assert not [style for style in sheets if "carried" in style]
    carried = [cell.style for sheet in later_layout(answers=CARRIED)[0].sheets for cell in sheet.cells]
    assert [style for style in carried if "carried" in style]
    assert parts(*later_layout()).keys() == parts(*later_layout(answers=CARRIED)).keys()
