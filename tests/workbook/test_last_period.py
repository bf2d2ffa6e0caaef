"""What a later period's workbook shows of earlier ones: locked, in its own columns, and never taken for an answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import later_periods as later
from helpers import office, other_programs, periods
from helpers import projects as made
from helpers.later_periods import DECEMBER, JUNE, SAID, SEPTEMBER, answers, codes, edition, returned, second
from helpers.libreoffice import ODS, XLS, XLSX, LibreOffice
from ragsheets.formats.a1 import address
from ragsheets.plan.model import Period
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.template.model import read_template
from ragsheets.workbook.columns import LAST_COLUMNS, MAX_TOTAL_WIDTH, columns_of
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.last_period import ClosedTask, LastAnswers, LastPeriod
from ragsheets.workbook.layout import PrefilledAnswers, SheetLayout, WorkbookLayout
from ragsheets.workbook.sent_workbook import from_json, from_layout, to_json
from ragsheets.workbook.writer import to_xlsx

NOW = periods.date(SEPTEMBER)


def rows(path: Path, sheet: str = "Outcome 2.1") -> dict[str, Any]:
    """The rows of a sheet by their key: what stands in the columns to the left of it."""
    book = openpyxl.load_workbook(path)
    return {
        str(row[-1]): tuple(text or "" for text in row[:-1])
        for row in book[sheet].iter_rows(min_row=3, values_only=True)
        if row[-1]
    }


def told(path: Path, sheet: str = "Outcome 2.1") -> dict[str, Any]:
    """What the three columns say, by the rows' keys; rows in which they say nothing are left out."""
    return {key: row[2:5] for key, row in rows(path, sheet).items() if any(row[2:5])}


# --------------------------------------------------------------------------------------------------- what is shown


def test_the_last_status_position_and_plan_stand_left_of_the_cells_to_fill_in(tmp_path: Path) -> None:
    second(tmp_path)
    sheet = openpyxl.load_workbook(later.workbook(tmp_path))["Outcome 2.1"]
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
    said = {key: (status, f"At {key}", planned) for key, (status, planned) in SAID.items() if key != "2.2a"}
    assert told(later.workbook(tmp_path)) == said
    locked = [cell.protection.locked for row in sheet.iter_rows(min_row=3) for cell in row[2:5]]
    assert all(locked)
    assert sheet.sheet_view.selection[0].activeCell.startswith("F")


def test_the_first_period_has_the_layout_of_2008(tmp_path: Path) -> None:
    made.write_plan(tmp_path, later.PARKS)
    generate(Project(tmp_path), periods.date(JUNE))
    plan, template = Project(tmp_path).plan()
    period = Period(periods.date(JUNE))
    blank = to_xlsx(lay_out(plan, template, plan.groups[0], period), template, period.date)
    assert later.workbook(tmp_path, day=JUNE).read_bytes() == blank
    sheet = openpyxl.load_workbook(later.workbook(tmp_path, day=JUNE))["Outcome 2.1"]
    assert [cell.value for cell in sheet[2]][:5] == [column.heading for column in template.columns]
    assert sheet.sheet_view.zoomScale in (None, 100)


def test_what_was_not_reported_last_time_says_so_with_what_was_said_before(tmp_path: Path) -> None:
    periods.hold(tmp_path, JUNE, {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=later.PARKS)
    periods.hold(tmp_path, SEPTEMBER, {"Parks": {"2.1b": "AMBER"}})
    generate(Project(tmp_path), periods.date(DECEMBER))
    assert told(later.workbook(tmp_path, day=DECEMBER)) == {
        "2.1a": ("GREEN\n(5th June 2008, not reported since)", "At 2.1a", "Go on by May 2009"),
        "2.1b": ("AMBER", "At 2.1b", "Go on by May 2009"),
        "2.1c": ("Not reported", "", ""),
    }


def test_new_completed_and_withdrawn_tasks_are_told_apart(tmp_path: Path) -> None:
    tasks = [made.task(label) for label in "abcd"]
    plan = {"template": "brag"}
    held = made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))), **plan)
    periods.hold(tmp_path, JUNE, {"Parks": {"2.1a": "BLUE", "2.1b": "RED", "2.1d": "GREY"}}, plan=held)
    tasks = [made.task(label) for label in "abce"]
    made.write_plan(tmp_path, made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))), **plan))
    generate(Project(tmp_path), NOW)
    path = later.workbook(tmp_path)
    found = {key: (row[0], row[4], row[5], *row[7:]) for key, row in rows(path).items() if any(row)}
    assert found == {
        "2.1b": ("b) Task b", "RED", "At 2.1b", "", "", ""),
        "2.1c": ("c) Task c", "Not reported", "", "", "", ""),
        "2.1e": ("e) Task e", "New", "", "", "", ""),
        "#completed-1": ("a) Task a", "BLUE", "At 2.1a", "", "", ""),
        "#withdrawn-1": ("d) Task d", "GREY", "At 2.1d", "", "", ""),
    }
    sheet = openpyxl.load_workbook(path)["Outcome 2.1"]
    listed = [row for row in sheet.iter_rows() if str(row[-1].value).startswith(("#completed", "#withdrawn"))]
    assert all(cell.protection.locked for row in listed for cell in row)
    texts = [cell.value for cell in sheet["A"]]
    assert texts.index("Completed: nothing to fill in") < texts.index("Withdrawn from the plan: nothing to fill in")
    (total,) = [row[8] for row in edition(tmp_path).sheet("Outcome 2.1").rows if "Total" in row]  # type: ignore[union-attr]
    assert total == 3


def test_a_withdrawal_is_told_once_and_what_is_complete_stays_listed(tmp_path: Path) -> None:
    plan = made.plan(made.group("Parks", made.outcome("2.1", made.action(*map(made.task, "abc")))), template="brag")
    periods.hold(tmp_path, JUNE, {"Parks": {"2.1a": "BLUE", "2.1b": "RED", "2.1c": "RED"}}, plan=plan)
    less = made.plan(made.group("Parks", made.outcome("2.1", made.action(*map(made.task, "ab")))), template="brag")
    periods.hold(tmp_path, SEPTEMBER, {"Parks": {"2.1b": "AMBER"}}, plan=less)
    generate(Project(tmp_path), periods.date(DECEMBER))
    books = [rows(later.workbook(tmp_path, day=day)) for day in (SEPTEMBER, DECEMBER)]
    listed = [[key for key in book if key.startswith(("#completed", "#withdrawn"))] for book in books]
    assert listed == [["#completed-1", "#withdrawn-1"], ["#completed-1"]]
    # Its words were shown once, in the period after it was completed.
    assert books[0]["#completed-1"][4:7] == ("BLUE", "At 2.1a", "Go on by May 2009")
    assert books[1]["#completed-1"][4:7] == ("BLUE\n(5th June 2008)", "", "")


def test_text_stays_text(tmp_path: Path) -> None:
    evil = ("GREEN", "=1+1")
    second(tmp_path, said={"2.1a": evil})
    cell = openpyxl.load_workbook(later.workbook(tmp_path))["Outcome 2.1"]["E11"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_longer_text_than_a_row_can_show_is_cut_and_the_task_is_not_blamed(tmp_path: Path) -> None:
    made.write_plan(tmp_path, later.PARKS)
    second(tmp_path, said={"2.1a": ("GREEN", "many words " * 300)})
    made_now = generate(Project(tmp_path), NOW)
    _, _, planned = told(later.workbook(tmp_path))["2.1a"]
    assert planned.endswith(" …")
    assert 300 < len(planned) < 1500
    assert made_now.overlong == ()


# ------------------------------------------------------------------------------------------------- how it looks


def laid_out(name: str = "standard", **more: Any) -> tuple[WorkbookLayout, Any]:
    """A workbook with everything in it that a later period can show."""
    template = read_template(name)
    tasks = [made.task(label, task=f"Task {label} of some length, to be done by all") for label in "abc"]
    raw = made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))))
    from ragsheets.plan.model import Plan, with_keys

    plan = with_keys(Plan.model_validate(raw))
    text = "We have begun and are well ahead of what was agreed with all partners."
    gone = [
        ClosedTask(reason, {"task": f"z) {reason}", "target": "All"}, LastAnswers("GREEN", text, text))
        for reason in REASONS
    ]
    last = {
        "2.1a": LastAnswers("GREEN", text, text),
        "2.1b": LastAnswers("RED\n(4th March 2008, not reported since)", text, text),
        "2.1c": LastAnswers("New"),
    }
    background = LastPeriod(periods.date(JUNE), last, {"2.1": gone})
    return lay_out(plan, template, plan.groups[0], Period(NOW), last_period=background, **more), template


REASONS = ("completed", "withdrawn")
CARRIED = PrefilledAnswers(
    {"2.1a": {"position": "So it was", "status": "GREEN"}, "2.1b": {"status": "RED"}},
    carried_columns={"2.1a": ("position", "status"), "2.1b": ("status",)},
)


@pytest.mark.parametrize("name", ["standard", "brag"])
def test_all_columns_are_wide_enough_and_print_on_a_landscape_page(name: str) -> None:
    columns = columns_of(read_template(name), NOW)
    assert sum(column.width for column in columns) <= MAX_TOTAL_WIDTH + 1
    assert [column.key for column in columns if column.filled_by == "past"] == list(LAST_COLUMNS)
    assert min(column.width for column in columns) >= 12
    # 271 mm of 297 are printed on; a digit of 11 points is 0.556 times as wide as high.
    assert 271 / 25.4 * 72 / (MAX_TOTAL_WIDTH * 11 * 0.556) >= 0.64


def test_a_column_of_the_templates_own_stands_where_it_stood(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'extends = "standard"\n[[columns]]\nkey = "risk"\nheading = "Risk"\nbefore = "position"\n', encoding="utf-8"
    )
    keys = [column.key for column in columns_of(read_template("ours", tmp_path), NOW)]
    assert keys == ["task", "target", *LAST_COLUMNS, "risk", "position", "status", "planned"]


def test_a_heading_of_the_past_that_is_another_columns_is_refused(tmp_path: Path) -> None:
    from ragsheets.errors import TemplateError

    (tmp_path / "ours.toml").write_text('extends = "standard"\n[wording]\nlast_status = "STATUS"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match="last_status: is the heading of “status” too"):
        read_template("ours", tmp_path)


@pytest.mark.parametrize("given", [None, CARRIED], ids=["plain", "carried"])
@pytest.mark.parametrize("name", ["standard", "brag"])
def test_office_finds_no_fault(tmp_path: Path, name: str, given: PrefilledAnswers | None) -> None:
    layout, template = laid_out(name, answers=given)
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, NOW))
    assert office.faults(path) == []


def test_the_last_status_takes_the_colour_of_the_status_that_it_begins_with() -> None:
    layout, template = laid_out()
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(layout, template, NOW)))
    rules = {
        str(ranges.sqref): [rule.formula[0] for rule in ranges.rules]
        for ranges in book["Outcome 2.1"].conditional_formatting
    }
    (of_the_past,) = [formulas for cells, formulas in rules.items() if cells.startswith("C")]
    assert of_the_past[0] == 'OR(C11="GREEN",LEFT(C11,6)="GREEN"&CHAR(10))'


def test_what_was_sent_keeps_all_of_it() -> None:
    layout, _ = laid_out(answers=CARRIED)
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


def test_the_reference_is_of_what_is_shown_and_carried() -> None:
    plain, carried = laid_out()[0], laid_out(answers=CARRIED)[0]
    nothing = laid_out(answers=PrefilledAnswers(carried_columns={}))[0]
    assert len({plain.reference, carried.reference, nothing.reference}) == 3
    assert laid_out()[0].reference == plain.reference


@pytest.mark.parametrize("given", [None, CARRIED], ids=["plain", "carried"])
def test_libreoffice_comes_to_the_stored_totals(
    calc: LibreOffice, tmp_path: Path, given: PrefilledAnswers | None
) -> None:
    layout, template = laid_out("brag", answers=given)
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, NOW))
    seen = calc.run(path, formulas=True)
    assert seen["formulas"] == stored(layout.sheets)
    assert stored(layout.sheets)["Outcome 2.1"] != {}


def test_gnumeric_comes_to_the_stored_totals_too(tmp_path: Path) -> None:
    layout, template = laid_out(answers=CARRIED)
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(to_xlsx(layout, template, NOW))
    (tmp_path / "saved").mkdir()
    recalculated = other_programs.gnumeric(path, tmp_path / "saved", "xlsx", "--recalc")
    saved = openpyxl.load_workbook(recalculated, data_only=True)
    assert {
        name: {place: saved[name][place].value for place in cells} for name, cells in stored(layout.sheets).items()
    } == stored(layout.sheets)


def stored(sheets: tuple[SheetLayout, ...]) -> dict[str, dict[str, Any]]:
    found = {s.name: {address(c.row, c.column): c.value for c in s.cells if c.formula} for s in sheets}
    return {name: cells for name, cells in found.items() if cells}


# --------------------------------------------------------------------------------------------- what comes back

ANSWERS = {
    "2.1a": {"position": "Barton is done", "status": "GREEN", "planned": "Print it"},
    "2.1b": {"position": "Matson has begun", "status": "AMBER", "planned": "Hire help"},
    "2.1c": {"position": "Six talks held", "status": "AMBER", "planned": "Two more"},
    "2.2a": {"position": "It opened", "status": "AMBER", "planned": "Nothing more"},
}
TYPED = {(key, column): text for key, given in ANSWERS.items() for column, text in given.items()}


@pytest.mark.parametrize("carry", [False, True], ids=["plain", "carried"])
@pytest.mark.parametrize(("form", "suffix"), [(XLSX, "xlsx"), (XLS, "xls"), (ODS, "ods")])
def test_answers_come_home_from_what_libreoffice_saves(
    calc: LibreOffice, tmp_path: Path, form: str, suffix: str, carry: bool
) -> None:
    second(tmp_path, carry=carry)
    sent = edition(tmp_path)
    entries = [(*sent.answer_cell(*cell), text) for cell, text in TYPED.items() if cell != ("2.1a", "status")]
    locked = sent.answer_cell("2.1a", "#last-position")
    saved = tmp_path / SEPTEMBER / "returned" / f"reply.{suffix}"
    seen = calc.run(later.workbook(tmp_path), [*entries, (*locked, "Zebra")], (saved, form), formulas=True)
    assert seen["refused"] == [list(locked)]
    result = ingest(Project(tmp_path), date=NOW)
    without = {key: dict(given) for key, given in ANSWERS.items()}
    del without["2.1a"]["status"]
    assert answers(tmp_path) == without
    assert codes(result) == (["carried-untouched"] if carry else ["status-missing"])
    not_reported = next(row for row in sent.sheets[1].rows if "Not yet reported" in row).index("Not yet reported") + 1
    place = next(n for n, row in enumerate(sent.sheets[1].rows, 1) if "Not yet reported" in row)
    assert seen["formulas"]["Outcome 2.1"][address(place, not_reported + 1)] == 1


Change = Callable[[openpyxl.Workbook], None]


def changed(folder: Path, change: Change) -> None:
    path = returned(folder, TYPED)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def sort_rows(book: openpyxl.Workbook) -> None:
    sheet = book["Outcome 2.1"]
    values = [[cell.value for cell in row] for row in sheet["A11:I13"]]
    for row, texts in zip(sheet["A11:I13"], [values[2], values[0], values[1]], strict=True):
        for cell, text in zip(row, texts, strict=True):
            cell.value = text


def move_columns(book: openpyxl.Workbook) -> None:
    """The three columns of the past behind those to fill in, and the key before them all."""
    for sheet in book.worksheets[1:3]:
        for row in sheet.iter_rows(min_row=2):
            values = [cell.value for cell in row]
            order = [8, 0, 1, 5, 6, 7, 2, 3, 4]
            for cell, place in zip(row, order, strict=True):
                cell.value = 0 if str(values[place]).startswith("=") else values[place]


def lose_headings(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:3]:
        sheet["C2"], sheet["D2"], sheet["F2"] = "Then", None, "Now"


def lose_the_past(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:3]:
        sheet.delete_cols(3, 3)


@pytest.mark.parametrize("change", [sort_rows, move_columns, lose_headings, lose_the_past])
def test_answers_come_home_whatever_is_moved(tmp_path: Path, change: Change) -> None:
    second(tmp_path)
    changed(tmp_path, change)
    result = ingest(Project(tmp_path), date=NOW)
    assert answers(tmp_path) == ANSWERS
    expected = {lose_headings: ["heading-changed"] * 6}
    assert [code for code in codes(result) if code != "total-mismatch"] == expected.get(change, [])


@pytest.mark.parametrize("column", LAST_COLUMNS)
def test_what_is_written_over_the_past_is_said_and_is_no_answer(tmp_path: Path, column: str) -> None:
    second(tmp_path)
    returned(tmp_path, {**TYPED, ("2.1b", column): "AMBER"})
    result = ingest(Project(tmp_path), date=NOW)
    assert answers(tmp_path) == ANSWERS
    (item,) = [item for file in result.files for item in file.findings]
    assert (item.code, item.task, item.found) == ("past-changed", "2.1b", "AMBER")
    assert item.address == "!".join(edition(tmp_path).answer_cell("2.1b", column))
    assert item.wanted == edition(tmp_path).tasks["2.1b"][column]


def test_what_is_taken_out_of_the_past_is_noted(tmp_path: Path) -> None:
    second(tmp_path)
    returned(tmp_path, {**TYPED, ("2.1b", "#last-planned"): ""})
    result = ingest(Project(tmp_path), date=NOW)
    assert codes(result, notes=True) == ["past-deleted"]


def test_a_status_written_beside_a_new_task_of_the_past_is_part_of_the_proposal(tmp_path: Path) -> None:
    second(tmp_path)

    def propose(book: openpyxl.Workbook) -> None:
        sheet = book["Outcome 2.1"]
        (row,) = [cell.row for cell in sheet["I"] if cell.value == "#new-1"]
        sheet.cell(row, 1).value, sheet.cell(row, 4).value, sheet.cell(row, 6).value = "Dig a pond", "Zebra", "Begun"

    changed(tmp_path, propose)
    result = ingest(Project(tmp_path), date=NOW)
    (item,) = [item for file in result.files for item in file.findings]
    assert (item.code, item.found) == ("proposed-task", "Dig a pond | Zebra | Begun")


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    """A project of whose tasks one is complete and one withdrawn that has the words of one that is asked about."""
    tasks = [made.task("", task=text, target="By June") for text in ("Map Barton", "Map Matson", "Tell all")]
    held = made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))), template="brag")
    said = {"2.1-1": "BLUE", "2.1-2": "RED", "2.1-3": "AMBER"}
    periods.hold(tmp_path, JUNE, {"Parks": said}, plan=held)
    tasks[2]["key"] = "tell"
    made.write_plan(tmp_path, made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))), template="brag"))
    generate(Project(tmp_path), NOW)
    assert [key for key in rows(later.workbook(tmp_path)) if "#new" not in key] == [
        "2.1-2",
        "tell",
        "#completed-1",
        "#withdrawn-1",
    ]
    return tmp_path


LISTED_ANSWERS = {
    "2.1-2": {"position": "Begun", "status": "GREEN", "planned": "More"},
    "tell": {"position": "Told", "status": "AMBER", "planned": "Tell"},
}


def test_words_in_the_row_of_a_listed_task_are_said_and_are_no_answer(listing: Path) -> None:
    typed = {(key, column): text for key, given in LISTED_ANSWERS.items() for column, text in given.items()}
    path = returned(listing, typed)
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    for number, key in enumerate(("#completed-1", "#withdrawn-1")):
        (row,) = [cell.row for cell in sheet["K"] if cell.value == key]
        sheet.cell(row, 8).value, sheet.cell(row, 9).value = f"Zebra {number}", "RED"
    book.save(path)
    result = ingest(Project(listing), date=NOW)
    assert answers(listing) == LISTED_ANSWERS
    said = [(item.code, item.found) for file in result.files for item in file.findings]
    assert said == [("stray-text", text) for text in ("Zebra 0", "RED", "Zebra 1", "RED")]


@pytest.mark.parametrize("keys", [True, False], ids=["with their keys", "without"])
def test_the_rows_of_listed_tasks_may_move_among_the_others(listing: Path, keys: bool) -> None:
    typed = {(key, column): text for key, given in LISTED_ANSWERS.items() for column, text in given.items()}
    path = returned(listing, typed)
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    places = [cell.row for cell in sheet["K"] if cell.value in ("2.1-2", "tell", "#completed-1", "#withdrawn-1")]
    values = [[cell.value for cell in sheet[row]] for row in places]
    for row, place in zip(places, (2, 3, 0, 1), strict=True):
        for cell, text in zip(sheet[row][: 11 if keys else 10], values[place], strict=False):
            cell.value = text
    book.save(path)
    result = ingest(Project(listing), date=NOW)
    # Without their keys two rows have the same words, of which the first one is taken: the one with an answer in it
    # comes second, and what it says is said.
    if keys:
        assert (answers(listing), codes(result)) == (LISTED_ANSWERS, [])
    else:
        assert answers(listing)["2.1-2"] == LISTED_ANSWERS["2.1-2"]
        quoted = " ".join(item.found for file in result.files for item in file.findings)
        assert answers(listing).get("tell") == LISTED_ANSWERS["tell"] or "Told" in quoted


def test_the_same_bytes_come_again_and_other_ones_when_the_past_has_changed(tmp_path: Path) -> None:
    project = second(tmp_path)
    assert not any(book.changed for book in generate(project, NOW).workbooks)
    before = edition(tmp_path).reference
    ingest(project, date=periods.date(JUNE), exclude=["Parks.xlsx"])
    generate(project, NOW, force=True)
    assert edition(tmp_path).reference != before
    assert set(told(later.workbook(tmp_path)).values()) == {("Not reported", "", "")}


def test_a_return_of_the_workbook_before_is_understood(tmp_path: Path) -> None:
    """Its past says something else; nobody has written over it."""
    project = second(tmp_path)
    returned(tmp_path, TYPED)
    ingest(project, date=periods.date(JUNE), exclude=["Parks.xlsx"])
    generate(project, NOW, force=True)
    result = ingest(project, date=NOW)
    assert (answers(tmp_path), codes(result)) == (ANSWERS, [])


def test_nothing_of_a_carried_style_stands_in_a_workbook_that_carries_nothing() -> None:
    def parts(layout: WorkbookLayout, template: Any) -> Mapping[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(to_xlsx(layout, template, NOW))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    sheets = [cell.style for sheet in laid_out()[0].sheets for cell in sheet.cells]
    assert not [style for style in sheets if "carried" in style]
    carried = [cell.style for sheet in laid_out(answers=CARRIED)[0].sheets for cell in sheet.cells]
    assert [style for style in carried if "carried" in style]
    assert parts(*laid_out()).keys() == parts(*laid_out(answers=CARRIED)).keys()
